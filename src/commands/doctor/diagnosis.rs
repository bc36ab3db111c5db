//! Why the hook does not fire: the one reason, and the one command that mends it.
//!
//! Never: trying the hook.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    mend::{Mend, Remark, install_command, word},
    policy,
    probe::{Answer, BARE_PATH},
};
use crate::{
    commands::install::{Hooks, name},
    config,
    git::Repository,
    hook::shim::{
        inspect::{Found, State},
        shown,
    },
    policy::baseline,
    report::escape,
    secret::without_tokens,
};

/// Why it does not fire.
pub(super) struct Fault {
    pub reason: String,
    pub command: String,
    mend: Option<Mend>,
}

impl Fault {
    fn new(reason: impl Into<String>, command: impl Into<String>) -> Self {
        Self { reason: reason.into(), command: command.into(), mend: None }
    }

    fn mended_by(reason: impl Into<String>, mend: Mend, program: &Path) -> Self {
        Self { reason: reason.into(), command: mend.command(program), mend: Some(mend) }
    }

    pub fn remark(&self) -> Remark {
        Remark::urgent(&self.reason, &self.command, self.mend.clone())
    }
}

/// What is known when the hook did not refuse the token.
pub(super) struct Scene<'a> {
    pub repository: &'a Repository,
    pub hooks: &'a Hooks,
    /// The hook that was tried.
    pub found: &'a Found,
    /// What it made of the token with a bare environment.
    pub answer: &'a Answer,
    /// It refused the token with the user's own PATH.
    pub in_terminal: bool,
    /// The tightlip that is running.
    pub program: &'a Path,
}

/// What tightlip begins a fault with.
const ERROR: &str = "tightlip: error: ";

/// What a shim says where it finds no tightlip.
const NO_PROGRAM: &str = "tightlip: nothing looked for secrets";

/// Where git looks for no hook at all.
pub(super) fn of_no_folder(repository: &Repository, reason: String) -> Fault {
    let of = |scope: &str| {
        let mut git = Command::new("git");
        git.arg("-C").arg(repository.work_dir().unwrap_or(repository.git_dir()));
        git.args(["config", scope, "--get", "core.hooksPath"]).output().is_ok_and(|output| output.status.success())
    };
    let scope = ["--worktree", "--local", "--global", "--system"].into_iter().find(|scope| of(scope));
    Fault::new(reason, format!("git config {} --unset core.hooksPath", scope.unwrap_or("--local")))
}

/// What is said is the best evidence, then what stands where git looks, then what that leads to.
pub(super) fn of(scene: &Scene<'_>) -> Fault {
    let (path, said) = (shown(&scene.found.path), scene.said());
    if let Some(error) = said.lines().find_map(|line| line.split_once(ERROR)) {
        return scene.of_error(error.1);
    }
    let installs = |reason: String| match &scene.found.kept {
        // `install` keeps one earlier hook, and there is one already.
        Some(_) => scene.mended(reason, scene.moved_away()),
        None => scene.mended(reason, Mend::Install),
    };
    match &scene.found.state {
        State::Absent => scene.mended(scene.absent(), Mend::Install),
        State::Foreign { calls: false, .. } if scene.usual_place().is_some() => {
            scene.mended(scene.absent(), Mend::Install)
        }
        State::Foreign { calls: false, .. } if scene.found.kept.is_some() => {
            installs(format!("another tool has written its own hook over tightlip's {path}"))
        }
        State::Foreign { calls: false, .. } => installs(format!("{path} is not tightlip's, and does not call it")),
        _ if !scene.found.runs => scene.mended(
            format!("git passes over {path}, which is not executable"),
            Mend::MakeExecutable(scene.found.path.clone()),
        ),
        State::Changed { ends: Some(line) } => scene.mended(
            format!("line {line} of {path} ends it with success before it comes to tightlip"),
            scene.moved_away(),
        ),
        State::Changed { ends: None } => {
            scene.mended(format!("{path} was changed, and no longer does what tightlip wrote"), scene.moved_away())
        }
        State::Foreign { ends: Some(line), .. } => {
            installs(format!("line {line} of {path} ends it with success before it calls tightlip"))
        }
        State::Foreign { .. } if scene.in_terminal => {
            installs(format!("{path} calls tightlip, but does not find it on the PATH of a graphical client"))
        }
        State::Foreign { .. } => installs(format!("{path} calls tightlip, but what it says is not heeded")),
        // Of another version not every byte is known.
        State::Shim { current: false, .. } if *scene.answer == Answer::Passed => {
            scene.mended(format!("{path} is of another version of tightlip, or was changed"), Mend::Install)
        }
        State::Shim { program, .. } => scene.of_shim(program.as_deref()),
    }
}

impl Scene<'_> {
    fn said(&self) -> &str {
        match self.answer {
            Answer::Refused { said } => said,
            Answer::Passed | Answer::Blocked => "",
        }
    }

    fn mended(&self, reason: String, mend: Mend) -> Fault {
        Fault::mended_by(reason, mend, self.program)
    }

    fn moved_away(&self) -> Mend {
        let from = self.found.path.clone();
        let name = |number: usize| {
            let suffix = if number == 1 { String::new() } else { format!("-{number}") };
            from.with_file_name(format!("{}.moved-away{suffix}", name(&from)))
        };
        let to = (1..=usize::MAX).map(name).find(|to| fs::symlink_metadata(to).is_err()).expect("some number is free");
        Mend::MoveAwayAndInstall { from, to }
    }

    /// The folder that git would look in without `core.hooksPath`, if tightlip's hook stands there.
    fn usual_place(&self) -> Option<PathBuf> {
        let usual = self.repository.common_dir().join("hooks");
        let hook = self.found.path.file_name()?;
        let is_there = self.hooks.configured
            && usual != self.hooks.folder
            && fs::read_to_string(usual.join(hook)).is_ok_and(|text| text.contains("# tightlip shim "));
        is_there.then_some(usual)
    }

    fn absent(&self) -> String {
        let folder = shown(&self.hooks.folder);
        match self.usual_place() {
            Some(usual) => format!(
                "core.hooksPath was set to {folder}, so that git no longer looks into {}, where tightlip's hook stands",
                shown(&usual)
            ),
            None => format!("there is no hook {} in {folder}", name(&self.found.path)),
        }
    }

    /// tightlip ran, and could not complete.
    fn of_error(&self, error: &str) -> Fault {
        let reason = format!("tightlip cannot judge: {}", error.trim());
        for file in [config::REPOSITORY_FILE, baseline::FILE] {
            if error.contains(file) {
                return Fault::new(reason, self.policy_command(file));
            }
        }
        // Messages name what to do next in backticks.
        let is_command = |words: &&str| words.starts_with("git ") || words.starts_with("tightlip ");
        let named = error.split('`').skip(1).step_by(2).find(is_command);
        // What names a place in a file is mended there.
        let place = error.split(' ').find(|word| word.starts_with('/') && word.contains(".toml:"));
        let file = place.and_then(|place| place.split(':').next());
        let edit = file.map(|file| format!("${{EDITOR:-vi}} {}", word(Path::new(file))));
        Fault::new(reason, edit.unwrap_or_else(|| named.unwrap_or("git status").to_owned()))
    }

    /// The mildest command that leaves a policy file in the index which can be read.
    fn policy_command(&self, file: &str) -> String {
        let top = self.repository.work_dir().unwrap_or(self.repository.git_dir());
        let git = |args: &[&str]| Command::new("git").arg("-C").arg(top).args(args).output().ok();
        let is_good = |bytes: &[u8]| policy::fault(file, bytes).is_none();
        let at = |revision: &str| git(&["cat-file", "blob", &format!("{revision}:{file}")]);
        let staged = at("").filter(|output| output.status.success());
        if staged.is_some() {
            if fs::read(top.join(file)).is_ok_and(|bytes| is_good(&bytes)) {
                return format!("git add {file}");
            }
            match at("HEAD") {
                Some(output) if output.status.success() && !is_good(&output.stdout) => {}
                _ if git(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_some_and(|head| head.status.success()) => {
                    return format!("git restore --staged {file}");
                }
                _ => return format!("git rm --cached {file}"),
            }
        }
        format!("${{EDITOR:-vi}} {file} && git add {file}")
    }

    /// The shim is as it should be, so that it is what it leads to.
    fn of_shim(&self, installed: Option<&Path>) -> Fault {
        let Some(found) = looked_for(installed) else {
            return match installed {
                Some(gone) => self.mended(
                    format!("tightlip is no longer at {}, where its hook looks for it", shown(gone)),
                    Mend::Install,
                ),
                None => self.linked(
                    "the hooks are shared and look for tightlip on PATH, and a graphical client's PATH has none"
                        .to_owned(),
                ),
            };
        };
        if let Err(why) = starts(&found) {
            let reason = format!("{} cannot be run here: {why}", shown(&found));
            return if installed.is_some() { self.mended(reason, Mend::Install) } else { self.linked(reason) };
        }
        match (&self.found.kept, self.answer) {
            (Some(kept), Answer::Refused { said }) => {
                let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing");
                let beside = if self.in_terminal { " with a bare environment" } else { "" };
                let reason = format!(
                    "{}, which was there before and runs first, refuses{beside}, and says: {}",
                    shown(kept),
                    escape::text(&without_tokens(last))
                );
                Fault::new(reason, format!("env -i HOME=\"$HOME\" PATH={BARE_PATH} {}", word(kept)))
            }
            (_, Answer::Refused { said }) if said.contains(NO_PROGRAM) => {
                self.mended("the hook finds no tightlip".to_owned(), Mend::Install)
            }
            _ => Fault::new(
                "the configuration in force lets a made-up token pass",
                format!("${{EDITOR:-vi}} {} && git add {0}", config::REPOSITORY_FILE),
            ),
        }
    }

    fn linked(&self, reason: String) -> Fault {
        match home() {
            Some(home) => {
                let (program, at) = (self.program.to_path_buf(), home.join(".local/bin/tightlip"));
                self.mended(reason, Mend::Link { program, at })
            }
            None => Fault::new(reason, install_command(self.program)),
        }
    }
}

/// The program that a shim takes in a bare environment, as the shims look for it.
fn looked_for(installed: Option<&Path>) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = env::split_paths(&OsString::from(BARE_PATH)).collect();
    folders.extend(home().into_iter().flat_map(|home| [home.join(".local/bin"), home.join(".cargo/bin")]));
    let on_path = folders.into_iter().map(|folder| folder.join("tightlip"));
    installed.map(Path::to_path_buf).into_iter().chain(on_path).find(|path| {
        fs::metadata(path)
            .is_ok_and(|found| found.is_file() && found.len() > 0 && found.permissions().mode() & 0o111 != 0)
    })
}

fn home() -> Option<PathBuf> {
    env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// Whether a program is a tightlip that this machine runs; else why not.
fn starts(program: &Path) -> Result<(), String> {
    let because = |error: std::io::Error| match error.raw_os_error() {
        // ENOEXEC: neither a script nor a program for this kind of machine.
        Some(8) => "it is built for another kind of machine, or broken".to_owned(),
        _ => error.to_string(),
    };
    let output = Command::new(program).arg("--version").output().map_err(because)?;
    let is_it = output.status.success() && output.stdout.starts_with(b"tightlip ");
    if is_it { Ok(()) } else { Err("it does not answer as tightlip does".to_owned()) }
}
