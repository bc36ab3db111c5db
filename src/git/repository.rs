//! Opening a repository as git's environment says, and the commits that a new one will have for parents.
//!
//! Never: the index, hooks.

use std::{
    fs, io,
    path::{self, Path, PathBuf},
    process::Command,
};

use gix::{
    bstr::{BStr, ByteSlice},
    discover::upwards,
    head, open, sec,
};

use super::{Cause, Error, ObjectId, objects::Objects};

/// An open repository. Replacements and grafts are off: a push sends what they hide.
pub struct Repository {
    pub(super) inner: gix::Repository,
    pub(super) objects: Objects,
}

/// The main work tree of a repository, as seen from one of its work trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MainWorkDir {
    /// It is this one, or the repository is bare.
    NoOther,
    /// Its top.
    At(PathBuf),
    /// There is one, and the repository does not say where.
    Unknown,
}

impl Repository {
    /// Opens the repository that `dir` is in, or the one that git's environment names (`GIT_DIR`, `GIT_WORK_TREE`,
    /// `GIT_INDEX_FILE`, `GIT_OBJECT_DIRECTORY`, `GIT_ALTERNATE_OBJECT_DIRECTORIES`, `GIT_CEILING_DIRECTORIES`).
    ///
    /// All its paths are absolute.
    pub fn discover(dir: &Path) -> Result<Self, Error> {
        let absolute = path::absolute(dir).map_err(|source| Error::File { path: dir.to_owned(), source })?;
        // Without the `.` of "here", so that messages name paths as people do.
        let dir: &Path = &absolute.components().collect::<PathBuf>();
        let upwards = upwards::Options {
            match_ceiling_dir_or_error: false,
            trust: upwards::TrustPolicy::Assume(sec::Trust::Full),
            ..upwards::Options::default()
        };
        let options = sec::trust::Mapping { full: options(), reduced: options() };
        let mut inner = gix::ThreadSafeRepository::discover_with_environment_overrides_opts(dir, upwards, options)
            .map_err(|source| unopened(dir, source))?
            .to_thread_local();
        inner.make_paths_absolute().map_err(|source| unopened(dir, source))?;
        // Git's own HEAD and branches are outside of any namespace.
        inner.clear_namespace();
        let objects = Objects::of(&inner)?;
        Ok(Self { inner, objects })
    }

    /// The same repository, opened for reading many of its objects.
    pub fn for_many(&self) -> Result<Self, Error> {
        Ok(Self { inner: self.inner.clone(), objects: Objects::of(&self.inner)?.for_many()? })
    }

    /// The top of the work tree; a bare repository has none.
    pub fn work_dir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// Where the main work tree is, as far as a linked one can know.
    pub fn main_work_dir(&self) -> MainWorkDir {
        let is_linked = self.git_dir().parent().and_then(Path::file_name).is_some_and(|name| name == "worktrees");
        let config = self.inner.config_snapshot();
        if !is_linked || config.boolean("core.bare") == Some(true) {
            return MainWorkDir::NoOther;
        }
        let common = self.common_dir();
        if let Some(top) = common.parent().filter(|_| common.ends_with(".git")) {
            return MainWorkDir::At(top.to_owned());
        }
        // Of a submodule it is set; with `--separate-git-dir` it need not be.
        let configured = config.string("core.worktree");
        let top = configured.and_then(|top| fs::canonicalize(common.join(top.to_path().ok()?)).ok());
        top.map_or(MainWorkDir::Unknown, MainWorkDir::At)
    }

    /// This work tree's own folder of the repository.
    pub fn git_dir(&self) -> &Path {
        self.inner.git_dir()
    }

    /// The folder that all work trees of the repository share.
    pub fn common_dir(&self) -> PathBuf {
        // A linked work tree names it by way of its own: `.git/worktrees/name/../..`.
        let dir = self.inner.common_dir();
        fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned())
    }

    /// The tree of `HEAD`'s commit; `None` only on a branch without commits.
    pub fn head_tree(&self) -> Result<Option<ObjectId>, Error> {
        self.head()?.map(|commit| self.tree_of(commit)).transpose()
    }

    /// The tree of a commit, or of a tag of one.
    pub fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, Error> {
        self.objects.tree_of(commit)
    }

    /// Whether this clone was told to leave objects where it was cloned from, to be fetched when needed.
    pub fn is_partial(&self) -> bool {
        let config = self.inner.config_snapshot();
        let mut remotes = config.plumbing().sections_by_name("remote").into_iter().flatten();
        config.string("extensions.partialClone").is_some()
            || remotes.any(|remote| remote.body().value("promisor").is_some())
    }

    /// The commits that the `HEAD`s of all work trees lead to. Those that lead to a branch may be left out.
    pub(super) fn heads(&self) -> Result<Vec<ObjectId>, Error> {
        let mut heads = Vec::from_iter(self.head()?);
        if self.has_reftable() {
            let listed = self.ask_git(&["worktree", "list", "--porcelain"])?;
            for id in listed.lines().filter_map(|line| line.strip_prefix(b"HEAD ")) {
                heads.push(self.parse_id(id.as_bstr(), "the HEAD of a work tree")?);
            }
        } else {
            let common = self.common_dir();
            let worktrees = common.join("worktrees");
            let unreadable = |path: &Path| {
                let path = path.to_owned();
                move |source| Error::File { path, source }
            };
            let mut folders = vec![common];
            if let Some(linked) = if_there(fs::read_dir(&worktrees)).map_err(unreadable(&worktrees))? {
                for folder in linked {
                    folders.push(folder.map_err(unreadable(&worktrees))?.path());
                }
            }
            for path in folders.into_iter().map(|folder| folder.join("HEAD")) {
                // A work tree may go while we look.
                let text = if_there(fs::read(&path)).map_err(unreadable(&path))?;
                heads.extend(text.and_then(|text| ObjectId::from_hex(text.trim()).ok()));
            }
        }
        // A branch without commits.
        heads.retain(|head| !head.is_null());
        Ok(heads)
    }

    /// The commits that a merge which is being concluded brings in: what `MERGE_HEAD` lists.
    pub fn merge_heads(&self) -> Result<Vec<ObjectId>, Error> {
        // A file in every kind of repository, with reftable too.
        let path = self.git_dir().join("MERGE_HEAD");
        let text = match if_there(fs::read(&path)) {
            Ok(text) => text.unwrap_or_default(),
            Err(source) => return Err(Error::File { path, source }),
        };
        text.lines().map(|line| self.parse_id(line.as_bstr(), "MERGE_HEAD")).collect()
    }

    /// Reads a hexadecimal id; `what` says in an error where it stands.
    pub fn parse_id(&self, text: &BStr, what: &str) -> Result<ObjectId, Error> {
        ObjectId::from_hex(text)
            .ok()
            .filter(|id| id.kind() == self.inner.object_hash())
            .ok_or_else(|| Error::NotAnId { what: what.to_owned(), text: text.to_string() })
    }

    /// The commit or tree that a person calls `name`: a branch, a tag, `HEAD~2`, an id. Git itself knows all these ways, and nothing that
    /// a hook runs asks for it; nothing is fetched.
    pub fn named(&self, name: &str) -> Result<ObjectId, Error> {
        let unknown = |source: Cause| Error::Revision { name: name.to_owned(), source };
        let output = Command::new("git")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .arg("--git-dir")
            .arg(self.git_dir())
            .args(["rev-parse", "--verify", "--quiet", "--end-of-options"])
            .arg(format!("{name}^{{}}"))
            .output()
            .map_err(|source| unknown(source.into()))?;
        if output.status.success() {
            self.parse_id(output.stdout.trim().as_bstr(), "what git makes of the revision")
        } else {
            Err(unknown("git does not know it".into()))
        }
    }

    /// A setting of git's, as text; none where it is not set. `git -c` does not reach it.
    pub fn config(&self, key: &str) -> Option<String> {
        self.inner.config_snapshot().string(key).map(|value| value.to_string())
    }

    fn head(&self) -> Result<Option<ObjectId>, Error> {
        if self.has_reftable() {
            return self.head_as_git_says();
        }
        let head = self.inner.head().map_err(|source| Error::Head { source: source.into() })?;
        match head.kind {
            head::Kind::Unborn(_) => Ok(None),
            head::Kind::Detached { target, .. } => Ok(Some(target)),
            head::Kind::Symbolic(branch) => match branch.target.try_id() {
                Some(id) => Ok(Some(id.to_owned())),
                None => self.followed(branch),
            },
        }
    }

    /// A branch that is itself a symbolic reference, as after `git symbolic-ref refs/heads/a refs/heads/b`.
    fn followed(&self, mut branch: gix::refs::Reference) -> Result<Option<ObjectId>, Error> {
        // Git's own limit (SYMREF_MAXDEPTH).
        for _ in 0..5 {
            let name = match branch.target {
                gix::refs::Target::Object(id) => return Ok(Some(id)),
                gix::refs::Target::Symbolic(name) => name,
            };
            match self.inner.refs.try_find(&name).map_err(|source| Error::Head { source: source.into() })? {
                Some(next) => branch = next,
                None => return Ok(None),
            }
        }
        Err(Error::Head { source: "too many symbolic references one behind the other".into() })
    }

    /// All values of `key` in git's configuration, in order; none where it is not set.
    pub fn config_values(&self, key: &str) -> Vec<String> {
        let config = self.inner.config_snapshot();
        let values = config.plumbing().strings(key).unwrap_or_default();
        values.iter().map(ToString::to_string).collect()
    }

    pub(super) fn has_reftable(&self) -> bool {
        self.inner
            .config_snapshot()
            .string("extensions.refStorage")
            .is_some_and(|backend| !backend.eq_ignore_ascii_case(b"files"))
    }

    fn ask_git(&self, args: &[&str]) -> Result<Vec<u8>, Error> {
        let output = Command::new("git").arg("--git-dir").arg(self.git_dir()).args(args).output();
        let output = output.map_err(|source| Error::Head { source: source.into() })?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(Error::Head { source: output.stderr.trim().as_bstr().to_string().into() })
        }
    }

    /// gix 0.90 does not read reftable, where the file HEAD says nothing, so that git is asked.
    fn head_as_git_says(&self) -> Result<Option<ObjectId>, Error> {
        let output = Command::new("git")
            .arg("--git-dir")
            .arg(self.git_dir())
            .args(["rev-parse", "--verify", "--quiet", "HEAD"])
            .output()
            .map_err(|source| Error::Head { source: source.into() })?;
        let text = output.stdout.trim();
        match output.status.code() {
            Some(0) => self.parse_id(text.as_bstr(), "HEAD").map(Some),
            // The answer for a reference that is not there; a broken one is told on standard error.
            Some(1) if text.is_empty() && output.stderr.is_empty() => Ok(None),
            _ => Err(Error::Head { source: output.stderr.trim().as_bstr().to_string().into() }),
        }
    }
}

/// Whoever owns the repository, its configuration is believed: nothing in it is run here, and git itself has already
/// refused what it does not trust.
fn options() -> open::Options {
    open::Options::default().filter_config_section(|_| true).config_overrides(["core.useReplaceRefs=false"])
}

fn unopened(dir: &Path, source: gix::Error) -> Error {
    let dir = dir.to_owned();
    let none = matches!(
        source.downcast_any_ref(),
        Some(
            upwards::Error::NoGitRepository { .. }
                | upwards::Error::NoGitRepositoryWithinCeiling { .. }
                | upwards::Error::NoGitRepositoryWithinFs { .. }
        )
    );
    if none { Error::NotARepository { dir } } else { Error::Open { dir, source: source.into() } }
}

/// What was read; none where there is nothing to read.
fn if_there<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}
