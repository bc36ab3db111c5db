//! `.tightlip-baseline`: findings that were accepted, remembered by a salted digest that names no value.
//!
//! One finding a line, so that it diffs and merges well with `merge=union`; [`line`] has the format. Never: git, the clock.

mod edit;
mod index;
mod line;
mod moves;
mod store;

pub use edit::{Acceptance, SaltError, Standing, decide, prune, update};
pub use line::Line;
pub use moves::Moves;
pub use store::{StoreError, store};

use gix::bstr::ByteSlice;

use super::Case;
use crate::{config::Date, fingerprint};
use index::Index;

/// Its name, at the top of the repository.
pub const FILE: &str = ".tightlip-baseline";

/// A baseline that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    lines: Vec<Line>,
    index: Index,
    /// Comments that are not the file's own header, in order.
    comments: Vec<String>,
}

/// A line that is no baseline's. Nothing is judged then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct Error {
    /// As the caller calls it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What was expected.
    pub what: String,
}

impl Baseline {
    /// Reads a baseline; `file` is what messages call it. Any order, duplicates, several salts, blank lines, comments, and
    /// either kind of line end are fine.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Error> {
        let mut baseline = Self::default();
        // Some editors put it there.
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        for (index, text) in bytes.lines().enumerate() {
            let error = |what: String| Error { file: file.to_owned(), line: index + 1, what };
            let text = text.to_str().map_err(|_| error("expected text in UTF-8".into()))?.trim_end();
            if text.is_empty() {
                continue;
            }
            if text.starts_with('#') {
                if !edit::HEADER.contains(&text) {
                    baseline.comments.push(text.to_owned());
                }
                continue;
            }
            baseline.add(text.parse().map_err(|fault: line::Fault| error(fault.to_string()))?);
        }
        Ok(baseline)
    }

    /// The lines, as they stand in the file.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The salt of the fingerprints that are shown and written: the least of its lines', or the one that all machines share.
    pub fn salt(&self) -> &str {
        self.lines.iter().map(|line| line.salt.as_str()).min().unwrap_or(fingerprint::COMMON_SALT)
    }

    /// The line, not expired on `today`, that accepts `case` where it stands, or that accepted it where its file stood
    /// before the change that moves it.
    pub fn line_for(&self, case: Case<'_>, moves: &Moves, today: Date) -> Option<&Line> {
        let number = self.number_for(case, moves, |number| self.lines[number].is_in_force(today))?;
        Some(&self.lines[number])
    }

    /// Every line that accepts `case` where it stands, expired ones too.
    pub fn lines_for<'a>(&'a self, case: Case<'a>) -> impl Iterator<Item = &'a Line> {
        self.index.accepting_here(case).map(|number| &self.lines[number])
    }

    /// The first line that accepts `case` and that `counts`.
    fn number_for(&self, case: Case<'_>, moves: &Moves, counts: impl Fn(usize) -> bool) -> Option<usize> {
        let here = self.index.accepting_here(case).filter(|&number| counts(number)).min();
        if here.is_some() || !moves.makes(case.path) {
            return here;
        }
        let places = self.index.accepting(case).flatten();
        let followed = places.filter(|(from, _)| moves.removes(from.as_ref())).flat_map(|(_, numbers)| numbers);
        followed.copied().filter(|&number| counts(number)).min()
    }

    fn add(&mut self, line: Line) {
        self.index.add(&line, self.lines.len());
        self.lines.push(line);
    }
}

impl Line {
    /// Whether it has not expired on `today`.
    pub fn is_in_force(&self, today: Date) -> bool {
        self.expires.is_none_or(|last| today <= last)
    }
}

#[cfg(test)]
mod tests;
