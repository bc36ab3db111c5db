//! The contract with the shell: arguments and exit codes.
//!
//! Never: git, rules, files. The doc comment of a field is its help.

mod examples;

use std::{borrow::Cow, env, ffi::OsString, num::NonZeroUsize, path::PathBuf};

use clap::{
    Args, CommandFactory, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser},
};

use crate::{
    config::import::Tool,
    hook::HookKind,
    report::Format,
    rules::{RuleSet, Severity},
};

/// Keeps secrets out of git commits
#[derive(Debug, Parser)]
#[command(name = "tightlip", version = VERSION, max_term_width = 100, args_conflicts_with_subcommands = true, after_help = examples::ALL)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The same as `tightlip scan --staged --update-baseline`.
    #[command(flatten)]
    pub baseline: UpdateBaselineArgs,
    /// When to colour.
    #[command(flatten)]
    pub color: ColorArgs,
}

impl Cli {
    /// What was typed in this process's arguments; what cannot be understood ends the process.
    pub fn read() -> Self {
        Self::of_shim(env::args_os().skip(1)).unwrap_or_else(Self::parse)
    }

    /// `hook pre-commit` and its like as a shim calls them, without options. Setting clap up to read these two words would take
    /// a tenth of what a clean commit pays.
    fn of_shim(mut words: impl Iterator<Item = OsString>) -> Option<Self> {
        let (hook, name) = (words.next()?, words.next()?);
        let arguments: Vec<OsString> = words.collect();
        if hook != "hook" || arguments.iter().any(|word| word.as_encoded_bytes().starts_with(b"-")) {
            return None;
        }
        let of_hook = match name.to_str()? {
            "pre-commit" => HookCommand::PreCommit,
            "pre-merge-commit" => HookCommand::PreMergeCommit,
            "pre-applypatch" => HookCommand::PreApplypatch,
            "prepare-commit-msg" => HookCommand::PrepareCommitMsg,
            "commit-msg" => HookCommand::CommitMsg,
            "pre-push" => HookCommand::PrePush,
            "pre-receive" => HookCommand::PreReceive,
            _ => return None,
        };
        Some(Self {
            command: Some(Command::Hook(HookArgs { command: of_hook(GitHookArgs { arguments }) })),
            baseline: UpdateBaselineArgs::default(),
            color: ColorArgs::default(),
        })
    }
}

/// The command line as it is read, for what is made of it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The same and all subcommands, each built so that it names its own options: what has a help page.
pub fn pages() -> Vec<clap::Command> {
    let mut all = command();
    all.build();
    let mut pages = vec![all];
    let mut next = 0;
    while next < pages.len() {
        let below = pages[next].get_subcommands().filter(|below| below.get_name() != "help" && !below.is_hide_set());
        let below: Vec<_> = below.cloned().collect();
        pages.extend(below);
        next += 1;
    }
    pages
}

/// The version, with a digest of the built-in rules.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (rules ", env!("TIGHTLIP_RULES_DIGEST"), ")");

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put the hooks into this clone
    #[command(after_help = examples::INSTALL)]
    Install(InstallArgs),
    /// Take the hooks out again and restore what was there before
    #[command(after_help = examples::UNINSTALL)]
    Uninstall(UninstallArgs),
    /// What git's hooks call; also `hook install` and `hook uninstall`
    #[command(after_help = examples::HOOK)]
    Hook(HookArgs),
    /// Prove that the hook fires, or name what stops it and what mends that
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorArgs),
    /// Look for secrets in what is staged, in files and folders, in a tree, in the history, or in standard input
    #[command(after_help = examples::SCAN)]
    Scan(Box<ScanArgs>),
    /// Join json reports, such as those of several machines, into one
    #[command(after_help = examples::MERGE)]
    Merge(MergeArgs),
    /// Look after the file of accepted findings
    #[command(after_help = examples::BASELINE)]
    Baseline(BaselineArgs),
    /// Copy standard input to standard output with every secret masked
    #[command(after_help = examples::REDACT)]
    Redact(RedactArgs),
    /// List, show and prove the rules
    #[command(after_help = examples::RULES)]
    Rules(RulesArgs),
    /// Say what decided about a file or a line of it, for and against
    #[command(after_help = examples::WHY)]
    Why(WhyArgs),
    /// Carry over the configuration and the accepted findings of another tool
    #[command(after_help = examples::IMPORT)]
    Import(ImportArgs),
    /// Write the script that completes commands in a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Write the manual page
    #[command(after_help = examples::MAN)]
    Man,
}

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

/// `tightlip doctor`.
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// Mend what can be mended, each after saying it
    #[arg(long)]
    pub fix: bool,
    /// The form of what is said
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human)]
    pub format: DoctorFormat,
}

/// The forms of what doctor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// For reading.
    Human,
    /// One document, for programs.
    Json,
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

/// `tightlip completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `tightlip redact`.
#[derive(Args, Debug)]
pub struct RedactArgs {
    /// The path that standard input is judged as
    #[arg(long, value_name = "PATH")]
    pub name: Option<String>,
    /// Use this configuration instead of the repository's
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Mask the values of your own secret files here as well, as the hooks look for them
    #[arg(long)]
    pub known: bool,
}

impl RedactArgs {
    /// What is in force: no policy lets a value pass here.
    pub fn policy(&self) -> PolicyArgs {
        PolicyArgs { config: self.config.clone(), ..PolicyArgs::default() }
    }
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

/// `tightlip scan`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct ScanArgs {
    /// Files and folders on disk; without any, what is staged
    #[arg(group = "target")]
    pub paths: Vec<PathBuf>,
    /// What is staged (the default)
    #[arg(long, group = "target")]
    pub staged: bool,
    /// What the commits reachable from TIP and not from BASE add, each against its own parents
    #[arg(long, value_name = "BASE..TIP", group = "target", conflicts_with = "update_baseline")]
    pub range: Option<String>,
    /// The tracked files as they are on disk, or as they are in the revision REV
    #[arg(long, value_name = "REV", num_args = 0..=1, group = "target", conflicts_with = "update_baseline")]
    pub tree: Option<Option<String>>,
    /// Every blob that a reference leads to, each once
    #[arg(long, group = "target", conflicts_with = "update_baseline")]
    pub history: bool,
    /// Standard input
    #[arg(long, group = "target")]
    pub stdin: bool,
    /// The path that standard input is judged as
    #[arg(long, value_name = "PATH", requires = "stdin")]
    pub name: Option<String>,
    /// The form of the report
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = Format::Human.name(),
        value_parser = formats(),
        conflicts_with = "update_baseline"
    )]
    pub format: Format,
    /// Write the report there instead of to standard output
    #[arg(long, value_name = "FILE", conflicts_with = "update_baseline")]
    pub output: Option<PathBuf>,
    /// Accept what is found: write it into the baseline
    #[command(flatten)]
    pub baseline: UpdateBaselineArgs,
    /// What is judged how.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// Exit with 2 if something was left out
    #[arg(long)]
    pub strict: bool,
    /// Read what .gitignore files exclude as well
    #[arg(long, requires = "paths")]
    pub no_ignore: bool,
    /// Look at share K of N only, as one of N machines (--tree and --history)
    #[arg(long, value_name = "K/N", conflicts_with_all = ["paths", "staged", "stdin", "range", "update_baseline"])]
    pub shard: Option<String>,
    /// So many threads at most; without it, one for each processor
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub jobs: Option<NonZeroUsize>,
    /// So much memory for packed blobs, as in `1 GiB` (the default): fewer threads where they are large
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// How far it is, on standard error: on a terminal when it takes longer than a second, or never
    #[arg(long, value_enum, default_value_t = ProgressChoice::Auto)]
    pub progress: ProgressChoice,
    /// List what passed as well, and why
    #[arg(long)]
    pub verbose: bool,
}

/// `tightlip merge`.
#[derive(Args, Debug)]
pub struct MergeArgs {
    /// Reports of `tightlip scan --format json`
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = Format::Human.name(), value_parser = formats())]
    pub format: Format,
    /// Write the report there instead of to standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 2 if something was left out
    #[arg(long)]
    pub strict: bool,
    /// List what passed as well, and why
    #[arg(long)]
    pub verbose: bool,
}

/// Reads a number of threads.
fn jobs(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a number from 1 on")
}

/// Takes any id, since a configuration has rules of its own, and names the built-in ones to who completes it.
#[derive(Clone)]
struct RuleIds;

impl TypedValueParser for RuleIds {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let rules = RuleSet::builtin();
        let ids = rules.iter().filter_map(|rule| match rule.id {
            Cow::Borrowed(id) => Some(PossibleValue::new(id)),
            Cow::Owned(_) => None,
        });
        Some(Box::new(ids.collect::<Vec<_>>().into_iter()))
    }
}

/// Reads a name of the table of formats.
fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).map(|name| {
        Format::ALL.into_iter().find(|format| format.name() == name).expect("clap lets only the listed names through")
    })
}

/// Reads a name of the table of hooks.
fn hooks() -> impl TypedValueParser<Value = HookKind> {
    PossibleValuesParser::new(HookKind::ALL.map(HookKind::name)).map(|name| {
        HookKind::ALL.into_iter().find(|hook| hook.name() == name).expect("clap lets only the listed names through")
    })
}

/// The options that accept findings.
#[derive(Args, Clone, Debug, Default)]
pub struct UpdateBaselineArgs {
    /// Accept what is staged: write it into the baseline
    #[arg(long)]
    pub update_baseline: bool,
    /// Why they are accepted
    #[arg(long, value_name = "TEXT", requires = "update_baseline")]
    pub reason: Option<String>,
    /// The last day on which they are accepted, as YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "update_baseline")]
    pub expires: Option<String>,
}

/// The options that say what is judged how; they win over every configuration file, except what the user's requires.
#[derive(Args, Clone, Debug, Default)]
pub struct PolicyArgs {
    /// Use this configuration instead of the repository's
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use this baseline instead of the repository's
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Judge as if there were no baseline
    #[arg(long)]
    pub no_baseline: bool,
    /// Judge as if there were no inline comments
    #[arg(long)]
    pub no_inline: bool,
    /// Look for this rule only (may be given more than once)
    #[arg(long, value_name = "ID", value_parser = RuleIds, hide_possible_values = true)]
    pub rule: Vec<String>,
    /// Do not look for this rule (may be given more than once)
    #[arg(long, value_name = "ID", value_parser = RuleIds, hide_possible_values = true)]
    pub skip_rule: Vec<String>,
    /// The least severity that blocks: low, medium, high or critical
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<Severity>,
    /// Do not read packed blobs larger than this, as in `64 MiB`
    #[arg(long, value_name = "SIZE")]
    pub max_file_size: Option<String>,
}

/// `tightlip baseline`.
#[derive(Args, Debug)]
pub struct BaselineArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// The subcommands of `tightlip baseline`.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// List what is accepted
    Show,
    /// Drop the lines that no longer match anything in the files of the work tree, ignored ones too
    Prune,
    /// Go through what is accepted, and through what blocks in PATH..., one at a time
    #[command(after_help = examples::REVIEW)]
    Review(ReviewArgs),
}

/// `tightlip baseline review`.
#[derive(Args, Debug)]
pub struct ReviewArgs {
    /// Files and folders whose findings are to be decided about, too
    pub paths: Vec<PathBuf>,
}

/// `tightlip rules`.
#[derive(Args, Debug)]
pub struct RulesArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// The subcommands of `tightlip rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the built-in rules: severity, id, title
    List {
        /// Only those whose provider, title or id contains this word
        #[arg(long, value_name = "WORD")]
        provider: Option<String>,
    },
    /// Show all of a built-in rule
    Show {
        /// Its id
        #[arg(value_name = "ID", value_parser = RuleIds, hide_possible_values = true)]
        id: String,
        /// Make texts of its examples; they look alive to any scanner, and open nothing
        #[arg(long)]
        draw: bool,
    },
    /// Hold the rules of a configuration or a rules file, or the built-in ones, against their examples and near misses
    Check {
        /// The file; without one, the built-in rules
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// `tightlip why`.
#[derive(Args, Debug)]
pub struct WhyArgs {
    /// The file, and the line in it
    #[arg(value_name = "PATH[:LINE]")]
    pub place: OsString,
    /// As it is staged, instead of on disk
    #[arg(long, conflicts_with = "tree")]
    pub staged: bool,
    /// As it is in the revision REV
    #[arg(long, value_name = "REV")]
    pub tree: Option<String>,
}

/// `tightlip import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// Whose files they are
    #[arg(value_name = "TOOL", value_parser = tools())]
    pub tool: Tool,
    /// A file of that tool; without one, those that usually stand at the top of the repository
    pub file: Option<PathBuf>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Reads a name of the table of tools.
fn tools() -> impl TypedValueParser<Value = Tool> {
    PossibleValuesParser::new(Tool::ALL.map(Tool::name)).map(|name| {
        Tool::ALL.into_iter().find(|tool| tool.name() == name).expect("clap lets only the listed names through")
    })
}

/// When to colour.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct ColorArgs {
    /// When to colour: on a terminal unless `NO_COLOR` is set, always, or never
    #[arg(long, value_enum, global = true, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

/// Whether to show how far a scan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressChoice {
    /// On a terminal, when it takes longer than a second.
    #[default]
    Auto,
    /// Never.
    Never,
}

/// See [`ColorArgs`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a run ended. A leak and a fault never share a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Complete, nothing that blocks: 0.
    Clean,
    /// Complete, findings that block: 1.
    Findings,
    /// Not complete: 2. A hook blocks, and says how to commit anyway.
    Incomplete,
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Clean => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Incomplete => 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shim_calls_is_read_as_clap_reads_it() {
        for (line, known) in [
            ("hook pre-commit", true),
            ("hook pre-commit a b", true),
            ("hook pre-merge-commit", true),
            ("hook pre-applypatch", true),
            ("hook prepare-commit-msg .git/COMMIT_EDITMSG commit HEAD", true),
            ("hook commit-msg .git/COMMIT_EDITMSG", true),
            ("hook pre-push origin https://example.com/a.git", true),
            ("hook pre-receive", true),
            ("hook pre-push -- x", false),
            ("hook pre-commit --color never", false),
            ("hook install", false),
            ("scan pre-commit", false),
            ("hook", false),
        ] {
            let of_shim = Cli::of_shim(line.split(' ').map(OsString::from)).map(|cli| format!("{cli:?}"));
            let by_clap = Cli::try_parse_from(format!("tightlip {line}").split(' ')).map(|cli| format!("{cli:?}"));
            assert_eq!(of_shim.is_some(), known, "{line}");
            assert!(of_shim.is_none() || of_shim == by_clap.ok(), "{line}");
        }
    }
}
