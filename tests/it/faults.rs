//! What stops tightlip ends with 2, says what, where and what next, and lets nothing through: neither a commit nor half a
//! file. The whole words stand in tests/golden/faults.

use std::{fs, path::Path};

use crate::support::{Repo, Run, golden::assert_golden, tokens};

/// Something that is broken, by the name of its golden file.
struct Fault {
    name: &'static str,
    broken: fn(&Repo),
    /// Whether git gets as far as the hook.
    reaches_hook: bool,
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "missing-object",
        broken: |repo| fs::remove_file(staged_object(repo)).expect("a loose object"),
        reaches_hook: true,
    },
    Fault { name: "broken-object", broken: |repo| replace(&staged_object(repo), b"no zlib"), reaches_hook: true },
    Fault {
        name: "index-of-nonsense",
        broken: |repo| change_index(repo, |_| b"nonsense".to_vec()),
        reaches_hook: false,
    },
    Fault {
        name: "index-cut-short",
        broken: |repo| change_index(repo, |index| index[..index.len() / 2].to_vec()),
        reaches_hook: false,
    },
    Fault { name: "index-emptied", broken: |repo| change_index(repo, |_| Vec::new()), reaches_hook: false },
    Fault {
        name: "index-of-another-version",
        broken: |repo| change_index(repo, |index| [&index[..7], &[9], &index[8..]].concat()),
        reaches_hook: false,
    },
    Fault {
        name: "broken-branch",
        broken: |repo| replace(&repo.top().join(BRANCH), b"nonsense\n"),
        reaches_hook: true,
    },
    Fault {
        name: "broken-merge-head",
        broken: |repo| replace(&repo.top().join(".git/MERGE_HEAD"), b"nonsense\n"),
        reaches_hook: true,
    },
    Fault {
        name: "unknown-key",
        broken: |repo| repo.stage(".tightlip.toml", "version = 1\n[paths]\n  alow = ['x']\n"),
        reaches_hook: true,
    },
    Fault {
        name: "invalid-glob",
        broken: |repo| repo.stage(".tightlip.toml", "[paths]\ndeny = ['ok', '[a']\n"),
        reaches_hook: true,
    },
    Fault {
        name: "invalid-pattern",
        broken: |repo| repo.stage(".tightlip.toml", "[[allow]]\nreason = 'x'\nvalue = 'a(b'\n"),
        reaches_hook: true,
    },
    Fault { name: "no-toml", broken: |repo| repo.stage(".tightlip.toml", "[paths\nallow = 1\n"), reaches_hook: true },
    Fault {
        name: "configuration-not-utf-8",
        broken: |repo| repo.stage(".tightlip.toml", b"# caf\xe9\n"),
        reaches_hook: true,
    },
    Fault {
        name: "configuration-as-a-link",
        broken: |repo| {
            std::os::unix::fs::symlink("/etc/hosts", repo.top().join(".tightlip.toml")).expect("a link");
            repo.git(["add", ".tightlip.toml"]);
        },
        reaches_hook: true,
    },
    Fault {
        name: "broken-baseline",
        broken: |repo| repo.stage(".tightlip-baseline", "# accepted\n1 nonsense\n"),
        reaches_hook: true,
    },
    Fault {
        name: "conflict-in-the-baseline",
        broken: |repo| repo.stage(".tightlip-baseline", "<<<<<<< HEAD\n=======\n>>>>>>> theirs\n"),
        reaches_hook: true,
    },
];

/// Where git keeps what was committed last.
const BRANCH: &str = ".git/refs/heads/main";

/// A protected repository with a key staged, so that everything is looked at.
fn staged() -> Repo {
    let repo = Repo::protected();
    repo.stage("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    repo
}

/// The file of the object that is staged at `pay.py`.
fn staged_object(repo: &Repo) -> std::path::PathBuf {
    let id = repo.git(["rev-parse", ":pay.py"]);
    repo.top().join(".git/objects").join(&id[..2]).join(&id[2..])
}

/// Git makes objects read-only.
fn replace(path: &Path, bytes: &[u8]) {
    if path.exists() {
        fs::remove_file(path).expect("a file that can go");
    }
    fs::write(path, bytes).expect("a file");
}

fn change_index(repo: &Repo, change: fn(&[u8]) -> Vec<u8>) {
    let path = repo.top().join(".git/index");
    let index = fs::read(&path).expect("an index");
    fs::write(path, change(&index)).expect("an index");
}

/// What was said, without the places that differ from run to run.
fn said(repo: &Repo, run: &Run) -> String {
    let root = fs::canonicalize(repo.root()).expect("a folder");
    [root.as_path(), repo.root()]
        .iter()
        .fold(run.stderr.clone(), |text, root| text.replace(root.to_str().expect("UTF-8"), "ROOT"))
}

#[track_caller]
fn incomplete(name: &str, run: &Run) {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}: {run:?}");
    assert!(!run.stderr.contains("fault in tightlip itself"), "{name}: {run:?}");
    assert!(!run.stderr.contains(&tokens::stripe(1)), "{name}: a value was printed");
}

#[test]
fn what_is_broken_is_said_and_nothing_is_committed() {
    for Fault { name, broken, reaches_hook } in FAULTS {
        let repo = staged();
        broken(&repo);
        let branch = fs::read(repo.top().join(BRANCH)).expect("a branch");

        incomplete(name, &repo.tightlip(["scan", "--staged"]));
        let hook = repo.tightlip(["hook", "pre-commit"]);
        incomplete(name, &hook);
        assert_golden(&format!("faults/{name}.txt"), &said(&repo, &hook));

        let commit = repo.commit();
        assert_ne!(commit.code, 0, "{name}: {commit:?}");
        assert_eq!(commit.stderr.contains("git commit --no-verify"), *reaches_hook, "{name}: {commit:?}");
        assert_eq!(fs::read(repo.top().join(BRANCH)).expect("a branch"), branch, "{name}: something was committed");
    }
}

/// Lines of arguments, each with what the message has to say.
const USAGE: &[(&[&str], &[&str])] = &[
    (&[], &["no command", "tightlip --help"]),
    (&["scann"], &["scann", "scan"]),
    (&["scan", "--staged", "README"], &["cannot be used with"]),
    (&["scan", "--stdin", "--staged"], &["cannot be used with"]),
    (&["scan", "--name", "x"], &["--stdin"]),
    (&["scan", "--no-ignore"], &["PATH"]),
    (&["scan", "--format", "xml"], &["xml", "human, json, jsonl"]),
    (&["scan", "--rule", "stripe-secret-kye"], &["stripe-secret-kye", "the nearest is stripe-secret-key"]),
    (&["scan", "--skip-rule", "stripe-secret-kye"], &["stripe-secret-kye", "the nearest is stripe-secret-key"]),
    (&["scan", "--severity", "huge"], &["huge", "critical"]),
    (&["scan", "--max-file-size", "big"], &["big", "64 MiB"]),
    (&["scan", "--update-baseline", "--expires", "tomorrow"], &["tomorrow", "2027-01-31"]),
    (&["scan", "--update-baseline", "--expires", "2020-01-01"], &["2020-01-01", "that day is over"]),
    (&["scan", "--jobs", "0"], &["--jobs", "expected a number from 1 on"]),
    (&["scan", "--reason", "x"], &["--update-baseline"]),
    (&["scan", "--no-baseline", "--baseline", "x"], &["cannot be used with"]),
    (&["scan", "--config", "no/such.toml"], &["cannot read no/such.toml", "No such file"]),
    (&["scan", "no/such/place"], &["cannot read no/such/place", "No such file"]),
    (&["scan", "README", "--output", "no/such/report"], &["cannot write no/such/report", "No such file"]),
    (&["baseline"], &["show"]),
    (&["hook", "post-commit"], &["post-commit"]),
];

#[test]
fn what_makes_no_sense_ends_with_2_and_a_word() {
    let repo = staged();
    for (args, words) in USAGE {
        let run = repo.tightlip(*args);
        incomplete(&args.join(" "), &run);
        for word in *words {
            assert!(run.stderr.contains(word), "{args:?}: expected {word:?}: {run:?}");
        }
    }
}

#[test]
fn without_a_repository_only_what_is_staged_cannot_be_scanned() {
    let repo = staged();
    let root = repo.root().to_owned();
    let repo = repo.at(&root);
    for args in [&["scan"][..], &["scan", "--staged"], &["--update-baseline"], &["install"], &["baseline", "show"]] {
        let run = repo.tightlip(args);
        incomplete(&args.join(" "), &run);
    }
    assert_golden("faults/no-repository.txt", &said(&repo, &repo.tightlip(["scan"])));
    assert_eq!(repo.tightlip(["scan", "repo/pay.py"]).code, 1);
}

#[test]
fn what_is_said_to_mend_an_index_mends_it() {
    let repo = staged();
    change_index(&repo, |index| index[..index.len() / 2].to_vec());
    repo.git(["read-tree", "HEAD"]);
    repo.git(["add", "pay.py"]);
    repo.commit().blocked_by("stripe-secret-key");
}

/// A repository where 2 KiB are staged, as a packed blob, and 1 KiB may be read.
fn over_the_limit() -> Repo {
    let repo = Repo::protected();
    repo.commit_file(".tightlip.toml", "[limits]\nmax_file_size = \"1 KiB\"\n");
    repo.stage("dump.sql", "select 1;\n".repeat(205));
    repo.git(["repack", "-a", "-d", "-q"]);
    assert!(!repo.top().join(".git/objects").join(&repo.git(["rev-parse", ":dump.sql"])[..2]).exists(), "it is packed");
    repo
}

#[test]
fn what_is_over_the_limit_stops_a_commit_and_is_named_otherwise() {
    let repo = over_the_limit();
    let hook = repo.tightlip(["hook", "pre-commit"]);
    incomplete("hook", &hook);
    assert_golden("faults/over-the-limit.txt", &hook.stderr);
    let commit = repo.commit();
    assert!(commit.code != 0 && commit.stderr.contains("git commit --no-verify"), "{commit:?}");

    let scan = repo.tightlip(["scan", "--staged"]);
    assert_eq!(scan.code, 0, "{scan:?}");
    assert!(scan.stdout.contains("dump.sql") && scan.stdout.contains("1 not read"), "{scan:?}");
    let scan = repo.tightlip(["scan", "--staged", "--strict"]);
    assert_eq!(scan.code, 2, "{scan:?}");

    // The ways past it that are named.
    assert_eq!(repo.tightlip(["scan", "--staged", "--strict", "--max-file-size", "4 KiB"]).code, 0);
    repo.stage(".tightlip.toml", "[paths]\nskip = [\"dump.sql\"]\n[limits]\nmax_file_size = \"1 KiB\"\n");
    assert_eq!(repo.commit().code, 0);
}

#[test]
fn a_bypass_does_not_excuse_what_was_not_read() {
    let mut repo = over_the_limit();
    repo.env("TIGHTLIP_BYPASS", "why");
    repo.stage("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    let hook = repo.tightlip(["hook", "pre-commit"]);
    assert_eq!(hook.code, 2);
    assert!(!repo.top().join(".git/tightlip/bypasses.jsonl").exists(), "nothing passed");
    let ways = hook.stderr.split_once("Ways past it:\n").expect("some").1;
    let labels: Vec<_> = ways.lines().map(|line| line[2..19].trim_end()).filter(|label| !label.is_empty()).collect();
    assert_eq!(labels, ["remove it", "it is no secret", "it is known", "read it", "leave it out", "without a check"]);
    assert_eq!(repo.tightlip(["scan", "--staged", "--strict"]).code, 2);
    assert_eq!(repo.tightlip(["scan", "--staged"]).code, 1);
}

#[test]
fn a_baseline_that_cannot_be_written_is_said() {
    let repo = staged();
    fs::create_dir(repo.top().join(".tightlip-baseline")).expect("a folder in its place");
    for (args, name) in [
        (&["--update-baseline"][..], ".tightlip-baseline"),
        (&["scan", "--update-baseline", "--baseline", "no/such/folder"], "no/such/folder"),
        (&["scan", "--update-baseline", "--baseline", "pay.py/below"], "pay.py/below"),
    ] {
        let run = repo.tightlip(args);
        incomplete(name, &run);
        assert!(run.stderr.contains(name), "{run:?}");
    }
    assert_eq!(repo.git(["status", "--porcelain"]), "A  pay.py", "nothing was left behind");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_fails_a_report() {
    let repo = staged();
    for target in ["> /dev/full", "--output /dev/full"] {
        let run = sh(&repo, &format!("\"$0\" scan --staged --format json {target}"));
        incomplete(target, &run);
        assert!(run.stderr.contains("cannot write") && run.stderr.contains("No space left"), "{target}: {run:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_fails_whatever_is_shown() {
    let repo = staged();
    for command in ["baseline show", "baseline prune", "rules list", "rules show jwt", "why pay.py:1", "doctor", "man"]
    {
        let run = sh(&repo, &format!("\"$0\" {command} > /dev/full"));
        incomplete(command, &run);
        assert!(run.stderr.contains("cannot write to standard output"), "{command}: {run:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let repo = staged();
    let many: Vec<_> = (0..200).map(|seed| format!("key = \"{}\"", tokens::stripe(seed))).collect();
    repo.stage("many.py", many.join("\n"));
    for command in
        ["scan --staged --verbose", "scan --staged --format json", "scan --staged --format jsonl", "baseline show"]
    {
        let run = sh(&repo, &format!("{{ \"$0\" {command}; echo $? >&2; }} | head -c 0"));
        assert!(matches!(run.stderr.as_str(), "1\n" | "0\n"), "{command}: {run:?}");
    }
}

#[test]
fn a_pack_that_is_cut_short_or_changed_is_an_error() {
    for (ending, cut) in [("pack", true), ("pack", false), ("idx", true)] {
        let repo = Repo::new();
        repo.commit_file("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)).repeat(50));
        repo.commit_file("other.py", "x = 1\n".repeat(500));
        repo.git(["repack", "-q", "-a", "-d"]);
        let packs = fs::read_dir(repo.top().join(".git/objects/pack")).expect("a folder");
        let pack = packs
            .map(|entry| entry.expect("an entry").path())
            .find(|path| path.extension().is_some_and(|is| is == ending));
        let pack = pack.expect("just made");
        let whole = fs::read(&pack).expect("a pack");
        let middle = whole.len() / 2;
        let broken =
            if cut { whole[..middle].to_vec() } else { [&[0; 12], &whole[12..20], &[0xff; 60], &whole[80..]].concat() };
        replace(&pack, &broken);
        repo.write("new.py", "y = 2\n");
        for args in [&["scan", "--history"][..], &["scan", "--staged"]] {
            let run = repo.tightlip(args);
            // What was not damaged may still be all that a command needs.
            let looked = run.code == 1 && run.stdout.contains("stripe-secret-key");
            assert!(run.code == 2 || looked, "{ending} {args:?}: {run:?}");
            assert!(!run.stderr.contains("fault in tightlip itself"), "{ending} {args:?}: {run:?}");
        }
    }
}

#[test]
fn a_locked_index_hides_nothing() {
    let repo = staged();
    fs::write(repo.top().join(".git/index.lock"), "").expect("a lock");
    assert_eq!(repo.tightlip(["scan", "--staged"]).code, 1);
    assert_eq!(repo.tightlip(["hook", "pre-commit"]).code, 1);
    assert_eq!(repo.tightlip(["--update-baseline"]).code, 0);
    assert_ne!(repo.commit().code, 0);
}

/// Commits from the future, and a lock of a log that will be made in a hundred years.
#[test]
fn a_clock_that_was_set_back_loses_nothing() {
    let mut repo = Repo::protected();
    repo.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    repo.git(["remote", "add", "origin", "../remote.git"]);
    repo.env("GIT_COMMITTER_DATE", "2099-01-01T00:00:00Z");
    repo.stage("a.py", "x = 1\n");
    repo.commit().unnoticed();
    repo.git(["push", "-q", "origin", "main"]);
    repo.env("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z");
    repo.commit_file("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    repo.commit_file("pay.py", "x = 2\n");
    let lock = repo.top().join(".git/tightlip/receipts.lock");
    fs::write(&lock, "").expect("a lock");
    repo.run("touch".as_ref(), ["-d", "2120-01-01", lock.to_str().expect("UTF-8")], b"");
    repo.try_git(["push", "-q", "origin", "main"]).blocked_by("stripe-secret-key");
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    repo.stage("b.py", "x = 3\n");
    repo.commit().unnoticed();
    repo.try_git(["push", "-q", "origin", "main"]).unnoticed();
}

/// Runs a script in which `$0` is tightlip.
fn sh(repo: &Repo, script: &str) -> Run {
    repo.run("sh".as_ref(), ["-c", script, Repo::binary().to_str().expect("UTF-8")], b"")
}
