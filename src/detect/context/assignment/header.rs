//! Values that carry a scheme or an encoding of their own: headers of HTTP, the user and password in base64.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::{Assignment, MAX_VALUE, Reader, is_name};
use crate::detect::context::file::Syntax;

/// Words before the value of a header.
const SCHEMES: [&[u8]; 5] = [b"bearer ", b"token ", b"basic ", b"apikey ", b"token token="];

/// Ends of names under which a user and a password stand together.
const PAIRS: [&[u8]; 6] = [b"basicauth", b"basic_auth", b"basic-auth", b"creds", b"credentials", b"neo4j_auth"];

/// Longer names of users are none.
const MAX_USER: usize = 64;

impl Reader<'_> {
    /// `Bearer value`, `Basic dXNlcjp2YWx1ZQ==` and their like, in quotes or not.
    pub(super) fn credentials_in_header(&self, name: &Range<usize>, at: usize) -> Option<Assignment> {
        let quoted = self.literal(at).map(|literal| literal.span);
        let start = quoted.as_ref().map_or(at, |span| span.start);
        let scheme = SCHEMES.iter().rev().find(|scheme| {
            self.text.get(start..start + scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme))
        })?;
        let value = self.word(start + scheme.len());
        let inside = quoted.as_ref().is_none_or(|span| value.end <= span.end);
        if value.len() < 8 || !inside {
            return None;
        }
        let assignment = Assignment::plain(name.clone(), value);
        let assignment = Assignment { quoted: quoted.is_some(), ..assignment };
        if **scheme == *b"basic " {
            return password_of_pair(&self.text[assignment.value.clone()])
                .map(|password| Assignment { text: Some(password), ..assignment.into_password() });
        }
        Some(assignment)
    }

    /// A field of HTTP in a string or in a command, with its value from `at` on.
    pub(super) fn field_of_http(&self, name: &Range<usize>, at: usize) -> Option<Assignment> {
        let in_string = || self.field_in_string(name, at).map(|value| (value, true));
        let (value, quoted) = in_string().or_else(|| self.bare_field(name, at).map(|value| (value, false)))?;
        Some(Assignment { quoted, ..Assignment::plain(name.clone(), value) })
    }

    /// `-H 'X-Api-Key: value'`: a field of HTTP that fills a string, with its value from `at` on.
    fn field_in_string(&self, name: &Range<usize>, at: usize) -> Option<Range<usize>> {
        if !matches!(self.syntax, Syntax::Quoted | Syntax::Shell | Syntax::Markup) || name.start == self.start {
            return None;
        }
        let quote = self.byte(name.start - 1).filter(|byte| b"\"'".contains(byte))?;
        let field = &self.text[name.clone()];
        let is_field = field.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && (field.contains(&b'-') || field.eq_ignore_ascii_case(b"apikey"))
            && self.byte(name.end) == Some(b':');
        let value = self.text.get(at..self.end)?;
        let len =
            value.iter().take(MAX_VALUE).take_while(|byte| byte.is_ascii_graphic() && !b"\"'".contains(byte)).count();
        let fills_it = len > 0 && value.get(len) == Some(&quote) && is_field;
        fills_it.then_some(at..at + len)
    }

    /// `curl -H X-Api-Key:value` and `http host X-Api-Key:value`: a field of HTTP without quotes or spaces, with its value from `at` on.
    fn bare_field(&self, name: &Range<usize>, at: usize) -> Option<Range<usize>> {
        let field = &self.text[name.clone()];
        let is_field = self.syntax == Syntax::Shell
            && field.len().checked_sub(2).is_some_and(|end| field[1..=end].contains(&b'-'))
            && field[0].is_ascii_uppercase()
            && self.byte(name.end) == Some(b':')
            && at == name.end + 1
            && self.before(name.start).ends_with(b" ");
        is_field.then(|| self.word(at))
    }

    /// The password in `"auth": "dXNlcjp2YWx1ZQ=="` and `_password=dmFsdWU=`, as package managers and containers write it.
    pub(super) fn decoded(&self, assignment: Assignment) -> Assignment {
        // `{noop}value`: the encoding of a password in Spring, which is none.
        if assignment.text.is_none() && self.text[assignment.value.clone()].starts_with(b"{noop}") {
            return Assignment { value: assignment.value.start + 6..assignment.value.end, ..assignment };
        }
        let name = &self.text[assignment.name.clone()];
        let ends =
            |end: &&[u8]| name.len().checked_sub(end.len()).is_some_and(|at| name[at..].eq_ignore_ascii_case(end));
        if PAIRS.iter().any(ends) {
            return self.second_of_pair(assignment);
        }
        let is_pair = name.eq_ignore_ascii_case(b"auth") || name.ends_with(b"_auth");
        if !is_pair && !name.ends_with(b"_password") {
            return assignment;
        }
        let value = assignment.value_in(self.text);
        let password = if is_pair { password_of_pair(value) } else { text_of(value) };
        match password {
            Some(password) => Assignment { text: Some(password), ..assignment.into_password() },
            None => assignment,
        }
    }

    /// Of `admin:value` and `admin/value` what stands behind the user.
    fn second_of_pair(&self, assignment: Assignment) -> Assignment {
        let value = &self.text[assignment.value.clone()];
        let user = value.iter().take(MAX_USER).take_while(|&&byte| is_name(byte) || byte == b'@').count();
        let is_pair = user > 0
            && assignment.text.is_none()
            && matches!(value[user..], [b':' | b'/', next, ..] if next != b'/' && next != b':');
        if !is_pair {
            return assignment;
        }
        Assignment { value: assignment.value.start + user + 1..assignment.value.end, ..assignment.into_password() }
    }
}

/// The password in the base64 of `user:password`.
pub(super) fn password_of_pair(value: &[u8]) -> Option<Vec<u8>> {
    let pair = text_of(value)?;
    let colon = pair.find_byte(b':').filter(|&colon| colon > 0)?;
    Some(pair[colon + 1..].to_vec())
}

/// The printable text that `value` is the base64 of.
pub(super) fn text_of(value: &[u8]) -> Option<Vec<u8>> {
    if value.len() < 8 {
        return None;
    }
    let decoded = data_encoding::BASE64.decode(value).or_else(|_| data_encoding::BASE64_NOPAD.decode(value)).ok()?;
    decoded.iter().all(u8::is_ascii_graphic).then_some(decoded)
}
