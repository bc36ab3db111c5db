//! `tightlip install`, `uninstall` and `hook`.
//!
//! Never: what a hook does.

use std::ffi::OsString;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::hook::HookKind;

/// `tightlip install`.
#[derive(Args, Debug)]
pub struct InstallArgs {
    /// Set these hooks only, separated by commas, instead of all that run here
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = hooks())]
    pub hooks: Vec<HookKind>,
    /// Put them into the template of new repositories instead, which `git init` and `git clone` copy
    #[arg(long)]
    pub global: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `tightlip uninstall`.
#[derive(Args, Debug)]
pub struct UninstallArgs {
    /// Take them out of the template of new repositories instead
    #[arg(long)]
    pub global: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `tightlip hook`.
#[derive(Args, Debug)]
pub struct HookArgs {
    /// Which hook.
    #[command(subcommand)]
    pub command: HookCommand,
}

/// The subcommands of `tightlip hook`.
#[derive(Debug, Subcommand)]
pub enum HookCommand {
    /// Put the hooks into this clone
    Install(InstallArgs),
    /// Take the hooks out again and restore what was there before
    Uninstall(UninstallArgs),
    /// Look at what `git commit` is about to store, or at the files that pre-commit or prek name
    PreCommit(GitHookArgs),
    /// Look at what a clean `git merge` is about to store
    PreMergeCommit(GitHookArgs),
    /// Look at what `git am` is about to store
    PreApplypatch(GitHookArgs),
    /// Look at what `git cherry-pick` or `git revert` is about to store
    PrepareCommitMsg(GitHookArgs),
    /// Look at the message of a commit
    CommitMsg(GitHookArgs),
    /// Look at what `git push` is about to publish
    PrePush(GitHookArgs),
    /// Look at what was pushed to this repository
    PreReceive(GitHookArgs),
}

impl HookCommand {
    /// What git calls the hook `name` with `arguments` for.
    pub(super) fn of_git(name: &str, arguments: Vec<OsString>) -> Option<Self> {
        let of_hook = match name {
            "pre-commit" => HookCommand::PreCommit,
            "pre-merge-commit" => HookCommand::PreMergeCommit,
            "pre-applypatch" => HookCommand::PreApplypatch,
            "prepare-commit-msg" => HookCommand::PrepareCommitMsg,
            "commit-msg" => HookCommand::CommitMsg,
            "pre-push" => HookCommand::PrePush,
            "pre-receive" => HookCommand::PreReceive,
            _ => return None,
        };
        Some(of_hook(GitHookArgs { arguments }))
    }

    /// The hook that git is running, if this is one, and git's arguments.
    pub fn hook(&self) -> Option<(HookKind, &[OsString])> {
        let (kind, args) = match self {
            Self::Install(_) | Self::Uninstall(_) => return None,
            Self::PreCommit(args) => (HookKind::PreCommit, args),
            Self::PreMergeCommit(args) => (HookKind::PreMergeCommit, args),
            Self::PreApplypatch(args) => (HookKind::PreApplypatch, args),
            Self::PrepareCommitMsg(args) => (HookKind::PrepareCommitMsg, args),
            Self::CommitMsg(args) => (HookKind::CommitMsg, args),
            Self::PrePush(args) => (HookKind::PrePush, args),
            Self::PreReceive(args) => (HookKind::PreReceive, args),
        };
        Some((kind, &args.arguments))
    }
}

/// What git passes to a hook.
#[derive(Args, Debug)]
pub struct GitHookArgs {
    /// Git's own arguments
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

/// Reads a name of the table of hooks.
fn hooks() -> impl TypedValueParser<Value = HookKind> {
    PossibleValuesParser::new(HookKind::ALL.map(HookKind::name)).map(|name| {
        HookKind::ALL.into_iter().find(|hook| hook.name() == name).expect("clap lets only the listed names through")
    })
}
