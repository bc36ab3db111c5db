//! Reading objects by id.
//!
//! Never: references, the index, the network.

use std::{
    cell::RefCell,
    collections::HashSet,
    env, io,
    path::{Path, PathBuf},
};

use gix::{
    bstr::{BStr, BString, ByteSlice, ByteVec},
    hash,
    objs::{
        self, Find, TreeRefIter,
        tree::{EntryKind, EntryMode, EntryRef},
    },
    odb::{self, find::Header},
    quote,
};

use super::{
    Error, Leaf, LeafKind, ObjectId, Repository,
    loose::Loose,
    many::{Many, Stores},
};

/// The size in bytes over which a loose blob is not read, since it is held in memory whole.
const LOOSE_LIMIT: u64 = 1 << 30;

/// Bytes compared at once.
const CHUNK: usize = 64;

/// What reading a blob came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobRead {
    /// The buffer holds the bytes.
    Whole,
    /// It has this many bytes, more than the limit; nothing was read.
    TooLarge(u64),
}

/// The object databases that git would look into, in its order.
pub(super) struct Objects {
    stores: Vec<odb::Handle>,
    /// Of the first store: what was written last, and is asked for first.
    loose: Loose,
    /// Asked before all others, where many objects are read.
    many: Option<RefCell<Many>>,
    hash: hash::Kind,
}

impl Repository {
    /// Reads a blob into `buffer`, whatever it held before, unless it is packed and has more than `limit` bytes, or is loose and
    /// has more than that and than a gibibyte.
    pub fn read_blob(&self, id: ObjectId, limit: u64, buffer: &mut Vec<u8>) -> Result<BlobRead, Error> {
        if let Some(kind) = self.objects.loose.read(id, buffer) {
            return expect_kind(id, kind, objs::Kind::Blob).map(|()| BlobRead::Whole);
        }
        let header = self.objects.blob_header(id)?;
        let size = header.size();
        let limit = if matches!(header, Header::Loose { .. }) { limit.max(LOOSE_LIMIT) } else { limit };
        if size > limit {
            return Ok(BlobRead::TooLarge(size));
        }
        self.objects.read(id, objs::Kind::Blob, buffer)?;
        Ok(BlobRead::Whole)
    }

    /// What stands at `path` in a tree; folders and what is not there are `None`.
    pub fn entry(&self, tree: ObjectId, path: &BStr) -> Result<Option<Leaf>, Error> {
        let (mut tree, mut rest) = (tree, path);
        let mut buffer = Vec::new();
        loop {
            let (name, below) = match rest.split_once_str("/") {
                Some((name, below)) => (name.as_bstr(), Some(below.as_bstr())),
                None => (rest, None),
            };
            match (self.objects.tree(tree, &mut buffer)?.find(name)?, below) {
                (Some(Node::Leaf(leaf)), None) => return Ok(Some(leaf)),
                (Some(Node::Folder(id)), Some(below)) => (tree, rest) = (id, below),
                _ => return Ok(None),
            }
        }
    }
}

impl Objects {
    /// The databases of `repository`, and those that only the environment names, which gix 0.90 does not look at.
    pub fn of(repository: &gix::Repository) -> Result<Self, Error> {
        let hash = repository.object_hash();
        let mut stores = Vec::with_capacity(1);
        if let Some(dir) = env::var_os("GIT_OBJECT_DIRECTORY") {
            stores.push(opened(Path::new(&dir), hash)?);
        } else {
            let mut store = repository.objects.clone().into_inner();
            store.ignore_replacements = true;
            stores.push(store);
        }
        if let Some(list) = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
            let list = BString::from(Vec::from_os_string(list).unwrap_or_default());
            // Git goes on without the ones that are not there.
            for dir in alternates(list.as_bstr()).into_iter().filter(|dir| dir.is_dir()) {
                stores.push(opened(&dir, hash)?);
            }
        }
        Ok(Self::new(stores, hash))
    }

    /// The databases at `dirs`, the first of which is the repository's own.
    pub fn at(dirs: &[PathBuf], hash: hash::Kind) -> Result<Self, Error> {
        let stores = dirs.iter().map(|dir| opened(dir, hash)).collect::<Result<_, _>>()?;
        Ok(Self::new(stores, hash))
    }

    fn new(stores: Vec<odb::Handle>, hash: hash::Kind) -> Self {
        let loose = Loose::of(stores[0].store_ref().path().to_owned());
        Self { stores, loose, many: None, hash }
    }

    /// The same, opened for reading many objects.
    pub fn for_many(mut self) -> Result<Self, Error> {
        self.many = Some(RefCell::new(self.stores()?.many()));
        self.loose = self.loose.listed();
        Ok(self)
    }

    /// Where the objects are.
    pub fn stores(&self) -> Result<Stores, Error> {
        Ok(Stores::of(self.dirs()?, self.hash))
    }

    /// The folders of all databases, each before its alternates.
    pub fn dirs(&self) -> Result<Vec<PathBuf>, Error> {
        let mut dirs = Vec::new();
        for store in self.stores.iter().map(|store| store.store_ref()) {
            let alternates = store.alternate_db_paths();
            let unreadable =
                |source: gix::Error| Error::File { path: store.path().to_owned(), source: io::Error::other(source) };
            dirs.push(store.path().to_owned());
            dirs.extend(alternates.map_err(unreadable)?);
        }
        let mut seen = HashSet::new();
        dirs.retain(|dir| seen.insert(dir.clone()));
        Ok(dirs)
    }

    /// Reads a tree into `buffer`.
    pub fn tree<'a>(&self, id: ObjectId, buffer: &'a mut Vec<u8>) -> Result<Tree<'a>, Error> {
        // Git knows the empty tree without storing it.
        if id.is_empty_tree() {
            buffer.clear();
        } else {
            self.read(id, objs::Kind::Tree, buffer)?;
        }
        Ok(Tree::new(id, buffer, self.hash))
    }

    /// The tree of a commit, of a tag, or a tree itself.
    pub fn tree_of(&self, id: ObjectId) -> Result<ObjectId, Error> {
        let mut buffer = Vec::new();
        let mut id = id;
        loop {
            let unreadable = |source: gix::Error| Error::Object { id, source: source.into() };
            id = match self.find(id, &mut buffer)? {
                objs::Kind::Tree => return Ok(id),
                objs::Kind::Commit => {
                    objs::CommitRefIter::from_bytes(&buffer, self.hash).tree_id().map_err(unreadable)?
                }
                objs::Kind::Tag => objs::TagRefIter::from_bytes(&buffer, self.hash).target_id().map_err(unreadable)?,
                objs::Kind::Blob => return Err(Error::Kind { id, found: "blob", wanted: "commit" }),
            };
            if id.is_empty_tree() {
                return Ok(id);
            }
        }
    }

    fn blob_header(&self, id: ObjectId) -> Result<Header, Error> {
        for store in &self.stores {
            let header =
                odb::Header::try_header(store, &id).map_err(|source| Error::Object { id, source: source.into() })?;
            if let Some(header) = header {
                return expect_kind(id, header.kind(), objs::Kind::Blob).map(|()| header);
            }
        }
        Err(Error::Missing { id })
    }

    /// Reads an object of the kind `wanted` into `buffer`.
    pub fn read(&self, id: ObjectId, wanted: objs::Kind, buffer: &mut Vec<u8>) -> Result<(), Error> {
        let found = self.find(id, buffer)?;
        expect_kind(id, found, wanted)
    }

    /// Reads an object into `buffer`, and says what it is.
    pub fn find(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<objs::Kind, Error> {
        let small = match &self.many {
            Some(many) => many.borrow_mut().find(id, buffer),
            None => self.loose.read(id, buffer),
        };
        if let Some(kind) = small {
            return Ok(kind);
        }
        for store in &self.stores {
            let object = store.try_find(&id, buffer).map_err(|source| Error::Object { id, source: source.into() })?;
            if let Some(object) = object {
                return Ok(object.kind);
            }
        }
        Err(Error::Missing { id })
    }
}

fn opened(dir: &Path, hash: hash::Kind) -> Result<odb::Handle, Error> {
    let mut store = odb::at(dir, hash).map_err(|source| Error::File { path: dir.to_owned(), source })?;
    store.ignore_replacements = true;
    Ok(store)
}

/// An error where an object is of another kind than where it stands says.
pub(super) fn expect_kind(id: ObjectId, found: objs::Kind, wanted: objs::Kind) -> Result<(), Error> {
    if found == wanted { Ok(()) } else { Err(Error::Kind { id, found: name_of(found), wanted: name_of(wanted) }) }
}

fn name_of(kind: objs::Kind) -> &'static str {
    match kind {
        objs::Kind::Tree => "tree",
        objs::Kind::Blob => "blob",
        objs::Kind::Commit => "commit",
        objs::Kind::Tag => "tag",
    }
}

/// Splits `GIT_ALTERNATE_OBJECT_DIRECTORIES`: separated by colons; an entry in double quotes is quoted as in C.
fn alternates(list: &BStr) -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let quoted = if rest.starts_with(b"\"") { quote::ansi_c::undo(rest).ok() } else { None };
        let (dir, used) = quoted.unwrap_or_else(|| {
            let end = rest.find_byte(b':').unwrap_or(rest.len());
            (rest[..end].as_bstr().into(), end)
        });
        if let (false, Ok(dir)) = (dir.is_empty(), dir.to_path()) {
            dirs.push(dir.to_owned());
        }
        rest = rest[used..].strip_prefix(b":").unwrap_or_default().as_bstr();
    }
    dirs
}

/// The entries of a tree, in git's order: by name, where a folder's ends in a slash.
pub(super) struct Tree<'a> {
    id: ObjectId,
    bytes: &'a [u8],
    entries: TreeRefIter<'a>,
    hash: hash::Kind,
}

/// What stands under a name in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Leaf(Leaf),
    Folder(ObjectId),
}

impl<'a> Tree<'a> {
    /// The tree `id`, whose bytes are `bytes`.
    pub fn new(id: ObjectId, bytes: &'a [u8], hash: hash::Kind) -> Self {
        Self { id, bytes, entries: TreeRefIter::from_bytes(bytes, hash), hash }
    }

    /// Passes over what comes next in both and is the same, which in two versions of a folder is nearly all.
    pub fn pass_over_same(&mut self, other: &mut Self) {
        let (rest, others) = (self.rest(), other.rest());
        let same = common_start(rest, others);
        let mut passed = if same == rest.len() && same == others.len() { same } else { 0 };
        // An entry is a mode, a space, a name, a NUL and an id.
        while let Some(name_end) = rest[passed..same].find_byte(0) {
            let end = passed + name_end + 1 + self.hash.len_in_bytes();
            if end > same {
                break;
            }
            passed = end;
        }
        self.bytes = &rest[passed..];
        other.bytes = &others[passed..];
        self.entries = TreeRefIter::from_bytes(self.bytes, self.hash);
        other.entries = TreeRefIter::from_bytes(other.bytes, self.hash);
    }

    /// The next entry that `known` has not, both being in git's order.
    pub fn next_unknown(&mut self, known: &mut Self) -> Option<Result<(&'a BStr, Node), Error>> {
        loop {
            self.pass_over_same(known);
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(source) => return Some(Err(Error::Object { id: self.id, source: source.into() })),
            };
            let mut ahead = known.entries;
            let is_known = loop {
                // What cannot be read there was told when it was new.
                let Some(Ok(other)) = ahead.next() else { break false };
                let order = other.cmp(&entry);
                if order.is_gt() {
                    break false;
                }
                known.entries = ahead;
                if order.is_eq() {
                    break other == entry;
                }
            };
            if !is_known {
                return Some(Ok(named(&entry)));
            }
        }
    }

    fn find(self, name: &BStr) -> Result<Option<Node>, Error> {
        for entry in self {
            let (entry, node) = entry?;
            if entry == name {
                return Ok(Some(node));
            }
        }
        Ok(None)
    }
}

/// How many bytes are the same at the start of both.
fn common_start(a: &[u8], b: &[u8]) -> usize {
    let (in_a, in_b) = (a.as_chunks::<CHUNK>().0, b.as_chunks::<CHUNK>().0);
    let chunks = in_a.iter().zip(in_b).take_while(|(a, b)| a == b).count();
    let start = chunks * CHUNK;
    start + a[start..].iter().zip(&b[start..]).take_while(|(a, b)| a == b).count()
}

impl<'a> Tree<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.entries.offset_to_next_entry(self.bytes)..]
    }
}

impl<'a> Iterator for Tree<'a> {
    type Item = Result<(&'a BStr, Node), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = match self.entries.next()? {
            Ok(entry) => entry,
            Err(source) => return Some(Err(Error::Object { id: self.id, source: source.into() })),
        };
        Some(Ok(named(&entry)))
    }
}

fn named<'a>(entry: &EntryRef<'a>) -> (&'a BStr, Node) {
    let id = entry.oid.to_owned();
    (entry.filename, leaf_kind(entry.mode).map_or(Node::Folder(id), |kind| Node::Leaf(Leaf { kind, id })))
}

/// What an entry of a tree is, unless that is a folder.
fn leaf_kind(mode: EntryMode) -> Option<LeafKind> {
    match mode.kind() {
        EntryKind::Tree => None,
        EntryKind::Blob | EntryKind::BlobExecutable => Some(LeafKind::File),
        EntryKind::Link => Some(LeafKind::Symlink),
        EntryKind::Commit => Some(LeafKind::Gitlink),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_alternates_as_git_does() {
        let dirs = |list: &str| alternates(list.into());
        assert_eq!(dirs(""), Vec::<PathBuf>::new());
        assert_eq!(dirs("/a:/b"), ["/a", "/b"].map(PathBuf::from));
        assert_eq!(dirs(":/a::/b:"), ["/a", "/b"].map(PathBuf::from));
        assert_eq!(dirs(r#""/a:b\"c":/d"#), ["/a:b\"c", "/d"].map(PathBuf::from));
        assert_eq!(dirs("\"/open:/d"), ["\"/open", "/d"].map(PathBuf::from));
    }
}
