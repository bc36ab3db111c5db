//! The packs of a repository, as files that any thread may read: where an object stands, and of what it is made.
//!
//! Never: loose objects, which objects somebody wants, the hash of their content.

mod delta;
mod memory;
mod reader;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use gix::{
    odb::pack::{
        data::{self, entry::Header},
        index,
    },
    zlib,
};

use super::{Cause, Error, ObjectId};

pub use self::{
    delta::{apply, result_size},
    reader::{Place, Reader},
};

/// A pack and its index.
pub struct Pack {
    pub index: index::File,
    data: data::File,
}

/// The packs of a repository and its alternates that can be opened.
pub struct Packs {
    all: Vec<Pack>,
    /// For each pack, how many objects those before it have.
    before: Vec<u32>,
    /// How many objects all of them have.
    objects: usize,
}

impl Packs {
    /// Those in the stores of objects at `dirs`. One that cannot be opened is as if it were not there.
    pub fn of(dirs: &[PathBuf], hash: gix::hash::Kind) -> Self {
        let found = dirs.iter().filter_map(|store| indices(store).ok()).flatten();
        let all: Vec<Pack> = found.filter_map(|path| Pack::open(&path, hash).ok()).collect();
        let mut objects = 0;
        let mut before = Vec::with_capacity(all.len());
        for pack in &all {
            before.push(objects);
            objects += pack.index.num_objects();
        }
        Self { all, before, objects: objects as usize }
    }

    /// How many objects they have.
    pub fn objects(&self) -> usize {
        self.objects
    }
}

impl Pack {
    /// Opens the pack of the index at `path`.
    pub fn open(path: &Path, hash: gix::hash::Kind) -> Result<Self, Error> {
        let unreadable = |source: gix::Error| Error::Pack { path: path.to_owned(), source: source.into() };
        Ok(Self {
            index: index::File::at(path, hash).map_err(unreadable)?,
            data: data::File::at(path.with_extension("pack"), hash).map_err(unreadable)?,
        })
    }

    /// What stands at `offset`.
    pub fn entry(&self, offset: u64) -> Result<data::Entry, Cause> {
        Ok(self.data.entry(offset)?)
    }

    /// Where that stands of which `entry` is a delta.
    pub fn base_of(&self, entry: &data::Entry) -> Result<Option<u64>, Cause> {
        Ok(match entry.header {
            Header::OfsDelta { base_distance } => {
                Some(entry.checked_base_pack_offset(base_distance).ok_or("a base before the pack's start")?)
            }
            Header::RefDelta { base_id } => {
                let object = self.index.lookup(base_id).ok_or("a base that is not in the pack")?;
                Some(self.index.pack_offset_at_index(object))
            }
            _ => None,
        })
    }

    /// Inflates `entry`, an object or a delta, into `bytes`, whatever they held before.
    pub fn inflate(&self, entry: &data::Entry, inflate: &mut zlib::Inflate, bytes: &mut Vec<u8>) -> Result<(), Cause> {
        let size = usize::try_from(entry.decompressed_size)?;
        // A damaged header may promise anything; deflate makes at most some 1,032 bytes of one.
        if size as u64 / 1032 > self.data.data_len() as u64 {
            return Err("its size cannot be true".into());
        }
        bytes.resize(size, 0);
        self.data.decompress_entry(entry, inflate, bytes)?;
        Ok(())
    }

    /// The id of one of the index's objects.
    pub fn id(&self, object: u32) -> ObjectId {
        self.index.oid_at_index(object).to_owned()
    }
}

/// The indices of packs in a store of objects, in order of name.
pub fn indices(store: &Path) -> Result<Vec<PathBuf>, Error> {
    let dir = store.join("pack");
    let unreadable = |source| Error::File { path: dir.clone(), source };
    let entries = match fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(unreadable(source)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "idx") && path.with_extension("pack").is_file() {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
