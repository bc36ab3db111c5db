//! What may pass by the configuration or by a comment, and what a change excuses itself with.

use super::{PASSWORD, STRIPE, filler, hides, key, line, passes, password, refused, with};
use crate::support::Repo;

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
fn a_file_whose_values_are_no_longer_known_is_named() {
    let repo = with(&[(".tightlip.toml", "[known]\nfiles = ['*.secrets.yml']\n".into())]);
    repo.stage(".tightlip.toml", "# nothing\n");
    let run = repo.commit();
    passes(&run);
    assert!(run.stderr.contains("by this very change: [known] files loses \"*.secrets.yml\""), "{run:?}");
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
