//! `tightlip baseline show` and `prune`; `review` has a file of its own.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use gix::bstr::{BStr, ByteSlice};

use super::{
    error::Error,
    output::say,
    review,
    scan::{baseline_file, case, read_baseline},
    session::Session,
    terms,
};
use crate::{
    cli::{BaselineArgs, BaselineCommand, ExitStatus, PolicyArgs},
    policy::{
        Case,
        baseline::{self, Line, Standing},
    },
    report::{escape, words},
    source::Target,
};

/// Lists or prunes.
pub fn run(args: &BaselineArgs, session: &Session) -> Result<ExitStatus, Error> {
    match &args.command {
        BaselineCommand::Show => show(session),
        BaselineCommand::Prune => prune(session),
        BaselineCommand::Review(args) => review::run(args, session),
    }
}

fn show(session: &Session) -> Result<ExitStatus, Error> {
    let path = baseline_file(&PolicyArgs::default(), session)?;
    let mut lines: Vec<&Line> = Vec::new();
    let baseline = read_baseline(&path)?;
    lines.extend(baseline.lines());
    lines.sort_by(|a, b| (&a.path, &a.rule).cmp(&(&b.path, &b.rule)));
    let mut text = String::new();
    for line in lines {
        let expires = line.expires.map_or_else(String::new, |day| format!(" until {day}"));
        let reason = line.reason.as_deref().map_or_else(String::new, |reason| format!(": {}", escape::text(reason)));
        let name = escape::name(&line.path);
        writeln!(text, "{name}  {}  {}{expires}{reason}", line.rule, line.digest).expect("a string takes all");
    }
    say(if text.is_empty() { "tightlip: the baseline is empty\n" } else { &text })?;
    Ok(ExitStatus::Clean)
}

/// Keeps what still stands in the files of the work tree, ignored ones too: what was accepted there may still be added. What
/// only the index has, as in a sparse checkout, and what is not read, is not looked at, and kept.
fn prune(session: &Session) -> Result<ExitStatus, Error> {
    let args = PolicyArgs { no_baseline: true, ..PolicyArgs::default() };
    let path = baseline_file(&args, session)?;
    let existing = read_baseline(&path)?;
    let top = path.parent().map(ToOwned::to_owned).unwrap_or_default();
    let on_disk = |path: &BStr| Some(top.join(path.to_os_str_lossy())).filter(|path| path.symlink_metadata().is_ok());
    let mut roots: Vec<_> = existing.lines().iter().filter_map(|line| on_disk(line.path.as_ref())).collect();
    roots.sort();
    roots.dedup();
    let mut source = session.source(Target::Paths { roots, no_ignore: true })?;
    let outcome = terms::scan(&args, &mut *source)?.outcome;
    let cases: Vec<Case<'_>> = outcome.findings.iter().filter_map(case).collect();
    let repository = session.repository()?;
    let index = repository.index()?;
    let unread: HashSet<_> = outcome.skipped.iter().map(|skipped| &skipped.path).collect();
    let mut standing = HashMap::new();
    for line in existing.lines() {
        let is = match on_disk(line.path.as_ref()) {
            Some(_) if unread.contains(&line.path) => Standing::Unread,
            Some(_) => Standing::Read,
            None if repository.entry_in_index(&index, line.path.as_ref())?.is_some() => Standing::Unread,
            None => Standing::Gone,
        };
        standing.insert(line.path.as_bstr(), is);
    }
    let (pruned, dropped) = baseline::prune(&existing, &cases, |path| standing[path]);
    // Lines that stand twice go, too. Where there is no baseline, none is made.
    if !existing.lines().is_empty() {
        baseline::store(&path, &pruned)?;
    }
    let unread = existing.lines().iter().filter(|line| standing[line.path.as_bstr()] == Standing::Unread).count();
    let all = existing.lines().len();
    say(match dropped {
        0 => format!("tightlip: nothing to drop; accepted findings: {all}\n"),
        _ => format!("tightlip: {dropped} of {all} accepted findings no longer stand there, and were dropped\n"),
    })?;
    if unread > 0 {
        say(format!("  {unread} kept without a look: their files are not in the work tree, or were not read\n"))?;
    }
    for skipped in outcome.skipped.iter().filter(|skipped| skipped.why.is_gap()) {
        say(format!("  not read: {}\n", words::unread(skipped)))?;
    }
    Ok(if outcome.is_complete() { ExitStatus::Clean } else { ExitStatus::Incomplete })
}
