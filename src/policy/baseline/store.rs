//! Writes a baseline to disk, whole or not at all.
//!
//! Never: what is in it.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::replace::replace;

/// The baseline could not be written; what stood there before still does.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}; what stood there before is untouched", path.display())]
pub struct StoreError {
    /// The baseline.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Replaces the file at `path`, or makes it.
pub fn store(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, bytes).map_err(|source| StoreError { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("missing").join("baseline");
        let error = store(&path, b"one").expect_err("no such folder");
        assert!(error.to_string().contains("baseline"), "{error}");
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
    }
}
