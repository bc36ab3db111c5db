//! The ways past a block, taken as they are printed.

use crate::support::{Repo, Run, tokens};

/// What a block prints behind `label`, with the lines that go on without one.
fn way(run: &Run, label: &str) -> String {
    let mut lines = run.stderr.lines().skip_while(|line| !line.trim_start().starts_with(label));
    let first = lines.next().unwrap_or_else(|| panic!("no {label}: {}", run.stderr));
    let rest = lines.take_while(|line| line.starts_with("                   "));
    [&first[19..]].into_iter().chain(rest.map(|line| &line[19..])).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_refused_message_is_not_lost() {
    for (label, worktree) in [("this once", false), ("without a check", false), ("this once", true)] {
        let mut repo = Repo::protected();
        repo.commit_file("a", "1\n");
        if worktree {
            repo.git(["worktree", "add", "-q", "../linked"]);
            let linked = repo.root().join("linked");
            repo = repo.at(linked);
        }
        repo.stage("b", "2\n");
        let message = format!("Typed at length\n\nkey = \"{}\"\n", tokens::stripe(1));
        let run = repo.try_git(["commit", "-q", "-m", &message]);
        run.blocked_by("stripe-secret-key");
        repo.env("GIT_EDITOR", "true");
        let again = repo.run("sh".as_ref(), ["-c", &way(&run, label)], b"");
        assert_eq!(again.code, 0, "{label}: {again:?}");
        assert_eq!(repo.git(["log", "-1", "--format=%B"]).trim(), message.trim(), "{label}");
    }
}

#[test]
fn a_file_without_comments_is_let_pass_by_the_configuration() {
    let repo = Repo::protected();
    repo.stage("conf/app.json", format!("{{\"key\": \"{}\"}}\n", tokens::stripe(1)));
    let run = repo.commit();
    run.blocked_by("stripe-secret-key");
    assert!(!run.stderr.contains("a comment on its line"), "{run:?}");
    let entry = way(&run, "it is no secret");
    let (lead, entry) = entry.split_once('\n').expect("what, then how");
    assert_eq!(lead, "where no comment can stand, in .tightlip.toml:");
    repo.stage(".tightlip.toml", format!("version = 1\n{entry}\n"));
    assert_eq!(repo.commit().code, 0);
}

#[test]
fn what_is_pushed_and_known_is_let_pass_by_a_commit_on_top() {
    let repo = Repo::protected();
    repo.git(["init", "-q", "--bare", "../server.git"]);
    repo.git(["remote", "add", "origin", "../server.git"]);
    repo.stage("pay.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    repo.git(["commit", "-q", "--no-verify", "-m", "first"]);
    let run = repo.try_git(["push", "-q", "origin", "HEAD:main"]);
    run.blocked_by("stripe-secret-key");
    let entry = way(&run, "it is known");
    let (_, entry) = entry.split_once('\n').expect("where, then what");
    repo.commit_file(".tightlip.toml", format!("version = 1\n{entry}\n"));
    let run = repo.try_git(["push", "-q", "origin", "HEAD:main"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_note_is_told_by_what_it_is_about() {
    let repo = Repo::protected();
    repo.git(["init", "-q", "--bare", "../server.git"]);
    repo.git(["remote", "add", "origin", "../server.git"]);
    repo.commit_file("a", "1\n");
    repo.git(["notes", "add", "-m", &format!("key = \"{}\"", tokens::stripe(1))]);
    let run = repo.try_git(["push", "-q", "origin", "refs/notes/commits"]);
    run.blocked_by("stripe-secret-key");
    let about = format!("the note on {}:1:8", &repo.git(["rev-parse", "HEAD"])[..12]);
    assert!(run.stderr.contains(&about), "{about}: {run:?}");
}

#[test]
fn a_line_that_is_shown_hides_every_named_value_on_it() {
    let repo = Repo::protected();
    let line = format!("connect(password=\"kitty1\", pin=\"77\", api_token=\"{}\", host=\"db\")\n", tokens::stripe(1));
    repo.stage("a.py", &line);
    let run = repo.commit();
    run.blocked_by("stripe-secret-key");
    assert!(run.stderr.contains("connect(password=\"********\", "), "{run:?}");
    assert!(!run.stderr.contains("kitty1") && run.stderr.contains("host=\"db\""), "{run:?}");
}
