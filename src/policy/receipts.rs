//! Changes that were looked at and brought nothing, so that a push does not look at them again.
//!
//! A receipt is a digest over the trees that the change stands between and over all that it was judged by. It is written only
//! where nothing had to be let pass, so that it says the same whatever the baseline. Losing receipts costs time and nothing
//! else. Never: values, paths, messages.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use gix::bstr::ByteSlice;
use sha2::{Digest as _, Sha256};

use super::log;
use crate::source::Trees;

/// Their name inside git's common directory.
pub const FILE: &str = "tightlip/receipts";

/// In bytes; from there on the older half goes. A receipt takes 33.
const LIMIT: u64 = 2 << 20;

/// Bytes of the hash that are kept.
const KEPT: usize = 16;

/// All that a change is judged by, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms([u8; 32]);

/// One change that brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receipt([u8; KEPT]);

/// The receipts of a repository.
#[derive(Debug, Default)]
pub struct Receipts(HashSet<Receipt>);

/// The receipts could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the receipts in {}", path.display())]
pub struct Error {
    /// Where they are.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Terms {
    /// From everything that has a say; `None` is another thing than nothing.
    pub fn new<'a>(parts: impl IntoIterator<Item = Option<&'a [u8]>>) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"tightlip receipt 1");
        for part in parts {
            let len = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(len.to_le_bytes());
            hash.update(part.unwrap_or_default());
        }
        Self(hash.finalize().into())
    }
}

impl Receipt {
    /// Of the change between `trees`, judged by `terms`.
    pub fn new(terms: &Terms, trees: &Trees) -> Self {
        let mut hash = Sha256::new();
        hash.update(terms.0);
        hash.update((trees.parents.len() as u64).to_le_bytes());
        for tree in trees.parents.iter().chain([&trees.tree]) {
            hash.update(tree.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut kept = [0; KEPT];
        kept.copy_from_slice(&digest[..KEPT]);
        Self(kept)
    }
}

impl Receipts {
    /// Reads those in `common`, git's common directory. Lines that are none, or cut short, count for nothing.
    pub fn read(common: &Path) -> Result<Self, Error> {
        let path = common.join(FILE);
        match fs::read(&path) {
            Ok(text) => Ok(Self(text.lines().filter_map(parse).collect())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error { path, source }),
        }
    }

    /// Whether there is one like this.
    pub fn has(&self, receipt: &Receipt) -> bool {
        self.0.contains(receipt)
    }
}

/// Adds `receipts` to those in `common`, git's common directory.
pub fn remember(common: &Path, receipts: &[Receipt]) -> Result<(), Error> {
    let path = common.join(FILE);
    let mut text = String::with_capacity(receipts.len() * (2 * KEPT + 1));
    for receipt in receipts {
        data_encoding::HEXLOWER.encode_append(&receipt.0, &mut text);
        text.push('\n');
    }
    log::append(&path, text.as_bytes(), LIMIT).map_err(|source| Error { path, source })
}

fn parse(line: &[u8]) -> Option<Receipt> {
    let mut receipt = [0; KEPT];
    if line.len() != 2 * KEPT {
        return None;
    }
    data_encoding::HEXLOWER.decode_mut(line, &mut receipt).ok()?;
    Some(Receipt(receipt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::ObjectId;

    fn trees(parents: &[u8], tree: u8) -> Trees {
        let id = |byte: &u8| ObjectId::from_bytes_or_panic(&[*byte; 20]);
        Trees { parents: parents.iter().map(id).collect(), tree: id(&tree) }
    }

    #[test]
    fn one_fits_its_change_and_terms_and_no_other() {
        let terms = Terms::new([Some(b"rules".as_slice()), None]);
        let receipt = Receipt::new(&terms, &trees(&[1, 2], 3));
        for other in [trees(&[2, 1], 3), trees(&[1], 3), trees(&[1, 2, 3], 3), trees(&[], 3), trees(&[1, 2], 4)] {
            assert_ne!(Receipt::new(&terms, &other), receipt, "{other:?}");
        }
        for other in [Terms::new([Some(b"rules".as_slice()), Some(b"")]), Terms::new([None, Some(b"rules".as_slice())])]
        {
            assert_ne!(Receipt::new(&other, &trees(&[1, 2], 3)), receipt);
        }
    }

    #[test]
    fn remembers_in_bounds_and_reads_no_part_of_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let terms = Terms::new([]);
        let receipt = |byte| Receipt::new(&terms, &trees(&[], byte));
        assert!(!Receipts::read(folder.path()).expect("none yet").has(&receipt(1)));
        remember(folder.path(), &[receipt(1), receipt(2)]).expect("written");
        let path = folder.path().join(FILE);
        let whole = fs::read(&path).expect("there");
        fs::write(&path, &whole[..whole.len() - 2]).expect("cut short");
        let read = Receipts::read(folder.path()).expect("readable");
        assert!(read.has(&receipt(1)) && !read.has(&receipt(2)));

        let many: Vec<_> =
            (0..40_000_u32).map(|n| Receipt::new(&Terms::new([Some(&n.to_le_bytes()[..])]), &trees(&[], 1))).collect();
        for _ in 0..3 {
            remember(folder.path(), &many).expect("written");
        }
        assert!(fs::metadata(&path).expect("there").len() <= LIMIT);
        assert!(Receipts::read(folder.path()).expect("readable").has(many.last().expect("many")));
    }
}
