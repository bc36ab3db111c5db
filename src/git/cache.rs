//! Memories for objects, of a bounded size: what deltas are made of, and trees, which are asked for twice where each commit is
//! compared with its parent.
//!
//! Never: how an object is read.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    mem::take,
};

use gix::{
    hashtable,
    objs::Kind,
    odb::pack::cache::{DecodeEntry, Object},
};

use super::ObjectId;

/// In bytes, for each of the two generations. Git keeps 96 MiB (core.deltaBaseCacheLimit), for blobs too; trees and commits that are
/// read one behind the other need no more than this.
const GENERATION: usize = 16 << 20;

/// So many bytes does an object take beside its own: trees are small, and there are many of them.
const BESIDE: usize = 96;

/// Larger objects are not kept.
const LARGEST: usize = GENERATION / 4;

/// Objects by what names them. Those that were not asked for while a whole generation came are forgotten.
struct Generations<K, S> {
    young: HashMap<K, Kept, S>,
    old: HashMap<K, Kept, S>,
    /// Of the young ones, in bytes.
    size: usize,
}

struct Kept {
    kind: Kind,
    /// In a pack.
    compressed_size: usize,
    bytes: Vec<u8>,
}

impl<K, S: Default> Default for Generations<K, S> {
    fn default() -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), size: 0 }
    }
}

impl<K: Hash + Eq, S: BuildHasher + Default> Generations<K, S> {
    fn put(&mut self, name: K, kind: Kind, compressed_size: usize, bytes: &[u8]) {
        if bytes.len() <= LARGEST {
            self.keep(name, Kept { kind, compressed_size, bytes: bytes.to_vec() });
        }
    }

    fn keep(&mut self, name: K, kept: Kept) {
        self.size += kept.bytes.len() + BESIDE;
        self.young.insert(name, kept);
        if self.size > GENERATION {
            self.old = take(&mut self.young);
            self.size = 0;
        }
    }

    /// Writes the object into `out`; its kind, and its size in a pack.
    fn get(&mut self, name: K, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let mut give = |kept: &Kept| {
            out.clear();
            out.extend_from_slice(&kept.bytes);
            (kept.kind, kept.compressed_size)
        };
        if let Some(kept) = self.young.get(&name) {
            return Some(give(kept));
        }
        let kept = self.old.remove(&name)?;
        let given = give(&kept);
        self.keep(name, kept);
        Some(given)
    }
}

/// What deltas are made of, by pack and offset.
#[derive(Default)]
pub struct DeltaBases(Generations<(u32, u64), RandomState>);

impl DecodeEntry for DeltaBases {
    fn put(&mut self, pack: u32, offset: u64, bytes: &[u8], kind: Kind, compressed_size: usize) {
        self.0.put((pack, offset), kind, compressed_size, bytes);
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        self.0.get((pack, offset), out)
    }
}

/// Trees by id.
#[derive(Default)]
pub struct Trees(Generations<ObjectId, hashtable::hash::Builder>);

impl Object for Trees {
    fn put(&mut self, id: ObjectId, kind: Kind, bytes: &[u8]) {
        if kind == Kind::Tree {
            self.0.put(id, kind, 0, bytes);
        }
    }

    fn get(&mut self, id: &ObjectId, out: &mut Vec<u8>) -> Option<Kind> {
        self.0.get(*id, out).map(|(kind, _)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_what_nobody_asks_for() {
        let mut bases = DeltaBases::default();
        let large = vec![7; LARGEST];
        bases.put(1, 1, b"asked for", Kind::Tree, 5);
        bases.put(1, 2, b"forgotten", Kind::Tree, 5);
        let mut bytes = Vec::new();
        for offset in 10..40 {
            bases.put(1, offset, &large, Kind::Tree, 5);
            assert_eq!(bases.get(1, 1, &mut bytes), Some((Kind::Tree, 5)));
            assert_eq!(bytes, b"asked for");
        }
        assert_eq!(bases.get(1, 2, &mut bytes), None);
        assert_eq!(bases.get(2, 1, &mut bytes), None);
    }
}
