//! The commits that some lead to, each behind all its parents.
//!
//! Never: what stands in their trees.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    mem::take,
};

use gix::objs::{self, CommitRefIter};

use super::super::{ById, Error, ObjectId, objects::Objects};

/// What is needed of a commit.
pub struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    time: i64,
    /// Numbers of commits whose parent it is.
    children: Vec<u32>,
    /// How many of its parents have no place in the order yet.
    parents: usize,
}

/// The commits that `tips` lead to, each behind all its parents, older ones first. Those of `shallow` are without parents.
pub fn reachable(
    tips: Vec<ObjectId>,
    objects: &Objects,
    shallow: &HashSet<ObjectId>,
    hash: gix::hash::Kind,
) -> Result<Vec<Commit>, Error> {
    let mut commits: Vec<Commit> = Vec::new();
    let mut numbers: ById<u32> = ById::default();
    let mut pending: Vec<(ObjectId, Option<u32>)> = tips.into_iter().map(|tip| (tip, None)).collect();
    let mut buffer = Vec::new();
    while let Some((id, child)) = pending.pop() {
        let number = if let Some(number) = numbers.get(&id) {
            *number
        } else {
            let number = u32::try_from(commits.len()).expect("fewer than four billion commits");
            let unreadable = |source: gix::Error| Error::Object { id, source: source.into() };
            objects.read(id, objs::Kind::Commit, &mut buffer)?;
            let mut lines = CommitRefIter::from_bytes(&buffer, hash);
            let tree = lines.tree_id().map_err(unreadable)?;
            // One whose committer cannot be read comes first of those that may.
            let time = lines.committer().map_or(i64::MIN, |committer| committer.seconds());
            if !shallow.contains(&id) {
                pending.extend(lines.parent_ids().map(|parent| (parent, Some(number))));
            }
            commits.push(Commit { id, tree, time, children: Vec::new(), parents: 0 });
            numbers.insert(id, number);
            number
        };
        if let Some(child) = child {
            commits[number as usize].children.push(child);
            commits[child as usize].parents += 1;
        }
    }
    Ok(in_order(commits))
}

/// Each behind all its parents; of those that may come next, the oldest.
fn in_order(mut commits: Vec<Commit>) -> Vec<Commit> {
    let next = |commits: &[Commit], number: u32| Reverse((commits[number as usize].time, number));
    let all = 0..u32::try_from(commits.len()).expect("fewer than four billion commits");
    let roots = all.filter(|&number| commits[number as usize].parents == 0);
    let mut ready: BinaryHeap<_> = roots.map(|number| next(&commits, number)).collect();
    let mut ordered = Vec::with_capacity(commits.len());
    while let Some(Reverse((_, number))) = ready.pop() {
        for child in take(&mut commits[number as usize].children) {
            commits[child as usize].parents -= 1;
            if commits[child as usize].parents == 0 {
                ready.push(next(&commits, child));
            }
        }
        let Commit { id, tree, time, .. } = commits[number as usize];
        ordered.push(Commit { id, tree, time, children: Vec::new(), parents: 0 });
    }
    ordered
}
