//! An outcome in, bytes out.
//!
//! Never: git, files, an exposed secret.

use std::io;

use crate::finding::Outcome;

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For reading.
    Human,
    /// One document.
    Json,
    /// One finding a line.
    Jsonl,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Human, Self::Json, Self::Jsonl];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }
}

/// What a report may depend on beside the outcome.
#[derive(Clone, Debug)]
pub struct Context {
    /// Colour it (human only).
    pub color: bool,
    /// Suppressed findings as well (human only; machine formats always have them).
    pub verbose: bool,
    /// A commit is being made, so that silence is right where nothing blocks, and the ways past a block are git's.
    pub in_hook: bool,
    /// The reason of a recorded bypass in force.
    pub bypass: Option<String>,
}

/// Writes `outcome` in `format`.
pub fn write(_format: Format, _outcome: &Outcome, _context: &Context, _out: &mut dyn io::Write) -> io::Result<()> {
    unimplemented!()
}
