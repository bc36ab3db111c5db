//! `html`: one page that works from disk, without a network: an overview, the findings to filter and sort, what was suppressed
//! and why, what was not looked at.
//!
//! The page's script draws what the data inside the page says, and sets it as text, never as markup. The policy at its head
//! lets nothing else run or load. Never: another file, an address that is loaded.

use std::{collections::HashMap, io};

use data_encoding::BASE64;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Context, escape, words};
use crate::{
    finding::{Commit, Finding, Outcome, Suppression},
    rules::{Rule, Severity},
};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Writes the page.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let data = escape::json(&serde_json::to_string(&Data::new(outcome, context))?);
    let mut rest = PAGE;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}').expect("each brace of the page is closed");
        out.write_all(before.as_bytes())?;
        out.write_all(part(name, outcome, &data).as_bytes())?;
        rest = behind;
    }
    out.write_all(rest.as_bytes())
}

/// What stands in the place of `{name}`.
fn part(name: &str, outcome: &Outcome, data: &str) -> String {
    match name {
        "headline" => escape::xml(&words::headline(outcome)),
        "receipt" => escape::xml(&words::receipt(outcome)),
        "version" => env!("CARGO_PKG_VERSION").to_owned(),
        "style" => STYLE.to_owned(),
        "script" => SCRIPT.to_owned(),
        "style-hash" => policy_hash(STYLE),
        "script-hash" => policy_hash(SCRIPT),
        // Within a script element, only the beginning of a tag or comment is more than text.
        "data" => data.replace('<', "\\u003c"),
        _ => unreachable!("page.html has no other names"),
    }
}

/// How a content security policy names the text that may run.
fn policy_hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

/// What the script draws; escaped for showing.
#[derive(Serialize)]
struct Data<'a> {
    rules: Vec<RuleView<'a>>,
    commits: Vec<CommitView>,
    findings: Vec<FindingView>,
    skipped: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct RuleView<'a> {
    id: &'a str,
    title: String,
    /// Empty unless it is an address to go to.
    rotate: &'a str,
}

#[derive(Serialize)]
struct CommitView {
    id: String,
    author: String,
    date: String,
    subject: String,
}

#[derive(Serialize)]
struct FindingView {
    /// Numbers in the lists.
    rule: usize,
    commit: Option<usize>,
    severity: Severity,
    blocks: bool,
    path: String,
    line: usize,
    column: usize,
    /// Before the masked value, the value, behind it.
    text: [String; 3],
    proof: Option<String>,
    note: Option<String>,
    via: Option<String>,
    by: Option<&'static str>,
    why: Option<String>,
}

impl<'a> Data<'a> {
    fn new(outcome: &'a Outcome, context: &Context) -> Self {
        let (mut rules, mut commits) = (Numbered::default(), Numbered::default());
        let findings = outcome
            .findings
            .iter()
            .map(|finding| {
                let rule = rules.number(&finding.rule.id, || RuleView::new(&finding.rule));
                let commit = finding.origin.commit();
                let commit = commit.map(|commit| commits.number(&commit.id, || CommitView::new(commit)));
                FindingView::new(finding, rule, commit)
            })
            .collect();
        Self {
            rules: rules.list,
            commits: commits.list,
            findings,
            skipped: outcome.skipped.iter().map(words::unread).collect(),
            notes: words::remarks(outcome, context).into_iter().map(|remark| remark.text).collect(),
        }
    }
}

/// Things that many findings share, each once.
struct Numbered<'a, T> {
    list: Vec<T>,
    numbers: HashMap<&'a str, usize>,
}

impl<T> Default for Numbered<'_, T> {
    fn default() -> Self {
        Self { list: Vec::new(), numbers: HashMap::new() }
    }
}

impl<'a, T> Numbered<'a, T> {
    fn number(&mut self, id: &'a str, make: impl FnOnce() -> T) -> usize {
        *self.numbers.entry(id).or_insert_with(|| {
            self.list.push(make());
            self.list.len() - 1
        })
    }
}

impl<'a> RuleView<'a> {
    fn new(rule: &'a Rule) -> Self {
        // A rule of a configuration may have anything there, such as an address that runs a script.
        let rotate = if rule.rotate.starts_with("https://") { &rule.rotate } else { "" };
        Self { id: &rule.id, title: escape::text(&rule.title), rotate }
    }
}

impl CommitView {
    fn new(commit: &Commit) -> Self {
        let Commit { id, author, date, subject } = commit;
        let [id, author, date, subject] = [id, author, date, subject].map(|text| escape::text(text));
        Self { id, author, date, subject }
    }
}

impl FindingView {
    fn new(finding: &Finding, rule: usize, commit: Option<usize>) -> Self {
        Self {
            rule,
            commit,
            severity: finding.severity,
            blocks: finding.blocks,
            path: escape::name(&finding.shown_path),
            line: finding.place.line,
            column: finding.place.column,
            text: finding.excerpt.parts().map(|part| escape::source(&part)),
            proof: finding.proof.as_deref().map(escape::text),
            note: finding.note.as_deref().map(escape::text),
            via: (!finding.via.is_empty()).then(|| format!("in {}", finding.via.join(", in "))),
            by: finding.suppression.as_ref().map(Suppression::name),
            why: words::passes(finding),
        }
    }
}
