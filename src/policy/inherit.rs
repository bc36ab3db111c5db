//! Which findings stood there before, so that the change at hand does not bring them.
//!
//! A rename, a move, a re-indent and an edit beside an old secret pass; a swapped value, a copy, a second occurrence and a
//! move out of an allowed place do not. Never: positions; whoever counts lines blocks moves.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use gix::bstr::ByteSlice;

use crate::secret::Secret;

/// Tells a line from others, whatever its indent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineDigest(u64);

impl LineDigest {
    /// Of the line of `text` that the byte at `offset` stands on.
    pub fn new(text: &[u8], offset: usize) -> Self {
        let start = text[..offset].rfind_byte(b'\n').map_or(0, |newline| newline + 1);
        let end = text[offset..].find_byte(b'\n').map_or(text.len(), |newline| offset + newline);
        let mut hash = DefaultHasher::new();
        text[start..end].trim_ascii().hash(&mut hash);
        Self(hash.finish())
    }
}

/// A secret somewhere in a version of a file.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The value.
    pub secret: &'a Secret,
    /// The line on which it begins.
    pub line: LineDigest,
}

/// A secret in the new version of a file.
#[derive(Clone, Copy, Debug)]
pub struct NewOccurrence<'a> {
    /// What and where.
    pub occurrence: Occurrence<'a>,
    /// The caller's number of the finding; `None` in a file that is not new to every parent, which is not judged but counts.
    pub finding: Option<usize>,
}

/// A path that differs from a parent, with what is in both versions and passes for no other reason.
#[derive(Clone, Debug, Default)]
pub struct ChangedPath<'a> {
    /// In the parent, judged by the policy as it stood there. Empty where the path is new.
    pub old: Vec<Occurrence<'a>>,
    /// In the new version, judged by today's policy. Empty where the path is removed.
    pub new: Vec<NewOccurrence<'a>>,
}

/// The numbers of the findings that any parent has already. One list of paths for each parent.
pub fn inherited(parents: &[Vec<ChangedPath<'_>>]) -> HashSet<usize> {
    parents.iter().flat_map(|paths| Ledger::new(paths).inherited()).collect()
}

/// What became of each secret between one parent and the new side.
struct Ledger<'a> {
    accounts: HashMap<(&'a str, &'a Secret), Account>,
    inherited: Vec<usize>,
}

/// One secret that stands in fewer places of some paths, and in more of others.
#[derive(Default)]
struct Account {
    lost: Vec<LineDigest>,
    gained: Vec<Gain>,
}

struct Gain {
    line: LineDigest,
    finding: Option<usize>,
}

impl<'a> Ledger<'a> {
    fn new(paths: &[ChangedPath<'a>]) -> Self {
        let mut ledger = Self { accounts: HashMap::new(), inherited: Vec::new() };
        for path in paths {
            let mut in_path: HashMap<_, Account> = HashMap::new();
            for old in &path.old {
                in_path.entry((old.rule, old.secret)).or_default().lost.push(old.line);
            }
            for NewOccurrence { occurrence, finding } in &path.new {
                let gain = Gain { line: occurrence.line, finding: *finding };
                in_path.entry((occurrence.rule, occurrence.secret)).or_default().gained.push(gain);
            }
            for (key, mut account) in in_path {
                ledger.inherited.extend(account.settle());
                let total = ledger.accounts.entry(key).or_default();
                total.lost.append(&mut account.lost);
                total.gained.append(&mut account.gained);
            }
        }
        ledger
    }

    fn inherited(mut self) -> Vec<usize> {
        for account in self.accounts.values_mut() {
            self.inherited.extend(account.settle());
        }
        self.inherited
    }
}

impl Account {
    /// Sets gains against losses, one to one, until either are used up, and returns the findings that were set off.
    fn settle(&mut self) -> Vec<usize> {
        let mut settled = Vec::new();
        // Files that are not judged have theirs first, lest a judged copy pass in their place.
        self.set_off(&mut settled, |gain, lost| if gain.finding.is_none() { lost.len().checked_sub(1) } else { None });
        // Then what stands on the same line, so that what remains is what was written anew.
        self.set_off(&mut settled, |gain, lost| lost.iter().position(|line| *line == gain.line));
        self.set_off(&mut settled, |_, lost| lost.len().checked_sub(1));
        settled
    }

    /// Drops each gain, in order, for which `find` names a loss, and that loss.
    fn set_off(&mut self, settled: &mut Vec<usize>, find: impl Fn(&Gain, &[LineDigest]) -> Option<usize>) {
        let lost = &mut self.lost;
        self.gained.retain(|gain| {
            let Some(index) = find(gain, lost) else {
                return true;
            };
            lost.remove(index);
            settled.extend(gain.finding);
            false
        });
    }
}

#[cfg(test)]
mod tests;
