//! Each git hook's protocol: what it is asked, and the targets that follow from it.
//!
//! Never: detection, printing.

mod shebang;
pub mod shim;

use crate::source::Target;

/// The git hooks that tightlip sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookKind {
    /// Before `git commit` stores what is staged.
    PreCommit,
    /// Before a clean `git merge` stores its result.
    PreMergeCommit,
}

impl HookKind {
    /// All of them, in the order in which they are installed.
    pub const ALL: [Self; 2] = [Self::PreCommit, Self::PreMergeCommit];

    /// Git's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
        }
    }

    /// What to scan when git runs this hook in this process's environment.
    ///
    /// In pre-merge-commit `MERGE_HEAD` does not exist yet: the other parents stand only in the names of the variables
    /// `GITHEAD_<id>`.
    pub fn target(self) -> Target {
        let other_parents = match self {
            Self::PreCommit => Vec::new(),
            Self::PreMergeCommit => {
                std::env::vars_os().filter_map(|(name, _)| parent(name.to_str()?).map(str::to_owned)).collect()
            }
        };
        Target::Staged { other_parents }
    }
}

/// The id in a variable's name as git writes it: SHA-1 has 40 hexadecimal digits, SHA-256 has 64.
fn parent(name: &str) -> Option<&str> {
    let id = name.strip_prefix("GITHEAD_")?;
    let is_id = matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some(id)
}
