//! Every way to make a commit, with the hooks in force and past them, and then the push: no secret reaches the remote, and no
//! clean change is refused.

use std::{ffi::OsStr, path::PathBuf};

use crate::support::{Repo, Run, tokens::stripe};

/// How the hooks of a commit are got past.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Past {
    Nothing,
    NoVerify,
    HookRemoved,
}

/// A way to make commits that bring a line of text; what a hook refuses is left as it is.
type Way = fn(&Repo, Past, &str);

const WAYS: &[(&str, Way)] = &[
    ("commit", |repo, past, text| {
        repo.stage("new.py", text);
        made(repo, past, &["commit", "-m", "one"]);
    }),
    ("commit -a", |repo, past, text| {
        repo.write("old.py", text);
        made(repo, past, &["commit", "-a", "-m", "one"]);
    }),
    ("commit PATH", |repo, past, text| {
        repo.write("old.py", text);
        made(repo, past, &["commit", "-m", "one", "old.py"]);
    }),
    ("amend", |repo, past, text| {
        repo.stage("new.py", text);
        made(repo, past, &["commit", "--amend", "--no-edit"]);
    }),
    ("merge", |repo, past, text| {
        side(repo, "new.py", text);
        repo.commit_file("main.txt", "main\n");
        made(repo, past, &["merge", "--no-edit", "side"]);
    }),
    ("merge with a conflict", |repo, past, text| {
        side(repo, "old.py", "theirs\n");
        repo.commit_file("old.py", "ours\n");
        made(repo, past, &["merge", "--no-edit", "side"]);
        repo.stage("old.py", text);
        made(repo, past, &["commit", "--no-edit"]);
    }),
    ("fast-forward", |repo, past, text| {
        side(repo, "new.py", text);
        made(repo, past, &["merge", "--ff-only", "side"]);
    }),
    ("squash", |repo, past, text| {
        side(repo, "new.py", text);
        made(repo, past, &["merge", "--squash", "side"]);
        made(repo, past, &["commit", "--no-edit"]);
    }),
    ("cherry-pick", |repo, past, text| {
        side(repo, "new.py", text);
        made(repo, past, &["cherry-pick", "side"]);
    }),
    ("cherry-pick -e", |repo, past, text| {
        side(repo, "new.py", text);
        made(repo, past, &["cherry-pick", "-e", "side"]);
    }),
    ("revert", |repo, past, text| {
        repo.commit_file("new.py", text);
        repo.git(["rm", "-q", "new.py"]);
        repo.git(["commit", "-q", "--no-verify", "-m", "gone"]);
        made(repo, past, &["revert", "--no-edit", "HEAD"]);
    }),
    ("rebase", |repo, past, text| {
        side(repo, "new.py", text);
        repo.commit_file("main.txt", "main\n");
        repo.git(["checkout", "-q", "side"]);
        made(repo, past, &["rebase", "main"]);
        repo.git(["checkout", "-q", "main"]);
        repo.git(["merge", "-q", "--ff-only", "side"]);
    }),
    ("am", |repo, past, text| {
        side(repo, "new.py", text);
        let patch = repo.root().join("patches");
        repo.git(["format-patch", "-q", "-1", "side", "-o", patch.to_str().expect("UTF-8")]);
        made(repo, past, &["am", "-q", patch.join("0001-a-file.patch").to_str().expect("UTF-8")]);
    }),
    ("stash pop", |repo, past, text| {
        repo.stage("new.py", text);
        repo.git(["stash", "-q"]);
        repo.git(["stash", "pop", "-q", "--index"]);
        made(repo, past, &["commit", "-m", "one"]);
    }),
    ("message", |repo, past, text| {
        repo.stage("new.py", "harmless\n");
        made(repo, past, &["commit", "-m", text]);
    }),
    ("amended message", |repo, past, text| {
        repo.commit_file("new.py", "harmless\n");
        made(repo, past, &["commit", "--amend", "-m", text]);
    }),
    ("not verified, then amended", |repo, past, text| {
        repo.commit_file("new.py", text);
        repo.stage("more.py", "harmless\n");
        made(repo, past, &["commit", "--amend", "--no-edit"]);
    }),
    ("not verified, then fixed up", |repo, past, text| {
        repo.commit_file("new.py", text);
        repo.stage("more.py", "harmless\n");
        made(repo, past, &["commit", "--fixup", "HEAD"]);
    }),
    ("not verified, then reset --soft", |repo, past, text| {
        repo.commit_file("new.py", text);
        repo.git(["reset", "-q", "--soft", "HEAD~1"]);
        made(repo, past, &["commit", "-m", "again"]);
    }),
    ("removed by the next commit", |repo, past, text| {
        repo.commit_file("new.py", text);
        repo.git(["rm", "-q", "new.py"]);
        made(repo, past, &["commit", "-m", "gone"]);
    }),
    ("a replaced object", |repo, past, text| {
        repo.commit_file("new.py", text);
        let hidden = repo.git(["rev-parse", "HEAD:new.py"]);
        repo.write("shown", "harmless\n");
        let shown = repo.git(["hash-object", "-w", "shown"]);
        repo.git(["replace", &hidden, &shown]);
        repo.stage("more.py", "harmless\n");
        made(repo, past, &["commit", "-m", "more"]);
    }),
    ("a tag's message", |repo, _, text| {
        repo.git(["tag", "-a", "v1", "-m", text]);
    }),
    ("on another remote", |repo, _, text| {
        repo.commit_file("new.py", text);
        let other = bare(repo, "other.git");
        repo.git(["remote", "add", "other", other.to_str().expect("UTF-8")]);
        repo.git(["push", "-q", "--no-verify", "other", "main"]);
    }),
];

#[test]
fn no_secret_reaches_the_remote() {
    let secret = stripe(7);
    let line = format!("key = '{secret}'\n");
    for (name, way) in WAYS {
        for past in [Past::Nothing, Past::NoVerify, Past::HookRemoved] {
            let (repo, remote) = published();
            way(&repo, past, &line);
            push(&repo);
            let there = contents(&repo, &remote);
            assert!(!there.contains(&secret), "{name}, {past:?}");
        }
    }
}

#[test]
fn no_clean_change_is_refused() {
    for (name, way) in WAYS {
        for past in [Past::Nothing, Past::NoVerify, Past::HookRemoved] {
            let (repo, remote) = published();
            way(&repo, past, "greeting = 'hello'\n");
            let run = push(&repo);
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}, {past:?}");
            let there = repo.git(["--git-dir", remote.to_str().expect("UTF-8"), "rev-parse", "main"]);
            assert_eq!(there, repo.git(["rev-parse", "HEAD"]), "{name}, {past:?}");
        }
    }
}

#[test]
fn a_history_cleaned_on_the_remote_does_not_come_back() {
    for branch in [b"refs/heads/main".as_slice(), b"refs/heads/m\xff"] {
        let (repo, remote) = published();
        let secret = stripe(8);
        let clean = repo.git(["rev-parse", "HEAD"]);
        repo.commit_file("new.py", format!("key = '{secret}'\n"));
        let to = [b"HEAD:", branch].concat();
        let push = |how: &str| {
            repo.try_git([OsStr::new("push"), "-q".as_ref(), how.as_ref(), "origin".as_ref(), Repo::name(&to)])
        };
        assert_eq!(push("--no-verify").code, 0);
        let update =
            ["--git-dir".as_ref(), remote.as_os_str(), "update-ref".as_ref(), Repo::name(branch), clean.as_ref()];
        repo.git(update);
        repo.commit_file("more.py", "harmless\n");
        let run = push("--force");
        run.blocked_by("stripe-secret-key");
        assert!(run.stderr.contains("git fetch --prune origin"), "{run:?}");
    }
}

#[test]
fn what_the_remote_has_is_not_looked_at_again() {
    let (repo, _) = published();
    repo.commit_file("old.env.py", format!("key = '{}'\n", stripe(9)));
    repo.git(["push", "-q", "--no-verify", "origin", "main"]);
    repo.git(["checkout", "-q", "-b", "topic"]);
    repo.commit_file("more.py", "harmless\n");
    repo.try_git(["push", "-q", "origin", "topic"]).unnoticed();
    repo.try_git(["push", "-q", "origin", "--delete", "topic"]).unnoticed();
    // A bare address has no tracking references, and states nothing of a branch that it does not have.
    let other = bare(&repo, "other.git");
    repo.try_git(["push", "-q", other.to_str().expect("UTF-8"), "topic"]).blocked_by("stripe-secret-key");
}

#[test]
fn a_push_says_commit_author_path_and_the_way_out() {
    let (repo, _) = published();
    repo.commit_file("new.py", format!("key = '{}'\n", stripe(10)));
    let run = push(&repo);
    for said in
        ["in this push", "new.py:1:", "Ada, 2026-01-01T00:00:00Z", "a file", "git commit --amend", "git filter-repo"]
    {
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    }
}

#[test]
fn a_bypass_passes_once_and_is_named_on_its_way_out() {
    let (mut repo, _) = published();
    repo.stage("new.py", format!("key = '{}'\n", stripe(11)));
    assert_eq!(repo.try_git(["-c", "tightlip.bypass=known", "commit", "-q", "-m", "one"]).code, 0);
    let run = push(&repo);
    assert!(run.code == 0 && run.stderr.contains("recorded bypass (known): new.py [stripe-secret-key]"), "{run:?}");
    repo.commit_file("new.py", format!("key = '{}'\n", stripe(12)));
    push(&repo).blocked_by("stripe-secret-key");
    repo.env("TIGHTLIP_BYPASS", "rotated");
    let run = push(&repo);
    assert!(run.code == 0 && run.stderr.contains("bypassed (rotated)"), "{run:?}");
}

#[test]
fn a_receipt_is_earned_by_a_clean_commit_alone() {
    let (repo, _) = published();
    let receipts = repo.top().join(".git/tightlip/receipts");
    let count = || std::fs::read_to_string(&receipts).unwrap_or_default().lines().count();
    let before = count();
    repo.stage("a.py", "harmless\n");
    repo.commit().unnoticed();
    assert_eq!(count(), before + 1);
    repo.stage("b.py", format!("key = '{}'\n", stripe(13)));
    assert_eq!(repo.commit().code, 1);
    assert_eq!(repo.try_git(["-c", "tightlip.bypass=known", "commit", "-q", "-m", "one"]).code, 0);
    repo.tightlip(["scan", "--range", "HEAD~1..HEAD"]).blocked_by("stripe-secret-key");
    assert_eq!(count(), before + 1, "neither a block, nor a bypass, nor a manual run earns one");
    std::fs::remove_file(&receipts).expect("there");
    push(&repo);
    assert_eq!(repo.git(["rev-parse", "origin/main"]), repo.git(["rev-parse", "main"]), "losing them costs time only");
}

#[test]
fn a_range_is_judged_commit_by_commit() {
    let (repo, _) = published();
    repo.commit_file("new.py", format!("key = '{}'\n", stripe(14)));
    repo.git(["rm", "-q", "new.py"]);
    repo.git(["commit", "-q", "--no-verify", "-m", "gone"]);
    let run = repo.tightlip(["scan", "--range", "origin/main..HEAD", "--format", "json"]);
    run.blocked_by("stripe-secret-key");
    for said in [
        "\"origin\": \"commit\"",
        "\"author\": \"Ada\"",
        "\"subject\": \"a file\"",
        "\"date\": \"2026-01-01T00:00:00Z\"",
    ] {
        assert!(run.stdout.contains(said), "{said}: {run:?}");
    }
    assert_eq!(repo.tightlip(["scan", "--range", "HEAD~1..HEAD"]).code, 0);
    assert_eq!(repo.tightlip(["scan", "--range", "HEAD"]).code, 2);
    assert_eq!(repo.tightlip(["scan", "--range", "nowhere..HEAD"]).code, 2);
    let unset = repo.tightlip(["scan", "--range", "..HEAD"]);
    assert!(unset.code == 2 && unset.stderr.contains("has no beginning"), "{unset:?}");
}

#[test]
fn a_shallow_clone_is_refused_where_a_range_cannot_be_known() {
    let (repo, remote) = published();
    repo.commit_file("more.txt", "more\n");
    repo.git(["push", "-q", "origin", "main"]);
    let address = format!("file://{}", remote.display());
    let clone = repo.root().join("clone");
    repo.git(["clone", "-q", "--depth", "1", &address, clone.to_str().expect("UTF-8")]);
    let repo = repo.at(clone);
    repo.install();
    repo.commit_file("new.py", "harmless\n");
    let run = push(&repo);
    assert_eq!(run.code, 0, "{run:?}");
    let other = bare(&repo, "other.git");
    let run = repo.try_git(["push", "-q", other.to_str().expect("UTF-8"), "main"]);
    assert!(run.code == 1 && run.stderr.contains("shallow"), "{run:?}");
}

#[test]
fn what_branches_of_several_policies_share_is_reported_once() {
    for allowing in [None, Some("one"), Some("two")] {
        let (repo, _) = published();
        repo.commit_file("new.py", format!("key = '{}'\n", stripe(29)));
        for branch in ["one", "two"] {
            repo.git(["checkout", "-q", "-b", branch, "main"]);
            let allow = if allowing == Some(branch) { "new.py" } else { branch };
            repo.commit_file(".tightlip.toml", format!("[paths]\nallow = ['{allow}']\n"));
        }
        let run = repo.try_git(["push", "-q", "origin", "one", "two"]);
        run.blocked_by("stripe-secret-key");
        // The other finding neither hides this one nor stands beside it.
        assert_eq!(run.stderr.matches("new.py:1:8").count(), 1, "{allowing:?}: {run:?}");
        assert!(run.stderr.contains("tightlip: 1 secret in this push\n"), "{allowing:?}: {run:?}");
    }
}

#[test]
fn what_stood_there_before_is_told_of_the_push() {
    let (repo, _) = published();
    let line = format!("key = '{}'\n", stripe(30));
    repo.commit_file("old.py", &line);
    repo.git(["push", "-q", "--no-verify", "origin", "main"]);
    repo.commit_file("old.py", line + "more = 1\n");
    let run = push(&repo);
    let older = "tightlip: 1 older secret in the files of this push; list it with: tightlip scan old.py\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, older), "{run:?}");
}

#[test]
fn findings_of_a_range_are_in_order_of_path() {
    let (mut repo, _) = published();
    let line = |seed| format!("key = '{}'\n", stripe(seed));
    let files =
        [("z.py", line(31)), ("a.py", line(32)), ("m.env", line(33)), ("a.py", format!("{}{}", line(34), line(35)))];
    for (day, (path, text)) in (2..).zip(files) {
        // The order of commits is that of their days.
        repo.env("GIT_COMMITTER_DATE", &format!("2026-01-0{day}T00:00:00Z"));
        repo.commit_file(path, text);
    }
    let run = repo.tightlip(["scan", "--range", "origin/main..HEAD", "--format", "json"]);
    let document: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let findings = document["findings"].as_array().expect("a list");
    let places: Vec<_> =
        findings.iter().map(|it| format!("{}:{}", it["path"].as_str().expect("a path"), it["line"])).collect();
    assert_eq!(places, ["a.py:1", "a.py:1", "a.py:2", "m.env:0", "m.env:1", "z.py:1"], "{run:?}");
}

#[test]
fn an_accepted_finding_stays_accepted_on_its_way_out() {
    let (repo, _) = published();
    repo.stage("new.py", format!("key = '{}'\n", stripe(15)));
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0);
    repo.git(["add", ".tightlip-baseline"]);
    assert_eq!(repo.commit().code, 0);
    let run = push(&repo);
    assert!(run.code == 0 && run.stderr.contains("1 finding by the baseline"), "{run:?}");
}

#[test]
fn a_server_judges_by_what_stood_there_before() {
    let (repo, remote) = published();
    let there = |args: &[&str]| {
        let at_remote = [&["--git-dir", remote.to_str().expect("UTF-8")], args].concat();
        repo.git(at_remote)
    };
    let server = Repo::binary();
    let run = repo.run(server.as_ref(), [""; 0], b"");
    assert_eq!(run.code, 2, "no command");
    let installed = std::process::Command::new(server).arg("install").current_dir(&remote).output().expect("it starts");
    assert!(installed.status.success(), "{installed:?}");
    let push = |more: &[&str]| repo.try_git([&["push", "-q", "--no-verify"], more].concat());

    repo.commit_file("clean.py", "harmless\n");
    assert_eq!(push(&["origin", "main"]).code, 0);
    // Neither a comment, nor a baseline, nor a configuration of the push's own excuses it.
    let line = format!("key = '{}'  # tightlip:allow stripe-secret-key -- mine\n", stripe(16));
    repo.stage(".tightlip.toml", "[paths]\nallow = [\"**\"]\n");
    repo.stage("new.py", line);
    repo.git(["commit", "-q", "--no-verify", "-m", "excused"]);
    let address = format!("file://{}", remote.display());
    for to in ["origin", &address] {
        let run = push(&[to, "main"]);
        assert!(run.code == 1 && run.stderr.contains("stripe-secret-key"), "{run:?}");
        for way in ["--no-verify", "tightlip.bypass"] {
            assert!(!run.stderr.contains(way), "{way} does not count on a server: {run:?}");
        }
    }
    assert_ne!(there(&["rev-parse", "main"]), repo.git(["rev-parse", "HEAD"]));
    there(&["config", "tightlip.receiveTimeout", "0"]);
    let run = push(&["origin", "main"]);
    assert!(run.code == 1 && run.stderr.contains("tightlip.receiveTimeout"), "{run:?}");
}

#[test]
fn what_is_refused_and_stands_still_says_its_own_ways_and_they_work() {
    let standstills: [(&str, &[&str], &str, &str); 4] = [
        ("cherry-pick", &["cherry-pick", "side"], "cherry-pick --abort", "cherry-pick --continue"),
        ("revert", &["revert", "--no-edit", "HEAD"], "reset --merge", "commit"),
        // What only counted in a folder of tests blocks where the other side has moved that folder.
        ("merge", &["-c", "merge.directoryRenames=true", "merge", "--no-edit", "side"], "merge --abort", "commit"),
        ("am", &["am", "-q", "../new.patch"], "am --abort", "am --continue"),
    ];
    for (name, command, give_up, go_on) in standstills {
        let unchecked = if name == "am" { "am --continue --no-verify" } else { "commit --no-verify" };
        let bypass = format!("-c tightlip.bypass=\"why\" {go_on}");
        for way in [give_up, &bypass, unchecked] {
            let (repo, _) = published();
            let line = format!("key = '{}'\n", stripe(17));
            if name == "revert" {
                repo.commit_file("new.py", &line);
                repo.git(["rm", "-q", "new.py"]);
                repo.git(["commit", "-q", "--no-verify", "-m", "gone"]);
            } else if name == "merge" {
                repo.commit_file("tests/old.py", "old\n");
                side(&repo, "tests/new.py", &format!("db_password = '{}'\n", &stripe(17)[8..]));
                repo.git(["mv", "tests", "main"]);
                repo.git(["commit", "-q", "-m", "moved"]);
            } else {
                side(&repo, "new.py", &line);
                repo.commit_file("main.txt", "main\n");
                repo.write("../new.patch", repo.git(["format-patch", "--stdout", "-1", "side"]) + "\n");
            }
            let before = repo.git(["rev-parse", "HEAD"]);
            let run = repo.try_git(command);
            assert!(run.code != 0 && run.stderr.contains(&format!(" git {way}\n")), "{name}, {way}: {run:?}");
            let run = repo.try_git(way.replace('"', "").split(' '));
            assert_eq!(run.code, 0, "{name}, {way}: {run:?}");
            assert_eq!(repo.git(["status", "--porcelain", "--untracked-files=no"]), "", "{name}, {way}");
            assert_eq!(repo.git(["rev-parse", "HEAD"]) == before, way == give_up, "{name}, {way}");
        }
    }
}

#[test]
fn a_recorded_bypass_counts_whatever_the_baseline() {
    let (repo, _) = published();
    repo.stage("other.py", format!("key = '{}'\n", stripe(18)));
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0);
    repo.git(["add", ".tightlip-baseline"]);
    assert_eq!(repo.commit().code, 0);
    assert_eq!(push(&repo).code, 0);
    repo.stage("new.py", format!("key = '{}'\n", stripe(19)));
    assert_eq!(repo.try_git(["-c", "tightlip.bypass=known", "commit", "-q", "-m", "one"]).code, 0);
    repo.git(["rm", "-q", ".tightlip-baseline"]);
    repo.git(["commit", "-q", "--no-verify", "-m", "gone"]);
    let run = push(&repo);
    assert!(run.code == 0 && run.stderr.contains("recorded bypass (known): new.py"), "{run:?}");
}

#[test]
fn what_a_merge_says_of_the_tags_that_it_took_in_is_looked_at() {
    let (repo, _) = published();
    let head = repo.git(["cat-file", "commit", "HEAD"]);
    let (headers, message) = head.split_once("\n\n").expect("a message");
    let tag = format!("mergetag object {}\n type commit\n tag v1\n \n key = '{}'", "0".repeat(40), stripe(26));
    let commit = format!("{headers}\n{tag}\n\n{message}\n");
    let made = repo.run("git".as_ref(), ["hash-object", "-t", "commit", "-w", "--stdin"], commit.as_bytes());
    repo.git(["reset", "-q", "--hard", made.stdout.trim()]);
    push(&repo).blocked_by("stripe-secret-key");
}

#[test]
fn comments_of_a_message_are_looked_at() {
    let (repo, _) = published();
    repo.stage("new.py", "harmless\n");
    let message = format!("one\n\n# key = '{}'\n", stripe(27));
    for cleanup in ["default", "strip", "whitespace", "scissors", "verbatim"] {
        let cleanup = format!("--cleanup={cleanup}");
        repo.try_git(["commit", "-q", "-e", &cleanup, "-m", &message]).blocked_by("stripe-secret-key");
    }
}

#[test]
fn a_change_that_git_shows_below_a_message_is_no_part_of_it() {
    let (repo, _) = published();
    // By its path, which a message has not.
    repo.stage(".tightlip.toml", "[[allow]]\npath = 'new.py'\nreason = 'made up'\n");
    repo.stage("new.py", format!("key = '{}'\n", stripe(28)));
    for options in [&["-v"][..], &["-v", "--cleanup=scissors"], &["-v", "-c", "HEAD"]] {
        let run = repo.try_git([&["commit", "-q", "-e", "--amend"], options].concat());
        assert_eq!(run.code, 0, "{options:?} {run:?}");
        assert!(!repo.git(["log", "-1", "--format=%B"]).contains("diff "));
    }
}

/// A protected clone whose first commits are on the remote `origin`, and that remote.
fn published() -> (Repo, PathBuf) {
    let repo = Repo::protected();
    let remote = bare(&repo, "remote.git");
    repo.git(["remote", "add", "origin", remote.to_str().expect("UTF-8")]);
    repo.commit_file("old.py", "old\n");
    repo.git(["push", "-q", "origin", "main"]);
    repo.commit_file("between.txt", "not pushed yet\n");
    (repo, remote)
}

fn bare(repo: &Repo, name: &str) -> PathBuf {
    let path = repo.root().join(name);
    repo.git(["init", "-q", "--bare", "-b", "main", path.to_str().expect("UTF-8")]);
    path
}

fn push(repo: &Repo) -> Run {
    repo.try_git(["push", "-q", "--follow-tags", "origin", "main"])
}

/// A branch `side` with one commit that no hook saw.
fn side(repo: &Repo, path: &str, text: &str) {
    repo.git(["checkout", "-q", "-b", "side"]);
    repo.commit_file(path, text);
    repo.git(["checkout", "-q", "main"]);
}

/// Runs git past the hooks or through them; it may be refused.
fn made(repo: &Repo, past: Past, args: &[&str]) -> Run {
    let takes_it = matches!(args[0], "commit" | "merge" | "am");
    match past {
        Past::NoVerify if takes_it => repo.try_git([args, &["--no-verify"]].concat()),
        Past::HookRemoved => repo.try_git([&["-c", "core.hooksPath=/nowhere"], args].concat()),
        Past::Nothing | Past::NoVerify => repo.try_git(args),
    }
}

/// Every object of the repository at `dir`, as text.
fn contents(repo: &Repo, dir: &std::path::Path) -> String {
    let dir = dir.to_str().expect("UTF-8");
    repo.git(["--git-dir", dir, "cat-file", "--batch-all-objects", "--batch", "--unordered"])
}
