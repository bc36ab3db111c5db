//! An outcome in, bytes out.
//!
//! To add a format: one file here with a function of type `Writer`, a variant of [`Format`], which [`Format::ALL`] lists,
//! and its row in `Format::row`. The command line takes the names from there. Whatever comes from the repository (paths,
//! lines, reasons) goes through [`escape`] on its way out; of a secret, a format sees only
//! [`Finding::masked`], and the excerpt and the shown path, which are masked already.
//!
//! Never: git, files, an exposed secret but in [`replacements`].

mod advice;
mod alert;
pub mod escape;
pub mod fold;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
pub mod read;
pub mod replacements;
mod sarif;
mod ways;
pub mod words;

use std::io;

use crate::{
    finding::{Finding, Outcome},
    rules,
};

/// Writes an outcome in one format.
type Writer = fn(&Outcome, &Context, &mut dyn io::Write) -> io::Result<()>;

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For reading.
    Human,
    /// One document.
    Json,
    /// One finding a line.
    Jsonl,
    /// For code scanning services.
    Sarif,
    /// Annotations of a workflow.
    Github,
    /// A secret detection report.
    Gitlab,
    /// A report of tests.
    Junit,
    /// A page for reading.
    Html,
    /// What to take out of a history: the one that holds values.
    Replacements,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Html,
        Self::Replacements,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The table of formats.
    fn row(self) -> (&'static str, Writer) {
        match self {
            Self::Human => ("human", human::write),
            Self::Json => ("json", json::write_document),
            Self::Jsonl => ("jsonl", json::write_lines),
            Self::Sarif => ("sarif", sarif::write),
            Self::Github => ("github", github::write),
            Self::Gitlab => ("gitlab", gitlab::write),
            Self::Junit => ("junit", junit::write),
            Self::Html => ("html", html::write),
            Self::Replacements => ("replacements", replacements::write),
        }
    }
}

/// What a hook stands in the way of, which decides the ways past it. What a commit says of itself has ways of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scene {
    /// `git commit`, and what runs the same hooks.
    #[default]
    Commit,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git merge`.
    Merge,
    /// `git am`.
    Patch,
    /// `git push`.
    Push,
    /// A server that is pushed to, where no way of the client's counts.
    Receive,
}

/// What a report may depend on beside the outcome.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Colour it (human only).
    pub color: bool,
    /// So many columns has the terminal; `None` where it is read elsewhere (human only).
    pub columns: Option<usize>,
    /// Suppressed findings as well (human only; machine formats always have them).
    pub verbose: bool,
    /// A commit is being made, so that silence is right where nothing blocks, and the ways past a block are git's.
    pub in_hook: bool,
    /// What the hook stands in the way of.
    pub scene: Scene,
    /// The reason of a recorded bypass in force.
    pub bypass: Option<String>,
    /// What stands before a path from the top of the work tree in a command that the user types: `../../`, or nothing at
    /// the top. Bytes, since it is an absolute path where the user stands outside (human only).
    pub to_top: Vec<u8>,
    /// When the scan began and ended, in UTC: `2026-01-31T12:00:00Z` (gitlab only; the others are the same whenever they are
    /// written).
    pub times: [String; 2],
}

/// Writes `outcome` in `format`. Fails only where `out` does.
pub fn write(format: Format, outcome: &Outcome, context: &Context, out: &mut dyn io::Write) -> io::Result<()> {
    let (_, write) = format.row();
    write(outcome, context, out)
}

/// Whether the finding is a path that must not be in git.
fn is_denied(finding: &Finding) -> bool {
    finding.rule.id == rules::DENIED_PATH
}
