//! Objects of packs, one at a time, in an order in which many are made of what was read before.
//!
//! Never: what is in no pack.

use std::{cell::Cell, sync::Arc};

use gix::{objs::Kind, odb::pack::data::entry::Header, zlib};

use super::{
    super::{Cause, ObjectId},
    Packs, delta,
    memory::{Memory, Object},
};

/// Git makes no longer chains of deltas, and one that leads round in a circle has no end.
const LONGEST_CHAIN: usize = 4096;

/// What one thread reads objects of packs with.
pub struct Reader {
    packs: Arc<Packs>,
    memory: Memory,
    inflate: zlib::Inflate,
    delta: Vec<u8>,
    /// The pack in which something was found last.
    recent: Cell<usize>,
}

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pack: u32,
    /// Which of the index's objects it is.
    object: u32,
}

impl Reader {
    /// Remembers nothing yet.
    pub fn new(packs: Arc<Packs>) -> Self {
        let (memory, inflate, delta) = (Memory::default(), zlib::Inflate::default(), Vec::new());
        Self { packs, memory, inflate, delta, recent: Cell::new(0) }
    }

    /// Where the object `id` stands, if it is in a pack.
    pub fn place(&self, id: ObjectId) -> Option<Place> {
        let packs = &self.packs.all;
        let recent = self.recent.get();
        let others = (0..packs.len()).filter(|&pack| pack != recent);
        let (pack, object) = (recent..packs.len())
            .take(1)
            .chain(others)
            .find_map(|pack| packs[pack].index.lookup(id).map(|object| (pack, object)))?;
        self.recent.set(pack);
        Some(Place { pack: u32::try_from(pack).ok()?, object })
    }

    /// The number of an object among those of all packs.
    pub fn number(&self, place: Place) -> usize {
        (self.packs.before[place.pack as usize] + place.object) as usize
    }

    /// Reads an object into `buffer`, whatever it held before, and says what it is.
    pub fn read(&mut self, place: Place, buffer: &mut Vec<u8>) -> Result<Kind, Cause> {
        let Object { kind, bytes } = self.object(place)?;
        buffer.clear();
        buffer.extend_from_slice(&bytes);
        Ok(kind)
    }

    fn object(&mut self, place: Place) -> Result<Object, Cause> {
        let pack = &self.packs.all[place.pack as usize];
        let mut offset = pack.index.pack_offset_at_index(place.object);
        let mut deltas = Vec::new();
        let mut object = loop {
            if let Some(object) = self.memory.get((place.pack, offset)) {
                break object;
            }
            let entry = pack.entry(offset)?;
            if let Some(base) = pack.base_of(&entry)? {
                if deltas.len() == LONGEST_CHAIN {
                    return Err("it is a delta of a delta of a delta without an end".into());
                }
                deltas.push((offset, entry));
                offset = base;
                continue;
            }
            let kind = match entry.header {
                Header::Commit => Kind::Commit,
                Header::Tree => Kind::Tree,
                Header::Tag => Kind::Tag,
                _ => Kind::Blob,
            };
            let mut bytes = Vec::new();
            pack.inflate(&entry, &mut self.inflate, &mut bytes)?;
            let object = Object { kind, bytes: Arc::new(bytes) };
            self.memory.put((place.pack, offset), object.clone());
            break object;
        };
        for (offset, entry) in deltas.into_iter().rev() {
            pack.inflate(&entry, &mut self.inflate, &mut self.delta)?;
            let mut bytes = Vec::new();
            delta::apply(&object.bytes, &self.delta, &mut bytes)?;
            object.bytes = Arc::new(bytes);
            self.memory.put((place.pack, offset), object.clone());
        }
        Ok(object)
    }
}
