//! The flow, on one page: entries, bytes, matches, findings, judgement, outcome.
//!
//! Never: git, clap, standard output.

mod judge;
mod look;
mod pace;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use gix::bstr::BString;

use judge::{inherit, judge_each, passed_before};
use look::Look;
pub use pace::{Pace, Unwatched, Watch};

use crate::{
    config::{self, Config},
    detect::{Detector, known::Known},
    finding::{Finding, Outcome, STOPPED},
    guard::{self, Guard},
    policy::{
        self, Policy, Scope,
        baseline::{self, Baseline, Moves},
        widened::Widened,
    },
    rules::RuleSet,
    sighting::{File, Sighting, Sought},
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
    /// Knows the values of the user's own secret files, where they are looked for.
    pub guard: Option<&'a Guard<'a>>,
    /// Judges what is found.
    pub terms: &'a dyn Terms,
    /// How it goes about many entries.
    pub pace: Pace<'a>,
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
    /// Whether all of that could be read. If not, nobody knows what passed then, and nothing that stood there is inherited.
    pub is_whole: bool,
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
    /// From the guard of known values.
    #[error(transparent)]
    Guard(#[from] guard::Error),
}

impl Scan<'_> {
    /// Reads every entry once, and looks at what stood there before only if something was found.
    pub fn run(mut self) -> Result<Scanned, Error> {
        let watch = self.pace.watch;
        let entries = self.source.listed(&|done, all| watch.lists(done, all))?;
        let mut outcome = Outcome::default();
        outcome.receipt.entries = entries.len();
        outcome.notes = self.source.notes();
        let (mut files, known) = self.look_with_guard(&entries, &mut outcome)?;
        if self.pace.watch.is_over() && !outcome.is_even() {
            outcome.notes.push(STOPPED.to_owned());
        }
        for file in &mut files {
            file.origin = self.source.origin_of(&entries[file.entry])?;
        }
        leave_first_denied(&mut files);
        let changes = self.source.changes()?;
        let moves = Moves::new(&changes);
        let mut widened = Widened::default();
        if is_reconfigured(&entries, &changes) {
            let before = self.terms.before(self.source)?;
            widened.add_configuration(&before.config, self.terms.config(), self.terms.policy().today());
        }
        if entries.iter().any(|entry| entry.path == baseline::FILE) {
            // One that cannot be read is refused when it comes, not when something is found.
            self.terms.baseline(self.source)?;
        }
        if !files.is_empty() {
            self.report_or_suppress(&entries, &changes, &moves, &known, files, (&mut outcome, &mut widened))?;
        }
        outcome.widened = widened.words();
        outcome.unguarded = self.guard.map(Guard::passed_over).unwrap_or_default();
        Ok(Scanned { outcome, moves, widened })
    }

    /// Looks at each entry for what the rules and the guard look for. Where the guard has seen a value that does not count here,
    /// all are looked at once more without it, since it may have hidden what a rule finds.
    fn look_with_guard(&mut self, entries: &[Entry], outcome: &mut Outcome) -> Result<(Vec<File>, Known), Error> {
        let limit = self.terms.config().max_file_size;
        let mut known = self.guard.map(|guard| guard.known(entries)).unwrap_or_default();
        let mut files = self.look_at_all(entries, &known, outcome)?;
        loop {
            let seen: BTreeSet<_> = files.iter().flat_map(|file| &file.sightings).filter_map(|it| it.known).collect();
            let unfit = match self.guard {
                Some(guard) if !seen.is_empty() => guard.unfit(&known, &seen, self.source, limit)?,
                _ => BTreeMap::new(),
            };
            if unfit.is_empty() {
                return Ok((files, known));
            }
            let unfit: BTreeSet<_> = unfit.into_keys().collect();
            known.leave_out(&unfit);
            let mut again = Outcome::default();
            let without = self.look_at_all(entries, &known, &mut again)?;
            if self.pace.watch.is_over() {
                // Stopped on the way: what the first look found is more.
                for file in &mut files {
                    file.sightings.retain(|sighting| sighting.known.is_none_or(|value| !unfit.contains(&value)));
                }
                return Ok((files, known));
            }
            files = without;
        }
    }

    /// Looks at each entry once. The files in which something was seen, in order.
    fn look_at_all(&mut self, entries: &[Entry], known: &Known, outcome: &mut Outcome) -> Result<Vec<File>, Error> {
        let look = Look {
            policy: self.terms.policy(),
            limit: self.terms.config().max_file_size,
            sought: Sought { detector: self.detector, known, rules: self.rules },
        };
        let seen = look.at_all(entries, self.source, self.pace)?;
        outcome.receipt.blobs = seen.blobs;
        outcome.receipt.bytes = seen.bytes;
        outcome.skipped = seen.skipped.into_iter().map(|(_, skipped)| skipped).collect();
        Ok(seen.files)
    }

    /// Sightings become findings, each reported or suppressed.
    fn report_or_suppress(
        &mut self,
        entries: &[Entry],
        changes: &[Vec<Change>],
        moves: &Moves,
        known: &Known,
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
            let mut parents = self.look_at_parents(&before, changes, known)?;
            if let Origin::Commit(_) = origin {
                // What the policy in force lets pass between the commits of a range is no more inherited than what it lets pass
                // at its end.
                for files in &mut parents {
                    judge_each(policy, &baseline, moves, files);
                }
            }
            widened.add_findings(passed_before(&files, &before, &parents, moves));
            let unjudged = self.look_at_unjudged(entries, changes, known)?;
            if before.is_whole {
                inherit(&mut files, &unjudged, changes, &parents);
            }
        }
        outcome.findings = files.into_iter().flat_map(|file| file.into_findings(baseline.salt(), &origin)).collect();
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
    fn look_at_parents(
        &mut self,
        before: &Before,
        changes: &[Vec<Change>],
        known: &Known,
    ) -> Result<Vec<Vec<File>>, Error> {
        let mut parents = Vec::new();
        for changes in changes {
            let mut files = Vec::new();
            for change in changes {
                files.push(match &change.old {
                    Some(old) if before.policy.scope(old) == Scope::Scan => self.look(old, known)?,
                    _ => File::new(0, BString::default()),
                });
            }
            judge_each(&before.policy, &before.baseline, &Moves::default(), &mut files);
            parents.push(files);
        }
        Ok(parents)
    }

    /// In a merge, the files that one parent has and another has not: not judged, but what they hold counts.
    fn look_at_unjudged(
        &mut self,
        entries: &[Entry],
        changes: &[Vec<Change>],
        known: &Known,
    ) -> Result<Vec<File>, Error> {
        let mut listed: HashSet<&BString> = entries.iter().map(|entry| &entry.path).collect();
        let mut files = Vec::new();
        for new in changes.iter().flatten().filter_map(|change| change.new.as_ref()) {
            if listed.insert(&new.path) {
                files.push(self.look(new, known)?);
            }
        }
        Ok(files)
    }

    /// What stands in an entry that is not judged itself.
    fn look(&mut self, entry: &Entry, known: &Known) -> Result<File, Error> {
        let mut buffer = Vec::new();
        let mut file = File::new(0, entry.path.clone());
        if self.source.read(entry, self.terms.config().max_file_size, &mut buffer)? == Read::Whole {
            file.look(Sought { detector: self.detector, known, rules: self.rules }, &buffer);
        }
        Ok(file)
    }
}

/// In a history a denied path is one finding, however often it was changed. `files` are in order of path and time.
fn leave_first_denied(files: &mut Vec<File>) {
    let mut denied: HashSet<BString> = HashSet::new();
    for file in files.iter_mut().filter(|file| file.origin.is_some()) {
        let path = &file.path;
        file.sightings.retain(|sighting| !sighting.is_denied_path() || denied.insert(path.clone()));
    }
    files.retain(|file| !file.sightings.is_empty());
}

/// The finding that the path itself is, where it is denied by `pattern` and accepted in a baseline with `salt`.
pub fn denied_path(path: BString, pattern: &str, salt: &str) -> Finding {
    let sighting = Sighting::of_denied_path(&path, pattern);
    let file = File { sightings: vec![sighting], ..File::new(0, path) };
    file.into_findings(salt, &Origin::Worktree).next().expect("one sighting makes one finding")
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
