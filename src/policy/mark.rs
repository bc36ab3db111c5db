//! Other tools' inline marks beside a value.
//!
//! They are looked for only where something was found, and only on a line that somebody reads. Never: whether they count.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::pragma::LONG_LINE;
pub use crate::config::Mark;

/// A mark, the spellings of it that count on the line of the value, and those that count on the line above.
type Spellings = (Mark, &'static [&'static str], &'static [&'static str]);

/// Those of detect-secrets are the ones that its own expressions match.
const SPELLINGS: [Spellings; 4] = [
    (Mark::GitleaksAllow, &["gitleaks:allow"], &[]),
    (
        Mark::AllowlistSecret,
        &[
            "pragma: allowlist secret",
            "pragma:allowlist secret",
            "pragma: allowlist-secret",
            "pragma: whitelist secret",
            "pragma:whitelist secret",
            "pragma: whitelist-secret",
        ],
        &[
            "pragma: allowlist nextline secret",
            "pragma:allowlist nextline secret",
            "pragma: allowlist-nextline-secret",
            "pragma: whitelist nextline secret",
        ],
    ),
    (Mark::TrufflehogIgnore, &["trufflehog:ignore"], &[]),
    (Mark::Nosecret, &["nosecret"], &[]),
];

/// The marks for the value at `value` in `text`. `secrets` are the spans of all that was found there: a value is no comment on
/// itself or another.
pub fn beside(text: &[u8], value: &Range<usize>, secrets: &[Range<usize>]) -> Vec<Mark> {
    let Some(own) = line_at(text, value.start) else { return Vec::new() };
    let above = own.start.checked_sub(1).and_then(|newline| line_at(text, newline));
    let [own, above] =
        [Some(own), above].map(|line| line.map(|line| readable(text, line, secrets)).unwrap_or_default());
    let counts = |(mark, on_line, on_line_above): Spellings| {
        let stands =
            |line: &[u8], spellings: &[&str]| spellings.iter().any(|spelling| holds(line, spelling.as_bytes()));
        (stands(&own, on_line) || stands(&above, on_line_above)).then_some(mark)
    };
    SPELLINGS.into_iter().filter_map(counts).collect()
}

/// The line around `offset`, without its end; none that is long.
fn line_at(text: &[u8], offset: usize) -> Option<Range<usize>> {
    let first = offset.saturating_sub(LONG_LINE + 1);
    let last = text.len().min(offset + LONG_LINE + 1);
    let start = match text[first..offset].rfind_byte(b'\n') {
        Some(newline) => first + newline + 1,
        None if first == 0 => 0,
        None => return None,
    };
    let end = match text[offset..last].find_byte(b'\n') {
        Some(newline) => offset + newline,
        None if last == text.len() => last,
        None => return None,
    };
    (end - start <= LONG_LINE).then_some(start..end)
}

/// A line with a gap in the place of each value, and without the NULs of UTF-16.
fn readable(text: &[u8], line: Range<usize>, secrets: &[Range<usize>]) -> Vec<u8> {
    let mut readable = Vec::new();
    let mut at = line.start;
    let first = secrets.partition_point(|secret| secret.end <= line.start);
    for secret in secrets[first..].iter().take_while(|secret| secret.start < line.end) {
        readable.extend(text[at..secret.start.max(at)].iter().filter(|byte| **byte != 0));
        readable.push(b' ');
        at = secret.end.clamp(at, line.end);
    }
    readable.extend(text[at..line.end].iter().filter(|byte| **byte != 0));
    readable
}

/// Whether `mark` stands on `line` as a word of its own. One dash joins words; two open or close a comment.
fn holds(line: &[u8], mark: &[u8]) -> bool {
    let joins = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_:-".contains(byte));
    // Asked a dozen times beside each finding: to prepare a faster search takes longer than this one.
    memchr::memchr_iter(mark[0], line).filter(|&at| line[at..].starts_with(mark)).any(|at| {
        let (before, behind) = (&line[..at], &line[at + mark.len()..]);
        let before = before.strip_suffix(b"--").unwrap_or(before);
        let behind = behind.strip_prefix(b"--").unwrap_or(behind);
        !joins(before.last()) && !joins(behind.first())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Vec<Mark> {
        let start = text.find("VALUE").expect("a value");
        let span = start..start + "VALUE".len();
        beside(text.as_bytes(), &span, std::slice::from_ref(&span))
    }

    #[test]
    fn each_tool_has_its_mark() {
        use Mark::{AllowlistSecret, GitleaksAllow, Nosecret, TrufflehogIgnore};
        for (text, expected) in [
            ("k = VALUE # gitleaks:allow", &[GitleaksAllow][..]),
            ("k = VALUE #gitleaks:allow\r\nnext", &[GitleaksAllow]),
            ("k = VALUE  # pragma: allowlist secret", &[AllowlistSecret]),
            ("k = VALUE; // pragma: whitelist secret", &[AllowlistSecret]),
            ("# pragma: allowlist nextline secret\nk = VALUE", &[AllowlistSecret]),
            ("k = VALUE # trufflehog:ignore", &[TrufflehogIgnore]),
            ("<a>VALUE</a><!--nosecret-->", &[Nosecret]),
            ("/* nosecret */ VALUE // gitleaks:allow", &[GitleaksAllow, Nosecret]),
            // Another line's.
            ("# gitleaks:allow\nk = VALUE", &[]),
            ("k = VALUE\n# gitleaks:allow", &[]),
            ("k = VALUE # pragma: allowlist nextline secret", &[]),
            ("# pragma: allowlist nextline secret\n\nk = VALUE", &[]),
            // A part of another word.
            ("nosecrets = VALUE", &[]),
            ("noVALUEsecret", &[]),
            ("my-nosecret = VALUE", &[]),
            ("k = VALUE # gitleaks:allowed", &[]),
            ("k = VALUE # Gitleaks:Allow", &[]),
        ] {
            assert_eq!(marks(text), expected, "{text}");
        }
    }

    #[test]
    fn no_value_allows_itself_or_another() {
        let text = b"password = 'nosecret'; k = 'other'";
        let secrets = [12..20, 28..33];
        for span in &secrets {
            assert_eq!(beside(text, span, &secrets), []);
        }
    }

    #[test]
    fn a_long_line_has_none() {
        for (padding, expected) in [(0, 1), (LONG_LINE - 22, 1), (LONG_LINE - 21, 0), (4 * LONG_LINE, 0)] {
            let found = marks(&format!("k\n{}VALUE # gitleaks:allow\nk", " ".repeat(padding)));
            assert_eq!(found.len(), expected, "{padding}");
            let found = marks(&format!("k\nVALUE # gitleaks:allow{}", " ".repeat(padding)));
            assert_eq!(found.len(), expected, "{padding}");
        }
    }
}
