//! `tightlip scan` and `merge`, and the options that say what is judged how.
//!
//! Never: what is scanned.

use std::{borrow::Cow, num::NonZeroUsize, path::PathBuf};

use clap::{
    Args, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser},
};

use crate::{
    report::Format,
    rules::{RuleSet, Severity},
};

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
    /// How far it is, on standard error: auto (on a terminal, when it takes longer than a second) or never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ProgressChoice::Auto, hide_possible_values = true)]
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
pub(super) struct RuleIds;

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

/// The options that accept findings.
#[derive(Args, Clone, Debug, Default)]
pub struct UpdateBaselineArgs {
    /// Accept what is found: write it into the baseline
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

/// Whether to show how far a scan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressChoice {
    /// On a terminal, when it takes longer than a second.
    #[default]
    Auto,
    /// Never.
    Never,
}
