//! The tables that `build.rs` makes of the keywords of the built-in rules: nothing is built when a run begins.
//!
//! From a gram that is in the bitmap, counting the bits before it leads to its keywords; from a keyword to the rules that want
//! it; from there to what the rule's pattern asks of the bytes round it. Never: the keywords of a configuration's rules.

use std::{num::NonZeroU8, ops::Range};

use super::gram;

#[allow(clippy::unreadable_literal, reason = "a program has written it, and nobody reads it")]
mod made {
    use std::num::NonZeroU8;

    use super::{ByteSet, Entry, Gate, Keyword, Part, Span, Want};

    include!(concat!(env!("OUT_DIR"), "/keywords.rs"));
}

use made::{BITS, BUCKETS, ENTRIES, GATES, PARTS, RANKS, SETS, TEXT, WANTS};
pub use made::{KEYWORDS, MULTIPLIER};

/// Where a part goes on for so long, the rule itself decides: a gate costs no more than this. No part is longer at least.
const FAR: usize = u8::MAX as usize + 1;

/// To look at fewer bytes again costs less than to remember them.
const LONG: usize = 32;

/// A run of items in another table.
#[derive(Clone, Copy)]
pub struct Span {
    start: u32,
    len: u8,
}

/// A keyword that a gram leads to, and where the gram stands, counted from where the keyword begins.
pub struct Entry {
    keyword: u16,
    offset: i8,
    /// One of the keyword's bytes beside the gram, folded, and where it stands, counted from the gram.
    probe: (i8, u8),
}

/// A keyword.
pub struct Keyword {
    text: Span,
    wants: Span,
}

/// A rule that wants a keyword, if one of its gates holds or there are none.
pub struct Want {
    /// The index of the rule.
    pub rule: u16,
    gates: Span,
}

/// What stands round a keyword in every match: so many bytes before it, and parts from there on, one right behind the other.
pub struct Gate {
    before: u8,
    parts: Span,
}

/// So many bytes of a set, in a row.
pub struct Part {
    set: u16,
    least: u8,
    /// None for as many as there are.
    most: Option<NonZeroU8>,
}

/// Where bytes of some sets were seen last: in a long run of them, many keywords ask for the same ones. Of sets whose numbers
/// share a place the later one is kept.
#[derive(Default)]
pub struct Seen([(u16, Range<usize>); 8]);

impl Seen {
    /// How many of `bytes` are of `set` before the first that is not; what was seen to be of it is not looked at again.
    fn count(&mut self, set: u16, text: &[u8], bytes: Range<usize>) -> usize {
        let (of, seen) = &mut self.0[usize::from(set) % 8];
        if *of != set || !(seen.start..=seen.end).contains(&bytes.start) {
            (*of, *seen) = (set, bytes.start..bytes.start);
        }
        let new = seen.end.min(bytes.end)..bytes.end;
        let set = &SETS[usize::from(set)];
        let end =
            text[new.clone()].iter().position(|&byte| !set.has(byte)).map_or(bytes.end, |other| new.start + other);
        seen.end = seen.end.max(end);
        end - bytes.start
    }
}

/// A bit for each byte.
pub struct ByteSet([u64; 4]);

impl ByteSet {
    #[inline]
    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
    }
}

impl Span {
    #[inline]
    fn of<T>(self, table: &'static [T]) -> &'static [T] {
        let start = self.start as usize;
        &table[start..start + usize::from(self.len)]
    }
}

impl Entry {
    /// Whether a byte of the keyword stands where it must if the keyword's gram is `at` in `text`.
    #[inline]
    pub fn may_stand(&self, text: &[u8], at: usize) -> bool {
        let (place, byte) = self.probe;
        text.get(at.wrapping_add_signed(isize::from(place))).is_some_and(|found| found | gram::FOLD_BYTE == byte)
    }

    /// The keyword, if it stands in `text` where its gram is `at`: where it begins.
    #[inline]
    pub fn find(&self, text: &[u8], at: usize) -> Option<(usize, &'static Keyword)> {
        let keyword = &KEYWORDS[usize::from(self.keyword)];
        let start = at.checked_add_signed(-isize::from(self.offset))?;
        let word = keyword.text();
        text.get(start..)?.get(..word.len())?.eq_ignore_ascii_case(word).then_some((start, keyword))
    }
}

impl Keyword {
    /// In lower case.
    #[inline]
    pub fn text(&self) -> &'static [u8] {
        self.text.of(TEXT)
    }

    /// The rules that want it.
    #[inline]
    pub fn wants(&self) -> &'static [Want] {
        self.wants.of(&WANTS)
    }
}

impl Want {
    /// Whether the rule may hold where the keyword begins in `text` at `start`; `seen` is of the same text.
    #[inline]
    pub fn may_hold(&self, text: &[u8], start: usize, seen: &mut Seen) -> bool {
        self.gates.len == 0 || self.gates.of(&GATES).iter().any(|gate| gate.holds(text, start, seen))
    }
}

impl Gate {
    fn holds(&self, text: &[u8], keyword: usize, seen: &mut Seen) -> bool {
        let Some(mut rest) = keyword.checked_sub(usize::from(self.before)).map(|start| &text[start..]) else {
            return false;
        };
        let Some((last, parts)) = self.parts.of(&PARTS).split_last() else { return true };
        for part in parts {
            let start = text.len() - rest.len();
            let most = part.most.map_or(FAR, |most| usize::from(most.get()));
            let bytes = start..text.len().min(start + most);
            let count = if most < LONG {
                let set = &SETS[usize::from(part.set)];
                text[bytes.clone()].iter().position(|&byte| !set.has(byte)).unwrap_or(bytes.len())
            } else {
                seen.count(part.set, text, bytes)
            };
            if count < usize::from(part.least) {
                return false;
            }
            if count == FAR {
                return true;
            }
            rest = &rest[count..];
        }
        // Nothing depends on how many there are.
        let (from, wanted) = (text.len() - rest.len(), usize::from(last.least));
        rest.len() >= wanted && seen.count(last.set, text, from..from + wanted) == wanted
    }
}

/// Whether a keyword has a gram of this hash.
#[inline]
pub fn has(gram: usize) -> bool {
    BITS[gram / 64] >> (gram % 64) & 1 == 1
}

/// The keywords that have a gram of this hash, which [`has`] knows.
#[inline]
pub fn entries(gram: usize) -> &'static [Entry] {
    let before = BITS[gram / 64] & ((1 << (gram % 64)) - 1);
    let rank = usize::from(RANKS[gram / 64]) + before.count_ones() as usize;
    let (start, len) = BUCKETS[rank];
    &ENTRIES[usize::from(start)..][..usize::from(len)]
}
