//! Files that pre-commit and prek name: of those that are staged the index is read, of the others the work tree.

use crate::support::{Repo, tokens};

fn leak(seed: u64) -> String {
    format!("key = '{}'\n", tokens::stripe(seed))
}

#[test]
fn what_is_staged_counts_and_not_what_lies_beside_it() {
    let repo = Repo::new();
    repo.stage("mended.py", leak(1));
    repo.write("mended.py", "key = os.environ['KEY']\n");
    repo.stage("broken.py", "key = os.environ['KEY']\n");
    repo.write("broken.py", leak(2));
    let run = repo.tightlip(["hook", "pre-commit", "mended.py", "broken.py"]);
    run.blocked_by("stripe-secret-key");
    assert!(run.stderr.contains("mended.py:1:8") && !run.stderr.contains("broken.py"), "{run:?}");
    repo.tightlip(["hook", "pre-commit", "broken.py"]).unnoticed();
    // In the index alone, as after `rm`.
    std::fs::remove_file(repo.top().join("mended.py")).expect("it was there");
    repo.tightlip(["hook", "pre-commit", "./mended.py"]).blocked_by("stripe-secret-key");
}

#[test]
fn what_is_not_staged_is_read_from_the_work_tree() {
    let repo = Repo::new();
    repo.commit_file("old.py", leak(1));
    repo.commit_file("src/clean.py", "nothing to see\n");
    repo.tightlip(["hook", "pre-commit", "src/clean.py"]).unnoticed();
    let run = repo.tightlip(["hook", "pre-commit", "src/clean.py", "old.py"]);
    run.blocked_by("stripe-secret-key");
    assert!(run.stderr.contains("old.py:1:8"), "{run:?}");
    repo.write("src/clean.py", leak(2));
    let run = repo.tightlip(["hook", "pre-commit", "src"]);
    assert!(run.code == 1 && run.stderr.contains("src/clean.py:1:8"), "{run:?}");
    // Read once, though it is in a folder that is read.
    repo.git(["add", "src"]);
    let run = repo.tightlip(["hook", "pre-commit", "src", "src/clean.py"]);
    assert!(run.code == 1 && run.stderr.contains("1 secret in"), "{run:?}");
    let below = repo.top().join("src");
    repo.at(below).tightlip(["hook", "pre-commit", "clean.py"]).blocked_by("stripe-secret-key");
}

#[test]
fn a_staged_file_is_looked_at_however_it_is_named() {
    let repo = Repo::new();
    repo.stage("src/leak.py", leak(1));
    repo.write("src/leak.py", "key = os.environ['KEY']\n");
    std::os::unix::fs::symlink("src", repo.top().join("link")).expect("a link");
    let top = repo.top().to_str().expect("UTF-8").to_owned();
    for name in [".", "src", "src/", "link/leak.py", &top, &format!("{top}/src/leak.py"), &format!("{top}/src")] {
        let run = repo.tightlip(["hook", "pre-commit", name]);
        assert!(run.code == 1 && run.stderr.contains("src/leak.py:1:8"), "{name}: {run:?}");
    }
    // In the index alone: a folder names it still, a way round it is an error.
    std::fs::remove_file(repo.top().join("src/leak.py")).expect("it was there");
    for (name, code) in [(".", 1), ("src", 1), ("link/leak.py", 2), (&format!("{top}/src/leak.py"), 1)] {
        let run = repo.tightlip(["hook", "pre-commit", name]);
        assert_eq!(run.code, code, "{name}: {run:?}");
    }
}

#[test]
fn an_old_secret_beside_a_staged_change_passes_by_name_too() {
    let repo = Repo::new();
    repo.commit_file("old.py", leak(1));
    repo.git(["mv", "old.py", "new.py"]);
    let run = repo.tightlip(["hook", "pre-commit", "new.py", "old.py"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn what_the_other_branch_brings_passes_by_name_too() {
    let repo = Repo::new();
    repo.commit_file("both.txt", "one\n");
    repo.git(["checkout", "-q", "-b", "other"]);
    repo.commit_file("old.py", leak(1));
    repo.commit_file("both.txt", "two\n");
    repo.git(["checkout", "-q", "main"]);
    repo.commit_file("both.txt", "three\n");
    assert_eq!(repo.try_git(["merge", "-q", "other"]).code, 1);
    repo.stage("both.txt", "four\n");
    repo.tightlip(["hook", "pre-commit", "both.txt", "old.py"]).unnoticed();
    repo.stage("both.txt", leak(2));
    repo.tightlip(["hook", "pre-commit", "both.txt", "old.py"]).blocked_by("stripe-secret-key");
}

#[test]
fn a_name_of_nothing_is_not_passed_over() {
    let repo = Repo::new();
    let run = repo.tightlip(["hook", "pre-commit", "no-such-file"]);
    assert!(run.code == 2 && run.stderr.contains("no-such-file"), "{run:?}");
}

#[test]
fn with_nothing_staged_and_nothing_named_it_says_so() {
    const SAID: &str = "tightlip: nothing is staged and no file was named, so nothing was looked at\n";
    let mut repo = Repo::protected();
    let run = repo.tightlip(["hook", "pre-commit"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, SAID), "{run:?}");
    repo.git(["commit", "-q", "--allow-empty", "-m", "without changes"]);
    repo.try_git(["commit", "-q", "--allow-empty", "-m", "without changes"]).unnoticed();
    // As pre-commit runs a hook that is to run always.
    repo.env("PRE_COMMIT", "1");
    assert_eq!(repo.try_git(["commit", "-q", "--allow-empty", "-m", "without changes"]).stderr, SAID);
}

#[test]
fn the_hooks_for_frameworks_call_what_there_is() {
    let repo = Repo::new();
    repo.stage("pay.py", leak(1));
    let manifest = include_str!("../../.pre-commit-hooks.yaml");
    let entries: Vec<_> = manifest.lines().filter_map(|line| line.trim().strip_prefix("entry: tightlip ")).collect();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        repo.tightlip(entry.split(' ').chain(["pay.py"])).blocked_by("stripe-secret-key");
    }
}
