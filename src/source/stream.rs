//! A stream, judged as a file of a given name.
//!
//! Never: seeking.

use std::{io, path::PathBuf};

use super::{Change, Entry, EntryKind, Error, Locator, Origin, Read, Source, disk};

/// See the module.
pub struct Stream<R> {
    name: String,
    reader: R,
    top: Option<PathBuf>,
}

impl<R: io::Read> Stream<R> {
    /// What `reader` gives until its end, as a file `name`, under the policy files at `top`.
    pub fn new(name: String, reader: R, top: Option<PathBuf>) -> Self {
        Self { name, reader, top }
    }
}

impl<R: io::Read> Source for Stream<R> {
    fn origin(&self) -> Origin {
        Origin::Stdin
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        let path = self.name.as_str().into();
        Ok(vec![Entry { path, kind: EntryKind::File, locator: Locator::Stdin, new_path: false }])
    }

    fn read(&mut self, _entry: &Entry, _limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        buffer.clear();
        self.reader.read_to_end(buffer).map_err(|source| Error::Disk { path: "standard input".to_owned(), source })?;
        Ok(Read::Whole)
    }

    fn changes(&mut self) -> Result<Vec<Vec<Change>>, Error> {
        Ok(Vec::new())
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        disk::policy_file(self.top.as_deref(), path)
    }

    fn earlier_policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.policy_file(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_entry_of_its_name() {
        let mut stream = Stream::new("dump.sql".to_owned(), b"bytes".as_slice(), None);
        let entries = stream.entries().expect("nothing to fail");
        let mut buffer = b"before".to_vec();
        assert_eq!(stream.read(&entries[0], 0, &mut buffer).expect("readable"), Read::Whole);
        assert_eq!(
            (entries.len(), entries[0].path.as_slice(), buffer.as_slice()),
            (1, &b"dump.sql"[..], &b"bytes"[..])
        );
    }
}
