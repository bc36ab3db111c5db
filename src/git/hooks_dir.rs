//! Where git looks for hooks.
//!
//! Never: what stands there.

use std::path::PathBuf;

use super::{Error, Repository};

/// The folder that git looks for hooks in: what `git rev-parse --git-path hooks` says, made absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksDir {
    /// It may not exist yet.
    pub path: PathBuf,
    /// It comes from `core.hooksPath`.
    pub configured: bool,
}

impl Repository {
    /// See [`HooksDir`].
    pub fn hooks_dir(&self) -> Result<HooksDir, Error> {
        let config = self.inner.config_snapshot();
        let Some(text) = config.string("core.hooksPath") else {
            return Ok(HooksDir { path: self.common_dir().join("hooks"), configured: false });
        };
        // Git then looks for `/pre-commit`, whatever `git rev-parse --git-path hooks` says (tried with 2.47).
        if text.is_empty() {
            return Err(Error::NoHooksDir);
        }
        let path = config
            .trusted_path("core.hooksPath")
            .map_err(|source| Error::HooksPath { source: source.into() })?
            .ok_or(Error::NoHooksDir)?;
        // Git runs hooks at the top of the work tree, in a bare repository in the repository itself, and takes a
        // relative path from there.
        Ok(HooksDir { path: self.work_dir().unwrap_or_else(|| self.git_dir()).join(path), configured: true })
    }
}
