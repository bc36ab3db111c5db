//! `tightlip uninstall`: plans, does it, and says in plain words what came back.
//!
//! Never: how a hook is restored.

use std::io;

use super::install::{Error, Hooks, heard, name};
use crate::{
    cli::{ExitStatus, UninstallArgs},
    git,
    hook::shim::{Change, Plan, Step, shown},
};

/// Takes the hooks out of the clone.
pub fn run(args: &UninstallArgs, repository: &git::Repository, out: &mut dyn io::Write) -> Result<ExitStatus, Error> {
    let hooks = Hooks::of(repository)?;
    let plan = Plan::uninstall(&hooks.folder)?;
    if !args.dry_run {
        plan.apply()?;
    }
    heard(write(&plan, &hooks, args.dry_run, out))?;
    Ok(ExitStatus::Clean)
}

/// Says what becomes of each hook.
pub fn write_steps(plan: &Plan, dry_run: bool, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{} {}:", if dry_run { "Would be done in" } else { "Hooks in" }, shown(plan.folder()))?;
    for step in plan.steps() {
        writeln!(out, "  {:<19} {}", step.hook.name(), said(step))?;
    }
    Ok(())
}

fn write(plan: &Plan, hooks: &Hooks, dry_run: bool, out: &mut dyn io::Write) -> io::Result<()> {
    write_steps(plan, dry_run, out)?;
    if hooks.shared {
        writeln!(out, "\nThis folder is part of the work tree: commit the change to share it.")?;
    }
    if dry_run {
        writeln!(out, "\nNothing was changed.")?;
    }
    Ok(())
}

fn said(step: &Step) -> String {
    match (step.change, &step.earlier) {
        (Change::Remove, _) => "removed".into(),
        (Change::Restore, _) => "removed; the hook that was there before is back".into(),
        (Change::Leave, Some(earlier)) => format!(
            "left alone, since it is not as tightlip wrote it; the hook from before tightlip is still kept as {}",
            name(&earlier.path)
        ),
        (Change::Leave, None) => "left alone, since it is not as tightlip wrote it".into(),
        (Change::LeaveNewer, _) => "left alone, since a newer tightlip wrote it: take it out with that one".into(),
        _ => "not there".into(),
    }
}
