//! What each subcommand means: one file each, dispatched here in one line.
//!
//! Never: matching, git objects.

pub mod baseline;
pub mod completions;
pub mod doctor;
pub mod error;
pub mod hook;
pub mod import;
mod input;
pub mod install;
mod managers;
mod merge;
mod named;
mod output;
mod progress;
mod push;
mod range;
mod receive;
pub mod redact;
pub mod review;
pub mod rules;
pub mod scan;
pub mod session;
mod template;
pub mod terms;
pub mod uninstall;
pub mod why;

use std::io::{self, Write};

use self::{error::Error, session::Session};
use crate::cli::{Cli, Command, ExitStatus, HookCommand, InstallArgs, ScanArgs, UninstallArgs};

/// Does what was typed.
pub fn run(cli: &Cli) -> ExitStatus {
    let session = Session::new(cli.color.color);
    let in_hook = match &cli.command {
        Some(Command::Hook(args)) => args.command.hook().map(|(kind, _)| kind),
        _ => None,
    };
    dispatch(cli, &session).unwrap_or_else(|error| {
        // Nothing else can be done where standard error is closed.
        let _ = error.explain(&mut std::io::stderr(), in_hook);
        ExitStatus::Incomplete
    })
}

fn dispatch(cli: &Cli, session: &Session) -> Result<ExitStatus, Error> {
    match &cli.command {
        Some(Command::Install(args)) => install(args, session),
        Some(Command::Uninstall(args)) => uninstall(args, session),
        Some(Command::Hook(args)) => match &args.command {
            HookCommand::Install(args) => install(args, session),
            HookCommand::Uninstall(args) => uninstall(args, session),
            command => {
                let (kind, arguments) = command.hook().expect("all others are hooks");
                hook::run(kind, arguments, session)
            }
        },
        Some(Command::Doctor(args)) => doctor::run(args, session),
        Some(Command::Scan(args)) => scan::run(args, session),
        Some(Command::Merge(args)) => merge::run(args, session),
        Some(Command::Baseline(args)) => baseline::run(args, session),
        Some(Command::Redact(args)) => redact::run(args, session),
        Some(Command::Rules(args)) => rules::run(args),
        Some(Command::Why(args)) => why::run(args, session),
        Some(Command::Completions(args)) => completions::completions(args),
        Some(Command::Man) => completions::man(),
        Some(Command::Import(args)) => import::run(args, session),
        None if cli.baseline.update_baseline => scan::run(&ScanArgs::staged(cli.baseline.clone()), session),
        None => Err(Error::usage("no command was given", "see `tightlip --help`")),
    }
}

fn install(args: &InstallArgs, session: &Session) -> Result<ExitStatus, Error> {
    let out = &mut io::stdout().lock();
    Ok(if args.global { template::install(args, out)? } else { install::run(args, session.repository()?, out)? })
}

fn uninstall(args: &UninstallArgs, session: &Session) -> Result<ExitStatus, Error> {
    let out = &mut io::stdout().lock();
    Ok(if args.global { template::uninstall(args, out)? } else { uninstall::run(args, session.repository()?, out)? })
}

/// Makes a fault end the run with 2 and the way past it, and keeps what the fault's message may quote to itself.
pub fn report_faults() {
    std::panic::set_hook(Box::new(|fault| {
        let place = fault.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        let _ = writeln!(
            std::io::stderr(),
            "tightlip: error: a fault in tightlip itself{place}; nothing was judged\n  \
             next: please report it; to go on without being checked: --no-verify, as in git commit --no-verify"
        );
        std::process::exit(2);
    }));
}
