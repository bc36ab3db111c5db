//! The index that git's environment names, and what it will be as a tree.
//!
//! Never: the work tree.

use std::{io, path::Path};

use gix::{
    bstr::{BStr, ByteSlice},
    index::{
        self,
        entry::{Flags, Mode, Stage},
        extension,
    },
};

use super::{Cause, Error, Leaf, LeafKind, ObjectId, Repository, cache_tree};

/// The side that is about to be committed.
pub enum Snapshot {
    /// The tree that the index's own cache tree says.
    Tree(ObjectId),
    /// The entries of the index.
    Index(Index),
}

/// An index that was read entry by entry.
pub struct Index {
    /// Boxed, since it is large beside a tree's id.
    file: Box<index::File>,
}

impl Repository {
    /// What the index stands for, as its cache tree says if that is valid.
    pub fn staged(&self) -> Result<Snapshot, Error> {
        match cache_tree::root(&self.inner.index_path(), self.inner.object_hash()) {
            Ok(Some(root)) => Ok(Snapshot::Tree(root)),
            Ok(None) => self.index().map(Snapshot::Index),
            // A repository without index has nothing staged.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.index().map(Snapshot::Index),
            Err(source) => Err(Error::Index { path: self.inner.index_path(), source: source.into() }),
        }
    }

    /// Reads the index that git's environment names.
    pub fn index(&self) -> Result<Index, Error> {
        self.index_at(&self.inner.index_path())
    }

    /// Reads the work tree's own index, if `git commit PATH` has made another one for this commit.
    pub fn main_index(&self) -> Result<Option<Index>, Error> {
        let path = self.git_dir().join("index");
        if path == self.inner.index_path() { Ok(None) } else { self.index_at(&path).map(Some) }
    }

    /// What stands at `path` in `snapshot`.
    pub fn entry_in(&self, snapshot: &Snapshot, path: &BStr) -> Result<Option<Leaf>, Error> {
        match snapshot {
            Snapshot::Tree(tree) => self.entry(*tree, path),
            Snapshot::Index(index) => self.entry_in_index(index, path),
        }
    }

    /// What stands at `path` in `index`; in a conflict, what the own side has.
    pub fn entry_in_index(&self, index: &Index, path: &BStr) -> Result<Option<Leaf>, Error> {
        let found = [Stage::Unconflicted, Stage::Ours, Stage::Theirs]
            .into_iter()
            .find_map(|stage| index.file.entry_by_path_and_stage(path, stage));
        if let Some(entry) = found {
            return Ok(leaf(entry));
        }
        match index.sparse_folder_of(path) {
            Some((folder, tree)) => self.entry(tree, path[folder.len()..].as_bstr()),
            None => Ok(None),
        }
    }

    fn index_at(&self, path: &Path) -> Result<Index, Error> {
        let unreadable = |source: Cause| Error::Index { path: path.to_owned(), source };
        let options = index::decode::Options::default();
        // Without hash check: git does none either, and it costs more than all the rest.
        let file = index::File::at_or_default(path, self.inner.object_hash(), true, options)
            .map_err(|source| unreadable(source.into()))?;
        let sorted = file.entries().is_sorted_by(|a, b| a.cmp(b, &file).is_lt());
        if sorted { Ok(Index { file: Box::new(file) }) } else { Err(unreadable("its entries are out of order".into())) }
    }
}

impl Index {
    /// All entries, in order of path and stage.
    pub(super) fn entries(&self) -> &[index::Entry] {
        self.file.entries()
    }

    /// The index as gix has it.
    pub(super) fn state(&self) -> &index::State {
        &self.file
    }

    /// The path of one of the entries.
    pub(super) fn path<'a>(&'a self, entry: &'a index::Entry) -> &'a BStr {
        entry.path(&self.file)
    }

    /// The root of the cache tree, valid or not.
    pub(super) fn cache_tree(&self) -> Option<&extension::Tree> {
        self.file.tree()
    }

    /// The folder with its slash, and its tree, that stands in a sparse index for everything below it.
    fn sparse_folder_of(&self, path: &BStr) -> Option<(&BStr, ObjectId)> {
        if !self.file.is_sparse() {
            return None;
        }
        let at = self.entries().partition_point(|entry| self.path(entry) <= path);
        let entry = self.entries()[..at].last()?;
        let folder = self.path(entry);
        (is_folder(entry) && path.starts_with(folder)).then_some((folder, entry.id))
    }
}

/// Whether the entry stands for a folder, in a sparse index.
pub(super) fn is_folder(entry: &index::Entry) -> bool {
    entry.mode == Mode::DIR
}

/// What an entry brings into a commit. Git will refuse one in conflict, but what its two sides hold is looked at all the
/// same; the base is in the history already.
pub(super) fn leaf(entry: &index::Entry) -> Option<Leaf> {
    if entry.flags.contains(Flags::INTENT_TO_ADD) || entry.stage() == Stage::Base {
        return None;
    }
    let kind = match entry.mode {
        Mode::SYMLINK => LeafKind::Symlink,
        Mode::COMMIT => LeafKind::Gitlink,
        _ => LeafKind::File,
    };
    Some(Leaf { kind, id: entry.id })
}
