//! Commits and tags: what stands in them, and which are reachable from some but not from others.
//!
//! Never: what a commit changes, references.

use std::{
    collections::{BinaryHeap, HashSet},
    fs, io,
};

use gix::{
    bstr::{BString, ByteSlice},
    objs,
};

use super::{ById, Error, ObjectId, Repository};

/// So many excluded commits are walked beyond those that seem to matter, since clocks differ. Git's own number is 5.
const SLOP: usize = 16;

/// A commit as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its id.
    pub id: ObjectId,
    /// The tree that it stands for.
    pub tree: ObjectId,
    /// Its parents, in order; with grafts off.
    pub parents: Vec<ObjectId>,
    /// The author's name.
    pub author: BString,
    /// When it was authored, in seconds since the beginning of 1970.
    pub authored: i64,
    /// When it was committed, likewise.
    pub committed: i64,
    /// The whole message, and behind it what other lines of the commit hold but signatures: the tags that a merge took in.
    pub message: BString,
}

/// An annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag object's id.
    pub id: ObjectId,
    /// Who tagged; empty where the tag does not say.
    pub author: BString,
    /// When, in seconds since the beginning of 1970.
    pub authored: i64,
    /// The whole message.
    pub message: BString,
}

/// What a reference leads to, through annotated tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled {
    /// The tags on the way, outermost first.
    pub tags: Vec<Tag>,
    /// The object that is no tag.
    pub id: ObjectId,
    /// What it is.
    pub kind: PeeledKind,
}

/// The kinds of object behind all tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeeledKind {
    /// A commit.
    Commit,
    /// A tree without a commit.
    Tree,
    /// A blob without a tree.
    Blob,
}

impl Repository {
    /// Reads a commit.
    pub fn revision(&self, id: ObjectId) -> Result<Revision, Error> {
        let mut buffer = Vec::new();
        self.read_revision(id, &mut buffer)
    }

    /// Follows annotated tags to what they are of.
    pub fn peel(&self, id: ObjectId) -> Result<Peeled, Error> {
        let mut buffer = Vec::new();
        let (mut id, mut tags) = (id, Vec::new());
        loop {
            let kind = match self.objects.find(id, &mut buffer)? {
                objs::Kind::Tag => {
                    let unreadable = |source: gix::Error| Error::Object { id, source: source.into() };
                    let tag = objs::TagRef::from_bytes(&buffer, self.inner.object_hash()).map_err(unreadable)?;
                    let tagger = tag.tagger().ok().flatten();
                    tags.push(Tag {
                        id,
                        author: tagger.map(|tagger| tagger.name.to_owned()).unwrap_or_default(),
                        authored: tagger.map(|tagger| tagger.seconds()).unwrap_or_default(),
                        message: tag.message.to_owned(),
                    });
                    id = tag.target();
                    continue;
                }
                objs::Kind::Commit => PeeledKind::Commit,
                objs::Kind::Tree => PeeledKind::Tree,
                objs::Kind::Blob => PeeledKind::Blob,
            };
            return Ok(Peeled { tags, id, kind });
        }
    }

    /// The commits whose parents this clone was told not to have.
    pub fn shallow(&self) -> Result<HashSet<ObjectId>, Error> {
        let path = self.common_dir().join("shallow");
        match fs::read(&path) {
            Ok(text) => text.lines().map(|line| self.parse_id(line.trim().as_bstr(), "the file shallow")).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HashSet::new()),
            Err(source) => Err(Error::File { path, source }),
        }
    }

    /// The commits reachable from `tips` and not from `excluded`, parents before their children as far as clocks are right.
    /// Of the excluded, those that are not here hide nothing.
    pub fn range(&self, tips: &[ObjectId], excluded: &[ObjectId]) -> Result<Vec<Revision>, Error> {
        let shallow = self.shallow()?;
        let mut walk = Walk {
            repository: self,
            shallow: &shallow,
            nodes: ById::default(),
            queue: BinaryHeap::new(),
            wanted: 0,
            buffer: Vec::new(),
        };
        for id in excluded {
            walk.visit(*id, true, None)?;
        }
        for id in tips {
            walk.visit(*id, false, None)?;
        }
        walk.run()?;
        let mut found: Vec<_> =
            walk.nodes.into_values().filter(|node| !node.excluded).filter_map(|node| node.revision).collect();
        found.sort_by_key(|revision| (revision.committed, revision.id));
        Ok(found)
    }

    fn read_revision(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Revision, Error> {
        let unreadable = |source: gix::Error| Error::Object { id, source: source.into() };
        self.objects.read(id, objs::Kind::Commit, buffer)?;
        let commit = objs::CommitRef::from_bytes(buffer, self.inner.object_hash()).map_err(unreadable)?;
        // A line that is no signature has neither name nor time, and the rest of the commit is still looked at.
        let author = commit.author().ok();
        let committer = commit.committer().ok();
        Ok(Revision {
            id,
            tree: commit.tree(),
            parents: commit.parents().collect(),
            author: author.map(|author| author.name.to_owned()).unwrap_or_default(),
            authored: author.map(|author| author.seconds()).unwrap_or_default(),
            committed: committer.map(|committer| committer.seconds()).unwrap_or_default(),
            message: whole_message(&commit),
        })
    }
}

/// Signatures are random and nobody's words.
fn whole_message(commit: &objs::CommitRef<'_>) -> BString {
    let mut message = commit.message.to_owned();
    for (_, value) in commit.extra_headers.iter().filter(|(name, _)| !name.starts_with(b"gpgsig")) {
        message.extend_from_slice(b"\n\n");
        message.extend_from_slice(value);
    }
    message
}

/// A walk from the newest commit to older ones, until none is left that could be wanted.
struct Walk<'a> {
    repository: &'a Repository,
    shallow: &'a HashSet<ObjectId>,
    nodes: ById<Node>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many in the queue are not excluded.
    wanted: usize,
    buffer: Vec<u8>,
}

struct Node {
    /// None where it is not here, or once it is of no use.
    revision: Option<Revision>,
    excluded: bool,
    /// Its parents were put into the queue.
    done: bool,
}

impl Walk<'_> {
    /// Puts a commit into the queue, or excludes it and its ancestors if it was thought to be wanted.
    fn visit(&mut self, id: ObjectId, excluded: bool, child: Option<ObjectId>) -> Result<(), Error> {
        if let Some(node) = self.nodes.get(&id) {
            if excluded && !node.excluded {
                self.exclude(id);
            }
            return Ok(());
        }
        let revision = match self.repository.read_revision(id, &mut self.buffer) {
            Ok(revision) => Some(revision),
            Err(_) if excluded => None,
            Err(Error::Missing { .. }) if child.is_some_and(|child| self.shallow.contains(&child)) => {
                return Err(Error::Shallow { commit: child.expect("it was asked for its parents") });
            }
            Err(error) => return Err(error),
        };
        if let Some(revision) = &revision {
            self.queue.push((revision.committed, id));
            self.wanted += usize::from(!excluded);
        }
        self.nodes.insert(id, Node { revision, excluded, done: false });
        Ok(())
    }

    fn exclude(&mut self, id: ObjectId) {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            let Some(node) = self.nodes.get_mut(&id).filter(|node| !node.excluded) else { continue };
            node.excluded = true;
            if node.done {
                pending.extend(node.revision.iter().flat_map(|revision| revision.parents.iter().copied()));
            } else {
                self.wanted -= 1;
            }
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        let (mut oldest_wanted, mut slop) = (i64::MAX, SLOP);
        while let Some((time, id)) = self.queue.pop() {
            let node = self.nodes.get_mut(&id).expect("what is in the queue was visited");
            node.done = true;
            let excluded = node.excluded;
            let parents = node.revision.as_ref().map(|revision| revision.parents.clone()).unwrap_or_default();
            if excluded {
                node.revision =
                    node.revision.take().map(|revision| Revision { message: BString::default(), ..revision });
            } else {
                self.wanted -= 1;
                oldest_wanted = oldest_wanted.min(time);
            }
            for parent in parents {
                self.visit(parent, excluded, Some(id))?;
            }
            if self.wanted == 0 {
                if time < oldest_wanted {
                    slop -= 1;
                }
                if slop == 0 || oldest_wanted == i64::MAX {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
