//! After a leak: the file for rewriting a history, and the masking of streams.

use std::{
    fs,
    io::{BufReader, Read, Write},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use crate::support::{Repo, golden::assert_golden, tokens};

fn pem() -> String {
    let made = tightlip::rules::recipe::expand("{pem:PRIVATE KEY}", "leak").expect("a recipe");
    String::from_utf8(made.bytes).expect("ASCII")
}

#[test]
fn the_replacement_file_is_for_its_owner_alone() {
    let repo = Repo::new();
    let (stripe, pem) = (tokens::stripe(1), pem());
    repo.write("a.py", format!("KEY = '{stripe}'\nAGAIN = '{stripe}'\npassword = 'T8v ==>zR#w4'\n"));
    repo.write("key.pem", &pem);
    repo.write("../out", "what stood there");
    fs::set_permissions(repo.root().join("out"), fs::Permissions::from_mode(0o644)).expect("set");
    let run = repo.tightlip(["scan", "a.py", "key.pem", "--format", "replacements", "--output", "../out"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{run:?}");
    assert_golden("leak/replacements.txt", &run.stdout);
    assert_eq!(fs::metadata(repo.root().join("out")).expect("there").permissions().mode() & 0o777, 0o600);
    let written = fs::read_to_string(repo.root().join("out")).expect("text");
    let lines: Vec<&str> = written.lines().collect();
    assert!(lines[0].starts_with(r"regex:\x2d\x2d") && lines[0].contains(r"\r?\n"), "{written}");
    assert_eq!(lines[1], format!("{stripe}==>***REMOVED***"));
    assert!(
        lines.iter().all(|line| line.matches("==>").count() == 1 && line.ends_with("==>***REMOVED***")),
        "{written}"
    );
}

#[test]
fn values_go_to_no_terminal_and_no_pipe() {
    let repo = Repo::new();
    repo.write("a.py", format!("KEY = '{}'\n", tokens::stripe(1)));
    let (in_git, in_another) = (["--output", ".git/out"], ["--output", "../other/sub/out"]);
    repo.git(["init", "-q", "../other"]);
    repo.write("../other/sub/file", "");
    let outputs = [[].as_slice(), &["--output", "/dev/stdout"], &["--output", "."], &["--output", "a.py"]];
    for output in outputs.into_iter().chain([in_git.as_slice(), &in_another]) {
        let run = repo.tightlip([&["scan", "a.py", "--format", "replacements"], output].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(!run.stderr.contains(&tokens::stripe(1)), "{run:?}");
        assert!(!repo.top().join(".git/out").exists() && !repo.root().join("other/sub/out").exists());
    }
}

#[test]
fn the_replacement_file_is_refused_in_a_commit() {
    let repo = Repo::protected();
    repo.write("a.py", "password = 'Hq7?nnvbd'\ndb_password = 'Wm4!kkzt'\n");
    let run = repo.tightlip(["scan", "a.py", "--format", "replacements", "--output", "../out"]);
    assert_eq!(run.code, 1, "{run:?}");
    let written = fs::read_to_string(repo.root().join("out")).expect("text");
    assert_eq!(written.lines().count(), 2, "{written}");
    repo.stage("notes/out.txt", &written);
    let run = repo.commit();
    run.blocked_by("replacement-line");
    assert!(run.stderr.contains("2 secrets in this commit") && !run.stderr.contains("kkzt"), "{run:?}");
}

#[test]
fn a_stream_is_masked_and_else_the_same() {
    let repo = Repo::new();
    let text = format!("one {0}\r\npassword = 'T8v_qzRw41mK'\n{1}caf\u{e9} last", tokens::stripe(3), pem());
    let run = repo.tightlip_with(["redact"], text.as_bytes());
    let keys = "********\n".repeat(pem().lines().count());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.stderr, "");
    let head = run.stdout.strip_suffix(&format!("{keys}caf\u{e9} last")).unwrap_or_else(|| panic!("{run:?}"));
    assert!(head.starts_with("one sk_live_********") && head.ends_with("\r\npassword = '********'\n"), "{head}");
    assert_eq!(repo.tightlip_with(["redact"], b"\xff\n\0\n").code, 0);
}

#[test]
fn a_line_of_any_length_is_masked_in_parts() {
    let repo = Repo::new();
    let key = tokens::stripe(4);
    let filler = "some words ".repeat(20_000);
    let text = format!("{filler}{key} {filler}{filler}'{key}'{filler}");
    let run = repo.tightlip_with(["redact"], text.as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains(&key[8..]), "a key is shown");
    let masked = run.stdout.matches("sk_live_********").count();
    assert_eq!((masked, run.stdout.len()), (2, text.len() - 2 * (key.len() - "sk_live_********xx".len())));
}

#[test]
fn a_line_is_not_kept_waiting() {
    let mut child = Command::new(Repo::binary())
        .arg("redact")
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("tightlip starts");
    let (mut input, mut output) =
        (child.stdin.take().expect("piped"), BufReader::new(child.stdout.take().expect("piped")));
    // Each line is read before the next is written: were one held back, this would never end.
    for line in ["first\n", "second\r\n", "10 %\r", "third\n"] {
        input.write_all(line.as_bytes()).expect("written");
        let mut shown = vec![0; line.len()];
        output.read_exact(&mut shown).expect("a line");
        assert_eq!(shown, line.as_bytes());
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_bad_configuration_lets_nothing_through() {
    let repo = Repo::new();
    repo.write(".tightlip.toml", "version = 1\nunknown = 1\n");
    let run = repo.tightlip_with(["redact"], b"a line\n");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
}
