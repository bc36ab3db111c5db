//! `[known]`: whose values are looked for.
//!
//! Never: files themselves.

use crate::glob::Glob;

/// What stands before a path in the user's home.
pub const HOME: &str = "~/";

/// `[known]`.
#[derive(Clone, Debug)]
pub struct Known {
    /// Whether the guard looks for any.
    pub enabled: bool,
    /// Whether it looks for those of the usual files in the user's home.
    pub home: bool,
    /// The files beside the usual ones.
    pub files: Files,
    /// The files whose values are not looked for.
    pub skip: Files,
}

/// Files of a repository and, in the user's configuration only, of the home.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// In the repository.
    pub globs: Vec<Glob>,
    /// From the home.
    pub home: Vec<String>,
}

impl Default for Known {
    fn default() -> Self {
        Self { enabled: true, home: false, files: Files::default(), skip: Files::default() }
    }
}

impl Files {
    pub(super) fn and(self, more: Self) -> Self {
        Self { globs: [self.globs, more.globs].concat(), home: [self.home, more.home].concat() }
    }
}
