//! Many at once in one repository: commits in its work trees, baselines being written, hooks being installed, objects being packed
//! anew while they are read. All end right, and nothing is lost.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    thread,
};

use crate::support::{Repo, Run, tokens::stripe};

const RULE: &str = "stripe-secret-key";
const WORKTREES: usize = 10;
/// In each of them.
const COMMITS: usize = 5;

/// Runs git or tightlip in a folder of the repository, whoever else does.
fn at(repo: &Repo, folder: &Path, program: &Path, args: &[&str]) -> Run {
    let script = r#"cd "$1" && shift && exec "$@""#;
    let head = ["-c", script, "sh", folder.to_str().expect("UTF-8"), program.to_str().expect("UTF-8")];
    repo.run("sh".as_ref(), head.into_iter().chain(args.iter().copied()), b"")
}

fn all_at_once<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let act = &act;
        let running: Vec<_> = (0..count).map(|number| scope.spawn(move || act(number))).collect();
        running.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    })
}

#[test]
fn fifty_commits_in_ten_work_trees_end_right() {
    let repo = Repo::protected();
    let trees: Vec<PathBuf> = (0..WORKTREES).map(|number| repo.root().join(format!("tree-{number}"))).collect();
    for (number, tree) in trees.iter().enumerate() {
        repo.git(["worktree", "add", "-q", "-b", &format!("b{number}"), tree.to_str().expect("UTF-8")]);
    }
    all_at_once(WORKTREES, |number| {
        let tree = &trees[number];
        let git = |args: &[&str]| at(&repo, tree, Path::new("git"), args);
        for commit in 0..COMMITS {
            // Every other one of some work trees leaks.
            let leaks = (number + commit) % 2 == 1;
            let text =
                if leaks { format!("key = '{}'\n", stripe(70)) } else { format!("harmless {number} {commit}\n") };
            fs::write(tree.join("a.py"), text).expect("a file");
            assert_eq!(git(&["add", "a.py"]).code, 0);
            let run = git(&["commit", "-q", "-m", "a commit"]);
            if leaks { run.blocked_by(RULE) } else { run.unnoticed() }
        }
    });
    let clean = WORKTREES * COMMITS / 2;
    assert_eq!(repo.git(["rev-list", "--count", "--branches=b*", "^main"]), clean.to_string());
    assert_ne!(repo.try_git(["grep", "-q", &stripe(70), "--branches"]).code, 0);
    let receipts = fs::read_to_string(repo.top().join(".git/tightlip/receipts")).expect("earned");
    assert!(receipts.lines().all(|line| line.len() == 32), "whole lines only: {receipts}");
    assert!(receipts.lines().collect::<BTreeSet<_>>().len() >= clean, "{receipts}");
}

#[test]
fn two_updates_of_a_baseline_leave_a_whole_one() {
    let repo = Repo::protected();
    for seed in 0..40 {
        repo.stage(format!("{seed}.py"), format!("key = '{}'\n", stripe(100 + seed)));
    }
    for _ in 0..5 {
        let runs = all_at_once(4, |_| repo.tightlip(["--update-baseline"]));
        assert!(runs.iter().all(|run| run.code == 0), "{runs:?}");
        // Each of them is whole: what a baseline lets pass needs no second look.
        repo.git(["add", ".tightlip-baseline"]);
        assert_eq!(repo.tightlip(["hook", "pre-commit"]).code, 0);
        let left: Vec<_> =
            fs::read_dir(repo.top()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        assert!(
            !left.iter().any(|name| name.to_string_lossy().starts_with(".tightlip-") && name != ".tightlip-baseline")
        );
        repo.git(["rm", "-q", "--cached", ".tightlip-baseline"]);
    }
}

#[test]
fn hooks_installed_during_commits_let_nothing_pass() {
    let repo = Repo::protected();
    repo.write("../hook", "#!/bin/sh\nexit 0\n");
    repo.stage("a.py", format!("key = '{}'\n", stripe(71)));
    let head = repo.git(["rev-parse", "HEAD"]);
    all_at_once(3, |number| {
        for round in 0..15 {
            if number == 0 {
                // Another program's shim makes it be written anew each time.
                let other = repo.root().join(format!("tightlip-{}", round % 2));
                if !other.exists() {
                    repo.copy_binary(&other);
                }
                let run = at(&repo, repo.top(), &other, &["install"]);
                assert_eq!(run.code, 0, "{run:?}");
            } else {
                let run = repo.commit();
                // Two commits at once are refused by git's own lock.
                assert!(run.code == 1 || run.stderr.contains("index.lock"), "{run:?}");
            }
        }
    });
    assert_eq!(repo.git(["rev-parse", "HEAD"]), head);
}

#[test]
fn a_repository_that_changes_while_it_is_read_is_read_or_said_to_have_changed() {
    let repo = Repo::new();
    repo.stage("a.py", format!("key = '{}'\n", stripe(72)));
    repo.git(["commit", "-q", "-m", "a leak"]);
    all_at_once(2, |number| {
        for round in 0..20 {
            if number == 0 {
                repo.stage("b.txt", format!("harmless {round}\n"));
                repo.git(["commit", "-q", "-m", "more"]);
                repo.git(["repack", "-q", "-a", "-d"]);
                repo.git(["prune-packed", "-q"]);
            } else {
                for args in [&["scan", "--history"][..], &["scan", "--tree", "HEAD"]] {
                    let run = repo.tightlip(args.iter().copied());
                    assert!(run.code == 1 || run.code == 2 && !run.stderr.is_empty(), "{run:?}");
                }
            }
        }
    });
    assert_eq!(repo.tightlip(["scan", "--history"]).code, 1);
}
