//! What `install.sh` refuses before it builds anything. That it installs is shown by running it.

use std::{fs, path::Path};

use crate::{
    install::only,
    support::{Repo, Run},
};

/// What the script uses before it builds, beside git and cargo.
const TOOLS: [&str; 2] = ["sh", "dirname"];

/// Runs the script with these programs alone on PATH.
fn install_sh(programs: &[&str], args: &[&str]) -> (Repo, Run) {
    let mut repo = Repo::new();
    let bin = repo.root().join("bin");
    only(&bin, &[&TOOLS, programs].concat());
    repo.env("PATH", bin.to_str().expect("UTF-8"));
    repo.env("CARGO_HOME", "/nowhere");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh");
    let args: Vec<String> =
        args.iter().map(|arg| arg.replace("{root}", repo.root().to_str().expect("UTF-8"))).collect();
    fs::write(repo.root().join("file"), "in the way\n").expect("a file");
    let run = repo.run(&script, args, b"");
    (repo, run)
}

#[test]
fn fails_before_it_builds_and_leaves_nothing_behind() {
    let cases: [(&str, &[&str], &[&str], &str); 8] = [
        ("no git", &["cargo"], &[], "git is not on PATH"),
        ("no cargo", &["git"], &[], "cargo is not on PATH"),
        ("a file as prefix", &["git", "cargo"], &["--prefix", "{root}/file"], "file is not a folder"),
        ("a prefix below a file", &["git", "cargo"], &["--prefix", "{root}/file/below"], "file is not a folder"),
        ("no prefix", &["git", "cargo"], &["--prefix"], "--prefix needs a folder"),
        ("an unknown option", &["git", "cargo"], &["--prefx", "x"], "unknown option --prefx"),
        ("two repositories", &["git", "cargo"], &["one", "two"], "one repository"),
        ("not a repository", &["git", "cargo"], &["{root}/home"], "home is not in a git work tree"),
    ];
    for (case, programs, args, said) in cases {
        let (repo, run) = install_sh(programs, args);
        assert_eq!(run.code, 2, "{case}: {run:?}");
        assert!(run.stderr.contains(said), "{case}: {run:?}");
        assert_eq!(run.stdout, "", "{case}");
        assert_eq!(fs::read_dir(repo.root().join("home")).expect("a home").count(), 0, "{case}");
        assert!(!repo.top().join(".git/hooks/pre-commit").exists(), "{case}");
    }
}

#[test]
fn says_how_to_use_it() {
    let (_repo, run) = install_sh(&[], &["--help"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.starts_with("Usage: install.sh [--prefix DIR] [REPOSITORY]\n"), "{run:?}");
}
