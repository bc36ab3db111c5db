//! Files and folders on disk, walked as ripgrep does: what `.gitignore` excludes is left out, hidden files are read,
//! `.git` is not entered, symbolic links are not followed.
//!
//! Never: the index, tracked or not.

use std::{
    collections::HashSet,
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{self, Component, Path, PathBuf},
    sync::{Arc, OnceLock},
};

use gix::bstr::BString;
use ignore::{DirEntry, WalkBuilder};

use super::{Bytes, Entry, EntryKind, Error, Locator, Origin, PartReader, Parts, Read, See, Source, Tell};

/// So many files are a part at most.
const MOST_IN_PART: usize = 16;

/// Larger files, in bytes, are read as a stream.
const WHOLE: usize = 4 << 20;

/// What the walker reads in every folder, and above the first.
const IGNORES: [&str; 3] = [".gitignore", ".ignore", ".git/info/exclude"];

/// See the module.
pub struct Disk {
    roots: Vec<PathBuf>,
    no_ignore: bool,
    top: Option<PathBuf>,
    without: HashSet<BString>,
}

impl Disk {
    /// Files and folders at `roots`; with `no_ignore` also what `.gitignore` excludes. Below `top`, the top of a work
    /// tree, paths are relative to it, and its policy files count.
    pub fn new(roots: Vec<PathBuf>, no_ignore: bool, top: Option<PathBuf>) -> Self {
        Self { roots, no_ignore, top, without: HashSet::new() }
    }

    /// The same without the entries at `paths`, which somebody else looks at.
    #[must_use]
    pub fn without(self, paths: HashSet<BString>) -> Self {
        Self { without: paths, ..self }
    }

    fn walk(&self, root: &Path, found: &mut Vec<Entry>, tell: &Tell<'_>) -> Result<(), Error> {
        let link = fs::symlink_metadata(root).map_err(|source| unreadable(root, source))?;
        let naming = Naming::new(root, self.top.as_deref())?;
        if link.is_symlink() && !root.exists() {
            // The walker would follow it, to nowhere.
            let (path, locator) = (naming.name(root), Locator::Disk(root.to_owned()));
            found.push(Entry { path, kind: EntryKind::Symlink, locator, new_path: false });
            return Ok(());
        }
        let reads_ignores = !self.no_ignore;
        if reads_ignores {
            let place = path::absolute(root).map_err(|source| unreadable(root, source))?;
            place
                .ancestors()
                .try_for_each(|folder| endless_ignore(folder).map_or(Ok(()), |path| Err(no_file(&path))))?;
        }
        let endless = Arc::new(OnceLock::new());
        let seen = Arc::clone(&endless);
        let enters = move |entry: &DirEntry| {
            if reads_ignores
                && entry.file_type().is_some_and(|kind| kind.is_dir())
                && let Some(path) = endless_ignore(entry.path())
            {
                // The first is told.
                let _ = seen.set(path);
                return false;
            }
            entry.depth() == 0 || entry.file_name() != ".git"
        };
        let walk = WalkBuilder::new(root).standard_filters(reads_ignores).hidden(false).filter_entry(enters).build();
        for entry in walk {
            if let Some(path) = endless.get() {
                return Err(no_file(path));
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    // A folder that is not given is told as a file that is not: when it is read.
                    let Some(place) = place_of(&error).map(Path::to_owned) else { return Err(error.into()) };
                    let (path, locator) = (naming.name(&place), Locator::Disk(place));
                    found.push(Entry { path, kind: EntryKind::File, locator, new_path: false });
                    continue;
                }
            };
            let Some(kind) = kind(&entry) else { continue };
            let path = naming.name(entry.path());
            found.push(Entry { path, kind, locator: Locator::Disk(entry.into_path()), new_path: false });
            tell(found.len(), None);
        }
        endless.get().map_or(Ok(()), |path| Err(no_file(path)))
    }
}

impl Source for Disk {
    fn origin(&self) -> Origin {
        Origin::Worktree
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        self.listed(&|_, _| ())
    }

    fn listed(&mut self, tell: &Tell<'_>) -> Result<Vec<Entry>, Error> {
        let mut found = Vec::new();
        for root in &self.roots {
            self.walk(root, &mut found, tell)?;
        }
        found.retain(|entry| !self.without.contains(&entry.path));
        // Roots may overlap.
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found.dedup_by(|a, b| a.path == b.path);
        Ok(found)
    }

    fn read(&mut self, entry: &Entry, _limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        read(entry, buffer)
    }

    fn parts<'s>(&'s self, entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(Some(Box::new(DiskParts::new(entries))))
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        policy_file(self.top.as_deref(), path)
    }
}

/// Reads the whole of an entry on disk.
pub(super) fn read(entry: &Entry, buffer: &mut Vec<u8>) -> Result<Read, Error> {
    let path = place(entry);
    buffer.clear();
    match entry.kind {
        EntryKind::File => fs::File::open(path).and_then(|mut file| io::Read::read_to_end(&mut file, buffer)),
        EntryKind::Symlink => fs::read_link(path).map(|target| {
            buffer.extend_from_slice(target.as_os_str().as_bytes());
            buffer.len()
        }),
    }
    .map_err(|source| unreadable(path, source))?;
    Ok(Read::Whole)
}

/// Entries on disk, in parts.
pub(super) struct DiskParts<'a> {
    entries: &'a [Entry],
    in_part: usize,
}

impl<'a> DiskParts<'a> {
    pub fn new(entries: &'a [Entry]) -> Self {
        // A few files may be large ones.
        Self { entries, in_part: (entries.len() / 64).clamp(1, MOST_IN_PART) }
    }
}

impl Parts for DiskParts<'_> {
    fn count(&self) -> usize {
        self.entries.len().div_ceil(self.in_part)
    }

    fn read(&self, part: usize, _limit: u64, reader: &mut PartReader, see: &mut See<'_>) -> Result<(), Error> {
        let first = part * self.in_part;
        let numbers = first..(first + self.in_part).min(self.entries.len());
        numbers.into_iter().try_for_each(|number| {
            let entry = &self.entries[number];
            if entry.kind == EntryKind::Symlink {
                read(entry, &mut reader.buffer)?;
                return see(number, Bytes::Whole(&reader.buffer));
            }
            let path = place(entry);
            let mut file = match fs::File::open(path) {
                Ok(file) => file,
                Err(fault) => return see(number, Bytes::Unreadable(fault)),
            };
            show(&mut file, &mut reader.buffer, &mut |bytes| see(number, bytes), &|source| unreadable(path, source))
        })
    }
}

/// Shows `see` all that `open` gives: whole where that is not much, as a stream where it is. Nothing is copied, and no file is
/// asked for its size, which may be wrong.
pub(super) fn show(
    open: &mut dyn io::Read,
    buffer: &mut Vec<u8>,
    see: &mut dyn FnMut(Bytes<'_>) -> Result<(), Error>,
    unreadable: &dyn Fn(io::Error) -> Error,
) -> Result<(), Error> {
    buffer.resize(WHOLE + 1, 0);
    let mut read = 0;
    while read < buffer.len() {
        match open.read(&mut buffer[read..]) {
            Ok(0) => return see(Bytes::Whole(&buffer[..read])),
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    see(Bytes::Long(&mut io::Read::chain(buffer.as_slice(), open)))
}

fn place(entry: &Entry) -> &Path {
    match &entry.locator {
        Locator::Disk(path) => path,
        _ => unreachable!("a source is asked for entries of its own"),
    }
}

/// The policy file at `path` below the top of a work tree, if there is one.
pub(super) fn policy_file(top: Option<&Path>, path: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(path) = top.map(|top| top.join(path)) else { return Ok(None) };
    if is_endless(&path) {
        return Err(no_file(&path));
    }
    match fs::read(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(unreadable(&path, source)),
    }
}

/// A pipe or a device, or a link to one: whoever reads it waits for ever, or runs out of memory.
fn is_endless(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

fn endless_ignore(folder: &Path) -> Option<PathBuf> {
    IGNORES.iter().map(|name| folder.join(name)).find(|path| is_endless(path))
}

fn no_file(path: &Path) -> Error {
    unreadable(path, io::Error::new(io::ErrorKind::InvalidInput, "it is no file, but a pipe or a device"))
}

/// What is worth reading: below a folder no pipes, sockets or devices. What was typed is read whatever it is, and a link that
/// was typed is followed, as by ripgrep.
fn kind(entry: &DirEntry) -> Option<EntryKind> {
    let kind = entry.file_type()?;
    let typed = entry.depth() == 0 && !entry.path().is_dir();
    if kind.is_file() || typed { Some(EntryKind::File) } else { kind.is_symlink().then_some(EntryKind::Symlink) }
}

/// What the walker could not go into.
fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        ignore::Error::WithPath { path, err } if err.io_error().is_some() => Some(path),
        _ => None,
    }
}

/// How the files below a root are called.
struct Naming<'a> {
    root: &'a Path,
    /// The name of the root; empty where the files are called by how they are reached from it.
    name: BString,
    /// Where the top of the work tree stands below the root, if it does: in it files are called by how they are reached from it.
    top: Option<BString>,
}

impl<'a> Naming<'a> {
    fn new(root: &'a Path, top: Option<&Path>) -> Result<Self, Error> {
        // `./a` is `a`.
        let typed: PathBuf = root.components().skip_while(|part| *part == Component::CurDir).collect();
        let Some(top) = top else { return Ok(Self { root, name: bytes(&typed), top: None }) };
        let real = |path: &Path| fs::canonicalize(path).map_err(|source| unreadable(path, source));
        // A link has its own name, not that of what it leads to.
        let is_link = fs::symlink_metadata(root).is_ok_and(|root| root.is_symlink());
        let place = match (root.parent(), root.file_name()) {
            (Some(folder), Some(name)) if is_link => {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                real(folder)?.join(name)
            }
            _ => real(root)?,
        };
        let top = real(top)?;
        Ok(match place.strip_prefix(&top) {
            Ok(below) => Self { root, name: bytes(below), top: None },
            Err(_) => Self { root, name: bytes(&typed), top: top.strip_prefix(&place).ok().map(bytes) },
        })
    }

    /// The name of what the walker, which goes down from the root, calls `path`.
    fn name(&self, path: &Path) -> BString {
        let path = path.as_os_str().as_bytes();
        let below = path.strip_prefix(self.root.as_os_str().as_bytes()).unwrap_or(path);
        let below = below.strip_prefix(b"/").unwrap_or(below);
        let inside = |top: &BString| below.strip_prefix(top.as_slice())?.strip_prefix(b"/");
        if let Some(inside) = self.top.as_ref().and_then(inside) {
            return inside.into();
        }
        let between = !self.name.is_empty() && !self.name.ends_with(b"/") && !below.is_empty();
        let sign: &[u8] = if between { b"/" } else { b"" };
        [self.name.as_slice(), sign, below].concat().into()
    }
}

fn bytes(path: &Path) -> BString {
    path.as_os_str().as_bytes().into()
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Disk { path: path.to_string_lossy().escape_debug().to_string(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("folders");
            fs::write(path, file).expect("a file");
        }
        dir
    }

    fn paths(disk: &mut Disk) -> Vec<String> {
        disk.entries().expect("readable").iter().map(|entry| entry.path.to_string()).collect()
    }

    #[test]
    fn walks_as_ripgrep_does() {
        let dir = folder(&["a.txt", "a/b", ".hidden", "out/x", ".git/config", "sub/.git", "z"]);
        fs::write(dir.path().join(".gitignore"), "out/\n").expect("a file");
        symlink("nowhere", dir.path().join("link")).expect("a link");
        let top = Some(dir.path().to_owned());
        let roots = vec![dir.path().to_owned(), dir.path().join("a")];
        let seen = paths(&mut Disk::new(roots.clone(), false, top.clone()));
        assert_eq!(seen, [".gitignore", ".hidden", "a.txt", "a/b", "link", "z"]);
        let seen = paths(&mut Disk::new(roots, true, top));
        assert_eq!(seen, [".gitignore", ".hidden", "a.txt", "a/b", "link", "out/x", "z"]);
    }

    #[test]
    fn reads_the_text_of_a_link() {
        let dir = folder(&[]);
        symlink("the/target", dir.path().join("link")).expect("a link");
        let mut disk = Disk::new(vec![dir.path().to_owned()], false, None);
        let entry = disk.entries().expect("readable").remove(0);
        let mut buffer = b"before".to_vec();
        assert_eq!(disk.read(&entry, 1, &mut buffer).expect("readable"), Read::Whole);
        assert_eq!((entry.kind, buffer.as_slice()), (EntryKind::Symlink, b"the/target".as_slice()));
    }

    #[test]
    fn says_of_a_file_what_the_system_says_and_reads_the_others() {
        let dir = folder(&["a", "gone", "z"]);
        let entries = Disk::new(vec![dir.path().to_owned()], false, None).entries().expect("readable");
        fs::remove_file(dir.path().join("gone")).expect("there");
        let (parts, mut reader, mut said) = (DiskParts::new(&entries), PartReader::default(), Vec::new());
        for part in 0..parts.count() {
            let mut see = |number: usize, bytes: Bytes<'_>| {
                said.push((number, matches!(bytes, Bytes::Whole(_)), matches!(bytes, Bytes::Unreadable(_))));
                Ok(())
            };
            parts.read(part, u64::MAX, &mut reader, &mut see).expect("read on");
        }
        assert_eq!(said, [(0, true, false), (1, false, true), (2, true, false)]);
    }

    #[test]
    fn names_what_was_typed_outside_of_the_top() {
        let dir = folder(&["in/a", "out/b"]);
        let top = Some(dir.path().join("in"));
        let roots = vec![dir.path().join("in"), dir.path().join("out")];
        let outside = dir.path().join("out/b").to_str().expect("UTF-8").to_owned();
        assert_eq!(paths(&mut Disk::new(roots, false, top.clone())), [outside.clone(), "a".to_owned()]);
        let outer = paths(&mut Disk::new(vec![dir.path().to_owned()], false, top));
        assert_eq!(outer, [outside, "a".to_owned()]);
    }

    #[test]
    fn names_what_was_typed_as_it_is_reached() {
        for (root, path, name) in [
            ("./src/lib.rs", "./src/lib.rs", "src/lib.rs"),
            (".", "./a/b", "a/b"),
            ("./", "./a", "a"),
            ("a//b/./", "a//b/./c/d", "a/b/c/d"),
            ("../a", "../a/b", "../a/b"),
            ("/", "/a/b", "/a/b"),
        ] {
            assert_eq!(Naming::new(Path::new(root), None).expect("no top").name(Path::new(path)), name, "{root}");
        }
    }

    #[test]
    fn refuses_what_is_not_there() {
        let error = Disk::new(vec!["/no/such/place".into()], false, None).entries().expect_err("missing");
        assert_eq!(error.to_string(), "cannot read /no/such/place");
    }

    #[test]
    fn reads_policy_from_the_top_only() {
        let dir = folder(&["policy"]);
        let mut disk = Disk::new(vec![dir.path().to_owned()], false, Some(dir.path().to_owned()));
        assert_eq!(disk.policy_file("policy").expect("readable"), Some(b"policy".to_vec()));
        assert_eq!(disk.policy_file("other").expect("readable"), None);
        assert_eq!(Disk::new(Vec::new(), false, None).policy_file("policy").expect("readable"), None);
    }
}
