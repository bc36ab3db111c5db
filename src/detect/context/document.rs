//! Where in a JSON document an offset stands.
//!
//! Never: whether the document is valid. What is broken is read as far as it goes.

/// A step from the top of a document to a value in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the member of this name.
    Member(Vec<u8>),
    /// Into the element of this number, from 0.
    Element(usize),
}

/// Reads a document once, for offsets that ascend.
pub struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    path: Vec<Step>,
    /// The last string, which is the name of a member if a colon follows.
    string: Vec<u8>,
}

/// Deeper documents are not read any deeper.
const DEEPEST: usize = 128;
/// Longer strings are no names.
const LONGEST_NAME: usize = 256;

impl<'a> Walk<'a> {
    /// At the top of `text`.
    pub fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, path: Vec::new(), string: Vec::new() }
    }

    /// The steps to the value that `offset` stands in.
    pub fn to(&mut self, offset: usize) -> &[Step] {
        while self.at < offset.min(self.text.len()) {
            match self.text[self.at] {
                b'"' => {
                    let end = self.string_end();
                    if end > offset {
                        break;
                    }
                    let name = &self.text[self.at + 1..end.max(self.at + 2) - 1];
                    self.string = name[..name.len().min(LONGEST_NAME)].to_vec();
                    self.at = end;
                    continue;
                }
                b'{' if self.path.len() < DEEPEST => self.path.push(Step::Member(Vec::new())),
                b'[' if self.path.len() < DEEPEST => self.path.push(Step::Element(0)),
                b'}' | b']' => {
                    self.path.pop();
                }
                b':' => {
                    if let Some(Step::Member(name)) = self.path.last_mut() {
                        *name = std::mem::take(&mut self.string);
                    }
                }
                b',' => {
                    if let Some(Step::Element(number)) = self.path.last_mut() {
                        *number += 1;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        &self.path
    }

    /// The place behind the string that begins here.
    fn string_end(&self) -> usize {
        let mut at = self.at + 1;
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'"' => return at + 1,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_an_offset_stands() {
        let text = br#"{"a": [1, {"b\"": "x", "c": "found"}], "d": {"e": "later"}}"#;
        let mut walk = Walk::new(text);
        let at = |word: &str| text.windows(word.len()).position(|part| part == word.as_bytes()).expect(word);
        let member = |name: &str| Step::Member(name.as_bytes().to_vec());
        assert_eq!(walk.to(at("found")), [member("a"), Step::Element(1), member("c")]);
        assert_eq!(walk.to(at("later")), [member("d"), member("e")]);
    }

    #[test]
    fn reads_broken_documents() {
        for text in [&b"]]}}"[..], b"\"", b"{\"a", b"\\", b"[[[[", b"{:::,,,", b"\"\\"] {
            for offset in 0..=text.len() + 1 {
                Walk::new(text).to(offset);
            }
        }
        assert_eq!(Walk::new(&b"[".repeat(10_000)).to(10_000).len(), DEEPEST);
    }
}
