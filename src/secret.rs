//! The one type that holds secret bytes.
//!
//! Never: `Display`, `Serialize`, a derived `Debug`. [`Secret::expose`] is the only door.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// So many characters in a row, if they could be a token, are masked in a text that is shown.
pub const TOKEN: usize = 16;

/// The bytes of a value that was found, wiped from memory on drop.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes a copy of `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The value itself. Whoever calls this must not let it out.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Its SHA-1 in hexadecimal, by which another tool's baseline knows it. Never written anywhere.
    pub fn sha1(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha1::digest(&self.0))
    }

    /// What may be shown: the first `public` bytes, and the last two characters of a value of 20 or more bytes.
    ///
    /// `public` is the length of the rule's own prefix (`ghp_`), which everybody knows.
    pub fn masked(&self, public: usize) -> String {
        mask(&self.0, public)
    }

    /// As [`Secret::masked`], where `public` is asked how many bytes of the value are the rule's own.
    pub fn masked_behind(&self, public: impl FnOnce(&[u8]) -> usize) -> String {
        self.masked(public(&self.0))
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// Shows at most `public` bytes in front, and two at the end of 20 or more; eight stars stand for the rest, whatever its
/// length, so that the length of a password is not told.
pub fn mask(value: &[u8], public: usize) -> String {
    let printable = |part: &[u8]| part.iter().all(|byte| (0x20..0x7f).contains(byte));
    let head = &value[..public.min(value.len())];
    let tail = if value.len() >= 20.max(head.len() + 8) { &value[value.len() - 2..] } else { &[] };
    let mut shown = String::new();
    if printable(head) {
        shown.push_str(&String::from_utf8_lossy(head));
    }
    shown.push_str("********");
    if printable(tail) {
        shown.push_str(&String::from_utf8_lossy(tail));
    }
    shown
}

/// `text` with stars wherever the value of one of `secrets` stands in it. Values of less than 4 bytes stand in many a word, and stay.
pub fn hide<'a>(secrets: impl IntoIterator<Item = &'a Secret>, text: Vec<u8>) -> Vec<u8> {
    let values: Vec<&[u8]> = secrets.into_iter().map(Secret::expose).filter(|value| value.len() >= 4).collect();
    if values.is_empty() {
        return text;
    }
    let stars = vec!["********"; values.len()];
    finder(values).replace_all_bytes(&text, &stars)
}

/// Finds where one of `values` stands, of several that begin there the longest.
pub fn finder(values: impl IntoIterator<Item = impl AsRef<[u8]>>) -> AhoCorasick {
    // A DFA of a key of 64 KiB takes ten seconds to build.
    let built = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .match_kind(MatchKind::LeftmostLongest)
        .build(values);
    built.expect("what was found is far below the automaton's limits")
}

/// Whether a token may hold `c`.
pub fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '~' | '.' | '-')
}

/// `text` with stars in place of each run that could be a token: lines round a value, and messages that repeat what somebody
/// wrote where a name belongs, since people put the value itself there, too.
pub fn without_tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_token) {
        let len = rest[start..].find(|c| !is_token(c)).unwrap_or(rest.len() - start);
        let run = &rest[start..start + len];
        shown.push_str(&rest[..start]);
        shown.push_str(if run.len() < TOKEN || is_made_of_words(run) { run } else { "********" });
        rest = &rest[start + len..];
    }
    shown + rest
}

/// Names and paths are no tokens: words and short numbers with signs between them.
fn is_made_of_words(run: &str) -> bool {
    run.split(|c: char| !c.is_ascii_alphanumeric()).all(|part| {
        part.len() < TOKEN && part.bytes().all(|byte| byte.is_ascii_alphabetic())
            || part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_its_length_only() {
        assert_eq!(format!("{:?}", Secret::new(b"hunter2")), "Secret(7 bytes)");
    }

    #[test]
    fn masks_all_but_the_public_parts() {
        assert_eq!(mask(b"abcdefgh", 0), "********");
        assert_eq!(mask(b"abcdefghijklmnopqrst", 0), "********st");
        assert_eq!(mask(b"ghp_abcdefghijklmnopqrst", 4), "ghp_********st");
        assert_eq!(mask(b"ghp_", 4), "ghp_********");
        assert_eq!(mask(b"abcdefghijklmnopqr\n\x1b", 0), "********");
    }

    #[test]
    fn hides_what_stands_elsewhere() {
        let secrets = ["hunter2", "hunter2x", "hun"].map(|value| Secret::new(value.as_bytes()));
        assert_eq!(hide(&secrets, b"xhunter2hunter2x hunter".to_vec()), b"x**************** hunter");
        assert_eq!(hide([], b"hunter2".to_vec()), b"hunter2");
    }

    #[test]
    fn a_message_repeats_no_value() {
        for (message, shown) in [
            ("there is no rule `stripe-secret-kye`", "there is no rule `stripe-secret-kye`"),
            ("a 0123456789abcdef b", "a ******** b"),
            ("0123456789abcde", "0123456789abcde"),
            ("the glob `übér/01234567+9abcdef=[a`", "the glob `übé********[a`"),
        ] {
            assert_eq!(without_tokens(message), shown);
        }
    }
}
