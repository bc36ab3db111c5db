//! `tightlip scan` on files, folders and standard input: what is looked at, how it is called, and what the report holds.

use std::fs;

use serde_json::Value;

use crate::support::{Repo, Run, tokens};

const STRIPE: &str = "stripe-secret-key";
const PASSWORD: &str = "generic-password";

fn line(seed: u64) -> String {
    format!("key = \"{}\"\n", tokens::stripe(seed))
}

fn password() -> String {
    ["password = \"", "kV7-", "tq2_", "Zr9w", "\"\n"].concat()
}

/// Each finding's path, in order.
fn paths(run: &Run) -> Vec<String> {
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let findings = document["findings"].as_array().expect("an array");
    findings.iter().map(|finding| finding["path"].as_str().expect("text").to_owned()).collect()
}

fn json(repo: &Repo, args: &[&str]) -> Run {
    repo.tightlip([&["scan", "--format", "json"], args].concat())
}

/// Files with a key each, one of them ignored and one inside of `.git`.
fn folder(repo: &Repo) {
    for (number, path) in ["a.py", "sub/b.py", "sub/.hidden.py", "out/c.py", ".git/d.py"].into_iter().enumerate() {
        repo.write(path, line(number as u64));
    }
    repo.write(".gitignore", "out/\n");
}

#[test]
fn inside_a_repository_paths_begin_at_its_top() {
    let repo = Repo::new();
    folder(&repo);
    assert_eq!(paths(&json(&repo, &["."])), ["a.py", "sub/.hidden.py", "sub/b.py"]);
    assert_eq!(paths(&json(&repo, &["sub", "a.py", "sub/b.py"])), ["a.py", "sub/.hidden.py", "sub/b.py"]);
    assert_eq!(paths(&json(&repo, &["--no-ignore", "."])), ["a.py", "out/c.py", "sub/.hidden.py", "sub/b.py"]);
    assert_eq!(paths(&json(&repo, &["out/c.py"])), ["out/c.py"], "what is named is read");

    let below = repo.top().join("sub");
    let repo = repo.at(below);
    assert_eq!(paths(&json(&repo, &["."])), ["sub/.hidden.py", "sub/b.py"]);
    assert_eq!(paths(&json(&repo, &["../a.py"])), ["a.py"]);
}

#[test]
fn outside_of_a_repository_paths_are_as_typed() {
    let repo = Repo::new();
    folder(&repo);
    fs::remove_dir_all(repo.top().join(".git")).expect("a repository that goes");
    let top = repo.top().to_owned();
    let root = repo.root().to_owned();
    let repo = repo.at(&root);
    let all = ["repo/a.py", "repo/out/c.py", "repo/sub/.hidden.py", "repo/sub/b.py"];
    assert_eq!(paths(&json(&repo, &["--no-ignore", "repo"])), all);
    assert_eq!(paths(&json(&repo, &["repo/a.py"])), ["repo/a.py"]);
    assert_eq!(paths(&json(&repo, &["./repo/a.py"])), ["repo/a.py"]);
    let absolute = top.join("a.py");
    assert_eq!(paths(&json(&repo, &[absolute.to_str().expect("UTF-8")])), [absolute.to_str().expect("UTF-8")]);
}

#[test]
fn standard_input_is_judged_by_its_name() {
    let repo = Repo::new();
    repo.write(".tightlip.toml", "[paths]\nallow = ['fixtures/**']\n");
    let scan = |args: &[&str], input: &str| repo.tightlip_with([&["scan", "--stdin"], args].concat(), input.as_bytes());
    let run = scan(&["--format", "json"], &line(1));
    assert_eq!((run.code, paths(&run)), (1, vec!["stdin".to_owned()]));
    let run = scan(&["--name", "src/pay.py", "--format", "json"], &line(1));
    assert_eq!((run.code, paths(&run)), (1, vec!["src/pay.py".to_owned()]));
    assert_eq!(scan(&["--name", "fixtures/pay.py"], &line(1)).code, 0);
    assert_eq!(scan(&[], "nothing\n").code, 0);
    assert_eq!(scan(&[], "").code, 0);
    // What a path alone says, only git's side asks.
    assert_eq!(scan(&["--name", ".env"], "NAME=some-value\n").code, 0);
}

#[test]
fn deny_paths_judge_what_enters_git_only() {
    let repo = Repo::new();
    repo.stage(".env", "NAME=some-value\n");
    assert_eq!(repo.tightlip(["scan", "."]).code, 0);
    repo.tightlip(["scan", "--staged"]).blocked_by("denied-path");
}

/// Asserts what every finding has, by the contract.
#[track_caller]
fn assert_finding(finding: &Value) {
    for key in ["rule", "title", "severity", "path", "origin", "secret", "fingerprint", "status"] {
        assert!(finding[key].is_string(), "{key} of {finding}");
    }
    for key in ["line", "column", "end_line", "end_column"] {
        assert!(finding[key].is_u64(), "{key} of {finding}");
    }
    assert!(finding["blocks"].is_boolean() && finding["via"].is_array(), "{finding}");
    assert!(finding.get("proof").is_some() && finding.get("suppression").is_some(), "{finding}");
}

#[test]
fn json_and_jsonl_carry_what_the_contract_says() {
    let repo = Repo::new();
    repo.stage(".tightlip.toml", "[paths]\nskip = ['vendor/']\nallow = ['fixtures/**']\n");
    repo.stage("pay.py", format!("import stripe\n{}", line(1)));
    repo.stage("fixtures/pay.py", line(2));
    repo.stage("vendor/pay.py", line(3));

    let run = json(&repo, &["--staged"]);
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((run.code, &document["schema"]), (1, &Value::from(1)));
    let receipt = &document["receipt"];
    assert_eq!((&receipt["entries"], &receipt["blobs"]), (&Value::from(4), &Value::from(3)), "{receipt}");
    assert!(receipt["bytes"].as_u64().is_some_and(|bytes| bytes > 80), "{receipt}");
    assert_eq!(
        (&document["skipped"][0]["path"], &document["skipped"][0]["why"]),
        (&"vendor/pay.py".into(), &"configured".into())
    );
    let findings = document["findings"].as_array().expect("an array");
    findings.iter().for_each(assert_finding);
    let [allowed, new] = findings.as_slice() else { panic!("two findings: {document}") };
    assert_eq!((&allowed["status"], &allowed["suppression"]["by"]), (&"suppressed".into(), &"allowed-path".into()));
    assert_eq!(allowed["blocks"], Value::from(false));
    for (key, value) in [
        ("rule", Value::from(STRIPE)),
        ("severity", "critical".into()),
        ("blocks", true.into()),
        ("path", "pay.py".into()),
        ("line", 2.into()),
        ("column", 8.into()),
        ("end_line", 2.into()),
        ("end_column", 40.into()),
        ("origin", "index".into()),
        ("status", "new".into()),
    ] {
        assert_eq!(new[key], value, "{key}");
    }

    let run = repo.tightlip(["scan", "--staged", "--format", "jsonl"]);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [first, second, last] = lines.as_slice() else { panic!("three lines: {run:?}") };
    for (line, finding) in [(first, allowed), (second, new)] {
        assert_finding(line);
        assert_eq!((&line["schema"], &line["kind"]), (&Value::from(1), &"finding".into()));
        assert_eq!(line["fingerprint"], finding["fingerprint"]);
    }
    assert_eq!((&last["kind"], &last["receipt"]), (&"receipt".into(), receipt));
}

#[test]
fn a_name_that_is_not_utf_8_is_given_as_bytes_too() {
    let repo = Repo::new();
    repo.stage(Repo::name(b"caf\xe9.py"), line(1));
    let document: Value = serde_json::from_str(&json(&repo, &["--staged"]).stdout).expect("JSON");
    let finding = &document["findings"][0];
    assert_eq!((&finding["path"], &finding["path_bytes"]), (&"caf\u{fffd}.py".into(), &"Y2Fm6S5weQ==".into()));
}

#[test]
fn the_report_goes_where_it_is_asked_for() {
    let repo = Repo::new();
    repo.stage("pay.py", line(1));
    let run = json(&repo, &["--staged", "--output", "report.json"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (1, "", ""));
    let report = fs::read_to_string(repo.top().join("report.json")).expect("a report");
    assert_eq!(report, json(&repo, &["--staged"]).stdout);
}

/// Options on a staged key, which is critical, and a staged password, which is of medium severity: the rules that block.
const OPTIONS: &[(&[&str], &[&str])] = &[
    (&[], &[PASSWORD, STRIPE]),
    (&["--severity", "low"], &[PASSWORD, STRIPE]),
    (&["--severity", "medium"], &[PASSWORD, STRIPE]),
    (&["--severity", "high"], &[STRIPE]),
    (&["--severity", "critical"], &[STRIPE]),
    (&["--rule", STRIPE], &[STRIPE]),
    (&["--rule", STRIPE, "--rule", PASSWORD], &[PASSWORD, STRIPE]),
    (&["--skip-rule", STRIPE], &[PASSWORD]),
    (&["--skip-rule", STRIPE, "--skip-rule", PASSWORD], &[]),
    (&["--rule", STRIPE, "--skip-rule", STRIPE], &[]),
    (&["--config", "other.toml"], &[PASSWORD]),
    (&["--baseline", "accepted"], &[]),
    (&["--baseline", "accepted", "--severity", "high"], &[]),
    (&["--baseline", "not-there"], &[PASSWORD, STRIPE]),
    (&["--no-baseline"], &[PASSWORD, STRIPE]),
];

#[test]
fn options_say_what_blocks() {
    let repo = Repo::new();
    repo.write("other.toml", format!("[rules]\ndisable = ['{STRIPE}']\n"));
    repo.stage("pay.py", line(1));
    repo.stage("db.py", password());
    assert_eq!(repo.tightlip(["scan", "--update-baseline", "--baseline", "accepted"]).code, 0);
    for (options, rules) in OPTIONS {
        let run = json(&repo, &[&["--staged"], *options].concat());
        let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let findings = document["findings"].as_array().expect("an array").iter();
        let blocking: Vec<_> = findings.filter(|it| it["blocks"] == true).map(|it| it["rule"].clone()).collect();
        assert_eq!(blocking, *rules, "{options:?}");
        assert_eq!(run.code, i32::from(!rules.is_empty()), "{options:?}");
    }
}

#[test]
fn what_was_let_pass_can_be_judged_again() {
    let repo = Repo::new();
    repo.stage("commented.py", format!("# tightlip:allow {STRIPE}\n{}", line(1)));
    repo.stage("accepted.py", line(2));
    let run = repo.tightlip(["--update-baseline"]);
    assert!(run.code == 0 && run.stdout.contains("git add .tightlip-baseline"), "{run:?}");
    repo.git(["add", ".tightlip-baseline"]);
    for (options, expected) in [
        (&[][..], &[][..]),
        (&["--no-inline"], &["commented.py"]),
        (&["--no-baseline"], &["accepted.py"]),
        (&["--no-inline", "--no-baseline"], &["accepted.py", "commented.py"]),
    ] {
        for target in ["--staged", "."] {
            let run = repo.tightlip([&["scan", target], options].concat());
            assert_eq!(run.code, i32::from(!expected.is_empty()), "{target} {options:?}: {run:?}");
            for path in ["accepted.py", "commented.py"] {
                let told = run.stdout.contains(&format!("{path}:"));
                assert_eq!(told, expected.contains(&path), "{target} {options:?}: {run:?}");
            }
        }
    }
}

/// Accepts, in the folder `$1` and with the options behind it, what is staged, and then does with git what it was told.
const DO_AS_SAID: &str = r#"
    cd "$1" && shift && said=$("$0" scan --update-baseline "$@") || exit
    echo "$said"
    eval "git ${said##*git }"
"#;

#[test]
fn the_command_that_stages_a_baseline_works_where_it_is_said() {
    let repo = Repo::new();
    for (folder, options, expected) in [
        ("", &[][..], "git add .tightlip-baseline\n"),
        ("sub", &[], "git add ../.tightlip-baseline\n"),
        ("sub", &["--baseline", "its own"], "git add 'its own'\n"),
    ] {
        repo.write("sub/pay.py", line(1));
        repo.git(["add", "sub/pay.py"]);
        let folder = repo.top().join(folder);
        let start = ["-c", DO_AS_SAID, Repo::binary().to_str().expect("UTF-8"), folder.to_str().expect("UTF-8")];
        let run = repo.run("sh".as_ref(), [&start, options].concat(), b"");
        assert!(run.code == 0 && run.stdout.ends_with(expected), "{run:?}");
        repo.git(["rm", "-q", "--cached", "-r", "."]);
        fs::remove_file(repo.top().join(".tightlip-baseline")).ok();
    }
}

#[test]
fn a_baseline_on_disk_counts_for_files_on_disk() {
    let repo = Repo::new();
    repo.write("pay.py", line(1));
    assert_eq!(repo.tightlip(["scan", "."]).code, 1);
    assert_eq!(repo.tightlip(["scan", ".", "--update-baseline"]).code, 0);
    assert_eq!(repo.tightlip(["scan", "."]).code, 0);
    repo.write("pay.py", line(2));
    assert_eq!(repo.tightlip(["scan", "."]).code, 1);
}

type Encode = fn(&str) -> Vec<u8>;

/// Encodings of a text.
const ENCODINGS: &[(&str, Encode)] = &[
    ("UTF-8", |text| text.into()),
    ("UTF-8 with a mark", |text| format!("\u{feff}{text}").into()),
    ("UTF-16 LE", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("UTF-16 LE with a mark", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("UTF-16 BE", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("UTF-16 BE with a mark", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("a NUL before", |text| format!("\0{text}").into()),
    ("a NUL behind", |text| format!("{text}\0").into()),
    ("bytes that are no text", |text| [b"\xff\xfe\xfd\x80 ", text.as_bytes(), b"\xc3"].concat()),
    ("Latin-1", |text| [b"caf\xe9\n", text.as_bytes()].concat()),
    ("old Macintosh lines", |text| text.replace('\n', "\r").into()),
];

#[test]
fn a_key_is_found_in_every_encoding() {
    let text = format!("first = 1\n{}last = 1\n", line(1));
    let mut faults = Vec::new();
    for (name, encode) in ENCODINGS {
        let repo = Repo::protected();
        repo.stage("pay.txt", encode(&text));
        for run in [repo.tightlip(["scan", "--staged"]), repo.tightlip(["scan", "pay.txt"]), repo.commit()] {
            if run.code != 1 || !run.stdout.contains(STRIPE) && !run.stderr.contains(STRIPE) {
                faults.push(format!("{name}: {run:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn everything_that_can_be_named_can_be_scanned() {
    let repo = Repo::new();
    repo.write("empty", "");
    repo.write("pay.py", line(1));
    std::os::unix::fs::symlink("pay.py", repo.top().join("link")).expect("a link");
    std::os::unix::fs::symlink("nowhere", repo.top().join("dangling")).expect("a link");
    assert_eq!(paths(&json(&repo, &["link"])), ["link"], "a link that is named is followed");
    assert_eq!(paths(&json(&repo, &["."])), ["pay.py"], "others are read as what they say");
    assert_eq!(repo.tightlip(["scan", "empty", "dangling"]).code, 0);
}

#[test]
fn a_system_that_gives_no_more_threads_is_no_fault() {
    let mut repo = Repo::new();
    for number in 0..8 {
        repo.write(format!("{number}.py"), line(number));
    }
    // A stack that fits into no memory, so that none starts.
    repo.env("RUST_MIN_STACK", &(1_u64 << 47).to_string());
    let run = json(&repo, &["--jobs", "4", "."]);
    assert_eq!((run.code, paths(&run).len()), (1, 8), "{run:?}");
}
