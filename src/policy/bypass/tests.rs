use super::*;
use crate::secret::Secret;

const LIMIT: usize = 1 << 20;

#[test]
fn a_reason_comes_from_the_environment() {
    for (parameters, variable, expected) in [
        (None, None, None),
        (None, Some("why"), Some("why")),
        (None, Some(" why "), Some("why")),
        (None, Some("  "), None),
        (Some("'tightlip.bypass'='why'"), None, Some("why")),
        (Some("'tightlip.bypass=why'"), None, Some("why")),
        (Some("'Tightlip.BYPASS'='why'"), None, Some("why")),
        (Some("'color.ui'='always' 'tightlip.bypass'='a reason' 'a.b'='c'"), None, Some("a reason")),
        (Some("'color.ui=always' 'tightlip.bypass=a reason' 'a.b=c'"), None, Some("a reason")),
        (Some(r"'tightlip.bypass'='it'\''s new'\!''"), None, Some("it's new!")),
        (Some("'tightlip.bypass'='a=b'"), None, Some("a=b")),
        (Some("'tightlip.bypass=a=b'"), None, Some("a=b")),
        (Some("'tightlip.bypass'='why'"), Some("other"), Some("why")),
        (Some("'tightlip.bypass'=' '"), None, None),
        (Some("'tightlip.bypass'=''"), Some("other"), Some("other")),
        (Some("'tightlip.bypass'"), None, None),
        (Some("'tightlip.bypass'="), None, None),
        (Some("'tightlip.bypass'= 'a.b'='c'"), None, None),
        (Some("'tightlip.bypass'='why' 'tightlip.bypass'=''"), None, None),
        (Some("'tightlip.bypass'='one' 'tightlip.bypass'='two'"), None, Some("two")),
        (Some("'tightlip.bypassed'='why'"), None, None),
        (Some("'a.b'='tightlip.bypass=why'"), None, None),
        (Some(r"'a.b'='x'\'' '\''tightlip.bypass'\''='\''why'"), None, None),
        (Some("tightlip.bypass=why"), None, None),
        (Some("'tightlip.bypass'='why"), None, None),
        (Some(""), None, None),
    ] {
        assert_eq!(reason(parameters, variable).as_deref(), expected, "{parameters:?} {variable:?}");
    }
}

#[test]
fn reads_what_git_writes() {
    for reason_given in ["why", "it's \"new\"!", "a\\b 'c' !", "x=y"] {
        let output = std::process::Command::new("git")
            .args([
                "-c",
                "color.ui=always",
                "-c",
                &format!("tightlip.bypass={reason_given}"),
                "-c",
                "alias.show-it=!printenv GIT_CONFIG_PARAMETERS",
                "show-it",
            ])
            .output()
            .expect("git");
        let parameters = String::from_utf8(output.stdout).expect("text");
        assert_eq!(reason(Some(&parameters), None).as_deref(), Some(reason_given), "{parameters}");
    }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::new("salt", "some-rule", &Secret::new(b"hunter2"), 100)
}

fn record_of<'a>(fingerprint: &'a Fingerprint, path: &'a [u8], reason: &'a str) -> Record<'a> {
    Record {
        time: 1_767_229_445,
        tree: Some("abc"),
        rule: "some-rule",
        path: path.into(),
        fingerprint,
        common: None,
        reason,
    }
}

#[test]
fn records_one_line_a_finding() {
    let common = tempfile::tempdir().expect("a folder");
    let fingerprint = fingerprint();
    record(common.path(), &[record_of(&fingerprint, b"a.env", "why")]).expect("recorded");
    record(common.path(), &[record_of(&fingerprint, b"b\xff", "two\nlines"), record_of(&fingerprint, b"c", "x")])
        .expect("recorded");
    let log = fs::read_to_string(common.path().join(LOG)).expect("a log");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0],
        serde_json::json!({
            "time": "2026-01-01T01:04:05Z",
            "tree": "abc",
            "rule": "some-rule",
            "path": "a.env",
            "fingerprint": fingerprint.as_str(),
            "reason": "why",
        })
    );
    assert_eq!((&lines[1]["path_bytes"], &lines[1]["reason"]), (&"Yv8=".into(), &"two\nlines".into()));
    assert!(!log.contains("hunter2"));

    let records = Records::read(common.path()).expect("a log").0;
    for (record, path, expected) in [
        (0, b"a.env".as_slice(), true),
        (0, b"b.env", false),
        (1, b"b\xff", true),
        (1, b"b\xfe", false),
        (1, "b\u{fffd}".as_bytes(), false),
    ] {
        assert_eq!(records[record].is_at(path.into()), expected, "{record} {path:?}");
    }
}

#[test]
fn the_log_keeps_its_newer_half() {
    let common = tempfile::tempdir().expect("a folder");
    let fingerprint = fingerprint();
    let padding = "x".repeat(LIMIT / 4);
    for number in 0..5 {
        let reason = format!("{number} {padding}");
        record(common.path(), &[record_of(&fingerprint, b"a", &reason)]).expect("recorded");
    }
    let log = fs::read_to_string(common.path().join(LOG)).expect("a log");
    assert!(log.len() <= LIMIT);
    let reasons: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("whole lines only")["reason"].to_string())
        .collect();
    assert!(reasons.last().expect("the newest stays").starts_with("\"4 "));
    assert!(reasons.len() < 5);
}

/// A log that the next record makes too long, of lines that nobody misses.
fn nearly_full(common: &Path) -> PathBuf {
    let log = common.join(LOG);
    fs::create_dir_all(log.parent().expect("a folder")).expect("made");
    fs::write(&log, "{\"reason\":\"old\"}\n".repeat(LIMIT / 17)).expect("written");
    log
}

#[test]
fn commits_at_the_same_time_lose_no_line() {
    let common = tempfile::tempdir().expect("a folder");
    let log = nearly_full(common.path());
    let fingerprint = fingerprint();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (common, fingerprint) = (common.path(), &fingerprint);
            scope.spawn(move || {
                for number in 0..20 {
                    let reason = format!("number {thread}-{number}.");
                    record(common, &[record_of(fingerprint, b"a", &reason)]).expect("recorded");
                }
            });
        }
    });
    let log = fs::read_to_string(log).expect("a log");
    assert!(log.len() < LIMIT, "the older half is gone");
    for (thread, number) in (0..8).flat_map(|thread| (0..20).map(move |number| (thread, number))) {
        assert!(log.contains(&format!("number {thread}-{number}.")), "{thread}-{number}");
    }
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "whole lines only");
}

#[test]
fn a_log_that_another_commit_shortens_just_grows() {
    let common = tempfile::tempdir().expect("a folder");
    let log = nearly_full(common.path());
    let lock = log.with_file_name("bypasses.jsonl.lock");
    fs::write(&lock, "").expect("written");
    let fingerprint = fingerprint();
    let recorded = || record(common.path(), &[record_of(&fingerprint, b"a", "why")]).expect("recorded");
    recorded();
    assert!(fs::metadata(&log).expect("there").len() > LOG_LIMIT);
    fs::remove_file(&lock).expect("removed");
    recorded();
    assert!(fs::metadata(&log).expect("there").len() < LOG_LIMIT);
    assert!(!lock.exists());
}

#[cfg(unix)]
#[test]
fn a_shortened_log_is_readable_by_whom_it_was() {
    use std::os::unix::fs::PermissionsExt;

    let common = tempfile::tempdir().expect("a folder");
    let log = nearly_full(common.path());
    fs::set_permissions(&log, fs::Permissions::from_mode(0o664)).expect("set");
    let fingerprint = fingerprint();
    record(common.path(), &[record_of(&fingerprint, b"a", "why")]).expect("recorded");
    let metadata = fs::metadata(&log).expect("there");
    assert!(metadata.len() < LOG_LIMIT);
    assert_eq!(metadata.permissions().mode() & 0o777, 0o664);
}

#[test]
fn says_where_it_cannot_record() {
    let common = tempfile::tempdir().expect("a folder");
    fs::write(common.path().join("tightlip"), "a file").expect("written");
    let fingerprint = fingerprint();
    let error = record(common.path(), &[record_of(&fingerprint, b"a", "why")]).expect_err("no folder");
    assert!(error.to_string().contains(LOG), "{error}");
}
