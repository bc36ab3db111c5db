//! Values without quotes: the rest of a line, scalars and blocks of YAML, words.

use std::ops::Range;

use super::{Assignment, MAX_VALUE, Reader, is_name};
use crate::detect::context::file::Syntax;

/// Longer words are no values.
const MAX_WORD: usize = 1024;
/// What ends a word; a table, since on a line of nothing but signs every byte is asked about a thousand times.
const ENDS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b" \t\n\r\x0c\"'`,;<>&|\\";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};
/// So many lines of a block, and items of a list, are read.
const MAX_LINES: usize = 64;

impl Reader<'_> {
    /// To the end of the line, or to a comment.
    pub(super) fn rest_of_line(&self, at: usize) -> Range<usize> {
        let rest = &self.text[at..self.end.min(at + MAX_VALUE)];
        let comment = rest.windows(2).position(|pair| matches!(pair, b" #" | b" ;" | b"\t#"));
        self.trimmed(at..at + comment.unwrap_or(rest.len()))
    }

    /// A plain scalar of YAML: the rest of the line, but within braces up to the next sign of theirs.
    pub(super) fn scalar(&self, name: &Range<usize>, at: usize) -> Range<usize> {
        let at = self.behind_properties(at);
        if matches!(self.byte(at), Some(b'|' | b'>' | b'&' | b'*' | b'!' | b'{' | b'[' | b'#')) {
            return at..at;
        }
        let flow = self.before(name.start).iter().any(|byte| b"{[".contains(byte));
        if flow {
            let rest = &self.text[at..self.end.min(at + MAX_WORD)];
            let len = rest.iter().take_while(|byte| !b",}]".contains(byte)).count();
            return self.trimmed(at..at + len);
        }
        if !self.opens_line(name) {
            return self.word(at);
        }
        let rest = self.rest_of_line(at);
        let next = self.text[rest.clone()].windows(2).position(|pair| pair == b", ").unwrap_or(rest.len());
        rest.start..rest.start + next
    }

    /// Behind an anchor and a tag of YAML: `&name !!str value`.
    pub(super) fn behind_properties(&self, at: usize) -> usize {
        let mut at = at;
        for signs in [b"&".as_slice(), b"!!", b"&"] {
            if self.text[at..self.end.max(at)].starts_with(signs) {
                let len = self.text[at..self.end].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
                at = self.spaces(at + len);
            }
        }
        at
    }

    /// `[value, value]`: each under the same name.
    pub(super) fn flow_list(&self, name: &Range<usize>, open: usize, found: &mut Vec<Assignment>) {
        let rest = &self.text[open + 1..self.end.max(open + 1)];
        let len = rest.iter().take(MAX_WORD).take_while(|&&byte| byte != b']').count();
        let mut at = open + 1;
        for item in rest[..len].split(|&byte| byte == b',').take(MAX_LINES) {
            let value = self.trimmed(at..at + item.len());
            at += item.len() + 1;
            found.push(match self.literal(value.start) {
                Some(literal) => Assignment::quoted(name.clone(), literal),
                None => Assignment::plain(name.clone(), value),
            });
        }
    }

    /// What stands below a key of YAML and belongs to it: the one line of a scalar, the items of a list.
    pub(super) fn block(&self, name: &Range<usize>, at: usize, found: &mut Vec<Assignment>) {
        let is_block = matches!(self.byte(at), Some(b'|' | b'>'));
        if self.syntax != Syntax::Yaml || (!is_block && at < self.end) || !self.opens_line(name) {
            return;
        }
        let indent = self.text[self.line..].iter().take_while(|&&byte| byte == b' ').count();
        let limit = self.text.len().min(self.end + MAX_VALUE);
        let Some(rest) = self.text.get(self.end + 1..limit) else { return };
        let mut start = self.end + 1;
        let mut lines = Vec::new();
        for line in rest.split(|&byte| byte == b'\n').take(MAX_LINES) {
            let spaces = line.iter().take_while(|&&byte| byte == b' ').count();
            let written = start + spaces..start + line.trim_ascii_end().len();
            start += line.len() + 1;
            if written.is_empty() {
                continue;
            }
            let is_item = line[spaces..].starts_with(b"- ");
            if !is_block && !is_item && lines.is_empty() && spaces > indent {
                found.extend(self.scalar_below(name, written));
                return;
            }
            let belongs = if is_block { spaces > indent } else { is_item && spaces >= indent };
            if !belongs {
                break;
            }
            lines.push(written);
        }
        if is_block {
            if let [line] = lines.as_slice() {
                found.push(Assignment::plain(name.clone(), line.clone()));
            }
            return;
        }
        for line in lines {
            let item = self.spaces(line.start + 2).min(line.end);
            let is_mapping = self.text[item..line.end].windows(2).any(|pair| pair == b": ");
            found.extend(match self.literal(item) {
                Some(literal) => Some(Assignment::quoted(name.clone(), literal)),
                None if is_mapping || item >= line.end => None,
                None => Some(Assignment::plain(name.clone(), item..line.end)),
            });
        }
    }

    /// A scalar on a line of its own, which is no key.
    fn scalar_below(&self, name: &Range<usize>, line: Range<usize>) -> Option<Assignment> {
        let text = &self.text[line.clone()];
        let is_key = text.ends_with(b":") || text.windows(2).any(|pair| pair == b": ");
        match self.literal(line.start) {
            _ if is_key || text.starts_with(b"#") || text.starts_with(b"{") => None,
            Some(literal) => Some(Assignment::quoted(name.clone(), literal)),
            None => Some(Assignment::plain(name.clone(), line)),
        }
    }

    /// Up to a space, a quote or a sign that ends a word.
    pub(super) fn word(&self, at: usize) -> Range<usize> {
        let limit = self.end.min(at.saturating_add(MAX_WORD)).max(at);
        // Of a long word of many signs each asks: its bytes are looked at once.
        let known = self.run.take();
        let (start, from) = if (known.start..=known.end).contains(&at) { (known.start, known.end) } else { (at, at) };
        let rest = self.text.get(from..limit).unwrap_or_default();
        let end = from + rest.iter().take_while(|&&byte| !ENDS_WORD[usize::from(byte)]).count();
        self.run.set(start..end);
        let word = self.text.get(at..end.min(limit)).unwrap_or_default();
        at..at + closed_outside(word)
    }

    /// `Password=value;` inside a string: the value must end where such a value ends.
    pub(super) fn part_of_string(&self, at: usize) -> Option<Range<usize>> {
        let value = self.word(at);
        let next = self.text.get(value.end..self.end).unwrap_or_default();
        // `password=value host=x`, `password=value,ssl=True`
        let is_pair =
            || matches!(next, [b' ' | b',', rest @ ..] if rest.iter().find(|&&byte| !is_name(byte)) == Some(&b'='));
        (matches!(next.first(), Some(b';' | b'&' | b'"' | b'\'' | b'\\' | b'`')) || is_pair()).then_some(value)
    }
}

/// The length of `word` without the full stop and the brackets at its end that were opened before it.
fn closed_outside(word: &[u8]) -> usize {
    let mut end = word.len();
    // Brackets that one look finds unopened are taken from the end only; a word of nothing but brackets is none.
    while let Some(&last) = word[..end].last() {
        let open = match last {
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            b'.' => {
                end -= 1;
                continue;
            }
            _ => break,
        };
        let count = |sign: u8| word[..end].split(|&byte| byte == sign).count();
        if count(open) >= count(last) || word.len() - end > 8 {
            break;
        }
        end -= 1;
    }
    end
}
