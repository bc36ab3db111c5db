//! Other ways to read the same bytes: a table of decoders, each with a map back to the original offsets.

mod utf16;

use std::{borrow::Cow, ops::Range};

/// One way to read a file's bytes.
pub struct View<'a> {
    /// The text to look at.
    pub text: Cow<'a, [u8]>,
    /// The decoders that made it, outermost first; none for the bytes as they are.
    pub via: Vec<&'static str>,
    original: Option<Original<'a>>,
}

/// What a decoder made of a file.
struct Decoded<'a> {
    text: Vec<u8>,
    original: Original<'a>,
}

/// The map back: where a span of the decoded text stands in the original bytes. Asked for each match, so that it must not
/// walk the file.
type Original<'a> = Box<dyn Fn(Range<usize>) -> Range<usize> + 'a>;

/// A decoder: what it makes of `bytes`, if there is anything to decode.
type Decode = for<'a> fn(bytes: &'a [u8]) -> Option<Decoded<'a>>;

/// The table of decoders, by the name that reports show.
const DECODERS: &[(&str, Decode)] = &[("UTF-16", utf16::decode)];

impl View<'_> {
    /// Where the bytes `span` of the text stand in the original.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        match &self.original {
            Some(original) => original(span),
            None => span,
        }
    }
}

/// The bytes as they are, and each other way to read them that applies.
pub fn views(bytes: &[u8]) -> impl Iterator<Item = View<'_>> {
    let plain = View { text: Cow::Borrowed(bytes), via: Vec::new(), original: None };
    let decoded = DECODERS.iter().filter_map(|&(name, decode)| {
        let Decoded { text, original } = decode(bytes)?;
        Some(View { text: Cow::Owned(text), via: vec![name], original: Some(original) })
    });
    std::iter::once(plain).chain(decoded)
}
