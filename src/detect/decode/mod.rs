//! Other ways to read the same bytes: a table of decoders, each of which adds what it decodes with a map back to the bytes it
//! comes from.
//!
//! A decoder looks at every byte of every file, so that it passes over what it does not know at the speed of a search for one
//! byte, and what it adds is bounded.

mod base64;
mod escapes;
mod gzip;
mod joined;
mod manifest;
mod pieces;
mod utf16;

use std::{borrow::Cow, ops::Range};

pub use self::escapes::{unescaped, unescaped_in_address};
use self::pieces::Pieces;
use super::context::file::{FileKind, Syntax};

/// What was decoded is decoded again, so often: base64 in base64, with escapes in it.
const DEPTH: usize = 3;
/// All that is decoded of a file is at most so many times as long as it, and a bit for small ones.
const GROWTH: usize = 8;
const LEAST_LIMIT: usize = 4 << 20;

/// One way to read a file's bytes.
pub struct View<'a> {
    /// The text to look at.
    pub text: Cow<'a, [u8]>,
    /// How named values are written in it, and what they mean.
    pub file: FileKind,
    map: Map<'a>,
}

/// Where the text of a view comes from.
enum Map<'a> {
    /// It is the bytes as they are.
    Same,
    /// It is in UTF-16 or UTF-32, as the decoder's name says.
    Units(&'static str, Original<'a>),
    /// It is decoded parts of them.
    Pieces(Pieces),
}

/// The map back: where a span of the decoded text stands in the original bytes. Asked for each match, so that it must not
/// walk the file.
type Original<'a> = Box<dyn Fn(Range<usize>) -> Range<usize> + 'a>;

/// What a decoder made of a whole file.
struct Decoded<'a> {
    text: Vec<u8>,
    decoder: &'static str,
    original: Original<'a>,
}

/// A decoder: adds what it finds in a text.
type Decode = fn(text: &[u8], output: &mut Output);

/// The table of decoders.
const DECODERS: &[Decode] = &[
    base64::decode,
    gzip::decode,
    escapes::percent,
    escapes::backslash,
    escapes::entity,
    joined::strings,
    joined::lines,
    manifest::secrets,
];

/// What decoders made of one text.
pub struct Output {
    file: FileKind,
    left: usize,
    /// By the kind that they are of.
    groups: Vec<Pieces>,
}

impl Output {
    fn new(file: FileKind, left: usize) -> Self {
        Self { file, left, groups: Vec::new() }
    }

    /// How many bytes may be added.
    fn left(&self) -> usize {
        self.left
    }

    /// Adds a text of its own, decoded by `decoders`, outermost first, from the bytes `from`.
    fn add(&mut self, decoders: &[&'static str], text: &[u8], from: Range<usize>) {
        let file = FileKind { syntax: Syntax::of_text(text), ..self.file };
        self.add_to(file, decoders, &[(text, from)]);
    }

    /// The same of a text in several parts.
    fn add_whole(&mut self, decoders: &[&'static str], parts: &[(Vec<u8>, Range<usize>)]) {
        let syntax = parts.first().map_or(self.file.syntax, |(text, _)| Syntax::of_text(text));
        self.add_to(FileKind { syntax, ..self.file }, decoders, parts);
    }

    /// Adds a part of the text itself, some of whose own parts are written in another way.
    fn add_parts(&mut self, decoders: &[&'static str], parts: &[(Vec<u8>, Range<usize>)]) {
        self.add_to(self.file, decoders, parts);
    }

    /// Adds a value of a document that exists to hold secrets, with its name.
    fn add_secret(&mut self, decoders: &[&'static str], name: (&[u8], Range<usize>), value: (&[u8], Range<usize>)) {
        let file = FileKind { syntax: Syntax::Lines, secrets: true, ..self.file };
        self.add_to(file, decoders, &[name, (b"=", value.1.start..value.1.start), value]);
    }

    fn add_to(&mut self, file: FileKind, decoders: &[&'static str], parts: &[(impl AsRef<[u8]>, Range<usize>)]) {
        let length: usize = parts.iter().map(|(bytes, _)| bytes.as_ref().len()).sum();
        if length == 0 || length > self.left {
            return;
        }
        self.left -= length;
        let index = self.groups.iter().position(|pieces| pieces.file == file).unwrap_or_else(|| {
            self.groups.push(Pieces::new(file));
            self.groups.len() - 1
        });
        let pieces = &mut self.groups[index];
        pieces.begin(decoders);
        for (bytes, from) in parts {
            pieces.push(bytes.as_ref(), from.clone());
        }
    }
}

impl View<'_> {
    /// Where the bytes `span` of the text stand in the original.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        match &self.map {
            Map::Same => span,
            Map::Units(_, original) => original(span),
            Map::Pieces(pieces) => pieces.original(&span),
        }
    }

    /// The decoders that made the text at `at`, outermost first; none for the bytes as they are.
    pub fn via(&self, at: usize) -> Vec<&'static str> {
        match &self.map {
            Map::Same => Vec::new(),
            Map::Units(decoder, _) => vec![decoder],
            Map::Pieces(pieces) => pieces.decoders(at).to_vec(),
        }
    }

    /// What the decoders make of the text, given that they may add `left` bytes; takes off what they added.
    fn decoded(&self, left: &mut usize) -> Vec<View<'static>> {
        let mut output = Output::new(self.file, *left);
        for decode in DECODERS {
            decode(&self.text, &mut output);
        }
        *left = output.left;
        let view = |pieces: Pieces| {
            let mut pieces = pieces.of_decoded(|span| self.original(span), |at| self.via(at));
            let text = Cow::Owned(std::mem::take(&mut pieces.text));
            View { text, file: pieces.file, map: Map::Pieces(pieces) }
        };
        output.groups.into_iter().map(view).collect()
    }
}

/// The bytes as they are, and each other way to read them that applies.
pub fn views(file: FileKind, bytes: &[u8]) -> Vec<View<'_>> {
    let mut views = vec![View { text: Cow::Borrowed(bytes), file, map: Map::Same }];
    if let Some(Decoded { text, decoder, original }) = utf16::decode(bytes) {
        views.push(View { text: Cow::Owned(text), file, map: Map::Units(decoder, original) });
    }
    let mut left = (bytes.len().saturating_mul(GROWTH)).max(LEAST_LIMIT);
    let mut done = 0;
    for _ in 0..DEPTH {
        let level: Vec<View<'_>> = views[done..].iter().flat_map(|view| view.decoded(&mut left)).collect();
        done = views.len();
        views.extend(level);
    }
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where in `text` that stands which `decode` decodes to `wanted`, and by what; none if it does not.
    pub(super) fn decoded_at(decode: Decode, text: &[u8], wanted: &str) -> Option<(Range<usize>, Vec<&'static str>)> {
        let mut output = Output::new(FileKind::of(b"a.txt"), 1 << 24);
        decode(text, &mut output);
        output.groups.iter().find_map(|pieces| {
            let at = pieces.text.windows(wanted.len().max(1)).position(|part| part.starts_with(wanted.as_bytes()))?;
            Some((pieces.original(&(at..at + wanted.len().max(1))), pieces.decoders(at.max(2)).to_vec()))
        })
    }

    fn found(text: &[u8], wanted: &str) -> Option<(Range<usize>, Vec<&'static str>)> {
        views(FileKind::of(b"a.txt"), text).iter().find_map(|view| {
            let at = view.text.windows(wanted.len()).position(|part| part == wanted.as_bytes())?;
            Some((view.original(at..at + wanted.len()), view.via(at)))
        })
    }

    #[test]
    fn decodes_what_was_decoded() {
        let inner = data_encoding::BASE64.encode(b"a line before it\npassword%3Dcorrect%2Bhorse%2B7");
        let text = format!("x\nkey: {}\n", data_encoding::BASE64.encode(inner.as_bytes()));
        let (span, via) = found(text.as_bytes(), "correct+horse+7").expect("decoded");
        assert_eq!(via, ["base64", "base64", "percent"]);
        assert!(span.start > 40 && span.end <= text.len() && span.len() > 15, "{span:?}");
    }

    #[test]
    fn goes_no_deeper_than_it_says() {
        let mut text = b"password = correct-horse-7".to_vec();
        for depth in 1..6 {
            text = data_encoding::BASE64.encode(&text).into_bytes();
            assert_eq!(found(&text, "correct-horse-7").is_some(), depth <= DEPTH, "{depth}");
        }
    }

    #[test]
    fn is_bounded_on_hostile_text() {
        let text = data_encoding::BASE64.encode("a".repeat(3 << 20).as_bytes());
        let total: usize = views(FileKind::of(b"a.txt"), text.as_bytes()).iter().map(|view| view.text.len()).sum();
        assert!(total < 16 * text.len());
    }
}
