//! What was accepted, and how it is remembered.

use std::fs;

use super::{STRIPE, filler, hides, incomplete, key, line, passes, refused, with};
use crate::support::Repo;

#[test]
fn an_accepted_finding_passes_until_it_changes() {
    let repo = Repo::protected();
    repo.stage("pay.py", line(1));
    let run = repo.tightlip(["--update-baseline", "--reason", "a test fixture"]);
    passes(&run);
    assert!(run.stdout.contains("git add .tightlip-baseline"), "{run:?}");
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    assert!(!baseline.contains(&key(1)));
    assert!(baseline.lines().last().is_some_and(|line| line.ends_with("stripe-secret-key pay.py a test fixture")));

    // What counts is the staged file.
    repo.commit().blocked_by(STRIPE);
    repo.git(["add", ".tightlip-baseline"]);
    passes(&repo.commit());

    // Moved lines and files are the same finding; another value is not.
    repo.stage("pay.py", format!("{}{}", filler(), line(1)));
    passes(&repo.commit());
    repo.git(["mv", "pay.py", "paid.py"]);
    passes(&repo.commit());
    repo.stage("paid.py", line(2));
    repo.commit().blocked_by(STRIPE);
}

#[test]
fn what_is_accepted_already_keeps_its_reason_and_this_is_said() {
    let repo = Repo::protected();
    repo.stage("pay.py", line(1));
    passes(&repo.tightlip(["--update-baseline", "--reason", "first", "--expires", "9999-01-01"]));
    let baseline = fs::read(repo.top().join(".tightlip-baseline")).expect("a baseline");
    let run = repo.tightlip(["--update-baseline", "--reason", "second"]);
    passes(&run);
    assert!(run.stdout.contains("accepted already, with the reason and the day in"), "{run:?}");
    assert_eq!(fs::read(repo.top().join(".tightlip-baseline")).expect("a baseline"), baseline);
}

#[test]
fn updating_follows_a_file_that_moves() {
    let repo = Repo::protected();
    repo.stage("pay.py", line(1));
    passes(&repo.tightlip(["--update-baseline"]));
    repo.git(["add", ".tightlip-baseline"]);
    passes(&repo.commit());
    repo.git(["mv", "pay.py", "paid.py"]);
    passes(&repo.tightlip(["--update-baseline"]));
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    let paths: Vec<_> =
        baseline.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').nth(4)).collect();
    assert_eq!(paths, [Some("paid.py")]);
}

#[test]
fn pruning_drops_what_is_gone() {
    let repo = Repo::protected();
    repo.stage("pay.py", line(1));
    repo.stage("gone.py", line(2));
    passes(&repo.tightlip(["--update-baseline"]));
    repo.git(["add", ".tightlip-baseline"]);
    passes(&repo.commit());
    repo.git(["rm", "-q", "gone.py"]);
    passes(&repo.commit());
    passes(&repo.tightlip(["baseline", "prune"]));
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    assert!(baseline.contains("pay.py") && !baseline.contains("gone.py"), "{baseline}");
}

#[test]
fn a_partial_commit_says_that_it_leaves_the_baseline_out() {
    let repo = with(&[("pay.py", filler())]);
    repo.stage("pay.py", line(1));
    passes(&repo.tightlip(["--update-baseline"]));
    repo.git(["add", ".tightlip-baseline"]);
    let run = repo.try_git(["commit", "-q", "-m", "a commit", "pay.py"]);
    refused(&run, &[STRIPE, "git commit .tightlip-baseline"]);
    passes(&repo.try_git(["commit", "-q", "-m", "a commit", "pay.py", ".tightlip-baseline"]));
}

#[test]
fn an_expired_line_no_longer_counts() {
    for (expires, expected) in [("2020-01-01", false), ("9999-12-31", true)] {
        let repo = Repo::protected();
        repo.stage("pay.py", line(1));
        passes(&repo.tightlip(["--update-baseline", "--expires", "9999-12-31"]));
        // Time goes by.
        let path = repo.top().join(".tightlip-baseline");
        let text = fs::read_to_string(&path).expect("a baseline").replace("9999-12-31", expires);
        repo.stage(".tightlip-baseline", text);
        let run = repo.commit();
        assert_eq!(run.code == 0, expected, "{expires}: {run:?}");
    }
}

#[test]
fn baselines_merge_by_keeping_both_sides() {
    let repo = with(&[(".gitattributes", ".tightlip-baseline merge=union\n".into()), ("base.py", filler())]);
    let accept = |path: &str, number| {
        repo.stage(path, line(number));
        passes(&repo.tightlip(["--update-baseline"]));
        repo.git(["add", ".tightlip-baseline"]);
        passes(&repo.commit());
    };
    repo.git(["checkout", "-q", "-b", "theirs"]);
    accept("theirs.py", 1);
    repo.git(["checkout", "-q", "main"]);
    accept("ours.py", 2);
    passes(&repo.try_git(["merge", "-q", "--no-edit", "theirs"]));
    repo.stage("theirs.py", format!("# more\n{}", line(1)));
    repo.stage("ours.py", format!("# more\n{}", line(2)));
    passes(&repo.commit());
}

#[test]
fn a_full_disk_leaves_the_old_baseline() {
    let repo = Repo::protected();
    repo.write(".tightlip-baseline", "# as it was\n");
    repo.stage("pay.py", line(1));
    // A limit on file sizes stands in for a disk that is full; without the trap the signal would end the program.
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" --update-baseline";
    let binary = Repo::binary().to_str().expect("a path in UTF-8");
    let run = repo.run("sh".as_ref(), ["-c", script, binary], b"");
    incomplete(&run, &["cannot write", ".tightlip-baseline"]);
    assert_eq!(fs::read(repo.top().join(".tightlip-baseline")).expect("a file"), b"# as it was\n");
    let leftover = fs::read_dir(repo.top()).expect("a folder").flatten().find(|entry| {
        let name = entry.file_name();
        name != ".tightlip-baseline" && name.to_string_lossy().starts_with(".tightlip-baseline")
    });
    assert!(leftover.is_none(), "{leftover:?}");
}

#[test]
fn what_cannot_be_read_is_an_error_with_its_place() {
    for (path, text, words) in [
        (".tightlip.toml", "[paths]\n  alow = ['x']\n", &[".tightlip.toml:2:3", "alow", "did you mean `allow`"][..]),
        (".tightlip.toml", "[paths]\ndeny = ['[a']\n", &[".tightlip.toml:2:9", "[a"]),
        (".tightlip.toml", "[[allow]]\nreason = 'x'\nvalue = '('\n", &[".tightlip.toml:3:9"]),
        (".tightlip.toml", "[rules]\ndisable = ['stripe-secret-kye']\n", &[".tightlip.toml:2:12", STRIPE]),
        (".tightlip.toml", "[[rule]]\nid = 'x'\nkeyword = ['y']\n", &[".tightlip.toml:3:1", "did you mean `keywords`"]),
        (".tightlip.toml", "[[rule]]\nid = 'x'\nkeywords = ['yyyy']\npattern = '('\n", &[".tightlip.toml:1:1"]),
        (".tightlip.toml", "[require]\nrules = []\n", &[".tightlip.toml:1:1"]),
        (".tightlip-baseline", "# x\nnonsense\n", &[".tightlip-baseline:2", "expected"]),
        (".tightlip-baseline", "<<<<<<< HEAD\n", &[".tightlip-baseline:1", "merge conflict"]),
    ] {
        let repo = Repo::protected();
        repo.stage(path, text);
        repo.stage("pay.py", line(1));
        let run = repo.tightlip(["scan", "--staged"]);
        incomplete(&run, words);
        hides(&run, &[key(1)]);
        refused(&repo.commit(), &[words, &["git commit --no-verify"]].concat());
    }
}

#[test]
fn a_baseline_that_cannot_be_read_is_refused_when_it_comes() {
    let repo = Repo::protected();
    repo.stage(".tightlip-baseline", "<<<<<<< HEAD\n");
    incomplete(&repo.tightlip(["scan"]), &[".tightlip-baseline:1"]);
    refused(&repo.commit(), &[".tightlip-baseline:1"]);
}

#[test]
fn pruning_keeps_what_only_the_index_has() {
    let repo = Repo::protected();
    repo.stage("in/pay.py", line(1));
    repo.stage("out/pay.py", line(2));
    passes(&repo.tightlip(["--update-baseline"]));
    repo.git(["add", ".tightlip-baseline"]);
    passes(&repo.commit());
    repo.git(["sparse-checkout", "set", "--cone", "in"]);
    let run = repo.tightlip(["baseline", "prune"]);
    passes(&run);
    assert!(
        run.stdout.contains("nothing to drop; accepted findings: 2") && run.stdout.contains("1 kept without a look"),
        "{run:?}"
    );
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    assert!(baseline.contains("out/pay.py") && baseline.contains("in/pay.py"), "{baseline}");
}

#[test]
fn pruning_keeps_what_is_not_read() {
    let repo = Repo::protected();
    for (number, path) in (1..).zip(["vendor/pay.py", "large/pay.py", "pay.py"]) {
        repo.stage(path, line(number) + &filler());
    }
    passes(&repo.tightlip(["--update-baseline"]));
    repo.stage(".tightlip.toml", "[paths]\nskip = ['vendor/']\n[limits]\nmax_file_size = '1 MiB'\n");
    repo.write("pay.py", filler());
    let run = repo.tightlip(["baseline", "prune"]);
    passes(&run);
    assert_eq!(
        run.stdout,
        "tightlip: 1 of 3 accepted findings no longer stand there, and were dropped\n  \
         1 kept without a look: their files are not in the work tree, or were not read\n"
    );
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    assert!(baseline.contains("vendor/pay.py") && baseline.contains("large/pay.py"), "{baseline}");
}

#[test]
fn pruning_makes_no_baseline_and_drops_what_stands_twice() {
    let repo = Repo::protected();
    let baseline = repo.top().join(".tightlip-baseline");
    passes(&repo.tightlip(["baseline", "prune"]));
    assert!(!baseline.exists());
    repo.stage("pay.py", line(1));
    passes(&repo.tightlip(["--update-baseline"]));
    let written = fs::read_to_string(&baseline).expect("a baseline");
    let last = written.lines().last().expect("a line");
    fs::write(&baseline, format!("{written}{last}\n")).expect("a file");
    passes(&repo.tightlip(["baseline", "prune"]));
    assert_eq!(fs::read_to_string(&baseline).expect("a baseline"), written);
}

#[test]
fn says_what_to_do_where_nothing_is_staged_any_more() {
    let repo = with(&[("pay.py", "harmless\n".into())]);
    repo.install();
    repo.write("pay.py", line(1));
    repo.try_git(["commit", "-q", "-a", "-m", "more"]).blocked_by(STRIPE);
    let run = repo.tightlip(["--update-baseline"]);
    let told = "tightlip: nothing is staged; git add what is to be accepted, and try again\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, told), "{run:?}");
}
