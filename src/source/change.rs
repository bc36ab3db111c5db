//! What a new side brings that none of its parents has, and how it differs from each.
//!
//! Never: which side is new.

use std::collections::HashMap;

use gix::bstr::{BStr, ByteSlice};

use super::{Change, Entry, objects};
use crate::git::{Difference, Leaf, LeafKind};

/// What is new to every parent, in order of path; `differences` has a list for each, or one of everything where there is none.
pub(super) fn entries(differences: &[Vec<Difference>]) -> Vec<Entry> {
    let (first, others) = differences.split_first().expect("one list at least");
    let others: Vec<_> = others.iter().map(|differences| by_path_and_leaf(differences)).collect();
    let mut entries = Vec::new();
    for difference in first {
        let Some(leaf) = difference.new else { continue };
        // What any parent has there is not new.
        let Some(olds) = others.iter().map(|other| other.get(&(difference.path.as_bstr(), leaf)).copied()).collect()
        else {
            continue;
        };
        let olds: Vec<Option<Leaf>> = olds;
        // Where a link stood, a file is as new as where nothing did.
        let had_file = |old: Option<Leaf>| old.is_some_and(|old| old.kind == LeafKind::File);
        let new_path = !had_file(difference.old) && !olds.into_iter().any(had_file);
        entries.extend(entry(difference.path.as_bstr(), leaf, new_path));
    }
    entries
}

/// For each parent, every path that differs from it.
pub(super) fn changes(differences: &[Vec<Difference>]) -> Vec<Vec<Change>> {
    let change = |difference: &Difference| {
        let path = difference.path.as_bstr();
        let side = |leaf: Option<Leaf>, new_path| leaf.and_then(|leaf| entry(path, leaf, new_path));
        let had_file = difference.old.is_some_and(|old| old.kind == LeafKind::File);
        Change { old: side(difference.old, false), new: side(difference.new, !had_file) }
    };
    differences.iter().map(|differences| differences.iter().map(change).collect()).collect()
}

fn by_path_and_leaf(differences: &[Difference]) -> HashMap<(&BStr, Leaf), Option<Leaf>> {
    differences
        .iter()
        .filter_map(|difference| Some(((difference.path.as_bstr(), difference.new?), difference.old)))
        .collect()
}

fn entry(path: &BStr, leaf: Leaf, new_path: bool) -> Option<Entry> {
    objects::entry(path, leaf).map(|entry| Entry { new_path, ..entry })
}
