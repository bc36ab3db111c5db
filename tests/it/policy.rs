//! What may pass and what may not, through real commits.

use std::fs;

use crate::support::{Repo, Run};

const STRIPE: &str = "stripe-secret-key";
const PASSWORD: &str = "generic-password";

/// A Stripe key that no other `number` gives, put together here so that no scanner trips over this file.
fn key(number: u64) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let body = (0..24).map(|_| {
        // Xorshift64, Marsaglia 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(ALPHABET[usize::try_from(state % 62).expect("small")])
    });
    ["sk", "live", &body.collect::<String>()].join("_")
}

/// A line with a key.
fn line(number: u64) -> String {
    format!("stripe_key = \"{}\"\n", key(number))
}

/// A line with a password of nobody's.
fn password() -> String {
    ["password = \"", "kV7-", "tq2_", "Zr9w", "\"\n"].concat()
}

/// Lines without a secret, enough that git would call the file the same after an edit.
fn filler() -> String {
    (b'a'..=b't').map(|name| [char::from(name).to_string().as_str(), " = 1\n"].concat()).collect()
}

#[track_caller]
fn passes(run: &Run) {
    assert_eq!(run.code, 0, "expected it to pass: {run:?}");
}

#[track_caller]
fn hides(run: &Run, values: &[String]) {
    for value in values {
        assert!(!run.stdout.contains(value.as_str()) && !run.stderr.contains(value.as_str()), "a value was printed");
    }
}

/// Exit 2, and the message has all of `words`.
#[track_caller]
fn incomplete(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "expected an error: {run:?}");
    let said = format!("{}{}", run.stdout, run.stderr);
    for word in words {
        assert!(said.contains(word), "expected {word:?}: {run:?}");
    }
}

/// Git ends with 1 whatever a hook ends with; the words tell.
#[track_caller]
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 1, "expected a refusal: {run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "expected {word:?}: {run:?}");
    }
}

/// A protected repository with `files` committed without a look.
fn with(files: &[(&str, String)]) -> Repo {
    let repo = Repo::protected();
    for (path, text) in files {
        repo.commit_file(path, text);
    }
    repo
}

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

/// What a user, a repository and a command line say, and whether a key passes.
struct Precedence {
    user: &'static str,
    repository: &'static str,
    options: &'static [&'static str],
    passes: bool,
}

const PRECEDENCE: &[Precedence] = &[
    Precedence { user: "", repository: "", options: &[], passes: false },
    // Single settings: command line over repository over user. A Stripe key is critical, a password is not.
    Precedence { user: "[rules]\ndisable = ['stripe-secret-key']", repository: "", options: &[], passes: true },
    Precedence { user: "", repository: "[rules]\ndisable = ['stripe-secret-key']", options: &[], passes: true },
    Precedence { user: "", repository: "", options: &["--skip-rule", STRIPE], passes: true },
    Precedence { user: "", repository: "", options: &["--rule", PASSWORD], passes: true },
    Precedence { user: "", repository: "", options: &["--rule", STRIPE], passes: false },
    // Lists add up.
    Precedence { user: "[paths]\nallow = ['*.py']", repository: "", options: &[], passes: true },
    Precedence {
        user: "[paths]\nallow = ['*.py']",
        repository: "[paths]\nallow = ['*.rs']",
        options: &[],
        passes: true,
    },
    Precedence { user: "[paths]\nskip = ['*.rs']", repository: "[paths]\nskip = ['*.py']", options: &[], passes: true },
    // What the user requires, no repository switches off.
    Precedence {
        user: "[require]\nrules = ['stripe-secret-key']",
        repository: "[rules]\ndisable = ['stripe-secret-key']",
        options: &[],
        passes: false,
    },
    Precedence {
        user: "[require]\nrules = ['stripe-secret-key']",
        repository: "[paths]\nallow = ['*.py']",
        options: &[],
        passes: false,
    },
    Precedence {
        user: "[require]\nrules = ['stripe-secret-key']",
        repository: "[paths]\nskip = ['*.py']",
        options: &[],
        passes: false,
    },
    Precedence {
        user: "[require]\nrules = ['stripe-secret-key']",
        repository: "[[allow]]\npath = '*.py'\nreason = 'x'",
        options: &[],
        passes: false,
    },
    // Nor does the command line.
    Precedence {
        user: "[require]\nrules = ['stripe-secret-key']",
        repository: "",
        options: &["--rule", PASSWORD],
        passes: false,
    },
    Precedence {
        user: "[require]\nrules = ['stripe-secret-key']",
        repository: "",
        options: &["--skip-rule", STRIPE],
        passes: false,
    },
    Precedence {
        user: "[require]\nrules = ['generic-password']",
        repository: "[rules]\ndisable = ['stripe-secret-key']",
        options: &[],
        passes: true,
    },
];

fn write_user_config(repo: &Repo, text: &str) {
    let folder = repo.root().join("home/.config/tightlip");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("config.toml"), text).expect("a file");
}

#[test]
fn the_nearer_word_wins() {
    for Precedence { user, repository, options, passes } in PRECEDENCE {
        let repo = with(&[(".tightlip.toml", (*repository).into())]);
        write_user_config(&repo, user);
        repo.stage("pay.py", line(1));
        let run = repo.tightlip([&["scan", "--staged"], *options].concat());
        assert_eq!(run.code, i32::from(!passes), "user {user:?}, repository {repository:?}, {options:?}: {run:?}");
    }
}

#[test]
fn the_line_that_blocks_can_be_moved() {
    let block = |severity: &str| format!("[report]\nblock = '{severity}'");
    for (user, repository, options, passes) in [
        ("", "", &[][..], false),
        ("critical", "", &[], true),
        ("", "critical", &[], true),
        ("critical", "low", &[], false),
        ("low", "critical", &[], true),
        ("", "critical", &["--severity", "low"], false),
        ("low", "low", &["--severity", "critical"], true),
    ] {
        let text = |severity: &str| if severity.is_empty() { String::new() } else { block(severity) };
        let repo = with(&[(".tightlip.toml", text(repository))]);
        write_user_config(&repo, &text(user));
        repo.stage("db.py", password());
        let run = repo.tightlip([&["scan", "--staged"], options].concat());
        assert_eq!(run.code, i32::from(!passes), "user {user:?}, repository {repository:?}, {options:?}: {run:?}");
    }
}

#[test]
fn no_line_is_moved_above_what_the_user_requires() {
    for (required, passes) in [(STRIPE, true), (PASSWORD, false)] {
        let repo = Repo::protected();
        write_user_config(&repo, &format!("[require]\nrules = ['{required}']\n"));
        repo.stage("db.py", password());
        let run = repo.tightlip(["scan", "--staged", "--severity", "critical"]);
        assert_eq!(run.code, i32::from(!passes), "{required}: {run:?}");
    }
}

#[test]
fn an_allowance_needs_its_place_value_and_day() {
    for (entry, expected) in [
        ("path = '*.py'", true),
        ("path = '*.rs'", false),
        ("value = 'sk_live_.*'", true),
        ("value = 'sk_live_'", false),
        ("rule = 'stripe-secret-key'", true),
        ("rule = 'generic-password'", false),
        ("path = '*.py'\nexpires = 2020-01-01", false),
        ("path = '*.py'\nexpires = 9999-12-31", true),
    ] {
        let repo = with(&[(".tightlip.toml", format!("[[allow]]\nreason = 'demo'\n{entry}\n"))]);
        repo.stage("pay.py", line(1));
        let run = repo.commit();
        assert_eq!(run.code == 0, expected, "{entry}: {run:?}");
    }
}

#[test]
fn a_comment_allows_what_it_names() {
    let key = line(1);
    let key = key.trim_end();
    let long = "x".repeat(500);
    for (text, blocked_by) in [
        (format!("{key}  # tightlip:allow {STRIPE}\n"), None),
        (format!("{key}  # tightlip:allow {STRIPE} -- a test fixture\n"), None),
        (format!("# tightlip:allow {PASSWORD}, {STRIPE}\n{key}\n"), None),
        (format!("{key}  # tightlip:allow\n"), Some(STRIPE)),
        (format!("# tightlip:allow {STRIPE}\n\n{key}\n"), Some(STRIPE)),
        (format!("{key}\n# tightlip:allow {STRIPE}\n"), Some(STRIPE)),
        (format!("{key}  # nottightlip:allow {STRIPE}\n"), Some(STRIPE)),
        (format!("{key}  # tightlip:allow {PASSWORD}\n"), Some(STRIPE)),
        (format!("{key}  # tightlip\x3aallow stripe-secret-kye\n"), Some("unknown-allowance")),
        ("x = 1  # tightlip\x3aallow because\n".into(), Some("unknown-allowance")),
        (format!("{}  # tightlip:allow\n", password().trim_end()), None),
        (format!("{}  # tightlip:allow {long}\n", password().trim_end()), Some(PASSWORD)),
        (format!("{}  # tightlip:allow {PASSWORD} -- {long}\n", password().trim_end()), None),
    ] {
        let repo = Repo::protected();
        repo.stage("pay.py", &text);
        let run = repo.commit();
        match blocked_by {
            Some(id) => run.blocked_by(id),
            None => passes(&run),
        }
    }
}

#[test]
fn a_misspelt_rule_in_a_comment_is_named_with_the_nearest() {
    let repo = Repo::protected();
    repo.stage("pay.py", "x = 1  # tightlip\x3aallow stripe-secret-kye\n");
    refused(&repo.commit(), &["pay.py:1:", "stripe-secret-kye", STRIPE]);
}

#[test]
fn a_comment_can_be_ignored() {
    let repo = Repo::protected();
    repo.stage("pay.py", format!("# tightlip:allow {STRIPE}\n{}", line(1)));
    passes(&repo.tightlip(["scan", "--staged"]));
    repo.tightlip(["scan", "--staged", "--no-inline"]).blocked_by(STRIPE);
}

#[test]
fn a_mark_of_another_tool_counts_where_the_configuration_says_so() {
    let key = line(1);
    let key = key.trim_end();
    let config = "[inline]\nmarks = [\"gitleaks:allow\", \"pragma: allowlist secret\"]\n";
    for (config, text, passes_by) in [
        ("", format!("{key}  # gitleaks:allow\n"), None),
        (config, format!("{key}  # gitleaks:allow\n"), Some("gitleaks:allow")),
        (config, format!("# pragma: allowlist nextline secret\n{key}\n"), Some("pragma: allowlist secret")),
        (config, format!("{key}  # nosecret\n"), None),
        (config, format!("# gitleaks:allow\n{key}\n"), None),
    ] {
        let repo = Repo::protected();
        repo.commit_file(".tightlip.toml", config);
        repo.stage("pay.py", &text);
        let number = if text.starts_with("stripe") { 1 } else { 2 };
        let why = repo.tightlip(["why", &format!("pay.py:{number}")]);
        let run = repo.commit();
        if let Some(mark) = passes_by {
            passes(&run);
            assert!(run.stderr.contains("let pass by this very change: 1 finding by inline comments"), "{run:?}");
            let verdict = format!("verdict: {STRIPE} passes by an inline comment: {mark}, by [inline] marks");
            assert!(why.stdout.contains(&verdict), "{why:?}");
            repo.tightlip(["scan", "pay.py", "--no-inline"]).blocked_by(STRIPE);
        } else {
            run.blocked_by(STRIPE);
        }
        hides(&run, &[self::key(1)]);
    }
}

#[test]
fn a_mark_in_utf_16_counts_as_well() {
    let repo = Repo::protected();
    repo.commit_file(".tightlip.toml", "[inline]\nmarks = ['gitleaks:allow']\n");
    for (comment, blocks) in [("gitleaks:allow", false), ("gitleaks:allowed", true)] {
        let text = format!("\u{feff}{}  # {comment}\n", line(3).trim_end());
        repo.stage("pay.py", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        assert_eq!(repo.tightlip(["scan", "--staged"]).code, i32::from(blocks), "{comment}");
    }
}

#[test]
fn what_a_change_excuses_itself_with_is_named() {
    for (path, text, pay, words) in [
        (".tightlip.toml", "[paths]\nallow = ['*.py']\n".to_owned(), line(1), "*.py"),
        ("unrelated", "x\n".into(), format!("# tightlip:allow {STRIPE}\n{}", line(1)), "comment"),
        (".tightlip.toml", format!("[rules]\ndisable = ['{STRIPE}']\n"), line(1), STRIPE),
        (
            ".tightlip.toml",
            "[inline]\nmarks = ['nosecret']\n".into(),
            format!("{} # nosecret\n", line(1).trim_end()),
            "[inline] marks gains \"nosecret\"; 1 finding by inline comments",
        ),
    ] {
        let repo = Repo::protected();
        repo.stage(path, &text);
        repo.stage("pay.py", &pay);
        let run = repo.commit();
        passes(&run);
        assert!(run.stderr.contains(words), "{path} {text}: {run:?}");
        hides(&run, &[key(1)]);

        repo.stage("pay.py", format!("# more\n{pay}"));
        let run = repo.commit();
        assert!(!run.stderr.contains("by this very change"), "nothing was added: {run:?}");
    }
}

#[test]
fn a_removed_configuration_is_named() {
    let repo = with(&[(".tightlip.toml", "[paths]\ndeny = ['deploy/*.key']\n".into())]);
    repo.git(["rm", "-q", ".tightlip.toml"]);
    repo.stage("deploy/a.key", "some text\n");
    let run = repo.commit();
    passes(&run);
    assert!(run.stderr.contains("by this very change: [paths] deny loses \"deploy/*.key\""), "{run:?}");
    repo.stage("deploy/b.key", "some text\n");
    repo.commit().unnoticed();
}

#[test]
fn a_merge_is_not_told_what_a_branch_removed() {
    let repo = with(&[(".tightlip.toml", "[paths]\ndeny = ['deploy/*.key']\n".into())]);
    repo.git(["checkout", "-q", "-b", "theirs"]);
    repo.git(["rm", "-q", ".tightlip.toml"]);
    repo.commit();
    repo.git(["checkout", "-q", "main"]);
    repo.commit_file("ours.py", filler());
    repo.git(["merge", "-q", "--no-commit", "--no-ff", "theirs"]);
    repo.commit().unnoticed();
}

#[test]
fn a_configuration_that_was_a_link_can_be_replaced() {
    let repo = Repo::new();
    repo.write("target", "x\n");
    std::os::unix::fs::symlink("target", repo.top().join(".tightlip.toml")).expect("a link");
    repo.git(["add", "--all"]);
    repo.git(["commit", "-q", "-m", "a link"]);
    repo.install();
    repo.git(["rm", "-q", ".tightlip.toml"]);
    passes(&repo.commit());
}

#[test]
fn a_first_commit_excuses_itself_by_name() {
    let repo = Repo::new();
    repo.install();
    repo.stage("pay.py", format!("# tightlip:allow {STRIPE}\n{}", line(1)));
    let run = repo.commit();
    passes(&run);
    assert!(run.stderr.contains("by this very change: 1 finding by inline comments"), "{run:?}");

    // Nothing is changed by reading a file.
    let run = repo.tightlip(["scan", "pay.py"]);
    passes(&run);
    assert!(!run.stdout.contains("very change"), "{run:?}");
}

/// The ways in which a reason reaches a hook.
const BYPASSES: [fn(&mut Repo, &str) -> Run; 2] = [
    |repo, reason| repo.try_git(["-c", &format!("tightlip.bypass={reason}"), "commit", "-q", "-m", "a commit"]),
    |repo, reason| {
        repo.env("TIGHTLIP_BYPASS", reason);
        repo.commit()
    },
];

#[test]
fn a_bypass_is_recorded_without_the_value() {
    for bypass in BYPASSES {
        let mut repo = Repo::protected();
        repo.stage("pay.py", line(1));
        let run = bypass(&mut repo, "it's \"fine\"!");
        passes(&run);
        hides(&run, &[key(1)]);

        let log = fs::read_to_string(repo.top().join(".git/tightlip/bypasses.jsonl")).expect("a log");
        assert!(!log.contains(&key(1)));
        let record: serde_json::Value = serde_json::from_str(log.trim_end()).expect("one line of JSON");
        assert_eq!(record["rule"], STRIPE);
        assert_eq!(record["path"], "pay.py");
        assert_eq!(record["reason"], "it's \"fine\"!");
        assert_eq!(record["tree"], repo.git(["rev-parse", "HEAD^{tree}"]));
        assert_eq!(record["fingerprint"].as_str().map(str::len), Some(16));
        assert!(record["time"].as_str().is_some_and(|time| time.ends_with('Z')));
    }
}

#[test]
fn a_blank_bypass_does_not_count() {
    for bypass in BYPASSES {
        let mut repo = Repo::protected();
        repo.stage("pay.py", line(1));
        bypass(&mut repo, " ").blocked_by(STRIPE);
        assert!(!repo.top().join(".git/tightlip/bypasses.jsonl").exists());
    }
}

#[test]
fn a_bypass_in_a_config_file_does_not_count() {
    let repo = Repo::protected();
    repo.git(["config", "tightlip.bypass", "always"]);
    repo.git(["config", "--global", "tightlip.bypass", "always"]);
    repo.stage("pay.py", line(1));
    repo.commit().blocked_by(STRIPE);
}

#[test]
fn a_bypass_of_a_clean_commit_leaves_no_trace() {
    for bypass in BYPASSES {
        let mut repo = Repo::protected();
        repo.stage("pay.py", "x = 1\n");
        bypass(&mut repo, "why").unnoticed();
        assert!(!repo.top().join(".git/tightlip/bypasses.jsonl").exists());
    }
}

#[test]
fn no_verify_is_gits_own() {
    let repo = Repo::protected();
    repo.stage("pay.py", line(1));
    repo.try_git(["commit", "-q", "--no-verify", "-m", "a commit"]).unnoticed();
}

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
        passes(&repo.tightlip(["--update-baseline", "--expires", expires]));
        repo.git(["add", ".tightlip-baseline"]);
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
fn a_denied_path_must_not_be_new() {
    for (config, path, text, blocked) in [
        ("", ".env", "NAME=some-value\n".to_owned(), true),
        ("", "deploy/prod.env", "NAME=some-value\n".into(), true),
        ("", ".env", "NAME=\nOTHER=${OTHER}\n# a comment\n".into(), false),
        ("", ".env.example", "NAME=some-value\n".into(), false),
        ("", "service_account.json", "{\"project_id\": \"some-project\"}\n".into(), true),
        ("[paths]\nallow = ['.env']\n", ".env", "NAME=some-value\n".into(), false),
        ("[paths]\ndefault_deny = false\n", ".env", "NAME=some-value\n".into(), false),
        ("[paths]\ndeny = ['deploy/*.key']\n", "deploy/a.key", "some text\n".into(), true),
        ("[paths]\ndeny = ['deploy/*.key']\n", "deploy/old/a.key", "some text\n".into(), false),
        ("[paths]\ndeny = ['*.key']\nallow = ['deploy/**']\n", "deploy/a.key", "some text\n".into(), false),
    ] {
        let repo = with(&[(".tightlip.toml", config.into())]);
        repo.stage(path, &text);
        let run = repo.commit();
        if blocked {
            run.blocked_by("denied-path");
        } else {
            assert_eq!(run.code, 0, "{config} {path} {text}: {run:?}");
        }
    }
}

#[test]
fn a_denied_path_that_was_there_may_change() {
    let repo = with(&[(".env", "NAME=some-value\n".into())]);
    repo.stage(".env", "NAME=other-value\n");
    passes(&repo.commit());
}

#[test]
fn what_the_user_denies_no_repository_allows() {
    let repo = with(&[(".tightlip.toml", "[paths]\nallow = ['**']\nskip = ['**']\n".into())]);
    write_user_config(&repo, "[require]\ndeny = ['*.key']\n");
    repo.stage("a.key", "some text\n");
    repo.commit().blocked_by("denied-path");
}

#[test]
fn what_is_skipped_is_said() {
    let repo = with(&[(".tightlip.toml", "[paths]\nskip = ['vendor/']\n".into())]);
    repo.stage("vendor/a.py", line(1));
    let run = repo.tightlip(["scan", "--staged", "--verbose"]);
    passes(&run);
    assert!(run.stdout.contains("vendor/a.py"), "{run:?}");
    assert!(run.stdout.contains("vendor/"), "{run:?}");
}

#[test]
fn odd_names_are_accepted_and_remembered() {
    let repo = Repo::protected();
    let name = Repo::name(b"a b\xff%.py");
    repo.stage(name, line(1));
    passes(&repo.tightlip(["--update-baseline"]));
    let baseline = fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("a baseline");
    assert!(baseline.contains(" a%20b%FF%25.py"), "{baseline}");
    repo.git(["add", ".tightlip-baseline"]);
    passes(&repo.commit());
}
