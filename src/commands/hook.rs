//! `tightlip hook <git's hook>`: what a shim calls.

use std::{
    env,
    io::{self, Write},
    path::Path,
};

use super::{
    error::Error,
    scan::status,
    session::{Session, way_up},
    terms,
};
use crate::{
    cli::{ExitStatus, PolicyArgs},
    finding::Outcome,
    git::Snapshot,
    hook::HookKind,
    policy::bypass::{self, Record},
    report::{self, Context, Format},
    secret::without_tokens,
};

/// Git runs its hooks at the top of the work tree, and names the folder in which the user stands here.
const PREFIX: &str = "GIT_PREFIX";

/// Looks at what git is about to store.
pub fn run(kind: HookKind, session: &Session) -> Result<ExitStatus, Error> {
    let args = PolicyArgs::default();
    let mut source = session.source(kind.target())?;
    let outcome = terms::scan(&args, &mut *source)?.outcome;
    let judged = status(&outcome, true);
    let bypass = if judged == ExitStatus::Findings { bypass_reason() } else { None };
    let bypass = bypass.map(|reason| without_tokens(&outcome.without_values(&reason)));
    if let Some(reason) = &bypass {
        record(reason, session, &outcome)?;
    }
    let stderr = io::stderr();
    let bypassed = bypass.is_some();
    let to_top = env::var_os(PREFIX).map_or_else(|| session.to_top(), |prefix| Ok(way_up(Path::new(&prefix))))?;
    let color = session.colors(&stderr);
    let context = Context { in_hook: true, color, bypass, to_top, ..Context::default() };
    let mut shown = Vec::new();
    report::write(Format::Human, &outcome, &context, &mut shown)
        .and_then(|()| stderr.lock().write_all(&shown))
        .map_err(|source| Error::File { doing: "write", what: "to standard error".into(), source })?;
    Ok(if bypassed { status_without_findings(outcome) } else { judged })
}

/// A bypass is about what was found, not about what was not looked at.
fn status_without_findings(outcome: Outcome) -> ExitStatus {
    status(&Outcome { findings: Vec::new(), ..outcome }, true)
}

/// The reason for letting this one commit pass, from the environment and from nowhere else.
fn bypass_reason() -> Option<String> {
    let variable = |name| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    bypass::reason(variable(bypass::PARAMETERS).as_deref(), variable(bypass::VARIABLE).as_deref())
}

fn record(reason: &str, session: &Session, outcome: &Outcome) -> Result<(), Error> {
    let repository = session.repository()?;
    let tree = match repository.staged()? {
        Snapshot::Tree(id) => Some(id.to_string()),
        Snapshot::Index(_) => None,
    };
    let time = terms::now();
    let records: Vec<Record<'_>> = outcome
        .blocking()
        .map(|finding| Record {
            time,
            tree: tree.as_deref(),
            rule: &finding.rule.id,
            path: finding.shown_path.as_ref(),
            fingerprint: &finding.fingerprint,
            reason,
        })
        .collect();
    Ok(bypass::record(&repository.common_dir(), &records)?)
}
