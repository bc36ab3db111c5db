//! `tightlip install --global` and `uninstall --global`: the hooks that `git init` and `git clone` put into every new repository.
//!
//! They stand in the folder that `init.templateDir` names, or, where it names none, in one of tightlip's own, which it then names.
//! Never: repositories that are there already.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
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
        let configured = git(&["config", "--global", "--type=path", "--get", KEY])?;
        let configured = configured.filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(match configured {
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
            set(&["config", "--global", KEY], &template.folder)?;
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
                set(&["config", "--global", "--unset"], Path::new(KEY))?;
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

fn set(args: &[&str], value: &Path) -> Result<(), Error> {
    let value = value.to_str().ok_or_else(|| Error::Configure { said: format!("{} is not UTF-8", shown(value)) })?;
    match git(&[args, &[value]].concat())? {
        Some(_) => Ok(()),
        None => Err(Error::Configure { said: format!("git {} failed", args.join(" ")) }),
    }
}

/// What git writes to standard output; none where it ends with an error, as for a key that is not set.
fn git(args: &[&str]) -> Result<Option<String>, Error> {
    let output = Command::new("git").args(args).output().map_err(Error::RunGit)?;
    let text = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
    Ok(output.status.success().then_some(text))
}
