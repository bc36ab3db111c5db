//! The message of a commit that is being made, judged as what is staged with it.
//!
//! Never: where git keeps it, what git drops from it.

use gix::bstr::BStr;

use super::{Change, Entry, EntryKind, Error, Locator, MESSAGE, Origin, Read, Source, staged::Staged};

/// See the module.
pub struct Message<'a> {
    text: &'a BStr,
    staged: Staged<'a>,
}

impl<'a> Message<'a> {
    /// The message `text`; the policy is that of what is staged.
    pub fn new(text: &'a [u8], staged: Staged<'a>) -> Self {
        Self { text: text.into(), staged }
    }
}

impl Source for Message<'_> {
    fn origin(&self) -> Origin {
        Origin::Message
    }

    fn entries(&mut self) -> Result<Vec<Entry>, Error> {
        Ok(vec![Entry { path: MESSAGE.into(), kind: EntryKind::File, locator: Locator::Message, new_path: false }])
    }

    fn read(&mut self, _entry: &Entry, _limit: u64, buffer: &mut Vec<u8>) -> Result<Read, Error> {
        buffer.clear();
        buffer.extend_from_slice(self.text);
        Ok(Read::Whole)
    }

    fn changes(&mut self) -> Result<Vec<Vec<Change>>, Error> {
        Ok(Vec::new())
    }

    fn policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.staged.policy_file(path)
    }

    fn earlier_policy_file(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.staged.earlier_policy_file(path)
    }
}
