//! A loose object, read as a stream, so that its size does not matter.
//!
//! Never: packs, the hash of its content.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use gix::zlib::{Decompress, stream::inflate};

use super::super::ObjectId;

/// Git writes no longer headers: a kind, a size, and what separates them.
const LONGEST_HEADER: usize = 32;

/// An open loose blob. Reads its content.
pub struct Loose {
    file: BufReader<File>,
    inflate: Decompress,
    left: u64,
}

impl Loose {
    /// Opens the blob in the file at `path`.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut loose = Self { file: BufReader::new(File::open(path)?), inflate: Decompress::new(), left: u64::MAX };
        let mut header = Vec::with_capacity(LONGEST_HEADER);
        while header.last() != Some(&0) {
            if header.len() == LONGEST_HEADER {
                return Err(damaged("it has no header"));
            }
            let mut byte = [0];
            loose.read_exact(&mut byte)?;
            header.push(byte[0]);
        }
        let header = str::from_utf8(&header[..header.len() - 1]).map_err(|_| damaged("its header is no text"))?;
        let size = header.strip_prefix("blob ").ok_or_else(|| damaged("it is no blob, but should be one"))?;
        loose.left = size.parse().map_err(|_| damaged("its header has no size"))?;
        Ok(loose)
    }

    /// How many bytes are still to be read.
    pub fn left(&self) -> u64 {
        self.left
    }
}

impl Read for Loose {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let read = inflate::read(&mut self.file, &mut self.inflate, &mut buffer[..wanted])?;
        if read == 0 {
            let is_empty = self.file.fill_buf()?.is_empty();
            return Err(damaged(if is_empty { "it ends too early" } else { "it holds more than it says" }));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// Where a store of objects keeps a loose one.
pub fn path(store: &Path, id: ObjectId) -> PathBuf {
    let hex = id.to_string();
    store.join(&hex[..2]).join(&hex[2..])
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
