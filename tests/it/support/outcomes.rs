//! Outcomes made by hand, for reports.

use std::sync::Arc;

use tightlip::{
    finding::{Commit, Excerpt, Finding, Origin, Outcome, Place, Receipt, SkipReason, Skipped, Suppression},
    fingerprint::{COMMON_SALT, Fingerprint},
    report::{self, Context, Format, Scene},
    rules::{DENIED_PATH, Matcher, Reach, Rule, Severity, ValueShape},
    secret::Secret,
};

/// Of every report here.
const TIMES: [String; 2] = [String::new(), String::new()];
/// In a hook.
pub const HOOK: Context = Context {
    color: false,
    columns: None,
    verbose: false,
    in_hook: true,
    scene: Scene::Commit,
    bypass: None,
    to_top: Vec::new(),
    times: TIMES,
};
/// Outside of one.
pub const SCAN: Context = Context {
    color: false,
    columns: None,
    verbose: false,
    in_hook: false,
    scene: Scene::Commit,
    bypass: None,
    to_top: Vec::new(),
    times: TIMES,
};

/// What stands for the value in the source lines below.
const HERE: &str = "<>";

/// A value that no output may hold, made anew in each run of the program.
pub fn value() -> String {
    let letters = (0..24_u8).map(|n| char::from(b'a' + n * 7 % 26));
    ["sk", "live", &letters.collect::<String>()].join("_")
}

pub fn stripe() -> Rule {
    Rule {
        id: "stripe-secret-key".into(),
        title: "Stripe secret key".into(),
        provider: "Stripe".into(),
        severity: Severity::Critical,
        keywords: vec![["sk", "live", ""].join("_").into()].into(),
        matcher: Matcher::Pattern { regex: "".into(), reach: Reach::Line },
        entropy: 0.0,
        checks: Vec::new().into(),
        paths: Vec::new().into(),
        rotate: "https://dashboard.stripe.com/apikeys".into(),
        bits: 140,
    }
}

pub fn password() -> Rule {
    let matcher =
        Matcher::Assignment { names: Vec::new().into(), near: Vec::new().into(), value: ValueShape::Password };
    Rule {
        id: "generic-password".into(),
        title: "Password".into(),
        provider: "".into(),
        severity: Severity::High,
        keywords: Vec::new().into(),
        matcher,
        rotate: "".into(),
        bits: 0,
        ..stripe()
    }
}

pub fn policy(id: &'static str, title: &'static str) -> Rule {
    Rule { id: id.into(), title: title.into(), matcher: Matcher::Policy, ..password() }
}

/// A blocking finding at `place` (`path:line`) whose source line has the masked value in the place of [`HERE`].
pub fn finding(rule: Rule, place: &str, source: &str) -> Finding {
    let (path, line) = place.rsplit_once(':').expect("path:line");
    let line = line.parse().expect("a number");
    let secret = Secret::new(value().as_bytes());
    let fingerprint = Fingerprint::new(COMMON_SALT, "a rule", &Secret::new(b"another value"), rule.bits);
    let start = source.find(HERE).map_or(0, |bytes| source[..bytes].chars().count());
    let masked = secret.masked(rule.public_prefix(secret.expose()));
    let column = start + 1;
    let is_policy = matches!(rule.matcher, Matcher::Policy);
    Finding {
        severity: rule.severity,
        place: Place { path: path.into(), line, column, end_line: line, end_column: column + value().len() },
        shown_path: path.into(),
        origin: Origin::Index,
        excerpt: Excerpt { text: source.replace(HERE, &masked), start, len: masked.chars().count() },
        rule,
        secret: Some(secret),
        masked: (!is_policy).then_some(masked),
        bits: 0,
        fingerprint,
        via: Vec::new(),
        proof: None,
        note: None,
        suppression: None,
        blocks: true,
    }
}

pub fn passing(finding: Finding, suppression: Suppression) -> Finding {
    Finding { suppression: Some(suppression), blocks: false, ..finding }
}

pub fn low(finding: Finding) -> Finding {
    Finding { severity: Severity::Low, blocks: false, ..finding }
}

pub fn of(findings: Vec<Finding>) -> Outcome {
    Outcome { findings, receipt: Receipt { entries: 3, blobs: 3, bytes: 51_712 }, ..Outcome::default() }
}

/// One of each kind of thing that an outcome can hold, with names and texts that would deceive a terminal.
pub fn motley() -> Outcome {
    let mut odd = finding(stripe(), "caf\u{202e}.py:7", "\tname = '\u{4e2d}\u{6587}\x1b[2K'; key = '<>'");
    odd.shown_path = b"caf\xe9\x1b[31m.py".as_slice().into();
    odd.via = vec!["UTF-16".into(), "base64".into()];
    odd.note = Some("two\nlines".into());
    odd.origin = Origin::Commit(Arc::new(Commit {
        id: "0123456789abcdef0123456789abcdef01234567".into(),
        author: "Ada \u{202e}Lovelace".into(),
        date: "2026-01-31T12:00:00Z".into(),
        subject: "Take payments\x1b[2K".into(),
    }));
    Outcome {
        receipt: Receipt { entries: 5, blobs: 3, bytes: 51_712 },
        skipped: vec![
            Skipped { path: "data/dump.sql".into(), why: SkipReason::TooLarge { size: 80 << 20, limit: 64 << 20 } },
            Skipped { path: "vendor/x.js".into(), why: SkipReason::Configured { glob: "vendor/**".into() } },
        ],
        widened: vec!["[paths] allow gains \"docs/**\"".into(), "the baseline gains 2 lines".into()],
        notes: vec!["the staged baseline is not part of this partial commit: git add\x07 it".into()],
        ..of(vec![
            Finding {
                proof: Some("checksum holds".into()),
                ..finding(stripe(), "src/settings.py:12", "STRIPE_KEY = \"<>\"")
            },
            odd,
            passing(finding(stripe(), "tests/a.py:1", "A = \"<>\""), Suppression::Inherited),
            passing(
                finding(stripe(), "tests/b.py:2", "B = \"<>\""),
                Suppression::Baseline { reason: Some("old\x1b".into()) },
            ),
            passing(finding(stripe(), "tests/c.py:3", "C = \"<>\""), Suppression::Pragma { reason: None }),
            passing(finding(stripe(), "docs/d.md:4", "D <>"), Suppression::AllowedPath { glob: "docs/**".into() }),
            passing(finding(stripe(), "e.md:5", "E <>"), Suppression::AllowedValue { reason: "a sample".into() }),
            low(finding(password(), "tests/f.py:123456", "password = \"<>\"")),
        ])
    }
}

pub fn written(format: Format, outcome: &Outcome, context: &Context) -> String {
    let mut bytes = Vec::new();
    report::write(format, outcome, context, &mut bytes).expect("a vector takes all");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

pub fn denied(path: &str) -> Finding {
    let finding = finding(policy(DENIED_PATH, "File that is kept out of git"), &format!("{path}:0"), "");
    let excerpt = Excerpt { text: String::new(), start: 0, len: 0 };
    let place = Place { path: path.into(), line: 0, column: 0, end_line: 0, end_column: 0 };
    Finding { excerpt, place, ..finding }
}
