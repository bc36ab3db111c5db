//! Every module's error, made one: what to say, what to do next, and the exit code, which is always 2.

use std::io::{self, Write};

use crate::{config, git, hook::shim, policy, scan, source};

/// Why a command could not be completed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was typed makes no sense.
    #[error("{message}")]
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
    /// From a configuration file.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// From the policy.
    #[error(transparent)]
    Policy(#[from] policy::Error),
    /// From the hooks folder.
    #[error(transparent)]
    Shim(#[from] shim::Error),
    /// From a file or stream of the command's own.
    #[error("cannot {doing} {what}")]
    File {
        /// `read` or `write`.
        doing: &'static str,
        /// The file, as it may be shown.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl From<scan::Error> for Error {
    fn from(error: scan::Error) -> Self {
        match error {
            scan::Error::Source(error) => error.into(),
            scan::Error::Policy(error) => error.into(),
        }
    }
}

impl Error {
    /// Wrong usage, and what to do instead.
    pub fn usage(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), next: next.into() }
    }

    /// Says what is wrong, with every cause, what to do next, and in a hook how to commit all the same.
    pub fn explain(&self, out: &mut dyn Write, in_hook: bool) -> io::Result<()> {
        write!(out, "tightlip: error: {}", shown(self))?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(out, ": {}", shown(error))?;
            cause = error.source();
        }
        writeln!(out)?;
        if let Some(next) = self.next() {
            writeln!(out, "  next: {next}")?;
        }
        if in_hook {
            writeln!(out, "  nothing was committed; to commit without being checked: git commit --no-verify")?;
        }
        Ok(())
    }

    fn next(&self) -> Option<String> {
        match self {
            Self::Usage { next, .. } => Some(next.clone()),
            Self::Git(error) => error.next().map(str::to_owned),
            Self::Source(source::Error::Git(error)) => error.next().map(str::to_owned),
            Self::Source(_) | Self::File { .. } | Self::Config(_) | Self::Policy(_) | Self::Shim(_) => None,
        }
    }
}

/// An error's words may quote names from a repository: nothing in them may steer a terminal.
fn shown(error: &dyn std::error::Error) -> String {
    crate::report::escape(&error.to_string())
}
