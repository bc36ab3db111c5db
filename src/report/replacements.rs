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

/// Words before a colon that tell the tools how to take what follows.
const PREFIXES: [&[u8]; 3] = [b"literal:", b"regex:", b"glob:"];

/// The value as it is where both tools take it for a literal, else as an expression that both read alike: those of Python and
/// of Java agree on `\xNN`. A literal has no prefix, since BFG documents none; text of any script stays one, since an expression
/// of bytes would not fit the characters that BFG looks at.
fn pattern(value: &[u8]) -> Vec<u8> {
    if is_literal(value) {
        return value.to_vec();
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

/// Whether a line may hold the value as it is: text without a sign that the tools, or what edits the line, would take otherwise.
fn is_literal(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let is_bare = text.trim() == text && !text.chars().any(|c| c.is_control() || c.is_whitespace() && c != ' ');
    is_bare && !text.contains("==>") && !PREFIXES.iter().any(|prefix| value.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_values_as_both_tools_read_them() {
        for (value, line) in [
            (b"hunter22".as_slice(), br"hunter22".as_slice()),
            (b"a.b*c\\d", br"a.b*c\d"),
            (b"#a b=", b"#a b="),
            ("p\u{e4}ss".as_bytes(), "p\u{e4}ss".as_bytes()),
            (b"regex:x", br"regex:regex\x3ax"),
            (b"glob:x", br"regex:glob\x3ax"),
            (b"literal:x", br"regex:literal\x3ax"),
            (b"a==>b", br"regex:a\x3d\x3d\x3eb"),
            (b" a b", br"regex:\x20a\x20b"),
            (b"a\tb", br"regex:a\x09b"),
            (b"caf\xe9", br"regex:caf\xe9"),
            (b"-a\r\nb\n", br"regex:\x2da\r?\nb\r?\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&pattern(value)), String::from_utf8_lossy(line));
        }
    }
}
