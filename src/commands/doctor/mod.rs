//! `tightlip doctor`: proves that the hook fires, or names what stops it; looks at the files that usually hold secrets.
//!
//! It runs git, which nothing does that a hook runs. Never: the user's index, objects or work tree, but for what `--fix` says
//! before it does it.

mod diagnosis;
mod files;
mod mend;
mod policy;
mod probe;
mod report;
mod submodules;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use self::{
    diagnosis::{Fault, Scene},
    files::UsualFiles,
    mend::{Mend, Remark},
    policy::PolicyFile,
    probe::{Answer, Probe, Surroundings},
};
use super::{
    error::{Error, chain},
    install::{self, Hooks},
    output::say,
    session::Session,
    terms,
};
use crate::{
    cli::{DoctorArgs, DoctorFormat, ExitStatus, PolicyArgs},
    git::Repository,
    hook::{
        HookKind,
        shim::inspect::{Found, State},
    },
    rules::RuleSet,
};

/// All that was seen.
struct Examination {
    /// The tightlip that is running, as hooks would name it.
    program: PathBuf,
    /// Where git looks for hooks; none where it looks nowhere.
    hooks: Option<Hooks>,
    found: Vec<(HookKind, Found)>,
    firing: Firing,
    policy: Vec<PolicyFile>,
    /// None where there is no work tree.
    files: Option<UsualFiles>,
    /// What is to be said of submodules.
    submodules: Option<Remark>,
}

/// What came of the made-up token.
enum Firing {
    /// It was refused, with the bare environment of a graphical client.
    Everywhere,
    /// It is refused in a terminal only.
    InTerminal(Fault),
    /// It is refused nowhere.
    Nowhere(Fault),
    /// It could not be tried.
    Unknown(String),
}

/// Examines, mends what it may, and says what it saw.
pub fn run(args: &DoctorArgs, session: &Session) -> Result<ExitStatus, Error> {
    let mut seen = Examination::new(session)?;
    if args.fix {
        let mut done = Vec::new();
        // What is mended may show what stands behind it, once more.
        for _ in 0..3 {
            let mends: Vec<Mend> = seen.remarks().into_iter().filter_map(|remark| remark.mend).collect();
            let known = done.len();
            for mend in mends {
                if !done.contains(&mend) {
                    announce(args.format, &mend.said())?;
                    mend.apply(session.repository()?)?;
                    done.push(mend);
                }
            }
            if done.len() == known {
                break;
            }
            seen = Examination::new(session)?;
        }
    }
    say(match args.format {
        DoctorFormat::Human => report::human(&seen),
        DoctorFormat::Json => report::json(&seen),
    })?;
    Ok(seen.status())
}

/// Says what is about to be done, beside the document where that has standard output to itself.
fn announce(format: DoctorFormat, deed: &str) -> Result<(), Error> {
    let line = format!("tightlip: mending: {deed}\n");
    match format {
        DoctorFormat::Human => say(&line),
        // Nothing else can be done where standard error is closed.
        DoctorFormat::Json => {
            drop(io::stderr().lock().write_all(line.as_bytes()));
            Ok(())
        }
    }
}

impl Examination {
    fn new(session: &Session) -> Result<Self, Error> {
        let repository = session.repository()?;
        let program = install::program().map_err(install::Error::Program)?;
        let hooks = Hooks::of(repository);
        let mut found = Vec::new();
        if let Ok(hooks) = &hooks {
            for hook in hooks.usual {
                found.push((*hook, Found::read(&hooks.folder, *hook).map_err(install::Error::from)?));
            }
        }
        let firing = match &hooks {
            Ok(hooks) => fire(session, repository, hooks, &found, &program),
            Err(error) => Firing::Nowhere(diagnosis::of_no_folder(repository, chain(error))),
        };
        let files = repository.work_dir().map(files::look).transpose()?;
        let submodules = repository.work_dir().and_then(|top| {
            // An index that cannot be read is what the hook itself will say.
            let unprotected = submodules::unprotected(repository).unwrap_or_default();
            submodules::remark(&unprotected, top, &program)
        });
        Ok(Self { hooks: hooks.ok(), found, firing, policy: policy::look(session)?, files, submodules, program })
    }

    /// What is to be mended, and what is to be known, in this order.
    fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if let Firing::InTerminal(fault) | Firing::Nowhere(fault) = &self.firing {
            remarks.push(fault.remark());
        }
        let stale = |(_, found): &(HookKind, Found)| matches!(found.state, State::Shim { current: false, .. });
        if matches!(self.firing, Firing::Everywhere) && self.found.iter().any(stale) {
            remarks.push(Remark::advice(
                "the hooks are of another version of tightlip",
                &mend::install_command(&self.program),
                Some(Mend::Install),
            ));
        }
        remarks.extend(self.files.iter().flat_map(UsualFiles::remarks));
        remarks.extend(self.submodules.clone());
        remarks.sort_by_key(|remark| !remark.urgent);
        remarks
    }

    fn status(&self) -> ExitStatus {
        if matches!(self.firing, Firing::Unknown(_)) {
            ExitStatus::Incomplete
        } else if self.remarks().iter().any(|remark| remark.urgent) {
            ExitStatus::Findings
        } else {
            ExitStatus::Clean
        }
    }
}

/// Tries the hook in both surroundings, and finds out why it does not fire.
fn fire(
    session: &Session,
    repository: &Repository,
    hooks: &Hooks,
    found: &[(HookKind, Found)],
    program: &Path,
) -> Firing {
    // A configuration that cannot be read is what the hook itself will say.
    let rules = session
        .staged(&[])
        .and_then(|mut staged| terms::rules_in_force(&PolicyArgs::default(), &mut staged))
        .unwrap_or_else(|_| RuleSet::builtin());
    let tried = Probe::new(repository, &rules).and_then(|probe| {
        let bare = probe.fire(&hooks.folder, Surroundings::Bare)?;
        let in_terminal = match bare {
            Answer::Blocked => Answer::Blocked,
            _ => probe.fire(&hooks.folder, Surroundings::Terminal)?,
        };
        Ok((probe.hook(), bare, in_terminal))
    });
    match tried {
        Err(error) => Firing::Unknown(chain(&error)),
        Ok((_, Answer::Blocked, _)) => Firing::Everywhere,
        Ok((hook, bare, in_terminal)) => {
            let found = found.iter().find(|(kind, _)| *kind == hook).expect("every usual hook was read");
            let in_terminal = in_terminal == Answer::Blocked;
            let scene = Scene { repository, hooks, found: &found.1, answer: &bare, in_terminal, program };
            match (diagnosis::of(&scene), in_terminal) {
                (fault, true) => Firing::InTerminal(fault),
                (fault, false) => Firing::Nowhere(fault),
            }
        }
    }
}
