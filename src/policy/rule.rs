//! The findings that the policy makes by itself.
//!
//! Never: when.

use std::borrow::Cow;

use crate::rules::{self, Matcher, Rule, Severity};

/// A denied path was brought into git.
pub static DENIED_PATH: Rule = Rule {
    id: Cow::Borrowed(rules::DENIED_PATH),
    title: Cow::Borrowed("File that is kept out of git"),
    severity: Severity::High,
    ..POLICY
};

/// An inline comment allows a rule that does not exist.
pub static UNKNOWN_ALLOWANCE: Rule = Rule {
    id: Cow::Borrowed(rules::UNKNOWN_ALLOWANCE),
    title: Cow::Borrowed("Unknown rule in a comment"),
    severity: Severity::Medium,
    ..POLICY
};

const POLICY: Rule = Rule {
    id: Cow::Borrowed(""),
    title: Cow::Borrowed(""),
    provider: Cow::Borrowed(""),
    severity: Severity::Medium,
    keywords: Cow::Borrowed(&[]),
    matcher: Matcher::Policy,
    entropy: 0.0,
    checks: Cow::Borrowed(&[]),
    paths: Cow::Borrowed(&[]),
    rotate: Cow::Borrowed(""),
    bits: 0,
};
