//! `[[allow]]`: values and places that pass.
//!
//! Never: what is required; the policy asks about the rest only.

use std::sync::OnceLock;

use globset::{Candidate, GlobMatcher};

use super::Case;
use crate::config::{Allow, Date};

/// All entries of the configuration.
#[derive(Debug)]
pub(super) struct Allowances(Vec<Allowance>);

#[derive(Debug)]
struct Allowance {
    written: Allow,
    /// Compiled when first asked, which is when something was found.
    path: OnceLock<GlobMatcher>,
}

impl Allowances {
    pub fn new(written: Vec<Allow>) -> Self {
        Self(written.into_iter().map(|written| Allowance { written, path: OnceLock::new() }).collect())
    }

    /// The reason of the first entry that covers `case` and has not expired.
    pub fn reason(&self, case: Case<'_>, today: Date) -> Option<&str> {
        let entry = self.0.iter().find(|entry| entry.covers(case, today))?;
        Some(&entry.written.reason)
    }
}

impl Allowance {
    fn covers(&self, case: Case<'_>, today: Date) -> bool {
        let Allow { rule, path, value, expires: _, reason: _ } = &self.written;
        self.written.is_in_force(today)
            && rule.as_ref().is_none_or(|id| *id == case.rule.id)
            && value.as_ref().is_none_or(|pattern| pattern.matches(case.secret.expose()))
            && path.as_ref().is_none_or(|glob| {
                let matcher = self.path.get_or_init(|| glob.parsed().compile_matcher());
                matcher.is_match_candidate(&Candidate::from_bytes(case.path))
            })
    }
}
