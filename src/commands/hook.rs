//! `tightlip hook <git's hook>`: what a shim calls.

use std::io::{self, Write};

use super::{error::Error, scan::status, session::Session};
use crate::{
    cli::{ExitStatus, PolicyArgs},
    finding::Outcome,
    hook::HookKind,
    policy::bypass,
    report::{self, Context, Format},
    scan::Scan,
};

/// Looks at what git is about to store.
pub fn run(kind: HookKind, session: &Session) -> Result<ExitStatus, Error> {
    let args = PolicyArgs::default();
    let mut source = session.source(kind.target())?;
    let config = session.config(&args, &mut *source)?;
    let detector = session.detector(&args, &config)?;
    let mut policy = session.policy(&args, config)?;
    let outcome = Scan { source: &mut *source, detector: &detector, policy: &mut policy }.run()?;
    let judged = status(&outcome, true);
    let bypass = match judged {
        ExitStatus::Findings => bypass_reason(),
        ExitStatus::Clean | ExitStatus::Incomplete => None,
    };
    if let Some(reason) = &bypass {
        record(reason, session, &outcome)?;
    }
    let stderr = io::stderr();
    let context = Context { color: session.colors(&stderr), verbose: false, in_hook: true, bypass: bypass.clone() };
    let mut shown = Vec::new();
    report::write(Format::Human, &outcome, &context, &mut shown)
        .and_then(|()| stderr.lock().write_all(&shown))
        .map_err(|source| Error::File { doing: "write", what: "standard error".into(), source })?;
    Ok(if bypass.is_some() { left_out(&outcome) } else { judged })
}

/// A bypass is about what was found, not about what was not looked at.
fn left_out(outcome: &Outcome) -> ExitStatus {
    let accepted = Outcome { findings: Vec::new(), ..outcome.clone() };
    status(&accepted, true)
}

/// The reason for letting this one commit pass, from the environment and from nowhere else.
fn bypass_reason() -> Option<String> {
    let variable = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    bypass::reason(variable("TIGHTLIP_BYPASS").as_deref(), variable("GIT_CONFIG_PARAMETERS").as_deref())
}

fn record(reason: &str, session: &Session, outcome: &Outcome) -> Result<(), Error> {
    let repository = session.repository()?;
    let findings: Vec<_> = outcome.blocking().collect();
    let tree = repository.staged_tree()?;
    Ok(bypass::record(repository.common_dir(), tree.as_deref(), &findings, reason)?)
}
