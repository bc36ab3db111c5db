//! The flow, on one page: entries, bytes, matches, findings, judgement, outcome.
//!
//! Never: gix, clap, standard output.

use std::collections::{HashMap, HashSet};

use gix::bstr::BString;

use crate::{
    config::{self, Config},
    detect::Detector,
    finding::{Outcome, SkipReason, Skipped, Suppression},
    policy::{
        self, Evidence, Policy, Scope,
        baseline::{self, Baseline, Moves},
        inherit::{self, ChangedPath, NewOccurrence},
        widened::{self, Widened},
    },
    rules::RuleSet,
    sighting::{File, Sighting},
    source::{self, Change, Entry, Origin, Read, Source},
};

/// What a scan works with.
pub struct Scan<'a> {
    /// What is scanned.
    pub source: &'a mut dyn Source,
    /// Finds secrets.
    pub detector: &'a Detector,
    /// Every rule that a comment may name, whichever of them the detector looks for.
    pub rules: &'a RuleSet,
    /// Judges what is found.
    pub terms: &'a dyn Terms,
}

/// By what a side of a change is judged. Asked for no more than a scan needs.
pub trait Terms {
    /// The configuration in force.
    fn config(&self) -> &Config;
    /// The policy in force.
    fn policy(&self) -> &Policy;
    /// The baseline in force; asked only when something was found.
    fn baseline(&self, source: &mut dyn Source) -> Result<Baseline, Error>;
    /// By what the same change would have been judged before it; asked only when something was found or reconfigured. What
    /// cannot be read any more allows nothing.
    fn before(&self, source: &mut dyn Source) -> Result<Before, Error>;
}

/// Configuration, policy and baseline as they stood before a change.
pub struct Before {
    /// As in the first parent.
    pub config: Config,
    /// Of that configuration.
    pub policy: Policy,
    /// As in the first parent.
    pub baseline: Baseline,
}

/// An outcome, and what accepting its findings must know.
pub struct Scanned {
    /// What the scan came to.
    pub outcome: Outcome,
    /// The files that the change moves.
    pub moves: Moves,
    /// What the change adds to let something pass.
    pub widened: Widened,
}

/// Why a scan could not be completed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// From what is scanned.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// From the baseline.
    #[error(transparent)]
    Baseline(#[from] baseline::Error),
    /// From the policy as it stood before.
    #[error(transparent)]
    Policy(#[from] policy::Error),
}

impl Scan<'_> {
    /// Reads every entry once, and looks at what stood there before only if something was found.
    pub fn run(mut self) -> Result<Scanned, Error> {
        let entries = self.source.entries()?;
        let mut outcome = Outcome::default();
        outcome.receipt.entries = entries.len();
        let mut files = Vec::new();
        let mut buffer = Vec::new();
        for entry in &entries {
            files.extend(self.visit(entry, &mut buffer, &mut outcome)?);
        }
        let changes = self.source.changes()?;
        let moves = Moves::new(&changes);
        let mut widened = Widened::default();
        if is_reconfigured(&entries, &changes) {
            let before = self.terms.before(self.source)?;
            widened.add_configuration(&before.config, self.terms.config());
        }
        if !files.is_empty() {
            self.report_or_suppress(&entries, &changes, &moves, files, (&mut outcome, &mut widened))?;
        }
        outcome.widened = widened.words();
        Ok(Scanned { outcome, moves, widened })
    }

    /// Scope, bytes and matches of one entry; none if there is nothing to judge.
    fn visit(&mut self, entry: &Entry, buffer: &mut Vec<u8>, outcome: &mut Outcome) -> Result<Option<File>, Error> {
        let policy = self.terms.policy();
        let denied = policy.denied(entry);
        let scope = policy.scope(entry);
        if let Scope::Skip { glob } = scope {
            let why = SkipReason::Configured { glob: glob.to_owned() };
            outcome.skipped.push(Skipped { path: entry.path.clone(), why });
            if denied.is_none() {
                return Ok(None);
            }
        }
        let mut file = File::new(entry.path.clone());
        let limit = self.terms.config().max_file_size;
        if let Read::TooLarge(size) = self.source.read(entry, limit, buffer)? {
            let why = SkipReason::TooLarge { size, limit };
            outcome.skipped.push(Skipped { path: entry.path.clone(), why });
            file.sightings.extend(denied.map(|denied| Sighting::of_denied_path(&entry.path, denied.pattern)));
            return Ok(file.if_seen());
        }
        if scope == Scope::Scan {
            outcome.receipt.blobs += 1;
            outcome.receipt.bytes += buffer.len() as u64;
            file.look(self.detector, self.rules, buffer);
        }
        if let Some(denied) = denied
            && !self.detector.holds_only_placeholders(&entry.path, buffer)
        {
            file.sightings.push(Sighting::of_denied_path(&entry.path, denied.pattern));
        }
        Ok(file.if_seen())
    }

    /// Sightings become findings, each reported or suppressed.
    fn report_or_suppress(
        &mut self,
        entries: &[Entry],
        changes: &[Vec<Change>],
        moves: &Moves,
        mut files: Vec<File>,
        (outcome, widened): (&mut Outcome, &mut Widened),
    ) -> Result<(), Error> {
        let policy = self.terms.policy();
        let baseline = self.terms.baseline(self.source)?;
        judge_each(policy, &baseline, moves, &mut files);
        let origin = self.source.origin();
        // On a branch without commits there is no change to a parent, and all of it is new.
        if self.source.brings() {
            let before = self.terms.before(self.source)?;
            let mut parents = self.look_at_parents(&before, changes)?;
            if let Origin::Commit(_) = origin {
                // What the policy in force lets pass between the commits of a range is no more inherited than what it lets pass
                // at its end.
                for files in &mut parents {
                    judge_each(policy, &baseline, moves, files);
                }
            }
            widened.add_findings(passed_before(&files, &before, &parents, moves));
            let unjudged = self.look_at_unjudged(entries, changes)?;
            inherit(&mut files, &unjudged, changes, &parents);
        }
        outcome.findings =
            files.into_iter().flat_map(|file| file.into_findings(baseline.salt(), origin.clone())).collect();
        outcome.hide_values();
        for finding in &mut outcome.findings {
            finding.blocks = policy.blocks(finding);
        }
        if outcome.blocking().next().is_some() {
            for file in [baseline::FILE, config::REPOSITORY_FILE] {
                if self.source.left_out(file)? {
                    outcome.notes.push(format!(
                        "{file} is staged, but `git commit PATH` leaves it out; commit it along: git commit {file} PATH"
                    ));
                }
            }
        }
        Ok(())
    }

    /// For each parent and each of its changes, the file as it was, judged as it was judged there.
    fn look_at_parents(&mut self, before: &Before, changes: &[Vec<Change>]) -> Result<Vec<Vec<File>>, Error> {
        let mut parents = Vec::new();
        for changes in changes {
            let mut files = Vec::new();
            for change in changes {
                files.push(match &change.old {
                    Some(old) if before.policy.scope(old) == Scope::Scan => self.look(old)?,
                    _ => File::new(BString::default()),
                });
            }
            judge_each(&before.policy, &before.baseline, &Moves::default(), &mut files);
            parents.push(files);
        }
        Ok(parents)
    }

    /// In a merge, the files that one parent has and another has not: not judged, but what they hold counts.
    fn look_at_unjudged(&mut self, entries: &[Entry], changes: &[Vec<Change>]) -> Result<Vec<File>, Error> {
        let mut known: HashSet<&BString> = entries.iter().map(|entry| &entry.path).collect();
        let mut files = Vec::new();
        for new in changes.iter().flatten().filter_map(|change| change.new.as_ref()) {
            if known.insert(&new.path) {
                files.push(self.look(new)?);
            }
        }
        Ok(files)
    }

    /// What stands in an entry that is not judged itself.
    fn look(&mut self, entry: &Entry) -> Result<File, Error> {
        let mut buffer = Vec::new();
        let mut file = File::new(entry.path.clone());
        if self.source.read(entry, self.terms.config().max_file_size, &mut buffer)? == Read::Whole {
            file.look(self.detector, self.rules, &buffer);
        }
        Ok(file)
    }
}

/// Whether the change itself writes or removes the repository's configuration. A merge does not that takes either from a
/// parent.
fn is_reconfigured(entries: &[Entry], changes: &[Vec<Change>]) -> bool {
    let removes = |change: &Change| {
        change.new.is_none() && change.old.as_ref().is_some_and(|old| old.path == config::REPOSITORY_FILE)
    };
    entries.iter().any(|entry| entry.path == config::REPOSITORY_FILE)
        || !changes.is_empty() && changes.iter().all(|changes| changes.iter().any(removes))
}

fn judge_each(policy: &Policy, baseline: &Baseline, moves: &Moves, files: &mut [File]) {
    for File { path, pragmas, sightings } in files {
        let evidence = Evidence { pragmas, baseline: Some(baseline), moves };
        for sighting in sightings {
            if sighting.suppression.is_none() {
                sighting.suppression = policy.judge(sighting.case(path.as_ref()), evidence);
            }
        }
    }
}

/// Each sighting that passes, and whether it passed, or would have passed, before the change.
fn passed_before<'a>(
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
            let would_have = || before.policy.judge(sighting.case(file.path.as_ref()), evidence).is_some();
            let by = sighting.suppression.as_ref()?;
            Some(widened::Passed {
                by,
                before: passed.contains(&(sighting.identity(), means(sighting))) || would_have(),
            })
        })
        .collect()
}

/// Suppresses the sightings that a parent has already.
fn inherit(files: &mut [File], unjudged: &[File], changes: &[Vec<Change>], parents: &[Vec<File>]) {
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
