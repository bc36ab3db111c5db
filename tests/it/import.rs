//! What other tools were told, carried over: by what is blocked afterwards, and by what is said.

use crate::support::{Repo, tokens};

/// A configuration that holds one of each: rules with and without keywords, groups and paths; allowlists of every kind.
const GITLEAKS: &str = r#"
title = "ours"

[extend]
useDefault = true
disabledRules = ["stripe-secret-key", "no-such-rule"]

[[rules]]
id = "acme_token"
description = "Acme token"
regex = '''acme_tok=([a-z0-9]{12})'''
keywords = ["acme_tok"]

[[rules]]
id = "no-word"
regex = '''[A-Z0-9]{20}'''

[[rules]]
id = "key-files"
path = '''\.acmekey$'''

[[rules.allowlists]]
paths = ['''^ops/''']

[allowlist]
description = "Vendored"
paths = ['''^vendor/''', '''[a-z]{3}\.go''']
regexes = ['''^demo''']
stopwords = ["sandbox"]
commits = ["0123456789012345678901234567890123456789"]

[[allowlists]]
condition = "AND"
targetRules = ["acme_token"]
paths = ['''^lib/''']
regexes = ['''zz$''']
"#;

#[test]
fn carries_a_configuration_of_gitleaks_over() {
    let repo = Repo::protected();
    repo.write(".gitleaks.toml", GITLEAKS);
    let run = repo.tightlip(["import", "gitleaks"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(
        run.stdout,
        "From .gitleaks.toml:\n  \
           1 rule and 4 allowances into .tightlip.toml\n\
         Not carried over:\n  \
           .gitleaks.toml:27  allowlist paths: `[a-z]{3}\\.go`: paths are matched by globs here, and none match the same ones\n  \
           .gitleaks.toml:30  allowances for single commits do not exist here; accept the findings in a baseline\n  \
           .gitleaks.toml:6  disabledRules: no built-in rule here is called `no-such-rule`\n  \
           .gitleaks.toml:16  rule no-word: no word of three letters or more stands in all of its matches, which would make every file a candidate\n  \
           .gitleaks.toml  an allowance for the rule key-files, which there is not\n\
         Comments with `gitleaks:allow` count only if .tightlip.toml says so: [inline] marks = [\"gitleaks:allow\"]\n\
         What counts is what is staged: git add .tightlip.toml\n"
    );
    repo.git(["add", ".tightlip.toml"]);
    repo.git(["commit", "-q", "-m", "rules", "--no-verify"]);

    for (path, text, blocked_by) in [
        ("a.txt", "acme_tok=q7w2l9v4b8n1\n".to_owned(), Some("acme-token")),
        ("vendor/a.txt", "acme_tok=q7w2l9v4b8n1\n".to_owned(), None),
        ("b.txt", "acme_tok=demo2l9v4b8n\n".to_owned(), None),
        ("c.txt", "acme_tok=q7sandbox8n1\n".to_owned(), None),
        ("lib/a.txt", "acme_tok=q7w2l9v4b8zz\n".to_owned(), None),
        ("lib/b.txt", "acme_tok=q7w2l9v4b8n1\n".to_owned(), Some("acme-token")),
        ("d.txt", "acme_tok=q7w2l9v4b8zz\n".to_owned(), Some("acme-token")),
        ("deploy/x.acmekey", "text\n".to_owned(), Some("denied-path")),
        ("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)), None),
        ("gl.py", format!("key = \"{}\"\n", tokens::gitlab(2)), Some("gitlab-pat")),
    ] {
        repo.stage(path, text);
        let run = repo.commit();
        match blocked_by {
            Some(rule) => run.blocked_by(rule),
            None => assert_eq!(run.code, 0, "{path}: {run:?}"),
        }
        repo.git(["rm", "-q", "-r", "--cached", "--ignore-unmatch", "--", path]);
    }
}

#[test]
fn importing_twice_adds_nothing() {
    let repo = Repo::new();
    repo.write(".gitleaks.toml", GITLEAKS);
    repo.write(".tightlip.toml", "version = 1\n\n[report]\nblock = \"high\"\n");
    repo.tightlip(["import", "gitleaks"]);
    let once = std::fs::read_to_string(repo.top().join(".tightlip.toml")).expect("written");
    assert!(
        once.starts_with("version = 1\n\n[report]\nblock = \"high\"\n\n# Carried over from .gitleaks.toml.\n"),
        "{once}"
    );
    let run = repo.tightlip(["import", "gitleaks"]);
    assert!(run.stdout.contains("0 rules and 0 allowances"), "{run:?}");
    assert_eq!(std::fs::read_to_string(repo.top().join(".tightlip.toml")).expect("written"), once);
}

#[test]
fn what_gitleaks_ignored_or_reported_is_accepted() {
    let repo = Repo::protected();
    let (stripe, gitlab) = (tokens::stripe(1), tokens::gitlab(2));
    repo.commit_file("pay.py", format!("\nkey = \"{stripe}\"\n"));
    repo.commit_file("gl.py", format!("key = \"{gitlab}\"\n"));
    repo.write(".gitleaksignore", "# old\n0123456789012345678901234567890123456789:pay.py:stripe:2\ngone.py:x:1\n");
    let report = serde_json::json!([{ "RuleID": "gl", "StartLine": 99, "File": "gl.py", "Secret": gitlab }]);
    repo.write("report.json", report.to_string());

    let run = repo.tightlip(["import", "gitleaks"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("  1 accepted finding into .tightlip-baseline\n"), "{run:?}");
    assert!(run.stdout.contains(".gitleaksignore:3  gone.py: nothing is found there here"), "{run:?}");
    let run = repo.tightlip(["import", "gitleaks", "report.json"]);
    assert!(run.stdout.contains("  1 accepted finding into .tightlip-baseline\n"), "{run:?}");

    let baseline = std::fs::read_to_string(repo.top().join(".tightlip-baseline")).expect("written");
    assert!(!baseline.contains(&stripe) && !baseline.contains(&gitlab), "{baseline}");
    repo.git(["add", ".tightlip-baseline"]);
    repo.git(["rm", "-q", "--cached", "pay.py", "gl.py"]);
    repo.git(["commit", "-q", "--no-verify", "-m", "baseline"]);
    repo.git(["add", "pay.py", "gl.py"]);
    assert_eq!(repo.commit().code, 0, "what was accepted passes");
}

#[test]
fn what_detect_secrets_audited_is_followed() {
    use sha1::Digest;

    let repo = Repo::new();
    let (stripe, gitlab) = (tokens::stripe(1), tokens::gitlab(2));
    let sha1 = |text: &str| data_encoding::HEXLOWER.encode(&sha1::Sha1::digest(text.as_bytes()));
    repo.commit_file("a.py", format!("a = \"{stripe}\"\nb = \"{gitlab}\"\n"));
    let baseline = serde_json::json!({
        "version": "1.5.0",
        "plugins_used": [{ "name": "Mine", "path": "file://mine.py" }],
        "filters_used": [
            { "path": "detect_secrets.filters.heuristic.is_uuid" },
            { "path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["^docs/.*\\.md$"] },
            { "path": "detect_secrets.filters.regex.should_exclude_line", "pattern": ["nope"] },
        ],
        "results": { "a.py": [
            { "type": "Stripe", "hashed_secret": sha1(&stripe), "line_number": 7, "is_secret": false },
            { "type": "GitLab", "hashed_secret": sha1(&gitlab), "line_number": 8, "is_secret": true },
        ]},
    });
    repo.write(".secrets.baseline", serde_json::to_string_pretty(&baseline).expect("JSON"));
    let run = repo.tightlip(["import", "detect-secrets"]);
    assert_eq!(run.code, 0, "{run:?}");
    for said in [
        "0 rules and 1 allowance into .tightlip.toml\n",
        "1 accepted finding into .tightlip-baseline\n",
        "the plugin Mine is a program of its own",
        "should_exclude_line `nope`: lines are not matched here",
        "a.py: GitLab was audited as real: it is not accepted; rotate it",
    ] {
        assert!(run.stdout.contains(said), "{said}: {run:?}");
    }
    let found = repo.tightlip(["scan", "a.py"]);
    assert!(found.stdout.contains("gitlab-pat") && !found.stdout.contains("stripe-secret-key"), "{found:?}");
}

#[test]
fn the_patterns_of_git_secrets_become_rules() {
    let repo = Repo::new();
    repo.git(["config", "--add", "secrets.patterns", "corp-[0-9]{8}"]);
    repo.git(["config", "--add", "secrets.patterns", "(A3T[A-Z0-9]|AKIA)[A-Z0-9]{16}"]);
    repo.git(["config", "--add", "secrets.allowed", "corp-0000"]);
    repo.write(".gitallowed", "# tests\ncorp-1111\n");
    let run = repo.tightlip(["import", "git-secrets"]);
    assert!(run.stdout.starts_with("From git config, .gitallowed:\n  1 rule and 2 allowances"), "{run:?}");
    assert!(run.stdout.contains("the built-in rules for AWS look for it already"), "{run:?}");
    for (text, code) in [("corp-83651947", 1), ("corp-00007194", 0), ("corp-11117194", 0)] {
        repo.write("a.txt", text);
        assert_eq!(repo.tightlip(["scan", "a.txt"]).code, code, "{text}");
    }
}

#[test]
fn lines_of_gitallowed_about_paths_allow_those_paths() {
    let repo = Repo::new();
    repo.git(["config", "--add", "secrets.patterns", "corp-[0-9]{8}"]);
    repo.write(".gitallowed", "docs/.*:.*\n^keys\\.py:[0-9]+:.*\n.*\\.md:.*corp-2222\nuser:corp-3333\n");
    let run = repo.tightlip(["import", "git-secrets"]);
    assert!(run.stdout.starts_with("From git config, .gitallowed:\n  1 rule and 4 allowances"), "{run:?}");
    for (path, value, code) in [
        ("docs/a/b.txt", "83651947", 0),
        ("src/docs/b.txt", "83651947", 0),
        ("docs.txt", "83651947", 1),
        ("keys.py", "83651947", 0),
        ("a.md", "83651947", 1),
        ("a.md", "22225194", 0),
        ("a.txt", "22225194", 1),
    ] {
        repo.write(path, format!("corp-{value}\n"));
        assert_eq!(repo.tightlip(["scan", path]).code, code, "{path} {value}");
    }
    let run = repo.tightlip(["rules", "check", ".tightlip.toml"]);
    let said = ".tightlip.toml: rule `git-secrets-1`: has no examples, so that nothing proves it\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, said), "{run:?}");
}

#[test]
fn what_a_configuration_extends_is_looked_for_from_the_top() {
    let repo = Repo::new();
    let rule = |id: &str| format!("[[rules]]\nid = '{id}'\nregex = '{id}_[0-9a-f]{{16}}'\nkeywords = ['{id}_']\n");
    repo.write("ci/own.toml", format!("[extend]\npath = 'ci/base.toml'\n{}", rule("acme")));
    repo.write("ci/base.toml", format!("[extend]\npath = 'beside.toml'\n{}", rule("house")));
    repo.write("ci/beside.toml", rule("corp"));
    let run = repo.tightlip(["import", "gitleaks", "ci/own.toml"]);
    assert!(run.stdout.starts_with("From ci/own.toml, ci/base.toml, ci/beside.toml:\n  3 rules"), "{run:?}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    for (name, text, tool, said) in [
        ("", "", "gitleaks", "there is nothing of gitleaks here; name its file"),
        (".gitleaks.toml", "[[rules]\n", "gitleaks", ".gitleaks.toml is no file of gitleaks: line 1: this is no TOML"),
        (".secrets.baseline", "{", "detect-secrets", "line 1: the file ends too early"),
        (".secrets.baseline", "{\"results\": 3}", "detect-secrets", "this is not what the tool writes there"),
        (".gitleaks.toml", "[extend]\npath = \".gitleaks.toml\"\n", "gitleaks", "extends 8 files and more"),
        (".gitleaks.toml", "[extend]\npath = \"gone.toml\"\n", "gitleaks", "cannot read"),
    ] {
        let repo = Repo::new();
        if !name.is_empty() {
            repo.write(name, text);
        }
        let run = repo.tightlip(["import", tool]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
        assert!(!repo.top().join(".tightlip.toml").exists(), "{name}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let repo = Repo::new();
    repo.write(".gitleaks.toml", GITLEAKS);
    let run = repo.tightlip(["import", "gitleaks", "--dry-run"]);
    assert!(run.stdout.starts_with("From .gitleaks.toml would be carried over:\n"), "{run:?}");
    assert!(run.stdout.ends_with("Nothing was changed.\n"), "{run:?}");
    assert!(!repo.top().join(".tightlip.toml").exists());
}

#[test]
fn a_value_audited_as_real_is_accepted_by_no_other_entry() {
    let repo = Repo::protected();
    let token = tokens::stripe(7);
    repo.write("a.py", format!("key = '{token}'\n"));
    let digest = tightlip::secret::Secret::new(token.as_bytes()).sha1();
    let entry = |kind: &str, rest: &str| {
        format!(r#"{{"type": "{kind}", "filename": "a.py", "hashed_secret": "{digest}", "line_number": 1{rest}}}"#)
    };
    let entries = [entry("Stripe Access Key", ", \"is_secret\": true"), entry("Secret Keyword", "")].join(", ");
    repo.write(".secrets.baseline", format!(r#"{{"version": "1.5.0", "results": {{"a.py": [{entries}]}}}}"#));
    let run = repo.tightlip(["import", "detect-secrets"]);
    assert_eq!((run.code, run.stdout.matches("audited as real").count()), (0, 2), "{run:?}");
    assert!(!repo.top().join(".tightlip-baseline").exists(), "{run:?}");
}

#[test]
fn a_group_that_only_holds_branches_together_is_no_secret() {
    let repo = Repo::protected();
    repo.write(
        ".gitleaks.toml",
        "[[rules]]\nid = 'acme'\nregex = 'acme_(live|test)_[0-9a-z]{32}'\nkeywords = ['acme_']\n",
    );
    assert_eq!(repo.tightlip(["import", "gitleaks"]).code, 0);
    repo.git(["add", ".tightlip.toml"]);
    repo.stage("a.txt", format!("it is acme_{}_{}\n", "live", ["k3v9x2m7p4q8w1z6", "h5t0r3n9b7c2d8f4"].concat()));
    repo.commit().blocked_by("acme");
}

#[test]
fn an_odd_line_of_an_ignore_list_is_named_and_the_others_count() {
    let repo = Repo::protected();
    repo.write("a.py", format!("key = '{}'\n", tokens::stripe(8)));
    repo.write(".gitleaksignore", "a.py:stripe-access-token:1\njunk\n");
    let run = repo.tightlip(["import", "gitleaks", ".gitleaksignore"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("1 accepted finding into .tightlip-baseline"), "{run:?}");
    assert!(run.stdout.contains(".gitleaksignore:2  this is no FILE:RULE:LINE"), "{run:?}");
}
