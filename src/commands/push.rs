//! `tightlip hook pre-push`: what a push would publish that the remote does not have yet.
//!
//! Never: the network. What the remote has is what git says, and what tracking references remember.

use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
};

use gix::bstr::ByteSlice;

use super::{
    error::Error,
    progress::Progress,
    range::{self, Memory, Span, Watch},
    session::{Session, standard_input},
};
use crate::{
    cli::PolicyArgs,
    config,
    finding::{Finding, Outcome, Suppression},
    git::{ObjectId, PeeledKind, Repository},
    hook::updates::{self, Update},
    policy::{
        baseline,
        bypass::Records,
        receipts::{self, Receipts},
    },
    report::escape,
};

/// What the push was found to publish, and the tree of the first tip.
pub struct Pushed {
    /// All findings, those that a record of a bypass lets pass included.
    pub outcome: Outcome,
    /// In hexadecimal; none where nothing but deletions is pushed.
    pub tree: Option<String>,
}

/// Looks at what git says on standard input that it is about to push to the remote in its first argument.
pub fn look(arguments: &[OsString], session: &Session) -> Result<Pushed, Error> {
    let text = standard_input()?;
    let updates = updates::of_push(&text)?;
    let mut outcome = Outcome::default();
    if updates.iter().all(|update| update.new.is_none()) {
        return Ok(Pushed { outcome, tree: None });
    }
    let repository = session.repository()?;
    let remote = arguments.first().map_or(OsStr::new(""), OsString::as_os_str);
    let published = Published::of(&updates, remote, repository)?;
    // A repository that cannot be written is pushed from all the same, as if every change were new.
    let mut memory =
        Memory { receipts: Receipts::read(&repository.common_dir()).unwrap_or_default(), earned: Vec::new() };
    let mut tree = None;
    // Ctrl-C ends the push, and nothing needs to be reported then.
    let progress = Progress::new(true, false);
    let watch = Watch { progress: &progress, ..Watch::NONE };
    let spans = spans(&updates, &published, repository)?;
    for span in &spans {
        let found = range::scan(repository, &PolicyArgs::default(), span, Some(&mut memory), watch)?;
        outcome.widened.extend(found.widened.clone());
        outcome.absorb(found);
        tree = tree.or_else(|| Some(repository.tree_of(span.tips.first()?.1.id).ok()?.to_string()));
    }
    if spans.len() > 1 {
        each_once(&mut outcome);
    }
    progress.clear();
    if outcome.blocking().next().is_some() {
        outcome.notes.extend(published.stale);
    }
    if !memory.earned.is_empty() {
        // Without one, the same change is looked at again.
        let _ = receipts::remember(&repository.common_dir(), &memory.earned);
    }
    let_recorded_pass(&mut outcome, repository)?;
    Ok(Pushed { outcome, tree })
}

/// The commits that the remote is known to have.
struct Published {
    ids: Vec<ObjectId>,
    /// Said where something blocks: why the tracking references did not count.
    stale: Option<String>,
}

impl Published {
    /// What git states and, unless one of them is out of date, what the tracking references say.
    fn of(updates: &[Update], remote: &OsStr, repository: &Repository) -> Result<Self, Error> {
        let mut ids = Vec::new();
        let remembered = repository.remembered(remote.as_bytes().as_bstr())?;
        let mut stale = None;
        for update in updates {
            let stated = update.old.as_deref().map(|old| id(old, repository)).transpose()?;
            ids.extend(stated);
            if let Some(reference) = remembered.get(update.name.as_bstr())
                && Some(reference.id) != stated
            {
                let remote = escape::name(remote.as_bytes());
                stale = Some(format!(
                    "{} is out of date, so that only what the remote itself says counts as published; \
                     `git fetch --prune {remote}` brings it up to date",
                    escape::name(&reference.name)
                ));
            }
        }
        if stale.is_none() {
            ids.extend(remembered.ids());
        }
        // What is no commit, or is not here, hides nothing.
        let commits = ids.into_iter().filter_map(|id| repository.peel(id).ok());
        let ids = commits.filter(|peeled| peeled.kind == PeeledKind::Commit).map(|peeled| peeled.id).collect();
        Ok(Self { ids, stale })
    }
}

/// One span for all tips that have the same policy files.
fn spans(updates: &[Update], published: &Published, repository: &Repository) -> Result<Vec<Span>, Error> {
    let mut spans: Vec<([Option<_>; 2], Span)> = Vec::new();
    for update in updates {
        let Some(new) = &update.new else { continue };
        let tip = repository.peel(id(new, repository)?)?;
        let tree = if tip.kind == PeeledKind::Blob { None } else { Some(repository.tree_of(tip.id)?) };
        let mut policy = [None; 2];
        if let Some(tree) = tree {
            for (place, file) in policy.iter_mut().zip([config::REPOSITORY_FILE, baseline::FILE]) {
                *place = repository.entry(tree, file.into())?;
            }
        }
        let tip = (update.name.to_string(), tip);
        if let Some((_, span)) = spans.iter_mut().find(|(same, _)| *same == policy) {
            span.tips.push(tip);
            continue;
        }
        let before = update.old.as_deref().map(|old| id(old, repository)).transpose()?;
        let before = before.and_then(|before| repository.tree_of(before).ok());
        spans.push((policy, Span { tips: vec![tip], excluded: published.ids.clone(), before, judged_by: None }));
    }
    Ok(spans.into_iter().map(|(_, span)| span).collect())
}

/// Of what several policies found in one place of one commit leaves one finding: one that blocks, if any of them does.
fn each_once(outcome: &mut Outcome) {
    let what = |finding: &Finding| {
        let origin = finding.origin.commit().map(|commit| &*commit.id).or(finding.origin.revision());
        (origin.map(str::to_owned), finding.rule.id.clone(), finding.place.clone(), finding.secret.clone())
    };
    let blocking: HashSet<_> = outcome.blocking().map(what).collect();
    let mut told = HashSet::new();
    outcome.findings.retain(|finding| {
        let what = what(finding);
        (finding.blocks || !blocking.contains(&what)) && told.insert(what)
    });
}

/// What a bypass let pass once passes on its way out, and is named.
fn let_recorded_pass(outcome: &mut Outcome, repository: &Repository) -> Result<(), Error> {
    if outcome.blocking().next().is_none() {
        return Ok(());
    }
    let records = Records::read(&repository.common_dir())?;
    for finding in outcome.findings.iter_mut().filter(|finding| finding.blocks) {
        let Some(reason) = records.reason(finding) else { continue };
        outcome.notes.push(format!(
            "let pass by a recorded bypass ({reason}): {} [{}]",
            escape::name(&finding.shown_path),
            finding.rule.id
        ));
        finding.suppression = Some(Suppression::Bypass { reason: reason.to_owned() });
        finding.blocks = false;
    }
    Ok(())
}

fn id(text: &str, repository: &Repository) -> Result<ObjectId, Error> {
    Ok(repository.parse_id(text.as_bytes().as_bstr(), "standard input")?)
}
