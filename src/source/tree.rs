//! The files that git tracks: as they are on disk, or as they are in a revision.
//!
//! Never: what came before.

use std::{io, path::Path};

use gix::bstr::ByteSlice;

use super::{
    Entry, EntryKind, Error, Locator, Origin, Parts, Read, Shard, Source, Tell,
    disk::{self, DiskParts},
    objects::{self, ObjectParts},
};
use crate::git::{LeafKind, ObjectId, Repository, Snapshot};

/// The files of a revision.
pub struct Revision<'a> {
    repository: &'a Repository,
    shard: Shard,
    /// What was named, tags followed.
    id: ObjectId,
    tree: ObjectId,
}

impl<'a> Revision<'a> {
    /// The share `shard` of the files in what git calls `name`.
    pub fn new(repository: &'a Repository, name: &str, shard: Shard) -> Result<Self, Error> {
        let peeled = repository.peel(repository.named(name)?)?;
        Ok(Self { repository, shard, id: peeled.id, tree: repository.tree_of(peeled.id)? })
    }
}

impl Source for Revision<'_> {
    fn origin(&self) -> Origin {
        Origin::Revision(self.id.to_string().into())
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        self.listed(&|_, _| ())
    }

    fn listed(&mut self, tell: &Tell<'_>) -> Result<Vec<Entry>, Error> {
        let all = self.repository.listed(&Snapshot::Tree(self.tree), &|done| tell(done, None))?;
        let leaves = all.into_iter().filter_map(|it| Some((it.path, it.new?)));
        let shared = leaves.filter(|(_, leaf)| self.shard.has(&leaf.id));
        Ok(shared.filter_map(|(path, leaf)| objects::entry(path, leaf)).collect())
    }

    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        objects::read(self.repository, entry, limit, buffer)
    }

    fn parts<'s>(&'s self, entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(Some(Box::new(ObjectParts::new(self.repository, entries)?)))
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        objects::policy_file(self.repository, Some(self.tree), path)
    }
}

/// The tracked files as they are on disk.
pub struct Tracked<'a> {
    repository: &'a Repository,
    shard: Shard,
    top: &'a Path,
    /// How many are not on disk.
    absent: usize,
}

impl<'a> Tracked<'a> {
    /// The share `shard` of them, by the ids that the index has for them.
    pub fn new(repository: &'a Repository, shard: Shard) -> Result<Self, Error> {
        let top = repository.work_dir().ok_or(Error::NoWorkTree)?;
        Ok(Self { repository, shard, top, absent: 0 })
    }
}

impl Source for Tracked<'_> {
    fn origin(&self) -> Origin {
        Origin::Worktree
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        self.listed(&|_, _| ())
    }

    fn listed(&mut self, tell: &Tell<'_>) -> Result<Vec<Entry>, Error> {
        let all = self.repository.differences(None, &Snapshot::Index(self.repository.index()?))?;
        let (mut entries, number) = (Vec::new(), all.len());
        for (done, found) in all.into_iter().enumerate() {
            // Each is looked for on disk, which takes longer than what came before.
            tell(done, Some(number));
            let (path, Some(leaf)) = (found.path, found.new) else { continue };
            if leaf.kind == LeafKind::Gitlink || !self.shard.has(&leaf.id) {
                continue;
            }
            let place = self.top.join(path.to_path_lossy());
            // What it is now counts, and not what was staged.
            let kind = match std::fs::symlink_metadata(&place) {
                Ok(now) if now.is_symlink() => EntryKind::Symlink,
                Ok(now) if now.is_file() => EntryKind::File,
                Err(source) if !matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Err(disk::unreadable(&place, source));
                }
                _ => {
                    self.absent += 1;
                    continue;
                }
            };
            entries.push(Entry { path, kind, locator: Locator::Disk(place), new_path: true });
        }
        // The two sides of a conflict are one file.
        entries.dedup_by(|a, b| a.path == b.path);
        Ok(entries)
    }

    fn read(&mut self, entry: &Entry, _limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        disk::read(entry, buffer)
    }

    fn parts<'s>(&'s self, entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(Some(Box::new(DiskParts::new(entries))))
    }

    fn notes(&self) -> Vec<String> {
        let note = match self.absent {
            0 => return Vec::new(),
            1 => "1 tracked file is not on disk".to_owned(),
            absent => format!("{absent} tracked files are not on disk"),
        };
        vec![note]
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        disk::policy_file(Some(self.top), path)
    }
}
