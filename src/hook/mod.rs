//! Each git hook's protocol: what it is asked.
//!
//! Never: detection, printing.

pub mod message;
mod shebang;
pub mod shim;
pub mod updates;

/// The git hooks that tightlip sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookKind {
    /// Before `git commit` stores what is staged.
    PreCommit,
    /// Before a clean `git merge` stores its result.
    PreMergeCommit,
    /// Before `git am` stores a patch that it has applied.
    PreApplypatch,
    /// Before `git cherry-pick` and `git revert` store a change; the shim leaves in all other cases.
    PrepareCommitMsg,
    /// Before a commit takes its message.
    CommitMsg,
    /// Before `git push` sends anything.
    PrePush,
    /// Before a server takes what was pushed.
    PreReceive,
}

impl HookKind {
    /// Those that run where people commit, in the order in which they are installed.
    pub const CLIENT: [Self; 6] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PreApplypatch,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PrePush,
    ];

    /// Those that run where others push to.
    pub const SERVER: [Self; 1] = [Self::PreReceive];

    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PreApplypatch,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PrePush,
        Self::PreReceive,
    ];

    /// Git's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PreApplypatch => "pre-applypatch",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }
}

/// The parents beside `HEAD` that a clean merge will have, in hexadecimal: `MERGE_HEAD` does not exist yet, so that they stand
/// only in the names of the variables `GITHEAD_<id>`.
pub fn merged() -> Vec<String> {
    std::env::vars_os().filter_map(|(name, _)| parent(name.to_str()?).map(str::to_owned)).collect()
}

/// The id in a variable's name as git writes it: SHA-1 has 40 hexadecimal digits, SHA-256 has 64.
fn parent(name: &str) -> Option<&str> {
    let id = name.strip_prefix("GITHEAD_")?;
    let is_id = matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some(id)
}
