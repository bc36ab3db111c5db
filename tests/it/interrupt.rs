//! Ctrl-C during a long scan: it ends there and then, and what was found so far is reported.

use std::{fs, path::Path, process::Child};

use serde_json::Value;

use crate::support::{Repo, Run, tokens};

/// So many files that hold nothing follow, each of so many bytes: far more than is read before the signal comes.
const FILES: usize = 400;
const SIZE: u64 = 8 << 20;

#[test]
fn what_was_found_so_far_is_reported() {
    let repo = Repo::new();
    repo.write("a.py", format!("key = \"{}\"\n", tokens::stripe(1)));
    for number in 0..FILES {
        let file = fs::File::create(repo.top().join(format!("zeros-{number:03}"))).expect("a file");
        file.set_len(SIZE).expect("no space is taken");
    }
    let mut scan = repo.start(Repo::binary(), ["scan", "--jobs", "1", "--no-ignore", "--format", "json", "."]);
    // Files are looked at in order of name: what is found stands before them.
    while !has_open(&scan, "zeros-") {
        assert!(scan.try_wait().expect("a child").is_none(), "it ended by itself");
    }
    let pid = scan.id().to_string();
    assert_eq!(repo.run(Path::new("kill"), ["-INT", &pid], b"").code, 0);
    let run = Run::of(scan);
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    assert_eq!(document["findings"][0]["path"], "a.py", "{run:?}");
    assert!(run.stdout.contains("it was stopped before everything was looked at"), "{run:?}");
    // Whatever was found, not all of it was looked at.
    assert_eq!(run.code, 2, "{run:?}");
    let blobs = document["receipt"]["blobs"].as_u64().expect("a number");
    assert!((1..FILES as u64).contains(&blobs), "{run:?}");
}

fn has_open(child: &Child, name: &str) -> bool {
    let open = fs::read_dir(format!("/proc/{}/fd", child.id())).into_iter().flatten().flatten();
    let mut targets = open.filter_map(|file| fs::read_link(file.path()).ok());
    targets.any(|target| target.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name)))
}
