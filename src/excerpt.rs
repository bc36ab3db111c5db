//! From bytes and spans to what may be shown of them: places, and lines on which every value is masked.
//!
//! Never: rules, paths, a value.

use std::{borrow::Cow, cell::Cell, ops::Range};

use gix::bstr::ByteSlice;

use crate::{
    finding::Excerpt,
    secret::{TOKEN, is_token, without_tokens},
};

/// So many characters of a line are shown before and behind the value.
const CONTEXT: usize = 60;
/// So many bytes of a line are looked at before and behind the value: characters have up to four, and what is cut off at the
/// far end is not shown.
const WINDOW: usize = 4 * CONTEXT + 4 * TOKEN;

/// How gzip begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A value on a text and what is shown in its stead.
#[derive(Clone, Debug)]
pub struct Mask {
    /// The bytes of the value.
    pub span: Range<usize>,
    /// The masked value.
    pub shown: String,
}

/// A text whose places are asked for.
pub struct Text<'a> {
    bytes: &'a [u8],
    /// The offsets at which lines begin.
    lines: Vec<usize>,
    /// An offset whose column was counted, and that column: places are asked for in order, and lines can be long.
    counted: Cell<(usize, usize)>,
    before: Before,
}

/// What stands before a text in the file that it is a part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The ends of lines.
    pub lines: usize,
    /// The characters on the line that goes on in the text.
    pub characters: usize,
    /// The bytes on that line.
    pub bytes: usize,
}

impl Before {
    /// What stands before the text behind `bytes`.
    #[must_use]
    pub fn and(self, bytes: &[u8]) -> Self {
        let lines = bytes.find_iter(b"\n").count();
        let line = bytes.iter().rposition(|&byte| byte == b'\n').map_or(bytes, |newline| &bytes[newline + 1..]);
        let mark = if self == Self::default() && lines == 0 && is_marked(bytes) { 2 } else { 0 };
        // The first byte of each character, so that it does not matter where a text is cut.
        let characters = line[mark..].iter().filter(|&&byte| byte != 0 && !goes_on(byte)).count();
        let same = if lines == 0 { self } else { Self::default() };
        Self { lines: self.lines + lines, characters: same.characters + characters, bytes: same.bytes + line.len() }
    }
}

impl<'a> Text<'a> {
    /// Finds the lines of `bytes`, which are a whole file.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::behind(bytes, Before::default())
    }

    /// Finds the lines of `bytes`, which stand behind others.
    pub fn behind(bytes: &'a [u8], before: Before) -> Self {
        let after_newlines = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at + 1);
        Self { bytes, lines: std::iter::once(0).chain(after_newlines).collect(), counted: Cell::new((0, 1)), before }
    }

    /// The line and column of `offset`, both from 1; columns count characters, each byte that is not UTF-8 as one, and no NULs
    /// (those of UTF-16).
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines[line - 1];
        // A byte order mark is no character.
        let start = if start == 0 { offset.min(self.unseen()) } else { start };
        let (from, column) = match self.counted.get() {
            (counted, column) if (start..=offset).contains(&counted) => (counted, column),
            _ => (start, 1),
        };
        let column = column + characters(&self.bytes[from..offset]).chars().count();
        self.counted.set((offset, column));
        (line + self.before.lines, if line == 1 { column + self.before.characters } else { column })
    }

    /// The bytes at the start that are no character: a byte order mark, or the rest of a character that began before.
    fn unseen(&self) -> usize {
        if self.before != Before::default() {
            self.bytes.iter().take(3).take_while(|byte| goes_on(**byte)).count()
        } else if is_marked(self.bytes) {
            2
        } else {
            0
        }
    }

    /// The part of `line` round `value` that is worth looking at. It cuts no run of token characters, and so no character
    /// either: what remained of one would look like a short and harmless word.
    fn window(&self, line: &Range<usize>, value: &Range<usize>) -> Range<usize> {
        let joins = |&&byte: &&u8| !byte.is_ascii() || is_token(char::from(byte));
        let mark = if line.start == 0 { self.unseen() } else { 0 };
        let mut start = (line.start + mark).min(value.start).max(value.start.saturating_sub(WINDOW));
        if start > line.start + mark {
            start += self.bytes[start..value.start].iter().take_while(joins).count();
        }
        let mut end = line.end.min(value.end.saturating_add(WINDOW));
        if end < line.end && value.end < end {
            end -= self.bytes[value.end..end].iter().rev().take_while(joins).count();
        }
        start..end
    }

    /// The bytes that may be shown round `value`: a part of the line on which it begins.
    pub fn shown_round(&self, value: &Range<usize>) -> Range<usize> {
        self.window(&self.line_at(value.start), value)
    }

    /// The bytes of the line at `offset`, without its end.
    fn line_at(&self, offset: usize) -> Range<usize> {
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines[line - 1];
        let end = self.lines.get(line).map_or(self.bytes.len(), |next| next - 1);
        let end = if self.bytes[start..end].ends_with(b"\r") { end - 1 } else { end };
        start..end.max(start)
    }

    /// The line on which the value of `masks[index]` begins. `masks` are sorted and do not overlap. Of a packed file nothing is
    /// shown: where in it a value stands is known roughly only, and what is stored in it unpacked can be read.
    pub fn excerpt(&self, masks: &[Mask], index: usize) -> Excerpt {
        if self.bytes.starts_with(&GZIP) {
            return Excerpt { text: String::new(), start: 0, len: 0 };
        }
        let value = &masks[index].span;
        let line = self.line_at(value.start);
        let window = self.shown_round(value);
        let (mut before, mut behind) = (String::with_capacity(WINDOW), String::with_capacity(WINDOW));
        let mut at = window.start;
        let first = masks.partition_point(|mask| mask.span.end <= window.start);
        for (number, mask) in masks.iter().enumerate().skip(first).take_while(|(_, mask)| mask.span.start < window.end)
        {
            let side = if number <= index { &mut before } else { &mut behind };
            side.push_str(&without_tokens(&characters(&self.bytes[at..mask.span.start.max(at)])));
            if number != index {
                side.push_str(&mask.shown);
            }
            at = mask.span.end.min(window.end);
        }
        behind.push_str(&without_tokens(&characters(&self.bytes[at..window.end])));
        let before = last_of(before.trim_start(), CONTEXT, window.start > line.start);
        let behind = first_of(behind.trim_end(), CONTEXT, window.end < line.end);
        let shown = &masks[index].shown;
        Excerpt { start: before.chars().count(), len: shown.chars().count(), text: format!("{before}{shown}{behind}") }
    }
}

/// Whether a byte is inside of a character, in UTF-8.
fn goes_on(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Whether UTF-16 says so.
fn is_marked(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// The text of `bytes` without NULs.
fn characters(bytes: &[u8]) -> Cow<'_, str> {
    if !bytes.contains(&0) {
        return String::from_utf8_lossy(bytes);
    }
    let bytes: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The last `len` characters, and dots if there are more or `more` says so.
fn last_of(text: &str, len: usize, more: bool) -> String {
    let skipped = text.chars().count().saturating_sub(len);
    let dots = if skipped > 0 || more { "..." } else { "" };
    format!("{dots}{}", text.chars().skip(skipped).collect::<String>())
}

/// The first `len` characters, and dots if there are more or `more` says so.
fn first_of(text: &str, len: usize, more: bool) -> String {
    let dots = if text.chars().nth(len).is_some() || more { "..." } else { "" };
    format!("{}{dots}", text.chars().take(len).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str, value: &str) -> Mask {
        let start = text.find(value).expect("the value is in the text");
        Mask { span: start..start + value.len(), shown: "********".into() }
    }

    #[test]
    fn masks_every_value_on_the_line() {
        let text = "first\n  a = Secret1, b = Secret2, c = 0123456789abcdef0123, some_long_name_of_things\nlast";
        let masks = [mask(text, "Secret1"), mask(text, "Secret2")];
        let lines = Text::new(text.as_bytes());
        let excerpt = lines.excerpt(&masks, 1);
        assert_eq!(excerpt.text, "a = ********, b = ********, c = ********, some_long_name_of_things");
        assert_eq!((excerpt.start, excerpt.len), (18, 8));
        assert_eq!(lines.position(masks[1].span.start), (2, 20));
    }

    #[test]
    fn shows_the_first_line_of_a_value_of_several() {
        let text = "x = BEGIN\nbody\nEND\n";
        let masks = [mask(text, "BEGIN\nbody\nEND")];
        assert_eq!(Text::new(text.as_bytes()).excerpt(&masks, 0).text, "x = ********");
    }

    #[test]
    fn cuts_long_lines_round_the_value() {
        let text = format!("{}Secret1{}", "a b ".repeat(100), " c d".repeat(100));
        let excerpt = Text::new(text.as_bytes()).excerpt(&[mask(&text, "Secret1")], 0);
        assert!(excerpt.text.chars().count() <= 2 * CONTEXT + 8 + 6, "{excerpt:?}");
        assert_eq!(&excerpt.text[excerpt.start..excerpt.start + excerpt.len], "********");
    }

    #[test]
    fn shows_no_rest_of_a_token_that_it_cuts() {
        for spaces in 230..310 {
            let text = format!("{} {}Secret1", "0123456789abcdefGHIJ".repeat(4), ". ".repeat(spaces / 2));
            let shown = Text::new(text.as_bytes()).excerpt(&[mask(&text, "Secret1")], 0).text;
            assert!(!shown.contains(|c: char| c.is_ascii_alphanumeric()), "{shown}");
        }
    }

    #[test]
    fn counts_characters() {
        assert_eq!(Text::new("ä€x\ny".as_bytes()).position(5), (1, 3));
        assert_eq!(Text::new(b"\xff\xf0x").position(2), (1, 3));
        assert_eq!(Text::new(b"k\0=\0v\0").position(4), (1, 3));
        assert_eq!(Text::new(b"\xff\xfek\0=\0v\0").position(6), (1, 3));
    }
}
