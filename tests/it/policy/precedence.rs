//! Which word counts: the command line's, the repository's or the user's.

use super::{PASSWORD, STRIPE, line, password, with, write_user_config};
use crate::support::Repo;

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
fn what_is_required_does_not_weaken_what_is_denied() {
    let skip = "[paths]\nskip = ['vendor/']";
    let allow = "[paths]\nallow = ['vendor/']";
    for (user, repository, passes) in [
        ("", skip, false),
        ("[require]\nrules = ['stripe-secret-key']", skip, false),
        ("[require]\nrules = ['stripe-secret-key']", allow, true),
        ("[require]\nrules = ['denied-path']", allow, false),
        ("[require]\nrules = ['denied-path']", skip, false),
    ] {
        let repo = with(&[(".tightlip.toml", repository.into())]);
        write_user_config(&repo, user);
        repo.stage("vendor/.env", "MODE=dark\n");
        let run = repo.tightlip(["scan", "--staged"]);
        assert_eq!(run.code, i32::from(!passes), "user {user:?}, repository {repository:?}: {run:?}");
    }
}

#[test]
fn no_rule_of_a_repository_hides_a_secret() {
    for severity in ["low", "medium"] {
        let rule = format!("[[rule]]\nid = 'all'\nkeywords = ['=']\npattern = '.{{10,}}'\nseverity = '{severity}'\n");
        let repo = with(&[(".tightlip.toml", rule)]);
        for text in [line(1), password()] {
            repo.stage("pay.py", text);
            let run = repo.tightlip(["scan", "--staged"]);
            assert_eq!(run.code, 1, "{severity}: {run:?}");
        }
    }
}

#[test]
fn no_rule_of_a_repository_comes_before_what_the_user_requires() {
    let own = "[[rule]]\nid = 'mine'\nkeywords = ['=']\npattern = '.{10,}'\n";
    let allow = format!("{own}[[allow]]\nrule = 'mine'\nreason = 'so'\n");
    for (required, text) in [(STRIPE, line(1)), (PASSWORD, password())] {
        for (user, passes) in [(String::new(), true), (format!("[require]\nrules = ['{required}']\n"), false)] {
            let repo = with(&[(".tightlip.toml", allow.clone())]);
            write_user_config(&repo, &user);
            repo.stage("pay.py", text.as_str());
            let run = repo.tightlip(["scan", "--staged"]);
            assert_eq!(run.code, i32::from(!passes), "{user:?}: {run:?}");
            assert!(passes || run.stdout.contains(required), "{run:?}");
        }
    }
}
