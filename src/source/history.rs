//! Every blob that a reference leads to, at each of its paths.
//!
//! Never: what stands in the index or on disk.

use std::sync::atomic::{AtomicUsize, Ordering};

use gix::bstr::ByteSlice;

use super::{
    Commit, Entry, EntryKind, Error, Locator, Origin, Parts, Read, Shard, Source, Tell,
    objects::{self, ObjectParts},
};
use crate::{
    crew,
    git::{self, ObjectId, Repository, Walker},
};

/// See the module.
pub struct History<'a> {
    repository: &'a Repository,
    shard: Shard,
    /// So many threads walk through its commits at most.
    jobs: usize,
    /// The tree of `HEAD`, whose policy counts.
    head: Option<ObjectId>,
    /// None until it is asked for.
    found: Option<git::History>,
}

impl<'a> History<'a> {
    /// The share `shard` of all blobs of `repository`, listed by so many threads.
    pub fn new(repository: &'a Repository, shard: Shard, jobs: usize) -> Result<Self, Error> {
        Ok(Self { repository, shard, jobs, head: repository.head_tree()?, found: None })
    }
}

impl Source for History<'_> {
    fn origin(&self) -> Origin {
        Origin::Commit(Commit::default().into())
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        self.listed(&|_, _| ())
    }

    fn listed(&mut self, tell: &Tell<'_>) -> Result<Vec<Entry>, Error> {
        let walk = self.repository.history(self.jobs)?;
        let done = AtomicUsize::new(0);
        let walkers = crew::share(walk.threads(), walk.parts(), Walker::default, |walker, part| {
            tell(done.fetch_add(1, Ordering::Relaxed), Some(walk.parts()));
            walk.walk(part, walker)
        })?;
        let history = walk.join(walkers);
        let leaves = history.leaves().filter(|(_, leaf)| self.shard.has(&leaf.id));
        let mut entries: Vec<Entry> = leaves.filter_map(|(path, leaf)| objects::entry(path, leaf)).collect();
        // What stands in such a folder is not known, and the folder takes its place.
        let missing = history.missing().filter(|(_, tree)| self.shard.has(tree));
        entries.extend(missing.map(|(path, tree)| Entry {
            path: [path.as_slice(), b"/"].concat().into(),
            kind: EntryKind::File,
            locator: Locator::Object(*tree),
            new_path: false,
        }));
        // Those of one path stay in the order in which they came.
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        self.found = Some(history);
        Ok(entries)
    }

    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        objects::read(self.repository, entry, limit, buffer)
    }

    fn parts<'s>(&'s self, entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(Some(Box::new(ObjectParts::new(self.repository, entries)?)))
    }

    fn origin_of(&self, entry: &Entry) -> Result<Option<Origin>, Error> {
        let (Some(history), Locator::Object(blob)) = (&self.found, &entry.locator) else { return Ok(None) };
        Ok(Some(match history.commit(*blob, entry.path.as_bstr()) {
            Some(commit) => objects::origin(self.repository, commit)?,
            // A reference leads to it, or to its tree, by itself.
            None => Origin::Revision(blob.to_string().into()),
        }))
    }

    fn notes(&self) -> Vec<String> {
        let is_shallow = self.found.as_ref().is_some_and(git::History::is_shallow);
        let note = "this clone is shallow: what came before its oldest commits is not here and was not looked at; \
                    `git fetch --unshallow` gets it";
        Vec::from_iter(is_shallow.then(|| note.to_owned()))
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        objects::policy_file(self.repository, self.head, path)
    }
}
