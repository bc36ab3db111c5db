//! Decoded parts of a text, one behind the other, with a map back.
//!
//! Never: how anything is decoded.

use std::ops::Range;

use super::super::context::file::FileKind;

/// Parts of a text that were decoded, each on lines of its own.
pub struct Pieces {
    /// How named values are written in them, and what they mean.
    pub file: FileKind,
    /// The parts.
    pub text: Vec<u8>,
    segments: Vec<Segment>,
    decoders: Vec<Decoders>,
}

/// A stretch of the text, and where it comes from: byte by byte if both are as long as each other, and in proportion otherwise.
struct Segment {
    at: Range<usize>,
    from: Range<usize>,
}

/// What decoded the text from `at` on, outermost first.
struct Decoders {
    at: usize,
    names: Vec<&'static str>,
}

impl Segment {
    /// The first of the bytes that byte `at` of the text comes from.
    fn first(&self, at: usize) -> usize {
        self.from.start + (at - self.at.start) * self.from.len() / self.at.len().max(1)
    }

    /// The place behind the last of the bytes that the text up to `end` comes from.
    fn behind(&self, end: usize) -> usize {
        self.from.start + ((end - self.at.start) * self.from.len()).div_ceil(self.at.len().max(1))
    }
}

impl Pieces {
    /// None yet.
    pub fn new(file: FileKind) -> Self {
        Self { file, text: Vec::new(), segments: Vec::new(), decoders: Vec::new() }
    }

    /// From here on the text was decoded by `decoders`.
    pub fn begin(&mut self, decoders: &[&'static str]) {
        // No value and no name reaches from one part into the next.
        self.text.extend_from_slice(b"\n\n");
        self.decoders.push(Decoders { at: self.text.len(), names: decoders.to_vec() });
    }

    /// Adds `bytes`, which come from the bytes `from`.
    pub fn push(&mut self, bytes: &[u8], from: Range<usize>) {
        if !bytes.is_empty() {
            let start = self.text.len();
            self.text.extend_from_slice(bytes);
            self.segments.push(Segment { at: start..self.text.len(), from });
        }
    }

    /// Where the bytes `span` of the text come from.
    pub fn original(&self, span: &Range<usize>) -> Range<usize> {
        let first = self.segments.partition_point(|segment| segment.at.end <= span.start);
        let last = self.segments.partition_point(|segment| segment.at.start < span.end);
        let touched = self.segments.get(first..last).unwrap_or_default();
        let (Some(first), Some(last)) = (touched.first(), touched.last()) else {
            let near = self.segments.get(first.min(self.segments.len().saturating_sub(1)));
            return near.map_or(0..0, |segment| segment.from.clone());
        };
        let start = first.first(span.start.max(first.at.start));
        start..last.behind(span.end.min(last.at.end)).max(start)
    }

    /// What decoded the text at `at`.
    pub fn decoders(&self, at: usize) -> &[&'static str] {
        let next = self.decoders.partition_point(|decoders| decoders.at <= at);
        next.checked_sub(1).map_or(&[], |index| &self.decoders[index].names)
    }

    /// The same pieces of what their text itself was decoded from.
    pub fn of_decoded(
        mut self,
        original: impl Fn(Range<usize>) -> Range<usize>,
        decoders: impl Fn(usize) -> Vec<&'static str>,
    ) -> Self {
        for part in &mut self.decoders {
            let first = self.segments.partition_point(|segment| segment.at.end <= part.at);
            let from = self.segments.get(first).map_or(0, |segment| segment.from.start);
            part.names.splice(0..0, decoders(from));
        }
        for segment in &mut self.segments {
            segment.from = original(segment.from.clone());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_back_byte_by_byte_and_in_proportion() {
        let mut pieces = Pieces::new(FileKind::of(b"a.txt"));
        pieces.begin(&["one"]);
        pieces.push(b"abc", 10..13);
        pieces.push(b"x", 13..16);
        pieces.begin(&["two"]);
        pieces.push(b"abcdef", 20..28);
        assert_eq!(pieces.text, b"\n\nabcx\n\nabcdef");
        assert_eq!(pieces.original(&(3..6)), 11..16);
        assert_eq!(pieces.original(&(8..11)), 20..24);
        assert_eq!(pieces.original(&(11..14)), 24..28);
        assert_eq!((pieces.decoders(3), pieces.decoders(9)), (&["one"][..], &["two"][..]));
    }
}
