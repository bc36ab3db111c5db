//! Words that several formats say of an outcome.
//!
//! Never: colour, layout, a value.

use super::{Context, escape};
use crate::{
    finding::{Finding, Outcome, SkipReason, Skipped, Suppression},
    rules,
};

/// Digits of an object's id that people are shown.
pub const SHORT_ID: usize = 12;

/// `2 secrets and 1 denied path`.
pub fn inventory(findings: &[&Finding]) -> String {
    let of = |id| findings.iter().filter(|finding| finding.rule.id == id).count();
    let (denied, unknown) = (of(rules::DENIED_PATH), of(rules::UNKNOWN_ALLOWANCE));
    let parts = [
        (findings.len() - denied - unknown, "secret", "secrets"),
        (denied, "denied path", "denied paths"),
        (unknown, "unknown rule in a comment", "unknown rules in comments"),
    ];
    let parts: Vec<_> = parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many)).collect();
    parts.join(" and ")
}

/// One line for the whole outcome: what blocks, or that nothing does.
pub fn headline(outcome: &Outcome) -> String {
    let blocking: Vec<_> = outcome.blocking().collect();
    if !blocking.is_empty() {
        format!("{} found", inventory(&blocking))
    } else if outcome.findings.is_empty() {
        let unread = if outcome.skipped.is_empty() { "" } else { " in what was read" };
        format!("no secrets found{unread}")
    } else {
        "nothing that blocks".to_owned()
    }
}

/// What was found, in one line: its title, the masked value, what was proved and more that is known; escaped.
pub fn summary(finding: &Finding) -> String {
    let mut summary = escape::text(&finding.rule.title);
    for (sign, text) in [(": ", &finding.masked), ("; ", &finding.proof), ("; ", &finding.note)] {
        summary.extend(text.iter().flat_map(|text| [sign.to_owned(), escape::text(text)]));
    }
    summary
}

/// Why a finding passes, in words, with the reason that somebody gave; escaped.
pub fn passes(finding: &Finding) -> Option<String> {
    let why = match finding.suppression.as_ref()? {
        Suppression::Inherited => "it stood there before",
        Suppression::Baseline { .. } => "the baseline has it",
        Suppression::Pragma { .. } => "an inline comment allows it",
        Suppression::AllowedPath { .. } => "[paths] allow has it",
        Suppression::Bypass { .. } => "a recorded bypass let it pass",
        Suppression::AllowedValue { .. } => "[[allow]] has it",
    };
    Some(match finding.reason() {
        Some(reason) => format!("{why}: {}", escape::text(&reason)),
        None => why.into(),
    })
}

/// The path of a finding, or, where git keeps a note there, what the note is about; escaped.
pub fn name(finding: &Finding) -> String {
    let id: Vec<u8> = finding.shown_path.iter().copied().filter(|byte| *byte != b'/').collect();
    let is_id = [40, 64].contains(&id.len()) && id.iter().all(u8::is_ascii_hexdigit);
    // What `git notes` writes itself, so that a file with such a name is a file.
    let is_note = finding.origin.commit().is_some_and(|commit| commit.subject.starts_with("Notes "));
    match std::str::from_utf8(&id[..id.len().min(SHORT_ID)]) {
        Ok(id) if is_id && is_note => format!("the note on {id}"),
        _ => escape::name(&finding.shown_path),
    }
}

/// Why an entry was not read, behind its path; escaped.
pub fn unread(skipped: &Skipped) -> String {
    let path = escape::name(&skipped.path);
    match &skipped.why {
        SkipReason::TooLarge { size, limit } => format!("{path} {}", excess(*size, *limit)),
        SkipReason::Missing => format!("{path} is not in this partial clone"),
        SkipReason::Unreadable { fault } => format!("{path}: {}", escape::text(fault)),
        SkipReason::Configured { glob } => format!("{path}, by [paths] skip {}", escape::text(glob)),
    }
}

/// Something about a scan as a whole, for reports that tell how much it matters; escaped.
pub struct Remark {
    /// What it is.
    pub text: String,
    /// It is more than a note: something is missing, or was let pass on purpose.
    pub warns: bool,
}

/// What was not read.
pub fn gaps(outcome: &Outcome) -> impl Iterator<Item = Remark> {
    outcome
        .skipped
        .iter()
        .map(|skipped| Remark { text: format!("not read: {}", unread(skipped)), warns: skipped.why.is_gap() })
}

/// What passes by this very change, what else is to be known, and a bypass.
pub fn remarks(outcome: &Outcome, context: &Context) -> Vec<Remark> {
    let note = |text| Remark { text, warns: false };
    let widened = outcome.widened.iter().map(|widened| note(lets_pass(outcome, widened)));
    let notes = outcome.notes.iter().map(|text| note(escape::text(text)));
    let bypass = context.bypass.iter();
    let bypass = bypass.map(|reason| Remark { text: format!("bypassed: {}", escape::text(reason)), warns: true });
    widened.chain(notes).chain(bypass).collect()
}

/// What the change itself lets pass, in `widened` words.
pub fn lets_pass(outcome: &Outcome, widened: &str) -> String {
    format!("let pass by this very change: {}", escape::text(&outcome.without_values(widened)))
}

/// What was looked at, and how much of it was read.
pub fn receipt(outcome: &Outcome) -> String {
    let receipt = outcome.receipt;
    let (entries, read) = (count(receipt.entries, "entry", "entries"), size(receipt.bytes));
    format!("looked at {entries}: {} read ({read}), {} not read", receipt.blobs, outcome.skipped.len())
}

/// `1 entry`, `2 entries`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Bytes, in the largest unit of which there is one, cut to tenths.
pub fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let Some((unit, shift)) = units.into_iter().find(|(_, shift)| bytes >> shift > 0) else {
        return format!("{bytes} bytes");
    };
    match (u128::from(bytes) * 10) >> shift {
        tenths if tenths % 10 == 0 => format!("{} {unit}", tenths / 10),
        tenths => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}

/// How a size and the limit that it exceeds are told apart, even where they differ by a byte.
fn excess(bytes: u64, limit: u64) -> String {
    let (has, may_have) = (size(bytes), size(limit));
    if has == may_have {
        return format!("has {bytes} bytes, over the limit of {limit}");
    }
    format!("has {has}, over the limit of {may_have}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_differ_where_bytes_do() {
        assert_eq!(excess(80 << 20, 64 << 20), "has 80 MiB, over the limit of 64 MiB");
        assert_eq!(excess(1025, 1024), "has 1025 bytes, over the limit of 1024");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(3 << 30), "3 GiB");
    }
}
