//! What can go wrong round a push: others at the same time, a process that dies, a repository that cannot be written, objects
//! that stand elsewhere. Nothing is lost, and nothing passes unseen.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    thread,
};

use crate::support::{Repo, Run, tokens::stripe};

/// What stands in every push that must be refused.
const RULE: &str = "stripe-secret-key";

/// More commits than are looked at one by one.
const MANY: usize = 300;

#[test]
fn two_pushes_at_once_both_end_right() {
    let (repo, remote) = published();
    for branch in ["clean", "leaking"] {
        repo.git(["checkout", "-q", "-b", branch, "main"]);
        for number in 0..8 {
            repo.commit_file(format!("{branch}-{number}.txt"), "harmless\n");
        }
    }
    repo.commit_file("new.py", leak(20));
    let push = |branch: &str| repo.try_git(["push", "-q", "origin", branch]);
    let (clean, leaking) = thread::scope(|scope| {
        let clean = scope.spawn(|| push("clean"));
        let leaking = scope.spawn(|| push("leaking"));
        (clean.join().expect("it ends"), leaking.join().expect("it ends"))
    });
    clean.unnoticed();
    leaking.blocked_by(RULE);
    assert_eq!(repo.git(["--git-dir", text(&remote), "branch", "--format", "%(refname:short)"]), "clean\nmain");
    let receipts = fs::read_to_string(receipts(&repo)).expect("earned");
    assert!(receipts.lines().all(|line| line.len() == 32), "whole lines only: {receipts}");
}

#[test]
fn a_hook_that_dies_loses_time_and_nothing_else() {
    let (repo, _) = published();
    for number in 0..40 {
        repo.commit_file(format!("{number}.txt"), "harmless\n");
    }
    // The system kills whoever makes a file longer than a block: in the middle of the first half kilobyte of receipts.
    let limited = format!("ulimit -c 0; ulimit -f 1; exec {} hook pre-push origin nowhere", text(Repo::binary()));
    // And with no regard to where it is.
    let at_some_time =
        |seconds| format!("exec timeout -s KILL {seconds} {} hook pre-push origin nowhere", text(Repo::binary()));
    for script in [limited, at_some_time("0.002"), at_some_time("0.01"), at_some_time("0.03"), at_some_time("0.1")] {
        let _ = fs::remove_file(receipts(&repo));
        repo.run("sh".as_ref(), ["-c", &script], updates(&repo).as_bytes());
        repo.commit_file("new.py", leak(21));
        let dry = || repo.try_git(["push", "-q", "--dry-run", "origin", "main"]);
        dry().blocked_by(RULE);
        repo.git(["reset", "-q", "--hard", "HEAD~1"]);
        dry().unnoticed();
    }
    push(&repo, "origin").unnoticed();
}

#[test]
fn a_process_that_is_killed_while_it_writes_receipts_leaves_a_part_of_one() {
    let (repo, _) = published();
    for number in 0..40 {
        repo.commit_file(format!("{number}.txt"), "harmless\n");
    }
    let script = format!("ulimit -c 0; ulimit -f 1; exec {} hook pre-push origin nowhere", text(Repo::binary()));
    let run = repo.run("sh".as_ref(), ["-c", &script], updates(&repo).as_bytes());
    assert_ne!(run.code, 1, "nothing was found: {run:?}");
    let length = fs::metadata(receipts(&repo)).expect("begun").len();
    assert!(length > 0 && !length.is_multiple_of(33), "the last of them is cut short: {length}");
    push(&repo, "origin").unnoticed();
}

#[test]
fn a_repository_that_cannot_be_written_is_pushed_from_all_the_same() {
    let (repo, _) = published();
    repo.commit_file("clean.py", "harmless\n");
    let clean = updates(&repo);
    repo.commit_file("new.py", leak(22));
    let leaking = updates(&repo);
    let _ = fs::remove_dir_all(repo.top().join(".git/tightlip"));
    repo.run("chmod".as_ref(), ["-R", "a-w,a+rX", text(repo.root())], b"");
    let Some(hook) = without_privileges(&repo) else {
        repo.run("chmod".as_ref(), ["-R", "u+w", text(repo.root())], b"");
        eprintln!("skipped: nobody here is refused by the permissions of a file");
        return;
    };
    let look = |environment: &str, updates: &str| {
        repo.run(
            "sh".as_ref(),
            ["-c", &format!("{environment} {hook} hook pre-push origin nowhere")],
            updates.as_bytes(),
        )
    };
    let (clean, refused, bypassed) = (look("", &clean), look("", &leaking), look("TIGHTLIP_BYPASS=why", &leaking));
    repo.run("chmod".as_ref(), ["-R", "u+w", text(repo.root())], b"");
    clean.unnoticed();
    refused.blocked_by(RULE);
    // A bypass that cannot be recorded does not count.
    assert!(bypassed.code == 2 && bypassed.stderr.contains("cannot record the bypass"), "{bypassed:?}");
    assert!(!receipts(&repo).exists());
}

#[test]
fn a_folder_that_is_not_given_takes_no_findings_away() {
    let repo = Repo::new();
    repo.write("a/pay.py", leak(23));
    repo.write("b/closed/pay.py", leak(24));
    repo.run("chmod".as_ref(), ["-R", "a+rX", text(repo.root())], b"");
    let closed = repo.top().join("b/closed");
    repo.run("chmod".as_ref(), ["000", text(&closed)], b"");
    let Some(tightlip) = without_privileges(&repo) else {
        repo.run("chmod".as_ref(), ["755", text(&closed)], b"");
        eprintln!("skipped: nobody here is refused by the permissions of a file");
        return;
    };
    let run = repo.run("sh".as_ref(), ["-c", &format!("{tightlip} scan --no-ignore a b")], b"");
    repo.run("chmod".as_ref(), ["755", text(&closed)], b"");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stdout.contains("a/pay.py:1"), "{run:?}");
    assert!(run.stdout.contains("not read: b/closed: Permission denied"), "{run:?}");
}

#[test]
fn a_secret_among_many_commits_is_found() {
    for server in [false, true] {
        let (repo, remote) = published();
        if server {
            protect(&repo, &remote);
        }
        let options = if server { "-q --no-verify" } else { "-q" };
        let push = || repo.try_git(["push"].into_iter().chain(options.split(' ')).chain(["origin", "main"]));
        many(&repo, None);
        push().unnoticed();
        assert_eq!(fs::read_to_string(receipts(&repo)).map_or(0, |text| text.lines().count()) > MANY, !server);
        many(&repo, Some(&leak(23)));
        let run = push();
        run.blocked_by(RULE);
        assert!(run.stderr.contains("folder/leak.py:1:"), "{run:?}");
    }
}

#[test]
fn a_server_that_has_no_time_takes_nothing_in() {
    let (repo, remote) = published();
    protect(&repo, &remote);
    let there = |args: &[&str]| repo.git([&["--git-dir", text(&remote)], args].concat());
    repo.git(["tag", "-a", "v1", "-m", "said of what is there"]);
    for (what, name) in [("v1", "refs/tags/v1"), ("HEAD^{tree}", "refs/tags/tree"), ("HEAD:old.py", "refs/tags/blob")] {
        let update = format!("{}:{name}", repo.git(["rev-parse", what]));
        let push = || repo.try_git(["push", "-q", "--no-verify", "origin", &update]);
        there(&["config", "tightlip.receiveTimeout", "0"]);
        let run = push();
        assert!(run.code == 1 && run.stderr.contains("not looked at whole within 0 seconds"), "{what}: {run:?}");
        there(&["config", "tightlip.receiveTimeout", "50"]);
        push().unnoticed();
    }
}

#[test]
fn a_server_looks_into_all_its_alternates() {
    let (repo, remote) = published();
    protect(&repo, &remote);
    // As where forks share their objects: what is pushed stands in one alternate, and in the alternate of another.
    let (near, far) = (bare(&repo, "near.git"), bare(&repo, "far.git"));
    let forked = |to: &Path, from: &Path| {
        fs::write(to.join("objects/info/alternates"), format!("{}\n", text(&from.join("objects")))).expect("written");
    };
    let push = |to: &str| repo.try_git(["push", "-q", "--no-verify", to, "main"]);
    repo.commit_file("clean.py", "harmless\n");
    assert_eq!(push(text(&far)).code, 0);
    repo.commit_file("new.py", leak(24));
    assert_eq!(push(text(&near)).code, 0);
    forked(&near, &far);
    forked(&remote, &near);
    push("origin").blocked_by(RULE);
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    repo.commit_file("more.py", "harmless\n");
    push("origin").unnoticed();
}

#[test]
fn what_breaks_the_policy_of_a_server_can_be_mended_by_a_push() {
    let (repo, remote) = published();
    protect(&repo, &remote);
    let push = || repo.try_git(["push", "-q", "--no-verify", "origin", "main"]);
    let commit = |message: &str| repo.git(["commit", "-q", "--no-verify", "-m", message]);
    for path in [".tightlip.toml", ".tightlip-baseline"] {
        for as_link in [false, true] {
            if as_link {
                symlink("policy", repo.top().join(path)).expect("a link");
            } else {
                repo.write(path, "[pahts]\n");
            }
            repo.git(["add", path]);
            commit("broken");
            assert_eq!(push().code, 0);
            repo.write("leak.py", leak(25));
            repo.git(["add", "leak.py"]);
            commit("a leak");
            push().blocked_by(RULE);
            repo.git(["reset", "-q", "--hard", "HEAD~1"]);
            repo.git(["rm", "-q", path]);
            commit("mended");
            push().unnoticed();
        }
    }
}

#[test]
fn a_server_looks_into_all_alternates_of_its_environment() {
    let (repo, remote) = published();
    protect(&repo, &remote);
    // Git lists a folder with a colon in its name in quotes.
    let (odd, plain) = (bare(&repo, "a:b.git"), bare(&repo, "plain.git"));
    let listed = format!("\"{}\":{}", text(&odd.join("objects")), text(&plain.join("objects")));
    let receive = format!("--receive-pack=GIT_ALTERNATE_OBJECT_DIRECTORIES='{listed}' git-receive-pack");
    let push = |to: &str| repo.try_git(["push", "-q", "--no-verify", &receive, to, "main"]);
    repo.commit_file("clean.py", "harmless\n");
    assert_eq!(push(text(&plain)).code, 0);
    repo.commit_file("new.py", leak(25));
    assert_eq!(push(text(&odd)).code, 0);
    push("origin").blocked_by(RULE);
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    push("origin").unnoticed();
}

#[test]
fn a_partial_clone_is_pushed_from_without_a_fetch() {
    let (repo, remote) = published();
    repo.git(["--git-dir", text(&remote), "config", "uploadpack.allowFilter", "true"]);
    repo.commit_file("old.py", "newer\n");
    push(&repo, "origin").unnoticed();
    let clone = repo.root().join("clone");
    let address = format!("file://{}", remote.display());
    repo.git(["clone", "-q", "--filter=blob:none", &address, text(&clone)]);
    let other = bare(&repo, "other.git");
    let repo = repo.at(clone);
    repo.install();
    let missing = || {
        let listed = repo.git(["rev-list", "--objects", "--all", "--missing=print"]);
        listed.lines().filter(|line| line.starts_with('?')).count()
    };
    let before = missing();
    assert!(before > 0, "a clone without old blobs");
    repo.stage("new.py", "harmless\n");
    repo.commit().unnoticed();
    push(&repo, "origin").unnoticed();
    repo.commit_file("leak.py", leak(25));
    push(&repo, "origin").blocked_by(RULE);
    // Elsewhere all of it would be new, and not all of it is here.
    let run = push(&repo, text(&other));
    assert!(run.code == 1 && run.stderr.contains("is missing"), "{run:?}");
    assert_eq!(missing(), before);
}

/// A protected clone whose first commits are on the remote `origin`, and that remote.
fn published() -> (Repo, PathBuf) {
    let repo = Repo::protected();
    let remote = bare(&repo, "remote.git");
    repo.git(["remote", "add", "origin", text(&remote)]);
    repo.commit_file("old.py", "old\n");
    repo.git(["push", "-q", "origin", "main"]);
    (repo, remote)
}

fn bare(repo: &Repo, name: &str) -> PathBuf {
    let path = repo.root().join(name);
    repo.git(["init", "-q", "--bare", "-b", "main", text(&path)]);
    path
}

/// Sets pre-receive in the bare repository `remote`.
fn protect(repo: &Repo, remote: &Path) {
    let installed = format!("cd {} && exec {} install", text(remote), text(Repo::binary()));
    assert_eq!(repo.run("sh".as_ref(), ["-c", &installed], b"").code, 0);
}

fn push(repo: &Repo, to: &str) -> Run {
    repo.try_git(["push", "-q", to, "main"])
}

/// More commits on `main`, each of which changes one file; `leak` is brought half way, and gone at the end.
fn many(repo: &Repo, leak: Option<&str>) {
    let mut stream = String::new();
    for number in 0..MANY {
        let parent = if number == 0 { "from refs/heads/main^0\n" } else { "" };
        let change = match leak {
            Some(leak) if number == MANY / 2 => {
                format!("M 100644 inline folder/leak.py\ndata {}\n{leak}\n", leak.len())
            }
            Some(_) if number == MANY / 2 + 1 => "D folder/leak.py\n".to_owned(),
            _ => {
                let line = format!("number {number} {}\n", leak.is_some());
                format!("M 100644 inline folder/{}.txt\ndata {}\n{line}\n", number % 7, line.len())
            }
        };
        let time = 1_800_000_000 + number;
        let head = format!("commit refs/heads/main\ncommitter Ada <ada@example.com> {time} +0000\ndata 4\nmade\n");
        stream.extend([&head, parent, &change, "\n"]);
    }
    let run = repo.run("git".as_ref(), ["fast-import", "--quiet"], stream.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
}

/// What git would say of a push of `main` to `origin`.
fn updates(repo: &Repo) -> String {
    let (new, old) = (repo.git(["rev-parse", "main"]), repo.git(["rev-parse", "origin/main"]));
    format!("refs/heads/main {new} refs/heads/main {old}\n")
}

/// How to start tightlip so that a file's permissions count, if that is possible.
fn without_privileges(repo: &Repo) -> Option<String> {
    let probe = repo.top().join(".git/probe");
    let tightlip = text(Repo::binary());
    let as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups --";
    for start in ["", as_nobody] {
        let script = format!("! {start} touch {} 2>&1 && {start} {tightlip} --version", text(&probe));
        if repo.run("sh".as_ref(), ["-c", &script], b"").code == 0 {
            return Some(format!("{start} {tightlip}"));
        }
    }
    None
}

fn receipts(repo: &Repo) -> PathBuf {
    repo.top().join(".git/tightlip/receipts")
}

fn leak(seed: u64) -> String {
    format!("key = '{}'\n", stripe(seed))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
