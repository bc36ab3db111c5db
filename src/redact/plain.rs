//! A line as a terminal shows it: without the sequences that steer it, of which each byte's place is known.
//!
//! Never: what the line says.

use std::ops::Range;

const ESCAPE: u8 = 0x1b;

/// A line, and the same without what colours it.
pub struct Plain<'a> {
    written: &'a [u8],
    /// `None` where the line steers nothing, and is its own text.
    bare: Option<Bare>,
}

struct Bare {
    text: Vec<u8>,
    /// Where each byte of the text stands in the line as it came.
    places: Vec<usize>,
}

impl<'a> Plain<'a> {
    /// The line `written`, without its end.
    pub fn of(written: &'a [u8]) -> Self {
        let bare = memchr::memchr(ESCAPE, written).map(|_| Bare::of(written));
        Self { written, bare }
    }

    /// What can be read.
    pub fn text(&self) -> &[u8] {
        self.bare.as_ref().map_or(self.written, |bare| &bare.text)
    }

    /// The line as it came, for `range` of its text and what steers the terminal before that.
    pub fn written(&self, range: Range<usize>) -> &'a [u8] {
        &self.written[self.end_of(range.start)..self.place(range.end)]
    }

    /// The line as it came, behind the first `start` bytes of its text.
    pub fn written_from(&self, start: usize) -> &'a [u8] {
        &self.written[self.end_of(start)..]
    }

    /// What steers the terminal within `range` of the text.
    pub fn colours(&self, range: Range<usize>) -> Vec<u8> {
        let Some(bare) = self.bare.as_ref().filter(|_| !range.is_empty()) else { return Vec::new() };
        let text = &bare.places[range.clone()];
        let within = self.place(range.start)..self.end_of(range.end);
        within.filter(|place| text.binary_search(place).is_err()).map(|place| self.written[place]).collect()
    }

    /// Where byte `at` of the text stands; the end, behind its last.
    fn place(&self, at: usize) -> usize {
        let places = self.bare.as_ref().map(|bare| &bare.places);
        places.map_or(at, |places| places.get(at).copied().unwrap_or(self.written.len()))
    }

    /// Where the first `at` bytes of the text end.
    fn end_of(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |last| self.place(last) + 1)
    }
}

impl Bare {
    fn of(written: &[u8]) -> Self {
        let (mut text, mut places) = (Vec::with_capacity(written.len()), Vec::with_capacity(written.len()));
        let mut at = 0;
        while at < written.len() {
            match sequence(&written[at..]) {
                0 => {
                    text.push(written[at]);
                    places.push(at);
                    at += 1;
                }
                length => at += length,
            }
        }
        Self { text, places }
    }
}

/// How long the sequence is that `text` begins with; 0 where it begins with none. One that the line cuts off is none, and neither
/// is one that carries a text, such as a link: what is hidden on a terminal is read in a file.
///
/// Source: ECMA-48, sections 5.3 to 5.6.
fn sequence(text: &[u8]) -> usize {
    let [ESCAPE, rest @ ..] = text else { return 0 };
    let (lead, parameters, last): (usize, _, _) = match rest.first() {
        // A control sequence, such as a colour.
        Some(b'[') => (1, 0x20..=0x3f, 0x40..=0x7e),
        Some(b']' | b'P' | b'X' | b'^' | b'_' | b'\\') => return 0,
        // Such as a choice of characters.
        _ => (0, 0x20..=0x2f, 0x30..=0x7e),
    };
    let between = rest[lead..].iter().take_while(|byte| parameters.contains(*byte)).count();
    match rest.get(lead + between) {
        Some(byte) if last.contains(byte) => 1 + lead + between + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_steers_from_what_is_read() {
        for (written, text) in [
            ("plain", "plain"),
            ("\x1b[0;32mgreen\x1b[K", "green"),
            ("\x1b]0;title\x07a\x1b]8;;link\x1b\\b", "\x1b]0;title\x07a\x1b]8;;link\x1b\\b"),
            ("\x1b(Ba\x1bMb", "ab"),
            ("\x1b[é", "\x1b[é"),
            ("cut \x1b[31", "cut \x1b[31"),
            ("\x1b\x1b[1mtwice", "\x1btwice"),
        ] {
            assert_eq!(String::from_utf8_lossy(Plain::of(written.as_bytes()).text()), text, "{written:?}");
        }
    }
}
