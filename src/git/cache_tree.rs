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

#[cfg(test)]
mod tests {
    use super::*;

    const SHA1: hash::Kind = hash::Kind::Sha1;

    fn id(byte: u8) -> Vec<u8> {
        vec![byte; SHA1.len_in_bytes()]
    }

    fn cache_tree(nodes: &[(&str, &str, Option<u8>)]) -> Vec<u8> {
        let node = |(name, counts, byte): &(&str, &str, Option<u8>)| {
            [name.as_bytes(), b"\0", counts.as_bytes(), b"\n", &byte.map(id).unwrap_or_default()].concat()
        };
        nodes.iter().flat_map(node).collect()
    }

    fn wrap(signature: &[u8], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len()).expect("small").to_be_bytes();
        [signature, &size[..], body].concat()
    }

    fn tail(extensions: &[Vec<u8>]) -> Vec<u8> {
        [b"the end of the entries".to_vec(), extensions.concat(), id(0xcc)].concat()
    }

    fn whole() -> Vec<u8> {
        cache_tree(&[("", "3 2", Some(1)), ("a", "2 1", Some(2)), ("b", "-1 0", None), ("c", "1 0", Some(3))])
    }

    #[test]
    fn finds_the_root() {
        let wanted = Some(Root { id: ObjectId::from_bytes_or_panic(&id(1)), entries: 3 });
        let untracked = wrap(b"UNTR", b"anything TREE\0\0\0\x02xx at all");
        assert_eq!(find(&tail(&[wrap(b"TREE", &whole())]), SHA1), wanted);
        assert_eq!(find(&tail(&[wrap(b"link", b"x"), wrap(b"TREE", &whole()), untracked]), SHA1), wanted);
        assert_eq!(find(&tail(&[wrap(b"TREE", &whole()), wrap(b"sdir", b"")]), SHA1), wanted);
    }

    #[test]
    fn refuses_all_else() {
        let refused: &[(&str, Vec<u8>)] = &[
            ("no cache tree", tail(&[wrap(b"REUC", b"x")])),
            ("nothing", Vec::new()),
            ("an invalid root", tail(&[wrap(b"TREE", &cache_tree(&[("", "-1 0", None)]))])),
            ("a root with a name", tail(&[wrap(b"TREE", &cache_tree(&[("a", "1 0", Some(1))]))])),
            ("a folder missing", tail(&[wrap(b"TREE", &cache_tree(&[("", "1 1", Some(1))]))])),
            ("a folder too many", tail(&[wrap(b"TREE", &cache_tree(&[("", "1 0", Some(1)), ("a", "1 0", Some(1))]))])),
            ("endless folders", tail(&[wrap(b"TREE", &cache_tree(&[("", "1 4294967295", Some(1))]))])),
            ("a count below -1", tail(&[wrap(b"TREE", &cache_tree(&[("", "-2 0", Some(1))]))])),
            ("no count", tail(&[wrap(b"TREE", &cache_tree(&[("", " 0", Some(1))]))])),
            ("a count with a sign", tail(&[wrap(b"TREE", &cache_tree(&[("", "+1 0", Some(1))]))])),
            ("an id cut short", tail(&[wrap(b"TREE", b"\x001 0\nshort")])),
            ("bytes behind the last extension", [tail(&[wrap(b"TREE", &whole())]), vec![0]].concat()),
            ("bytes between extensions", tail(&[wrap(b"TREE", &whole()), vec![0], wrap(b"sdir", b"")])),
            ("a size too large", tail(&[[b"TREE\xff\xff\xff\xff".to_vec(), whole()].concat()])),
        ];
        for (what, bytes) in refused {
            assert_eq!(find(bytes, SHA1), None, "{what}");
        }
    }

    #[test]
    fn refuses_every_cut_and_survives_every_change() {
        let good = tail(&[wrap(b"TREE", &whole())]);
        for len in 0..good.len() {
            assert_eq!(find(&good[..len], SHA1), None, "cut to {len} bytes");
        }
        let sound = find(&good, SHA1).expect("a cache tree");
        let place = good.find(sound.id.as_bytes()).expect("the id is in it");
        let (count, own_id) = (place - "3 2\n".len(), place..place + SHA1.len_in_bytes());
        for at in 0..good.len() {
            for byte in [0, b' ', b'\n', b'-', b'9', 0xff] {
                let mut bytes = good.clone();
                bytes[at] = byte;
                // Nothing panics, and what is said is what the bytes say.
                if let Some(root) = find(&bytes, SHA1) {
                    let told = format!("{root:?} from byte {at} set to {byte}");
                    assert!(root.entries == sound.entries || at == count, "{told}");
                    assert!(root.id == sound.id || own_id.contains(&at), "{told}");
                }
            }
        }
    }

    #[test]
    fn needs_a_sound_header_and_all_entries() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("index");
        let look = |header: &[u8]| {
            std::fs::write(&path, [header, &tail(&[wrap(b"TREE", &whole())])].concat()).expect("a file");
            root(&path, SHA1).expect("readable")
        };
        assert_eq!(look(b"DIRC\0\0\0\x04\0\0\0\x03"), Some(ObjectId::from_bytes_or_panic(&id(1))));
        assert_eq!(look(b"DIRC\0\0\0\x04\0\0\0\x04"), None, "an entry more");
        assert_eq!(look(b"DIRC\0\0\0\x05\0\0\0\x03"), None, "a version unheard of");
        assert_eq!(look(b"CRID\0\0\0\x04\0\0\0\x03"), None, "no index");
        std::fs::write(&path, b"DIRC").expect("a file");
        assert_eq!(root(&path, SHA1).expect("readable"), None, "too short");
    }

    #[test]
    fn reads_on_until_a_large_cache_tree_is_whole() {
        let names: Vec<_> = (0..2000).map(|number| format!("folder-{number}")).collect();
        let mut nodes = vec![("", "2000 2000", Some(1))];
        nodes.extend(names.iter().map(|name| (name.as_str(), "1 0", Some(2))));
        let bytes = [b"DIRC\0\0\0\x02\0\0\x07\xd0".to_vec(), tail(&[wrap(b"TREE", &cache_tree(&nodes))])].concat();
        assert!(bytes.len() as u64 > 2 * FIRST_TAIL, "large enough to need a second look");
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("index");
        std::fs::write(&path, bytes).expect("a file");
        assert_eq!(root(&path, SHA1).expect("readable"), Some(ObjectId::from_bytes_or_panic(&id(1))));
    }
}
