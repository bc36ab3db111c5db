//! What `git commit` is about to add: the index against every parent that the commit will have.
//!
//! Never: the work tree.

use std::collections::HashSet;

use gix::bstr::{BStr, BString, ByteSlice};

use super::{Change, Entry, Error, Locator, Origin, Read, Source, Trees, change, objects};
use crate::git::{Difference, ObjectId, Repository, Snapshot};

/// See the module.
pub struct Staged<'a> {
    repository: &'a Repository,
    head: Option<ObjectId>,
    /// Trees: of `HEAD`, then of the other parents. None on a branch without commits.
    parents: Vec<ObjectId>,
    new: Snapshot,
    /// For each parent; for a branch without commits one list, of everything.
    differences: Option<Vec<Vec<Difference>>>,
    only: Option<HashSet<BString>>,
}

impl<'a> Staged<'a> {
    /// The parents are `HEAD`, what `MERGE_HEAD` lists, and `other_parents` (hexadecimal ids), which git tells only in
    /// the environment.
    pub fn new(repository: &'a Repository, other_parents: &[String]) -> Result<Self, Error> {
        let head = repository.head_tree()?;
        let mut parents = Vec::from_iter(head);
        for commit in repository.merge_heads()? {
            parents.push(repository.tree_of(commit)?);
        }
        for id in other_parents {
            let commit = repository.parse_id(id.as_bytes().as_bstr(), "a name GITHEAD_<id> in the environment")?;
            parents.push(repository.tree_of(commit)?);
        }
        Ok(Self { repository, head, parents, new: repository.staged()?, differences: None, only: None })
    }

    /// The same, with the entries at `paths` alone; what the whole change moves or removes still counts.
    #[must_use]
    pub fn only(self, paths: impl IntoIterator<Item = BString>) -> Self {
        Self { only: Some(paths.into_iter().collect()), ..self }
    }

    /// Every path that differs from a parent.
    pub fn changed_paths(&mut self) -> Result<HashSet<BString>, Error> {
        Ok(self.differences()?.iter().flatten().map(|difference| difference.path.clone()).collect())
    }

    fn differences(&mut self) -> Result<&[Vec<Difference>], Error> {
        if self.differences.is_none() {
            let found = match self.compare() {
                // The index may name trees that were never written, such as those of another tool's cache tree.
                Err(crate::git::Error::Missing { .. }) if matches!(self.new, Snapshot::Tree(_)) => {
                    self.new = Snapshot::Index(self.repository.index()?);
                    self.compare()
                }
                found => found,
            };
            self.differences = Some(found?);
        }
        Ok(self.differences.as_deref().expect("just made"))
    }

    fn compare(&self) -> Result<Vec<Vec<Difference>>, crate::git::Error> {
        if self.parents.is_empty() {
            return Ok(vec![self.repository.differences(None, &self.new)?]);
        }
        self.parents.iter().map(|parent| self.repository.differences(Some(*parent), &self.new)).collect()
    }
}

impl Source for Staged<'_> {
    fn origin(&self) -> Origin {
        Origin::Index
    }

    fn brings(&self) -> bool {
        true
    }

    fn trees(&self) -> Option<Trees> {
        match self.new {
            Snapshot::Tree(tree) => Some(Trees { parents: self.parents.clone(), tree }),
            Snapshot::Index(_) => None,
        }
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        let mut entries = change::entries(self.differences()?);
        if let Some(only) = &self.only {
            entries.retain(|entry| only.contains(&entry.path));
        }
        Ok(entries)
    }

    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        let Locator::Object(id) = entry.locator else {
            unreachable!("a source is asked for entries of its own");
        };
        objects::read_object(self.repository, id, limit, buffer)
    }

    fn changes(&mut self) -> Result<Vec<Vec<Change>>, Error> {
        if self.parents.is_empty() {
            return Ok(Vec::new());
        }
        Ok(change::changes(self.differences()?))
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        // Only afterwards is it known which of the two forms of the new side can be read.
        self.differences()?;
        let leaf = self.repository.entry_in(&self.new, path.into())?;
        leaf.map(|leaf| objects::text(self.repository, path, leaf)).transpose()
    }

    fn earlier_policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(head) = self.head else { return Ok(None) };
        let leaf = self.repository.entry(head, path.into())?;
        leaf.map(|leaf| objects::text(self.repository, path, leaf)).transpose()
    }

    fn left_out(&mut self, path: &str) -> Result<bool, Error> {
        let Some(main) = self.repository.main_index()? else { return Ok(false) };
        self.differences()?;
        let path: &BStr = path.into();
        let staged = self.repository.entry_in_index(&main, path)?;
        let committed = match self.head {
            Some(head) => self.repository.entry(head, path)?,
            None => None,
        };
        Ok(staged.is_some() && staged != committed && staged != self.repository.entry_in(&self.new, path)?)
    }
}
