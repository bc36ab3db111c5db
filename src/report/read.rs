//! A `json` report, read back: an outcome whose values are known masked only.
//!
//! Never: what is in force now; a report says what was judged then.

use data_encoding::BASE64;
use gix::bstr::BString;
use serde::Deserialize;

use super::json::SCHEMA;
use crate::{
    finding::{Commit, Excerpt, Finding, Origin, Outcome, Place, Receipt, SkipReason, Skipped, Suppression},
    fingerprint::Fingerprint,
    rules::{Matcher, Reach, Rule, Severity},
};

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no report, or a damaged one.
    #[error("it is no report of `tightlip scan --format json`")]
    Syntax(#[from] serde_json::Error),
    /// A newer program wrote it.
    #[error("it has schema {schema}, and only {SCHEMA} is known; a newer tightlip may read it")]
    Schema {
        /// What it says.
        schema: u8,
    },
    /// A word that no report has.
    #[error("its {key} is {word:?}, which no report says")]
    Word {
        /// Where it stands.
        key: &'static str,
        /// The word.
        word: String,
    },
}

/// Reads a report.
pub fn read(text: &[u8]) -> Result<Outcome, Error> {
    let Version { schema } = serde_json::from_slice(text)?;
    if schema != SCHEMA {
        return Err(Error::Schema { schema });
    }
    let document: Document = serde_json::from_slice(text)?;
    Ok(Outcome {
        findings: document.findings.into_iter().map(FindingView::read).collect::<Result<_, _>>()?,
        skipped: document.skipped.into_iter().map(SkippedView::read).collect::<Result<_, _>>()?,
        receipt: document.receipt,
        widened: document.widened,
        unguarded: Vec::new(),
        notes: document.notes,
        share: document.share,
    })
}

#[derive(Deserialize)]
struct Version {
    schema: u8,
}

#[derive(Deserialize)]
struct Document {
    receipt: Receipt,
    skipped: Vec<SkippedView>,
    widened: Vec<String>,
    notes: Vec<String>,
    share: Option<String>,
    findings: Vec<FindingView>,
}

#[derive(Deserialize)]
struct FindingView {
    rule: String,
    title: String,
    provider: Option<String>,
    severity: Severity,
    blocks: bool,
    path: String,
    path_bytes: Option<String>,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    origin: String,
    commit: Option<Commit>,
    revision: Option<String>,
    secret: Option<String>,
    fingerprint: String,
    via: Vec<String>,
    proof: Option<String>,
    suppression: Option<SuppressionView>,
    rotate: Option<String>,
    note: Option<String>,
    excerpt: Option<ExcerptView>,
}

#[derive(Deserialize)]
struct SuppressionView {
    by: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct ExcerptView {
    text: String,
    start: usize,
    length: usize,
}

#[derive(Deserialize)]
struct SkippedView {
    path: String,
    path_bytes: Option<String>,
    why: String,
    glob: Option<String>,
    size: Option<u64>,
    limit: Option<u64>,
    fault: Option<String>,
}

impl FindingView {
    fn read(self) -> Result<Finding, Error> {
        let origin = match (self.origin.as_str(), self.commit, self.revision) {
            ("index", ..) => Origin::Index,
            ("worktree", ..) => Origin::Worktree,
            ("stdin", ..) => Origin::Stdin,
            ("message", ..) => Origin::Message,
            ("commit", Some(commit), _) => Origin::Commit(commit.into()),
            ("revision", _, Some(id)) => Origin::Revision(id.into()),
            _ => return Err(Error::Word { key: "origin", word: self.origin }),
        };
        let path = path(self.path, self.path_bytes);
        let place = Place {
            path: path.clone(),
            line: self.line,
            column: self.column,
            end_line: self.end_line,
            end_column: self.end_column,
        };
        let excerpt = self.excerpt.unwrap_or(ExcerptView { text: String::new(), start: 0, length: 0 });
        Ok(Finding {
            rule: rule(self.rule, self.title, self.provider, self.rotate, self.severity, self.secret.is_some()),
            severity: self.severity,
            place,
            shown_path: path,
            origin,
            secret: None,
            masked: self.secret,
            bits: 0,
            fingerprint: Fingerprint::written(self.fingerprint),
            excerpt: Excerpt { text: excerpt.text, start: excerpt.start, len: excerpt.length },
            via: self.via.into_iter().map(Into::into).collect(),
            proof: self.proof,
            note: self.note,
            suppression: self.suppression.map(SuppressionView::read).transpose()?,
            blocks: self.blocks,
        })
    }
}

/// What a report says of a rule, which may be one that this program has not.
fn rule(
    id: String,
    title: String,
    provider: Option<String>,
    rotate: Option<String>,
    severity: Severity,
    has_value: bool,
) -> Rule {
    let matcher = Matcher::Pattern { regex: "".into(), reach: Reach::Line };
    Rule {
        id: id.into(),
        title: title.into(),
        provider: provider.unwrap_or_default().into(),
        severity,
        keywords: Vec::new().into(),
        matcher: if has_value { matcher } else { Matcher::Policy },
        entropy: 0.0,
        checks: Vec::new().into(),
        paths: Vec::new().into(),
        rotate: rotate.unwrap_or_default().into(),
        bits: 0,
    }
}

impl SuppressionView {
    fn read(self) -> Result<Suppression, Error> {
        let reason = self.reason;
        Ok(match self.by.as_str() {
            "inherited" => Suppression::Inherited,
            "baseline" => Suppression::Baseline { reason },
            "inline" => Suppression::Pragma { reason },
            "bypass" => Suppression::Bypass { reason: reason.unwrap_or_default() },
            "allowed-path" => Suppression::AllowedPath { glob: reason.unwrap_or_default() },
            "allowed-value" => Suppression::AllowedValue { reason: reason.unwrap_or_default() },
            _ => return Err(Error::Word { key: "suppression", word: self.by }),
        })
    }
}

impl SkippedView {
    fn read(self) -> Result<Skipped, Error> {
        let why = match (self.why.as_str(), self.glob, self.size.zip(self.limit), self.fault) {
            ("configured", Some(glob), ..) => SkipReason::Configured { glob },
            ("too-large", _, Some((size, limit)), _) => SkipReason::TooLarge { size, limit },
            ("missing", ..) => SkipReason::Missing,
            ("unreadable", .., Some(fault)) => SkipReason::Unreadable { fault },
            _ => return Err(Error::Word { key: "why", word: self.why }),
        };
        Ok(Skipped { path: path(self.path, self.path_bytes), why })
    }
}

fn path(path: String, bytes: Option<String>) -> BString {
    bytes.and_then(|bytes| BASE64.decode(bytes.as_bytes()).ok()).unwrap_or_else(|| path.into_bytes()).into()
}
