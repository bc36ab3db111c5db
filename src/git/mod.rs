//! The only room that opens a repository.
//!
//! Never: secrets, rules. Types of gix other than [`ObjectId`] stay in here.

mod blobs;
mod cache_tree;
mod difference;
mod history;
mod hooks_dir;
mod ignored;
mod index;
mod loose;
mod many;
mod objects;
mod packs;
mod references;
mod repository;
mod revisions;

use std::path::PathBuf;

pub use gix::ObjectId;

/// What is looked up by id: an id is its own hash.
pub type ById<T> = gix::hashtable::HashMap<ObjectId, T>;

pub use self::{
    blobs::{BlobBytes, BlobReader, Blobs},
    difference::Difference,
    history::{History, HistoryWalk, Walker},
    hooks_dir::HooksDir,
    index::{Index, Snapshot},
    objects::BlobRead,
    references::{Reference, Remembered},
    repository::{MainWorkDir, Repository},
    revisions::{Peeled, PeeledKind, Revision, Tag},
};

/// What stands at a path in a tree or in the index. Git's executable bit is no content, so it is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// What kind of thing it is.
    pub kind: LeafKind,
    /// The blob, or for a submodule the commit.
    pub id: ObjectId,
}

/// The kinds of [`Leaf`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// A regular file, executable or not.
    File,
    /// A symbolic link; its blob is the target's text.
    Symlink,
    /// A submodule's commit, which is in another repository.
    Gitlink,
}

/// Why the repository could not be read. What gix said is the source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no repository.
    #[error(
        "{dir:?} is not inside a git repository; go into one (`tightlip scan PATH` looks at files and folders outside of one, too)"
    )]
    NotARepository {
        /// Where it was looked for, upwards.
        dir: PathBuf,
    },
    /// There is one that cannot be opened.
    #[error("cannot open the git repository at {dir:?}; `git status` there may say more")]
    Open {
        /// Where it was looked for, upwards.
        dir: PathBuf,
        /// What gix said.
        source: Cause,
    },
    /// A file of the repository cannot be read.
    #[error("cannot read {path:?}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `HEAD` cannot be resolved, which is not the same as a branch without commits.
    #[error("cannot resolve HEAD; `git rev-parse HEAD` may say more")]
    Head {
        /// What gix or git said.
        source: Cause,
    },
    /// There is no such revision.
    #[error("there is no revision {name:?}; `git rev-parse {name}` may say more")]
    Revision {
        /// As it was typed.
        name: String,
        /// What git said.
        source: Cause,
    },
    /// Something that should be an object id is none.
    #[error("{what} holds {text:?}, which is not an object id of this repository")]
    NotAnId {
        /// Where it stands.
        what: String,
        /// The text.
        text: String,
    },
    /// An object is not in the object database.
    #[error(
        "object {id} is missing; run `git fsck`, or in a partial clone fetch it with `git cat-file -p {id}` \
         (tightlip itself never uses the network)"
    )]
    Missing {
        /// Its id.
        id: ObjectId,
    },
    /// An object is there but cannot be read.
    #[error("cannot read object {id}; `git fsck` may say more")]
    Object {
        /// Its id.
        id: ObjectId,
        /// What gix said.
        source: Cause,
    },
    /// An object is of another kind than where it stands says.
    #[error("object {id} is a {found}, but should be a {wanted}; `git fsck` may say more")]
    Kind {
        /// Its id.
        id: ObjectId,
        /// What it is.
        found: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// A pack or its index cannot be read.
    #[error("cannot read the pack of {path:?}; `git fsck` may say more")]
    Pack {
        /// Its index.
        path: PathBuf,
        /// What gix said.
        source: Cause,
    },
    /// Branches, tags or tracking references cannot be read.
    #[error("cannot read the references; `git for-each-ref` may say more")]
    References {
        /// What gix or git said.
        source: Cause,
    },
    /// A commit's parents are not here, so that what it changes cannot be known.
    #[error(
        "this clone is shallow, and what comes before commit {commit} is not here, so that what that commit brings cannot be known; \
         `git fetch --unshallow` gets it (tightlip itself never uses the network)"
    )]
    Shallow {
        /// The commit.
        commit: ObjectId,
    },
    /// The index cannot be read.
    #[error(
        "cannot read the index {path:?}; `git status` may say more, and `git read-tree HEAD` makes a new one from HEAD"
    )]
    Index {
        /// The file.
        path: PathBuf,
        /// What gix said.
        source: Cause,
    },
    /// Folders in folders in folders, more than git itself would read.
    #[error("a tree of this repository has more than {limit} folders one in the other; git itself reads no more")]
    TooDeep {
        /// So many are read.
        limit: usize,
    },
    /// What git ignores cannot be said.
    #[error("cannot read the rules by which git ignores {path:?}; `git check-ignore -v` may say more")]
    Ignored {
        /// From the top of the work tree.
        path: String,
        /// What gix said.
        source: Cause,
    },
    /// `core.hooksPath` is set to nothing, where git looks for `/pre-commit`.
    #[error(
        "core.hooksPath is set to nothing, so git runs no hooks here; \
         `git config --show-origin core.hooksPath` says where, `git config --unset core.hooksPath` takes it out"
    )]
    NoHooksDir,
    /// `core.hooksPath` cannot be made a path.
    #[error("cannot read core.hooksPath; `git rev-parse --git-path hooks` may say more")]
    HooksPath {
        /// What gix said.
        source: Cause,
    },
}

/// An error that belongs to another crate.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;
