//! The names before signs: where they begin and end, and which of the words there they are.
//!
//! Never: what a name says.

use std::ops::Range;

use super::{MAX_NAME, Reader};
use crate::detect::context::file::Syntax;

/// Words between name and sign that say what the name is: `const key string = "..."`.
const TYPES: [&[u8]; 11] =
    [b"string", b"String", b"str", b"&str", b"NSString", b"text", b"std", b"char", b"byte", b"object", b"var"];

impl Reader<'_> {
    /// Whether `name` is the first on its line, but for marks of lists and comments, and words that declare; or stands above.
    pub(super) fn opens_line(&self, name: &Range<usize>) -> bool {
        if name.start < self.line {
            return true;
        }
        if self.start > self.line && name.start - self.line > MAX_NAME {
            return false;
        }
        let before = self.text[self.line..name.start].trim_ascii();
        before.iter().all(|byte| b"#;/-+*\"'$ \t".contains(byte))
            || [
                b"export".as_slice(),
                b"set",
                b"SET",
                b"setx",
                b"ENV",
                b"ARG",
                b"env",
                b"local",
                b"- export",
                b"RUN export",
            ]
            .contains(&before)
    }

    /// The name that ends before `end`; of a declaration the name and not its type.
    pub(super) fn name_before(&self, end: usize, declaration: bool) -> Option<Range<usize>> {
        let name = self.word_before(end)?;
        if !declaration || self.syntax != Syntax::Quoted {
            return Some(name);
        }
        let before = self.before(name.start).trim_ascii_end();
        // `name: Type[of, it] = value`
        let types =
            before.iter().rev().take(40).take_while(|&&byte| is_name(byte) || b" [],<>|&'*?".contains(&byte)).count();
        let colon = self.start + before.len() - types;
        // `host:6380,name=value`
        let is_port = self.byte(colon).is_some_and(|byte| byte.is_ascii_digit());
        if colon > self.start + 1 && self.text[colon - 1] == b':' && self.text[colon - 2] != b':' && !is_port {
            return self.word_before(colon - 1).or(Some(name));
        }
        if TYPES.contains(&&self.text[name.clone()]) {
            let before = before.strip_suffix(b" As").unwrap_or(before);
            return self.word_before(self.start + before.len()).or(Some(name));
        }
        Some(name)
    }

    /// The word that ends before `end`, behind quotes, and brackets with a size in them; of `Api Key` both.
    pub(super) fn word_before(&self, end: usize) -> Option<Range<usize>> {
        let before = self.before(end);
        let closing = before.iter().rev().take(16).take_while(|byte| b" \t\"'`]\\?!)*".contains(byte)).count();
        let mut end = end - closing;
        let sized = self.before(end).iter().rev().take(8).take_while(|byte| byte.is_ascii_digit()).count();
        if self.before(end - sized).ends_with(b"[") {
            end -= sized + 1;
        } else if self.before(end).ends_with(b"[") {
            end -= 1;
        }
        let len = self.before(end).iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let start = end - len;
        match self.before(start).last() {
            Some(byte) if !byte.is_ascii() => return self.foreign_word(end),
            // `\nname: value` in a string.
            Some(b'\\') if len > 1 && b"nrt".contains(&self.text[start]) => return Some(start + 1..end),
            _ => {}
        }
        let spaced = matches!(self.syntax, Syntax::Text | Syntax::Lines | Syntax::Yaml)
            && len == 3
            && self.text[start..end].eq_ignore_ascii_case(b"key")
            && start > self.start + 1
            && self.text[start - 1] == b' '
            && !self.before(start - 1).ends_with(b"export");
        let more = if spaced {
            self.before(start - 1).iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count()
        } else {
            0
        };
        (len > 0).then(|| if more > 0 { start - 1 - more..end } else { start..end })
    }

    /// The word of any letters that ends at `end`.
    fn foreign_word(&self, end: usize) -> Option<Range<usize>> {
        let is_part = |&&byte: &&u8| is_name(byte) || !byte.is_ascii();
        let len = self.before(end).iter().rev().take(MAX_NAME).take_while(is_part).count();
        (len > 0).then(|| end - len..end)
    }
}

/// What names consist of; a table, since on the lines that are read every byte is asked about several times.
const IN_NAMES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < u8::MAX {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

pub(super) fn is_name(byte: u8) -> bool {
    IN_NAMES[usize::from(byte)]
}
