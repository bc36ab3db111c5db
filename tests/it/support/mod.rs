//! The harness: real git in throwaway repositories, with user, time and configuration pinned.

pub mod golden;
pub mod outcomes;
pub mod random;
pub mod schema;
pub mod terminal;
pub mod tokens;

use std::{
    ffi::OsStr,
    fs,
    io::ErrorKind,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

/// A throwaway folder with a repository at `repo` and a home at `home`.
pub struct Repo {
    root: tempfile::TempDir,
    top: PathBuf,
    env: Vec<(String, String)>,
}

/// What a program came to.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Repo {
    /// A repository without commits, on the branch `main`.
    pub fn new() -> Self {
        Self::init(&[])
    }

    /// A repository without commits, made by `git init` with more `options`.
    pub fn init(options: &[&str]) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let top = root.path().join("repo");
        fs::create_dir_all(root.path().join("home")).expect("a home");
        fs::create_dir_all(&top).expect("a folder");
        let repo = Self { root, top, env: Vec::new() };
        repo.git([&["init", "-q", "-b", "main"], options].concat());
        repo
    }

    /// A repository that tightlip protects, with one commit in it.
    pub fn protected() -> Self {
        let repo = Self::new();
        repo.commit_file("README", "hello\n");
        repo.install();
        repo
    }

    /// The top of the work tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The folder that the repository, its home and whatever else a test wants stand in.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The same repository and environment as seen from another folder: a linked worktree, a submodule.
    pub fn at(self, top: impl Into<PathBuf>) -> Self {
        Self { top: top.into(), ..self }
    }

    /// Sets an environment variable for everything that is run from now on.
    pub fn env(&mut self, name: &str, value: &str) {
        self.env.push((name.into(), value.into()));
    }

    /// Writes a file, its folders too.
    pub fn write(&self, path: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) {
        let path = self.top.join(path.as_ref());
        fs::create_dir_all(path.parent().expect("below the top")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    /// Writes a file and stages it.
    pub fn stage(&self, path: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) {
        self.write(path.as_ref(), bytes);
        self.git([OsStr::new("add"), OsStr::new("-f"), OsStr::new("--"), path.as_ref()]);
    }

    /// Writes a file and commits it without any hook.
    pub fn commit_file(&self, path: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) {
        self.stage(path, bytes);
        self.git(["commit", "-q", "--no-verify", "-m", "a file"]);
    }

    /// Runs git, which must succeed; its standard output, without the last newline.
    pub fn git(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> String {
        let run = self.try_git(args);
        assert_eq!(run.code, 0, "git failed: {run:?}");
        run.stdout.trim_end_matches('\n').to_owned()
    }

    /// Runs git, which may fail.
    pub fn try_git(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
        self.run(Path::new("git"), args, b"")
    }

    /// Commits what is staged, through the hooks.
    pub fn commit(&self) -> Run {
        self.try_git(["commit", "-q", "-m", "a commit"])
    }

    /// Runs the tightlip that was built for this test.
    pub fn tightlip(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
        self.run(Self::binary(), args, b"")
    }

    /// Runs the tightlip that was built for this test with something on standard input.
    pub fn tightlip_with(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>, input: &[u8]) -> Run {
        self.run(Self::binary(), args, input)
    }

    /// `tightlip install`, which must succeed.
    pub fn install(&self) {
        let run = self.tightlip(["install"]);
        assert_eq!(run.code, 0, "install failed: {run:?}");
    }

    /// The tightlip that was built for this test.
    pub fn binary() -> &'static Path {
        Path::new(env!("CARGO_BIN_EXE_tightlip"))
    }

    /// Puts a copy of tightlip at `to`. Another process writes it: while this one has it open, a child that some other test
    /// starts would have it open too, and the system runs no program that is being written.
    pub fn copy_binary(&self, to: &Path) {
        assert_eq!(self.run("cp".as_ref(), [Self::binary(), to], b"").code, 0, "no copy at {}", to.display());
    }

    /// Runs any program at the top of the work tree in the pinned environment.
    pub fn run(&self, program: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>, input: &[u8]) -> Run {
        use std::io::Write;

        let mut child = self.start(program, args);
        let mut stdin = child.stdin.take().expect("piped");
        thread::scope(|scope| {
            // Beside the reading, since pipes hold little. A program that does not read its input closes it early.
            scope.spawn(move || stdin.write_all(input));
            Run::of(child)
        })
    }

    /// Starts what [`Repo::run`] runs, and leaves it running.
    pub fn start(&self, program: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Child {
        let mut command = self.command(program, args);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        loop {
            match command.spawn() {
                // Another test's child was forked while this program was being written, and has yet to close it.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
                started => return started.expect("the program starts"),
            }
        }
    }

    /// Any program at the top of the work tree in the pinned environment.
    fn command(&self, program: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.top).env_clear().envs(self.pinned()).envs(self.env.iter().cloned());
        command
    }

    /// A path as the bytes it has, for names that are not UTF-8.
    pub fn name(bytes: &[u8]) -> &OsStr {
        OsStr::from_bytes(bytes)
    }

    fn pinned(&self) -> Vec<(String, String)> {
        let home = self.root.path().join("home");
        let path = std::env::var("PATH").expect("a PATH to find git on");
        [
            ("PATH", path.as_str()),
            ("HOME", home.to_str().expect("a temporary folder in UTF-8")),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.com"),
            ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_COMMITTER_EMAIL", "ada@example.com"),
            ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
            ("GIT_EDITOR", "true"),
            ("LC_ALL", "C.UTF-8"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

impl Run {
    /// How `child` ends, and what it says until then.
    pub fn of(child: Child) -> Self {
        let output = child.wait_with_output().expect("the program ends");
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It succeeded and said nothing.
    #[track_caller]
    pub fn unnoticed(&self) {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.as_str()), (0, "", ""), "expected silence: {self:?}");
    }

    /// It was refused for the rule `id`: git or tightlip ended with 1, and the message names the rule.
    #[track_caller]
    pub fn blocked_by(&self, id: &str) {
        assert_eq!(self.code, 1, "expected a block: {self:?}");
        assert!(self.stderr.contains(id) || self.stdout.contains(id), "expected {id}: {self:?}");
    }
}
