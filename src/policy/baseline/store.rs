//! Writes a baseline to disk, whole or not at all.
//!
//! Never: what is in it.

use std::{
    fs, io,
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

/// Replaces the file at `path`, or makes it. One that holds `bytes` already is left as it is; whether it was another.
pub fn store(path: &Path, bytes: &[u8]) -> Result<bool, StoreError> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    replace(path, bytes).map_err(|source| StoreError { path: path.to_owned(), source })?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn what_is_there_already_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("baseline");
        let file = |bytes: &[u8]| {
            let is_new = store(&path, bytes).expect("its own folder");
            assert_eq!(fs::read(&path).expect("just written"), bytes);
            (is_new, fs::metadata(&path).expect("just written").ino())
        };
        let (is_new, first) = file(b"one");
        assert!(is_new);
        assert_eq!(file(b"one"), (false, first));
        let (is_new, second) = file(b"two");
        assert!(is_new && second != first);
    }

    #[test]
    fn says_what_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("missing").join("baseline");
        let error = store(&path, b"one").expect_err("no such folder");
        assert!(error.to_string().contains("baseline"), "{error}");
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
    }
}
