//! `tightlip why`: whole explanations, for and against.

use std::fs;

use crate::support::{Repo, golden::assert_golden, tokens};

#[test]
fn says_what_decided() {
    let repo = Repo::new();
    let allow = ["tightlip:", "allow stripe-secret-key -- made up for the guide"].concat();
    repo.write(
        "src/pay.py",
        format!(
            "import os\nkey = \"{}\"\nkey = \"{}\"  # {allow}\ntoken = os.environ[\"TOKEN\"]\nauth_token = \"your_token\"\n",
            tokens::stripe(1),
            tokens::stripe(2)
        ),
    );
    repo.write("yarn.lock", "x\n");
    repo.write("deploy/.env", "TOKEN=${TOKEN}\n");
    for (name, place) in [
        ("found", "src/pay.py:2"),
        ("allowed", "src/pay.py:3"),
        ("reference", "src/pay.py:4"),
        ("placeholder", "src/pay.py:5"),
        ("nothing", "src/pay.py:1"),
        ("whole", "src/pay.py"),
        ("lock-file", "yarn.lock"),
        ("denied", "deploy/.env"),
    ] {
        let run = repo.tightlip(["why", place]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{place}");
        assert!(![1, 2].iter().any(|seed| run.stdout.contains(&tokens::stripe(*seed))), "{place} shows a value");
        assert_golden(&format!("why/{name}.txt"), &run.stdout);
    }
}

#[test]
fn a_name_that_is_no_text_is_explained() {
    let repo = Repo::new();
    let name = Repo::name(b"caf\xe9:1.py");
    repo.write(name, format!("import os\nkey = \"{}\"\n", tokens::stripe(1)));
    let place = Repo::name(b"caf\xe9:1.py:2");
    let run = repo.tightlip([Repo::name(b"why"), place]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(run.stdout.contains("  line 2\n") && run.stdout.contains("verdict: stripe-secret-key blocks"), "{run:?}");
}

#[test]
fn what_git_has_is_explained() {
    let repo = Repo::new();
    let line = |seed| format!("import os\nkey = \"{}\"\n", tokens::stripe(seed));
    repo.commit_file("src/pay.py", line(1));
    repo.stage("src/pay.py", format!("import sys\n{}", line(2)));
    fs::remove_file(repo.top().join("src/pay.py")).expect("it was there");
    for (args, line) in [(["--staged"].as_slice(), 3), (&["--tree", "HEAD"], 2)] {
        let run = repo.tightlip([["why", &format!("src/../src/pay.py:{line}")].as_slice(), args].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let found = format!("  line {line}\n");
        assert!(run.stdout.contains(&found) && run.stdout.contains("verdict: stripe-secret-key blocks"), "{run:?}");
    }
    for (args, said) in [
        (["why", "--staged", "none.py"].as_slice(), "none.py is no file that is staged"),
        (&["why", "--tree", "HEAD", "src"], "src is no file that is in HEAD"),
        (&["why", "--tree", "nope", "src/pay.py"], "there is no revision"),
    ] {
        let run = repo.tightlip(args);
        assert!(run.code == 2 && run.stderr.contains(said), "{run:?}");
    }
}

#[test]
fn what_git_has_is_judged_by_the_policy_that_git_has() {
    let repo = Repo::protected();
    let allow = "version = 1\n[[allow]]\nrule = \"stripe-secret-key\"\nreason = \"made up\"\n";
    let verdict = |args: &[&str]| {
        let run = repo.tightlip([["why", "pay.py:1"].as_slice(), args].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        run.stdout
    };
    repo.stage("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    repo.write(".tightlip.toml", allow);
    let before = verdict(&["--staged"]);
    assert!(before.contains("stripe-secret-key blocks") && repo.commit().code != 0, "{before}");
    repo.git(["add", ".tightlip.toml"]);
    fs::remove_file(repo.top().join(".tightlip.toml")).expect("it was there");
    let staged = verdict(&["--staged"]);
    assert!(staged.contains("stripe-secret-key passes by [[allow]]: made up"), "{staged}");
    repo.commit();
    for args in [["--tree", "HEAD"].as_slice(), &["--staged"]] {
        let stored = verdict(args);
        assert!(stored.contains("stripe-secret-key passes by [[allow]]: made up"), "{stored}");
    }
    assert!(verdict(&["--staged"]).contains("file: a commit would not change it"));
    // What stood there before passes, as it does in the hook.
    repo.git(["rm", "-q", "--cached", ".tightlip.toml"]);
    repo.git(["commit", "-q", "--no-verify", "-m", "without it"]);
    repo.stage("pay.py", format!("key = \"{}\"\nx = 1\n", tokens::stripe(1)));
    let inherited = verdict(&["--staged"]);
    assert!(inherited.contains("stripe-secret-key passes: it stood there before"), "{inherited}");
}

#[test]
fn what_cannot_be_explained_is_an_error() {
    let repo = Repo::new();
    repo.write("a.py", "x = 1\n");
    for (place, message) in [
        ("none.py:1", "tightlip: error: cannot read none.py: No such file or directory (os error 2)\n"),
        ("a.py:9", "tightlip: error: a.py has no line 9; it has 1\n"),
        (".", "tightlip: error: . is a folder; name a file in it, and best a line: PATH:LINE\n"),
    ] {
        let run = repo.tightlip(["why", place]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", message), "{place}");
    }
}
