//! Inline allowances: `tightlip:allow`, then optionally rule ids, then optionally ` -- ` and a reason, in a comment of any
//! language, on the line of what it allows, or on the line above if nothing was found on that one.
//!
//! Never: which rules exist; [`Pragma::unknown`] is told.

use std::{ops::Range, sync::LazyLock};

use gix::bstr::ByteSlice;
use memchr::memmem::Finder;

use super::Case;
use crate::rules::{self, RuleSet};

const MARK: &[u8] = b"tightlip:allow";

/// On a line of more bytes than this, which nobody reads, a comment allows only what it names.
pub(super) const LONG_LINE: usize = 500;

/// So many bytes of a line are read before and behind a mark.
const READ: usize = 2048;

/// Nobody names more rules than this for one line.
const MOST_WORDS: usize = 16;

/// Nobody writes more comments than this on one line.
const MOST_ON_A_LINE: usize = 100;

/// In bytes; nobody reads more of a reason.
const LONGEST_REASON: usize = 200;

/// What ends a comment in some language; a reason ends before it.
const CLOSERS: [&[u8]; 9] = [b"-->", b"*/", b"#}", b"%>", b"?>", b"*)", b"-}", b"\"\"\"", b"}}"];

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pragma {
    /// The byte at which its mark begins.
    pub offset: usize,
    /// The line, from 1, that it stands on.
    pub line: usize,
    /// The words behind the mark that look like rule ids, as written.
    pub words: Vec<String>,
    /// The bytes of the first word; empty where there is none.
    pub first_word: Range<usize>,
    /// As written, without what closes the comment.
    pub reason: Option<String>,
    /// Whether its own line, and the line below, are long.
    long: [bool; 2],
    /// Whether something was found on its own line, beside it: then it is about that.
    has_own: bool,
}

impl Pragma {
    /// Whether it allows `case`: by its rule's id, or, where it names none, any rule without a format of its own.
    pub fn covers(&self, case: Case<'_>) -> bool {
        let Some(below @ 0..=1) = case.line.checked_sub(self.line) else {
            return false;
        };
        if below == 1 && self.has_own {
            return false;
        }
        if self.words.is_empty() {
            !case.rule.has_own_format() && !self.long[below]
        } else {
            self.words.iter().any(|word| *word == case.rule.id)
        }
    }

    /// Its first word, if that is no rule's id, which is a finding.
    pub fn unknown(&self, rules: &RuleSet) -> Option<&str> {
        let first = self.words.first()?;
        (!rules::is_known_id(rules, first)).then_some(first)
    }
}

/// The comments of `text`, in order. `secrets` are the spans of all that was found in it, so that no reason repeats a value.
pub fn scan(text: &[u8], secrets: &[Range<usize>]) -> Vec<Pragma> {
    static FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(MARK));
    let mut pragmas = Vec::new();
    let (mut line, mut counted, mut on_line) = (1, 0, 0);
    for offset in FINDER.find_iter(text) {
        let lines = text[counted..offset].find_iter(b"\n").count();
        (line, counted) = (line + lines, offset);
        on_line = if lines == 0 { on_line + 1 } else { 1 };
        if on_line <= MOST_ON_A_LINE && stands_alone(text, offset) {
            pragmas.push(read(text, offset, line, secrets));
        }
    }
    pragmas
}

/// Those of `pragmas`, which are in order, that may cover something on `line`.
pub fn near(pragmas: &[Pragma], line: usize) -> &[Pragma] {
    let first = pragmas.partition_point(|pragma| pragma.line + 1 < line);
    let behind = pragmas.partition_point(|pragma| pragma.line <= line);
    &pragmas[first..behind]
}

fn read(text: &[u8], offset: usize, line: usize, secrets: &[Range<usize>]) -> Pragma {
    let first = offset.saturating_sub(READ);
    let start = text[first..offset].rfind_byte(b'\n').map_or(first, |newline| first + newline + 1);
    let end = line_end(text, offset);
    let next_end = if end < text.len() { line_end(text, end + 1) } else { end };

    let mut words = Vec::new();
    let mut first_word = 0..0;
    let mut reason = None;
    let mut at = offset + MARK.len();
    loop {
        at += text[at..end].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b',')).count();
        let rest = &text[at..end];
        if rest.starts_with(b"--") && !rest.starts_with(b"-->") {
            reason = read_reason(text, at + 2..end, secrets);
            break;
        }
        let word = leading_word(rest);
        if word.is_empty() || words.len() == MOST_WORDS {
            break;
        }
        if words.is_empty() {
            first_word = at..at + word.len();
        }
        words.push(word.to_str_lossy().into_owned());
        at += word.len();
    }
    let long = [end - start > LONG_LINE, next_end - end > LONG_LINE + 1];
    let closed = CLOSERS.iter().filter_map(|closer| text[offset..end].find(closer)).min();
    let behind = closed.map_or(end, |closed| offset + closed);
    let has_own = secrets[secrets.partition_point(|secret| secret.start < start)..]
        .iter()
        .take_while(|secret| secret.start < end)
        .any(|secret| secret.start < offset || secret.start >= behind);
    Pragma { offset, line, words, first_word, reason, long, has_own }
}

/// A mark inside a longer word is not one. One dash joins words; two open or close a comment.
fn stands_alone(text: &[u8], offset: usize) -> bool {
    let (before, after) = (&text[..offset], &text[offset + MARK.len()..]);
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':') || !byte.is_ascii();
    let joined_before = before.last().is_some_and(in_word) || (before.ends_with(b"-") && !before.ends_with(b"--"));
    let joined_after = after.first().is_some_and(in_word) || (after.starts_with(b"-") && !after.starts_with(b"--"));
    !joined_before && !joined_after
}

/// The longest start of `text` that looks like an id, as people write and misspell them.
fn leading_word(text: &[u8]) -> &[u8] {
    if !text.first().is_some_and(u8::is_ascii_alphabetic) {
        return b"";
    }
    let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
    text[..length].trim_end_with(|char| char == '-')
}

/// The reason in `range`, which ends with the line: up to the comment's end, the next mark or the first value in it.
fn read_reason(text: &[u8], range: Range<usize>, secrets: &[Range<usize>]) -> Option<String> {
    // The values that somebody may repeat there are those of the line and the next.
    let first = secrets.partition_point(|secret| secret.end + READ < range.start);
    let last = secrets.partition_point(|secret| secret.start < range.end + READ);
    let mut end = range.end.min(range.start + LONGEST_REASON);
    for terminator in CLOSERS.into_iter().chain([MARK]) {
        let behind = (end + terminator.len()).min(range.end);
        end = text[range.start..behind].find(terminator).map_or(end, |at| end.min(range.start + at));
    }
    while end < range.end && is_inside_character(text[end]) && end > range.start {
        end -= 1;
    }
    for secret in &secrets[first..last] {
        if secret.end > range.start && secret.start < end {
            end = secret.start.max(range.start);
        }
        // A value that goes on behind the reason's end may not begin in it either.
        let behind = (end + secret.len()).min(range.end);
        if let Some(repeated) = text[range.start..behind].find(&text[secret.clone()]) {
            end = end.min(range.start + repeated);
        }
    }
    let reason = text[range.start..end].to_str_lossy();
    let reason = reason.trim().trim_end_matches(['"', '\'', ',', '`']).trim_end();
    (!reason.is_empty()).then(|| reason.to_owned())
}

/// In UTF-8.
fn is_inside_character(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Where the line ends, or where it is not read any further.
fn line_end(text: &[u8], from: usize) -> usize {
    let limit = (from + READ).min(text.len());
    text[from..limit].find_byte(b'\n').map_or(limit, |newline| from + newline)
}

#[cfg(test)]
mod tests;
