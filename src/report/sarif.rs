//! `sarif`: SARIF 2.1.0, as code scanning services read it. Every finding is a result; those that pass are suppressed there too.
//!
//! Never: a place in a finding's identity; a snippet that is not masked.

use std::{collections::BTreeMap, io};

use serde_json::{Value, json};

use super::{
    Context, advice,
    alert::{self, Alert},
    escape,
    ways::ALLOW,
    words::{self, Remark},
};
use crate::{
    finding::{Finding, Outcome, Suppression},
    rules::{Matcher, Rule, Severity},
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one log of one run.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let rules: BTreeMap<&str, &Rule> =
        outcome.findings.iter().map(|finding| (finding.rule.id.as_ref(), &finding.rule)).collect();
    let numbers: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(number, id)| (*id, number)).collect();
    let results: Vec<Value> = outcome
        .findings
        .iter()
        .zip(alert::of(outcome))
        .map(|(finding, alert)| result(finding, &alert, numbers[finding.rule.id.as_ref()]))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": outcome.is_complete(),
                "toolExecutionNotifications": notifications(outcome, context),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(out, "{}", escape::json(&serde_json::to_string_pretty(&log)?))
}

/// What a service shows of a rule beside each of its results.
fn descriptor(rule: &Rule) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": format!("{}: it must not be in a repository.", rule.title) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "help": help(rule),
        "properties": {
            "tags": ["security", "secret"],
            "security-severity": score(rule.severity),
        },
    });
    if is_uri(&rule.rotate) {
        descriptor["helpUri"] = json!(rule.rotate);
    }
    descriptor
}

/// A rule of a configuration may have anything there.
fn is_uri(text: &str) -> bool {
    text.starts_with("https://") && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}

/// What to do, once in plain text and once in Markdown.
fn help(rule: &Rule) -> Value {
    let mut steps = vec![
        "Take the value out, and put a reference in its place: an environment variable or a secret store.".to_owned(),
        "If it was ever pushed or shared, revoke it.".to_owned(),
    ];
    if is_uri(&rule.rotate) {
        steps[1] = format!("If it was ever pushed or shared, revoke it: {}", rule.rotate);
    }
    if !matches!(rule.matcher, Matcher::Policy) {
        let comment = format!("`{ALLOW} {} -- why`", rule.id);
        steps.push(format!("If it is no secret, say so in a comment on its line or the line above: {comment}"));
    }
    let list = |title: String| {
        let steps = steps.iter().enumerate().map(|(index, step)| format!("\n{}. {step}", index + 1));
        format!("{title}\n{}\n", steps.collect::<String>())
    };
    let markdown = list(format!("**{}**", escape::markdown(&rule.title)));
    json!({ "text": list(escape::text(&rule.title)), "markdown": markdown })
}

fn result(finding: &Finding, alert: &Alert<'_>, rule_index: usize) -> Value {
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [{ "physicalLocation": location(finding) }],
        "partialFingerprints": {
            // The name that GitHub looks for; where a report has none, it takes the text of the line.
            "primaryLocationLineHash": alert.hash(),
            "tightlip/v1": alert.uuid(),
        },
        "properties": {
            "severity": finding.severity,
            "blocks": finding.blocks,
            "fingerprint": finding.fingerprint.as_str(),
            "proof": finding.proof,
            "via": finding.via,
            "instead": advice::instead(finding),
            "origin": finding.origin.name(),
            "commit": finding.origin.commit(),
        },
    });
    if let Some(suppression) = &finding.suppression {
        let kind = if matches!(suppression, Suppression::Pragma { .. }) { "inSource" } else { "external" };
        let suppression = json!({ "kind": kind, "status": "accepted", "justification": words::passes(finding) });
        result["suppressions"] = json!([suppression]);
    }
    result
}

/// Braces are doubled: the standard takes them for the place of an argument.
fn message(finding: &Finding) -> String {
    let what_next = if finding.rule.rotate.is_empty() { "." } else { ": " };
    let message = format!(
        "{}. Take it out; if it was ever pushed or shared, revoke it{what_next}{}",
        words::summary(finding),
        escape::text(&finding.rule.rotate)
    );
    message.replace('{', "{{").replace('}', "}}")
}

fn location(finding: &Finding) -> Value {
    let place = &finding.place;
    let mut location = json!({ "artifactLocation": { "uri": uri(&finding.shown_path) } });
    // A path that is itself the finding has no line.
    if place.line > 0 {
        location["region"] = json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        });
        if let Some(masked) = &finding.masked {
            location["region"]["snippet"] = json!({ "text": masked });
        }
        location["contextRegion"] = json!({
            "startLine": place.line,
            "endLine": place.end_line,
            "snippet": { "text": finding.excerpt.text },
        });
    }
    location
}

/// A path as a reference that is relative to the top of the repository, or to where the scan began. All but the plainest
/// bytes are escaped, so that any path is one.
fn uri(path: &[u8]) -> String {
    let mut uri = if path.starts_with(b"/") { "file://".to_owned() } else { String::new() };
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    uri
}

/// What the run has to say beside its results: what was not read, and what passes by the change's own policy.
fn notifications(outcome: &Outcome, context: &Context) -> Vec<Value> {
    let all = words::gaps(outcome).chain(words::remarks(outcome, context));
    let notification = |remark: Remark| {
        let level = if remark.warns { "warning" } else { "note" };
        json!({ "level": level, "message": { "text": remark.text } })
    };
    all.map(notification).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}

/// On the scale of CVSS, by which GitHub sorts: over 9 is critical, from 7 high, from 4 medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "2.0",
        Severity::Medium => "5.0",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_is_a_reference() {
        for (path, expected) in [
            (b"src/a b.py".as_slice(), "src/a%20b.py"),
            (b"a:b%", "a%3Ab%25"),
            (b"caf\xe9", "caf%E9"),
            (b"/tmp/x", "file:///tmp/x"),
            (b"../x", "../x"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
