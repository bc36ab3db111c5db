//! What stood there before passes; what a change brings does not.

use super::{STRIPE, filler, hides, key, line, passes, with};
use crate::support::Repo;

struct Inherited {
    what: &'static str,
    change: fn(&Repo),
    /// Where it blocks, if it does.
    blocks: Option<&'static str>,
}

/// Each begins with `old.py`, which holds the key 1 between other lines, and `other.py`, which holds none.
const INHERITED: &[Inherited] = &[
    Inherited { what: "rename", change: |repo| drop(repo.git(["mv", "old.py", "new.py"])), blocks: None },
    Inherited {
        what: "rename and edit",
        change: |repo| {
            repo.git(["rm", "-q", "old.py"]);
            repo.stage("new.py", format!("first = 1\n{}{}", filler(), line(1)));
        },
        blocks: None,
    },
    Inherited {
        what: "move of a block between files",
        change: |repo| {
            repo.stage("old.py", filler());
            repo.stage("other.py", format!("{}{}", filler(), line(1)));
        },
        blocks: None,
    },
    Inherited {
        what: "re-indent",
        change: |repo| repo.stage("old.py", format!("if True:\n    {}", old_text().replace('\n', "\n    "))),
        blocks: None,
    },
    Inherited {
        what: "edit beside",
        change: |repo| repo.stage("old.py", format!("first = 1\n{}", old_text())),
        blocks: None,
    },
    Inherited {
        what: "swap",
        change: |repo| repo.stage("old.py", old_text().replace(&key(1), &key(2))),
        blocks: Some("old.py:11:"),
    },
    Inherited { what: "copy", change: |repo| repo.stage("new.py", old_text()), blocks: Some("new.py:11:") },
    Inherited {
        what: "copy with the original touched",
        change: |repo| {
            repo.stage("old.py", format!("first = 1\n{}", old_text()));
            repo.stage("new.py", old_text());
        },
        blocks: Some("new.py:11:"),
    },
    Inherited {
        what: "second occurrence",
        change: |repo| repo.stage("old.py", format!("again = \"{}\"\n{}", key(1), old_text())),
        blocks: Some("old.py:1:"),
    },
    Inherited {
        what: "move out of an allowed path",
        change: |repo| drop(repo.git(["mv", "allowed/old.py", "new.py"])),
        blocks: Some("new.py:11:"),
    },
    Inherited {
        what: "move within an allowed path",
        change: |repo| drop(repo.git(["mv", "allowed/old.py", "allowed/new.py"])),
        blocks: None,
    },
];

fn old_text() -> String {
    let filler = filler();
    let (before, after) = filler.split_at(filler.match_indices('\n').nth(9).expect("twenty lines").0 + 1);
    format!("{before}{}{after}", line(1))
}

#[test]
fn only_what_a_commit_brings_blocks() {
    for Inherited { what, change, blocks } in INHERITED {
        let repo = with(&[
            (".tightlip.toml", "[paths]\nallow = ['allowed/**']\n".into()),
            ("old.py", old_text()),
            ("allowed/old.py", old_text().replace(&key(1), &key(3))),
            ("other.py", filler()),
        ]);
        change(&repo);
        let run = repo.commit();
        match blocks {
            Some(place) => {
                assert_eq!(run.code, 1, "{what}: {run:?}");
                assert!(run.stderr.contains(place), "{what}: {run:?}");
                assert_eq!(run.stderr.matches(&format!("[{STRIPE}]")).count(), 1, "{what}: {run:?}");
            }
            None => assert_eq!(run.code, 0, "{what}: {run:?}"),
        }
        hides(&run, &[key(1), key(2), key(3)]);
    }
}

struct Merge {
    what: &'static str,
    ours: fn(&Repo),
    theirs: fn(&Repo),
    /// What is staged after `git merge --no-commit`.
    resolution: fn(&Repo),
    blocks: Option<&'static str>,
}

const MERGES: &[Merge] = &[
    Merge {
        what: "of what the other branch has",
        ours: |repo| repo.commit_file("ours.py", filler()),
        theirs: |repo| repo.commit_file("theirs.py", line(1)),
        resolution: |_| (),
        blocks: None,
    },
    Merge {
        what: "of two that each have one, resolved to both",
        ours: |repo| repo.commit_file("base.py", line(1)),
        theirs: |repo| repo.commit_file("base.py", line(2)),
        resolution: |repo| repo.stage("base.py", line(1) + &line(2)),
        blocks: None,
    },
    Merge {
        what: "that adds one",
        ours: |repo| repo.commit_file("ours.py", filler()),
        theirs: |repo| repo.commit_file("theirs.py", filler()),
        resolution: |repo| repo.stage("theirs.py", line(1)),
        blocks: Some("theirs.py:1:"),
    },
    Merge {
        what: "that swaps one",
        ours: |repo| repo.commit_file("ours.py", filler()),
        theirs: |repo| repo.commit_file("theirs.py", line(1)),
        resolution: |repo| repo.stage("theirs.py", line(2)),
        blocks: Some("theirs.py:1:"),
    },
    Merge {
        what: "that copies the other branch's",
        ours: |repo| repo.commit_file("ours.py", filler()),
        theirs: |repo| repo.commit_file("theirs.py", line(1)),
        resolution: |repo| repo.stage("copy.py", line(1)),
        blocks: Some("copy.py:1:"),
    },
    Merge {
        what: "that renames the other branch's",
        ours: |repo| repo.commit_file("ours.py", filler()),
        theirs: |repo| repo.commit_file("theirs.py", line(1)),
        resolution: |repo| drop(repo.git(["mv", "theirs.py", "renamed.py"])),
        blocks: None,
    },
];

#[test]
fn only_what_is_new_to_every_parent_blocks() {
    for Merge { what, ours, theirs, resolution, blocks } in MERGES {
        let repo = with(&[("base.py", filler())]);
        repo.git(["checkout", "-q", "-b", "theirs"]);
        theirs(&repo);
        repo.git(["checkout", "-q", "main"]);
        ours(&repo);
        repo.try_git(["merge", "-q", "--no-commit", "--no-ff", "theirs"]);
        resolution(&repo);
        let run = repo.commit();
        match blocks {
            Some(place) => {
                assert_eq!(run.code, 1, "a merge {what}: {run:?}");
                assert!(run.stderr.contains(place), "a merge {what}: {run:?}");
            }
            None => assert_eq!(run.code, 0, "a merge {what}: {run:?}"),
        }
    }
}

#[test]
fn a_clean_merge_brings_nothing() {
    let repo = with(&[("base.py", filler())]);
    repo.git(["checkout", "-q", "-b", "theirs"]);
    repo.commit_file("theirs.py", line(1));
    repo.git(["checkout", "-q", "main"]);
    repo.commit_file("ours.py", line(2));
    passes(&repo.try_git(["merge", "-q", "--no-edit", "theirs"]));
}

#[test]
fn nothing_is_inherited_from_a_policy_that_cannot_be_read() {
    for (file, whole, broken) in [
        (".tightlip.toml", "version = 1\n[paths]\nallow = ['docs/']\n", "version = 1\n[paths\n"),
        (".tightlip-baseline", "", "no baseline\n"),
    ] {
        let repo = with(&[(file, whole.into()), ("docs/old.md", line(1))]);
        repo.commit_file(file, broken);
        repo.stage(file, whole);
        repo.git(["mv", "docs/old.md", "old.py"]);
        repo.commit().blocked_by(STRIPE);
    }
}
