//! What may pass: which entries are looked at, and which findings are let through, and why.
//!
//! Never: git, a terminal, the clock, the environment.

mod allow;
pub mod baseline;
pub mod bypass;
pub mod inherit;
mod log;
pub mod mark;
mod paths;
pub mod pragma;
pub mod receipts;
pub mod rule;
pub mod widened;

use gix::bstr::BStr;

use crate::{
    config::{Config, Date, Mark},
    finding::{Finding, Suppression},
    rules::{self, Rule, Severity},
    secret::Secret,
    source::{Entry, Locator},
};
use allow::Allowances;
use baseline::{Baseline, Moves};
use paths::PathLists;
use pragma::Pragma;

/// What the command line and the calendar say.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day on which it is judged, in UTC.
    pub today: Date,
    /// The least severity that blocks, whatever the configuration says, but for what it requires.
    pub block: Option<Severity>,
    /// Whether inline comments count.
    pub inline: bool,
}

/// Judges entries and findings by one configuration.
#[derive(Debug)]
pub struct Policy {
    paths: PathLists,
    allowances: Allowances,
    required: Vec<String>,
    marks: Vec<Mark>,
    block: Severity,
    block_required: Severity,
    options: Options,
}

/// The row of the built-in list of denied paths by which a file of that name usually holds secrets, whatever is in force.
pub fn usual_secret(path: &BStr) -> Option<&'static str> {
    paths::denied_by_default(path)
}

/// Whether a file so called is a template of a real one, which it may show values for.
pub fn is_template(name: &[u8]) -> bool {
    paths::is_template(name)
}

/// What to do with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Read it.
    Scan,
    /// Do not read it, and say so.
    Skip {
        /// The glob that says it.
        glob: &'a str,
    },
}

/// A path that must not come into git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied<'a> {
    /// The glob that says it, or the name of the built-in list's row.
    pub pattern: &'a str,
}

/// What a judge must know of a finding.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What it is.
    pub rule: &'a Rule,
    /// Where it stands, from the top of the repository.
    pub path: &'a BStr,
    /// The line, from 1, on which it begins; 0 for a path that is itself the finding.
    pub line: usize,
    /// The value.
    pub secret: &'a Secret,
    /// How many bits a guesser of the value would have to guess.
    pub bits: u16,
    /// Other tools' marks beside it.
    pub marks: &'a [Mark],
}

/// What speaks for findings, beside the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The comments of the finding's file, in order.
    pub pragmas: &'a [Pragma],
    /// The baseline in force.
    pub baseline: Option<&'a Baseline>,
    /// What the change moved; [`Moves::default`] where nothing changes.
    pub moves: &'a Moves,
}

/// Why a policy cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Each glob is good, but all of them are not.
    #[error("the globs of [paths] {key} are too large together; write fewer or simpler ones")]
    Globs {
        /// The key of the configuration.
        key: &'static str,
        /// What the matcher said.
        source: globset::Error,
    },
}

impl Policy {
    /// The policy of `config`.
    pub fn new(config: Config, options: Options) -> Result<Self, Error> {
        let is_required = config.require.rules.iter().any(|id| id == rules::DENIED_PATH);
        let paths = PathLists::new(config.paths, config.require.deny, is_required)?;
        let block = options.block.unwrap_or(config.block);
        let block_required = block.min(config.require.block);
        let allowances = Allowances::new(config.allow);
        let (required, marks) = (config.require.rules, config.marks);
        Ok(Self { paths, allowances, required, marks, block, block_required, options })
    }

    /// The day by which it judges.
    pub fn today(&self) -> Date {
        self.options.today
    }

    /// Whether to read `entry`. Patterns of paths are about files, and a message is none.
    pub fn scope(&self, entry: &Entry) -> Scope<'_> {
        let is_file = !matches!(entry.locator, Locator::Message);
        match self.paths.skipped(entry.path.as_ref()).filter(|_| is_file) {
            Some(glob) => Scope::Skip { glob },
            None => Scope::Scan,
        }
    }

    /// Whether `entry` brings a denied path into git, whatever its [`Scope`]. The caller lets it pass where all its
    /// values are empty, references or placeholders.
    pub fn denied(&self, entry: &Entry) -> Option<Denied<'_>> {
        self.paths.denied(entry).map(|pattern| Denied { pattern })
    }

    /// Why `case` passes, if it does; [`inherit`] is asked about the others.
    pub fn judge(&self, case: Case<'_>, evidence: Evidence<'_>) -> Option<Suppression> {
        let by_comment = || self.pragma(case, evidence).or_else(|| self.mark(case));
        self.allowed(case).or_else(by_comment).or_else(|| self.baseline(case, evidence))
    }

    /// Whether `finding`, whose suppression is known, refuses the commit.
    pub fn blocks(&self, finding: &Finding) -> bool {
        let required = self.is_required(&finding.rule, finding.place.path.as_ref());
        finding.suppression.is_none() && finding.severity >= if required { self.block_required } else { self.block }
    }

    /// Whether the user requires that `rule` be looked for, or that `path` be denied.
    fn is_required(&self, rule: &Rule, path: &BStr) -> bool {
        let denied = || rule.id == rules::DENIED_PATH && self.paths.denied_by_requirement(path).is_some();
        self.required.iter().any(|id| *id == rule.id) || denied()
    }

    fn allowed(&self, case: Case<'_>) -> Option<Suppression> {
        if self.is_required(case.rule, case.path) {
            return None;
        }
        if let Some(glob) = self.paths.allowed(&case.rule.id, case.path) {
            return Some(Suppression::AllowedPath { glob: glob.to_owned() });
        }
        let reason = self.allowances.reason(case, self.options.today)?;
        Some(Suppression::AllowedValue { reason: reason.to_owned() })
    }

    fn pragma(&self, case: Case<'_>, evidence: Evidence<'_>) -> Option<Suppression> {
        let near = pragma::near(evidence.pragmas, case.line);
        let pragma = near.iter().find(|pragma| self.options.inline && pragma.covers(case))?;
        Some(Suppression::Pragma { reason: pragma.reason.clone() })
    }

    /// The configuration decides on other tools' marks, so that none covers what the user requires.
    fn mark(&self, case: Case<'_>) -> Option<Suppression> {
        let mark = case.marks.iter().find(|mark| self.options.inline && self.marks.contains(mark))?;
        let counts = !self.is_required(case.rule, case.path);
        counts.then(|| Suppression::Pragma { reason: Some(format!("{mark}, by [inline] marks")) })
    }

    fn baseline(&self, case: Case<'_>, evidence: Evidence<'_>) -> Option<Suppression> {
        let line = evidence.baseline?.line_for(case, evidence.moves, self.options.today)?;
        Some(Suppression::Baseline { reason: line.reason.clone() })
    }
}

#[cfg(test)]
mod tests;
