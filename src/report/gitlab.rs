//! `gitlab`: GitLab's secret detection report, version 15.2.1.
//!
//! It has no word for what passes: only findings that do not are in it, the rest is counted in its messages.
//!
//! Never: a place in a finding's identity; an extract that is not masked.

use std::io;

use serde_json::{Value, json};

use super::{
    Context, advice,
    alert::{self, Alert},
    escape, words,
};
use crate::{
    finding::{Finding, Outcome},
    rules::Severity,
};

const VERSION: &str = "15.2.1";
/// What stands for a commit where the scan was of none.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";
/// The most characters that a name may have.
const NAME: usize = 255;

/// Writes one document.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let tool = json!({
        "id": env!("CARGO_PKG_NAME"),
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": { "name": env!("CARGO_PKG_NAME") },
    });
    let vulnerabilities: Vec<Value> = outcome
        .findings
        .iter()
        .zip(alert::of(outcome))
        .filter(|(finding, _)| finding.suppression.is_none())
        .map(|(finding, alert)| vulnerability(finding, &alert))
        .collect();
    // Its times have no zone, and are in UTC.
    let [began, ended] = context.times.each_ref().map(|time| time.trim_end_matches('Z'));
    let report = json!({
        "version": VERSION,
        "scan": {
            "type": "secret_detection",
            "status": if outcome.is_complete() { "success" } else { "failure" },
            "start_time": began,
            "end_time": ended,
            "analyzer": tool,
            "scanner": tool,
            "messages": messages(outcome, context),
        },
        "vulnerabilities": vulnerabilities,
    });
    writeln!(out, "{}", escape::json(&serde_json::to_string_pretty(&report)?))
}

fn vulnerability(finding: &Finding, alert: &Alert<'_>) -> Value {
    let path = escape::name(&finding.shown_path);
    let title = escape::text(&finding.rule.title);
    let mut location = json!({ "file": path, "commit": { "sha": finding.origin.revision().unwrap_or(NO_COMMIT) } });
    if let Some(commit) = finding.origin.commit() {
        location["commit"] = json!({
            "sha": commit.id,
            "author": commit.author,
            "date": commit.date,
            "message": commit.subject,
        });
    }
    let mut item = json!({
        "file": path,
        "signatures": [{ "algorithm": "tightlip_fingerprint", "value": alert.hash() }],
    });
    // A path that is itself the finding has no line.
    if finding.place.line > 0 {
        for at in [&mut location, &mut item] {
            at["start_line"] = json!(finding.place.line);
            at["end_line"] = json!(finding.place.end_line);
        }
    }
    let mut vulnerability = json!({
        "id": alert.uuid(),
        "name": title.chars().take(NAME).collect::<String>(),
        "description": words::summary(finding),
        "severity": severity(finding.severity),
        "solution": solution(finding),
        "identifiers": [{ "type": "tightlip_rule", "name": format!("tightlip {}", finding.rule.id), "value": finding.rule.id }],
        "location": location,
        "tracking": { "type": "source", "items": [item] },
        "raw_source_code_extract": finding.excerpt.text,
    });
    if finding.rule.rotate.starts_with("https://") {
        vulnerability["links"] = json!([{ "name": "Where to revoke it", "url": finding.rule.rotate }]);
    }
    vulnerability
}

fn solution(finding: &Finding) -> String {
    let instead = escape::text(&advice::instead(finding));
    format!("Take it out. Instead: {instead}. If it was ever pushed or shared, revoke it.")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
    }
}

fn messages(outcome: &Outcome, context: &Context) -> Vec<Value> {
    let message = |level: &str, value: String| json!({ "level": level, "value": value });
    let all = words::gaps(outcome).chain(words::remarks(outcome, context));
    let all = all.map(|remark| message(if remark.warns { "warn" } else { "info" }, remark.text));
    let suppressed = outcome.findings.iter().filter(|finding| finding.suppression.is_some()).count();
    let suppressed = (suppressed > 0)
        .then(|| message("info", format!("{} suppressed", words::count(suppressed, "finding", "findings"))));
    all.chain(suppressed).collect()
}
