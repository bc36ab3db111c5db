//! `tightlip hook pre-receive`: what somebody pushes to this repository.
//!
//! Judged by the default branch as it stands before the push, so that a push cannot excuse itself. Never: a bypass, receipts.

use std::time::{Duration, Instant};

use gix::bstr::ByteSlice;

use super::{
    error::Error,
    hook,
    range::{self, Judging, Span},
    scan::status,
    session::{Session, standard_input},
};
use crate::{
    cli::{ExitStatus, PolicyArgs},
    finding::Outcome,
    git::{ObjectId, PeeledKind, Repository},
    hook::updates,
    report::Scene,
    scan, source,
};

/// What the administrator sets it by, in seconds; in the repository's or the machine's git configuration.
const BUDGET_KEY: &str = "tightlip.receiveTimeout";

/// How long a push may be looked at, unless set: below the time after which common servers give up on a hook.
const BUDGET: Duration = Duration::from_secs(50);

/// Looks at what git says on standard input that somebody pushes.
pub fn run(session: &Session) -> Result<ExitStatus, Error> {
    let begun = Instant::now();
    let text = standard_input()?;
    let updates = updates::of_receive(&text)?;
    let repository = session.repository()?;
    let parse = |text: &str| repository.parse_id(text.as_bytes().as_bstr(), "standard input");
    let mut tips = Vec::new();
    for update in &updates {
        if let Some(new) = &update.new {
            tips.push((update.name.to_string(), repository.peel(parse(new)?)?));
        }
    }
    if tips.is_empty() {
        return Ok(ExitStatus::Clean);
    }
    let default = repository.head_tree()?;
    let excluded = all_here(repository)?;
    let budget = budget(repository)?;
    let check = || {
        if begun.elapsed() > budget {
            let message = format!("this push was not looked at whole within {} seconds", budget.as_secs());
            return Err(Error::usage(
                message,
                format!(
                    "push it in parts, or ask the administrator of the server to raise {BUDGET_KEY} in git's configuration there"
                ),
            ));
        }
        Ok(())
    };
    let judged_by = |tree| {
        let (tips, excluded) = (tips.clone(), excluded.clone());
        let span = Span { tips, excluded, before: tree, judged_by: Some(Judging { tree }) };
        let watch = range::Watch { check: &check, ..range::Watch::NONE };
        range::scan(repository, &PolicyArgs::default(), &span, None, watch)
    };
    let outcome = match judged_by(default) {
        // Whoever mends the policy of the default branch must get it in: the built-in one lets less pass.
        Err(error) if default.is_some() && is_of_policy(&error) => judged_by(None),
        outcome => outcome,
    }?;
    let ended = status(&outcome, true);
    let silent = Outcome { findings: Vec::new(), ..Outcome::default() };
    hook::say(if ended == ExitStatus::Clean { &silent } else { &outcome }, None, Scene::Receive, session)?;
    Ok(ended)
}

/// Whether policy files cannot be read.
fn is_of_policy(error: &Error) -> bool {
    match error {
        Error::Config(_) | Error::Policy(_) | Error::Baseline(_) | Error::Scan(scan::Error::Baseline(_)) => true,
        Error::Source(error) | Error::Scan(scan::Error::Source(error)) => {
            matches!(error, source::Error::NotAFile { .. })
        }
        _ => false,
    }
}

/// All commits that the repository has references to. Where git runs this hook, none of them was changed yet.
fn all_here(repository: &Repository) -> Result<Vec<ObjectId>, Error> {
    let peeled = repository.references("refs/")?.into_iter().filter_map(|reference| repository.peel(reference.id).ok());
    Ok(peeled.filter(|peeled| peeled.kind == PeeledKind::Commit).map(|peeled| peeled.id).collect())
}

fn budget(repository: &Repository) -> Result<Duration, Error> {
    let Some(text) = repository.config(BUDGET_KEY) else { return Ok(BUDGET) };
    let seconds = text.trim().parse().map_err(|_| {
        Error::usage(format!("{BUDGET_KEY} is not a number of seconds"), "the administrator of the server sets it")
    })?;
    Ok(Duration::from_secs(seconds))
}
