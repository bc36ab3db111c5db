//! Reads the user's own files, and no others.
//!
//! Never: what they are called.

use std::{
    fs::OpenOptions,
    io::{self, Read as _},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

/// In bytes; a larger file holds more than secrets.
const LARGEST: u64 = 1 << 20;

/// The bytes of the file at `path`; none where there is none, and why not where it is not read.
pub fn own(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
    let unreadable = |error: &io::Error| format!("it cannot be read ({})", error.kind());
    // A pipe would be waited for.
    let opened = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path);
    let (file, about) = match opened.and_then(|file| file.metadata().map(|about| (file, about))) {
        Ok(opened) => opened,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(&error)),
    };
    // A virtual environment of Python is often called `.env`.
    if about.is_dir() {
        return Ok(None);
    }
    if !about.is_file() {
        return Err("it is no regular file".into());
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err("it belongs to somebody else".into());
    }
    if about.len() > LARGEST {
        return Err("it is larger than 1 MB".into());
    }
    let size = usize::try_from(about.len()).expect("a megabyte at most");
    // Of its size from the beginning, since what it grows out of is not wiped.
    let mut text = Zeroizing::new(Vec::with_capacity(size + 1));
    let read = file.take(LARGEST).read_to_end(&mut text);
    read.map(|_| Some(text)).map_err(|error| unreadable(&error))
}
