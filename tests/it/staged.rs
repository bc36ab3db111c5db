//! Every way to commit, through the installed hook: once with a secret, once without.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::support::{Repo, Run, tokens};

const RULE: &str = "stripe-secret-key";

/// Prepares a repository and commits `text` in it, in one certain way.
type Row = (&'static str, fn(text: &str) -> Attempt);

/// A commit that was tried.
struct Attempt {
    repo: Repo,
    before: String,
    run: Run,
}

impl Attempt {
    /// Tries `commit` and keeps what `HEAD` was before.
    fn of(repo: Repo, commit: impl FnOnce(&Repo) -> Run) -> Self {
        let before = head(&repo);
        let run = commit(&repo);
        Self { repo, before, run }
    }

    fn plain(repo: Repo) -> Self {
        Self::of(repo, Repo::commit)
    }

    fn is_committed(&self) -> bool {
        head(&self.repo) != self.before
    }
}

fn head(repo: &Repo) -> String {
    repo.try_git(["rev-parse", "-q", "--verify", "HEAD"]).stdout
}

fn secret() -> String {
    format!("key = \"{}\"\n", tokens::stripe(1))
}

const CLEAN: &str = "nothing to see here\n";

#[test]
fn blocks_a_secret_and_does_not_notice_anything_else() {
    for (name, row) in ROWS {
        let blocked = row(&secret());
        assert_eq!(blocked.run.code, 1, "{name}: expected a block: {:?}", blocked.run);
        assert!(blocked.run.stderr.contains(RULE), "{name}: expected {RULE}: {:?}", blocked.run);
        assert!(!blocked.is_committed(), "{name}: the secret was committed");

        let passed = row(CLEAN);
        assert_eq!(
            (passed.run.code, passed.run.stderr.as_str()),
            (0, ""),
            "{name}: expected silence: {:?}",
            passed.run
        );
        assert!(passed.is_committed(), "{name}: nothing was committed");
    }
}

#[test]
fn passes_what_brings_no_secret() {
    for (name, row) in PASSING {
        let passed = row(&secret());
        assert_eq!(passed.run.code, 0, "{name}: expected to pass: {:?}", passed.run);
        assert!(passed.is_committed(), "{name}: nothing was committed");
    }
}

const ROWS: &[Row] = &[
    ("commit", |text| {
        let repo = Repo::protected();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("commit in a new folder", |text| {
        let repo = Repo::protected();
        repo.stage("one/two/three/a.txt", text);
        Attempt::plain(repo)
    }),
    ("commit -a", |text| {
        let repo = with_old_file();
        repo.write("a.txt", text);
        Attempt::of(repo, |repo| repo.try_git(["commit", "-qam", "a"]))
    }),
    ("commit PATH", |text| {
        let repo = with_old_file();
        repo.stage("b.txt", "staged, but not meant\n");
        repo.write("a.txt", text);
        Attempt::of(repo, |repo| repo.try_git(["commit", "-qm", "a", "a.txt"]))
    }),
    ("commit PATH from a folder below", |text| {
        let repo = with_old_file();
        repo.commit_file("sub/b.txt", "old\n");
        repo.write("sub/b.txt", text);
        Attempt::of(repo, |repo| repo.try_git(["-C", "sub", "commit", "-qm", "a", "b.txt"]))
    }),
    ("commit -p", |text| {
        let repo = with_old_file();
        repo.write("a.txt", text);
        Attempt::of(repo, |repo| repo.run(Path::new("git"), ["commit", "-qpm", "a"], b"y\n"))
    }),
    ("commit --amend", |text| {
        let repo = with_old_file();
        repo.stage("a.txt", text);
        Attempt::of(repo, |repo| repo.try_git(["commit", "-q", "--amend", "--no-edit"]))
    }),
    ("commit -v with a message from an editor", |text| {
        let mut repo = with_old_file();
        repo.env("GIT_EDITOR", "echo a message >");
        repo.stage("a.txt", text);
        Attempt::of(repo, |repo| repo.try_git(["commit", "-qv"]))
    }),
    ("the first commit", |text| {
        let repo = Repo::new();
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("the first commit of an orphan branch", |text| {
        let repo = with_old_file();
        repo.git(["switch", "-q", "--orphan", "other"]);
        repo.stage("b.txt", text);
        Attempt::plain(repo)
    }),
    ("on no branch", |text| {
        let repo = with_old_file();
        repo.git(["checkout", "-q", "--detach"]);
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a merge concluded after a conflict", |text| {
        let repo = in_conflict();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a clean merge", |text| {
        // A merge driver stands for any merge whose result is in neither parent.
        let repo = with_old_file();
        repo.commit_file(".gitattributes", "a.txt merge=driven\n");
        repo.write("../result", text);
        repo.git(["config", "merge.driven.driver", "cp ../result %A"]);
        branch_off(&repo, "a.txt", "theirs\n");
        repo.commit_file("a.txt", "ours\n");
        Attempt::of(repo, |repo| repo.try_git(["merge", "-q", "--no-edit", "other"]))
    }),
    ("a linked worktree", |text| {
        let repo = with_old_file();
        repo.git(["worktree", "add", "-q", "../linked", "-b", "linked"]);
        let linked = repo.root().join("linked");
        let repo = repo.at(linked);
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a submodule", |text| {
        let repo = with_old_file();
        repo.git(["clone", "-q", ".", "../library"]);
        repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "sub"]);
        let sub = repo.top().join("sub");
        let repo = repo.at(sub);
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a separate git directory", |text| {
        let repo = Repo::init(&["--separate-git-dir=../elsewhere"]);
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a clone that borrows objects", |text| {
        let repo = with_old_file();
        repo.git(["clone", "-q", "--shared", ".", "../clone"]);
        let clone = repo.root().join("clone");
        let repo = repo.at(clone);
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a shallow clone", |text| {
        let repo = with_old_file();
        repo.git(["clone", "-q", "--depth=1", &format!("file://{}", repo.top().display()), "../clone"]);
        let clone = repo.root().join("clone");
        let repo = repo.at(clone);
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("everything packed", |text| {
        let repo = with_old_file();
        repo.stage("a.txt", text);
        repo.git(["gc", "-q"]);
        Attempt::plain(repo)
    }),
    ("a new symbolic link", |text| {
        let repo = with_old_file();
        symlink(text.trim_end(), repo.top().join("link")).expect("a link");
        repo.git(["add", "link"]);
        Attempt::plain(repo)
    }),
    ("from file to symbolic link", |text| {
        let repo = with_old_file();
        fs::remove_file(repo.top().join("a.txt")).expect("a file");
        symlink(text.trim_end(), repo.top().join("a.txt")).expect("a link");
        repo.git(["add", "a.txt"]);
        Attempt::plain(repo)
    }),
    ("from symbolic link to file", |text| {
        let repo = with_old_file();
        symlink("target", repo.top().join("link")).expect("a link");
        repo.git(["add", "link"]);
        repo.git(["commit", "-qnm", "link"]);
        fs::remove_file(repo.top().join("link")).expect("a link");
        repo.stage("link", text);
        Attempt::plain(repo)
    }),
    ("from file to folder", |text| {
        let repo = with_old_file();
        repo.git(["rm", "-q", "a.txt"]);
        repo.stage("a.txt/b", text);
        Attempt::plain(repo)
    }),
    ("a copy", |text| {
        let repo = with_old_file();
        repo.commit_file("from.txt", text);
        repo.stage("to.txt", text);
        Attempt::plain(repo)
    }),
    ("rename and edit", |text| {
        let repo = with_old_file();
        repo.git(["mv", "a.txt", "b.txt"]);
        repo.stage("b.txt", format!("old\n{text}"));
        Attempt::plain(repo)
    }),
    ("beside an intent to add", |text| {
        let repo = with_old_file();
        repo.write("later.txt", "not yet\n");
        repo.git(["add", "-N", "later.txt"]);
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a sparse index", |text| {
        let repo = with_folders();
        repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "one"]);
        repo.stage("one/a.txt", text);
        Attempt::plain(repo)
    }),
    ("outside of a sparse checkout", |text| {
        let repo = with_folders();
        repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "one"]);
        repo.write("two/new.txt", text);
        repo.git(["add", "--sparse", "two/new.txt"]);
        Attempt::plain(repo)
    }),
    ("a split index", |text| {
        let repo = with_folders();
        repo.git(["update-index", "--split-index"]);
        repo.stage("one/a.txt", text);
        Attempt::plain(repo)
    }),
    ("index version 4", |text| {
        let repo = with_folders();
        repo.git(["update-index", "--index-version=4"]);
        repo.stage("one/a.txt", text);
        Attempt::plain(repo)
    }),
    ("an index without checksum", |text| {
        let repo = with_folders();
        repo.git(["config", "index.skipHash", "true"]);
        repo.stage("one/a.txt", text);
        Attempt::plain(repo)
    }),
    ("an index with more extensions", |text| {
        let repo = with_folders();
        repo.git(["config", "core.untrackedCache", "true"]);
        repo.git(["config", "index.threads", "2"]);
        repo.git(["config", "index.recordEndOfIndexEntries", "true"]);
        repo.git(["config", "index.recordOffsetTable", "true"]);
        repo.git(["status"]);
        repo.stage("one/a.txt", text);
        Attempt::plain(repo)
    }),
    ("a SHA-256 repository", |text| {
        let repo = Repo::init(&["--object-format=sha256"]);
        repo.commit_file("README", "hello\n");
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a reftable repository", |text| {
        let repo = reftable();
        repo.commit_file("README", "hello\n");
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("the first commit of a reftable repository", |text| {
        let repo = reftable();
        repo.install();
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a replaced blob", |text| {
        let repo = with_old_file();
        repo.stage("a.txt", text);
        repo.write("../other", "another text\n");
        let other = repo.git(["hash-object", "-w", "../other"]);
        repo.git(["replace", &repo.git(["rev-parse", ":a.txt"]), &other]);
        Attempt::plain(repo)
    }),
    ("a replaced HEAD that has it already", |text| {
        let repo = with_old_file();
        branch_off(&repo, "a.txt", text);
        repo.stage("a.txt", text);
        repo.git(["replace", "HEAD", "other"]);
        // Git takes this for all that is new.
        repo.stage("b.txt", CLEAN);
        Attempt::plain(repo)
    }),
    ("attributes that make it binary", |text| {
        let repo = with_old_file();
        repo.commit_file(".gitattributes", "*.txt binary\n*.cfg -diff\n");
        repo.stage("b.cfg", text);
        Attempt::plain(repo)
    }),
    ("attributes of the clone alone", |text| {
        let repo = with_old_file();
        repo.write(".git/info/attributes", "* -diff\n");
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a textconv driver that hides everything", |text| {
        let repo = with_old_file();
        repo.commit_file(".gitattributes", "*.txt diff=hidden\n");
        repo.git(["config", "diff.hidden.textconv", "echo hidden #"]);
        repo.git(["config", "diff.external", "true"]);
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("colour everywhere", |text| {
        let repo = with_old_file();
        repo.git(["config", "color.ui", "always"]);
        repo.git(["config", "diff.noprefix", "true"]);
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("beside a NUL byte", |text| {
        let repo = with_old_file();
        repo.stage("a.bin", format!("\0\n{text}"));
        Attempt::plain(repo)
    }),
    ("a name with a newline", |text| named(b"a\nb.txt", text)),
    ("a name with quotes", |text| named(b"it's \"quoted\".txt", text)),
    ("a name that is not UTF-8", |text| named(b"\xff\xfe.txt", text)),
    ("a name with a leading dash", |text| named(b"--no-verify", text)),
    ("a name with spaces", |text| named(b" a b /c d ", text)),
    ("a name with a backslash and a colour", |text| named(b"\\n\x1b[31m.txt", text)),
    ("inside of a ref namespace", |text| {
        let mut repo = with_old_file();
        repo.stage("a.txt", text);
        repo.env("GIT_NAMESPACE", "elsewhere");
        Attempt::plain(repo)
    }),
    ("GIT_DIR and GIT_WORK_TREE in the environment", |text| {
        let mut repo = with_old_file();
        let (git_dir, top) = (repo.top().join(".git"), repo.top().to_owned());
        repo.env("GIT_DIR", git_dir.to_str().expect("UTF-8"));
        repo.env("GIT_WORK_TREE", top.to_str().expect("UTF-8"));
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
    ("objects in another folder", |text| {
        let mut repo = with_old_file();
        fs::rename(repo.top().join(".git/objects"), repo.root().join("objects")).expect("renamed");
        fs::create_dir(repo.top().join(".git/objects")).expect("git wants the folder");
        let objects = repo.root().join("objects");
        repo.env("GIT_OBJECT_DIRECTORY", objects.to_str().expect("UTF-8"));
        repo.stage("a.txt", text);
        Attempt::plain(repo)
    }),
];

const PASSING: &[Row] = &[
    ("a mode change", |text| {
        let repo = with_old_file();
        repo.commit_file("secret.txt", text);
        repo.git(["update-index", "--chmod=+x", "secret.txt"]);
        Attempt::plain(repo)
    }),
    ("a rename", |text| {
        let repo = with_old_file();
        repo.commit_file("secret.txt", text);
        repo.git(["mv", "secret.txt", "moved.txt"]);
        Attempt::plain(repo)
    }),
    ("a deletion", |text| {
        let repo = with_old_file();
        repo.commit_file("secret.txt", text);
        repo.git(["rm", "-q", "secret.txt"]);
        Attempt::plain(repo)
    }),
    ("an intent to add", |text| {
        let repo = with_old_file();
        repo.write("secret.txt", text);
        repo.git(["add", "-N", "secret.txt"]);
        repo.stage("a.txt", CLEAN);
        Attempt::plain(repo)
    }),
    ("staged, but not among the paths that are committed", |text| {
        let repo = with_old_file();
        repo.stage("secret.txt", text);
        repo.write("a.txt", CLEAN);
        Attempt::of(repo, |repo| repo.try_git(["commit", "-qm", "a", "a.txt"]))
    }),
    ("in the work tree only", |text| {
        let repo = with_old_file();
        repo.stage("a.txt", CLEAN);
        repo.write("a.txt", text);
        Attempt::plain(repo)
    }),
    ("a clean merge of a branch that has it", |text| {
        let repo = with_old_file();
        branch_off(&repo, "secret.txt", text);
        repo.commit_file("a.txt", "ours\n");
        Attempt::of(repo, |repo| repo.try_git(["merge", "-q", "--no-edit", "other"]))
    }),
    ("a concluded merge of a branch that has it", |text| {
        let repo = with_old_file();
        repo.git(["switch", "-qc", "other"]);
        repo.commit_file("secret.txt", text);
        repo.commit_file("a.txt", "theirs\n");
        repo.git(["switch", "-q", "main"]);
        repo.commit_file("a.txt", "ours\n");
        assert_eq!(repo.try_git(["merge", "-q", "other"]).code, 1, "a conflict");
        repo.stage("a.txt", CLEAN);
        Attempt::plain(repo)
    }),
    ("a submodule's new commit", |_| {
        let repo = with_old_file();
        repo.git(["clone", "-q", ".", "../library"]);
        repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "sub"]);
        Attempt::plain(repo)
    }),
];

/// A secret in the side that `HEAD` does not have is looked at even while git would refuse to commit.
#[test]
fn scan_looks_at_both_sides_of_a_conflict() {
    let repo = in_conflict();
    let blob = {
        repo.write("../stage3", secret());
        repo.git(["hash-object", "-w", "../stage3"])
    };
    let entry = format!("100644 {blob} 3\ta.txt\n");
    repo.run(Path::new("git"), ["update-index", "--index-info"], entry.as_bytes()).unnoticed();
    repo.tightlip(["scan", "--staged"]).blocked_by(RULE);
}

/// Its cost is measured by scripts/time-hook.py.
#[test]
fn sees_one_staged_file_among_a_hundred_thousand() {
    let repo = with_old_file();
    let blob = repo.git(["hash-object", "-w", "a.txt"]);
    let line = |number| format!("100644 {blob}\td{}/e{}/f{number}", number % 50, number % 20);
    let entries = (0..100_000).map(line).collect::<Vec<_>>().join("\n") + "\n";
    repo.run(Path::new("git"), ["update-index", "--index-info"], entries.as_bytes()).unnoticed();
    repo.git(["commit", "-q", "--no-verify", "-m", "many"]);
    repo.stage("a.txt", "clean\n");
    repo.commit().unnoticed();
    repo.stage("a.txt", secret());
    repo.commit().blocked_by(RULE);
}

/// The index that `git commit PATH` makes has the paths, but not the staged baseline.
#[test]
fn says_that_a_staged_baseline_is_left_out() {
    let repo = with_old_file();
    repo.stage("a.txt", secret());
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0, "a baseline");
    repo.git(["add", ".tightlip-baseline"]);

    let partial = repo.try_git(["commit", "-qm", "a", "a.txt"]);
    partial.blocked_by(RULE);
    assert!(partial.stderr.contains(".tightlip-baseline"), "the file is named: {partial:?}");
    assert_eq!(repo.commit().code, 0, "both together pass");
}

fn with_old_file() -> Repo {
    let repo = Repo::protected();
    repo.commit_file("a.txt", "old\n");
    repo
}

fn with_folders() -> Repo {
    let repo = Repo::protected();
    for path in ["one/a.txt", "one/b.txt", "two/a.txt", "two/deep/b.txt", "three/a.txt"] {
        repo.commit_file(path, "old\n");
    }
    repo
}

fn named(name: &[u8], text: &str) -> Attempt {
    let repo = with_old_file();
    repo.stage(Repo::name(name), text);
    Attempt::plain(repo)
}

/// A branch `other` with one commit more, which has `text` at `path`.
fn branch_off(repo: &Repo, path: &str, text: &str) {
    repo.git(["switch", "-qc", "other"]);
    repo.commit_file(path, text);
    repo.git(["switch", "-q", "main"]);
}

fn in_conflict() -> Repo {
    let repo = with_old_file();
    branch_off(&repo, "a.txt", "theirs\n");
    repo.commit_file("a.txt", "ours\n");
    assert_eq!(repo.try_git(["merge", "-q", "other"]).code, 1, "a conflict");
    repo
}

/// Git 2.45 and later can make one. An older git cannot show that tightlip reads it, and the test says so.
fn reftable() -> Repo {
    let repo = Repo::new();
    fs::remove_dir_all(repo.top().join(".git")).expect("a repository");
    let made = repo.try_git(["init", "-q", "-b", "main", "--ref-format=reftable"]);
    assert_eq!(made.code, 0, "this test needs git 2.45 or later, which knows reftable: {made:?}");
    repo
}

/// The hook runs at the top; what it tells is typed further down.
#[test]
fn commands_of_a_block_work_where_the_commit_was_made() {
    let repo = Repo::protected();
    repo.stage("a/b/prod.env", format!("KEY={}\n", tokens::stripe(1)));
    let repo = {
        let folder = repo.top().join("a/b");
        repo.at(folder)
    };
    let block = repo.commit();
    block.blocked_by("denied-path");
    let said = |start: &str| {
        let line = block.stderr.lines().find_map(|line| line.find(start).map(|at| line[at..].to_owned()));
        line.unwrap_or_else(|| panic!("{start} is not said: {block:?}"))
    };
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0);
    // Staged content that neither the file nor HEAD has.
    repo.write("prod.env", "KEY=\n");
    for command in [said("git add .."), said("git rm ")] {
        let run = repo.run("sh".as_ref(), ["-c", command.as_str()], b"");
        assert_eq!(run.code, 0, "{command}: {run:?}");
    }
    assert_eq!(repo.git(["ls-files", "--full-name", ":/"]), ".tightlip-baseline\nREADME");
}

/// Names that git would take for patterns: the command takes out these, and no other.
#[test]
fn a_denied_path_is_taken_out_to_the_letter() {
    let repo = Repo::protected();
    repo.commit_file("a1.env", "KEY=\n");
    for path in ["a*.env", "[b].env", ":c.env", r"d\e.env", "f g.env", "-h.env"] {
        repo.stage(format!("./{path}"), format!("KEY={}\n", tokens::stripe(1)));
        let block = repo.commit();
        block.blocked_by("denied-path");
        let command = block.stderr.lines().find_map(|line| line.split_once("keep it out").map(|(_, command)| command));
        let command = command.unwrap_or_else(|| panic!("no way out: {block:?}"));
        let run = repo.run("sh".as_ref(), ["-c", command], b"");
        assert_eq!(run.code, 0, "{command}: {run:?}");
        assert_eq!(repo.git(["ls-files"]), "README\na1.env", "{command}");
    }
}
