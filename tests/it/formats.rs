//! The formats for other programs, whole, and held against their schemas.

use std::collections::HashSet;

use serde_json::Value;
use tightlip::{
    finding::{Finding, Origin, Outcome, SkipReason, Skipped, Suppression},
    report::{Context, Format},
};

use crate::support::{golden::assert_golden, outcomes::*, schema};

const JSON: &str = include_str!("../../docs/report.schema.json");
const SARIF: &str = include_str!("../schemas/sarif-2.1.0.json");
const GITLAB: &str = include_str!("../schemas/gitlab-secret-detection-15.2.1.json");

fn context() -> Context {
    let times = ["2026-01-31T12:00:00Z", "2026-01-31T12:00:01Z"].map(Into::into);
    Context { bypass: Some("why\u{202e}: 100%".into()), times, ..SCAN }
}

/// A report with this version's number taken out, so that its golden outlives it.
fn lasting(format: Format, outcome: &Outcome) -> String {
    let version = concat!("ersion\": \"", env!("CARGO_PKG_VERSION"), "\"");
    written(format, outcome, &context()).replace(version, "ersion\": \"VERSION\"")
}

/// All that an outcome can hold, with what has no line.
fn outcome() -> Outcome {
    let mut outcome = motley();
    outcome.findings.push(denied("app/.env"));
    outcome
}

#[track_caller]
fn assert_valid(schema: &str, report: &str) {
    let [schema, report] = [schema, report].map(|text| serde_json::from_str(text).expect("JSON"));
    let faults = schema::faults(&schema, &report);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_report_is_what_it_was() {
    for (format, ending) in [
        (Format::Sarif, "sarif"),
        (Format::Gitlab, "gitlab.json"),
        (Format::Github, "github.txt"),
        (Format::Junit, "junit.xml"),
    ] {
        assert_golden(&format!("report/motley.{ending}"), &lasting(format, &outcome()));
        assert_golden(&format!("report/clean.{ending}"), &lasting(format, &of(Vec::new())));
    }
}

#[test]
fn reports_are_valid_against_their_schemas() {
    for outcome in [outcome(), of(Vec::new())] {
        assert_valid(SARIF, &written(Format::Sarif, &outcome, &context()));
        assert_valid(GITLAB, &written(Format::Gitlab, &outcome, &context()));
        assert_valid(JSON, &written(Format::Json, &outcome, &context()));
    }
}

#[test]
fn the_schema_of_json_names_every_key() {
    let [schema, report]: [Value; 2] = [JSON.to_owned(), written(Format::Json, &outcome(), &context())]
        .map(|text| serde_json::from_str(&text).expect("JSON"));
    let named = |pointer: &str| schema.pointer(pointer).expect(pointer).as_object().expect("an object").clone();
    let finding = named("/definitions/finding/properties");
    for key in report["findings"].as_array().expect("a list").iter().flat_map(|it| it.as_object().expect("one").keys())
    {
        assert!(finding.contains_key(key), "{key}");
    }
    for key in report.as_object().expect("an object").keys() {
        assert!(named("/properties").contains_key(key), "{key}");
    }
}

#[test]
fn each_line_is_valid_too() {
    let schema: Value = serde_json::from_str(JSON).expect("JSON");
    let mut finding = schema["definitions"]["finding"].clone();
    finding["definitions"] = schema["definitions"].clone();
    let lines = written(Format::Jsonl, &outcome(), &context());
    let lines: Vec<&str> = lines.lines().collect();
    for line in &lines[..lines.len() - 1] {
        assert_valid(&finding.to_string(), line);
    }
}

#[test]
fn a_schema_refuses_what_it_should() {
    let report: Value = serde_json::from_str(&written(Format::Sarif, &outcome(), &context())).expect("JSON");
    let schema: Value = serde_json::from_str(SARIF).expect("JSON");
    for (pointer, wrong) in [
        ("/version", "2.0"),
        ("/runs/0/results/0/level", "bad"),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", "1"),
        ("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", "a b"),
        ("/runs/0/results/2/suppressions/0/kind", "other"),
    ] {
        let mut report = report.clone();
        *report.pointer_mut(pointer).expect(pointer) = wrong.into();
        assert!(!schema::faults(&schema, &report).is_empty(), "{pointer} may be {wrong}");
    }
}

/// For each finding of a SARIF log what GitHub knows it by, and for each of a GitLab report its id.
fn alerts(outcome: &Outcome) -> [Vec<Value>; 2] {
    [(Format::Sarif, "/runs/0/results", "/partialFingerprints"), (Format::Gitlab, "/vulnerabilities", "/id")].map(
        |(format, list, name)| {
            let report: Value = serde_json::from_str(&written(format, outcome, &SCAN)).expect("JSON");
            let list = report.pointer(list).and_then(Value::as_array).expect("a list");
            list.iter().map(|item| item.pointer(name).expect("a name").clone()).collect()
        },
    )
}

#[test]
fn a_moved_line_is_the_same_alert() {
    let before = of(vec![finding(stripe(), "a.py:3", "KEY = '<>'"), finding(password(), "b.py:3", "p = '<>'")]);
    let after = of(vec![finding(stripe(), "a.py:99", "  KEY2 = '<>'"), finding(password(), "b.py:1", "q = '<>'")]);
    assert_eq!(alerts(&before), alerts(&after));
}

#[test]
fn two_secrets_on_one_line_are_two_alerts() {
    let line = |rule| finding(rule, "a.py:3", "KEY = '<>'; OTHER = ''");
    let [sarif, gitlab] = alerts(&of(vec![line(stripe()), line(stripe()), line(password())]));
    for names in [sarif, gitlab] {
        assert_eq!(names.iter().map(Value::to_string).collect::<HashSet<_>>().len(), 3, "{names:?}");
    }
}

#[test]
fn annotations_are_one_line_each_whatever_they_hold() {
    let mut odd = finding(stripe(), "a:1", "k = '<>'");
    odd.shown_path = b"a,b:c\n::error::100%\xff.py".as_slice().into();
    odd.rule.title = "A\r\n::error::title, with: signs".into();
    odd.note = Some("::set-output name=x::y\n::stop-commands::z".into());
    let report = written(Format::Github, &of(vec![odd]), &SCAN);
    let commands: Vec<&str> = report.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(commands.len(), 1, "{report}");
    let (head, _) = commands[0][2..].split_once("::").expect("a command and its text");
    assert!(head.starts_with(r"error file=a%2Cb%3Ac\n%3A%3Aerror%3A%3A100%25\xff.py,line=1,"), "{head}");
}

#[test]
fn the_worst_is_annotated_first() {
    let low = low(finding(stripe(), "a:1", "<>"));
    let report = written(
        Format::Github,
        &of(vec![low, finding(password(), "b:1", "<>"), finding(stripe(), "c:1", "<>")]),
        &SCAN,
    );
    let files: Vec<&str> =
        report.lines().filter_map(|line| line.split("file=").nth(1)).map(|rest| &rest[..1]).collect();
    assert_eq!(files, ["c", "b", "a"]);
}

#[test]
fn xml_holds_any_text() {
    let mut odd = finding(stripe(), "a:1", "k = '<>' & ]]> \u{ffff}\0");
    odd.shown_path = b"a\"<b>&\xff\x01".as_slice().into();
    odd.note = Some("<![CDATA[ \u{fffe}".into());
    let report = written(Format::Junit, &of(vec![odd]), &SCAN);
    assert!(
        !report.contains(['\0', '\u{1}', '\u{ffff}', '\u{fffe}']) && !report.contains("CDATA[ \u{fffe}"),
        "{report}"
    );
    assert!(report.contains(r#"classname="a&quot;&lt;b&gt;&amp;\xff\x01""#), "{report}");
    assert!(report.contains(r"&amp; ]]&gt; \u{ffff}\x00"), "{report}");
}

#[test]
fn a_suppression_says_where_it_stands_and_why() {
    let inline = Suppression::Pragma { reason: Some("made up".into()) };
    let baseline = Suppression::Baseline { reason: None };
    let outcome = of([inline, baseline].map(|by| passing(finding(stripe(), "a:1", "<>"), by)).into());
    let report: Value = serde_json::from_str(&written(Format::Sarif, &outcome, &SCAN)).expect("JSON");
    let of = |number: usize, key: &str| report["runs"][0]["results"][number]["suppressions"][0][key].clone();
    assert_eq!(of(0, "kind"), "inSource");
    assert_eq!(of(0, "justification"), "an inline comment allows it: made up");
    assert_eq!(of(1, "kind"), "external");
    assert_eq!(of(1, "justification"), "the baseline has it");
}

#[test]
fn a_finding_of_a_commit_names_it() {
    let commit = outcome().findings.into_iter().find(|finding| finding.origin.commit().is_some()).expect("one");
    let id = commit.origin.commit().expect("a commit").id.clone();
    let elsewhere = Finding { origin: Origin::Index, ..commit.clone() };
    for format in [Format::Sarif, Format::Gitlab, Format::Github, Format::Junit, Format::Json] {
        assert!(written(format, &of(vec![commit.clone()]), &SCAN).contains(&id), "{}", format.name());
    }
    let [sarif, _] = alerts(&of(vec![commit, elsewhere]));
    assert_ne!(sarif[0]["tightlip/v1"], sarif[1]["tightlip/v1"]);
}

#[test]
fn what_was_not_looked_at_whole_is_no_success() {
    let unreadable = Skipped { path: "a.py".into(), why: SkipReason::Unreadable { fault: "no".into() } };
    for (skipped, cut_off) in [(vec![], false), (vec![], true), (vec![unreadable], false)] {
        let mut outcome = of(Vec::new());
        outcome.skipped.clone_from(&skipped);
        outcome.receipt.entries += skipped.len();
        if cut_off {
            outcome.cut_off();
        }
        let success = !cut_off && skipped.is_empty();
        let status = if success { "success" } else { "failure" };
        let read =
            |format| -> Value { serde_json::from_str(&written(format, &outcome, &context())).expect("a document") };
        assert_eq!(read(Format::Sarif)["runs"][0]["invocations"][0]["executionSuccessful"], success);
        assert_eq!(read(Format::Gitlab)["scan"]["status"], status);
        let errors = format!("errors=\"{}\" skipped=\"0\">\n  <testsuite", skipped.len());
        assert!(written(Format::Junit, &outcome, &context()).contains(&errors));
    }
}
