//! Every module's error, made one: what to say, what to do next, and the exit code, which is always 2.

use std::io::{self, Write};

use super::install;
use crate::{
    config, git,
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
    /// From the hooks folder.
    #[error(transparent)]
    Install(#[from] install::Error),
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
    pub fn explain(&self, out: &mut dyn Write, in_hook: bool) -> io::Result<()> {
        // The words may quote names from a repository: nothing in them may steer a terminal.
        write!(out, "tightlip: error: {}", escape::text(&self.to_string()))?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(out, ": {}", escape::text(&error.to_string()))?;
            cause = error.source();
        }
        writeln!(out)?;
        if in_hook {
            writeln!(out, "Nothing was committed. To commit without being checked: git commit --no-verify")?;
        }
        Ok(())
    }
}
