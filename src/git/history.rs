//! Every blob that commits have had, at every path, and the first of the commits that had it there.
//!
//! Each tree is read once, and compared with the last one of its folder, so that only what is new to the folder is looked up.
//!
//! Never: the bytes of blobs.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
    iter::Peekable,
    mem::take,
};

use gix::{
    bstr::{BStr, BString},
    hashtable,
    objs::{self, CommitRefIter, TreeRefIter, tree::EntryRef},
};

use super::{
    Error, Leaf, LeafKind, ObjectId, Repository,
    difference::MAX_DEPTH,
    objects::{Objects, leaf_kind},
    revisions::PeeledKind,
};

/// Ends a list.
const NONE: u32 = u32::MAX;
/// The top of the repository.
const TOP: u32 = 0;

/// See the module.
pub struct History {
    /// All commits, parents before their children.
    commits: Vec<ObjectId>,
    folders: Vec<Folder>,
    names: Names,
    arrivals: Vec<Arrival>,
    /// By blob, the last of its arrivals.
    blobs: hashtable::HashMap<ObjectId, u32>,
    missing: Vec<(BString, ObjectId)>,
    is_shallow: bool,
}

/// A blob at a path, for the first time.
struct Arrival {
    blob: ObjectId,
    kind: LeafKind,
    folder: u32,
    name: u32,
    /// [`NONE`] where a reference leads to it without a commit.
    commit: u32,
    /// Of the same blob at another path.
    earlier: u32,
}

struct Folder {
    parent: u32,
    name: u32,
    depth: u32,
    /// What it was last.
    last: Vec<u8>,
}

/// What is needed of a commit.
struct Commit {
    id: ObjectId,
    tree: ObjectId,
    time: i64,
    /// Numbers of commits whose parent it is.
    children: Vec<u32>,
    /// How many of its parents have no place in the order yet.
    parents: usize,
}

#[derive(Default)]
struct Names {
    list: Vec<BString>,
    numbers: HashMap<BString, u32>,
}

impl Repository {
    /// The history of everything that a reference, or the `HEAD` of a work tree, leads to. Where a partial clone has no tree, that
    /// is told by [`History::missing`].
    pub fn history(&self) -> Result<History, Error> {
        let mut walk = Walk::new(self)?;
        let (mut commits, mut trees) = (Vec::new(), Vec::new());
        for tip in self.tips()? {
            let peeled = self.peel(tip)?;
            match peeled.kind {
                PeeledKind::Commit => commits.push(peeled.id),
                PeeledKind::Tree => trees.push(peeled.id),
                PeeledKind::Blob => walk.alone(peeled.id),
            }
        }
        for Commit { id, tree, .. } in walk.commits(commits)? {
            let commit = u32::try_from(walk.found.commits.len()).expect("fewer than four billion commits");
            walk.found.commits.push(id);
            walk.tree(tree, TOP, commit)?;
        }
        for tree in trees {
            walk.tree(tree, TOP, NONE)?;
        }
        Ok(walk.found)
    }

    /// What every reference and the `HEAD` of every work tree leads to, tags not followed.
    fn tips(&self) -> Result<Vec<ObjectId>, Error> {
        let mut tips: Vec<ObjectId> = self.references("refs/")?.into_iter().map(|reference| reference.id).collect();
        tips.extend(self.heads()?);
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }
}

impl History {
    /// Each blob at each of its paths, in order of path, and those of one path in the order in which they came.
    pub fn leaves(&self) -> impl Iterator<Item = (BString, Leaf)> {
        let place = |arrival: &Arrival| (arrival.folder, arrival.name);
        // Each path is made and compared once, however many blobs it had.
        let mut ranks: HashMap<(u32, u32), u32> = self.arrivals.iter().map(|arrival| (place(arrival), 0)).collect();
        let mut paths: Vec<_> = ranks.iter_mut().map(|(place, rank)| (self.path(place.0, place.1), rank)).collect();
        paths.sort_unstable();
        let numbered = paths.into_iter().zip(0..);
        let paths: Vec<BString> = numbered.map(|((path, rank), number)| (*rank = number, path).1).collect();
        let mut order: Vec<(u32, u32)> = self.arrivals.iter().map(|arrival| ranks[&place(arrival)]).zip(0..).collect();
        order.sort_unstable();
        order.into_iter().map(move |(rank, number)| {
            let arrival = &self.arrivals[number as usize];
            (paths[rank as usize].clone(), Leaf { kind: arrival.kind, id: arrival.blob })
        })
    }

    /// The commit that brought `blob` to `path`; none where a reference leads to it without one.
    pub fn commit(&self, blob: ObjectId, path: &BStr) -> Option<ObjectId> {
        let mut next = *self.blobs.get(&blob)?;
        while let Some(arrival) = self.arrivals.get(next as usize) {
            if self.path(arrival.folder, arrival.name) == path {
                return self.commits.get(arrival.commit as usize).copied();
            }
            next = arrival.earlier;
        }
        None
    }

    /// The folders, and their trees, that this repository does not have.
    pub fn missing(&self) -> &[(BString, ObjectId)] {
        &self.missing
    }

    /// Whether this clone was told not to have all of it.
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    fn path(&self, mut folder: u32, name: u32) -> BString {
        let mut names = vec![&self.names.list[name as usize]];
        while folder != TOP {
            let Folder { parent, name, .. } = self.folders[folder as usize];
            names.push(&self.names.list[name as usize]);
            folder = parent;
        }
        names.reverse();
        gix::bstr::join("/", names).into()
    }

    /// Remembers a blob at a path, unless it has been there before.
    fn arrive(&mut self, blob: ObjectId, kind: LeafKind, folder: u32, name: u32, commit: u32) {
        let last = self.blobs.get(&blob).copied().unwrap_or(NONE);
        let mut next = last;
        while let Some(arrival) = self.arrivals.get(next as usize) {
            if (arrival.folder, arrival.name) == (folder, name) {
                return;
            }
            next = arrival.earlier;
        }
        let number = u32::try_from(self.arrivals.len()).expect("fewer than four billion files");
        self.arrivals.push(Arrival { blob, kind, folder, name, commit, earlier: last });
        self.blobs.insert(blob, number);
    }
}

impl Names {
    fn number(&mut self, name: &BStr) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).expect("fewer than four billion names");
        self.list.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

struct Walk {
    objects: Objects,
    hash: gix::hash::Kind,
    /// Whether what is missing was never fetched.
    is_partial: bool,
    /// The commits whose parents this clone was told not to have.
    shallow: HashSet<ObjectId>,
    found: History,
    /// By tree, the folder as which it was read last.
    read: hashtable::HashMap<ObjectId, u32>,
    subfolders: HashMap<(u32, u32), u32>,
    buffers: Vec<Vec<u8>>,
}

impl Walk {
    fn new(repository: &Repository) -> Result<Self, Error> {
        let shallow = repository.shallow()?;
        let top = Folder { parent: TOP, name: 0, depth: 0, last: Vec::new() };
        let found = History {
            commits: Vec::new(),
            folders: vec![top],
            names: Names::default(),
            arrivals: Vec::new(),
            blobs: hashtable::HashMap::default(),
            missing: Vec::new(),
            is_shallow: !shallow.is_empty(),
        };
        Ok(Self {
            shallow,
            objects: Objects::of(&repository.inner)?.cached(),
            hash: repository.inner.object_hash(),
            is_partial: repository.is_partial(),
            found,
            read: hashtable::HashMap::default(),
            subfolders: HashMap::new(),
            buffers: Vec::new(),
        })
    }

    /// The commits that `tips` lead to, each behind all its parents, older ones first.
    fn commits(&self, tips: Vec<ObjectId>) -> Result<Vec<Commit>, Error> {
        let mut commits: Vec<Commit> = Vec::new();
        let mut numbers: hashtable::HashMap<ObjectId, u32> = hashtable::HashMap::default();
        let mut pending: Vec<(ObjectId, Option<u32>)> = tips.into_iter().map(|tip| (tip, None)).collect();
        let mut buffer = Vec::new();
        while let Some((id, child)) = pending.pop() {
            let number = if let Some(number) = numbers.get(&id) {
                *number
            } else {
                let number = u32::try_from(commits.len()).expect("fewer than four billion commits");
                let (commit, parents) = self.commit(id, &mut buffer)?;
                pending.extend(parents.into_iter().map(|parent| (parent, Some(number))));
                commits.push(commit);
                numbers.insert(id, number);
                number
            };
            if let Some(child) = child {
                commits[number as usize].children.push(child);
                commits[child as usize].parents += 1;
            }
        }
        Ok(in_order(commits))
    }

    fn commit(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(Commit, Vec<ObjectId>), Error> {
        let unreadable = |source: gix::Error| Error::Object { id, source: source.into() };
        self.objects.read(id, objs::Kind::Commit, buffer)?;
        let mut lines = CommitRefIter::from_bytes(buffer, self.hash);
        let tree = lines.tree_id().map_err(unreadable)?;
        // One whose committer cannot be read comes first of those that may.
        let time = lines.committer().map_or(i64::MIN, |committer| committer.seconds());
        let parents = if self.shallow.contains(&id) { Vec::new() } else { lines.parent_ids().collect() };
        Ok((Commit { id, tree, time, children: Vec::new(), parents: 0 }, parents))
    }

    /// A blob without a path is called by its id.
    fn alone(&mut self, blob: ObjectId) {
        let name = self.found.names.number(blob.to_string().as_str().into());
        self.found.arrive(blob, LeafKind::File, TOP, name, NONE);
    }

    fn tree(&mut self, tree: ObjectId, folder: u32, commit: u32) -> Result<(), Error> {
        if self.read.insert(tree, folder) == Some(folder) {
            return Ok(());
        }
        if self.found.folders[folder as usize].depth as usize > MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
        let mut bytes = self.buffers.pop().unwrap_or_default();
        match self.objects.tree(tree, &mut bytes) {
            Ok(_) => {}
            Err(Error::Missing { .. }) if self.is_partial => {
                let Folder { parent, name, .. } = self.found.folders[folder as usize];
                let path = if folder == TOP { BString::default() } else { self.found.path(parent, name) };
                self.found.missing.push((path, tree));
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        // Whoever is below in the same folder, as a tree in itself cannot be, would find nothing known, and look at all.
        let last = take(&mut self.found.folders[folder as usize].last);
        let mut known = TreeRefIter::from_bytes(&last, self.hash).peekable();
        for entry in TreeRefIter::from_bytes(&bytes, self.hash) {
            let entry = entry.map_err(|source| Error::Object { id: tree, source: source.into() })?;
            if !is_among(&entry, &mut known) {
                self.entry(&entry, folder, commit)?;
            }
        }
        self.buffers.push(last);
        self.found.folders[folder as usize].last = bytes;
        Ok(())
    }

    fn entry(&mut self, entry: &EntryRef<'_>, folder: u32, commit: u32) -> Result<(), Error> {
        let id = entry.oid.to_owned();
        match leaf_kind(entry.mode) {
            Some(LeafKind::Gitlink) => {}
            Some(kind) => {
                let name = self.found.names.number(entry.filename);
                self.found.arrive(id, kind, folder, name, commit);
            }
            None => {
                let name = self.found.names.number(entry.filename);
                let subfolder = self.subfolder(folder, name);
                self.tree(id, subfolder, commit)?;
            }
        }
        Ok(())
    }

    fn subfolder(&mut self, parent: u32, name: u32) -> u32 {
        let folders = &mut self.found.folders;
        *self.subfolders.entry((parent, name)).or_insert_with(|| {
            let depth = folders[parent as usize].depth + 1;
            folders.push(Folder { parent, name, depth, last: Vec::new() });
            u32::try_from(folders.len() - 1).expect("fewer than four billion folders")
        })
    }
}

/// Each behind all its parents; of those that may come next, the oldest.
fn in_order(mut commits: Vec<Commit>) -> Vec<Commit> {
    let next = |commits: &[Commit], number: u32| Reverse((commits[number as usize].time, number));
    let all = 0..u32::try_from(commits.len()).expect("fewer than four billion commits");
    let roots = all.filter(|&number| commits[number as usize].parents == 0);
    let mut ready: BinaryHeap<_> = roots.map(|number| next(&commits, number)).collect();
    let mut ordered = Vec::with_capacity(commits.len());
    while let Some(Reverse((_, number))) = ready.pop() {
        for child in take(&mut commits[number as usize].children) {
            commits[child as usize].parents -= 1;
            if commits[child as usize].parents == 0 {
                ready.push(next(&commits, child));
            }
        }
        let Commit { id, tree, time, .. } = commits[number as usize];
        ordered.push(Commit { id, tree, time, children: Vec::new(), parents: 0 });
    }
    ordered
}

/// Whether the same stands in `known`, which is in git's order; what comes before it is left behind.
fn is_among<'a>(entry: &EntryRef<'_>, known: &mut Peekable<impl Iterator<Item = gix::Result<EntryRef<'a>>>>) -> bool {
    while let Some(Ok(other)) = known.peek() {
        if other == entry {
            known.next();
            return true;
        }
        if (*other).cmp(entry).is_gt() {
            return false;
        }
        known.next();
    }
    false
}
