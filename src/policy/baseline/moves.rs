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

    /// Whether the file at `to` may be the one that stood at `from`: one is made and the other removed.
    pub(super) fn may_move(&self, from: &BStr, to: &BStr) -> bool {
        self.made.contains(to) && self.removed.contains(from)
    }
}
