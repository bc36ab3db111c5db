use std::sync::LazyLock;

use super::*;
use crate::{
    config::{self, File},
    finding::{Excerpt, Place},
    fingerprint::Fingerprint,
    rules::{Matcher, ValueShape},
    source::Origin,
};

fn config(user: &str, repository: &str) -> Config {
    let user = File { name: "user", text: user.as_bytes() };
    let repository = File { name: "repository", text: repository.as_bytes() };
    config::read(Some(user), Some(repository)).expect("a configuration")
}

fn options() -> Options {
    Options { today: "2026-06-15".parse().expect("a day"), block: None, inline: true }
}

fn policy(user: &str, repository: &str) -> Policy {
    Policy::new(config(user, repository), options()).expect("few globs")
}

/// A rule for passwords, with the id of a rule that exists everywhere, so that configurations can name it.
fn rule() -> Rule {
    let names = Vec::new().into();
    let matcher = Matcher::Assignment { names, near: Vec::new().into(), value: ValueShape::Password };
    Rule { matcher, ..rule::UNKNOWN_ALLOWANCE.clone() }
}

fn evidence<'a>(pragmas: &'a [Pragma], baseline: Option<&'a Baseline>) -> Evidence<'a> {
    static NO_MOVES: LazyLock<Moves> = LazyLock::new(Moves::default);
    Evidence { pragmas, baseline, moves: &NO_MOVES }
}

fn allow(entry: &str) -> String {
    format!("[[allow]]\nreason = 'demo'\n{entry}")
}

#[test]
fn configurations_let_pass() {
    let (rule, secret) = (rule(), Secret::new(b"demo-key"));
    let case = Case { rule: &rule, path: BStr::new("tests/a.env"), line: 3, secret: &secret, bits: 20, marks: &[] };
    let by_path = |glob: &str| Some(Suppression::AllowedPath { glob: glob.into() });
    let by_value = || Some(Suppression::AllowedValue { reason: "demo".into() });
    for (user, repository, expected) in [
        ("", String::new(), None),
        ("", "[paths]\nallow = ['tests/**']".into(), by_path("tests/**")),
        ("[paths]\nallow = ['*.env']", "[paths]\nallow = ['tests/**']".into(), by_path("*.env")),
        ("", "[paths]\nallow = ['src/**']".into(), None),
        ("", allow("path = 'tests/**'"), by_value()),
        ("", allow("path = 'src/**'"), None),
        ("", allow("value = 'demo-.*'"), by_value()),
        ("", allow("value = 'demo'"), None),
        ("", allow("rule = 'unknown-allowance'"), by_value()),
        ("", allow("rule = 'denied-path'"), None),
        ("", allow("value = 'demo-.*'\npath = 'src/**'"), None),
        ("", allow("value = 'demo-.*'\nexpires = 2026-06-15"), by_value()),
        ("", allow("value = 'demo-.*'\nexpires = 2026-06-14"), None),
        ("[require]\nrules = ['unknown-allowance']", "[paths]\nallow = ['tests/**']".into(), None),
        ("[require]\nrules = ['unknown-allowance']", "[paths]\nskip = ['tests/**']".into(), None),
        ("[require]\nrules = ['unknown-allowance']", allow("value = '.*'"), None),
        ("[require]\nrules = ['denied-path']", "[paths]\nskip = ['tests/**']".into(), by_path("tests/**")),
    ] {
        assert_eq!(policy(user, &repository).judge(case, evidence(&[], None)), expected, "{user} {repository}");
    }
}

#[test]
fn a_required_denial_cannot_be_allowed() {
    let secret = Secret::new(b"a.key");
    let case =
        Case { rule: &rule::DENIED_PATH, path: BStr::new("a.key"), line: 0, secret: &secret, bits: 0, marks: &[] };
    let allow = "[paths]\nallow = ['*.key']";
    assert!(policy("", allow).judge(case, evidence(&[], None)).is_some());
    assert!(policy("[require]\ndeny = ['*.key']", allow).judge(case, evidence(&[], None)).is_none());
}

#[test]
fn a_required_denial_blocks_above_no_raised_line() {
    let place = Place { path: "a.key".into(), line: 0, column: 0, end_line: 0, end_column: 0 };
    let denied = Finding { rule: rule::DENIED_PATH.clone(), place, ..finding(Severity::High, None) };
    for (user, blocks) in [("[paths]\ndeny = ['*.key']", false), ("[require]\ndeny = ['*.key']", true)] {
        let raised = Options { block: Some(Severity::Critical), ..options() };
        let policy = Policy::new(config(user, "[report]\nblock = 'critical'"), raised).expect("few globs");
        assert_eq!(policy.blocks(&denied), blocks, "{user}");
    }
}

#[test]
fn comments_and_baselines_let_pass() {
    let (rule, secret) = (rule(), Secret::new(b"demo-key"));
    let case = Case { rule: &rule, path: BStr::new("a.env"), line: 1, secret: &secret, bits: 20, marks: &[] };
    let pragmas = pragma::scan(b"# tightlip:allow -- why", &[]);
    let acceptance = baseline::Acceptance { reason: Some("known"), expires: None, today: options().today };
    let bytes = baseline::update(&Baseline::default(), &[case], &Moves::default(), acceptance).expect("a salt");
    let baseline = Baseline::parse("test", &bytes).expect("a baseline");
    let by_comment = Some(Suppression::Pragma { reason: Some("why".into()) });
    let by_baseline = Some(Suppression::Baseline { reason: Some("known".into()) });

    let policy = policy("", "");
    assert_eq!(policy.judge(case, evidence(&pragmas, None)), by_comment);
    assert_eq!(policy.judge(case, evidence(&[], Some(&baseline))), by_baseline);
    assert_eq!(policy.judge(case, evidence(&pragmas, Some(&baseline))), by_comment);
    assert_eq!(policy.judge(case, evidence(&[], Some(&Baseline::default()))), None);

    let deaf = Policy::new(Config::default(), Options { inline: false, ..options() }).expect("no globs");
    assert_eq!(deaf.judge(case, evidence(&pragmas, None)), None);
}

#[test]
fn other_tools_marks_count_where_the_configuration_says_so() {
    let (rule, secret) = (rule(), Secret::new(b"demo-key"));
    let marks = [Mark::Nosecret, Mark::GitleaksAllow];
    let path = BStr::new("a.env");
    let case = Case { rule: &rule, path, line: 1, secret: &secret, bits: 20, marks: &marks };
    let by = |mark: &str| Some(Suppression::Pragma { reason: Some(format!("{mark}, by [inline] marks")) });
    for (user, repository, expected) in [
        ("", "", None),
        ("", "[inline]\nmarks = ['trufflehog:ignore']", None),
        ("", "[inline]\nmarks = ['trufflehog:ignore', 'gitleaks:allow']", by("gitleaks:allow")),
        ("[inline]\nmarks = ['nosecret']", "[inline]\nmarks = ['gitleaks:allow']", by("nosecret")),
        ("[require]\nrules = ['unknown-allowance']", "[inline]\nmarks = ['nosecret']", None),
    ] {
        assert_eq!(policy(user, repository).judge(case, evidence(&[], None)), expected, "{user} {repository}");
        let deaf = Policy::new(config(user, repository), Options { inline: false, ..options() }).expect("no globs");
        assert_eq!(deaf.judge(case, evidence(&[], None)), None);
    }
}

fn finding(severity: Severity, suppression: Option<Suppression>) -> Finding {
    let secret = Secret::new(b"x");
    Finding {
        rule: rule(),
        severity,
        place: Place { path: "a".into(), line: 1, column: 1, end_line: 1, end_column: 2 },
        shown_path: "a".into(),
        origin: Origin::Index,
        fingerprint: Fingerprint::new("salt", "a-rule", &secret, 0),
        secret: Some(secret),
        masked: None,
        bits: 0,
        excerpt: Excerpt { text: String::new(), start: 0, len: 0 },
        via: Vec::new(),
        proof: None,
        note: None,
        suppression,
        blocks: false,
    }
}

#[test]
fn the_line_can_be_moved() {
    use Severity::{Critical, High, Low, Medium};
    let required = "[require]\nrules = ['unknown-allowance']\n";
    let report = |severity: &str| format!("[report]\nblock = '{severity}'");
    for (user, repository, option, least) in [
        (String::new(), String::new(), None, Medium),
        (report("high"), String::new(), None, High),
        (report("high"), report("low"), None, Low),
        (report("low"), report("critical"), None, Critical),
        (report("low"), report("low"), Some(High), High),
        (required.into(), report("critical"), None, Medium),
        (required.into(), report("low"), None, Low),
        (format!("{required}{}", report("high")), report("critical"), None, High),
        (required.into(), report("low"), Some(Critical), Medium),
        (required.into(), report("critical"), Some(Low), Low),
        (format!("{required}{}", report("high")), String::new(), Some(Critical), High),
    ] {
        let options = Options { block: option, ..options() };
        let policy = Policy::new(config(&user, &repository), options).expect("no globs");
        for severity in [Low, Medium, High, Critical] {
            let blocks = policy.blocks(&finding(severity, None));
            assert_eq!(blocks, severity >= least, "{user} {repository} {option:?} {severity}");
            assert!(!policy.blocks(&finding(severity, Some(Suppression::Inherited))));
        }
    }
}
