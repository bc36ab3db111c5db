//! `tightlip hook <git's hook>`: what a shim calls.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    error::Error,
    named, push, range, receive,
    scan::status,
    session::{Session, way_up},
    terms::Judge,
};
use crate::{
    cli::{ExitStatus, PolicyArgs, columns},
    finding::Outcome,
    git::{Repository, Snapshot},
    hook::{self, HookKind},
    parameters,
    policy::{
        bypass::{self, Record},
        receipts::{self, Receipt},
    },
    report::{self, Context, Format, Scene},
    secret::without_tokens,
    source::{Source, message::Message},
};

/// Git runs its hooks at the top of the work tree, and names the folder in which the user stands here.
const PREFIX: &str = "GIT_PREFIX";

/// Git says to each hook of a commit here which index it is about.
const INDEX: &str = "GIT_INDEX_FILE";

/// pre-commit and prek set this for what they run.
const FRAMEWORK: &str = "PRE_COMMIT";

/// Looks at what git is about to store, to publish, or to take.
pub fn run(kind: HookKind, arguments: &[OsString], session: &Session) -> Result<ExitStatus, Error> {
    match kind {
        HookKind::PreCommit if !arguments.is_empty() => {
            finish(&named::look(arguments, session)?, Scene::Commit, session, || staged_tree(session.repository()?))
        }
        HookKind::PreCommit => staged(&[], Scene::Commit, session),
        HookKind::PreApplypatch => staged(&[], Scene::Patch, session),
        HookKind::PrepareCommitMsg => {
            // Git leaves no such mark of a revert without conflicts.
            let picks = session.repository()?.git_dir().join("CHERRY_PICK_HEAD").exists();
            staged(&[], if picks { Scene::CherryPick } else { Scene::Revert }, session)
        }
        HookKind::PreMergeCommit => staged(&hook::merged(), Scene::Merge, session),
        HookKind::CommitMsg => message(arguments, session),
        HookKind::PrePush => {
            let push::Pushed { outcome, tree } = push::look(arguments, session)?;
            finish(&outcome, Scene::Push, session, || Ok(tree))
        }
        HookKind::PreReceive => receive::run(session),
    }
}

/// The index, against the parents that the commit will have.
fn staged(other_parents: &[String], scene: Scene, session: &Session) -> Result<ExitStatus, Error> {
    let repository = session.repository()?;
    let mut source = session.staged(other_parents)?;
    let judge = Judge::new(&PolicyArgs::default(), &mut source)?.guarded(repository);
    let mut outcome = judge.scan(&mut source)?.outcome;
    if outcome.receipt.entries == 0 && !is_run_by_git() {
        outcome.notes.push("nothing is staged and no file was named, so nothing was looked at".to_owned());
    }
    if range::passes_by_itself(&outcome)
        && let Some(trees) = source.trees()
    {
        // Without one, a push looks at the same change again.
        let _ = receipts::remember(&repository.common_dir(), &[Receipt::new(&judge.receipt_terms(), &trees)]);
    }
    finish(&outcome, scene, session, || staged_tree(repository))
}

/// Whether git waits for the answer, and nothing else in between: then a commit without changes is no mistake.
fn is_run_by_git() -> bool {
    env::var_os(INDEX).is_some() && env::var_os(FRAMEWORK).is_none()
}

/// The message in the file that git names.
fn message(arguments: &[OsString], session: &Session) -> Result<ExitStatus, Error> {
    let path = arguments.first().map(Path::new).ok_or_else(|| {
        Error::usage("git gives commit-msg the file of the message", "call it as `tightlip hook commit-msg FILE`")
    })?;
    let text =
        fs::read(path).map_err(|source| Error::File { doing: "read", what: path.display().to_string(), source })?;
    let repository = session.repository()?;
    // What git sets where nobody is to edit.
    let edited = env::var_os("GIT_EDITOR").is_none_or(|editor| editor != ":");
    let mut source = Message::new(hook::message::without_change(&text, edited), session.staged(&[])?);
    let judge = Judge::new(&PolicyArgs::default(), &mut source)?.guarded(repository);
    let outcome = judge.scan(&mut source)?.outcome;
    finish(&outcome, Scene::Commit, session, || staged_tree(repository))
}

/// Says what was found, records what a bypass lets pass, and says how it ends.
fn finish(
    outcome: &Outcome,
    scene: Scene,
    session: &Session,
    tree: impl FnOnce() -> Result<Option<String>, Error>,
) -> Result<ExitStatus, Error> {
    let judged = status(outcome, true);
    let bypass = if judged == ExitStatus::Findings { bypass_reason() } else { None };
    let bypass = bypass.map(|reason| without_tokens(&outcome.without_values(&reason)));
    if let Some(reason) = &bypass {
        record(reason, session, outcome, tree()?.as_deref())?;
    }
    // Where something was not looked at as well, there is nothing to let pass.
    let ended = if bypass.is_some() { ExitStatus::Clean } else { judged };
    say(outcome, bypass, scene, session)?;
    Ok(ended)
}

/// Writes the report to standard error, in one piece.
pub fn say(outcome: &Outcome, bypass: Option<String>, scene: Scene, session: &Session) -> Result<(), Error> {
    let stderr = io::stderr();
    let to_top = env::var_os(PREFIX).map_or_else(|| session.to_top(), |prefix| Ok(way_up(Path::new(&prefix))))?;
    // Where nothing was found there is no line to fit.
    let columns = if outcome.findings.is_empty() { None } else { columns(&stderr) };
    let context =
        Context { color: session.colors(&stderr), columns, in_hook: true, scene, bypass, to_top, ..Context::default() };
    let mut shown = Vec::new();
    report::write(Format::Human, outcome, &context, &mut shown)
        .and_then(|()| stderr.lock().write_all(&shown))
        .map_err(|source| Error::File { doing: "write", what: "to standard error".into(), source })
}

/// The reason for letting this one commit or push pass, from the environment and from nowhere else.
fn bypass_reason() -> Option<String> {
    bypass::reason(variable(parameters::VARIABLE).as_deref(), variable(bypass::VARIABLE).as_deref())
}

fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

fn staged_tree(repository: &Repository) -> Result<Option<String>, Error> {
    Ok(match repository.staged()? {
        Snapshot::Tree(id) => Some(id.to_string()),
        Snapshot::Index(_) => None,
    })
}

fn record(reason: &str, session: &Session, outcome: &Outcome, tree: Option<&str>) -> Result<(), Error> {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let blocking: Vec<_> = outcome.blocking().map(|finding| (finding, bypass::common(finding))).collect();
    let records: Vec<Record<'_>> = blocking
        .iter()
        .map(|(finding, common)| Record {
            time,
            tree,
            rule: &finding.rule.id,
            path: finding.shown_path.as_ref(),
            fingerprint: &finding.fingerprint,
            common: common.as_ref(),
            reason,
        })
        .collect();
    Ok(bypass::record(&session.repository()?.common_dir(), &records)?)
}
