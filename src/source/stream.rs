//! A stream, judged as a file of a given name.
//!
//! Never: seeking.

use std::{io, path::PathBuf, sync::Mutex};

use super::{Entry, EntryKind, Error, Locator, Origin, PartReader, Parts, Read, See, Source, disk};

/// See the module.
pub struct Stream<R> {
    name: String,
    reader: Mutex<R>,
    top: Option<PathBuf>,
}

impl<R: io::Read + Send> Stream<R> {
    /// What `reader` gives until its end, as a file `name`, under the policy files at `top`.
    pub fn new(name: String, reader: R, top: Option<PathBuf>) -> Self {
        Self { name, reader: Mutex::new(reader), top }
    }
}

impl<R: io::Read + Send> Source for Stream<R> {
    fn origin(&self) -> Origin {
        Origin::Stdin
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        let path = self.name.as_str().into();
        Ok(vec![Entry { path, kind: EntryKind::File, locator: Locator::Stdin, new_path: false }])
    }

    fn read(&mut self, _entry: &Entry, _limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        buffer.clear();
        self.reader.get_mut().expect("no thread has it").read_to_end(buffer).map_err(unreadable)?;
        Ok(Read::Whole)
    }

    fn parts<'s>(&'s self, _entries: &'s [Entry]) -> Result<Option<Box<dyn Parts + 's>>, Error> {
        Ok(Some(Box::new(One(&self.reader))))
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        disk::policy_file(self.top.as_deref(), path)
    }
}

/// The one part that a stream is.
struct One<'a, R>(&'a Mutex<R>);

impl<R: io::Read + Send> Parts for One<'_, R> {
    fn count(&self) -> usize {
        1
    }

    fn read(&self, _part: usize, _limit: u64, reader: &mut PartReader, see: &mut See<'_>) -> Result<(), Error> {
        let mut open = self.0.lock().expect("no other thread has it");
        disk::show(&mut *open, &mut reader.buffer, &mut |bytes| see(0, bytes), &unreadable)
    }
}

fn unreadable(source: io::Error) -> Error {
    Error::Disk { path: "standard input".to_owned(), source }
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
