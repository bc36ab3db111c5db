//! `tightlip install`: plans, does it, and says in plain words what was done.
//!
//! Never: how a hook is written or kept.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use super::{
    managers::{self, Manager},
    terms,
};
use crate::{
    cli::{ExitStatus, InstallArgs},
    config::HOME,
    git, guard,
    hook::{
        HookKind,
        shim::{self, Change, Plan, Step, shown},
    },
};

/// Why the hooks of a repository could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// From the repository.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// From the hooks.
    #[error(transparent)]
    Shim(#[from] shim::Error),
    /// The system does not say which program is running.
    #[error("cannot say where the tightlip that is running stands; name it by its path, and try again")]
    Program(#[source] io::Error),
    /// There is no folder of the user's for the template of new repositories.
    #[error("neither XDG_DATA_HOME nor HOME is set, so there is no folder for the template; set HOME, and try again")]
    NoHome,
    /// Git cannot be run.
    #[error("cannot run git, which reads and sets init.templateDir; is it on PATH?")]
    RunGit(#[source] io::Error),
    /// Git refuses to read, set or unset a key.
    #[error("cannot read or change init.templateDir: {said}; `git config --global --edit` may show why")]
    Configure {
        /// What went wrong.
        said: String,
    },
    /// From standard output.
    #[error("cannot write to standard output")]
    Output(#[from] io::Error),
}

/// The hooks folder that git uses for a repository.
pub struct Hooks {
    /// Where it is, or would be.
    pub folder: PathBuf,
    /// It is part of the work tree: others get it by git.
    pub shared: bool,
    /// `core.hooksPath` names it.
    pub configured: bool,
    /// Those that git runs there.
    pub usual: &'static [HookKind],
}

impl Hooks {
    /// Those of `repository`: without a work tree nobody commits in it, and others push to it.
    pub fn of(repository: &git::Repository) -> Result<Self, Error> {
        let git::HooksDir { path, configured } = repository.hooks_dir()?;
        let (usual, shared): (&[_], _) = match repository.work_dir() {
            Some(work_dir) => (&HookKind::CLIENT, shim::is_shared(&path, work_dir)),
            None => (&HookKind::SERVER, false),
        };
        Ok(Self { shared, folder: path, configured, usual })
    }
}

/// Puts the hooks into the clone.
pub fn run(args: &InstallArgs, repository: &git::Repository, out: &mut dyn io::Write) -> Result<ExitStatus, Error> {
    let hooks = Hooks::of(repository)?;
    let program = if hooks.shared { None } else { Some(program().map_err(Error::Program)?) };
    let chosen = if args.hooks.is_empty() { hooks.usual } else { &args.hooks };
    let plan = Plan::install(&hooks.folder, program.as_deref(), chosen)?;
    if !args.dry_run {
        plan.apply()?;
    }
    let managers = repository.work_dir().map_or_else(Vec::new, |top| managers::without_entry(top, &hooks.folder));
    heard(write(&plan, &hooks, &managers, args.dry_run, out))?;
    Ok(ExitStatus::Clean)
}

/// A reader that has heard enough, such as `head`, is no error: the hooks are as they were asked for.
pub fn heard(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

/// Where the shims look for tightlip: the name under which it was called, if that leads to the program that is running.
/// The system gives the place behind all links, which is gone after the next upgrade where a version manager made them.
pub fn program() -> io::Result<PathBuf> {
    let running = env::current_exe()?;
    let is_running = |path: &PathBuf| path.canonicalize().is_ok_and(|real| real == running);
    let called = env::args_os().next().map(PathBuf::from).unwrap_or_default();
    let found = if called.components().count() > 1 {
        Some(std::path::absolute(called)?).filter(is_running)
    } else {
        all_on_path(&called).find(is_running)
    };
    Ok(found.unwrap_or(running))
}

/// The program that a shell would run for `name`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    all_on_path(Path::new(name)).find(|path| path.is_file())
}

/// Where a program called `name` would stand, in order.
fn all_on_path(name: &Path) -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places: Vec<_> = env::split_paths(&path).map(|folder| folder.join(name)).collect();
    places.into_iter().filter(|path| path.is_absolute())
}

/// Says what becomes of each hook.
pub fn write_steps(plan: &Plan, dry_run: bool, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{} {}:", if dry_run { "Would be done in" } else { "Hooks in" }, shown(plan.folder()))?;
    for step in plan.steps() {
        writeln!(out, "  {:<19} {}", step.hook.name(), said(step))?;
    }
    Ok(())
}

fn write(plan: &Plan, hooks: &Hooks, managers: &[&Manager], dry_run: bool, out: &mut dyn io::Write) -> io::Result<()> {
    write_steps(plan, dry_run, out)?;
    if hooks.shared {
        writeln!(
            out,
            "\nThis folder is part of the work tree, so the change is shared by git. The hooks\n\
             name no path, and look for tightlip on PATH. Commit them when others have it."
        )?;
    } else if hooks.configured {
        writeln!(out, "\ncore.hooksPath names this folder: every repository that is configured so runs\nthese hooks.")?;
    }
    if let Some(file) = home_file_not_guarded().filter(|_| hooks.usual == HookKind::CLIENT) {
        let config = terms::user_file().map(|path| shown(&path)).unwrap_or_default();
        writeln!(
            out,
            "\nTo keep what {HOME}{file} and its kin hold out of commits, too:\n  \
             [known] home = true in {config}"
        )?;
    }
    for manager in managers {
        writeln!(out, "\n{}:\n  {}", manager.what, manager.entry.replace('\n', "\n  "))?;
    }
    if dry_run {
        return writeln!(out, "\nNothing was changed.");
    }
    writeln!(
        out,
        "\nFrom now on {} what adds a secret.\n\
         To see that the hooks fire: tightlip doctor\n\
         To take them out again: tightlip uninstall\n\
         To let accepted findings of two branches merge, put this into .gitattributes:\n  \
         .tightlip-baseline merge=union",
        refusing(plan.steps().iter().map(|step| step.hook))
    )
}

/// What refuses from now on, as the beginning of a sentence that goes on with what.
fn refusing(hooks: impl Iterator<Item = HookKind>) -> &'static str {
    let (mut commits, mut pushes) = (false, false);
    for hook in hooks {
        match hook {
            HookKind::PreReceive => return "this repository refuses a push of",
            HookKind::PrePush => pushes = true,
            _ => commits = true,
        }
    }
    match (commits, pushes) {
        (true, true) => "`git commit` and `git push` refuse",
        (_, true) => "`git push` refuses",
        _ => "`git commit` refuses",
    }
}

/// A secret file of the user's home whose values are not looked for, since nobody has said so yet.
fn home_file_not_guarded() -> Option<&'static str> {
    let home = terms::home().filter(|_| !terms::user_known().home)?;
    guard::usual_home_files().find(|file| home.join(file).is_file())
}

fn said(step: &Step) -> String {
    let change = match step.change {
        Change::Current => "already there",
        Change::Renew => "written anew",
        Change::LeaveNewer => "left alone, since a newer tightlip wrote it",
        _ => "written",
    };
    let Some(earlier) = &step.earlier else { return change.into() };
    let name = name(&earlier.path);
    let runs = match (earlier.runs, earlier.sees_its_name) {
        (true, true) => "runs first",
        (true, false) => "runs first, and sees that name as its own",
        (false, _) => "is not executable, so git did not run it either",
    };
    format!("{change}; the hook that was there is kept as {name} and {runs}")
}

/// The last part of a path, for people.
pub fn name(path: &Path) -> String {
    path.file_name().map(|name| shown(Path::new(name))).unwrap_or_default()
}
