//! The contract with the shell: arguments, exit codes, and how wide its terminal is.
//!
//! Never: git, rules, files. The doc comment of a field is its help.

mod examples;
mod hook;
mod scan;

use std::{env, ffi::OsString, io, os::fd::AsFd, path::PathBuf};

use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

pub use hook::{GitHookArgs, HookArgs, HookCommand, InstallArgs, UninstallArgs};
pub use scan::{MergeArgs, PolicyArgs, ProgressChoice, ScanArgs, UpdateBaselineArgs};

use crate::config::import::Tool;

/// Keeps secrets out of git commits
#[derive(Debug, Parser)]
#[command(name = "tightlip", version = VERSION, args_conflicts_with_subcommands = true, after_help = examples::ALL)]
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
        Self::of_shim(env::args_os().skip(1)).unwrap_or_else(|| {
            let width = columns(&io::stdout()).unwrap_or(HELP_COLUMNS).min(MOST_HELP_COLUMNS);
            let typed = Self::command().term_width(width).get_matches();
            Self::from_arg_matches(&typed).unwrap_or_else(|error| error.exit())
        })
    }

    /// `hook pre-commit` and its like as a shim calls them, without options. Setting clap up to read these two words would take
    /// a tenth of what a clean commit pays.
    fn of_shim(mut words: impl Iterator<Item = OsString>) -> Option<Self> {
        let (hook, name) = (words.next()?, words.next()?);
        let arguments: Vec<OsString> = words.collect();
        if hook != "hook" || arguments.iter().any(|word| word.as_encoded_bytes().starts_with(b"-")) {
            return None;
        }
        Some(Self {
            command: Some(Command::Hook(HookArgs { command: HookCommand::of_git(name.to_str()?, arguments)? })),
            baseline: UpdateBaselineArgs::default(),
            color: ColorArgs::default(),
        })
    }
}

/// How wide help is where it does not go to a terminal, and no examples are wider.
const HELP_COLUMNS: usize = 80;
/// Longer lines are hard to read, however wide the terminal is.
const MOST_HELP_COLUMNS: usize = 100;

/// Where options stand in a help page that every command takes.
const AFTER_ALL_OTHERS: usize = 900;

/// How many columns `stream` has, if it is a terminal that knows.
pub fn columns(stream: &impl AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stream).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
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

/// `tightlip doctor`.
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// Mend what can be mended, each after saying it
    #[arg(long)]
    pub fix: bool,
    /// The form of what is said: human, for reading, or json, one document for programs
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human, hide_possible_values = true)]
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
        #[arg(value_name = "ID", value_parser = scan::RuleIds, hide_possible_values = true)]
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
    /// When to colour: auto (on a terminal, unless `NO_COLOR` is set), always or never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        global = true,
        default_value_t = ColorChoice::Auto,
        hide_possible_values = true,
        display_order = AFTER_ALL_OTHERS
    )]
    pub color: ColorChoice,
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
#[repr(u8)]
pub enum ExitStatus {
    /// Complete, nothing that blocks.
    Clean = 0,
    /// Complete, findings that block.
    Findings = 1,
    /// Not complete. A hook blocks, and says how to commit anyway.
    Incomplete = 2,
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
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
