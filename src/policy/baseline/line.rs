//! One line of a baseline:
//!
//! ```text
//! 1 SALT DIGEST RULE PATH [expires=YYYY-MM-DD] [REASON]
//! ```
//!
//! Fields are separated by single spaces. In the path, spaces, `%`, control characters and bytes that are not UTF-8 are
//! written as `%` and two hexadecimal digits.
//! Never: whether it holds.

use std::{fmt, str::FromStr};

use gix::bstr::BString;

use crate::{config::Date, fingerprint};

/// One accepted finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What the digest was made with.
    pub salt: String,
    /// The digits of a [`Fingerprint`](crate::fingerprint::Fingerprint).
    pub digest: String,
    /// A rule's id, perhaps one that does not exist here.
    pub rule: String,
    /// Compared as it is, without regard to what git says of the file.
    pub path: BString,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Why it was accepted.
    pub reason: Option<String>,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Both sides of a merge are to be kept.
    #[error("this is a merge conflict: keep the lines of both sides and delete the markers")]
    Conflict,
    /// Of another version.
    #[error("expected a line of version {}; a newer tightlip may have written this one", fingerprint::VERSION)]
    Version,
    /// Too few or empty fields.
    #[error("expected `1 SALT DIGEST RULE PATH`, separated by single spaces")]
    Fields,
    /// Not what a salt looks like.
    #[error("expected a salt of letters and digits as the second field")]
    Salt,
    /// Not what a digest looks like.
    #[error("expected a digest of 3 or 16 hexadecimal digits as the third field")]
    Digest,
    /// Not what an id looks like.
    #[error("expected a rule's id as the fourth field")]
    Rule,
    /// An escape is cut short.
    #[error("expected two hexadecimal digits behind each % of the path")]
    Path,
    /// No such day.
    #[error("expected a day behind expires=, as in expires=2027-01-31")]
    Expires,
}

impl FromStr for Line {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| text.starts_with(marker)) {
            return Err(Fault::Conflict);
        }
        let mut fields = text.splitn(6, ' ');
        let version = fields.next().unwrap_or_default();
        if version.parse() != Ok(fingerprint::VERSION) {
            return Err(Fault::Version);
        }
        let mut field = || fields.next().filter(|field| !field.is_empty()).ok_or(Fault::Fields);
        let (salt, digest, rule, path) = (field()?, field()?, field()?, field()?);
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if !salt.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Fault::Salt);
        }
        if !matches!(digest.len(), 3 | 16) || !digest.bytes().all(hex) {
            return Err(Fault::Digest);
        }
        if !rule.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(Fault::Rule);
        }
        let path = decode(path).ok_or(Fault::Path)?;
        let (expires, reason) = read_rest(fields.next().unwrap_or_default())?;
        Ok(Self { salt: salt.into(), digest: digest.into(), rule: rule.into(), path, expires, reason })
    }
}

fn read_rest(rest: &str) -> Result<(Option<Date>, Option<String>), Fault> {
    // Whoever types one space too many means the same day.
    let rest = rest.trim_start();
    let (expires, reason) = match rest.strip_prefix("expires=") {
        Some(rest) => {
            let (day, reason) = rest.split_once(' ').unwrap_or((rest, ""));
            (Some(day.parse().map_err(|_| Fault::Expires)?), reason)
        }
        None => (None, rest),
    };
    let reason = reason.trim();
    Ok((expires, (!reason.is_empty()).then(|| reason.to_owned())))
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { salt, digest, rule, path, expires, reason } = self;
        write!(f, "{} {salt} {digest} {rule} {}", fingerprint::VERSION, encode(path))?;
        if let Some(day) = expires {
            write!(f, " expires={day}")?;
        }
        if let Some(reason) = reason {
            write!(f, " {reason}")?;
        }
        Ok(())
    }
}

/// A reason as it can stand at the end of a line: on one line, and no expiry by mistake. `None` if nothing is left.
pub(super) fn one_line(reason: &str) -> Option<String> {
    let reason = reason.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    let reason = reason.collect::<Vec<_>>().join(" ");
    let reason = reason.trim_start_matches("expires=");
    (!reason.is_empty()).then(|| reason.to_owned())
}

fn encode(path: &BString) -> String {
    let mut text = String::new();
    for chunk in path.utf8_chunks() {
        for char in chunk.valid().chars() {
            if char == '%' || char.is_whitespace() || char.is_control() {
                char.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| escape(byte, &mut text));
            } else {
                text.push(char);
            }
        }
        chunk.invalid().iter().for_each(|&byte| escape(byte, &mut text));
    }
    text
}

fn escape(byte: u8, text: &mut String) {
    text.push('%');
    text.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
}

fn decode(text: &str) -> Option<BString> {
    let mut path = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            path.push(*data_encoding::HEXUPPER_PERMISSIVE.decode(tail.get(..2)?).ok()?.first()?);
            rest = &tail[2..];
        } else {
            path.push(byte);
            rest = tail;
        }
    }
    Some(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(path: &[u8], expires: Option<&str>, reason: Option<&str>) -> Line {
        Line {
            salt: "0123456789abcdef".into(),
            digest: "abc".into(),
            rule: "generic-password".into(),
            path: path.into(),
            expires: expires.map(|day| day.parse().expect("a day")),
            reason: reason.map(Into::into),
        }
    }

    #[test]
    fn survives_being_written_and_read() {
        for (line, rest) in [
            (line(b"a.env", None, None), "a.env"),
            (line("dir/ä.env".as_bytes(), None, None), "dir/ä.env"),
            (line(b"a b%\n\xff\x1b", None, None), "a%20b%25%0A%FF%1B"),
            (line("a\u{a0}b".as_bytes(), None, None), "a%C2%A0b"),
            (line(b"a.env", Some("2027-01-31"), None), "a.env expires=2027-01-31"),
            (line(b"a.env", None, Some("test  fixture")), "a.env test  fixture"),
            (line(b"a.env", Some("2027-01-31"), Some("until then")), "a.env expires=2027-01-31 until then"),
        ] {
            let text = line.to_string();
            assert_eq!(text, format!("1 0123456789abcdef abc generic-password {rest}"));
            assert_eq!(text.parse(), Ok(line), "{text}");
        }
    }

    #[test]
    fn an_expiry_behind_two_spaces_is_one() {
        let read: Line = "1 salt abc rule path  expires=2027-01-31  why".parse().expect("a line");
        assert_eq!(read.to_string(), "1 salt abc rule path expires=2027-01-31 why");
    }

    #[test]
    fn says_what_was_expected() {
        for (text, fault) in [
            ("<<<<<<< HEAD", Fault::Conflict),
            ("=======", Fault::Conflict),
            ("2 salt abc rule path", Fault::Version),
            ("hello", Fault::Version),
            ("1", Fault::Fields),
            ("1 salt abc rule", Fault::Fields),
            ("1  salt abc rule path", Fault::Fields),
            ("1 s-lt abc rule path", Fault::Salt),
            ("1 salt abcd rule path", Fault::Digest),
            ("1 salt ABC rule path", Fault::Digest),
            ("1 salt abc Rule path", Fault::Rule),
            ("1 salt abc rule a%2", Fault::Path),
            ("1 salt abc rule a%zz", Fault::Path),
            ("1 salt abc rule path expires=soon", Fault::Expires),
            ("1 salt abc rule path expires=2026-02-30 why", Fault::Expires),
        ] {
            assert_eq!(text.parse::<Line>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn keeps_reasons_on_one_line() {
        for (reason, expected) in [
            ("test fixture", Some("test fixture")),
            (" two\nlines\t\x1b[1m ", Some("two lines [1m")),
            ("expires=never", Some("never")),
            (" \n", None),
        ] {
            assert_eq!(one_line(reason).as_deref(), expected, "{reason:?}");
        }
    }
}
