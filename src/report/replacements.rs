//! `replacements`: the file that git-filter-repo and BFG take to replace text in a history, one value a line.
//!
//! The one format that holds values, for the one task that needs them: to rewrite a history, the tools must be told what to look
//! for. The command writes it to a file that nobody but its owner reads. Never: a value that passes, a comment (both tools
//! would look for its text).

use std::{cmp::Reverse, collections::BTreeSet, io};

use super::Context;
use crate::{finding::Outcome, rules::Matcher, secret::Secret};

const REPLACEMENT: &[u8] = b"==>***REMOVED***\n";
/// Shorter values may stand in other words, which would be replaced as well.
const SHORT: usize = 8;

/// What the file cannot do, for the one who will use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Values in the file.
    pub values: usize,
    /// Of them, those over several lines, which BFG does not find.
    pub over_lines: usize,
    /// Of them, those so short that they may stand in other words.
    pub short: usize,
    /// Findings whose value does not stand in its file as it is, but encoded.
    pub encoded: usize,
}

/// Writes each value that blocks once, the longer ones first, since one may be a part of another.
pub fn write(outcome: &Outcome, _context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let mut values: Vec<&[u8]> = values(outcome).into_iter().collect();
    values.sort_by_key(|value| Reverse(value.len()));
    for value in values {
        out.write_all(&pattern(value))?;
        out.write_all(REPLACEMENT)?;
    }
    Ok(())
}

/// What to say of the file that is written of `outcome`.
pub fn limits(outcome: &Outcome) -> Limits {
    let values = values(outcome);
    Limits {
        values: values.len(),
        over_lines: values.iter().filter(|value| value.contains(&b'\n')).count(),
        short: values.iter().filter(|value| value.len() < SHORT).count(),
        encoded: outcome.blocking().filter(|finding| !finding.via.is_empty()).count(),
    }
}

fn values(outcome: &Outcome) -> BTreeSet<&[u8]> {
    let of_values = outcome.blocking().filter(|finding| !matches!(finding.rule.matcher, Matcher::Policy));
    let as_it_stands = of_values.filter(|finding| finding.via.is_empty());
    as_it_stands.filter_map(|finding| finding.secret.as_ref()).map(Secret::expose).collect()
}

/// The value as a literal where both tools take it for one, else as an expression that both read alike: the expressions of
/// Python and of Java agree on `\xNN`.
fn pattern(value: &[u8]) -> Vec<u8> {
    let is_plain = value.iter().all(|byte| (0x21..0x7f).contains(byte)) && !value.windows(3).any(|part| part == b"==>");
    if is_plain {
        return [b"literal:", value].concat();
    }
    let mut pattern = b"regex:".to_vec();
    for line in value.split_inclusive(|&byte| byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = if text.len() < line.len() { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        for &byte in text {
            if byte.is_ascii_alphanumeric() {
                pattern.push(byte);
            } else {
                pattern.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
            }
        }
        if line.ends_with(b"\n") {
            pattern.extend_from_slice(br"\r?\n");
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_values_as_both_tools_read_them() {
        for (value, line) in [
            (b"hunter22".as_slice(), br"literal:hunter22".as_slice()),
            (b"a.b*c\\d", br"literal:a.b*c\d"),
            (b"regex:x", b"literal:regex:x"),
            (b"a==>b", br"regex:a\x3d\x3d\x3eb"),
            (b" a b", br"regex:\x20a\x20b"),
            (b"caf\xe9", br"regex:caf\xe9"),
            (b"-a\r\nb\n", br"regex:\x2da\r?\nb\r?\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&pattern(value)), String::from_utf8_lossy(line));
        }
    }
}
