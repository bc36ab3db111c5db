//! `github`: workflow commands, which GitHub shows as annotations on the lines of a pull request.
//!
//! It shows ten of each level of a step, so that the worst stand first; what passes is not annotated, but counted at the end.
//!
//! Never: an unescaped line break, which would end one command and may begin another.

use std::{cmp::Reverse, io};

use super::{Context, advice, escape, words};
use crate::{
    finding::{Finding, Outcome},
    rules,
};

/// Writes one line each, and one for the whole, which GitHub leaves in the log.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let mut findings: Vec<_> = outcome.findings.iter().filter(|finding| finding.suppression.is_none()).collect();
    findings.sort_by_key(|finding| (Reverse(finding.blocks), Reverse(finding.severity)));
    for finding in findings {
        writeln!(out, "{}", annotation(finding))?;
    }
    for remark in words::gaps(outcome).chain(words::remarks(outcome, context)) {
        let level = if remark.warns { "warning" } else { "notice" };
        writeln!(out, "::{level} title=tightlip::{}", data(&remark.text))?;
    }
    let suppressed = outcome.findings.iter().filter(|finding| finding.suppression.is_some()).count();
    writeln!(out, "tightlip: {}; {suppressed} suppressed", words::headline(outcome))
}

fn annotation(finding: &Finding) -> String {
    let level = if finding.blocks { "error" } else { "notice" };
    let mut properties = vec![format!("file={}", property(&escape::name(&finding.shown_path)))];
    let place = &finding.place;
    if place.line > 0 {
        properties.push(format!("line={},endLine={}", place.line, place.end_line));
        // Columns are for places within one line.
        if place.line == place.end_line {
            properties.push(format!("col={},endColumn={}", place.column, place.end_column));
        }
    }
    properties.push(format!("title={}", property(&format!("{} ({})", finding.rule.title, finding.severity))));
    format!("::{level} {}::{}", properties.join(","), data(&message(finding)))
}

/// What was found, what to put in its place, where to revoke it, and what to say if it is no secret.
fn message(finding: &Finding) -> String {
    let mut lines = vec![format!("{} [{}]", words::summary(finding), finding.rule.id)];
    if let Some(commit) = finding.origin.commit() {
        lines.push(escape::text(&format!("in commit {} by {}, {}", commit.id, commit.author, commit.date)));
    }
    if finding.rule.id != rules::UNKNOWN_ALLOWANCE {
        lines.push(format!("instead: {}", escape::text(&advice::instead(finding))));
    }
    if !finding.rule.rotate.is_empty() {
        lines.push(format!("rotate: {}", escape::text(&finding.rule.rotate)));
    }
    lines.join("\n")
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of one of its properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("100%\r\n::error::x"), "100%25%0D%0A::error::x");
        assert_eq!(property("a,b::c"), "a%2Cb%3A%3Ac");
    }
}
