//! A pack, and the families of deltas in it: each is read from its whole object down, so that every object is inflated once.
//!
//! Never: what an object means, the hash of its content.

use std::path::Path;

use gix::{
    odb::pack::{
        data::{self, entry::Header},
        index,
    },
    zlib,
};

use super::{
    super::{Cause, Error, ObjectId},
    delta,
};

/// Stands for no node.
const NONE: u32 = u32::MAX;

/// A pack and its index.
pub struct Pack {
    index: index::File,
    data: data::File,
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

impl Pack {
    /// Opens the pack of the index at `path`, and finds the families of the objects that `wants` has a number for. What they
    /// are made of may stand in the pack only, as in every pack on disk.
    pub fn open(
        path: &Path,
        hash: gix::hash::Kind,
        mut wants: impl FnMut(ObjectId) -> Option<u32>,
    ) -> Result<Self, Error> {
        let unreadable = |source: Cause| Error::Pack { path: path.to_owned(), source };
        let index = index::File::at(path, hash).map_err(|source| unreadable(source.into()))?;
        let data = data::File::at(path.with_extension("pack"), hash).map_err(|source| unreadable(source.into()))?;
        let mut objects: Vec<(u64, u32)> =
            (0..index.num_objects()).map(|object| (index.pack_offset_at_index(object), object)).collect();
        objects.sort_unstable();
        let mut number = |object| wants(index.oid_at_index(object).to_owned()).unwrap_or(NONE);
        let wanted: Vec<u32> = objects.iter().map(|&(_, object)| number(object)).collect();
        let mut pack = Self { index, data, nodes: Vec::new(), roots: Vec::new() };
        pack.find_families(&objects, &wanted).map_err(unreadable)?;
        Ok(pack)
    }

    /// How many families there are.
    pub fn families(&self) -> usize {
        self.roots.len()
    }

    /// The size in bytes of the largest object that is stored whole.
    pub fn largest(&self) -> u64 {
        let sizes = self.roots.iter().map(|&root| self.data.entry(self.nodes[root as usize].offset));
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
        let entry = self.data.entry(root.offset).map_err(|source| unreadable(root, source.into()))?;
        if entry.decompressed_size > limit && root.first_child == NONE {
            let is_wanted = root.wanted != NONE;
            return if is_wanted { see(root.wanted, Packed::TooLarge(entry.decompressed_size)) } else { Ok(()) };
        }
        let mut bytes = scratch.buffers.pop().unwrap_or_default();
        self.inflate(&entry, &mut scratch.inflate, &mut bytes).map_err(|source| unreadable(root, source))?;
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
            let entry = self.data.entry(node.offset).map_err(|source| unreadable(node, source.into()))?;
            self.inflate(&entry, &mut scratch.inflate, &mut scratch.delta)
                .and_then(|()| {
                    let size = delta::result_size(&scratch.delta)?;
                    if size > limit && node.first_child == NONE {
                        return Ok(Some(size));
                    }
                    delta::apply(base, &scratch.delta, &mut bytes)?;
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
        self.index.oid_at_index(node.object).to_owned()
    }

    fn inflate(&self, entry: &data::Entry, inflate: &mut zlib::Inflate, bytes: &mut Vec<u8>) -> Result<(), Cause> {
        let size = usize::try_from(entry.decompressed_size)?;
        // A damaged header may promise anything; deflate makes at most some 1,032 bytes of one.
        if size as u64 / 1032 > self.data.data_len() as u64 {
            return Err("its size cannot be true".into());
        }
        bytes.resize(size, 0);
        self.data.decompress_entry(entry, inflate, bytes)?;
        Ok(())
    }

    /// `objects` are all of the pack, in order of place.
    fn find_families(&mut self, objects: &[(u64, u32)], wanted: &[u32]) -> Result<(), Cause> {
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
                let Some(base) = self.base_of(objects[at].0)? else {
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

    fn base_of(&self, offset: u64) -> Result<Option<u64>, Cause> {
        let entry = self.data.entry(offset)?;
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
