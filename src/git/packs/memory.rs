//! A memory for objects that deltas are made of, of a bounded size. Trees that are asked for twice are nearly always among them.
//!
//! Never: which objects these are.

use std::{collections::HashMap, mem::take, sync::Arc};

use gix::objs::Kind;

/// In bytes, for each of the two generations. Git keeps 96 MiB (core.deltaBaseCacheLimit), for blobs too; trees and commits that are
/// read one behind the other need no more than this.
const GENERATION: usize = 16 << 20;

/// So many bytes does an object take beside its own: trees are small, and there are many of them.
const BESIDE: usize = 96;

/// Larger objects are not kept.
const LARGEST: usize = GENERATION / 4;

/// Objects by pack and offset. Those that were not asked for while a whole generation came are forgotten.
#[derive(Default)]
pub struct Memory {
    young: HashMap<(u32, u64), Object>,
    old: HashMap<(u32, u64), Object>,
    /// Of the young ones, in bytes.
    size: usize,
}

/// An object of a pack.
#[derive(Clone)]
pub struct Object {
    pub kind: Kind,
    pub bytes: Arc<Vec<u8>>,
}

impl Memory {
    /// Remembers what stands at `place`.
    pub fn put(&mut self, place: (u32, u64), object: Object) {
        if object.bytes.len() > LARGEST {
            return;
        }
        self.size += object.bytes.len() + BESIDE;
        self.young.insert(place, object);
        if self.size > GENERATION {
            self.old = take(&mut self.young);
            self.size = 0;
        }
    }

    /// What stands at `place`, if that is known.
    pub fn get(&mut self, place: (u32, u64)) -> Option<Object> {
        if let Some(object) = self.young.get(&place) {
            return Some(object.clone());
        }
        let object = self.old.remove(&place)?;
        self.put(place, object.clone());
        Some(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(bytes: &[u8]) -> Object {
        Object { kind: Kind::Tree, bytes: Arc::new(bytes.to_vec()) }
    }

    #[test]
    fn forgets_what_nobody_asks_for() {
        let mut memory = Memory::default();
        let large = tree(&vec![7; LARGEST]);
        memory.put((1, 1), tree(b"asked for"));
        memory.put((1, 2), tree(b"forgotten"));
        for offset in 10..40 {
            memory.put((1, offset), large.clone());
            let known = memory.get((1, 1)).expect("it is asked for again and again");
            assert_eq!(known.bytes.as_slice(), b"asked for");
        }
        assert!(memory.get((1, 2)).is_none());
        assert!(memory.get((2, 1)).is_none());
    }
}
