//! Scans what commits and tags bring, and remembers which changes need no second look.
//!
//! Never: which commits those are.

use std::collections::HashSet;

use gix::bstr::BString;

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
    scan::{self, Pace, Scanned, Unwatched},
    source::{
        Entry, Source,
        range::{self, Brought, Known, PolicyTrees, Together},
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
    /// Called before each commit; its error ends the scan without a report.
    pub check: &'a (dyn Fn() -> Result<(), Error> + Sync),
    /// Told how far it is; may end it with a report of what was found.
    pub progress: &'a dyn scan::Watch,
}

impl Watch<'_> {
    /// Nobody.
    pub const NONE: Self = Self { check: &|| Ok(()), progress: &Unwatched };

    /// Whether to go on with the next commit.
    fn goes_on(&self) -> Result<bool, Error> {
        (self.check)()?;
        Ok(!self.progress.is_over())
    }
}

/// Scans a span. Without `memory`, every change is looked at.
pub fn scan(
    repository: &Repository,
    args: &PolicyArgs,
    span: &Span,
    mut memory: Option<&mut Memory>,
    watch: Watch<'_>,
) -> Result<Outcome, Error> {
    let commits: Vec<_> =
        span.tips.iter().filter(|(_, tip)| tip.kind == PeeledKind::Commit).map(|(_, tip)| tip.id).collect();
    let repository = &repository.for_many()?;
    let revisions = repository.range(&commits, &span.excluded)?;
    let policy = policy(repository, span, &commits, &revisions)?;
    let known = Known::default();
    let mut files = Brought::nothing(repository, policy, &known);
    let judge = match (&span.judged_by, &memory) {
        (Some(_), _) => Judge::of_server(&mut files)?,
        // A push is somebody's own.
        (None, Some(_)) => Judge::new(args, &mut files)?.guarded(repository),
        (None, None) => Judge::new(args, &mut files)?,
    };
    let terms = judge.receipt_terms();
    let mut total = Total::default();
    if let Some(first) = policy.now.filter(|_| span.judged_by.is_none()) {
        let changed = policy.before.is_some_and(|before| before != first);
        if changed {
            total.widened.absorb(judge.reconfigured(&mut Brought::nothing(repository, policy, &known))?);
        }
    }
    let read: ById<_> = revisions.iter().map(|revision| (revision.id, revision.tree)).collect();
    let tree_of = |commit| read.get(&commit).map_or_else(|| repository.tree_of(commit), |tree| Ok(*tree));
    // Each with the receipt that it has yet to earn.
    let mut changes = Vec::with_capacity(revisions.len());
    for revision in &revisions {
        let trees = range::trees(revision, tree_of)?;
        let receipt = Receipt::new(&terms, &trees);
        changes.push(if memory.as_ref().is_some_and(|memory| memory.receipts.has(&receipt)) {
            (Brought::by_message_of(repository, revision, policy, &known), None)
        } else {
            (Brought::by(repository, revision, trees, policy, &known), Some(receipt))
        });
    }
    let all = changes.len();
    let mut is_known = false;
    if changes.iter().filter(|(_, receipt)| receipt.is_some()).count() >= MANY {
        let blobs = blobs(changes.iter_mut().map(|(brought, _)| brought), watch)?;
        watch.progress.begins(blobs.len() + all);
        let mut together = Together::new(repository, policy, &blobs);
        look_ahead(&judge, &mut together, &blobs, &known, watch, &mut total)?;
        is_known = true;
    }
    watch.progress.begins(all);
    for (mut brought, receipt) in changes {
        // What was seen ahead is yet to be told of its commits, which takes no time.
        if !watch.goes_on()? && !is_known {
            break;
        }
        let scanned = judge.scan(&mut brought)?;
        watch.progress.looked(scanned.outcome.receipt.bytes);
        let Some(receipt) = receipt else {
            total.add(scanned);
            continue;
        };
        let entries = brought.entries()?;
        let needs_nothing = passes_by_itself(&scanned.outcome);
        let is_clean = |path: &BString| !scanned.outcome.findings.iter().any(|finding| finding.place.path == *path);
        let clean: Vec<_> = entries.into_iter().filter(|entry| is_clean(&entry.path)).collect();
        let skipped = !scanned.outcome.skipped.is_empty();
        total.add(scanned);
        if !skipped {
            for entry in &clean {
                known.add(entry);
            }
        }
        if let (Some(memory), true) = (&mut memory, needs_nothing) {
            memory.earned.push(receipt);
        }
    }
    for (name, tip) in &span.tips {
        for tag in &tip.tags {
            total.add(judge.scan(&mut Brought::by_tag(repository, tag, policy, &known))?);
        }
        match tip.kind {
            PeeledKind::Commit => {}
            PeeledKind::Tree => total.add(judge.scan(&mut Brought::by_tree(repository, tip.id, policy, &known))?),
            PeeledKind::Blob => total.add(judge.scan(&mut Brought::by_blob(repository, tip.id, name, policy, &known))?),
        }
    }
    if watch.progress.is_over() {
        total.outcome.cut_off();
    }
    Ok(total.outcome(repository)?)
}

/// The blobs that `changes` bring, each once at a path, in order of path. A configuration is looked at in its change alone, which
/// it may be the point of.
fn blobs<'b, 'a: 'b>(
    changes: impl Iterator<Item = &'b mut Brought<'a>>,
    watch: Watch<'_>,
) -> Result<Vec<Entry>, Error> {
    let listed = Known::default();
    let mut blobs = Vec::new();
    for brought in changes {
        if !watch.goes_on()? {
            break;
        }
        let new = brought.blobs()?.into_iter();
        blobs.extend(new.filter(|entry| entry.path != config::REPOSITORY_FILE && listed.add(entry)));
    }
    blobs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(blobs)
}

/// Learns which of `blobs` hold nothing, so that only the changes that bring another one have anything left to be looked at. Where
/// somebody does not wait for the end of it, what was not looked at by then is left out.
fn look_ahead(
    judge: &Judge<'_>,
    together: &mut Together<'_>,
    blobs: &[Entry],
    known: &Known,
    watch: Watch<'_>,
    total: &mut Total,
) -> Result<(), Error> {
    let until = Until(watch);
    let pace = Pace { jobs: threads(), memory: MEMORY, watch: &until };
    let seen = judge.scan_at(pace, together)?.outcome;
    (watch.check)()?;
    let found = seen.findings.iter().map(|finding| &finding.place.path);
    let unclean: HashSet<_> = found.chain(seen.skipped.iter().map(|skipped| &skipped.path)).collect();
    let mut clean = 0;
    for entry in blobs.iter().filter(|entry| !unclean.contains(&entry.path)) {
        known.add(entry);
        clean += 1;
    }
    let receipt = &mut total.outcome.receipt;
    receipt.entries += clean;
    receipt.blobs += clean;
    receipt.bytes += seen.receipt.bytes;
    Ok(())
}

/// Stops a scan once the watch has an error.
struct Until<'a>(Watch<'a>);

impl scan::Watch for Until<'_> {
    fn lists(&self, _done: usize, _all: Option<usize>) {}

    /// Its entries are a part of what is to be done, which was said before.
    fn begins(&self, _entries: usize) {}

    fn looked(&self, bytes: u64) {
        self.0.progress.looked(bytes);
    }

    fn is_over(&self) -> bool {
        !matches!(self.0.goes_on(), Ok(true))
    }
}

/// Whether all was read, and nothing had to be let pass but what stood there before.
pub fn passes_by_itself(outcome: &Outcome) -> bool {
    let unread = outcome.skipped.iter().any(|skipped| skipped.why.is_gap());
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
