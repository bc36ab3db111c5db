//! The families of deltas in a pack: each is read from its whole object down, so that every object is inflated once.
//!
//! Never: what an object means, the hash of its content.

use std::path::Path;

use gix::zlib;

use super::super::{
    Cause, Error, ObjectId,
    packs::{self, Pack},
};

/// Stands for no node.
const NONE: u32 = u32::MAX;

/// A pack, and the families of what is wanted of it.
pub struct Families {
    pack: Pack,
    nodes: Vec<Node>,
    /// The nodes without a base, in the order in which they stand in the pack.
    roots: Vec<u32>,
}

/// A wanted object, or one of which a wanted one is made.
struct Node {
    /// Where it stands in the pack.
    offset: u64,
    /// Which of the index's objects it is.
    object: u32,
    /// The number that it is shown by; [`NONE`] where nobody wants it.
    wanted: u32,
    first_child: u32,
    next_sibling: u32,
}

/// What one thread reads packs with, used again and again.
#[derive(Default)]
pub struct Scratch {
    inflate: zlib::Inflate,
    delta: Vec<u8>,
    buffers: Vec<Vec<u8>>,
}

/// An object of a pack.
pub enum Packed<'a> {
    /// Its bytes.
    Whole(&'a [u8]),
    /// It has so many bytes, which is more than the limit.
    TooLarge(u64),
}

impl Families {
    /// Opens the pack of the index at `path`, and finds the families of the objects that `wants` has a number for. What they
    /// are made of may stand in the pack only, as in every pack on disk.
    pub fn open(
        path: &Path,
        hash: gix::hash::Kind,
        mut wants: impl FnMut(ObjectId) -> Option<u32>,
    ) -> Result<Self, Error> {
        let unreadable = |source: Cause| Error::Pack { path: path.to_owned(), source };
        let pack = Pack::open(path, hash)?;
        let index = &pack.index;
        let mut objects: Vec<(u64, u32)> =
            (0..index.num_objects()).map(|object| (index.pack_offset_at_index(object), object)).collect();
        objects.sort_unstable();
        let mut number = |object| wants(pack.id(object)).unwrap_or(NONE);
        let wanted: Vec<u32> = objects.iter().map(|&(_, object)| number(object)).collect();
        let mut families = Self { pack, nodes: Vec::new(), roots: Vec::new() };
        families.find(&objects, &wanted).map_err(unreadable)?;
        Ok(families)
    }

    /// How many families there are.
    pub fn count(&self) -> usize {
        self.roots.len()
    }

    /// The size in bytes of the largest object that is stored whole.
    pub fn largest(&self) -> u64 {
        let sizes = self.roots.iter().map(|&root| self.pack.entry(self.nodes[root as usize].offset));
        sizes.filter_map(Result::ok).map(|entry| entry.decompressed_size).max().unwrap_or(0)
    }

    /// Reads a family, and shows `see` the wanted objects in it. Those of more than `limit` bytes are not read, unless wanted
    /// ones are made of them.
    pub fn read<E: From<Error>>(
        &self,
        family: usize,
        limit: u64,
        scratch: &mut Scratch,
        see: &mut dyn FnMut(u32, Packed<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let root = &self.nodes[self.roots[family] as usize];
        let unreadable = |node: &Node, source| Error::Object { id: self.id(node), source };
        let entry = self.pack.entry(root.offset).map_err(|source| unreadable(root, source))?;
        if entry.decompressed_size > limit && root.first_child == NONE {
            let is_wanted = root.wanted != NONE;
            return if is_wanted { see(root.wanted, Packed::TooLarge(entry.decompressed_size)) } else { Ok(()) };
        }
        let mut bytes = scratch.buffers.pop().unwrap_or_default();
        self.pack.inflate(&entry, &mut scratch.inflate, &mut bytes).map_err(|source| unreadable(root, source))?;
        show(root, limit, &bytes, see)?;
        // Objects whose children are not all read, each with the next child.
        let mut open = vec![(root.first_child, bytes)];
        while let Some((child, base)) = open.last_mut() {
            let Some(node) = self.nodes.get(*child as usize) else {
                scratch.buffers.extend(open.pop().map(|(_, bytes)| bytes));
                continue;
            };
            *child = node.next_sibling;
            let mut bytes = scratch.buffers.pop().unwrap_or_default();
            let entry = self.pack.entry(node.offset).map_err(|source| unreadable(node, source))?;
            self.pack
                .inflate(&entry, &mut scratch.inflate, &mut scratch.delta)
                .and_then(|()| {
                    let size = packs::result_size(&scratch.delta)?;
                    if size > limit && node.first_child == NONE {
                        return Ok(Some(size));
                    }
                    packs::apply(base, &scratch.delta, &mut bytes)?;
                    Ok(None)
                })
                .map_err(|source| unreadable(node, source))
                .map_err(E::from)
                .and_then(|too_large| match too_large {
                    Some(size) if node.wanted != NONE => see(node.wanted, Packed::TooLarge(size)),
                    Some(_) => Ok(()),
                    None => show(node, limit, &bytes, see),
                })?;
            if node.first_child == NONE {
                scratch.buffers.push(bytes);
            } else {
                if *child == NONE {
                    // The base has done its work: a chain of deltas holds two objects, however long it is.
                    scratch.buffers.extend(open.pop().map(|(_, bytes)| bytes));
                }
                open.push((node.first_child, bytes));
            }
        }
        Ok(())
    }

    fn id(&self, node: &Node) -> ObjectId {
        self.pack.id(node.object)
    }

    /// `objects` are all of the pack, in order of place.
    fn find(&mut self, objects: &[(u64, u32)], wanted: &[u32]) -> Result<(), Cause> {
        let mut node_of = vec![NONE; objects.len()];
        for at in (0..objects.len()).filter(|&at| wanted[at] != NONE) {
            let (mut at, mut child) = (at, NONE);
            loop {
                let is_known = node_of[at] != NONE;
                if !is_known {
                    node_of[at] = u32::try_from(self.nodes.len())?;
                    let (offset, object) = objects[at];
                    let wanted = wanted[at];
                    self.nodes.push(Node { offset, object, wanted, first_child: NONE, next_sibling: NONE });
                }
                let number = node_of[at];
                if child != NONE {
                    self.nodes[child as usize].next_sibling = self.nodes[number as usize].first_child;
                    self.nodes[number as usize].first_child = child;
                }
                if is_known {
                    break;
                }
                let Some(base) = self.pack.base_of(&self.pack.entry(objects[at].0)?)? else {
                    self.roots.push(number);
                    break;
                };
                at = objects.binary_search_by_key(&base, |&(offset, _)| offset).map_err(|_| "a base is not there")?;
                child = number;
            }
        }
        let Self { nodes, roots, .. } = self;
        roots.sort_unstable_by_key(|&root| nodes[root as usize].offset);
        Ok(())
    }
}

fn show<E>(
    node: &Node,
    limit: u64,
    bytes: &[u8],
    see: &mut dyn FnMut(u32, Packed<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match bytes.len() as u64 {
        _ if node.wanted == NONE => Ok(()),
        size if size > limit => see(node.wanted, Packed::TooLarge(size)),
        _ => see(node.wanted, Packed::Whole(bytes)),
    }
}
