//! What a rule's own examples prove about it: that it is found by its keywords and pattern, and how hard its secret is to
//! guess.
//!
//! Never: the checks, placeholder words and randomness of the detector; what needs these is proved by the detector's tests.
//! `build.rs` compiles this file too.

use std::ops::Range;

use super::{
    boundary::stands_alone,
    recipe::{self, Expansion},
    rule::{Matcher, NEAR, Reach, Rule, Shape, ValueShape},
    syntax::{self, RuleSyntax},
};

/// How many examples a built-in rule has at least, and how many near misses.
pub const LEAST: usize = 2;

/// How far behind the start of its keyword's line a pattern with [`Reach::Block`] looks, in bytes.
pub const BLOCK: usize = 16 << 10;

/// What the examples of a rule do not prove.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fewer than [`LEAST`].
    #[error("needs at least 2 {0}")]
    TooFew(&'static str),
    /// One that cannot be made.
    #[error("{what} {number}: {source}")]
    Recipe {
        /// `example` or `near miss`.
        what: &'static str,
        /// From 1.
        number: usize,
        /// Why.
        source: recipe::Error,
    },
    /// One that no keyword stands in, so that the pattern would never be tried.
    #[error("example {0} contains none of the keywords")]
    NoKeyword(usize),
    /// One that the pattern does not hold for within its reach of a keyword.
    #[error("example {0} does not match the pattern within reach of a keyword")]
    NoMatch(usize),
}

/// The bits that a guesser of the rule's weakest example would have to guess; 0 where a value has no format of its own.
pub fn prove(rule: &Rule, written: &RuleSyntax) -> Result<u16, Error> {
    for (what, list) in [("examples", &written.examples), ("near misses", &written.near_misses)] {
        if list.len() < LEAST {
            return Err(Error::TooFew(what));
        }
    }
    for number in 1..=written.near_misses.len() {
        made(rule, "near miss", number, &written.near_misses)?;
    }
    let mut weakest = u16::MAX;
    for number in 1..=written.examples.len() {
        let example = made(rule, "example", number, &written.examples)?;
        if keywords(rule, &example.bytes).is_empty() && !has_common_word(rule, &example.bytes) {
            return Err(Error::NoKeyword(number));
        }
        weakest = weakest.min(bits(rule, &example).ok_or(Error::NoMatch(number))?);
    }
    Ok(weakest)
}

/// The text of one example or near miss, `number` counted from 1.
fn made(rule: &Rule, what: &'static str, number: usize, list: &[String]) -> Result<Expansion, Error> {
    let seed = format!("{} {what} {number}", rule.id);
    recipe::expand(&list[number - 1], &seed).map_err(|source| Error::Recipe { what, number, source })
}

/// The bits of the secret in `example`; none if the rule does not find it.
fn bits(rule: &Rule, example: &Expansion) -> Option<u16> {
    match &rule.matcher {
        Matcher::Pattern { regex, reach } => {
            find(rule, regex, *reach, &example.bytes).first().map(|found| example.bits(&found.secret))
        }
        Matcher::Assignment { value: ValueShape::Pattern(_), .. } => Some(example.bits(&(0..example.bytes.len()))),
        Matcher::Context { shapes, .. } => whole_value(shapes, &example.bytes).map(|value| example.bits(&value)),
        Matcher::Assignment { .. } | Matcher::Known | Matcher::Policy => Some(0),
    }
}

/// The first value of one of `shapes` that is no part of a longer word.
fn whole_value(shapes: &[Shape], text: &[u8]) -> Option<Range<usize>> {
    let at = |start: usize| {
        let length =
            shapes.iter().filter_map(|shape| shape.length(&text[start..])).max().filter(|length| *length > 0)?;
        Some(start..start + length).filter(|value| stands_alone(text, value))
    };
    (0..text.len()).find_map(at)
}

/// Whether one of the words stands there that are looked up beside named values only.
fn has_common_word(rule: &Rule, text: &[u8]) -> bool {
    let Matcher::Context { common, .. } = &rule.matcher else { return false };
    let text = text.to_ascii_lowercase();
    common.iter().any(|word| text.windows(word.len()).any(|part| part == word.as_bytes()))
}

/// Where in a text a pattern holds, in bytes.
#[derive(Debug)]
pub struct Found {
    /// The secret.
    pub secret: Range<usize>,
    /// All that the pattern matched.
    pub matched: Range<usize>,
}

/// What a pattern finds, each keyword's reach being looked at as the detector does.
pub fn find(rule: &Rule, regex: &str, reach: Reach, text: &[u8]) -> Vec<Found> {
    let words = keywords(rule, text);
    // What does not compile finds nothing; reading a rule refuses it.
    let Some(regex) = syntax::compile(regex).ok().filter(|_| !words.is_empty()) else { return Vec::new() };
    let mut all = Vec::new();
    for word in words {
        let line = start_of_line(text, word.start);
        let (start, end) = match reach {
            Reach::Line => (line, end_of_line(text, line)),
            Reach::Near => {
                let last = text.len().min(word.end + NEAR);
                (start_of_line(text, word.start.saturating_sub(NEAR)), end_of_line(text, last))
            }
            Reach::Block => (line, text.len().min(line + BLOCK)),
        };
        let in_text = |range: Range<usize>| start + range.start..start + range.end;
        for captures in regex.captures_iter(&text[start..end]) {
            let Some(matched) = captures.get(0).map(|whole| whole.range()) else { continue };
            let secret = captures.name("secret").map_or(matched.clone(), |group| group.range());
            all.push(Found { secret: in_text(secret), matched: in_text(matched) });
        }
    }
    all.retain(|found| stands_alone(text, &found.secret));
    all
}

/// Where keywords stand.
fn keywords(rule: &Rule, text: &[u8]) -> Vec<Range<usize>> {
    if rule.keywords.is_empty() {
        return Vec::new();
    }
    let words: Vec<String> = rule.keywords.iter().map(|word| regex::escape(word)).collect();
    let Ok(words) = syntax::compile(&format!("(?i:{})", words.join("|"))) else { return Vec::new() };
    words.find_iter(text).map(|word| word.range()).collect()
}

fn start_of_line(text: &[u8], at: usize) -> usize {
    text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

fn end_of_line(text: &[u8], start: usize) -> usize {
    text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proved(keys: &str) -> Result<u16, String> {
        let text = format!(
            "[[rule]]\nid = 'r'\nkeywords = ['Key_']\npattern = 'key_[a-z0-9]{{8}}'\nnear_misses = ['a', 'b']\n{keys}"
        );
        let written = syntax::read(&text).unwrap().remove(0);
        prove(&Rule::try_from(written.clone()).unwrap(), &written).map_err(|error| error.to_string())
    }

    #[test]
    fn counts_the_bits_of_the_weakest_example() {
        assert_eq!(proved("examples = ['a=key_{base36:8}', 'b=key_{hex:8};']"), Ok(32));
    }

    #[test]
    fn refuses_what_proves_nothing() {
        for (keys, message) in [
            ("examples = ['key_{hex:8}']", "needs at least 2 examples"),
            ("examples = ['key_{hex:8}', 'key_{hex}']", "example 2: `{hex}` wants a length"),
            ("examples = ['key_{hex:8}', '{hex:8}']", "example 2 contains none of the keywords"),
            ("examples = ['key_{hex:8}', 'key_{hex:9}']", "example 2 does not match"),
            ("examples = ['key_{hex:8}', 'akey_{hex:8}']", "example 2 does not match"),
            ("examples = ['key_{hex:8}', 'KEY_{lf}{hex:8}']", "example 2 does not match"),
        ] {
            let error = proved(keys).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
