//! Puts the shims into a hooks folder, beside whatever is there, and takes them out again.
//!
//! A [`Plan`] says what will be done to each hook; [`Plan::apply`] does it. Never: git objects, detection, printing.
//!
//! # Killed half way
//!
//! Whatever instant it is killed at, the hook that was there before is in force: git runs it, or the shim does.
//!
//! 1. Everything that takes room or permission is made first, under temporary names that git does not look at.
//! 2. The earlier hook is copied to the name under which it is kept. Both names hold it; git runs it.
//! 3. The shim is renamed over the hook. It runs the kept one first.
//!
//! Killed between 2 and 3, the kept file equals the hook, and the next run goes on from there. Taking out is one rename of
//! the kept file over the shim. Each hook is complete in itself, so one that fails leaves those before it as planned.

use std::{
    ffi::OsString,
    fs, io,
    io::Write as _,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, PermissionsExt as _, symlink},
    },
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{HookKind, shebang};

pub mod inspect;

/// The version that the shims carry; raised whenever their text changes, so that earlier ones are known as ours.
pub const VERSION: u32 = 5;

/// What the name of an earlier hook gets behind it while the shim stands in its place. The shims have it too.
const KEPT_SUFFIX: &str = ".before-tightlip";

/// How every shim of any version begins; the version and a newline follow.
const MARKER: &[u8] = b"#!/bin/sh\n# tightlip shim ";

/// The line of a shim that says where tightlip is; as it stands in the files, it leaves that to PATH.
const UNSET: &str = "\ninstalled=''\n";

/// What such a line begins with.
const SET: &str = "\ninstalled=";

/// What is to be done to the hooks in a folder.
#[derive(Debug)]
pub struct Plan {
    folder: PathBuf,
    steps: Vec<Step>,
}

/// What is to be done to one hook.
#[derive(Debug)]
pub struct Step {
    /// Which hook.
    pub hook: HookKind,
    /// What becomes of it.
    pub change: Change,
    /// The hook that was there before, where it is kept or was.
    pub earlier: Option<Earlier>,
    operations: Vec<Operation>,
}

/// What becomes of one hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was none: the shim is written.
    Write,
    /// There was somebody's: it is kept, and the shim written in its place.
    Keep,
    /// There was a shim of another version, for another program, or one that git cannot run: it is written anew.
    Renew,
    /// The shim is there and right.
    Current,
    /// The shim goes, and the earlier hook comes back.
    Restore,
    /// The shim goes; there was none before.
    Remove,
    /// The hook is somebody's, or a shim that somebody changed: it stays as it is.
    Leave,
    /// The hook is a shim of a later version, whose text is not known here: it stays as it is.
    LeaveNewer,
    /// There is none.
    Absent,
}

/// The hook that was there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The name under which it is kept.
    pub path: PathBuf,
    /// Whether git would run it, and so the shim does: it is a file, and executable.
    pub runs: bool,
    /// Whether it sees git's name for it in `$0` while the shim stands there, and not the one under which it is kept.
    pub sees_its_name: bool,
}

/// Why the hooks could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Before anything was changed.
    #[error("cannot read {path}; no hook was changed")]
    Read {
        /// The file, escaped for showing.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A folder, a device: git would try to run it, and a shim cannot stand for it.
    #[error("{path} is neither a file nor a link; no hook was changed. Move it away, and try again")]
    Strange {
        /// The thing, escaped for showing.
        path: String,
    },
    /// Somebody replaced the shim, while the hook from before it is still kept.
    #[error(
        "{hook} is not tightlip's, and {kept} is still kept from before; no hook was changed. \
         Delete the one that is no longer wanted, or join them in the first, and try again"
    )]
    TwoEarlier {
        /// The hook, escaped for showing.
        hook: String,
        /// The kept file, escaped for showing.
        kept: String,
    },
    /// Before anything was changed.
    #[error("cannot write into {path}; no hook was changed. Make the folder writable, and try again")]
    Prepare {
        /// The folder, escaped for showing.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Before anything was changed.
    #[error(
        "{path} is a link that leads nowhere; no hook was changed. \
         Make the folder that it names, or delete the link, and try again"
    )]
    LeadsNowhere {
        /// The folder of the hooks, escaped for showing.
        path: String,
    },
    /// In the midst of it.
    #[error("cannot change {path}; the hooks before it are done, and none is lost. Mend the cause, and try again")]
    Apply {
        /// The file, escaped for showing.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Plan {
    /// What it takes to have the shims of `hooks` in `folder`, which need not exist yet. The shims look for tightlip at `program`,
    /// an absolute path, and then on PATH; without it, on PATH alone.
    pub fn install(folder: &Path, program: Option<&Path>, hooks: &[HookKind]) -> Result<Self, Error> {
        Self::new(folder, hooks, |hook, path, kept| {
            let shim = File::Plain { bytes: text(hook, program), mode: None };
            let (hook_file, kept_file) = (File::read(path)?, File::read(kept)?);
            // What comes to stand there in the meantime is nobody's to write over.
            let place = Operation::Put { file: shim.clone(), to: path.into(), replace: hook_file.is_some() };
            Ok(match (hook_file, kept_file) {
                (None, _) => (Change::Write, vec![place]),
                (Some(file), _) if file.is_newer_shim() => (Change::LeaveNewer, vec![]),
                (Some(file), _) if file.is_shim(hook) => {
                    let right = file.bytes() == shim.bytes() && runs(path);
                    if right { (Change::Current, vec![]) } else { (Change::Renew, vec![place]) }
                }
                (Some(file), None) => {
                    (Change::Keep, vec![Operation::Put { file, to: kept.into(), replace: false }, place])
                }
                (Some(file), Some(copy)) if file == copy => (Change::Keep, vec![place]),
                (Some(_), Some(_)) => return Err(Error::TwoEarlier { hook: shown(path), kept: shown(kept) }),
            })
        })
    }

    /// What it takes to have no shim in `folder`, and what was there before back in its place.
    pub fn uninstall(folder: &Path) -> Result<Self, Error> {
        Self::new(folder, &HookKind::ALL, |hook, path, kept| {
            let restore = || Operation::Rename { from: kept.into(), to: path.into() };
            let (hook_file, kept_file) = (File::read(path)?, File::read(kept)?);
            Ok(match (hook_file, kept_file) {
                (None, None) => (Change::Absent, vec![]),
                (None, Some(_)) => (Change::Restore, vec![restore()]),
                (Some(file), _) if file.is_newer_shim() => (Change::LeaveNewer, vec![]),
                (Some(file), None) if file.is_shim(hook) => (Change::Remove, vec![Operation::Remove(path.into())]),
                (Some(file), Some(_)) if file.is_shim(hook) => (Change::Restore, vec![restore()]),
                (Some(file), Some(copy)) if file == copy => (Change::Restore, vec![Operation::Remove(kept.into())]),
                (Some(_), _) => (Change::Leave, vec![]),
            })
        })
    }

    fn new(
        folder: &Path,
        hooks: &[HookKind],
        decide: impl Fn(HookKind, &Path, &Path) -> Result<(Change, Vec<Operation>), Error>,
    ) -> Result<Self, Error> {
        let step = |hook: HookKind| {
            let path = folder.join(hook.name());
            let kept = folder.join(format!("{}{KEPT_SUFFIX}", hook.name()));
            let (change, operations) = decide(hook, &path, &kept)?;
            let there = if change == Change::Keep { &path } else { &kept };
            let runs = runs(there);
            // One that is executable and cannot be read is a program.
            let sees_its_name = runs && fs::read(there).is_ok_and(|bytes| shebang::is_read(&bytes));
            let is_kept = change == Change::Keep || fs::symlink_metadata(&kept).is_ok();
            let earlier = is_kept.then_some(Earlier { path: kept, runs, sees_its_name });
            Ok(Step { hook, change, earlier, operations })
        };
        Ok(Self { folder: folder.into(), steps: hooks.iter().copied().map(step).collect::<Result<_, _>>()? })
    }

    /// The folder of the hooks.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every hook, in the order in which they are changed.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Does it; see the head of this file for what holds when it fails or is killed.
    pub fn apply(&self) -> Result<(), Error> {
        self.prepare()?.into_iter().try_for_each(|prepared| prepared.run(&self.folder))
    }

    fn prepare(&self) -> Result<Vec<Prepared>, Error> {
        let operations: Vec<_> = self.steps.iter().flat_map(|step| &step.operations).collect();
        let failed = |source| Error::Prepare { path: shown(&self.folder), source };
        if !operations.is_empty() {
            if self.folder.is_symlink() && !self.folder.exists() {
                return Err(Error::LeadsNowhere { path: shown(&self.folder) });
            }
            fs::create_dir_all(&self.folder).map_err(failed)?;
        }
        operations.into_iter().map(|operation| operation.prepare(&self.folder).map_err(failed)).collect()
    }
}

/// Whether the hooks folder is part of the work tree, so that others get what is written there by git. It is not where a
/// `.gitignore` on the way to it ignores everything, as in the folder that husky makes.
pub fn is_shared(folder: &Path, work_dir: &Path) -> bool {
    let (folder, work_dir) = (real(folder), real(work_dir));
    let tracked = |inside: &Path| inside.components().all(|part| part.as_os_str() != ".git");
    folder.strip_prefix(&work_dir).is_ok_and(tracked)
        && !folder.ancestors().take_while(|part| part.starts_with(&work_dir)).any(ignores_everything)
}

/// Whether a folder's own `.gitignore` ignores all that is in it, with no exception.
fn ignores_everything(folder: &Path) -> bool {
    let lines = fs::read(folder.join(".gitignore")).unwrap_or_default();
    let lines: Vec<_> = lines.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    lines.contains(&b"*".as_slice()) && !lines.iter().any(|line| line.starts_with(b"!"))
}

/// A path for people: control characters escaped, so that a name cannot rewrite the terminal.
pub fn shown(path: &Path) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().collect() } else { String::from(c) };
    path.to_string_lossy().chars().map(escape).collect()
}

/// `path` without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let resolved = path.ancestors().find_map(|known| {
        let rest = path.strip_prefix(known).expect("an ancestor is a prefix");
        known.canonicalize().ok().map(|known| known.join(rest))
    });
    resolved.unwrap_or_else(|| path.into())
}

/// A shim as it stands in `hooks/`, which works by itself too.
fn template(hook: HookKind) -> &'static str {
    match hook {
        HookKind::PreCommit => include_str!("../../hooks/pre-commit"),
        HookKind::PreMergeCommit => include_str!("../../hooks/pre-merge-commit"),
        HookKind::PreApplypatch => include_str!("../../hooks/pre-applypatch"),
        HookKind::PrepareCommitMsg => include_str!("../../hooks/prepare-commit-msg"),
        HookKind::CommitMsg => include_str!("../../hooks/commit-msg"),
        HookKind::PrePush => include_str!("../../hooks/pre-push"),
        HookKind::PreReceive => include_str!("../../hooks/pre-receive"),
    }
}

/// What stands before and behind the line that says where tightlip is.
fn halves(hook: HookKind) -> (&'static str, &'static str) {
    template(hook).split_once(UNSET).expect("every shim has the line; a test reads them all")
}

/// The shim of `hook`, looking for tightlip at `program`.
fn text(hook: HookKind, program: Option<&Path>) -> Vec<u8> {
    let (head, tail) = halves(hook);
    let program = quote(program.map_or(b"", |path| path.as_os_str().as_bytes()));
    [head.as_bytes(), SET.as_bytes(), &program, b"\n", tail.as_bytes()].concat()
}

/// One word for sh, whatever bytes: in single quotes only a single quote is special.
fn quote(bytes: &[u8]) -> Vec<u8> {
    let parts: Vec<_> = bytes.split(|&byte| byte == b'\'').collect();
    [b"'", parts.join(br"'\''".as_slice()).as_slice(), b"'"].concat()
}

/// Whether `bytes` are one word as [`quote`] writes it.
fn is_quoted(bytes: &[u8]) -> bool {
    let inner = bytes.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'"));
    inner.is_some_and(|inner| {
        let unquoted = String::from_utf8_lossy(inner).replace(r"'\''", "");
        !unquoted.contains('\'')
    })
}

/// Whether git would run what is at `path`.
fn runs(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0)
}

/// A hook's file, with all that has to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
enum File {
    Plain {
        bytes: Vec<u8>,
        /// The permission bits; none for what the umask makes of a new program.
        mode: Option<u32>,
    },
    /// Where it points to, as written. Hooks are kept in their own folder, so that it still points there.
    Link(OsString),
}

impl File {
    /// What is at `path`, if anything.
    fn read(path: &Path) -> Result<Option<Self>, Error> {
        let read = || -> io::Result<Option<Self>> {
            let found = fs::symlink_metadata(path)?;
            Ok(if found.is_symlink() {
                Some(Self::Link(fs::read_link(path)?.into_os_string()))
            } else if found.is_file() {
                Some(Self::Plain { bytes: fs::read(path)?, mode: Some(found.mode() & 0o7777) })
            } else {
                None
            })
        };
        match read() {
            Ok(Some(file)) => Ok(Some(file)),
            Ok(None) => Err(Error::Strange { path: shown(path) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Read { path: shown(path), source }),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain { bytes, .. } => bytes,
            Self::Link(_) => &[],
        }
    }

    /// The version that it carries, if it begins as a shim does.
    fn version(&self) -> Option<u32> {
        let rest = self.bytes().strip_prefix(MARKER)?;
        str::from_utf8(rest.split(|&byte| byte == b'\n').next()?).ok()?.parse().ok()
    }

    /// Whether it is a shim as this version of tightlip or an earlier one wrote it. Of this version every byte is known, so that
    /// a shim that somebody changed counts as theirs; of earlier ones the first lines have to do.
    fn is_shim(&self, hook: HookKind) -> bool {
        match self.version() {
            Some(VERSION) => {
                let (head, tail) = halves(hook);
                let head = [head, SET].concat();
                let tail = ["\n", tail].concat();
                let program = self.bytes().strip_prefix(head.as_bytes());
                program.and_then(|rest| rest.strip_suffix(tail.as_bytes())).is_some_and(is_quoted)
            }
            version => version.is_some_and(|version| version < VERSION),
        }
    }

    /// Whether it is a shim of a later version, as far as its first lines say.
    fn is_newer_shim(&self) -> bool {
        self.version().is_some_and(|version| version > VERSION)
    }
}

/// One change that the file system does as a whole or not at all.
#[derive(Debug)]
enum Operation {
    Put { file: File, to: PathBuf, replace: bool },
    Rename { from: PathBuf, to: PathBuf },
    Remove(PathBuf),
}

/// An [`Operation`] that takes neither room nor reading any more.
enum Prepared {
    Persist { file: NamedTempFile, to: PathBuf, replace: bool },
    Link { target: OsString, to: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Remove(PathBuf),
}

impl Operation {
    fn prepare(&self, folder: &Path) -> io::Result<Prepared> {
        Ok(match self {
            Self::Put { file: File::Plain { bytes, mode }, to, replace } => {
                Prepared::Persist { file: temporary(folder, bytes, *mode)?, to: to.clone(), replace: *replace }
            }
            Self::Put { file: File::Link(target), to, .. } => Prepared::Link { target: target.clone(), to: to.clone() },
            Self::Rename { from, to } => Prepared::Rename { from: from.clone(), to: to.clone() },
            Self::Remove(path) => Prepared::Remove(path.clone()),
        })
    }
}

impl Prepared {
    fn run(self, folder: &Path) -> Result<(), Error> {
        let (path, result) = match self {
            Self::Persist { file, to, replace } => {
                let stands = if replace {
                    file.persist(&to).map(drop).map_err(|error| error.error)
                } else {
                    persist_beside_others(file, &to)
                };
                (to, stands)
            }
            Self::Link { target, to } => {
                let linked = symlink(target, &to);
                (to, linked)
            }
            Self::Rename { from, to } => {
                let renamed = fs::rename(from, &to);
                (to, renamed)
            }
            Self::Remove(path) => {
                let removed = fs::remove_file(&path);
                (path, removed)
            }
        };
        // The next change may rest on this one, so its name has to be on disk first.
        result
            .and_then(|()| fs::File::open(folder)?.sync_all())
            .map_err(|source| Error::Apply { path: shown(&path), source })
    }
}

/// Gives `file` the name `to`, unless something else stands there; the same may, since another tightlip may have been faster.
fn persist_beside_others(file: NamedTempFile, to: &Path) -> io::Result<()> {
    file.persist_noclobber(to).map(drop).or_else(|refused| {
        let is_there = refused.error.kind() == io::ErrorKind::AlreadyExists;
        let is_same = is_there && fs::read(refused.file.path())? == fs::read(to)?;
        if is_same { Ok(()) } else { Err(refused.error) }
    })
}

/// A file on disk, bytes and mode, that is deleted unless it gets a name.
fn temporary(folder: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<NamedTempFile> {
    let program = fs::Permissions::from_mode(0o755);
    let mut file = tempfile::Builder::new().prefix(".tightlip-").permissions(program).tempfile_in(folder)?;
    file.write_all(bytes)?;
    // A umask that takes the owner's own bits away would make a hook that git passes over.
    let mode = mode.map_or_else(|| file.as_file().metadata().map(|made| made.mode() & 0o7777 | 0o700), Ok)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests;
