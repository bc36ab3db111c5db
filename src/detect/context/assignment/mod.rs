//! Named values, read by the syntax of the file: `name = value`, `"name": "value"`, `<name>value</name>`, `--name value`.
//!
//! This file knows the signs of assignments; each file beside it one family of syntaxes. What is read here is text: whether a
//! value is a secret is decided elsewhere.

mod account;
mod beside;
mod call;
mod command;
mod device;
mod fallback;
mod header;
mod heredoc;
mod literal;
mod markup;
mod name;
mod plain;
mod statement;
#[cfg(test)]
mod tests;

use std::{
    cell::{Cell, OnceCell},
    ops::Range,
};

use gix::bstr::ByteSlice;

use super::file::Syntax;

pub use beside::may_look_above;
use name::is_name;

/// A name and the value beside it, as offsets into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name, without quotes and signs.
    pub name: Range<usize>,
    /// The place of the value, without quotes.
    pub value: Range<usize>,
    /// The value, where it is not the bytes of its place: put together from several literals, or decoded.
    pub text: Option<Vec<u8>>,
    /// The value stood in quotes.
    pub quoted: bool,
    /// The syntax says that this is a password, whatever its name: `curl -u user:value`.
    pub is_password: bool,
    /// The same of a key that a cipher or a signer is handed.
    pub is_key: bool,
}

/// Longer names are none.
pub const MAX_NAME: usize = 100;
/// Longer values are none.
pub const MAX_VALUE: usize = 4096;

/// A line, or the part of it that matters, and what a value may go on with behind it.
pub struct Reader<'a> {
    text: &'a [u8],
    /// Where the line begins.
    line: usize,
    /// Where the first name may begin: not before the line.
    start: usize,
    /// Where the line ends, or the part of it that matters.
    end: usize,
    syntax: Syntax,
    /// Whether a command stands there that takes a password without a flag; found out when first asked for.
    has_command: OnceCell<bool>,
    /// Bytes in a row none of which ends a word.
    run: Cell<Range<usize>>,
}

impl<'a> Reader<'a> {
    /// Reads the line of `text` that begins at `line`: names from `part.start` on, values until `part.end`.
    pub fn new(text: &'a [u8], line: usize, part: Range<usize>, syntax: Syntax) -> Self {
        let mut reader = Self {
            text,
            line,
            start: part.start,
            end: part.end,
            syntax,
            has_command: OnceCell::new(),
            run: Cell::default(),
        };
        // Nobody quotes in a comment.
        if matches!(syntax, Syntax::Quoted | Syntax::Markup) && reader.is_comment() {
            reader.syntax = Syntax::Text;
        }
        reader
    }

    /// The assignments whose sign stands in `signs`; values may be empty.
    pub fn assignments(&self, signs: Range<usize>) -> Vec<Assignment> {
        let mut found = Vec::new();
        let mut at = signs.start;
        while at < signs.end {
            at = match self.text[at] {
                b'=' => self.at_equals(at, &mut found),
                b':' => self.at_colon(at, &mut found),
                byte => {
                    match byte {
                        b',' => found.extend(self.at_comma(at)),
                        b'(' => {
                            found.extend(self.at_call(at));
                            found.extend(self.inserted(at));
                        }
                        b'{' => {
                            found.extend(self.at_brace(at).or_else(|| self.defined_bytes(at)));
                            self.accounts_in(at, &mut found);
                        }
                        b'"' | b'\'' => found.extend(self.at_quote(at)),
                        b'|' | b'?' => {
                            self.at_fallback(at, &mut found);
                            found.extend(self.at_pipe(at));
                        }
                        b'>' => found.extend(self.of_user_list(at).or_else(|| self.at_tag_end(at))),
                        b'-' if self.before(at).ends_with(b"<") => self.at_arrow(at, &mut found),
                        b'-' => found.extend(self.at_flag(at)),
                        b'/' => found.extend(self.at_slash(at)),
                        b' ' | b'\t' => found.extend(self.at_space(at)),
                        _ => {}
                    }
                    at + 1
                }
            };
        }
        found
    }
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    /// The line, or the part of it that matters, up to `at`; nothing if that stands above.
    fn before(&self, at: usize) -> &[u8] {
        &self.text[self.start.min(at)..at]
    }

    fn is_comment(&self) -> bool {
        let line = self.text[self.line..self.end].trim_ascii_start();
        let signs: &[&[u8]] = match self.syntax {
            Syntax::Markup => &[b"<!-- "],
            _ => &[b"//", b"# ", b"#:", b"* ", b"-- ", b";", b"/* ", b"/** ", b"{/* "],
        };
        signs.iter().any(|sign| line.starts_with(sign))
    }

    /// `=`, `==`, `=>`, and with what may stand before it: `:=`, `+=`, `?=`, `||=`.
    fn at_equals(&self, at: usize, found: &mut Vec<Assignment>) -> usize {
        let mut end = at + 1;
        while self.byte(end) == Some(b'=') && end < self.end {
            end += 1;
        }
        if matches!(self.byte(end), Some(b'>' | b'~')) {
            end += 1;
        }
        let before = self.before(at);
        let signs = before.iter().rev().take_while(|byte| b":+?.|&!<".contains(byte)).count();
        if self.text[..end].ends_with(b"==") && self.syntax == Syntax::Quoted {
            found.extend(self.compared(at - signs, end));
        }
        if self.syntax == Syntax::Quoted && end == at + 1 && self.several(at - signs, end, found) {
            return end;
        }
        // `public string Name { get; set; } = "value"`
        let property = before.trim_ascii_end().ends_with(b"}").then(|| self.before(at).rfind(" { get")).flatten();
        let name_end = property.map_or(at - signs, |brace| self.start + brace);
        if let Some(name) = self.name_before(name_end, true) {
            let name = self.first_of_two(&name).unwrap_or(name);
            let beside = self.field_before(&name).or_else(|| self.name_beside(&name));
            if let Some(variable) = self.looked_up(&name) {
                self.assign(&variable, end, true, found);
            }
            self.assign(&beside.unwrap_or(name), end, true, found);
        }
        end
    }

    /// `"value" == name`, with the sign from `before` to `after`.
    fn compared(&self, before: usize, after: usize) -> Option<Assignment> {
        let end = self.start + self.before(before).trim_ascii_end().len();
        let value = self.literal_before(end)?;
        let start = self.spaces(after);
        let rest = &self.text[start..self.end.max(start)];
        let signs = rest.iter().take_while(|byte| b"$@*".contains(byte)).count();
        let part = |&&byte: &&u8| is_name(byte) || b"->".contains(&byte);
        let len = rest[signs..].iter().take(MAX_NAME).take_while(part).count();
        let name = start + signs..start + signs + len;
        (len > 0).then(|| Assignment { quoted: true, ..Assignment::plain(name, value) })
    }

    /// `user, password = "me", "value"`: adds each; says whether there are several.
    fn several(&self, before: usize, after: usize, found: &mut Vec<Assignment>) -> bool {
        let names = self.text[self.line.min(before)..before].trim_ascii();
        let names = names.strip_prefix(b"(").and_then(|inside| inside.strip_suffix(b")")).unwrap_or(names);
        if self.start > self.line
            || !names.contains(&b',')
            || names.iter().any(|&byte| !is_name(byte) && !b", \t$".contains(&byte))
        {
            return false;
        }
        let line = &self.text[self.line..before];
        let mut begin = before - line.trim_ascii_start().trim_start_with(|sign| sign == '(').len();
        let open = self.spaces(after);
        let mut at = if matches!(self.byte(open), Some(b'(' | b'[')) { open + 1 } else { after };
        for name in names.split(|&byte| byte == b',') {
            let lead = name.len() - name.trim_ascii_start().len();
            let Some(literal) = self.literal(self.spaces(at)) else { return false };
            at = self.spaces(self.end_of(&literal));
            found.push(Assignment::quoted(begin + lead..begin + lead + name.trim_ascii().len(), literal));
            begin += name.len() + 1;
            if self.byte(at) != Some(b',') {
                break;
            }
            at += 1;
        }
        true
    }

    /// `name{"value"}` and `fetch("NAME") { "value" }`.
    fn at_brace(&self, at: usize) -> Option<Assignment> {
        if self.syntax != Syntax::Quoted {
            return None;
        }
        let literal = self.literal(self.spaces(at + 1))?;
        let name = self.word_before(at).filter(|_| self.byte(self.end_of(&literal)) == Some(b'}'))?;
        // `val name by lazy { "value" }`
        let lazy = self.before(at).trim_ascii_end().strip_suffix(b" by lazy");
        let name = lazy.map_or(Some(name), |before| self.word_before(self.start + before.len()))?;
        Some(Assignment::quoted(name, literal))
    }

    /// `name <- "value"`, with the dash at `at`.
    fn at_arrow(&self, at: usize, found: &mut Vec<Assignment>) {
        if let Some(name) = self.word_before(at - 1).filter(|_| self.syntax == Syntax::Quoted) {
            self.assign(&name, at + 1, true, found);
        }
    }

    /// `name: value` and `"name": "value"`, but neither `::` nor the colon of an address; and `${NAME:-value}`.
    fn at_colon(&self, at: usize, found: &mut Vec<Assignment>) -> usize {
        match self.byte(at + 1) {
            // Also `${NAME:?message}`.
            Some(b':' | b'?') => at + 2,
            Some(b'=') => at + 1,
            Some(b'/') if self.byte(at + 2) == Some(b'/') => at + 3,
            Some(b'-') => {
                found.extend(self.default_of_variable(at));
                at + 2
            }
            _ => {
                if let Some(default) = self.default_of_variable(at) {
                    found.push(default);
                } else if let Some(told) = self.told_of(at) {
                    found.push(told);
                } else if let Some(name) = self.name_before(at, false) {
                    let name = self.name_beside(&name).unwrap_or(name);
                    if self.syntax == Syntax::Yaml && self.text[name.clone()] == *b"chpasswd" {
                        self.accounts_below(&name, found);
                    }
                    self.assign(&name, at + 1, false, found);
                }
                at + 1
            }
        }
    }

    /// `${NAME:-value}` and `${name:value}`, with the colon at `at`; of a parameter that has only a number, what it is set to.
    fn default_of_variable(&self, at: usize) -> Option<Assignment> {
        let name = self.word_before(at)?;
        let opened = name.start >= self.start + 2 && self.text[name.start - 2..].starts_with(b"${") && name.end == at;
        let start = at + 1 + usize::from(self.byte(at + 1) == Some(b'-'));
        let len = self.text.get(start..self.end)?.iter().take(MAX_NAME).position(|&byte| byte == b'}')?;
        let is_number = self.text[name.clone()].iter().all(u8::is_ascii_digit);
        let outer =
            || self.before(name.start - 2).trim_end_with(|sign| sign == '"').strip_suffix(b"=").map(<[u8]>::len);
        let name = if opened && is_number { self.word_before(self.start + outer()?)? } else { name };
        opened.then_some(Assignment::plain(name, start..start + len))
    }

    /// Adds what stands behind the sign that ends before `after`.
    fn assign(&self, name: &Range<usize>, after: usize, equals: bool, found: &mut Vec<Assignment>) {
        let at = self.spaces(after).min(self.end);
        let at = if self.syntax == Syntax::Yaml { self.behind_properties(at) } else { at };
        if let Some(assignment) = self.credentials_in_header(name, at) {
            found.push(assignment);
            return;
        }
        if self.list(name, at, found) {
            return;
        }
        match self.joined_literal(at) {
            literal::Joined::Value(value) => {
                found.push(self.decoded(Assignment::quoted(name.clone(), value)));
                return;
            }
            literal::Joined::Expression => return,
            literal::Joined::None => {}
        }
        if let Some(value) = self.heredoc(at) {
            found.push(Assignment { quoted: true, ..Assignment::plain(name.clone(), value) });
            return;
        }
        let spaced = at > after;
        if let Some(field) = self.field_of_http(name, at).filter(|_| !equals) {
            found.push(field);
            return;
        }
        let value = match self.syntax {
            Syntax::Lines if self.opens_line(name) => Some(self.rest_of_line(at)),
            Syntax::Yaml if spaced && self.byte(at) == Some(b'[') => {
                self.flow_list(name, at, found);
                None
            }
            Syntax::Yaml if spaced || equals || at == self.end => {
                self.block(name, at, found);
                Some(self.scalar(name, at))
            }
            Syntax::Lines | Syntax::Text => Some(self.word(at)),
            Syntax::Shell if equals && (!spaced || self.is_variable_of_make(name)) => Some(self.word(at)),
            Syntax::Quoted if equals && !spaced && self.is_variable_of_shell(name, at) => Some(self.word(at)),
            Syntax::Quoted | Syntax::Markup if equals && !spaced => self.part_of_string(at),
            Syntax::Quoted if self.is_in_remark(name, at) => Some(self.word(at)),
            // YAML in a string.
            Syntax::Quoted if self.before(name.start).ends_with(b"\\n") => self.part_of_string(at),
            _ => None,
        };
        if let Some(value) = value {
            found.push(self.decoded(Assignment::plain(name.clone(), value)));
        }
    }

    /// `export DB_PASSWORD=value` on a line of its own, as in a script that stands in other code.
    fn is_variable_of_shell(&self, name: &Range<usize>, at: usize) -> bool {
        let lead = self.text[self.line.min(name.start)..name.start].trim_ascii();
        let name = &self.text[name.clone()];
        let end = self.word(at).end;
        (lead.is_empty() || lead == b"export")
            && name.contains(&b'_')
            && !name.iter().any(|byte| byte.is_ascii_lowercase() || *byte == b'.')
            && self.text[end..self.end.max(end)].trim_ascii().is_empty()
    }

    /// `NAME := value` at the start of a line, or behind the word that hands it on.
    fn is_variable_of_make(&self, name: &Range<usize>) -> bool {
        let before = self.text[self.line..name.start].trim_ascii_end();
        (before.is_empty() && name.start == self.line || before == b"export" || before == b"override")
            && self.text[name.clone()].iter().all(|byte| !byte.is_ascii_lowercase())
    }

    /// Behind the spaces and tabs at `at`.
    fn spaces(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        at + rest.iter().take(64).take_while(|&&byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// Behind the spaces at `at`, and one line's end with them.
    fn spaces_and_newline(&self, at: usize) -> usize {
        let at = self.spaces(at);
        let at = if self.byte(at) == Some(b'\r') { at + 1 } else { at };
        if self.byte(at) == Some(b'\n') { self.spaces(at + 1) } else { at }
    }

    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = range.start + text.len() - text.trim_ascii_start().len();
        start..(start + text.trim_ascii().len())
    }
}

impl Assignment {
    fn plain(name: Range<usize>, value: Range<usize>) -> Self {
        Self { name, value, text: None, quoted: false, is_password: false, is_key: false }
    }

    fn quoted(name: Range<usize>, literal: literal::Literal) -> Self {
        Self { name, value: literal.span, text: literal.text, quoted: true, is_password: false, is_key: false }
    }

    /// The same, of what the syntax says to be a password.
    fn into_password(self) -> Self {
        Self { is_password: true, ..self }
    }

    /// The same, of what the syntax says to be a key.
    fn into_key(self) -> Self {
        Self { is_key: true, ..self }
    }

    /// The value itself.
    pub fn value_in<'a>(&'a self, text: &'a [u8]) -> &'a [u8] {
        self.text.as_deref().unwrap_or(&text[self.value.clone()])
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}
