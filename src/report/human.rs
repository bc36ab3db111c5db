//! The report for reading: a block in plain words, or one quiet line, or nothing.
//!
//! The decoration is ASCII, and fits into the terminal, or into 80 columns where there is none; text of the repository's own stays
//! as it is. Nothing is told by colour alone, and the styles are those that a light and a dark background both show: red and bold. Faint text is not
//! among them.
//!
//! Never: where it is printed.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use owo_colors::{OwoColorize, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{
    Context, Scene, advice, escape,
    fold::fold,
    is_denied,
    ways::{self, scan_command},
    words::{self, SHORT_ID, count, inventory},
};
use crate::{
    finding::{Excerpt, Finding, Outcome, SkipReason, Suppression},
    rules,
};

/// Findings shown whole; the rest are counted.
const SHOWN: usize = 10;
/// Columns that the narrowest usual terminal has. It would break a longer line anywhere, and set carets under nothing.
const COLUMNS: usize = 80;
/// No terminal is taken to be narrower: a value and its line need some room.
const LEAST_COLUMNS: usize = 40;
/// What stands for the part of a line that is cut off.
const CUT: &str = "...";
/// Columns of what a line beside a finding begins with: `instead: `.
const LABEL: usize = 9;
/// Digits that the gutter of a source line has room for before it grows.
const GUTTER: usize = 4;

const RECORDED: &str = "recorded in tightlip/bypasses.jsonl in git's common directory (usually .git)";

/// Lines that stand together; a blank line divides sections.
type Section = Vec<String>;

/// Writes the report; nothing at all where a commit passes without a remark.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let page = Page { outcome, context, palette: Palette::new(context.color) };
    let sections = page.sections().into_iter().filter(|section| !section.is_empty());
    for (index, section) in sections.enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        for line in section {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Palette {
    alarm: Style,
    strong: Style,
}

impl Palette {
    fn new(color: bool) -> Self {
        let plain = Style::new();
        if color { Self { alarm: plain.red().bold(), strong: plain.bold() } } else { Self::default() }
    }
}

struct Page<'a> {
    outcome: &'a Outcome,
    context: &'a Context,
    palette: Palette,
}

impl Page<'_> {
    fn sections(&self) -> Vec<Section> {
        let blocking: Vec<_> = self.outcome.blocking().collect();
        let mut sections = vec![self.headline(&blocking)];
        if self.context.bypass.is_some() && !blocking.is_empty() {
            sections.push(blocking.iter().take(self.limit()).map(|finding| self.title(finding)).collect());
        } else {
            sections.extend(self.files(blocking.iter().copied().take(self.limit())));
        }
        sections.push(self.rest(blocking.get(self.limit()..).unwrap_or_default()));
        if self.context.verbose {
            sections.extend(self.files(self.outcome.findings.iter().filter(|finding| !finding.blocks)));
        }
        sections.push(self.remarks(blocking.is_empty()));
        sections.push(self.ways(&blocking));
        sections.push(self.receipt());
        sections
    }

    fn columns(&self) -> usize {
        self.context.columns.map_or(COLUMNS, |columns| columns.max(LEAST_COLUMNS))
    }

    fn limit(&self) -> usize {
        if self.context.verbose { usize::MAX } else { SHOWN }
    }

    fn headline(&self, blocking: &[&Finding]) -> Section {
        let line = match &self.context.bypass {
            _ if blocking.is_empty() && self.context.in_hook => return Section::new(),
            _ if blocking.is_empty() => format!("tightlip: {}", words::headline(self.outcome)),
            Some(reason) => {
                let pass = if blocking.len() == 1 { "passes" } else { "pass" };
                format!("tightlip: bypassed ({}): {} {pass}", escape::text(reason), inventory(blocking))
            }
            None if self.context.in_hook => {
                let where_found = ways::scene(&blocking[0].origin);
                format!("tightlip: {} in this {where_found}", inventory(blocking))
            }
            None => format!("tightlip: {} found", inventory(blocking)),
        };
        let style = if blocking.is_empty() { self.palette.strong } else { self.palette.alarm };
        vec![line.style(style).to_string()]
    }

    /// A section for each file, and on each side of a change: its findings whole.
    fn files<'a>(&self, findings: impl Iterator<Item = &'a Finding>) -> Vec<Section> {
        let findings: Vec<_> = findings.collect();
        let same_file = |a: &&Finding, b: &&Finding| {
            a.place.path == b.place.path && a.origin.commit().map(|it| &it.id) == b.origin.commit().map(|it| &it.id)
        };
        findings.chunk_by(same_file).map(|file| self.file(file)).collect()
    }

    /// What is to be done is said once, though it be the same for several findings.
    fn file(&self, findings: &[&Finding]) -> Section {
        let mut said = BTreeSet::new();
        findings.iter().flat_map(|finding| self.block(finding, &mut said)).collect()
    }

    /// A finding whole: where and what, the line, and what to do about it, unless it was `said` already.
    fn block(&self, finding: &Finding, said: &mut BTreeSet<(&'static str, String)>) -> Section {
        let gutter = finding.place.line.to_string().len().max(GUTTER);
        let mut lines = vec![self.title(finding)];
        if !finding.excerpt.text.is_empty() {
            lines.extend(self.source_line(&finding.excerpt, finding.place.line, gutter));
        }
        for (label, text) in details(finding) {
            if matches!(label, "instead" | "rotate" | "commit" | "tag" | "at") && !said.insert((label, text.clone())) {
                continue;
            }
            let indent = gutter + 3 + LABEL;
            let break_before_page = label == "rotate" && indent + text.width() > self.columns();
            let text = match text.split_once(" https://").filter(|_| break_before_page) {
                Some((what, page)) => format!("{what}\nhttps://{page}"),
                // Elsewhere what is read by programs stays together.
                None if self.context.columns.is_some() => fold(&text, self.columns().saturating_sub(indent)),
                None => text,
            };
            let mut parts = text.lines().map(str::trim_start);
            let label = format!("{label}:");
            let first = parts.next().unwrap_or_default();
            lines.push(format!("{:gutter$}   {label:<LABEL$}{first}", "", label = label.style(self.palette.strong)));
            lines.extend(parts.map(|more| format!("{:indent$}{more}", "")));
        }
        lines
    }

    /// One line, or two where the path is long.
    fn title(&self, finding: &Finding) -> String {
        let Finding { rule, place, severity, .. } = finding;
        let mut at = words::name(finding);
        if !is_denied(finding) {
            at = format!("{at}:{}:{}", place.line, place.column);
        }
        let what = format!("{} ({severity})", escape::text(&rule.title));
        let id = format!("[{}]", escape::text(&rule.id));
        let style = if finding.blocks { self.palette.strong } else { Style::new() };
        let columns = at.width() + what.width() + id.width() + 4;
        let gap = if columns <= self.columns() { "  " } else { "\n  " };
        format!("{}{gap}{}  {id}", at.style(style), what.style(style))
    }

    /// The line behind its number, cut to fit, and a run of carets under the masked value.
    fn source_line(&self, excerpt: &Excerpt, number: usize, gutter: usize) -> [String; 2] {
        let [before, value, behind] = excerpt.parts().map(|part| escape::source(&part));
        let behind = behind.trim_end();
        let room = (self.columns() - " | ".len()).saturating_sub(gutter + value.width());
        let before = last_columns(&before, room.saturating_sub(behind.width()).max(room / 2));
        let behind = first_columns(behind, room.saturating_sub(before.width()));
        let (indent, carets) = (before.width(), "^".repeat(value.width().max(1)));
        [
            format!("{number:>gutter$} | {before}{value}{behind}"),
            format!("{:gutter$} | {:indent$}{}", "", "", carets.style(self.palette.alarm)),
        ]
    }

    /// The count, by rule, of the blocking findings that are not shown.
    fn rest(&self, findings: &[&Finding]) -> Section {
        if findings.is_empty() {
            return Section::new();
        }
        let mut counts = BTreeMap::<_, usize>::new();
        for finding in findings {
            *counts.entry((&finding.rule.title, &finding.rule.id)).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let listed = if self.context.in_hook { "tightlip scan --verbose" } else { "--verbose" };
        let mut lines = vec![format!("and {} more, all listed by: {listed}", findings.len())];
        lines.extend(
            counts
                .iter()
                .map(|((title, id), count)| format!("{count:>6}  {}  [{}]", escape::text(title), escape::text(id))),
        );
        lines
    }

    /// One line each: what was not read, what passes and why that should be known, what was looked at.
    fn remarks(&self, nothing_blocks: bool) -> Section {
        let mut lines = self.not_read();
        if !self.outcome.widened.is_empty() {
            lines.push(words::lets_pass(self.outcome, &self.outcome.widened.join("; ")));
        }
        lines.extend(self.outcome.notes.iter().map(|note| escape::text(note)));
        lines.extend(self.passing());
        if self.context.in_hook && nothing_blocks {
            // Between the lines of git and of other hooks, it must say whose remark it is.
            for line in &mut lines {
                line.insert_str(0, "tightlip: ");
            }
        }
        lines
    }

    fn not_read(&self) -> Section {
        let mut lines = Section::new();
        let mut configured = 0;
        for skipped in &self.outcome.skipped {
            let line = || format!("not read: {}", words::unread(skipped));
            match &skipped.why {
                SkipReason::TooLarge { .. } | SkipReason::Missing | SkipReason::Unreadable { .. } => {
                    lines.push(line().style(self.palette.alarm).to_string());
                }
                SkipReason::Configured { .. } if self.context.verbose => lines.push(line()),
                SkipReason::Configured { .. } => configured += 1,
            }
        }
        if self.context.verbose {
            let unguarded = self.outcome.unguarded.iter();
            lines.extend(unguarded.map(|file| format!("values not looked for: {}", escape::text(file))));
        }
        if configured > 0 {
            let listed = if self.context.in_hook { "tightlip scan --verbose" } else { "--verbose" };
            let entries = count(configured, "entry", "entries");
            lines.push(format!("not read by [paths] skip: {entries}; listed by {listed}"));
        }
        lines
    }

    /// Counts of the findings that do not block and are not shown.
    fn passing(&self) -> Section {
        if self.context.verbose {
            return Section::new();
        }
        let (suppressed, low): (Vec<_>, Vec<_>) = self
            .outcome
            .findings
            .iter()
            .filter(|finding| !finding.blocks)
            .partition(|finding| finding.suppression.is_some());
        let inherited: Vec<_> =
            suppressed.iter().copied().filter(|finding| finding.suppression == Some(Suppression::Inherited)).collect();
        let mut lines = Section::new();
        if !low.is_empty() {
            let found = count(low.len(), "finding", "findings");
            let listed = if self.context.in_hook {
                scan_command("--verbose", &low, &self.context.to_top)
            } else {
                "--verbose".to_owned()
            };
            lines.push(format!("{found} below the severity that blocks; listed by: {listed}"));
        }
        if self.context.in_hook && !inherited.is_empty() {
            let found = count(inherited.len(), "older secret", "older secrets");
            let them = if inherited.len() == 1 { "it" } else { "them" };
            let command = scan_command("", &inherited, &self.context.to_top);
            let where_found = ways::scene(&inherited[0].origin);
            lines.push(format!("{found} in the files of this {where_found}; list {them} with: {command}"));
        }
        if !self.context.in_hook && !suppressed.is_empty() {
            let mut by = BTreeMap::<_, usize>::new();
            for suppression in suppressed.iter().filter_map(|finding| finding.suppression.as_ref()) {
                *by.entry(suppression.name()).or_default() += 1;
            }
            let by: Vec<_> = by.iter().map(|(name, count)| format!("{count} {name}")).collect();
            lines.push(format!("{} suppressed ({}); listed by: --verbose", suppressed.len(), by.join(", ")));
        }
        lines
    }

    fn receipt(&self) -> Section {
        if self.context.in_hook {
            return Section::new();
        }
        vec![words::receipt(self.outcome)]
    }

    /// The ways past a block, or what became of it.
    fn ways(&self, blocking: &[&Finding]) -> Section {
        let unread = self.outcome.skipped.iter().any(|skipped| skipped.why.is_gap());
        let ways = match blocking {
            [] if self.context.in_hook && unread => ways::of_unread(self.context.scene),
            [] => return Section::new(),
            _ if self.context.bypass.is_some() => return vec![RECORDED.to_owned()],
            _ if self.context.in_hook => ways::of_hook(self.context.scene, blocking, unread, &self.context.to_top),
            _ => ways::of_scan(blocking, &self.context.to_top),
        };
        let lead = if blocking.is_empty() {
            match self.context.scene {
                Scene::Push | Scene::Receive => "A push is refused where not all of it was read. Ways past it:",
                Scene::Commit | Scene::CherryPick | Scene::Revert | Scene::Merge | Scene::Patch => {
                    "A commit is refused where not all of it was read. Ways past it:"
                }
            }
        } else {
            "Ways past it:"
        };
        let mut lines = vec![lead.style(self.palette.strong).to_string()];
        lines.extend(ways.iter().map(|(when, how)| format!("  {when:<17}{how}")));
        lines
    }
}

/// The end of `text`, in no more than `columns`.
fn last_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let (mut room, text) = (columns.saturating_sub(CUT.len()), text.trim_start_matches(CUT));
    let kept = text.char_indices().rev().take_while(|(_, character)| fits(*character, &mut room));
    let start = kept.last().map_or(text.len(), |(start, _)| start);
    format!("{CUT}{}", &text[start..])
}

/// The beginning of `text`, in no more than `columns`.
fn first_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let (mut room, text) = (columns.saturating_sub(CUT.len()), text.trim_end_matches(CUT));
    let kept = text.chars().take_while(|character| fits(*character, &mut room));
    format!("{}{CUT}", kept.collect::<String>())
}

/// Whether there is `room` for `character`, which takes it.
fn fits(character: char, room: &mut usize) -> bool {
    let left = room.checked_sub(character.width().unwrap_or(0));
    *room = left.unwrap_or(0);
    left.is_some()
}

/// Labels and what they say of a finding, all escaped.
fn details(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    if let Some(commit) = finding.origin.commit() {
        let id = commit.id.get(..SHORT_ID).unwrap_or(&commit.id);
        let by = [commit.author.as_str(), commit.date.as_str()].join(", ");
        let label = if finding.is_in_tag() { "tag" } else { "commit" };
        details.push((label, escape::text(&format!("{id} ({by}) {}", commit.subject))));
    }
    if let Some(id) = finding.origin.revision() {
        details.push(("at", format!("revision {}", escape::text(id.get(..SHORT_ID).unwrap_or(id)))));
    }
    if !finding.via.is_empty() {
        details.push(("in", finding.via.join(", in ")));
    }
    details.extend(finding.proof.as_ref().map(|proof| ("proof", escape::text(proof))));
    details.extend(finding.note.as_ref().map(|note| ("note", escape::text(note))));
    if let Some(why) = words::passes(finding) {
        details.push(("passes", why));
        return details;
    }
    if !finding.blocks {
        details.push(("passes", "it is below the severity that blocks".into()));
    }
    if finding.rule.id != rules::UNKNOWN_ALLOWANCE {
        details.push(("instead", escape::text(&advice::instead(finding))));
    }
    if !finding.rule.rotate.is_empty() {
        details.push(("rotate", format!("if ever pushed or shared: {}", escape::text(&finding.rule.rotate))));
    }
    details
}
