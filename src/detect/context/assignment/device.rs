//! Values on the lines of routers, daemons and installers, whose grammar is fixed: `radius-server host x key value`,
//! `user x insecure-password value`, `user x on >value`, `x : PSK "value"`, `passwd/root-password password value`.

use gix::bstr::ByteSlice;

use super::{Assignment, Reader, is_quote};
use crate::detect::context::file::Syntax;

/// How lines begin, and what stands on them before a password.
const LINES: [(&[u8], &[u8]); 16] = [
    (b"tacacs-server", b" key"),
    (b"radius-server", b" key"),
    (b"crypto isakmp", b" key"),
    (b"ip ospf", b" md5"),
    (b"ip ospf", b" authentication-key"),
    (b"ntp authentication-key", b" md5"),
    (b"enable secret", b" secret"),
    (b"username", b" secret"),
    (b"ppp", b" password"),
    (b"", b"pre-shared-key ascii-text"),
    (b"user", b" insecure-password"),
    (b"rootpw", b" --plaintext"),
    (b"", b": PSK"),
    (b"", b": EAP"),
    (b"", b": XAUTH"),
    (b"ftp-server", b" password"),
];

/// The same of a user and a password with a colon between them.
const PAIRS: [(&[u8], &[u8]); 4] = [(b"stats", b" auth"), (b"[", b"]:587"), (b"[", b"]:465"), (b"[", b"]:25")];

/// How the words before a password end, those of [`is_answer`] too: every space is asked.
const ENDS: [bool; 256] = {
    let mut table = [false; 256];
    table[b'd' as usize] = true;
    let mut at = 0;
    while at < LINES.len() + PAIRS.len() {
        let (_, end) = if at < LINES.len() { LINES[at] } else { PAIRS[at - LINES.len()] };
        table[end[end.len() - 1] as usize] = true;
        at += 1;
    }
    table
};

impl Reader<'_> {
    /// What stands behind the words of [`LINES`] or [`PAIRS`], with the space before it at `at`.
    pub(super) fn of_device(&self, at: usize) -> Option<Assignment> {
        if !matches!(self.syntax, Syntax::Lines | Syntax::Text | Syntax::Shell) || self.start > self.line {
            return None;
        }
        let before = self.before(at);
        if !before.last().is_some_and(|&last| ENDS[usize::from(last)]) {
            return None;
        }
        let lead = before.len() - before.trim_ascii_start().len();
        let written = &before[lead..];
        let stands_in = |lines: &[(&[u8], &[u8])]| {
            lines.iter().any(|(begin, end)| written.starts_with(begin) && written.ends_with(end))
        };
        let is_pair = stands_in(&PAIRS);
        if !is_pair && !stands_in(&LINES) && !is_answer(written) {
            return None;
        }
        // The device is told that what follows is not encrypted.
        let start = if self.text[at..].starts_with(b" 0 ") { at + 3 } else { at + 1 };
        let value = self.argument(self.line + lead..at, start)?;
        // `@eap: EAP packet`
        if !value.quoted && [b": PSK".as_slice(), b": EAP", b": XAUTH"].iter().any(|end| written.ends_with(end)) {
            return None;
        }
        let behind = self.text[value.value.end..self.end.max(value.value.end)].trim_ascii();
        // Sentences go on with words.
        if !value.quoted && behind.first().is_some_and(|byte| !is_quote(*byte)) && !behind.starts_with(b"address ") {
            return None;
        }
        if is_pair { self.password_of_user(value, b':') } else { Some(value.into_password()) }
    }

    /// `user x on >value` in the users of Redis, with the sign at `at`.
    pub(super) fn of_user_list(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        let is_entry = matches!(self.syntax, Syntax::Lines | Syntax::Text | Syntax::Shell)
            && before.ends_with(b" ")
            && before.contains_str(" on ")
            && [b"user ".as_slice(), b"ACL SETUSER "].iter().any(|begin| before.contains_str(begin));
        if is_entry { Some(self.argument(self.start..at, at + 1)?.into_password()) } else { None }
    }
}

/// `d-i passwd/root-password password`: the question of an installer, before what answers it.
fn is_answer(written: &[u8]) -> bool {
    let question = written.strip_suffix(b" password").and_then(|before| before.rsplit(|&byte| byte == b' ').next());
    question.is_some_and(|question| {
        let asked = question.strip_suffix(b"-again").or(question.strip_suffix(b"_again")).unwrap_or(question);
        question.contains(&b'/') && asked.ends_with(b"password")
    })
}
