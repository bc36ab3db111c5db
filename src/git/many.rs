//! Objects for one who reads many of them, on a thread of its own: those of packs first, then loose ones.
//!
//! Never: a last word. What is not found here, or not sound, is left to `Objects`, whose errors say what is wrong.

use std::{path::PathBuf, sync::Arc};

use gix::objs;

use super::{
    Error, ObjectId,
    loose::Loose,
    objects::Objects,
    packs::{Packs, Place, Reader},
};

/// Where the objects of a repository are, for any thread.
#[derive(Clone)]
pub(super) struct Stores {
    dirs: Arc<[PathBuf]>,
    packs: Arc<Packs>,
    hash: gix::hash::Kind,
}

/// What one thread reads with.
pub(super) struct Many {
    packs: Reader,
    loose: Vec<Loose>,
}

impl Stores {
    /// Those at `dirs`.
    pub fn of(dirs: Vec<PathBuf>, hash: gix::hash::Kind) -> Self {
        Self { packs: Arc::new(Packs::of(&dirs, hash)), dirs: dirs.into(), hash }
    }

    /// How many objects are in packs.
    pub fn packed(&self) -> usize {
        self.packs.objects()
    }

    /// For one thread, where [`Many`] does not find something.
    pub fn open(&self) -> Result<Objects, Error> {
        Objects::at(&self.dirs, self.hash)
    }

    /// For one thread.
    pub fn many(&self) -> Many {
        let loose = self.dirs.iter().map(|dir| Loose::of(dir.clone()).listed());
        Many { packs: Reader::new(Arc::clone(&self.packs)), loose: loose.collect() }
    }
}

impl Many {
    /// Where an object stands, if it is in a pack.
    pub fn place(&self, id: ObjectId) -> Option<Place> {
        self.packs.place(id)
    }

    /// The number of a packed object among all of them.
    pub fn number(&self, place: Place) -> usize {
        self.packs.number(place)
    }

    /// Reads an object into `buffer`, and says what it is, if it is found here and sound.
    pub fn find(&mut self, id: ObjectId, buffer: &mut Vec<u8>) -> Option<objs::Kind> {
        let place = self.place(id);
        self.find_at(id, place, buffer)
    }

    /// The same, of one that stands at `place`, if it is in a pack.
    pub fn find_at(&mut self, id: ObjectId, place: Option<Place>, buffer: &mut Vec<u8>) -> Option<objs::Kind> {
        let packed = place.and_then(|place| self.packs.read(place, buffer).ok());
        packed.or_else(|| self.loose.iter().find_map(|loose| loose.read(id, buffer)))
    }
}
