//! Denied and skipped paths.

use std::fs;

use super::{line, passes, with, write_user_config};
use crate::support::Repo;

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
fn a_file_is_new_where_a_link_stood() {
    let repo = Repo::protected();
    std::os::unix::fs::symlink("../shared.env", repo.top().join(".env")).expect("a link");
    repo.git(["add", ".env"]);
    passes(&repo.commit());
    fs::remove_file(repo.top().join(".env")).expect("a link");
    repo.stage(".env", "NAME=some-value\n");
    repo.commit().blocked_by("denied-path");
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
fn a_message_is_no_path() {
    let repo = with(&[(".tightlip.toml", "[paths]\nskip = ['**']\n".into())]);
    repo.stage("a.py", line(1));
    let run = repo.commit();
    assert_eq!((run.code, run.stderr.matches("not read by [paths] skip").count()), (0, 1), "{run:?}");
    repo.stage("b.py", line(2));
    repo.try_git(["commit", "-q", "-m", &line(3)]).blocked_by(super::STRIPE);
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
