//! From candidates of a pattern rule to the places where its regular expression really holds.
//!
//! A rule's expression is run over the neighbourhood of its keywords only, and never twice over the same bytes, so that the
//! work for a rule grows with the text and not with the number of its keywords in it.

use std::ops::Range;

use regex::bytes::Regex;

use super::{context::provider::Beside, prefilter::Candidate};
use crate::rules::{NEAR, Reach, boundary::stands_alone};

/// How far before its keyword a match may begin.
const BEFORE: usize = 512;
/// How far behind its keyword a match may end: the longest tokens in use are signed documents of some 10 KB.
const BEHIND: usize = 16 << 10;

/// A place where an expression holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// All of the match.
    pub whole: Range<usize>,
    /// The secret in it.
    pub secret: Range<usize>,
    /// The secret, where it is not the bytes of its place: put together from several literals, or decoded.
    pub text: Option<Vec<u8>>,
    /// Only what stands beside it makes it a secret, and not its shape.
    pub loose: bool,
}

impl Confirmed {
    /// The secret itself, of the place in `text`.
    pub fn value<'a>(&'a self, text: &'a [u8]) -> &'a [u8] {
        self.text.as_deref().unwrap_or(&text[self.secret.clone()])
    }
}

impl From<Beside> for Confirmed {
    /// A value that is all of its match.
    fn from(Beside { place, loose }: Beside) -> Self {
        Self { whole: place.clone(), secret: place, text: None, loose }
    }
}

/// Every place near `candidates` (sorted, all of one rule) where `regex` holds and the secret is not part of a longer word.
pub fn confirm(regex: &Regex, reach: Reach, text: &[u8], candidates: &[Candidate]) -> Vec<Confirmed> {
    let mut confirmed = Vec::new();
    let mut slots = regex.capture_locations();
    let group = regex.capture_names().position(|name| name == Some("secret"));
    // A search for groups takes longer than one for the match alone.
    let mut next = |text: &[u8], from: usize| match group {
        None => regex.find_at(text, from).map(|found| (found.range(), found.range())),
        Some(group) => regex.captures_read_at(&mut slots, text, from).map(|found| {
            let secret = slots.get(group).map_or_else(|| found.range(), |(start, end)| start..end);
            (found.range(), secret)
        }),
    };
    for window in windows(reach, text, candidates) {
        let mut from = window.start;
        while let Some((whole, secret)) = next(&text[..window.end], from) {
            // Whatever begins inside a longer word is a part of it, too, so that nothing is looked at twice.
            from = secret.end.max(whole.start + 1);
            if !secret.is_empty() && stands_alone(text, &secret) {
                from = from.max(whole.end);
                confirmed.push(Confirmed { whole, secret, text: None, loose: false });
            }
            if from > window.end {
                break;
            }
        }
    }
    confirmed
}

/// The neighbourhoods of `candidates`, overlapping ones joined. However many keywords stand in one, its ends are looked for once.
fn windows(reach: Reach, text: &[u8], candidates: &[Candidate]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    // Where the last block ends at least: in the middle of a word, maybe.
    let mut open = 0;
    for candidate in candidates {
        let until = match reach {
            Reach::Line => candidate.end,
            Reach::Near => (candidate.end + NEAR).min(text.len()),
            Reach::Block => (candidate.end + BEHIND).min(text.len()),
        };
        match windows.last_mut() {
            // Covered.
            Some(last) if until <= last.end => continue,
            Some(_) if reach == Reach::Block && candidate.at < open => {
                open = until;
                continue;
            }
            Some(last) if reach == Reach::Block => last.end = last.end.max(token_end(text, open)),
            _ => {}
        }
        let start = match windows.last() {
            Some(last) if candidate.at < last.end => last.start,
            _ if reach == Reach::Near => line_start(text, candidate.at.saturating_sub(NEAR)),
            _ => line_start(text, candidate.at),
        };
        let end = match reach {
            Reach::Line | Reach::Near => line_end(text, until),
            Reach::Block => token_end(text, until),
        };
        open = until;
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => windows.push(start..end),
        }
    }
    if let Some(last) = windows.last_mut().filter(|_| reach == Reach::Block) {
        last.end = last.end.max(token_end(text, open));
    }
    windows
}

fn line_start(text: &[u8], at: usize) -> usize {
    let limit = at.saturating_sub(BEFORE);
    text[limit..at].iter().rposition(|&byte| byte == b'\n').map_or(limit, |newline| limit + newline + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    let limit = (at + BEHIND).min(text.len());
    match text[at..limit].iter().position(|&byte| byte == b'\n') {
        Some(newline) => at + newline,
        None => token_end(text, limit),
    }
}

/// A window never ends inside a word: a part of a longer value could look like a whole one.
fn token_end(text: &[u8], at: usize) -> usize {
    text[at..]
        .iter()
        .take(BEHIND)
        .position(|byte| !byte.is_ascii_alphanumeric())
        .map_or(text.len(), |n| at + n)
        .min(at + BEHIND)
        .min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str, keyword: &str) -> Vec<String> {
        let regex = crate::rules::syntax::compile(pattern).expect("a pattern");
        let candidates: Vec<_> =
            text.match_indices(keyword).map(|(at, word)| Candidate { rule: 0, at, end: at + word.len() }).collect();
        confirm(&regex, Reach::Line, text.as_bytes(), &candidates)
            .into_iter()
            .map(|hit| text[hit.secret].to_owned())
            .collect()
    }

    #[test]
    fn keeps_whole_words_only() {
        for (text, wanted) in [
            ("ab_1234", vec!["ab_1234"]),
            ("x ab_1234 ab_5678\nab_90", vec!["ab_1234", "ab_5678"]),
            ("ab_12345", vec![]),
            ("cab_1234", vec![]),
            ("ab_1234_", vec![]),
            ("\\nab_1234", vec!["ab_1234"]),
            ("%3Dab_1234", vec!["ab_1234"]),
            ("\\u003dab_1234-", vec!["ab_1234"]),
            ("cab_1234ab_5678", vec![]),
        ] {
            assert_eq!(found("ab_[0-9]{4}", text, "ab_"), wanted, "{text}");
        }
    }

    #[test]
    fn takes_the_group_named_secret() {
        assert_eq!(found("key=(?P<secret>[0-9]+)", "key=12 key=34", "key"), ["12", "34"]);
    }
}
