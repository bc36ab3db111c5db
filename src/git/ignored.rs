//! What git ignores, as `git check-ignore` says it.
//!
//! Never: a walk of the work tree.

use gix::{bstr::BStr, index::entry::Mode, worktree::stack::state::ignore::Source};

use super::{Cause, Error, Repository};

impl Repository {
    /// Whether git ignores the file at `path`, which is from the top of the work tree: by a `.gitignore` file on its way, by
    /// `info/exclude` or by `core.excludesFile`. What is in the index is not ignored, whatever these say.
    pub fn ignores(&self, path: &BStr) -> Result<bool, Error> {
        let index = self.index()?;
        if self.entry_in_index(&index, path)?.is_some() {
            return Ok(false);
        }
        let unknown = |source: Cause| Error::Ignored { path: path.to_string(), source };
        let mut rules = self
            .inner
            .excludes(index.state(), None, Source::WorktreeThenIdMappingIfNotSkipped)
            .map_err(|error| unknown(error.into()))?;
        let platform = rules.at_entry(path, Some(Mode::FILE)).map_err(|error| unknown(error.into()))?;
        Ok(platform.is_excluded())
    }
}
