//! Which files a change moves, as far as a baseline must know.
//!
//! Never: contents; whether a value moved along is seen by its digest.

use std::collections::BTreeSet;

use gix::bstr::{BStr, BString};

use crate::source::Change;

/// The paths that a change removes, and those that it makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    removed: BTreeSet<BString>,
    made: BTreeSet<BString>,
}

impl Moves {
    /// From the changes against each parent.
    pub fn new(parents: &[Vec<Change>]) -> Self {
        let mut moves = Self::default();
        for change in parents.iter().flatten() {
            match (&change.old, &change.new) {
                (Some(old), None) => moves.removed.insert(old.path.clone()),
                (None, Some(new)) => moves.made.insert(new.path.clone()),
                _ => false,
            };
        }
        moves
    }

    /// Whether the change makes the file at `path`, which may then be one that it [removes](Self::removes).
    pub(super) fn makes(&self, path: &BStr) -> bool {
        self.made.contains(path)
    }

    /// Whether the change removes the file at `path`.
    pub(super) fn removes(&self, path: &BStr) -> bool {
        self.removed.contains(path)
    }
}
