//! The cache tree in the index file (its TREE extension), found from the file's end.
//!
//! `git commit` writes it before it runs a hook, so there the tree that is about to be committed is known without
//! reading the index: 0.06 ms instead of 8 ms for 100,000 entries. Format: gitformat-index(5).
//!
//! Never: entries of the index.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use gix::{
    bstr::{BStr, ByteSlice},
    hash,
};

use super::ObjectId;

/// How much of the end is read at first. Most cache trees are smaller.
const FIRST_TAIL: u64 = 16 << 10;

/// The signature, the version and the number of entries.
const HEADER_LEN: usize = 12;

/// A signature and a size.
const EXTENSION_HEADER_LEN: usize = 8;

/// The tree that the index at `path` stands for, if its cache tree says; never a guess.
pub(super) fn root(path: &Path, hash: hash::Kind) -> io::Result<Option<ObjectId>> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut header = [0; HEADER_LEN];
    if len < (HEADER_LEN + hash.len_in_bytes()) as u64 {
        return Ok(None);
    }
    file.read_exact(&mut header)?;
    let Some(entries) = entry_count(&header) else { return Ok(None) };

    let extensions_and_checksum = len - HEADER_LEN as u64;
    let mut tail_len = FIRST_TAIL;
    loop {
        tail_len = tail_len.min(extensions_and_checksum);
        file.seek(SeekFrom::Start(len - tail_len))?;
        let mut tail = Vec::new();
        (&mut file).take(tail_len).read_to_end(&mut tail)?;
        let root = find(&tail, hash);
        if root.is_some() || tail_len == extensions_and_checksum {
            // The root of a complete cache tree counts every entry. What does not is another's work, or a split index,
            // whose entries are in two files.
            return Ok(root.filter(|root| root.entries == entries).map(|root| root.id));
        }
        tail_len *= 8;
    }
}

fn entry_count(header: &[u8; HEADER_LEN]) -> Option<u32> {
    let number = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().expect("four bytes"));
    (header.starts_with(b"DIRC") && (2..=4).contains(&number(4))).then(|| number(8))
}

/// A valid root of a cache tree.
#[derive(Debug, PartialEq, Eq)]
struct Root {
    id: ObjectId,
    entries: u32,
}

/// Finds the cache tree in the last bytes of an index: only where the sizes of the extensions from it on lead exactly to
/// the checksum, and where it is well-formed to its last byte. The bytes `TREE` alone may be part of a name.
fn find(tail: &[u8], hash: hash::Kind) -> Option<Root> {
    let extensions = &tail[..tail.len().checked_sub(hash.len_in_bytes())?];
    let mut end = extensions.len();
    while let Some(start) = extensions[..end].rfind(b"TREE") {
        if let Some(root) = chained(&extensions[start..]).and_then(|body| parse(body, hash)) {
            return Some(root);
        }
        end = start + b"TREE".len() - 1;
    }
    None
}

/// The body of the first of `extensions`, if they end where the bytes end.
fn chained(extensions: &[u8]) -> Option<&[u8]> {
    let (body, mut rest) = extension(extensions)?;
    while !rest.is_empty() {
        (_, rest) = extension(rest)?;
    }
    Some(body)
}

fn extension(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, rest) = bytes.split_at_checked(EXTENSION_HEADER_LEN)?;
    let size = u32::from_be_bytes(header[4..].try_into().expect("four bytes"));
    rest.split_at_checked(usize::try_from(size).ok()?)
}

/// Reads a whole cache tree; `None` if it is invalid at its root, or malformed anywhere.
fn parse(body: &[u8], hash: hash::Kind) -> Option<Root> {
    let (root, mut rest) = node(body.as_bstr(), hash)?;
    let mut pending = root.folders;
    // Folders follow depth first, so that counting them is enough.
    while pending > 0 {
        let (folder, behind) = node(rest, hash)?;
        pending = (pending - 1).checked_add(folder.folders)?;
        rest = behind;
    }
    let valid = root.name.is_empty() && rest.is_empty();
    valid.then_some(())?;
    Some(Root { id: root.id?, entries: root.entries? })
}

struct Node<'a> {
    name: &'a BStr,
    /// `None` if invalid.
    entries: Option<u32>,
    folders: usize,
    /// `None` if invalid.
    id: Option<ObjectId>,
}

/// `name NUL entries SPACE folders LF id`, where `entries` is -1 and there is no id if the folder was changed.
fn node(bytes: &BStr, hash: hash::Kind) -> Option<(Node<'_>, &BStr)> {
    let (name, rest) = bytes.split_once_str("\0")?;
    let (entries, rest) = rest.split_once_str(" ")?;
    let (folders, rest) = rest.split_once_str("\n")?;
    let entries = match entries {
        b"-1" => None,
        digits => Some(number(digits)?),
    };
    let folders = number(folders)?.try_into().ok()?;
    let (id, rest) = match entries {
        Some(_) => {
            let (id, rest) = rest.split_at_checked(hash.len_in_bytes())?;
            (Some(ObjectId::from_bytes_or_panic(id)), rest)
        }
        None => (None, rest),
    };
    Some((Node { name: name.as_bstr(), entries, folders, id }, rest.as_bstr()))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().all(u8::is_ascii_digit).then(|| digits.to_str().ok()?.parse().ok())?
}
