//! Whether what was seen passes: by policy, by what would have let it pass before, or since a parent has it.
//!
//! Never: reads anything.

use std::collections::{HashMap, HashSet};

use gix::bstr::BString;

use super::Before;
use crate::{
    finding::Suppression,
    policy::{
        Case, Evidence, Policy,
        baseline::{Baseline, Moves},
        inherit::{self, ChangedPath, NewOccurrence},
        widened,
    },
    sighting::{File, Sighting},
    source::Change,
};

/// Judges what is not judged yet.
pub fn judge_each(policy: &Policy, baseline: &Baseline, moves: &Moves, files: &mut [File]) {
    for File { path, pragmas, sightings, .. } in files {
        let evidence = Evidence { pragmas, baseline: Some(baseline), moves };
        for sighting in sightings {
            if sighting.suppression.is_none() {
                sighting.suppression = policy.judge(sighting.case(path.as_ref()), evidence);
            }
        }
    }
}

/// Each sighting that passes, and whether it passed, or would have passed, before the change.
pub fn passed_before<'a>(
    files: &'a [File],
    before: &'a Before,
    parents: &[Vec<File>],
    moves: &'a Moves,
) -> Vec<widened::Passed<'a>> {
    let olds = parents.iter().flatten().flat_map(|file| &file.sightings).filter(|old| old.suppression.is_some());
    let means = |sighting: &Sighting| sighting.suppression.as_ref().map(Suppression::name);
    let passed: HashSet<_> = olds.map(|old| (old.identity(), means(old))).collect();
    let sightings = files.iter().flat_map(|file| file.sightings.iter().map(move |sighting| (file, sighting)));
    sightings
        .filter_map(|(file, sighting)| {
            let evidence = Evidence { pragmas: &[], baseline: Some(&before.baseline), moves };
            let case = Case { marks: &[], ..sighting.case(file.path.as_ref()) };
            let would_have = || before.policy.judge(case, evidence).is_some();
            let by = sighting.suppression.as_ref()?;
            Some(widened::Passed {
                by,
                before: passed.contains(&(sighting.identity(), means(sighting))) || would_have(),
            })
        })
        .collect()
}

/// Suppresses the sightings that a parent has already.
pub fn inherit(files: &mut [File], unjudged: &[File], changes: &[Vec<Change>], parents: &[Vec<File>]) {
    let mut new_side: HashMap<&BString, Vec<NewOccurrence<'_>>> = HashMap::new();
    let judged = files.iter().flat_map(|file| file.sightings.iter().map(move |sighting| (file, sighting)));
    let others = unjudged.iter().flat_map(|file| file.sightings.iter().map(move |sighting| (file, sighting)));
    let numbered = judged.enumerate().map(|(number, it)| (Some(number), it));
    for (finding, (file, sighting)) in numbered.chain(others.map(|it| (None, it))) {
        if sighting.suppression.is_none() {
            new_side.entry(&file.path).or_default().push(NewOccurrence { occurrence: sighting.occurrence(), finding });
        }
    }
    let paths: Vec<Vec<ChangedPath<'_>>> = changes
        .iter()
        .zip(parents)
        .map(|(changes, olds)| {
            let pairs = changes.iter().zip(olds);
            pairs
                .map(|(change, old)| ChangedPath {
                    old: old.sightings.iter().filter(|it| it.suppression.is_none()).map(Sighting::occurrence).collect(),
                    new: change.new.as_ref().and_then(|new| new_side.get(&new.path)).cloned().unwrap_or_default(),
                })
                .collect()
        })
        .collect();
    let inherited = inherit::inherited(&paths);
    let sightings = files.iter_mut().flat_map(|file| &mut file.sightings);
    for (_, sighting) in sightings.enumerate().filter(|(number, _)| inherited.contains(number)) {
        sighting.suppression = Some(Suppression::Inherited);
    }
}
