//! `tightlip baseline review`, answered over a pipe.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use crate::support::{Repo, golden::assert_golden, tokens};

/// Three accepted secrets, of which one is gone and one has no reason.
fn repo() -> Repo {
    let repo = Repo::new();
    for (name, seed, reason) in [("a.py", 1, Some("a fixture")), ("b.py", 2, None), ("c.py", 3, Some("gone"))] {
        repo.write(name, format!("import os\nKEY = '{}'\n", tokens::stripe(seed)));
        let reason = reason.map_or_else(Vec::new, |reason| vec!["--reason", reason]);
        let run = repo.tightlip([vec!["scan", name, "--update-baseline"], reason].concat());
        assert_eq!(run.code, 0, "{run:?}");
    }
    fs::remove_file(repo.top().join("c.py")).expect("removed");
    repo
}

/// The lines of the baseline, without what differs from run to run.
fn lines(repo: &Repo) -> Vec<String> {
    let text = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut lines: Vec<String> =
        lines.map(|line| line.splitn(4, ' ').nth(3).expect("four fields").to_owned()).collect();
    lines.sort();
    lines
}

const A: &str = "stripe-secret-key a.py a fixture";
const B: &str = "stripe-secret-key b.py";
const C: &str = "stripe-secret-key c.py gone";

#[test]
fn each_answer_is_written() {
    let repo = repo();
    repo.write("new.py", format!("KEY = '{}'\n", tokens::stripe(4)));
    let answers = "real\n\nfalse\n2000-01-01\n9999-12-31\nmade up for the guide\nlater\n";
    let run = repo.tightlip_with(["baseline", "review", "new.py"], answers.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_golden("review/answers.txt", &run.stdout);
    assert_eq!(lines(&repo), ["stripe-secret-key b.py expires=9999-12-31 made up for the guide", C]);
    assert_eq!(repo.tightlip(["scan", "a.py"]).code, 1, "what is real blocks");
}

#[test]
fn a_half_finished_review_keeps_what_was_answered_and_the_rest() {
    let repo = repo();
    let run = repo.tightlip_with(["baseline", "review"], b"real\n9999-12-31\nticket 7\n");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(lines(&repo), ["stripe-secret-key a.py expires=9999-12-31 to be rotated: ticket 7", B, C]);
    for answers in ["", "what?\n", "quit\n", "real\n", "false\nsoon\n", "later\nlater\nlater\n"] {
        let before = lines(&repo);
        assert_eq!(repo.tightlip_with(["baseline", "review"], answers.as_bytes()).code, 0);
        assert_eq!(lines(&repo), before);
    }
}

#[test]
fn a_reason_repeats_no_value() {
    let repo = repo();
    let answers = format!("false\n\nit is {}\n", tokens::stripe(1));
    let run = repo.tightlip_with(["baseline", "review"], answers.as_bytes());
    assert!(!run.stdout.contains(&tokens::stripe(1)), "{run:?}");
    assert_eq!(lines(&repo), ["stripe-secret-key a.py it is ********", B, C]);
    assert_ne!(lines(&repo)[0], A);
}

#[test]
fn denied_paths_are_asked_about_as_well() {
    let repo = Repo::protected();
    for name in ["a.env", "b.env", "c.env", "gone.env"] {
        repo.stage(name, "LEVEL=debug-of-the-house\n");
    }
    let run = repo.tightlip(["--update-baseline"]);
    assert_eq!(run.code, 0, "{run:?}");
    fs::remove_file(repo.top().join("gone.env")).expect("removed");
    let run = repo.tightlip_with(["baseline", "review"], b"real\n\nfalse\n\nno values\nlater\n");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_golden("review/denied.txt", &run.stdout);
    assert_eq!(lines(&repo), ["denied-path b.env no values", "denied-path c.env", "denied-path gone.env"]);
}

#[test]
fn ctrl_c_keeps_what_was_answered() {
    let repo = repo();
    let mut review = Command::new(Repo::binary())
        .args(["baseline", "review"])
        .current_dir(repo.top())
        .env_clear()
        .envs([("PATH", std::env::var_os("PATH").expect("a PATH")), ("HOME", repo.root().join("home").into())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = review.stdin.take().expect("piped");
    input.write_all(b"false\n\nmade up\n").expect("it reads");
    let mut output = BufReader::new(review.stdout.take().expect("piped"));
    let mut said = String::new();
    while !said.contains("2/2  b.py") {
        assert_ne!(output.read_line(&mut said).expect("it says more"), 0, "{said}");
    }
    let killed = Command::new("kill").args(["-INT", &review.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    assert!(!review.wait().expect("it ends").success());
    assert_eq!(lines(&repo), ["stripe-secret-key a.py made up", B, C]);
}

#[test]
fn a_review_that_nobody_reads_ends() {
    let repo = repo();
    let run = repo.tightlip_with(["baseline", "review"], "what\n".repeat(1000).as_bytes());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("10 answers in a row"), "{run:?}");
    assert_eq!(lines(&repo), [A, B, C]);
}
