//! Blobs of the object database as parts, and what every source of git asks of it.
//!
//! Never: which blobs.

use std::sync::Arc;

use gix::bstr::BStr;

use super::{Bytes, Commit, Entry, EntryKind, Error, Locator, Origin, PartReader, Parts, Read, See};
use crate::git::{self, BlobBytes, Blobs, ById, Leaf, LeafKind, ObjectId, Repository};

/// What is at `path`, if it is content: a submodule's commit is none.
pub(super) fn entry(path: impl Into<gix::bstr::BString>, leaf: Leaf) -> Option<Entry> {
    let kind = match leaf.kind {
        LeafKind::File => EntryKind::File,
        LeafKind::Symlink => EntryKind::Symlink,
        LeafKind::Gitlink => return None,
    };
    Some(Entry { path: path.into(), kind, locator: Locator::Object(leaf.id), new_path: true })
}

/// The policy file at `path` in a tree, if there is one.
pub(super) fn policy_file(
    repository: &Repository,
    tree: Option<ObjectId>,
    path: &str,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(tree) = tree else { return Ok(None) };
    let Some(leaf) = repository.entry(tree, BStr::new(path))? else { return Ok(None) };
    text(repository, path, leaf).map(Some)
}

/// The bytes of a policy file.
pub(super) fn text(repository: &Repository, path: &str, leaf: Leaf) -> Result<Vec<u8>, Error> {
    if leaf.kind != LeafKind::File {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    let mut buffer = Vec::new();
    repository.read_blob(leaf.id, u64::MAX, &mut buffer)?;
    Ok(buffer)
}

/// A commit, as reports name it.
pub(super) fn origin(repository: &Repository, commit: ObjectId) -> Result<Origin, Error> {
    Ok(Origin::Commit(Arc::new(Commit::of(&repository.revision(commit)?))))
}

/// Reads one entry whose bytes are an object.
pub(super) fn read(repository: &Repository, entry: &Entry, limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
    read_object(repository, id_of(entry), limit, buffer)
}

/// Reads one object.
pub(super) fn read_object(
    repository: &Repository,
    id: ObjectId,
    limit: u64,
    buffer: &mut Vec<u8>,
) -> Result<Read, Error> {
    Ok(match repository.read_blob(id, limit, buffer)? {
        git::BlobRead::Whole => Read::Whole,
        git::BlobRead::TooLarge(size) => Read::TooLarge(size),
    })
}

/// Entries whose bytes are objects, each object read once.
pub(super) struct ObjectParts<'a> {
    entries: &'a [Entry],
    /// For each entry, the next one of the same object; [`NONE`] behind the last.
    same: Vec<u32>,
    blobs: Blobs,
    is_partial: bool,
}

/// Ends a list of entries.
const NONE: u32 = u32::MAX;

impl<'a> ObjectParts<'a> {
    pub fn new(repository: &Repository, entries: &'a [Entry]) -> Result<Self, Error> {
        let mut same = vec![NONE; entries.len()];
        let mut wanted: ById<u32> = ById::default();
        wanted.reserve(entries.len());
        for (number, entry) in entries.iter().enumerate().rev() {
            let at = u32::try_from(number).expect("fewer than four billion files");
            same[number] = wanted.insert(id_of(entry), at).unwrap_or(NONE);
        }
        Ok(Self { entries, same, blobs: repository.blobs(wanted)?, is_partial: repository.is_partial() })
    }
}

impl Parts for ObjectParts<'_> {
    fn count(&self) -> usize {
        self.blobs.parts()
    }

    fn largest(&self) -> u64 {
        self.blobs.largest()
    }

    fn read(&self, part: usize, limit: u64, reader: &mut PartReader, see: &mut See<'_>) -> Result<(), Error> {
        self.blobs.read(part, limit, &mut reader.blobs, &mut |first, bytes| {
            let mut next = first;
            while let Some(entry) = self.entries.get(next as usize) {
                let number = next as usize;
                match &bytes {
                    BlobBytes::Whole(bytes) => see(number, Bytes::Whole(bytes))?,
                    BlobBytes::Long(open) => see(number, Bytes::Long(&mut *open()?))?,
                    BlobBytes::TooLarge(size) => see(number, Bytes::TooLarge(*size))?,
                    BlobBytes::Missing if self.is_partial => see(number, Bytes::Missing)?,
                    BlobBytes::Missing => return Err(git::Error::Missing { id: id_of(entry) }.into()),
                }
                next = self.same[number];
            }
            Ok(())
        })
    }
}

fn id_of(entry: &Entry) -> ObjectId {
    match entry.locator {
        Locator::Object(id) => id,
        _ => unreachable!("a source is asked for entries of its own"),
    }
}
