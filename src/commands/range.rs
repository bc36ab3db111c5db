//! Scans what commits and tags bring, and remembers which changes need no second look.
//!
//! Never: which commits those are.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    error::Error,
    scan::{MEMORY, threads},
    terms::Judge,
};
use crate::{
    cli::PolicyArgs,
    config,
    finding::{Outcome, Suppression},
    git::{ById, ObjectId, Peeled, PeeledKind, Repository, Revision},
    policy::{
        receipts::{Receipt, Receipts},
        widened::Widened,
    },
    scan::{self, Pace, Scanned, Unwatched, Watch as _},
    source::{
        Entry, Source,
        range::{self, Brought, Cleared, PolicyTrees, Together},
    },
};

/// From so many changes on it pays to read what they bring in the order in which it is stored.
const MANY: usize = 256;

/// What is judged together, by one policy.
#[derive(Debug, Default)]
pub struct Span {
    /// What references lead to, tags not followed yet, with their names.
    pub tips: Vec<(String, Peeled)>,
    /// What is not looked at, with all that it is reachable from.
    pub excluded: Vec<ObjectId>,
    /// The policy that stood there before; none for that of the commit from which the first tip branches off.
    pub before: Option<ObjectId>,
    /// The policy in force; none for the first tip's.
    pub judged_by: Option<Judging>,
}

/// By whose policy files a span is judged, where it is not its own tip's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judging {
    /// A tree; none for the built-in policy.
    pub tree: Option<ObjectId>,
}

/// The receipts that a scan may rely on, and those that it earns.
#[derive(Debug, Default)]
pub struct Memory {
    /// From earlier runs.
    pub receipts: Receipts,
    /// From this one.
    pub earned: Vec<Receipt>,
}

/// Who waits for the end of a scan.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Called before each commit and each entry, and at the end; its error ends the scan without a report.
    pub check: &'a (dyn Fn() -> Result<(), Error> + Sync),
    /// Told how far it is; may end it with a report of what was found.
    pub progress: &'a dyn scan::Watch,
}

impl Watch<'_> {
    /// Nobody.
    pub const NONE: Self = Self { check: &|| Ok(()), progress: &Unwatched };
}

/// Scans a span. Without `memory`, every change is looked at.
pub fn scan(
    repository: &Repository,
    args: &PolicyArgs,
    span: &Span,
    memory: Option<&mut Memory>,
    watch: Watch<'_>,
) -> Result<Outcome, Error> {
    let commits: Vec<_> =
        span.tips.iter().filter(|(_, tip)| tip.kind == PeeledKind::Commit).map(|(_, tip)| tip.id).collect();
    let repository = &repository.for_many()?;
    let revisions = repository.range(&commits, &span.excluded)?;
    let policy = policy(repository, span, &commits, &revisions)?;
    let cleared = Cleared::default();
    let mut files = Brought::nothing(repository, policy, &cleared);
    let judge = match (&span.judged_by, &memory) {
        (Some(_), _) => Judge::of_server(&mut files)?,
        // A push is somebody's own.
        (None, Some(_)) => Judge::new(args, &mut files)?.guarded(repository),
        (None, None) => Judge::new(args, &mut files)?,
    };
    let mut look = Look { repository, policy, judge, cleared: &cleared, watch, total: Total::default() };
    if span.judged_by.is_none() {
        look.at_configuration()?;
    }
    let changes = look.changes(&revisions, memory.as_ref().map(|memory| &memory.receipts))?;
    let earned = look.at_changes(changes)?;
    look.at_tips(&span.tips)?;
    // Whoever may not go on waiting is told so however little was left.
    (watch.check)()?;
    let mut total = look.total;
    if watch.progress.is_over() {
        total.outcome.cut_off();
    } else if let Some(memory) = memory {
        memory.earned.extend(earned);
    }
    Ok(total.outcome(repository)?)
}

/// What a commit brings, with the receipt that it has yet to earn; none where only its message is left to be looked at.
struct Change<'a> {
    brought: Brought<'a>,
    receipt: Option<Receipt>,
}

/// The look at all that a span brings.
struct Look<'a> {
    repository: &'a Repository,
    policy: PolicyTrees,
    judge: Judge<'a>,
    cleared: &'a Cleared,
    watch: Watch<'a>,
    total: Total,
}

impl<'a> Look<'a> {
    /// What the configuration lets pass that the one before did not.
    fn at_configuration(&mut self) -> Result<(), Error> {
        let PolicyTrees { now, before } = self.policy;
        if now.is_some() && before.is_some_and(|before| Some(before) != now) {
            let mut files = Brought::nothing(self.repository, self.policy, self.cleared);
            self.total.widened.absorb(self.judge.reconfigured(&mut files)?);
        }
        Ok(())
    }

    /// What each of `revisions` brings that has no receipt yet.
    fn changes(&self, revisions: &'a [Revision], receipts: Option<&Receipts>) -> Result<Vec<Change<'a>>, Error> {
        let Self { repository, policy, cleared, .. } = *self;
        let terms = self.judge.receipt_terms();
        let read: ById<_> = revisions.iter().map(|revision| (revision.id, revision.tree)).collect();
        let tree_of = |commit| read.get(&commit).map_or_else(|| repository.tree_of(commit), |tree| Ok(*tree));
        let change = |revision| {
            let trees = range::trees(revision, tree_of)?;
            let receipt = Receipt::new(&terms, &trees);
            Ok(if receipts.is_some_and(|receipts| receipts.has(&receipt)) {
                Change { brought: Brought::by_message_of(repository, revision, policy, cleared), receipt: None }
            } else {
                Change { brought: Brought::by(repository, revision, trees, policy, cleared), receipt: Some(receipt) }
            })
        };
        revisions.iter().map(change).collect()
    }

    /// Looks at each of `changes`, as long as somebody waits; the receipts that they earn.
    fn at_changes(&mut self, mut changes: Vec<Change<'a>>) -> Result<Vec<Receipt>, Error> {
        let is_ahead = changes.iter().filter(|change| change.receipt.is_some()).count() >= MANY;
        if is_ahead {
            self.ahead(&mut changes)?;
        }
        self.watch.progress.begins(changes.len());
        // What was seen ahead is yet to be told of its commits, which takes no time.
        let until = Until { watch: self.watch, is_patient: is_ahead };
        let mut earned = Vec::new();
        for (number, change) in changes.into_iter().enumerate() {
            if until.is_over() {
                break;
            }
            let scanned = self.at_change(change, &until, &mut earned)?;
            self.watch.progress.looked(number, scanned.outcome.receipt.bytes);
            self.total.add(scanned);
        }
        Ok(earned)
    }

    /// Looks at one change, and remembers what holds nothing.
    fn at_change(
        &self,
        Change { mut brought, receipt }: Change<'a>,
        until: &Until<'_>,
        earned: &mut Vec<Receipt>,
    ) -> Result<Scanned, Error> {
        let scanned = self.judge.scan_at(Pace { watch: until, ..Pace::STEADY }, &mut brought)?;
        let (Some(receipt), outcome) = (receipt, &scanned.outcome) else { return Ok(scanned) };
        if outcome.is_even() && outcome.skipped.is_empty() {
            let unclean: HashSet<_> = outcome.findings.iter().map(|finding| &finding.place.path).collect();
            for entry in brought.entries()?.iter().filter(|entry| !unclean.contains(&entry.path)) {
                self.cleared.add(entry);
            }
        }
        if passes_by_itself(outcome) {
            earned.push(receipt);
        }
        Ok(scanned)
    }

    /// Learns which blobs of `changes` hold nothing, so that only the changes that bring another one have anything left to be
    /// looked at. Where somebody does not wait for the end of it, what was not looked at by then is left out.
    fn ahead(&mut self, changes: &mut [Change<'a>]) -> Result<(), Error> {
        let blobs = self.blobs(changes)?;
        self.watch.progress.begins(blobs.len() + changes.len());
        let ahead = Ahead::new(self.watch, blobs.len());
        let pace = Pace { jobs: threads(), memory: MEMORY, watch: &ahead };
        let seen = self.judge.scan_at(pace, &mut Together::new(self.repository, self.policy, &blobs))?.outcome;
        let found = seen.findings.iter().map(|finding| &finding.place.path);
        let unclean: HashSet<_> = found.chain(seen.skipped.iter().map(|skipped| &skipped.path)).collect();
        let receipt = &mut self.total.outcome.receipt;
        for (entry, was_looked_at) in blobs.iter().zip(ahead.looked) {
            let is_read = seen.is_even() || was_looked_at.into_inner();
            if is_read && unclean.contains(&entry.path) {
                continue;
            }
            self.cleared.add(entry);
            receipt.entries += 1;
            receipt.blobs += usize::from(is_read);
        }
        receipt.bytes += seen.receipt.bytes;
        Ok(())
    }

    /// The blobs that `changes` bring, each once at a path, in order of path. A configuration is looked at in its change alone,
    /// which it may be the point of.
    fn blobs(&self, changes: &mut [Change<'a>]) -> Result<Vec<Entry>, Error> {
        let until = Until { watch: self.watch, is_patient: false };
        let mut listed = HashSet::new();
        for change in changes {
            if until.is_over() {
                break;
            }
            let new = change.brought.blobs()?.into_iter();
            listed.extend(new.filter(|entry| entry.path != config::REPOSITORY_FILE));
        }
        let mut blobs = Vec::from_iter(listed);
        blobs.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(blobs)
    }

    /// Looks at the tags on the way from references, and at what is no commit at their end.
    fn at_tips(&mut self, tips: &[(String, Peeled)]) -> Result<(), Error> {
        let Self { repository, policy, cleared, .. } = *self;
        let until = Until { watch: self.watch, is_patient: false };
        for (name, tip) in tips {
            let tags = tip.tags.iter().map(|tag| Brought::by_tag(repository, tag, policy, cleared));
            let object = match tip.kind {
                PeeledKind::Commit => None,
                PeeledKind::Tree => Some(Brought::by_tree(repository, tip.id, policy, cleared)),
                PeeledKind::Blob => Some(Brought::by_blob(repository, tip.id, name, policy, cleared)),
            };
            for mut brought in tags.chain(object) {
                self.total.add(self.judge.scan_at(Pace { watch: &until, ..Pace::STEADY }, &mut brought)?);
            }
        }
        Ok(())
    }
}

/// Ends a look once the watch has an error, or nobody waits for more.
struct Until<'a> {
    watch: Watch<'a>,
    /// Somebody who does not wait is told the rest all the same.
    is_patient: bool,
}

impl scan::Watch for Until<'_> {
    fn lists(&self, _done: usize, _all: Option<usize>) {}

    /// What is looked at is a part of what is to be done, which was said before.
    fn begins(&self, _entries: usize) {}

    fn looked(&self, _entry: usize, _bytes: u64) {}

    fn is_over(&self) -> bool {
        (self.watch.check)().is_err() || !self.is_patient && self.watch.progress.is_over()
    }
}

/// The same for what is looked at ahead; tells the watch how far it is, and knows what was looked at.
struct Ahead<'a> {
    until: Until<'a>,
    /// By the number of the entry.
    looked: Vec<AtomicBool>,
}

impl<'a> Ahead<'a> {
    fn new(watch: Watch<'a>, entries: usize) -> Self {
        let looked = std::iter::repeat_with(AtomicBool::default).take(entries).collect();
        Self { until: Until { watch, is_patient: false }, looked }
    }
}

impl scan::Watch for Ahead<'_> {
    fn lists(&self, done: usize, all: Option<usize>) {
        self.until.lists(done, all);
    }

    fn begins(&self, entries: usize) {
        self.until.begins(entries);
    }

    fn looked(&self, entry: usize, bytes: u64) {
        self.looked[entry].store(true, Ordering::Relaxed);
        self.until.watch.progress.looked(entry, bytes);
    }

    fn is_over(&self) -> bool {
        self.until.is_over()
    }
}

/// Whether all was read, and nothing had to be let pass but what stood there before.
pub fn passes_by_itself(outcome: &Outcome) -> bool {
    let unread = !outcome.is_even() || outcome.skipped.iter().any(|skipped| skipped.why.is_gap());
    let let_pass = |suppression: &Suppression| *suppression != Suppression::Inherited;
    !unread
        && outcome.unguarded.is_empty()
        && !outcome.findings.iter().any(|finding| finding.blocks || finding.suppression.as_ref().is_some_and(let_pass))
}

/// All that the scans of a span came to.
#[derive(Default)]
struct Total {
    outcome: Outcome,
    widened: Widened,
}

impl Total {
    fn add(&mut self, scanned: Scanned) {
        self.widened.absorb(scanned.widened);
        self.outcome.absorb(scanned.outcome);
    }

    fn outcome(mut self, repository: &Repository) -> Result<Outcome, crate::git::Error> {
        self.outcome.findings.sort_by(|a, b| a.place.path.cmp(&b.place.path));
        self.outcome.widened = self.widened.words();
        self.outcome.hide_values();
        if !repository.shallow()?.is_empty() {
            self.outcome.notes.push(
                "this clone is shallow: what comes before its oldest commits was not there to be looked at".into(),
            );
        }
        Ok(self.outcome)
    }
}

fn policy(
    repository: &Repository,
    span: &Span,
    commits: &[ObjectId],
    revisions: &[Revision],
) -> Result<PolicyTrees, Error> {
    let tip = commits.first().copied();
    let now = match span.judged_by {
        Some(judging) => judging.tree,
        None => tip.map(|tip| repository.tree_of(tip)).transpose()?,
    };
    let before = match (span.before, tip) {
        (Some(tree), _) => Some(tree),
        (None, Some(tip)) => branching_point(tip, revisions).and_then(|id| repository.tree_of(id).ok()),
        (None, None) => None,
    };
    Ok(PolicyTrees { now, before })
}

/// The first commit on the way back from `tip`, by first parents, that is not one of `revisions`.
fn branching_point(tip: ObjectId, revisions: &[Revision]) -> Option<ObjectId> {
    let parents: ById<_> = revisions.iter().map(|revision| (revision.id, revision.parents.first().copied())).collect();
    let mut at = tip;
    while let Some(parent) = parents.get(&at) {
        at = (*parent)?;
    }
    Some(at)
}
