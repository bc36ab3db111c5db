//! What commits bring: each against its own parents, with its message; and the messages of annotated tags.
//!
//! Never: what is pushed where.

use std::{cell::RefCell, collections::HashSet, sync::Arc};

use gix::{
    bstr::{BStr, BString, ByteSlice},
    date::{Time, time::format::ISO8601_STRICT},
};

use super::{
    Change, Commit, Entry, EntryKind, Error, Locator, MESSAGE, Origin, Parts, Read, Source, TAG_MESSAGE, Trees, change,
    objects::{self, ObjectParts},
};
use crate::{
    git::{self, Difference, Leaf, LeafKind, ObjectId, Repository, Revision, Snapshot, Tag},
    secret::without_tokens,
};

/// The trees whose policy files count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyTrees {
    /// The one that all is judged by.
    pub now: Option<ObjectId>,
    /// The one that stood there before.
    pub before: Option<ObjectId>,
}

/// What was looked at already, and held nothing: by blob, path, and whether the path was new.
#[derive(Debug, Default)]
pub struct Cleared(RefCell<HashSet<(ObjectId, BString, bool)>>);

/// What one commit or tag brings.
pub struct Brought<'a> {
    repository: &'a Repository,
    policy: PolicyTrees,
    cleared: &'a Cleared,
    bringer: Bringer<'a>,
    message: Option<(&'static str, &'a BStr)>,
    trees: Option<Trees>,
    /// For each parent; for a commit without any one list, of everything. None until asked for.
    differences: Option<Vec<Vec<Difference>>>,
}

/// Who brings it, as reports name it.
#[derive(Clone, Copy)]
enum Bringer<'a> {
    Nobody,
    Revision(&'a Revision),
    Tag(&'a Tag),
    Object(ObjectId),
}

/// What many commits bring, as if it stood beside each other, to be read in the order in which it is stored.
pub struct Together<'a> {
    repository: &'a Repository,
    policy: PolicyTrees,
    entries: &'a [Entry],
}

impl Cleared {
    /// Remembers that `entry` holds nothing.
    pub fn add(&self, entry: &Entry) {
        if let Locator::Object(id) = entry.locator {
            self.0.borrow_mut().insert((id, entry.path.clone(), entry.new_path));
        }
    }

    fn has(&self, entry: &Entry) -> bool {
        match entry.locator {
            Locator::Object(id) => {
                let cleared = self.0.borrow();
                !cleared.is_empty() && cleared.contains(&(id, entry.path.clone(), entry.new_path))
            }
            _ => false,
        }
    }
}

impl<'a> Brought<'a> {
    /// All that `revision` brings, which stands between `trees`.
    pub fn by(
        repository: &'a Repository,
        revision: &'a Revision,
        trees: Trees,
        policy: PolicyTrees,
        cleared: &'a Cleared,
    ) -> Self {
        Self { trees: Some(trees), ..Self::by_message_of(repository, revision, policy, cleared) }
    }

    /// Nothing but the policy files.
    pub fn nothing(repository: &'a Repository, policy: PolicyTrees, cleared: &'a Cleared) -> Self {
        Self { repository, policy, cleared, bringer: Bringer::Nobody, message: None, trees: None, differences: None }
    }

    /// What `revision` says, and nothing of what it changes.
    pub fn by_message_of(
        repository: &'a Repository,
        revision: &'a Revision,
        policy: PolicyTrees,
        cleared: &'a Cleared,
    ) -> Self {
        let message = Some((MESSAGE, revision.message.as_bstr()));
        Self {
            repository,
            policy,
            cleared,
            bringer: Bringer::Revision(revision),
            message,
            trees: None,
            differences: None,
        }
    }

    /// What an annotated tag says.
    pub fn by_tag(repository: &'a Repository, tag: &'a Tag, policy: PolicyTrees, cleared: &'a Cleared) -> Self {
        let message = Some((TAG_MESSAGE, tag.message.as_bstr()));
        Self { repository, policy, cleared, bringer: Bringer::Tag(tag), message, trees: None, differences: None }
    }

    /// All that is in a tree that no commit stands for.
    pub fn by_tree(repository: &'a Repository, tree: ObjectId, policy: PolicyTrees, cleared: &'a Cleared) -> Self {
        let trees = Some(Trees { parents: Vec::new(), tree });
        Self { repository, policy, cleared, bringer: Bringer::Object(tree), message: None, trees, differences: None }
    }

    /// A blob that no tree holds, which is called `name`.
    pub fn by_blob(
        repository: &'a Repository,
        blob: ObjectId,
        name: &str,
        policy: PolicyTrees,
        cleared: &'a Cleared,
    ) -> Self {
        let new = Some(Leaf { kind: LeafKind::File, id: blob });
        let differences = Some(vec![vec![Difference { path: name.into(), old: None, new }]]);
        Self { repository, policy, cleared, bringer: Bringer::Object(blob), message: None, trees: None, differences }
    }

    /// The blobs among the entries, cleared or not.
    pub fn blobs(&mut self) -> Result<Vec<Entry>, Error> {
        Ok(change::entries(self.differences()?))
    }

    fn differences(&mut self) -> Result<&[Vec<Difference>], Error> {
        if self.differences.is_none() {
            self.differences = Some(match &self.trees {
                None => vec![Vec::new()],
                Some(Trees { parents, tree }) => {
                    let new = Snapshot::Tree(*tree);
                    if parents.is_empty() {
                        vec![self.repository.differences(None, &new)?]
                    } else {
                        let beside = |parent: &ObjectId| self.repository.differences(Some(*parent), &new);
                        parents.iter().map(beside).collect::<Result<_, _>>()?
                    }
                }
            });
        }
        Ok(self.differences.as_deref().expect("just made"))
    }
}

impl Source for Brought<'_> {
    fn origin(&self) -> Origin {
        let commit = match self.bringer {
            Bringer::Nobody => Commit::default(),
            Bringer::Revision(revision) => Commit::of(revision),
            Bringer::Tag(tag) => Commit::new(tag.id, &tag.author, tag.authored, &tag.message),
            Bringer::Object(id) => return Origin::Revision(id.to_string().into()),
        };
        Origin::Commit(commit.into())
    }

    fn brings(&self) -> bool {
        true
    }

    fn trees(&self) -> Option<Trees> {
        self.trees.clone()
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        let mut entries = self.blobs()?;
        entries.retain(|entry| !self.cleared.has(entry));
        entries.extend(self.message.map(|(path, _)| Entry {
            path: path.into(),
            kind: EntryKind::File,
            locator: Locator::Message,
            new_path: false,
        }));
        Ok(entries)
    }

    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        match (&entry.locator, self.message) {
            (Locator::Object(id), _) => objects::read_object(self.repository, *id, limit, buffer),
            (Locator::Message, Some((_, message))) => {
                buffer.clear();
                buffer.extend_from_slice(message);
                Ok(Read::Whole)
            }
            _ => unreachable!("a source is asked for entries of its own"),
        }
    }

    fn changes(&mut self) -> Result<Vec<Vec<Change>>, Error> {
        let has_parents = self.trees.as_ref().is_some_and(|trees| !trees.parents.is_empty());
        if has_parents { Ok(change::changes(self.differences()?)) } else { Ok(Vec::new()) }
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        objects::policy_file(self.repository, self.policy.now, path)
    }

    fn earlier_policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        objects::policy_file(self.repository, self.policy.before, path)
    }
}

impl<'a> Together<'a> {
    /// `entries`, whose bytes are objects, in order of path.
    pub fn new(repository: &'a Repository, policy: PolicyTrees, entries: &'a [Entry]) -> Self {
        Self { repository, policy, entries }
    }
}

impl Source for Together<'_> {
    fn origin(&self) -> Origin {
        Origin::Commit(Arc::default())
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        Ok(self.entries.to_vec())
    }

    fn read(&mut self, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        objects::read(self.repository, entry, limit, buffer)
    }

    fn parts<'s>(&'s self, entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(Some(Box::new(ObjectParts::new(self.repository, entries)?)))
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        objects::policy_file(self.repository, self.policy.now, path)
    }

    fn earlier_policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        objects::policy_file(self.repository, self.policy.before, path)
    }
}

/// The trees that a commit stands between; `tree_of` knows those of its parents.
pub fn trees(
    revision: &Revision,
    tree_of: impl FnMut(ObjectId) -> Result<ObjectId, git::Error>,
) -> Result<Trees, Error> {
    let parents = revision.parents.iter().copied().map(tree_of).collect::<Result<_, _>>()?;
    Ok(Trees { parents, tree: revision.tree })
}

impl Commit {
    /// What reports say of `revision`.
    pub fn of(revision: &Revision) -> Self {
        Self::new(revision.id, &revision.author, revision.authored, &revision.message)
    }

    fn new(id: ObjectId, author: &BString, authored: i64, message: &BString) -> Self {
        let subject = message.lines().map(ByteSlice::trim).find(|line| !line.is_empty()).unwrap_or_default();
        Self {
            id: id.to_string(),
            author: without_tokens(&author.to_str_lossy()),
            date: date(authored),
            subject: without_tokens(&subject.to_str_lossy()),
        }
    }
}

/// As in RFC 3339; empty where no calendar has such a day.
fn date(seconds: i64) -> String {
    let utc = Time::new(seconds, 0).format(ISO8601_STRICT).unwrap_or_default();
    utc.replace("+00:00", "Z")
}
