//! The notation for whole values.
//!
//! Never: values.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};

/// A regular expression that a whole value matches: over bytes, with ASCII classes.
#[derive(Clone)]
pub struct ValuePattern(Regex);

impl ValuePattern {
    /// Reads a pattern.
    pub fn new(written: &str) -> Result<Self, regex::Error> {
        // Alone first, so that a message shows the pattern as it is written.
        let compile = |pattern: &str| RegexBuilder::new(pattern).unicode(false).build();
        compile(written)?;
        compile(&format!(r"\A(?:{written})\z")).map(Self)
    }

    /// As it is compiled; equal for equal patterns.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether all of `value` matches.
    pub fn matches(&self, value: &[u8]) -> bool {
        self.0.is_match(value)
    }
}

impl fmt::Debug for ValuePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_whole_values_only() {
        for (pattern, value, expected) in [
            ("demo-.*", "demo-key", true),
            ("demo", "demo-key", false),
            ("key", "demo-key", false),
            ("a|ab", "ab", true),
            ("a|b", "xb", false),
            ("a$", "a\nb", false),
        ] {
            let pattern = ValuePattern::new(pattern).expect("a pattern");
            assert_eq!(pattern.matches(value.as_bytes()), expected, "{pattern:?} on {value}");
        }
        assert!(ValuePattern::new("(").is_err());
    }
}
