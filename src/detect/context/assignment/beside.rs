//! Names that stand beside a `value`, a `default` or their kin instead of before the sign: in the environments of containers, the
//! variables of Terraform, the options of command lines, columns and fields.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::{MAX_NAME, Reader, is_name, is_quote};
use crate::detect::context::file::Syntax;

/// Keys whose value belongs to a name elsewhere.
const VALUES: [&[u8]; 4] = [b"value", b"parametervalue", b"stringvalue", b"secretvalue"];
/// Keys of what holds where nothing is given.
const DEFAULTS: [&[u8]; 5] = [b"default", b"defaultvalue", b"default_value", b"initialvalue", b"envdefault"];

/// Whether anything on `line` may be the value of a name above it: that of a key or an element called `value` or `default`, an
/// element that names another one, or a row of what a statement inserts.
pub fn may_look_above(line: &[u8]) -> bool {
    let says = |word: &[u8]| position_ignoring_case(line, word).is_some();
    line.trim_ascii_start().starts_with(b"(") || line.contains(&b'<') || says(b"value") || says(b"default")
}

/// Where `word`, which is in lower case and begins with a letter, stands first.
fn position_ignoring_case(text: &[u8], word: &[u8]) -> Option<usize> {
    let (first, last) = (word[0], text.len().checked_sub(word.len())?);
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), &text[..=last])
        .find(|&at| text[at..at + word.len()].eq_ignore_ascii_case(word))
}

impl Reader<'_> {
    /// The name that the value of `key` belongs to, where that is a `value` or a `default`: `name: DB_PASSWORD`, then
    /// `value: ...`; `"--password", default="..."`; `password: { default: "..." }`.
    pub(super) fn name_beside(&self, key: &Range<usize>) -> Option<Range<usize>> {
        if !matches!(self.syntax, Syntax::Yaml | Syntax::Quoted) {
            return None;
        }
        let is_among = |words: &[&[u8]]| words.iter().any(|word| self.text[key.clone()].eq_ignore_ascii_case(word));
        let is_default = is_among(&DEFAULTS);
        if !is_default && !is_among(&VALUES) {
            return None;
        }
        if let Some(tag) = self.tag_before(key).filter(|_| is_default) {
            return Some(tag);
        }
        if let Some(field) = self.field_with_default(key).filter(|_| is_default) {
            return Some(field);
        }
        if let Some(object) = self.object_of(key).filter(|_| !is_default && self.name_behind(key).is_none()) {
            return Some(object);
        }
        let first = key.start.saturating_sub(2 * MAX_NAME);
        let before = &self.text[first..key.start];
        let mut lines = before.rsplitn(if is_default { 5 } else { 3 }, |&byte| byte == b'\n');
        let here = lines.next().unwrap_or_default();
        let mut end = key.start;
        for line in std::iter::once(here).chain(lines) {
            let start = end - line.len();
            let named = named_on(line).or_else(|| if is_default { optioned_on(line) } else { None });
            if let Some(name) = named {
                return Some(start + name.start..start + name.end);
            }
            end = start.saturating_sub(1);
        }
        if is_default { self.parent_of(key) } else { self.name_behind(key).or_else(|| self.name_above(key)) }
    }

    /// Of `env("DB_PASSWORD", default="...")`, with `default` as `key`, the variable that is looked up.
    pub(super) fn looked_up(&self, key: &Range<usize>) -> Option<Range<usize>> {
        if self.syntax != Syntax::Quoted || self.text[key.clone()] != *b"default" {
            return None;
        }
        let first = key.start.saturating_sub(2 * MAX_NAME);
        let open = first + self.text[first..key.start].rfind_byte(b'(')?;
        let variable = self.literal(self.spaces_and_newline(open + 1))?;
        let end = self.end_of(&variable);
        let is_capital = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let is_argument = end < key.start && self.byte(end) == Some(b',') && !self.text[end..key.start].contains(&b')');
        (is_argument && self.text[variable.span.clone()].iter().all(is_capital)).then_some(variable.span)
    }

    /// Of `env:"NAME" envDefault:"..."`, the tags of a field in Go, the name.
    fn tag_before(&self, key: &Range<usize>) -> Option<Range<usize>> {
        let tag = self.before(key.start).strip_suffix(b"\" ")?;
        let open = tag.rfind_byte(b'"').filter(|&open| open > 0 && tag[open - 1] == b':')?;
        let name = self.start + open + 1..self.start + tag.len();
        (!name.is_empty() && self.text[name.clone()].iter().all(|&byte| is_name(byte))).then_some(name)
    }

    /// `"name": {"value": ...`: the name of the object that begins before `key`.
    fn object_of(&self, key: &Range<usize>) -> Option<Range<usize>> {
        let before = self.before(key.start).trim_end_with(|sign| sign == '"' || sign == '\'').trim_ascii_end();
        let before = before.strip_suffix(b"{")?.trim_ascii_end().strip_suffix(b":")?;
        self.word_before(self.start + before.len())
    }

    /// The key of YAML that `key` stands below, as `Default` does below the name of a parameter.
    fn parent_of(&self, key: &Range<usize>) -> Option<Range<usize>> {
        const LINES: usize = 8;
        let indent = self.before(key.start).len();
        if self.syntax != Syntax::Yaml || self.start > self.line || !self.before(key.start).trim_ascii().is_empty() {
            return None;
        }
        let first = self.line.saturating_sub(3 * MAX_NAME);
        let mut end = self.line;
        for line in self.text[first..self.line].rsplitn(LINES + 1, |&byte| byte == b'\n').skip(1) {
            end -= line.len() + 1;
            let written = line.trim_ascii();
            let lead = line.iter().take_while(|&&byte| byte == b' ').count();
            if written.is_empty() || lead >= indent {
                continue;
            }
            let name = written.strip_suffix(b":")?;
            let is_whole = end == 0 || self.text[end - 1] == b'\n';
            let is_alone = name.iter().all(|&byte| is_name(byte)) && is_whole;
            return is_alone.then_some(end + lead..end + lead + name.len());
        }
        None
    }

    /// Of `name, _ := hex.DecodeString("value")`, with `_` as `second`, the name.
    pub(super) fn first_of_two(&self, second: &Range<usize>) -> Option<Range<usize>> {
        let is_spare = matches!(&self.text[second.clone()], b"_" | b"err");
        let first = self.before(second.start).trim_ascii_end().strip_suffix(b",").filter(|_| is_spare)?;
        self.word_before(self.start + first.len())
    }

    /// Of `name: Type = Field(default="...")`, with `default` as `key`, the name; arguments may stand before it.
    fn field_with_default(&self, key: &Range<usize>) -> Option<Range<usize>> {
        let open = self.before(key.start).find_byte(b'(')?;
        let head = self.before(self.start + open);
        let callee = head.iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let assigned = head[..head.len() - callee].trim_ascii_end().strip_suffix(b"=")?;
        let is_called = callee > 0 && !self.before(key.start)[open..].contains(&b')');
        self.name_before(self.start + assigned.len(), true).filter(|_| is_called)
    }

    /// `db_password:` on the line above, which holds nothing else.
    fn name_above(&self, key: &Range<usize>) -> Option<Range<usize>> {
        let line = self.text[..key.start].rfind_byte(b'\n')?;
        let first = line.saturating_sub(MAX_NAME);
        let above = &self.text[first..line];
        let start = above.rfind_byte(b'\n').map_or(0, |newline| newline + 1);
        let lead = |line: &[u8]| line.iter().take_while(|byte| b" \t".contains(byte)).count();
        let above = above[start..].trim_ascii_end();
        let is_below = lead(above) < lead(&self.text[line + 1..key.start]);
        let inside = above.strip_suffix(b"{").map_or(above, <[u8]>::trim_ascii_end).strip_suffix(b":")?;
        let inside = inside.trim_end_with(|sign| sign == '"' || sign == '\'');
        let len = inside.iter().rev().take_while(|&&byte| is_name(byte)).count();
        let is_alone = inside[..inside.len() - len].iter().all(|byte| b" \t\"'".contains(byte));
        (is_below && is_alone && len > 0).then(|| first + start + inside.len() - len..first + start + inside.len())
    }

    /// `"value": "...", "name": "NAME"` in one pair of braces, on the line of `key` or the next.
    fn name_behind(&self, key: &Range<usize>) -> Option<Range<usize>> {
        let last = self.text.len().min(key.end + 4 * MAX_NAME);
        let behind = &self.text[key.end..last];
        let close = behind.find_byte(b'}')?;
        let lines = behind[..close].find_iter("\n").nth(1).unwrap_or(close);
        let name = named_on(&behind[..lines])?;
        Some(key.end + name.start..key.end + name.end)
    }
}

/// The value of `name: NAME`, `"key" = "NAME"` or `variable "NAME" {` on a line.
fn named_on(line: &[u8]) -> Option<Range<usize>> {
    const KEYS: [&[u8]; 5] = [b"name", b"key", b"parameterkey", b"variable ", b"id"];
    for key in KEYS {
        let Some(last) = line.len().checked_sub(key.len()) else { continue };
        let mut starts = memchr::memrchr2_iter(key[0], key[0].to_ascii_uppercase(), &line[..=last]);
        let is_whole = |at: usize| !at.checked_sub(1).is_some_and(|before| is_name(line[before]));
        let is_key = |&at: &usize| line[at..at + key.len()].eq_ignore_ascii_case(key) && is_whole(at);
        let Some(at) = starts.find(is_key) else { continue };
        let from = at + key.len();
        let signs = line[from..].iter().take_while(|byte| b"\"' :=".contains(byte)).count();
        let has_sign = line[from..from + signs].iter().any(|byte| b":=".contains(byte)) || key.ends_with(b" ");
        let start = from + signs;
        // `/prod/db/password`: the last part of a path.
        let path = line[start..].iter().take_while(|&&byte| is_name(byte) || byte == b'/').count();
        let start = start + line[start..start + path].rfind_byte(b'/').map_or(0, |slash| slash + 1);
        let len = line[start..].iter().take_while(|&&byte| is_name(byte)).count();
        // `name: pass the token through`
        let goes_on = matches!(&line[start + len..], [b' ', next, ..] if next.is_ascii_alphanumeric());
        if has_sign && len > 0 && !goes_on {
            return Some(start..start + len);
        }
    }
    None
}

/// The name of an option of a command line, `"--name"`, or of the object that the line is in, `name: {`.
fn optioned_on(line: &[u8]) -> Option<Range<usize>> {
    let word_at = |start: usize| {
        let len = line[start..].iter().take_while(|&&byte| is_name(byte)).count();
        (len > 0).then_some(start..start + len)
    };
    if let Some(flag) = line.rfind("--").filter(|&flag| flag > 0 && is_quote(line[flag - 1])) {
        return word_at(flag + 2);
    }
    let brace = line.rfind_byte(b'{')?;
    let before = line[..brace].trim_ascii_end().strip_suffix(b":")?;
    let before = before.trim_end_with(|sign| sign == '"' || sign == '\'');
    let len = before.iter().rev().take_while(|&&byte| is_name(byte)).count();
    (len > 0).then(|| before.len() - len..before.len())
}
