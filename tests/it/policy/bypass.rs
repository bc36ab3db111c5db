//! Once, with a reason.

use std::fs;

use super::{STRIPE, hides, key, line, passes};
use crate::support::{Repo, Run};

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
