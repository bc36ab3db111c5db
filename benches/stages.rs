//! Each stage timed alone, so that a slow commit names its cause.

use divan::{Bencher, black_box};
use tightlip::{
    finding::{Excerpt, Finding, Origin, Outcome, Place},
    fingerprint::{COMMON_SALT, Fingerprint},
    report::{self, Context, Format},
    rules::{Matcher, Reach, Rule, Severity},
    secret::Secret,
};

fn main() {
    divan::main();
}

/// The report of nothing (every clean commit), of one screen, and of a scan that went wrong.
#[divan::bench(args = [0, 10, 20_000])]
fn report_human(bencher: Bencher, findings: usize) {
    time_report(bencher, Format::Human, findings);
}

#[divan::bench(args = [0, 10, 20_000])]
fn report_json(bencher: Bencher, findings: usize) {
    time_report(bencher, Format::Json, findings);
}

#[divan::bench(args = [0, 10, 20_000])]
fn report_jsonl(bencher: Bencher, findings: usize) {
    time_report(bencher, Format::Jsonl, findings);
}

fn time_report(bencher: Bencher, format: Format, findings: usize) {
    let outcome = Outcome { findings: (1..=findings).map(finding).collect(), ..Outcome::default() };
    let context = Context { color: false, verbose: true, in_hook: true, bypass: None };
    bencher.bench_local(|| {
        let mut out = Vec::new();
        report::write(format, black_box(&outcome), &context, &mut out).expect("a vector takes all");
        out
    });
}

fn finding(line: usize) -> Finding {
    let rule = Rule {
        id: "example-key".into(),
        title: "Example key".into(),
        provider: "Example".into(),
        severity: Severity::High,
        keywords: Vec::new().into(),
        matcher: Matcher::Pattern { regex: "".into(), reach: Reach::Line },
        entropy: 0.0,
        checks: Vec::new().into(),
        paths: Vec::new().into(),
        rotate: "https://example.com/keys".into(),
        bits: 0,
    };
    let secret = Secret::new(b"not a secret");
    Finding {
        severity: rule.severity,
        place: Place { path: format!("src/{}.py", line / 8).into(), line, column: 8, end_line: line, end_column: 20 },
        origin: Origin::Index,
        fingerprint: Fingerprint::new(COMMON_SALT, &rule.id, &secret, rule.bits),
        rule,
        secret,
        bits: 128,
        excerpt: Excerpt { text: "API_KEY = \"********\"".into(), start: 11, len: 8 },
        via: Vec::new(),
        proof: Some("checksum holds".into()),
        note: None,
        suppression: None,
        blocks: true,
    }
}
