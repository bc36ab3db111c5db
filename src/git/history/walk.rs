//! The way through all commits and their trees, in parts, so that several threads can share it. Each tree is compared with the
//! last one of its folder, so that only what is new to the folder is looked up.
//!
//! Never: the bytes of blobs, threads.

use std::mem::{replace, take};

use gix::objs;

use super::{
    super::{
        ById, Error, Leaf, LeafKind, ObjectId, Repository,
        difference::MAX_DEPTH,
        many::{Many, Stores},
        objects::{Node, Objects, Tree, expect_kind},
        packs::Place,
        revisions::PeeledKind,
    },
    History, NONE, TOP,
    commits::{self, Commit},
};

/// So many commits are a part at most. Whoever takes one reads what changed since the last one that was its own as well.
const IN_PART: usize = 512;

/// So many parts should be there for each thread, and so many commits in a part, so that all are busy to the end.
const PARTS: usize = 4;
const AT_LEAST: usize = 8;

/// More threads than these would wait for memory, and each remembers four bytes for every packed object.
const MOST_THREADS: usize = 8;

/// What there is to walk: everything that a reference, or the `HEAD` of a work tree, leads to.
pub struct HistoryWalk {
    stores: Stores,
    hash: gix::hash::Kind,
    /// Whether what is missing was never fetched.
    is_partial: bool,
    is_shallow: bool,
    threads: usize,
    /// So many commits are a part.
    in_part: usize,
    /// All commits and their trees, parents before their children.
    commits: Vec<(ObjectId, ObjectId)>,
    /// What references lead to without a commit.
    trees: Vec<ObjectId>,
    blobs: Vec<ObjectId>,
}

/// What one thread walks with, and what it has found.
#[derive(Default)]
pub struct Walker {
    many: Option<Many>,
    found: History,
    /// For each folder, the bytes of what it was last.
    last: Vec<Vec<u8>>,
    /// The folder as which a tree was read last; of those in packs by their number.
    read: Vec<u32>,
    read_elsewhere: ById<u32>,
    buffers: Vec<Vec<u8>>,
}

impl Repository {
    /// What its history is made of, down to the trees of commits, for at most so many threads.
    pub fn history(&self, jobs: usize) -> Result<HistoryWalk, Error> {
        let shallow = self.shallow()?;
        let many = self.for_many()?;
        let (mut tips, mut trees, mut blobs) = (Vec::new(), Vec::new(), Vec::new());
        for tip in self.tips()? {
            let peeled = many.peel(tip)?;
            match peeled.kind {
                PeeledKind::Commit => tips.push(peeled.id),
                PeeledKind::Tree => trees.push(peeled.id),
                PeeledKind::Blob => blobs.push(peeled.id),
            }
        }
        let hash = self.inner.object_hash();
        let commits = commits::reachable(tips, &many.objects, &shallow, hash)?;
        let threads = jobs.min(MOST_THREADS);
        Ok(HistoryWalk {
            threads,
            in_part: commits.len().div_ceil(PARTS * threads).clamp(AT_LEAST, IN_PART),
            stores: many.objects.stores()?,
            hash,
            is_partial: self.is_partial(),
            is_shallow: !shallow.is_empty(),
            commits: commits.into_iter().map(|Commit { id, tree, .. }| (id, tree)).collect(),
            trees,
            blobs,
        })
    }

    /// What every reference and the `HEAD` of every work tree leads to, tags not followed.
    fn tips(&self) -> Result<Vec<ObjectId>, Error> {
        let mut tips: Vec<ObjectId> = self.references("refs/")?.into_iter().map(|reference| reference.id).collect();
        tips.extend(self.heads()?);
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }
}

impl HistoryWalk {
    /// How many parts there are. A thread takes them in order, as far as others leave them to it.
    pub fn parts(&self) -> usize {
        self.commits.len().div_ceil(self.in_part) + 1
    }

    /// So many threads may as well walk.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Walks a part.
    pub fn walk(&self, part: usize, walker: &mut Walker) -> Result<(), Error> {
        let many = walker.many.take().unwrap_or_else(|| self.stores.many());
        walker.read.resize(self.stores.packed(), NONE);
        let mut way = Way { walk: self, many, others: None, walker };
        let done = way.part(part);
        walker.many = Some(way.many);
        done
    }

    /// What `walkers` have found together.
    pub fn join(self, walkers: impl IntoIterator<Item = Walker>) -> History {
        let mut walkers = walkers.into_iter();
        let mut all = walkers.next().unwrap_or_default().found;
        for other in walkers {
            all.absorb(other.found);
        }
        all.commits = self.commits.into_iter().map(|(commit, _)| commit).collect();
        all.is_shallow = self.is_shallow;
        all
    }
}

/// A walker at work.
struct Way<'a> {
    walk: &'a HistoryWalk,
    many: Many,
    /// For what is not found otherwise.
    others: Option<Objects>,
    walker: &'a mut Walker,
}

impl Way<'_> {
    fn part(&mut self, part: usize) -> Result<(), Error> {
        let first = part * self.walk.in_part;
        for (commit, (_, tree)) in self.walk.commits.iter().enumerate().skip(first).take(self.walk.in_part) {
            let commit = u32::try_from(commit).expect("fewer than four billion commits");
            self.tree(*tree, TOP, commit)?;
        }
        if first >= self.walk.commits.len() {
            for &tree in &self.walk.trees {
                self.tree(tree, TOP, NONE)?;
            }
            for &blob in &self.walk.blobs {
                self.walker.found.arrive_alone(blob);
            }
        }
        Ok(())
    }

    fn tree(&mut self, tree: ObjectId, folder: u32, commit: u32) -> Result<(), Error> {
        let place = self.many.place(tree);
        if self.was_read(tree, place, folder) {
            return Ok(());
        }
        if self.walker.found.depth(folder) > MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
        let mut bytes = self.walker.buffers.pop().unwrap_or_default();
        match self.read(tree, place, &mut bytes) {
            Ok(()) => {}
            Err(Error::Missing { .. }) if self.walk.is_partial => {
                self.walker.found.lacks(folder, tree);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        // Whoever is below in the same folder, as a tree in itself cannot be, would find nothing known, and look at all.
        let lasts = &mut self.walker.last;
        lasts.resize_with(lasts.len().max(folder as usize + 1), Vec::new);
        let last = take(&mut lasts[folder as usize]);
        let (mut new, mut known) = (Tree::new(tree, &bytes, self.walk.hash), Tree::new(tree, &last, self.walk.hash));
        while let Some(entry) = new.next_unknown(&mut known) {
            let (name, node) = entry?;
            let name = self.walker.found.names.number(name);
            match node {
                Node::Leaf(Leaf { kind: LeafKind::Gitlink, .. }) => {}
                Node::Leaf(leaf) => self.walker.found.arrive(leaf, folder, name, commit),
                Node::Folder(id) => {
                    let subfolder = self.walker.found.subfolder(folder, name);
                    self.tree(id, subfolder, commit)?;
                }
            }
        }
        self.walker.buffers.push(last);
        self.walker.last[folder as usize] = bytes;
        Ok(())
    }

    /// Whether a tree was read before as this folder, and by none other since; from now on it was.
    fn was_read(&mut self, tree: ObjectId, place: Option<Place>, folder: u32) -> bool {
        let before = match place {
            Some(place) => replace(&mut self.walker.read[self.many.number(place)], folder),
            None => self.walker.read_elsewhere.insert(tree, folder).unwrap_or(NONE),
        };
        before == folder
    }

    fn read(&mut self, tree: ObjectId, place: Option<Place>, buffer: &mut Vec<u8>) -> Result<(), Error> {
        // Git knows the empty tree without storing it.
        if tree.is_empty_tree() {
            buffer.clear();
            return Ok(());
        }
        if let Some(kind) = self.many.find_at(tree, place, buffer) {
            return expect_kind(tree, kind, objs::Kind::Tree);
        }
        if self.others.is_none() {
            self.others = Some(self.walk.stores.open()?);
        }
        self.others.as_ref().expect("just opened").read(tree, objs::Kind::Tree, buffer)
    }
}
