//! `tightlip install --global` and `uninstall --global`: the hooks that `git init` and `git clone` put into every new repository.
//!
//! They stand in the folder that `init.templateDir` names, or, where it names none, in one of tightlip's own, which it then names.
//! Never: repositories that are there already.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    io::{self, Write},
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::{
    install::{self, Error, heard},
    uninstall::write_steps as write_removed,
};
use crate::{
    cli::{ExitStatus, InstallArgs, UninstallArgs},
    hook::{
        HookKind,
        shim::{Plan, shown},
    },
    report::escape,
};

/// Git's name for the folder.
const KEY: &str = "init.templateDir";

/// The folder whose content new repositories get.
struct Template {
    folder: PathBuf,
    /// `init.templateDir` names it already.
    configured: bool,
    /// It is tightlip's own.
    own: bool,
}

impl Template {
    fn find() -> Result<Self, Error> {
        let own = own_folder()?;
        Ok(match configured()? {
            Some(folder) => Self { own: folder == own, folder, configured: true },
            None => Self { folder: own, configured: false, own: true },
        })
    }

    fn hooks(&self) -> PathBuf {
        self.folder.join("hooks")
    }
}

/// Puts the hooks into the template.
pub fn install(args: &InstallArgs, out: &mut dyn Write) -> Result<ExitStatus, Error> {
    let template = Template::find()?;
    let chosen: &[HookKind] = if args.hooks.is_empty() { &HookKind::CLIENT } else { &args.hooks };
    let plan = Plan::install(&template.hooks(), Some(&install::program().map_err(Error::Program)?), chosen)?;
    if !args.dry_run {
        plan.apply()?;
        if !template.configured {
            set(&template.folder)?;
        }
    }
    heard(write_installed(&plan, &template, args.dry_run, out))?;
    Ok(ExitStatus::Clean)
}

/// Takes the hooks out of the template, and the template out of git's configuration where tightlip put it there.
pub fn uninstall(args: &UninstallArgs, out: &mut dyn Write) -> Result<ExitStatus, Error> {
    let template = Template::find()?;
    let plan = Plan::uninstall(&template.hooks())?;
    if !args.dry_run {
        plan.apply()?;
        if template.own {
            if template.configured {
                unset()?;
            }
            // A folder that holds something else stays.
            let _ = fs::remove_dir(template.hooks());
            let _ = fs::remove_dir(&template.folder);
        }
    }
    heard(write_removed(&plan, args.dry_run, out).and_then(|()| {
        if template.own && template.configured {
            let verb = if args.dry_run { "would no longer name" } else { "no longer names" };
            writeln!(out, "\n{KEY} {verb} {}.", shown(&template.folder))?;
        }
        writeln!(out, "\nRepositories that have the hooks keep them: tightlip uninstall, in each.")
    }))?;
    Ok(ExitStatus::Clean)
}

fn write_installed(plan: &Plan, template: &Template, dry_run: bool, out: &mut dyn Write) -> io::Result<()> {
    install::write_steps(plan, dry_run, out)?;
    let names = match (template.configured, dry_run) {
        (true, _) => "names",
        (false, true) => "would name",
        (false, false) => "now names",
    };
    writeln!(
        out,
        "\n{KEY} {names} {}. Every repository that `git init` or `git clone` makes from then on has these hooks;\n\
         in those that are there already: tightlip install. To take it back: tightlip uninstall --global",
        shown(&template.folder)
    )?;
    if dry_run { writeln!(out, "\nNothing was changed.") } else { Ok(()) }
}

/// A folder among the user's data.
fn own_folder() -> Result<PathBuf, Error> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share"))).ok_or(Error::NoHome)?;
    Ok(data.join("tightlip/template"))
}

/// What the user's configuration names; none where it names nothing.
fn configured() -> Result<Option<PathBuf>, Error> {
    let output = git(&["--type=path".as_ref(), "-z".as_ref(), "--get".as_ref(), KEY.as_ref()])?;
    // Git's status for a key that is not set.
    if output.status.code() == Some(1) {
        return Ok(None);
    }
    let mut path = heeded(output)?;
    path.pop();
    Ok((!path.is_empty()).then(|| OsString::from_vec(path).into()))
}

fn set(folder: &Path) -> Result<(), Error> {
    heeded(git(&[KEY.as_ref(), folder.as_os_str()])?).map(drop)
}

fn unset() -> Result<(), Error> {
    heeded(git(&["--unset".as_ref(), KEY.as_ref()])?).map(drop)
}

fn git(args: &[&OsStr]) -> Result<Output, Error> {
    Command::new("git").args(["config", "--global"]).args(args).output().map_err(Error::RunGit)
}

/// What git wrote to standard output, if it did as it was told.
fn heeded(output: Output) -> Result<Vec<u8>, Error> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Error::Configure { said: escape::text(String::from_utf8_lossy(&output.stderr).trim()) })
}
