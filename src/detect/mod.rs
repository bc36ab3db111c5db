//! From (path, bytes) to matches: decode, prefilter, confirm, validate. Pure.
//!
//! Never: git, files, the clock, the environment, a terminal.

pub mod validate;

use std::ops::Range;

use crate::{
    rules::{RuleSet, Severity},
    secret::Secret,
};

/// A rule that holds for some bytes. Knows no path and no commit.
#[derive(Clone, Debug)]
pub struct Match {
    /// The index of the rule in the detector's [`RuleSet`].
    pub rule: usize,
    /// The bytes of the original text that hold the value, as far as decoding allows to say.
    pub span: Range<usize>,
    /// The value, decoded.
    pub secret: Secret,
    /// How many bits a guesser of the value would have to guess.
    pub bits: u16,
    /// The rule's severity, changed by what the checks said.
    pub severity: Severity,
    /// What was proved, in words.
    pub proof: Option<String>,
    /// The decoders between the original bytes and the value, outermost first.
    pub via: Vec<&'static str>,
}

/// Finds secrets. Built once a run; what a rule needs is compiled when its keyword was first seen.
pub struct Detector {
    rules: RuleSet,
}

impl Detector {
    /// A detector for `rules`.
    pub fn new(rules: RuleSet) -> Self {
        Self { rules }
    }

    /// The rules that matches index.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }
}
