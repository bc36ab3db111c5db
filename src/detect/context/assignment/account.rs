//! Several users with the password of each: maps under the names that such maps have, and what cloud-init hands to `chpasswd`.

use std::ops::Range;

use super::{Assignment, MAX_NAME, Reader, is_name};
use crate::detect::context::file::Syntax;

/// So many users of a map, and lines below a key, are read.
const MOST: usize = 64;

impl Reader<'_> {
    /// `users: {"name": "value"}`, with the brace at `open`: adds what looks like a password. Under such names there are all
    /// kinds of things, which are words and identifiers.
    pub(super) fn accounts_in(&self, open: usize, found: &mut Vec<Assignment>) {
        const NAMES: [&[u8]; 3] = [b"users", b"passwords", b"accounts"];
        const SIGNS: [&[u8]; 3] = [b":", b" =>", b"=>"];
        let before = self.before(open).trim_ascii_end();
        let before = before.strip_suffix(b":").or(before.strip_suffix(b"=")).unwrap_or(before);
        let Some(name) = self.word_before(self.start + before.len()).filter(|_| self.syntax == Syntax::Quoted) else {
            return;
        };
        let last = self.text[name.clone()].rsplit(|&byte| byte == b'.').next().unwrap_or_default();
        if !NAMES.iter().any(|known| last.eq_ignore_ascii_case(known)) {
            return;
        }
        let mut at = open + 1;
        for _ in 0..MOST {
            let user = self.spaces_and_newline(at);
            let plain = || self.text[user..].iter().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
            let end = self.literal(user).map_or_else(|| user + plain(), |user| self.end_of(&user));
            let Some(sign) = SIGNS.iter().find(|sign| self.text[end..].starts_with(sign)) else { return };
            let Some(value) = self.literal(self.spaces(end + sign.len())) else { return };
            at = self.end_of(&value);
            let has = |is: fn(&u8) -> bool| self.text[value.span.clone()].iter().any(is);
            if has(u8::is_ascii_digit) && has(|byte| b"!#$%^&*+=?~".contains(byte)) {
                found.push(Assignment::quoted(name.clone(), value).into_password());
            }
            if self.byte(at) != Some(b',') {
                return;
            }
            at += 1;
        }
    }

    /// Adds each `user:value` on the lines below a key of YAML, as cloud-init hands them to `chpasswd`.
    pub(super) fn accounts_below(&self, key: &Range<usize>, found: &mut Vec<Assignment>) {
        let indent = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
        let outside = indent(&self.text[self.line..]);
        let mut start = self.end + 1;
        for line in self.text.get(start..).unwrap_or_default().split(|&byte| byte == b'\n').take(MOST) {
            if indent(line) <= outside {
                return;
            }
            let place = self.trimmed(start..start + line.len());
            start += line.len() + 1;
            let account = &self.text[place.clone()];
            let user = account.iter().take_while(|&&byte| is_name(byte)).count();
            if user > 0 && account.get(user) == Some(&b':') && !account.contains(&b' ') {
                found.push(Assignment::plain(key.clone(), place.start + user + 1..place.end).into_password());
            }
        }
    }
}
