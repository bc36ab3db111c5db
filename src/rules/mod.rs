//! What tightlip looks for: the built-in rules, as static tables that `build.rs` made of `rules.toml`, and those of a
//! configuration.
//!
//! Never: bytes to scan, git.

pub mod checksum;
mod draw;
pub mod proof;
pub mod recipe;
mod rule;
mod specimen;
pub mod syntax;

use std::borrow::Cow;

pub use rule::{Check, List, Matcher, OnFailure, Reach, Rule, Severity, Text, ValueShape};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// The rules in force: the built-in ones, less what is disabled, and those of the configuration.
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: Vec<Cow<'static, Rule>>,
}

impl RuleSet {
    /// All built-in rules.
    pub fn builtin() -> Self {
        Self { rules: BUILTIN.iter().map(Cow::Borrowed).collect() }
    }

    /// Adds `rule`; one of the same id is replaced.
    pub fn add(&mut self, rule: Rule) {
        match self.rules.iter_mut().find(|known| known.id == rule.id) {
            Some(known) => *known = Cow::Owned(rule),
            None => self.rules.push(Cow::Owned(rule)),
        }
    }

    /// Keeps the rules for which `wanted` holds.
    pub fn retain(&mut self, wanted: impl Fn(&Rule) -> bool) {
        self.rules.retain(|rule| wanted(rule));
    }

    /// The rule at `index`, which was got from [`RuleSet::iter`].
    pub fn rule(&self, index: usize) -> &Rule {
        &self.rules[index]
    }

    /// All rules, in order; more specific ones first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
    }
}

/// The id of the finding that a denied path was brought into git.
pub const DENIED_PATH: &str = "denied-path";
/// The id of the finding that an inline comment names a rule that does not exist.
pub const UNKNOWN_ALLOWANCE: &str = "unknown-allowance";

/// Whether `id` names a rule of `rules` or one that the policy applies by itself.
pub fn is_known_id(rules: &RuleSet, id: &str) -> bool {
    id == DENIED_PATH || id == UNKNOWN_ALLOWANCE || rules.iter().any(|rule| rule.id == id)
}

/// The known id nearest to `id`, if one is near.
pub fn nearest_id<'a>(rules: &'a RuleSet, id: &str) -> Option<&'a str> {
    rules
        .iter()
        .map(|rule| rule.id.as_ref())
        .map(|known| (strsim::damerau_levenshtein(known, id), known))
        .min()
        .filter(|(distance, known)| *distance <= known.len() / 2)
        .map(|(_, known)| known)
}
