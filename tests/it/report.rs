//! Reports of hand-made outcomes, whole.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use tightlip::{
    finding::{Finding, Origin, Outcome, Suppression},
    glob::Glob,
    report::{Context, Format},
    rules::UNKNOWN_ALLOWANCE,
};

use unicode_width::UnicodeWidthStr;

use crate::support::{golden::assert_golden, outcomes::*};

fn human(outcome: &Outcome, context: &Context) -> String {
    written(Format::Human, outcome, context)
}

#[test]
fn a_block_says_where_what_and_what_next() {
    let outcome = of(vec![
        finding(password(), "config/db.yml:3", "  password: <>"),
        Finding {
            proof: Some("checksum holds".into()),
            ..finding(stripe(), "src/settings.py:12", "STRIPE_KEY = \"<>\"")
        },
    ]);
    assert_golden("report/block.txt", &human(&outcome, &HOOK));
    assert_golden("report/block-color.txt", &human(&outcome, &Context { color: true, ..HOOK }));
    assert_golden("report/scan.txt", &human(&outcome, &SCAN));
}

#[test]
fn a_block_by_policy_says_how_the_policy_changes() {
    let outcome = of(vec![
        denied("app/.env"),
        Finding {
            note: Some("there is no rule stripe-key; did you mean stripe-secret-key?".into()),
            ..finding(policy(UNKNOWN_ALLOWANCE, "Unknown rule in a comment"), "src/pay.go:9", "// allow")
        },
    ]);
    assert_golden("report/policy.txt", &human(&outcome, &HOOK));
}

#[test]
fn a_long_path_has_a_line_for_itself() {
    let outcome = of(vec![
        finding(
            stripe(),
            "services/payments/src/main/java/com/example/payments/gateway/Client.java:12",
            "KEY = \"<>\";",
        ),
        denied("deploy/environments/production/eu-central-1/prod.env"),
        finding(password(), "a-name-that-is-just-too-short.yml:3", "password: <>"),
    ]);
    assert_golden("report/long-paths.txt", &human(&outcome, &HOOK));
}

#[test]
fn a_long_line_is_cut_to_what_every_terminal_shows() {
    let wide = "\u{4e2d}\u{6587} ".repeat(8);
    let outcome = of(vec![
        finding(
            stripe(),
            "a.js:7",
            &format!("const options = {{ region: \"eu-central-1\", key: \"<>\", {} }};", "retries: 3, ".repeat(5)),
        ),
        finding(stripe(), "a.js:8", &format!("{wide}; key = \"<>\"; {wide}")),
        finding(stripe(), "a.js:9", &format!("...{} = \"<>\"", "a b ".repeat(20))),
        finding(stripe(), "a.js:10", &format!("<>{}...", " a b".repeat(20))),
    ]);
    let report = human(&outcome, &HOOK);
    assert_golden("report/long-lines.txt", &report);
    for line in report.lines() {
        assert!(line.width() <= 80, "{line}");
    }
}

#[test]
fn many_findings_are_counted_by_rule() {
    let mut findings: Vec<_> = (1..=21).map(|line| finding(stripe(), &format!("a.py:{line}"), "KEY = '<>'")).collect();
    findings.extend((22..=24).map(|line| finding(password(), &format!("a.py:{line}"), "password = '<>'")));
    assert_golden("report/many.txt", &human(&of(findings), &HOOK));
}

#[test]
fn every_kind_of_remark_is_made() {
    assert_golden("report/motley-hook.txt", &human(&motley(), &HOOK));
    assert_golden("report/motley-scan.txt", &human(&motley(), &SCAN));
    assert_golden("report/motley-verbose.txt", &human(&motley(), &Context { verbose: true, ..SCAN }));
}

#[test]
fn a_bypass_says_what_it_lets_pass() {
    let outcome = of(vec![finding(stripe(), "a.py:1", "KEY = '<>'")]);
    let context = Context { bypass: Some("demo key, revoked today".into()), ..HOOK };
    assert_golden("report/bypass.txt", &human(&outcome, &context));
}

#[test]
fn an_unread_file_in_a_hook_says_how_to_commit_anyway() {
    let outcome = Outcome { findings: Vec::new(), widened: Vec::new(), notes: Vec::new(), ..motley() };
    assert_golden("report/unread.txt", &human(&outcome, &HOOK));
}

#[test]
fn what_passes_is_one_line_in_a_hook_and_silence_where_there_is_nothing() {
    let inherited = |place| passing(finding(stripe(), place, "KEY = '<>'"), Suppression::Inherited);
    let baseline = Suppression::Baseline { reason: None };
    let older = "tightlip: 2 older secrets in the files of this commit; list them with: tightlip scan b.env src/a.py\n";
    for (findings, expected) in [
        (vec![], ""),
        (vec![passing(finding(stripe(), "a.py:1", "<>"), baseline)], ""),
        (vec![inherited("src/a.py:1"), inherited("b.env:2")], older),
        (
            vec![inherited("my file:1")],
            "tightlip: 1 older secret in the files of this commit; list it with: tightlip scan 'my file'\n",
        ),
        (
            vec![inherited("a:1"), inherited("a:2"), inherited("b:1"), inherited("c:1"), inherited("d:1")],
            "tightlip: 5 older secrets in the files of this commit; list them with: tightlip scan a b c ...\n",
        ),
        (
            vec![low(finding(stripe(), "a:1", "<>"))],
            "tightlip: 1 finding below the severity that blocks; listed by: tightlip scan --verbose a\n",
        ),
    ] {
        assert_eq!(human(&of(findings), &HOOK), expected);
    }
}

#[test]
fn printed_commands_begin_where_the_user_stands() {
    let context = Context { to_top: b"../my dir/".to_vec(), ..HOOK };
    let inherited = |place| passing(finding(stripe(), place, "<>"), Suppression::Inherited);
    let found = Finding { origin: Origin::Worktree, ..finding(stripe(), "src/a.py:1", "KEY = '<>'") };
    let report =
        human(&of(vec![denied("app/.env"), inherited("-b:1"), inherited("../c:1"), inherited("/d:1")]), &context);
    for command in [
        "git rm --cached -f '../my dir/app/.env'\n",
        "git add '../my dir/.tightlip-baseline'\n",
        "tightlip scan '../my dir/-b' ../c /d\n",
    ] {
        assert!(report.contains(command), "{command} {report}");
    }
    let report = human(&of(vec![found]), &Context { in_hook: false, ..context });
    assert!(report.contains("tightlip scan --update-baseline '../my dir/src/a.py'\n"), "{report}");
}

#[test]
fn every_denied_path_has_its_way() {
    let few = of(vec![denied("app/.env"), denied("a*.env"), denied(r"b\c[1]?{d}.env")]);
    assert_golden("report/denied-few.txt", &human(&few, &HOOK));
    let many = of((1..=7).map(|n| denied(&format!("app/{n}.env"))).collect());
    assert_golden("report/denied-many.txt", &human(&many, &HOOK));
    for (path, word) in
        [(":x.env", "git --literal-pathspecs rm --cached -f :x.env\n"), ("-x", "git rm --cached -f ./-x\n")]
    {
        let report = human(&of(vec![denied(path)]), &HOOK);
        assert!(report.contains(word), "{report}");
    }
}

#[test]
fn what_lets_a_denied_path_pass_is_for_that_path_alone() {
    let others = ["x/.env", "app/x", "ab.env", "x/a.env", "a", "app/.en\u{fc}"];
    for path in [
        b".env".as_slice(),
        b"app/.env",
        b"a*.env",
        b"a?.env",
        b"[ab].env",
        b"a].env",
        b"{a,b}.env",
        br"\a\*.env",
        b"!x/.env",
        b"say \"it's\".env",
        b"a\nb\t.env",
        "b\u{fc}cher/\u{202e}.env".as_bytes(),
        b"caf\xe9.env",
    ] {
        let mut finding = denied("x");
        finding.shown_path = path.into();
        let report = human(&of(vec![finding]), &HOOK);
        let line = report.lines().find(|line| line.contains("allow = ")).expect("a line of TOML");
        let read: toml::Table = toml::from_str(line).expect(line);
        let glob = Glob::new(read["allow"][0].as_str().expect(line)).expect(line).parsed().compile_matcher();
        assert!(glob.is_match(OsStr::from_bytes(path)), "{line}");
        for other in others.iter().filter(|other| other.as_bytes() != path) {
            assert!(!glob.is_match(other), "{line} matches {other}");
        }
    }
}

#[test]
fn a_clean_scan_ends_with_a_receipt() {
    let expected = "tightlip: no secrets found\n\nlooked at 3 entries: 3 read (50.5 KiB), 0 not read\n";
    assert_eq!(human(&of(Vec::new()), &SCAN), expected);
}

#[test]
fn the_ways_past_a_scan_follow_where_it_looked() {
    let at = |origin| human(&of(vec![Finding { origin, ..finding(stripe(), "a.py:1", "KEY = '<>'") }]), &SCAN);
    assert!(at(Origin::Index).contains(" tightlip --update-baseline\n"));
    assert!(at(Origin::Worktree).contains(" tightlip scan --update-baseline a.py\n"));
    assert!(!at(Origin::Stdin).contains("baseline"));
    for origin in [Origin::Index, Origin::Worktree, Origin::Stdin] {
        let report = at(origin);
        assert!(!report.contains("git commit") && !report.contains("bypass"));
    }
}

#[test]
fn carets_stand_under_the_value() {
    for (source, before) in [("k='<>'", 3), ("\t<>", 4), ("\u{4e2d}\u{6587}<>", 4), ("e\u{301}<>", 1), ("\x1b<>", 4)] {
        let report = human(&of(vec![finding(password(), "a:1", source)]), &SCAN);
        let carets = report.lines().nth(4).expect("a line of carets").split_once(" | ").expect("a gutter").1;
        assert_eq!(carets, format!("{:before$}{}", "", "^".repeat("********ab".len())), "{report}");
    }
}

#[test]
fn machines_read_everything() {
    let context = Context { bypass: Some("why\u{202e}".into()), ..SCAN };
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let document = written(Format::Json, &motley(), &context);
    assert_golden("report/motley.json", &document.replace(&version, "\"version\": \"VERSION\""));

    let lines = written(Format::Jsonl, &motley(), &context);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (receipt, findings) = lines.split_last().expect("a receipt");
    let mut document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    for (line, finding) in findings.iter().zip(document["findings"].as_array().expect("findings")) {
        let mut expected = finding.clone();
        expected["schema"] = document["schema"].clone();
        expected["kind"] = "finding".into();
        assert_eq!(line, &expected);
    }
    assert_eq!(findings.len(), motley().findings.len());
    document.as_object_mut().expect("an object").remove("findings");
    document["kind"] = "receipt".into();
    assert_eq!(receipt, &document);
}

#[test]
fn the_schema_names_every_key() {
    fn keys(value: &serde_json::Value) -> Vec<String> {
        match value {
            serde_json::Value::Object(fields) => {
                fields.iter().flat_map(|(key, value)| [vec![key.clone()], keys(value)].concat()).collect()
            }
            serde_json::Value::Array(items) => items.iter().flat_map(keys).collect(),
            _ => Vec::new(),
        }
    }
    let schema = include_str!("../../docs/json.md");
    for line in written(Format::Jsonl, &motley(), &SCAN).lines() {
        for key in keys(&serde_json::from_str(line).expect("JSON")) {
            assert!(schema.contains(&format!("`{key}`")), "docs/json.md does not name {key}");
        }
    }
}

#[test]
fn what_somebody_wrote_about_a_value_is_shown_without_it() {
    let reason = format!("{} is made up", value());
    let suppressions = [
        Suppression::AllowedValue { reason: reason.clone() },
        Suppression::Baseline { reason: Some(reason.clone()) },
        Suppression::Pragma { reason: Some(reason.clone()) },
        Suppression::AllowedPath { glob: format!("{}/**", value()) },
    ];
    let findings = suppressions.map(|suppression| passing(finding(stripe(), "a.py:1", "A = '<>'"), suppression));
    let outcome = Outcome { widened: vec![format!("1 finding by [[allow]] ({reason})")], ..of(findings.into()) };
    for format in masked_formats() {
        let report = written(format, &outcome, &Context { verbose: true, ..SCAN });
        assert!(!report.contains(&value()), "{} shows the value", format.name());
        // Two of the formats have no word for what passes.
        let times = if matches!(format, Format::Github | Format::Gitlab) { 1 } else { 4 };
        assert_eq!(report.matches("******** is made up").count(), times, "{report}");
    }
}

#[test]
fn no_format_shows_a_value_or_a_control_character() {
    for format in masked_formats() {
        for context in [HOOK, SCAN, Context { verbose: true, ..SCAN }, Context { bypass: Some("w\x1b".into()), ..HOOK }]
        {
            let report = written(format, &motley(), &context);
            let middle = &value()[10..24];
            assert!(!report.contains(middle), "{} shows the value", format.name());
            let odd = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!report.contains(odd), "{} shows a control character: {report:?}", format.name());
        }
    }
}

/// All formats but the one that is made to hold values.
fn masked_formats() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|format| *format != Format::Replacements)
}

#[test]
fn what_is_said_of_a_finding_is_folded_for_a_terminal() {
    let outcome = of(vec![finding(stripe(), ".dlt/config.toml:3", "api_key = \"<>\"")]);
    let shown = human(&outcome, &Context { columns: Some(80), ..HOOK });
    assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    assert!(shown.contains("dlt reads\n                SOURCES__"), "{shown}");
    // What a program reads stays together.
    assert!(human(&outcome, &HOOK).contains("stays out of git; dlt reads SOURCES__"));
}
