//! `junit`: a report of tests, for services that show nothing else. Each finding is a case: one that blocks fails, one that is
//! suppressed is skipped, one below the line passes.
//!
//! Never: a character that XML cannot hold.

use std::io;

use super::{Context, advice, escape, words};
use crate::finding::{Finding, Outcome, SkipReason, Skipped};

/// Writes one suite; a clean outcome has one case that passes.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let failures = outcome.blocking().count();
    let suppressed = outcome.findings.iter().filter(|finding| finding.suppression.is_some()).count();
    let is_unreadable = |skipped: &&Skipped| matches!(skipped.why, SkipReason::Unreadable { .. });
    let errors = outcome.skipped.iter().filter(is_unreadable).count();
    let skipped = suppressed + outcome.skipped.len() - errors;
    let tests = (outcome.findings.len() + outcome.skipped.len()).max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"tightlip\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"tightlip\" {counts}>")?;
    for finding in &outcome.findings {
        write_finding(finding, out)?;
    }
    for skipped in &outcome.skipped {
        let why = escape::xml(&words::unread(skipped));
        let class = escape::xml(&escape::name(&skipped.path));
        let became = if is_unreadable(&skipped) { "error" } else { "skipped" };
        writeln!(
            out,
            "    <testcase classname=\"{class}\" name=\"read\"><{became} message=\"not read: {why}\"/></testcase>"
        )?;
    }
    if outcome.findings.is_empty() && outcome.skipped.is_empty() {
        writeln!(out, "    <testcase classname=\"tightlip\" name=\"no secrets found\"/>")?;
    }
    let remarks: Vec<_> = words::remarks(outcome, context).into_iter().map(|remark| remark.text).collect();
    if !remarks.is_empty() {
        writeln!(out, "    <system-out>{}</system-out>", escape::xml(&remarks.join("\n")))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn write_finding(finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let path = escape::name(&finding.shown_path);
    let (line, column) = (finding.place.line, finding.place.column);
    let place = if line > 0 { format!("{path}:{line}:{column}") } else { path.clone() };
    let name = escape::xml(&format!("{} at {place}", escape::text(&finding.rule.id)));
    let head = format!("    <testcase classname=\"{}\" name=\"{name}\"", escape::xml(&path));
    if let Some(why) = words::passes(finding) {
        writeln!(out, "{head}><skipped message=\"{}\"/></testcase>", escape::xml(&why))
    } else if finding.blocks {
        writeln!(out, "{head}>")?;
        let message = escape::xml(&words::summary(finding));
        writeln!(
            out,
            "      <failure type=\"{}\" message=\"{message}\">{}</failure>",
            finding.severity,
            escape::xml(&details(finding))
        )?;
        writeln!(out, "    </testcase>")
    } else {
        writeln!(out, "{head}/>")
    }
}

fn details(finding: &Finding) -> String {
    let mut lines = Vec::new();
    if !finding.excerpt.text.is_empty() {
        lines.push(format!("{} | {}", finding.place.line, escape::source(&finding.excerpt.text)));
    }
    if let Some(commit) = finding.origin.commit() {
        lines.push(escape::text(&format!("in commit {} by {}, {}", commit.id, commit.author, commit.date)));
    }
    lines.push(format!("instead: {}", escape::text(&advice::instead(finding))));
    if !finding.rule.rotate.is_empty() {
        lines.push(format!("rotate: if ever pushed or shared: {}", escape::text(&finding.rule.rotate)));
    }
    lines.join("\n")
}
