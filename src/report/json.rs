//! `json`, one document, and `jsonl`, one finding a line: the schema that `docs/json.md` describes.
//!
//! Views, not the findings themselves, are what is serialized, so that a new field of a finding gets out only on purpose.
//!
//! Never: colour, words of advice.

use std::io;

use data_encoding::BASE64;
use serde::Serialize;

use super::{Context, escape};
use crate::{
    finding::{Commit, Excerpt, Finding, Outcome, Receipt, SkipReason, Skipped},
    rules::{Severity, Text},
};

/// Raised when a field changes its meaning or goes; not when one is added.
pub(super) const SCHEMA: u8 = 1;

const TOOL: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// Writes one document, indented.
pub fn write_document(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        findings: outcome.findings.iter().map(FindingView::new).collect(),
        summary: Summary::new(outcome, context),
    };
    let document = Versioned { schema: SCHEMA, content: document };
    writeln!(out, "{}", escape::json(&serde_json::to_string_pretty(&document)?))
}

/// Writes one finding a line, then a line with the rest, which has no `rule`.
pub fn write_lines(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &outcome.findings {
        write_line("finding", FindingView::new(finding), out)?;
    }
    write_line("receipt", Summary::new(outcome, context), out)
}

fn write_line<T: Serialize>(kind: &'static str, content: T, out: &mut dyn io::Write) -> io::Result<()> {
    let line = Versioned { schema: SCHEMA, content: Line { kind, content } };
    writeln!(out, "{}", escape::json(&serde_json::to_string(&line)?))
}

#[derive(Serialize)]
struct Versioned<T> {
    schema: u8,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Line<T> {
    kind: &'static str,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    findings: Vec<FindingView<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// All of an outcome but its findings.
#[derive(Serialize)]
struct Summary<'a> {
    tool: Tool,
    receipt: Receipt,
    skipped: Vec<SkippedView<'a>>,
    widened: Vec<String>,
    notes: &'a [String],
    bypass: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<&'a str>,
}

impl<'a> Summary<'a> {
    fn new(outcome: &'a Outcome, context: &'a Context) -> Self {
        Self {
            tool: TOOL,
            receipt: outcome.receipt,
            skipped: outcome.skipped.iter().map(SkippedView::new).collect(),
            widened: outcome.widened.iter().map(|words| outcome.without_values(words)).collect(),
            notes: &outcome.notes,
            bypass: context.bypass.as_deref(),
            share: outcome.share.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: &'a str,
    title: &'a str,
    provider: Option<&'a str>,
    severity: Severity,
    blocks: bool,
    #[serde(flatten)]
    path: PathView,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    origin: &'static str,
    commit: Option<&'a Commit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a str>,
    secret: Option<&'a str>,
    fingerprint: &'a str,
    via: &'a [Text],
    proof: Option<&'a str>,
    status: &'static str,
    suppression: Option<SuppressionView>,
    rotate: Option<&'a str>,
    note: Option<&'a str>,
    excerpt: Option<ExcerptView<'a>>,
}

impl<'a> FindingView<'a> {
    fn new(finding: &'a Finding) -> Self {
        let Finding { rule, place, .. } = finding;
        Self {
            rule: &rule.id,
            title: &rule.title,
            provider: unless_empty(&rule.provider),
            severity: finding.severity,
            blocks: finding.blocks,
            path: PathView::new(&finding.shown_path),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            origin: finding.origin.name(),
            commit: finding.origin.commit(),
            revision: finding.origin.revision(),
            secret: finding.masked.as_deref(),
            fingerprint: finding.fingerprint.as_str(),
            via: &finding.via,
            proof: finding.proof.as_deref(),
            status: if finding.suppression.is_some() { "suppressed" } else { "new" },
            suppression: SuppressionView::new(finding),
            rotate: unless_empty(&rule.rotate),
            note: finding.note.as_deref(),
            excerpt: ExcerptView::new(&finding.excerpt),
        }
    }
}

fn unless_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A path as text and, where that says it wrongly, its bytes in base64.
#[derive(Serialize)]
struct PathView {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
}

impl PathView {
    fn new(path: &[u8]) -> Self {
        Self {
            path: String::from_utf8_lossy(path).into_owned(),
            path_bytes: str::from_utf8(path).is_err().then(|| BASE64.encode(path)),
        }
    }
}

#[derive(Serialize)]
struct SuppressionView {
    by: &'static str,
    reason: Option<String>,
}

impl SuppressionView {
    fn new(finding: &Finding) -> Option<Self> {
        let suppression = finding.suppression.as_ref()?;
        Some(Self { by: suppression.name(), reason: finding.reason() })
    }
}

#[derive(Serialize)]
struct ExcerptView<'a> {
    text: &'a str,
    start: usize,
    length: usize,
}

impl<'a> ExcerptView<'a> {
    fn new(excerpt: &'a Excerpt) -> Option<Self> {
        let Excerpt { text, start, len } = excerpt;
        (!text.is_empty()).then_some(Self { text, start: *start, length: *len })
    }
}

#[derive(Serialize)]
struct SkippedView<'a> {
    #[serde(flatten)]
    path: PathView,
    #[serde(flatten)]
    why: WhyView<'a>,
}

#[derive(Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
enum WhyView<'a> {
    Configured { glob: &'a str },
    TooLarge { size: u64, limit: u64 },
    Missing,
    Unreadable { fault: &'a str },
}

impl<'a> SkippedView<'a> {
    fn new(skipped: &'a Skipped) -> Self {
        let why = match &skipped.why {
            SkipReason::Configured { glob } => WhyView::Configured { glob },
            SkipReason::TooLarge { size, limit } => WhyView::TooLarge { size: *size, limit: *limit },
            SkipReason::Missing => WhyView::Missing,
            SkipReason::Unreadable { fault } => WhyView::Unreadable { fault },
        };
        Self { path: PathView::new(&skipped.path), why }
    }
}
