//! Every module's error, made one: what to say, what to do next, and the exit code, which is always 2.

use std::io::{self, Write};

use super::install;
use crate::{
    config, git, guard,
    hook::{HookKind, updates},
    policy::{
        self,
        baseline::{self, SaltError, StoreError},
        bypass,
    },
    report::escape,
    scan, source,
};

/// Why a command could not be completed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was typed makes no sense.
    #[error("{message}; {next}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do instead.
        next: String,
    },
    /// From the repository.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// From what was to be scanned.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// From the scan.
    #[error(transparent)]
    Scan(#[from] scan::Error),
    /// From a configuration file.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// From the guard of known values.
    #[error(transparent)]
    Guard(#[from] guard::Error),
    /// From the policy.
    #[error(transparent)]
    Policy(#[from] policy::Error),
    /// From the baseline's lines.
    #[error(transparent)]
    Baseline(#[from] baseline::Error),
    /// From the system's randomness.
    #[error(transparent)]
    Salt(#[from] SaltError),
    /// From writing the baseline.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// From the log of bypasses.
    #[error(transparent)]
    Bypass(#[from] bypass::Error),
    /// From what git says on standard input.
    #[error(transparent)]
    Updates(#[from] updates::Error),
    /// From the hooks folder.
    #[error(transparent)]
    Install(#[from] install::Error),
    /// From a report that was to be read.
    #[error("cannot read the report {name}")]
    Report {
        /// The file, for people.
        name: String,
        /// What is wrong with it.
        source: crate::report::read::Error,
    },
    /// From a file or stream of the command's own.
    #[error("cannot {doing} {what}")]
    File {
        /// `read` or `write`.
        doing: &'static str,
        /// The file, for people.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Wrong usage, and what to do instead.
    pub fn usage(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), next: next.into() }
    }

    /// Says what is wrong, with every cause, and in a hook how to commit all the same.
    pub fn explain(&self, out: &mut dyn Write, in_hook: Option<HookKind>) -> io::Result<()> {
        // The words may quote names from a repository: nothing in them may steer a terminal.
        writeln!(out, "tightlip: error: {}", chain(self))?;
        let what_next = match in_hook {
            None => return Ok(()),
            Some(HookKind::PrePush) => "Nothing was pushed. To push without being checked: git push --no-verify",
            Some(HookKind::PreReceive) => "Nothing was taken in. The administrator of the server can say more.",
            Some(HookKind::PreApplypatch) => {
                "Nothing was committed. To go on without being checked: git am --continue --no-verify"
            }
            Some(HookKind::PreMergeCommit) => {
                "Nothing was committed. To conclude the merge without being checked: git commit --no-verify"
            }
            Some(HookKind::PrepareCommitMsg) => {
                "Nothing was committed. To go on without being checked: git -c core.hooksPath=/dev/null cherry-pick (or revert)"
            }
            Some(HookKind::PreCommit | HookKind::CommitMsg) => {
                "Nothing was committed. To commit without being checked: git commit --no-verify"
            }
        };
        writeln!(out, "{what_next}")?;
        Ok(())
    }
}

/// An error with every cause, on one line; escaped.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut said = escape::text(&error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {}", escape::text(&error.to_string()));
        cause = error.source();
    }
    said
}
