//! What is scanned: a [`Source`] lists [`Entry`]s and reads their bytes when somebody wants them.
//!
//! Never: rules, findings, policy.

mod change;
pub mod disk;
pub mod history;
pub mod message;
mod objects;
pub mod range;
mod shard;
pub mod staged;
pub mod stream;
pub mod tree;

use std::{io, path::PathBuf, sync::Arc};

use gix::bstr::BString;

use crate::git;

pub use shard::Shard;

/// What a command or hook asks to be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// What `git commit` would add to the history: the index against every parent.
    Staged {
        /// The parents beside `HEAD` that are not in `MERGE_HEAD` yet, as hexadecimal object ids.
        other_parents: Vec<String>,
    },
    /// Files and folders on disk.
    Paths {
        /// Where to begin.
        roots: Vec<PathBuf>,
        /// Read what `.gitignore` files exclude as well.
        no_ignore: bool,
    },
    /// The files that git tracks.
    Tree {
        /// Of which revision; none for the files as they are on disk.
        revision: Option<String>,
        /// The share that is looked at.
        shard: Shard,
    },
    /// Every blob that a reference leads to.
    History {
        /// The share that is looked at.
        shard: Shard,
        /// So many threads list it at most.
        jobs: usize,
    },
    /// Standard input.
    Stream {
        /// The path that it is judged and reported as.
        name: String,
    },
}

/// What kind of thing an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A regular file, executable or not.
    File,
    /// A symbolic link; its bytes are the target's text.
    Symlink,
}

/// Enough to decide whether to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Relative to the top of the repository, or as the user typed it for files on disk; slashes, any bytes.
    pub path: BString,
    /// File or symbolic link.
    pub kind: EntryKind,
    /// Where the bytes are.
    pub locator: Locator,
    /// No side that it is compared with has anything at this path.
    pub new_path: bool,
}

/// Where an entry's bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Locator {
    /// In the object database.
    Object(git::ObjectId),
    /// In a file.
    Disk(PathBuf),
    /// On standard input.
    Stdin,
    /// In the message of the commit or tag that is looked at.
    Message,
}

/// What a message is called where a path is asked for: the file in which git has it edited.
pub const MESSAGE: &str = "COMMIT_EDITMSG";

/// What the message of an annotated tag is called, likewise.
pub const TAG_MESSAGE: &str = "TAG_EDITMSG";

/// What makes one change another: the trees that it stands between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trees {
    /// Of the parents, in order.
    pub parents: Vec<git::ObjectId>,
    /// Of the new side.
    pub tree: git::ObjectId,
}

/// Where findings of a source stand, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In git's index.
    Index,
    /// In a file on disk.
    Worktree,
    /// On standard input.
    Stdin,
    /// In the message of a commit that is being made.
    Message,
    /// In what a commit brought.
    Commit(Arc<Commit>),
    /// In what a revision holds, whoever brought it: the id of the commit, tree or blob, in hexadecimal.
    Revision(Arc<str>),
}

impl Origin {
    /// One word, for machines.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Worktree => "worktree",
            Self::Stdin => "stdin",
            Self::Message => "message",
            Self::Commit(_) => "commit",
            Self::Revision(_) => "revision",
        }
    }

    /// The commit, where it is one.
    pub fn commit(&self) -> Option<&Commit> {
        match self {
            Self::Commit(commit) => Some(commit),
            _ => None,
        }
    }

    /// The id of the revision, where it is one.
    pub fn revision(&self) -> Option<&str> {
        match self {
            Self::Revision(id) => Some(id),
            _ => None,
        }
    }
}

/// What reports say of a commit. Not escaped; bytes that are not UTF-8 are replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Commit {
    /// The whole id, in hexadecimal.
    pub id: String,
    /// The author's name.
    pub author: String,
    /// When it was authored, in UTC: `2026-01-31T12:00:00Z`.
    pub date: String,
    /// The first line of its message, with every token-like run masked.
    pub subject: String,
}

/// What reading an entry came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// The buffer holds the bytes.
    Whole,
    /// More than the limit; nothing was read. The size in bytes.
    TooLarge(u64),
}

/// What is known of an entry when it is read.
pub enum Bytes<'a> {
    /// Its bytes.
    Whole(&'a [u8]),
    /// It is long: its bytes come as a stream.
    Long(&'a mut dyn io::Read),
    /// It has so many bytes, which is more than the limit; it is not read.
    TooLarge(u64),
    /// It was left where this partial clone comes from.
    Missing,
    /// The system does not give it.
    Unreadable(io::Error),
}

/// What one thread reads parts with, used again and again.
#[derive(Default)]
pub struct PartReader {
    buffer: Vec<u8>,
    blobs: git::BlobReader,
}

/// Shown each entry that is read: its number, and what is known of it.
pub type See<'a> = dyn FnMut(usize, Bytes<'_>) -> Result<(), Error> + 'a;

/// Told how many parts of a list are made, and of how many where that is known before; on any thread.
pub type Tell<'a> = dyn Fn(usize, Option<usize>) + Sync + 'a;

/// Entries in parts that several threads can read at once, in an order that is good to read in. Whatever their sizes, a thread
/// holds little of them, but for packed blobs, which it holds whole.
pub trait Parts: Sync {
    /// How many parts there are.
    fn count(&self) -> usize;

    /// The size in bytes of the largest entry that a thread will hold whole, as far as that is known.
    fn largest(&self) -> u64 {
        0
    }

    /// Reads a part, and shows `see` each of its entries once. Packed blobs of more than `limit` bytes are not read.
    fn read(&self, part: usize, limit: u64, reader: &mut PartReader, see: &mut See<'_>) -> Result<(), Error>;
}

/// One path that differs between a parent and the new side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What the parent has there, if it is content.
    pub old: Option<Entry>,
    /// What the new side has there, if it is content.
    pub new: Option<Entry>,
}

/// Something that can be scanned.
pub trait Source {
    /// Where its findings stand.
    fn origin(&self) -> Origin;

    /// Whether its entries are what a change brings, so that what stood there before counts.
    fn brings(&self) -> bool {
        false
    }

    /// The trees that the change stands between, where it is one and they are known.
    fn trees(&self) -> Option<Trees> {
        None
    }

    /// What is new to every parent, in order of path.
    fn entries(&mut self) -> Result<Vec<Entry>, Error>;

    /// The same; where it takes long, `tell` is told how far it is.
    fn listed(&mut self, _tell: &Tell<'_>) -> Result<Vec<Entry>, Error> {
        self.entries()
    }

    /// Reads the bytes of `entry` into `buffer`, whatever it held before, unless they are more than `limit`.
    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error>;

    /// `entries`, which are of this source, in parts; none where they are read one by one with [`Source::read`].
    fn parts<'s>(&'s self, _entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(None)
    }

    /// Where findings in `entry` stand, where that is not [`Source::origin`]. Asked only when something was found there.
    fn origin_of(&self, _entry: &Entry) -> Result<Option<Origin>, Error> {
        Ok(None)
    }

    /// What whoever reads the report must know of what was listed, in words.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// For each parent, every path that differs from it; empty where there is no earlier side.
    fn changes(&mut self) -> Result<Vec<Vec<Change>>, Error> {
        Ok(Vec::new())
    }

    /// The policy file at `path` (from the top of the repository) on the side that is judged.
    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error>;

    /// The same file as it stood before, in the first parent; where there is no earlier side, as it stands.
    fn earlier_policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.policy_file(path)
    }

    /// Whether the policy file at `path` is staged but left out of this commit: `git commit PATH` makes an index of its
    /// own from `HEAD` and the paths.
    fn left_out(&mut self, _path: &str) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Why a source could not say what it has.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// From the repository.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// From the file system.
    #[error("cannot read {path}")]
    Disk {
        /// The file or folder, escaped for showing.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A policy file is something else than a file.
    #[error("{path} is a symbolic link or a submodule; tightlip reads it from a regular file only")]
    NotAFile {
        /// From the top of the repository.
        path: String,
    },
    /// A bare repository has no files on disk.
    #[error("a bare repository has no files on disk; name a revision: `tightlip scan --tree HEAD`")]
    NoWorkTree,
    /// From walking folders.
    #[error("cannot walk the files")]
    Walk(#[from] ignore::Error),
}

impl Error {
    /// A stream that broke while `entry` was read.
    pub fn of_stream(entry: &Entry, source: io::Error) -> Self {
        Self::Disk { path: entry.path.to_string().escape_debug().to_string(), source }
    }
}
