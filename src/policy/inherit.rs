//! Which findings stood there before, so that the change at hand does not bring them.
//!
//! A rename, a move, a re-indent and an edit beside an old secret pass; a swapped value, a copy, a second occurrence and a
//! move out of an allowed place do not. Never: positions; whoever counts lines blocks moves.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use gix::bstr::ByteSlice;

use crate::{rules::Severity, secret::Secret};

/// So many bytes of a line before and behind an occurrence tell it from others.
const NEAR: usize = 512;

/// Tells a line from others, whatever its indent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineDigest(u64);

impl LineDigest {
    /// Of the line of `text` that the byte at `offset` stands on; of a long one, of what is near that byte.
    pub fn new(text: &[u8], offset: usize) -> Self {
        let first = offset.saturating_sub(NEAR);
        let last = offset.saturating_add(NEAR).min(text.len());
        let start = text[first..offset].rfind_byte(b'\n').map_or(first, |newline| first + newline + 1);
        let end = text[offset..last].find_byte(b'\n').map_or(last, |newline| offset + newline);
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
    /// How bad it is there: what only counted in a test is not what blocks elsewhere.
    pub severity: Severity,
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
    accounts: HashMap<(&'a str, Severity, &'a Secret), Account>,
    inherited: Vec<usize>,
}

/// One secret that stands in fewer places of some paths, and in more of others.
#[derive(Default)]
struct Account {
    losses: Losses,
    gained: Vec<Gain>,
}

/// Occurrences that are gone from where they stood.
#[derive(Default)]
struct Losses {
    left: usize,
    by_line: HashMap<LineDigest, usize>,
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
                in_path.entry((old.rule, old.severity, old.secret)).or_default().losses.add(old.line, 1);
            }
            for NewOccurrence { occurrence, finding } in &path.new {
                let gain = Gain { line: occurrence.line, finding: *finding };
                in_path.entry((occurrence.rule, occurrence.severity, occurrence.secret)).or_default().gained.push(gain);
            }
            for (key, mut account) in in_path {
                ledger.inherited.extend(account.settle());
                let total: &mut Account = ledger.accounts.entry(key).or_default();
                total.losses.take_over(account.losses);
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
        let losses = &mut self.losses;
        // Files that are not judged have theirs first, lest a judged copy pass in their place; and what stands on the same
        // line before the rest, so that what remains is what was written anew.
        for (judged, same_line) in [(false, true), (false, false), (true, true), (true, false)] {
            self.gained.retain(|gain| {
                let settles = gain.finding.is_some() == judged && losses.take(same_line.then_some(gain.line));
                if settles {
                    settled.extend(gain.finding);
                }
                !settles
            });
        }
        settled
    }
}

impl Losses {
    fn add(&mut self, line: LineDigest, count: usize) {
        self.left += count;
        *self.by_line.entry(line).or_default() += count;
    }

    fn take_over(&mut self, other: Self) {
        self.left += other.left;
        for (line, count) in other.by_line {
            *self.by_line.entry(line).or_default() += count;
        }
    }

    /// Takes one that stood on `line`, or any; says whether there was one.
    fn take(&mut self, line: Option<LineDigest>) -> bool {
        if self.left == 0 {
            return false;
        }
        if let Some(line) = line {
            match self.by_line.get_mut(&line) {
                Some(count) if *count > 0 => *count -= 1,
                _ => return false,
            }
        }
        self.left -= 1;
        true
    }
}

#[cfg(test)]
mod tests;
