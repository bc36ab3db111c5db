//! Every blob that commits have had, at every path, and the first of the commits that had it there.
//!
//! Never: the bytes of blobs.

mod commits;
mod walk;

use std::collections::{HashMap, HashSet};

use gix::bstr::{BStr, BString, ByteSlice};

use super::{ById, Leaf, LeafKind, ObjectId};

pub use self::walk::{HistoryWalk, Walker};

/// Ends a list.
const NONE: u32 = u32::MAX;
/// Of so many arrivals of a blob each is asked; of a blob that stands at many paths, such as the empty one, the others are
/// looked up.
const FEW: usize = 16;
/// The top of the repository.
const TOP: u32 = 0;

/// See the module.
#[derive(Default)]
pub struct History {
    /// All commits, parents before their children.
    commits: Vec<ObjectId>,
    folders: Vec<Folder>,
    /// By folder and name.
    subfolders: HashMap<(u32, u32), u32>,
    names: Names,
    arrivals: Vec<Arrival>,
    /// By blob, the last of its arrivals.
    blobs: ById<u32>,
    /// The arrivals behind the last [`FEW`] of a blob, by blob, folder and name.
    more: HashMap<(ObjectId, u32, u32), u32>,
    missing: HashSet<(BString, ObjectId)>,
    is_shallow: bool,
}

/// A blob at a path, for the first time.
#[derive(Clone, Copy)]
struct Arrival {
    leaf: Leaf,
    folder: u32,
    name: u32,
    /// [`NONE`] where a reference leads to it without a commit.
    commit: u32,
    /// Of the same blob at another path.
    earlier: u32,
}

/// A folder but the top.
struct Folder {
    parent: u32,
    name: u32,
    depth: usize,
}

#[derive(Default)]
struct Names {
    list: Vec<BString>,
    numbers: HashMap<BString, u32>,
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
        let ranked = self.arrivals.iter().map(|arrival| (ranks[&place(arrival)], arrival.commit));
        let mut order: Vec<((u32, u32), u32)> = ranked.zip(0..).collect();
        order.sort_unstable();
        order
            .into_iter()
            .map(move |((rank, _), number)| (paths[rank as usize].clone(), self.arrivals[number as usize].leaf))
    }

    /// The commit that brought `blob` to `path`; none where a reference leads to it without one.
    pub fn commit(&self, blob: ObjectId, path: &BStr) -> Option<ObjectId> {
        let (folders, name) = path.rsplit_once_str("/").unwrap_or((b"", path));
        let number = |name: &[u8]| self.names.numbers.get(name.as_bstr()).copied();
        let folder = folders
            .split_str("/")
            .filter(|name| !name.is_empty())
            .try_fold(TOP, |parent, name| self.subfolders.get(&(parent, number(name)?)).copied())?;
        let arrival = self.arrival(blob, folder, number(name)?).ok()?;
        self.commits.get(self.arrivals[arrival as usize].commit as usize).copied()
    }

    /// The arrival of `blob` in `folder` as `name`. Where there is none, the oldest that was asked, if there are others behind it.
    fn arrival(&self, blob: ObjectId, folder: u32, name: u32) -> Result<u32, Option<u32>> {
        let mut next = self.blobs.get(&blob).copied().unwrap_or(NONE);
        let mut oldest = None;
        for _ in 0..FEW {
            let Some(arrival) = self.arrivals.get(next as usize) else { return Err(None) };
            if (arrival.folder, arrival.name) == (folder, name) {
                return Ok(next);
            }
            (oldest, next) = (Some(next), arrival.earlier);
        }
        self.more.get(&(blob, folder, name)).copied().ok_or(oldest)
    }

    /// The folders, and their trees, that this repository does not have.
    pub fn missing(&self) -> impl Iterator<Item = &(BString, ObjectId)> {
        self.missing.iter()
    }

    /// Whether this clone was told not to have all of it.
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    fn path(&self, mut folder: u32, name: u32) -> BString {
        let mut names = vec![&self.names.list[name as usize]];
        while let Some(Folder { parent, name, .. }) = self.folder(folder) {
            names.push(&self.names.list[*name as usize]);
            folder = *parent;
        }
        names.reverse();
        gix::bstr::join("/", names).into()
    }

    /// None for the top.
    fn folder(&self, folder: u32) -> Option<&Folder> {
        (folder as usize).checked_sub(1).map(|number| &self.folders[number])
    }

    fn depth(&self, folder: u32) -> usize {
        self.folder(folder).map_or(0, |folder| folder.depth)
    }

    fn subfolder(&mut self, parent: u32, name: u32) -> u32 {
        let depth = self.depth(parent) + 1;
        let folders = &mut self.folders;
        *self.subfolders.entry((parent, name)).or_insert_with(|| {
            folders.push(Folder { parent, name, depth });
            u32::try_from(folders.len()).expect("fewer than four billion folders")
        })
    }

    /// Remembers a blob at a path, unless it has been there before.
    fn arrive(&mut self, leaf: Leaf, folder: u32, name: u32, commit: u32) {
        match self.arrival(leaf.id, folder, name) {
            Ok(known) => {
                let arrival = &mut self.arrivals[known as usize];
                if commit < arrival.commit {
                    (arrival.leaf, arrival.commit) = (leaf, commit);
                }
            }
            Err(oldest) => {
                if let Some(number) = oldest {
                    let Arrival { leaf, folder, name, .. } = self.arrivals[number as usize];
                    self.more.insert((leaf.id, folder, name), number);
                }
                let number = u32::try_from(self.arrivals.len()).expect("fewer than four billion files");
                let earlier = self.blobs.insert(leaf.id, number).unwrap_or(NONE);
                self.arrivals.push(Arrival { leaf, folder, name, commit, earlier });
            }
        }
    }

    /// A blob without a path is called by its id.
    fn arrive_alone(&mut self, blob: ObjectId) {
        let name = self.names.number(blob.to_string().as_str().into());
        self.arrive(Leaf { kind: LeafKind::File, id: blob }, TOP, name, NONE);
    }

    /// Remembers that what stood in `folder` is not here.
    fn lacks(&mut self, folder: u32, tree: ObjectId) {
        let path = self.folder(folder).map(|&Folder { parent, name, .. }| self.path(parent, name));
        self.missing.insert((path.unwrap_or_default(), tree));
    }

    /// Adds what another has found in other commits.
    fn absorb(&mut self, other: Self) {
        let names: Vec<u32> = other.names.list.iter().map(|name| self.names.number(name.as_ref())).collect();
        let mut folders = vec![TOP];
        for Folder { parent, name, .. } in other.folders {
            folders.push(self.subfolder(folders[parent as usize], names[name as usize]));
        }
        for Arrival { leaf, folder, name, commit, .. } in other.arrivals {
            self.arrive(leaf, folders[folder as usize], names[name as usize], commit);
        }
        self.missing.extend(other.missing);
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
