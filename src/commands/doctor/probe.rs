//! A scratch index with a made-up token, and what the hooks say to it when they are run as git runs them.
//!
//! The token stands in a file that only the scratch index has, and in one that is on disk too: hook managers pass over names of
//! which there is no file.
//!
//! The index is a copy, and new objects go to a folder of their own. Every file counts as unchanged there, so that a hook which
//! puts unstaged work aside finds none. Never: the user's index, objects or work tree.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Seek as _, Write as _},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::{
    commands::install::on_path,
    git::Repository,
    hook::HookKind,
    report::escape,
    rules::{RuleSet, recipe},
};

/// The file that the scratch index adds.
const PATH: &str = "tightlip-doctor-made-this-up.py";

/// What a graphical client that was started from a desktop gives to git.
pub(super) const BARE_PATH: &str = "/usr/bin:/bin";

/// What of the environment says who and where the user is, and which configuration git reads.
const KEPT: [&str; 13] = [
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
];

/// Rules to try, and tokens that they find: the first that is in force is taken.
const TOKENS: [(&str, &str); 3] = [
    ("github-pat", "ghp_{base62:30}{crc32-base62}"),
    ("stripe-secret-key", "sk_live_{base62:24}"),
    ("gitlab-pat", "glpat-{base62:20}"),
];

/// Why the scratch index could not be made, or the hook not be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no git on PATH.
    #[error("there is no git on PATH")]
    NoGit,
    /// In the temporary folder.
    #[error("cannot make a scratch index")]
    Scratch(#[source] io::Error),
    /// A command of git's ended with an error.
    #[error("`git {command}` failed: {said}")]
    Git {
        /// Its first word.
        command: String,
        /// The last line that it wrote to standard error.
        said: String,
    },
    /// The hook cannot be started.
    #[error("cannot run the hook")]
    Run(#[source] io::Error),
}

/// What the hooks made of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// tightlip refused it, by the token.
    Blocked,
    /// They let it pass.
    Passed,
    /// It was refused, but not by the token.
    Refused {
        /// What was said, a line each.
        said: String,
    },
}

/// The environment that the hooks are run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surroundings {
    /// As a graphical client gives it.
    Bare,
    /// With the user's own PATH.
    Terminal,
}

/// See the module.
pub struct Probe {
    scratch: tempfile::TempDir,
    git: PathBuf,
    /// Where git runs hooks.
    dir: PathBuf,
    hook: HookKind,
    objects: PathBuf,
    rule: &'static str,
    /// The files that hold the token in the scratch index.
    paths: Vec<String>,
    /// There are files on disk that the index could differ from.
    has_work_tree: bool,
    /// What git says on standard input.
    input: Vec<u8>,
}

impl Probe {
    /// Makes the scratch index, with a token that one of `rules` finds.
    pub fn new(repository: &Repository, rules: &RuleSet) -> Result<Self, Error> {
        let scratch = tempfile::tempdir().map_err(Error::Scratch)?;
        let git = on_path("git").ok_or(Error::NoGit)?;
        let hook = if repository.work_dir().is_some() { HookKind::PreCommit } else { HookKind::PreReceive };
        let (rule, recipe) =
            TOKENS.into_iter().find(|(id, _)| rules.iter().any(|rule| rule.id == *id)).unwrap_or(TOKENS[0]);
        let mut probe = Self {
            git,
            dir: repository.work_dir().unwrap_or_else(|| repository.git_dir()).to_path_buf(),
            hook,
            objects: repository.common_dir().join("objects"),
            rule,
            paths: vec![PATH.to_owned()],
            has_work_tree: repository.work_dir().is_some(),
            input: Vec::new(),
            scratch,
        };
        fs::create_dir(probe.scratch.path().join("objects")).map_err(Error::Scratch)?;
        let index = repository.git_dir().join("index");
        if index.is_file() {
            fs::copy(index, probe.index()).map_err(Error::Scratch)?;
        }
        probe.stage(recipe)?;
        Ok(probe)
    }

    /// The hook that is tried.
    pub fn hook(&self) -> HookKind {
        self.hook
    }

    fn index(&self) -> PathBuf {
        self.scratch.path().join("index")
    }

    fn stage(&mut self, recipe: &str) -> Result<(), Error> {
        let token = recipe::expand(recipe, PATH).expect("a test follows all of them").bytes;
        let line = [b"token = \"".as_slice(), &token, b"\"\n"].concat();
        if self.has_work_tree {
            let files = self.git(&["ls-files", "-z"], b"")?;
            // Files in conflict cannot be marked, and stop no hook either.
            let _ = self.git(&["update-index", "-z", "--skip-worktree", "--stdin"], &files);
            self.paths.extend(plain_file(&files, &self.dir));
        }
        let id = line_of(&self.git(&["hash-object", "-w", "--stdin"], &line)?);
        for path in &self.paths {
            self.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{id},{path}")], b"")?;
            if self.has_work_tree {
                self.git(&["update-index", "--skip-worktree", "--", path], b"")?;
            }
        }
        // As `git commit` does before it runs the hook; not possible in a conflict.
        let tree = self.git(&["write-tree"], b"");
        if self.hook == HookKind::PreReceive {
            let commit = line_of(&self.git(&["commit-tree", &line_of(&tree?)], b"made up\n")?);
            let none = "0".repeat(commit.len());
            self.input = format!("{none} {commit} refs/heads/tightlip-doctor\n").into_bytes();
        }
        Ok(())
    }

    /// Runs git on the scratch index; what it writes to standard output.
    fn git(&self, args: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
        let mut command = self.command(&self.git, Surroundings::Terminal);
        command.args(["-c", "core.splitIndex=false", "-c", "core.fsmonitor=false"]).args(args);
        for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
            command.env(name, "tightlip doctor");
        }
        for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
            command.env(name, "doctor@example.com");
        }
        let output = output(&mut command, input).map_err(Error::Run)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = escape::text(said.lines().last().unwrap_or("nothing"));
        Err(Error::Git { command: args[0].to_owned(), said })
    }

    /// Runs the hooks as git would before it stores the scratch index, from `folder`.
    pub fn fire(&self, folder: &Path, surroundings: Surroundings) -> Result<Answer, Error> {
        let name = self.hook.name();
        let mut by_git = self.command(&self.git, surroundings);
        by_git.args(["hook", "run"]);
        let input = self.scratch.path().join("input");
        if !self.input.is_empty() {
            fs::write(&input, &self.input).map_err(Error::Scratch)?;
            by_git.arg("--to-stdin").arg(&input);
        }
        let mut answer = output(by_git.arg(name), b"").map_err(Error::Run)?;
        // Before 2.36 git has no such command, and some versions not that option.
        if answer.status.code() == Some(USAGE) || said(&answer).contains("is not a git command") {
            let mut by_hand = self.command(&folder.join(name), surroundings);
            answer = output(&mut by_hand, &self.input).map_err(Error::Run)?;
        }
        let said = said(&answer);
        Ok(if answer.status.success() {
            Answer::Passed
        } else if said.contains(self.rule) && self.paths.iter().any(|path| said.contains(path)) {
            Answer::Blocked
        } else {
            Answer::Refused { said }
        })
    }

    fn command(&self, program: &Path, surroundings: Surroundings) -> Command {
        let path = match surroundings {
            Surroundings::Bare => OsString::from(BARE_PATH),
            Surroundings::Terminal => env::var_os("PATH").unwrap_or_default(),
        };
        let mut command = Command::new(program);
        command
            .current_dir(&self.dir)
            .env_clear()
            .envs(KEPT.into_iter().filter_map(|name| Some((name, env::var_os(name)?))))
            .env("PATH", path)
            .env("GIT_INDEX_FILE", self.index())
            .env("GIT_OBJECT_DIRECTORY", self.scratch.path().join("objects"))
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", listed(&self.objects))
            .env("GIT_EDITOR", ":");
        command
    }
}

/// With this git answers an option that it does not have.
const USAGE: i32 = 129;

/// A folder as an entry of `GIT_ALTERNATE_OBJECT_DIRECTORIES`, which colons divide and quotes hold together, as in C.
fn listed(folder: &Path) -> OsString {
    let bytes = folder.as_os_str().as_bytes();
    if !bytes.contains(&b':') && !bytes.starts_with(b"\"") {
        return folder.as_os_str().to_owned();
    }
    let escaped = bytes.iter().flat_map(|byte| match byte {
        b'"' | b'\\' => vec![b'\\', *byte],
        b'\n' => b"\\n".to_vec(),
        _ => vec![*byte],
    });
    OsString::from_vec([b"\"".to_vec(), escaped.collect(), b"\"".to_vec()].concat())
}

/// Runs a program on `input`, and waits for what it says. It may answer while it reads, or not read at all.
pub(super) fn output(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let mut file = tempfile::tempfile()?;
    file.write_all(input)?;
    file.rewind()?;
    command.stdin(file).output()
}

/// A tracked file that is on disk, and that no tool takes for its own: a hidden one may be a configuration.
fn plain_file(names: &[u8], top: &Path) -> Option<String> {
    let mut names = names.split(|&byte| byte == 0).filter_map(|name| str::from_utf8(name).ok());
    let is_plain = |name: &&str| !name.is_empty() && !name.split('/').any(|part| part.starts_with('.'));
    let is_file = |name: &&str| fs::symlink_metadata(top.join(name)).is_ok_and(|found| found.is_file());
    names.find(|name| is_plain(name) && is_file(name)).map(str::to_owned)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), b"\n", &output.stderr].concat()).into_owned()
}

fn line_of(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    #[test]
    fn a_folder_with_a_colon_is_one_entry() {
        for (folder, entry) in [("/a/b", "/a/b"), ("/a:b", "\"/a:b\""), ("/a:\"b\\", "\"/a:\\\"b\\\\\"")] {
            assert_eq!(listed(Path::new(folder)), entry);
        }
    }

    #[test]
    fn a_file_that_no_tool_takes_for_its_own() {
        let top = tempfile::tempdir().expect("a folder");
        for name in [".env", "src.py"] {
            fs::write(top.path().join(name), "").expect("a file");
        }
        let names = b".env\0gone.py\0src.py\0";
        assert_eq!(plain_file(names, top.path()).as_deref(), Some("src.py"));
        assert_eq!(plain_file(b"", top.path()), None);
    }

    #[test]
    fn every_token_can_be_made_and_is_found_by_its_rule() {
        let detector = Detector::new(RuleSet::builtin());
        for (id, recipe) in TOKENS {
            let token = recipe::expand(recipe, PATH).expect("a recipe").bytes;
            let line = [b"token = \"".as_slice(), &token, b"\"\n"].concat();
            let found = detector.detect(PATH.as_bytes(), &line);
            assert_eq!(detector.rule(found[0].by).id, id);
        }
    }
}
