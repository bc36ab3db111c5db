//! Other ways to read the same bytes: a table of decoders, each with a map back to the original offsets.

mod utf16;

use std::{borrow::Cow, ops::Range};

/// One way to read a file's bytes.
pub struct View<'a> {
    /// The text to look at.
    pub text: Cow<'a, [u8]>,
    /// The decoders that made it, outermost first; none for the bytes as they are.
    pub via: Vec<&'static str>,
    original: fn(&[u8], Range<usize>) -> Range<usize>,
}

impl View<'_> {
    /// Where the bytes `span` of the text stand in `bytes`, the original.
    pub fn original(&self, bytes: &[u8], span: Range<usize>) -> Range<usize> {
        (self.original)(bytes, span)
    }
}

/// A decoder: the decoded text, if there is anything to decode in `bytes`.
type Decode = fn(bytes: &[u8]) -> Option<Vec<u8>>;

/// The map back: where a span of the decoded text stands in the original bytes.
type Original = fn(bytes: &[u8], span: Range<usize>) -> Range<usize>;

/// The table of decoders.
const DECODERS: &[(&str, Decode, Original)] = &[("utf16", utf16::decode, utf16::original)];

/// The bytes as they are, and each other way to read them that applies.
pub fn views(bytes: &[u8]) -> impl Iterator<Item = View<'_>> {
    let plain = View { text: Cow::Borrowed(bytes), via: Vec::new(), original: |_, span| span };
    let decoded = DECODERS.iter().filter_map(|&(name, decode, original)| {
        Some(View { text: Cow::Owned(decode(bytes)?), via: vec![name], original })
    });
    std::iter::once(plain).chain(decoded)
}
