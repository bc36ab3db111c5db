//! A memory for objects that deltas are made of, of a bounded size. Trees that are asked for twice are nearly always among them.
//!
//! Never: which objects these are.

use std::{collections::HashMap, mem::take};

use gix::{objs::Kind, odb::pack::cache::DecodeEntry};

/// In bytes, for each of the two generations. Git keeps 96 MiB (core.deltaBaseCacheLimit), for blobs too; trees and commits that are
/// read one behind the other need no more than this.
const GENERATION: usize = 16 << 20;

/// So many bytes does an object take beside its own: trees are small, and there are many of them.
const BESIDE: usize = 96;

/// Larger objects are not kept.
const LARGEST: usize = GENERATION / 4;

/// Objects by pack and offset. Those that were not asked for while a whole generation came are forgotten.
#[derive(Default)]
pub struct DeltaCache {
    young: HashMap<(u32, u64), Object>,
    old: HashMap<(u32, u64), Object>,
    /// Of the young ones, in bytes.
    size: usize,
}

struct Object {
    kind: Kind,
    compressed_size: usize,
    bytes: Vec<u8>,
}

impl DeltaCache {
    fn keep(&mut self, place: (u32, u64), object: Object) {
        self.size += object.bytes.len() + BESIDE;
        self.young.insert(place, object);
        if self.size > GENERATION {
            self.old = take(&mut self.young);
            self.size = 0;
        }
    }
}

impl DecodeEntry for DeltaCache {
    fn put(&mut self, pack: u32, offset: u64, bytes: &[u8], kind: Kind, compressed_size: usize) {
        if bytes.len() <= LARGEST {
            self.keep((pack, offset), Object { kind, compressed_size, bytes: bytes.to_vec() });
        }
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let place = (pack, offset);
        let mut give = |object: &Object| {
            out.clear();
            out.extend_from_slice(&object.bytes);
            (object.kind, object.compressed_size)
        };
        if let Some(object) = self.young.get(&place) {
            return Some(give(object));
        }
        let object = self.old.remove(&place)?;
        let given = give(&object);
        self.keep(place, object);
        Some(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_what_nobody_asks_for() {
        let mut cache = DeltaCache::default();
        let large = vec![7; LARGEST];
        cache.put(1, 1, b"asked for", Kind::Tree, 5);
        cache.put(1, 2, b"forgotten", Kind::Tree, 5);
        let mut bytes = Vec::new();
        for offset in 10..40 {
            cache.put(1, offset, &large, Kind::Tree, 5);
            assert_eq!(cache.get(1, 1, &mut bytes), Some((Kind::Tree, 5)));
            assert_eq!(bytes, b"asked for");
        }
        assert_eq!(cache.get(1, 2, &mut bytes), None);
        assert_eq!(cache.get(2, 1, &mut bytes), None);
    }
}
