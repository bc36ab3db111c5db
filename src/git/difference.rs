//! How a tree and the staged side differ: both are walked beside each other, folder by folder, entering only folders
//! whose ids differ or are not known.
//!
//! Never: renames, content.

use std::cmp::Ordering;

use gix::{
    bstr::{BStr, BString, ByteSlice},
    index::{self, extension},
};

use super::{
    Error, Index, Leaf, ObjectId, Repository, Snapshot,
    index::{is_folder, leaf},
    objects::{self, Objects},
};

/// Git's own limit (core.maxTreeDepth).
pub(super) const MAX_DEPTH: usize = 2048;

/// One path at which two sides are not the same. In a conflict there may be two of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// From the top of the repository.
    pub path: BString,
    /// What the old side has there.
    pub old: Option<Leaf>,
    /// What the new side has there.
    pub new: Option<Leaf>,
}

impl Repository {
    /// All paths at which `new` is not as the tree `old`, or as nothing; in order of path.
    pub fn differences(&self, old: Option<ObjectId>, new: &Snapshot) -> Result<Vec<Difference>, Error> {
        self.compared(old, new, &|_| ())
    }

    /// All paths of `snapshot`, in order; `tell` is told in each folder how many were found before.
    pub fn listed(&self, snapshot: &Snapshot, tell: &dyn Fn(usize)) -> Result<Vec<Difference>, Error> {
        self.compared(None, snapshot, tell)
    }

    fn compared(&self, old: Option<ObjectId>, new: &Snapshot, tell: &dyn Fn(usize)) -> Result<Vec<Difference>, Error> {
        let (new, index) = match new {
            Snapshot::Tree(id) => (Side::Tree(*id), None),
            Snapshot::Index(index) => {
                (Side::Entries { entries: index.entries(), cached: index.cache_tree() }, Some(index))
            }
        };
        let mut walk = Walk {
            objects: &self.objects,
            index,
            depth: 0,
            prefix: BString::default(),
            buffers: Vec::new(),
            found: Vec::new(),
            tell,
        };
        walk.folder(old.map_or(Side::Nothing, Side::Tree), new)?;
        Ok(walk.found)
    }
}

/// One of the two versions of a folder.
#[derive(Clone, Copy)]
enum Side<'a> {
    Nothing,
    Tree(ObjectId),
    Entries {
        /// All that are in the folder.
        entries: &'a [index::Entry],
        /// What the cache tree has for it, valid or not.
        cached: Option<&'a extension::Tree>,
    },
}

impl Side<'_> {
    /// The tree that it is, if that is known.
    fn id(self) -> Option<ObjectId> {
        match self {
            Self::Nothing => None,
            Self::Tree(id) => Some(id),
            Self::Entries { entries, cached } => cached
                .filter(|tree| tree.num_entries.is_some_and(|count| count as usize == entries.len()))
                .map(|tree| tree.id),
        }
    }
}

/// What one side has under a name in a folder.
#[derive(Clone, Copy)]
enum Node<'a> {
    Leaf(Leaf),
    Folder(Side<'a>),
}

type Item<'n, 'a> = (&'n BStr, Node<'a>);

struct Walk<'a> {
    objects: &'a Objects,
    index: Option<&'a Index>,
    depth: usize,
    /// The folder that the walk is in, with its slash.
    prefix: BString,
    /// For trees, used again and again.
    buffers: Vec<Vec<u8>>,
    found: Vec<Difference>,
    tell: &'a dyn Fn(usize),
}

impl<'a> Walk<'a> {
    fn folder(&mut self, old: Side<'a>, new: Side<'a>) -> Result<(), Error> {
        if old.id().is_some() && old.id() == new.id() {
            return Ok(());
        }
        if self.depth > MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
        (self.tell)(self.found.len());
        self.depth += 1;
        let mut old_buffer = self.buffers.pop().unwrap_or_default();
        let mut new_buffer = self.buffers.pop().unwrap_or_default();
        let olds = self.names(old, &mut old_buffer)?;
        let news = self.names(new, &mut new_buffer)?;
        self.beside(olds, news)?;
        self.buffers.extend([old_buffer, new_buffer]);
        self.depth -= 1;
        Ok(())
    }

    fn names<'n>(&self, side: Side<'a>, buffer: &'n mut Vec<u8>) -> Result<Names<'n, 'a>, Error>
    where
        'a: 'n,
    {
        Ok(match (side, self.index) {
            (Side::Tree(id), _) => Names::Tree(self.objects.tree(id, buffer)?),
            (Side::Entries { entries, cached }, Some(index)) => {
                Names::Entries(Entries { index, prefix: self.prefix.len(), rest: entries, cached })
            }
            (Side::Nothing, _) | (Side::Entries { .. }, None) => Names::Nothing,
        })
    }

    fn beside<'n>(&mut self, mut olds: Names<'n, 'a>, mut news: Names<'n, 'a>) -> Result<(), Error>
    where
        'a: 'n,
    {
        olds.pass_over_same(&mut news);
        let (mut old, mut new) = (olds.next()?, news.next()?);
        loop {
            match (old, new) {
                (None, None) => return Ok(()),
                (Some((name, node)), None) => {
                    self.pair(name, Some(node), None)?;
                    old = olds.next()?;
                }
                (None, Some((name, node))) => {
                    self.pair(name, None, Some(node))?;
                    new = news.next()?;
                }
                (Some(a), Some(b)) => match order(a, b) {
                    Ordering::Less => {
                        self.pair(a.0, Some(a.1), None)?;
                        old = olds.next()?;
                    }
                    Ordering::Greater => {
                        self.pair(b.0, None, Some(b.1))?;
                        new = news.next()?;
                    }
                    Ordering::Equal => {
                        self.pair(a.0, Some(a.1), Some(b.1))?;
                        olds.pass_over_same(&mut news);
                        new = news.next()?;
                        // The two sides of a conflict have one name: each stands beside the old version.
                        if new.is_none_or(|next| order(a, next).is_ne()) {
                            old = olds.next()?;
                        }
                    }
                },
            }
        }
    }

    fn pair(&mut self, name: &BStr, old: Option<Node<'a>>, new: Option<Node<'a>>) -> Result<(), Error> {
        let len = self.prefix.len();
        self.prefix.extend_from_slice(name);
        match (old, new) {
            // Files and folders have an order of their own and never meet under one name.
            (Some(Node::Folder(_)), _) | (_, Some(Node::Folder(_))) => {
                self.prefix.push(b'/');
                self.folder(side(old), side(new))?;
            }
            _ => {
                let (old, new) = (old.and_then(as_leaf), new.and_then(as_leaf));
                if old != new {
                    self.found.push(Difference { path: self.prefix.clone(), old, new });
                }
            }
        }
        self.prefix.truncate(len);
        Ok(())
    }
}

fn side(node: Option<Node<'_>>) -> Side<'_> {
    match node {
        Some(Node::Folder(side)) => side,
        Some(Node::Leaf(_)) | None => Side::Nothing,
    }
}

fn as_leaf(node: Node<'_>) -> Option<Leaf> {
    match node {
        Node::Leaf(leaf) => Some(leaf),
        Node::Folder(_) => None,
    }
}

/// Git's order in trees, and that of paths in the index: a folder's name ends in a slash.
fn order(a: Item<'_, '_>, b: Item<'_, '_>) -> Ordering {
    let common = a.0.len().min(b.0.len());
    let behind =
        |(name, node): Item<'_, '_>| name.get(common).copied().or(matches!(node, Node::Folder(_)).then_some(b'/'));
    a.0[..common].cmp(&b.0[..common]).then_with(|| behind(a).cmp(&behind(b))).then(a.0.len().cmp(&b.0.len()))
}

/// The names in a folder, in git's order.
enum Names<'n, 'a> {
    Nothing,
    Tree(objects::Tree<'n>),
    Entries(Entries<'a>),
}

impl<'n, 'a: 'n> Names<'n, 'a> {
    fn pass_over_same(&mut self, other: &mut Self) {
        if let (Self::Tree(tree), Self::Tree(other)) = (self, other) {
            tree.pass_over_same(other);
        }
    }

    fn next(&mut self) -> Result<Option<Item<'n, 'a>>, Error> {
        Ok(match self {
            Self::Nothing => None,
            Self::Tree(tree) => tree.next().transpose()?.map(|(name, node)| match node {
                objects::Node::Leaf(leaf) => (name, Node::Leaf(leaf)),
                objects::Node::Folder(id) => (name, Node::Folder(Side::Tree(id))),
            }),
            Self::Entries(entries) => entries.next(),
        })
    }
}

struct Entries<'a> {
    index: &'a Index,
    /// The bytes of the folder's path, with its slash.
    prefix: usize,
    rest: &'a [index::Entry],
    cached: Option<&'a extension::Tree>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Item<'a, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (entry, behind) = self.rest.split_first()?;
            let path = self.index.path(entry);
            let below = path[self.prefix..].as_bstr();
            if let Some(slash) = below.find_byte(b'/') {
                let name = below[..slash].as_bstr();
                return Some((name, Node::Folder(self.subfolder(entry, name, &path[..=self.prefix + slash]))));
            }
            self.rest = behind;
            if let Some(leaf) = leaf(entry) {
                return Some((below, Node::Leaf(leaf)));
            }
        }
    }
}

impl<'a> Entries<'a> {
    /// Takes the folder that begins with `first`; `path` ends in its slash.
    fn subfolder(&mut self, first: &index::Entry, name: &BStr, path: &[u8]) -> Side<'a> {
        if is_folder(first) && self.index.path(first) == path {
            // Should more of the folder follow, by a fault of git's, that is looked at as if it were another one.
            self.rest = &self.rest[1..];
            return Side::Tree(first.id);
        }
        let len = self.rest.partition_point(|entry| self.index.path(entry).starts_with(path));
        let (entries, behind) = self.rest.split_at(len);
        self.rest = behind;
        let cached = self.cached.and_then(|tree| {
            let at = tree.children.binary_search_by(|child| child.name.as_slice().cmp(name)).ok()?;
            Some(&tree.children[at])
        });
        Side::Entries { entries, cached }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_names_as_git_does() {
        let id = ObjectId::null(gix::hash::Kind::Sha1);
        let file = |name| (BStr::new(name), Node::Leaf(Leaf { kind: crate::git::LeafKind::File, id }));
        let folder = |name| (BStr::new(name), Node::Folder(Side::Tree(id)));
        let sorted = [file("a"), file("a-"), file("a.b"), folder("a"), file("a0"), folder("a0"), file("ab"), file("b")];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(order(*a, *b), i.cmp(&j), "{} beside {}", a.0, b.0);
            }
        }
    }
}
