//! Many blobs, each read once, in the order in which they are stored: families of deltas in packs, then loose ones. In parts, so
//! that several threads can share the work.
//!
//! Never: trees, threads, the network.

mod families;
mod loose;

use std::{io, ops::Range, path::PathBuf};

use self::{
    families::{Families, Packed, Scratch},
    loose::Loose,
};
use super::{ById, Error, ObjectId, Repository, packs};

/// So many families, or loose blobs, are a part.
const IN_PART: usize = 16;

/// Larger loose blobs are read as a stream.
const WHOLE: u64 = 4 << 20;

/// Where the blobs stand that somebody wants, each with the number that it is known by there.
pub struct Blobs {
    packs: Vec<Families>,
    loose: Vec<(ObjectId, PathBuf, u32)>,
    missing: Vec<(ObjectId, u32)>,
    parts: Vec<Part>,
}

/// What one thread reads at a time.
enum Part {
    Families { pack: usize, families: Range<usize> },
    Loose(Range<usize>),
    Missing,
}

/// What one thread reads with, used again and again.
#[derive(Default)]
pub struct BlobReader {
    packs: Scratch,
    buffer: Vec<u8>,
}

/// What is known of a blob when it is read.
pub enum BlobBytes<'a> {
    /// Its bytes.
    Whole(&'a [u8]),
    /// It is loose and large: its bytes come as a stream, which begins anew each time it is opened.
    Long(&'a dyn Fn() -> Result<Box<dyn io::Read>, Error>),
    /// It is packed, and has so many bytes, which is more than the limit.
    TooLarge(u64),
    /// This repository does not have it.
    Missing,
}

impl Repository {
    /// Where the blobs `wanted` stand, in this repository and its alternates; by what number each is to be shown.
    pub fn blobs(&self, mut wanted: ById<u32>) -> Result<Blobs, Error> {
        let stores = self.objects.dirs()?;
        let mut blobs = Blobs { packs: Vec::new(), loose: Vec::new(), missing: Vec::new(), parts: Vec::new() };
        for index in stores.iter().map(|store| packs::indices(store)).collect::<Result<Vec<_>, _>>()?.concat() {
            let pack = Families::open(&index, self.inner.object_hash(), |id| wanted.remove(&id))?;
            let number = blobs.packs.len();
            blobs.parts.extend(in_parts(pack.count()).map(|families| Part::Families { pack: number, families }));
            blobs.packs.push(pack);
        }
        for (id, number) in wanted {
            match stores.iter().map(|store| loose::path(store, id)).find(|path| path.is_file()) {
                Some(path) => blobs.loose.push((id, path, number)),
                None => blobs.missing.push((id, number)),
            }
        }
        blobs.loose.sort_unstable();
        blobs.missing.sort_unstable();
        blobs.parts.extend(in_parts(blobs.loose.len()).map(Part::Loose));
        if !blobs.missing.is_empty() {
            blobs.parts.push(Part::Missing);
        }
        Ok(blobs)
    }
}

impl Blobs {
    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The size in bytes of the largest packed blob, as far as that is known without reading.
    pub fn largest(&self) -> u64 {
        self.packs.iter().map(Families::largest).max().unwrap_or(0)
    }

    /// Reads a part, and shows `see` each of its blobs once. Packed ones of more than `limit` bytes are not read.
    pub fn read<E: From<Error>>(
        &self,
        part: usize,
        limit: u64,
        reader: &mut BlobReader,
        see: &mut dyn FnMut(u32, BlobBytes<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.parts[part] {
            Part::Families { pack, families } => families.clone().try_for_each(|family| {
                self.packs[*pack].read(family, limit, &mut reader.packs, &mut |number, packed| match packed {
                    Packed::Whole(bytes) => see(number, BlobBytes::Whole(bytes)),
                    Packed::TooLarge(size) => see(number, BlobBytes::TooLarge(size)),
                })
            }),
            Part::Loose(blobs) => self.loose[blobs.clone()].iter().try_for_each(|(id, path, number)| {
                let unreadable = |source: io::Error| Error::Object { id: *id, source: source.into() };
                let mut blob = Loose::open(path).map_err(unreadable)?;
                if blob.left() > WHOLE {
                    let open = || Ok(Box::new(Loose::open(path).map_err(unreadable)?) as Box<dyn io::Read>);
                    return see(*number, BlobBytes::Long(&open));
                }
                reader.buffer.clear();
                io::Read::read_to_end(&mut blob, &mut reader.buffer).map_err(unreadable)?;
                see(*number, BlobBytes::Whole(&reader.buffer))
            }),
            Part::Missing => self.missing.iter().try_for_each(|(id, number)| {
                // Git knows the empty blob without storing it.
                see(*number, if id.is_empty_blob() { BlobBytes::Whole(b"") } else { BlobBytes::Missing })
            }),
        }
    }
}

fn in_parts(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(IN_PART).map(move |start| start..(start + IN_PART).min(count))
}
