//! Values that are known to be secret, wherever they stand and however they are spelled: those of the user's own files.
//!
//! Of each value some short clues are kept, such that each of its spellings has one in it; of a clue its four grams, and of a text
//! every fourth gram is looked up, so that nothing is missed and next to nothing is compared. A table of grams is made in
//! microseconds where an automaton over the same spellings takes longer than all else that a small commit does, and is wiped from
//! memory like the values themselves. The spellings of a value are made when one of its clues was seen.
//!
//! Never: where the values come from, whether they count in a change.

mod spelling;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, OnceLock},
};

use gix::bstr::{BString, ByteSlice};
use zeroize::Zeroizing;

use spelling::{CLUE, MOST_CLUES, Spelling};
pub use value::{Read, read};

/// Every so many bytes a gram of a text is looked up.
const STEP: usize = 4;
const GRAM: usize = 4;
const _: () = assert!(CLUE == STEP + GRAM - 1, "wherever a clue stands, one of its grams is looked up");
/// So many bits has the hash of a gram; the bitmap has 8 KB then.
const BITS: u32 = 16;
/// Knuth's multiplicative hash: 2^32 over the golden ratio.
const MULTIPLIER: u32 = 2_654_435_769;
/// Where in an entry of the table the clue's number begins, and the gram.
const NUMBER: u32 = 2;
const PIECE: u32 = 32;

/// A value, and what it is called without saying it.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value.
    pub read: Arc<Read>,
    /// The path of its file.
    pub file: Arc<BString>,
}

impl Value {
    /// As in `the value of SNOWFLAKE_PASSWORD in .env`.
    pub fn what(&self) -> String {
        format!("{} in {}", self.read.what(), self.file)
    }
}

/// The values that must not stand anywhere, ready to be looked for; a copy shares them.
#[derive(Clone, Debug, Default)]
pub struct Known {
    table: Arc<Table>,
    left_out: BTreeSet<usize>,
}

#[derive(Debug, Default)]
struct Table {
    values: Vec<Value>,
    /// Of each value, once they were asked for.
    spellings: Vec<OnceLock<Vec<Spelling>>>,
    clues: Zeroizing<Vec<[u8; CLUE]>>,
    /// The number of the value of each clue.
    clue_of: Vec<usize>,
    bitmap: Zeroizing<Vec<u64>>,
    /// Gram, number of the clue, and the gram's distance from its start; sorted.
    grams: Zeroizing<Vec<u64>>,
}

/// A value in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where.
    pub span: Range<usize>,
    /// Its number.
    pub value: usize,
    /// How it is spelled; none where it stands as it is.
    pub via: Option<&'static str>,
}

impl Known {
    /// Of `values`, which hits are numbered by.
    pub fn new(values: Vec<Value>) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        // Of their size from the beginning, since what they grow out of is not wiped.
        let mut clues = Zeroizing::new(Vec::with_capacity(MOST_CLUES * values.len()));
        let mut clue_of = Vec::with_capacity(clues.capacity());
        for (number, value) in values.iter().enumerate() {
            spelling::clues(value.read.secret.expose(), |clue| {
                clues.push(clue);
                clue_of.push(number);
            });
        }
        let mut bitmap = Zeroizing::new(vec![0; 1 << (BITS - u64::BITS.ilog2())]);
        let mut grams = Zeroizing::new(Vec::with_capacity(STEP * clues.len()));
        for (number, clue) in clues.iter().enumerate() {
            for distance in 0..STEP {
                let gram = gram(clue, distance).expect("a clue has four");
                let (word, bit) = slot(gram);
                bitmap[word] |= bit;
                grams.push(u64::from(gram) << PIECE | (number as u64) << NUMBER | distance as u64);
            }
        }
        grams.sort_unstable();
        let spellings = vec![OnceLock::new(); values.len()];
        let table = Table { values, spellings, clues, clue_of, bitmap, grams };
        Self { table: Arc::new(table), left_out: BTreeSet::new() }
    }

    /// The values of these numbers are not looked for any more.
    pub fn leave_out(&mut self, numbers: &BTreeSet<usize>) {
        self.left_out.extend(numbers);
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.table.values.is_empty()
    }

    /// The value of a hit's number.
    pub fn value(&self, number: usize) -> &Value {
        &self.table.values[number]
    }

    /// Every place in `text` where a value stands; where one is a part of another, both, but no value twice.
    pub fn find(&self, text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.is_empty() {
            return hits;
        }
        let mut ends = BTreeMap::new();
        for at in (0..text.len()).step_by(STEP) {
            let Some(gram) = gram(text, at) else { break };
            let (word, bit) = slot(gram);
            if self.table.bitmap[word] & bit != 0 {
                self.table.compare(text, at, gram, &mut ends, &mut hits);
            }
        }
        hits.retain(|hit| !self.left_out.contains(&hit.value));
        hits.sort_by_key(|hit| hit.span.start);
        hits
    }
}

impl Table {
    /// The spellings round a clue that has `gram`, which stands at `at`. No value is looked for before its last of `ends`.
    fn compare(&self, text: &[u8], at: usize, gram: u32, ends: &mut BTreeMap<usize, usize>, hits: &mut Vec<Hit>) {
        let first = self.grams.partition_point(|entry| entry >> PIECE < u64::from(gram));
        for entry in self.grams[first..].iter().take_while(|entry| **entry >> PIECE == u64::from(gram)) {
            let low = usize::try_from(entry & u64::from(u32::MAX)).expect("32 bits");
            let (clue, value) = (&self.clues[low >> NUMBER], self.clue_of[low >> NUMBER]);
            let Some(clue_at) = at.checked_sub(low % STEP).filter(|&start| text[start..].starts_with(clue)) else {
                continue;
            };
            let spellings =
                self.spellings[value].get_or_init(|| spelling::all(self.values[value].read.secret.expose()));
            for (wanted, via) in spellings {
                let wanted = wanted.expose();
                let starts = wanted.find_iter(clue).filter_map(|before| clue_at.checked_sub(before));
                for start in starts.filter(|&start| text[start..].starts_with(wanted)) {
                    let end = ends.entry(value).or_default();
                    if *end <= start {
                        *end = start + wanted.len();
                        hits.push(Hit { span: start..*end, value, via: *via });
                    }
                }
            }
        }
    }
}

/// The four bytes at `at`; none where they reach over the end.
fn gram(text: &[u8], at: usize) -> Option<u32> {
    text.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// The word of the bitmap, and the bit in it.
fn slot(gram: u32) -> (usize, u64) {
    let hash = gram.wrapping_mul(MULTIPLIER) >> (u32::BITS - BITS);
    ((hash >> u64::BITS.ilog2()) as usize, 1 << (hash % u64::BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(values: &[&str]) -> Known {
        let value = |text: &&str| {
            let read = read(b".env", format!("A_PASSWORD='{text}'\n").as_bytes()).remove(0);
            Value { read: Arc::new(read), file: Arc::default() }
        };
        Known::new(values.iter().map(value).collect())
    }

    #[test]
    fn finds_a_value_at_every_place() {
        let known = known(&["Tr0ub4dor", "kestrel&91x"]);
        for before in 0..20 {
            for behind in 0..5 {
                let text = format!("{}Tr0ub4dor{}", "x".repeat(before), "y".repeat(behind));
                let hit = Hit { span: before..before + 9, value: 0, via: None };
                assert_eq!(known.find(text.as_bytes()), [hit], "{text}");
            }
        }
        assert_eq!(known.find(b"kestrel&91x")[0].value, 1);
        assert!(known.find(b"Tr0ub4do r kestrel&91 tr0ub4dor").is_empty());
        assert!(super::Known::default().find(b"Tr0ub4dor").is_empty());
    }

    #[test]
    fn finds_no_value_twice_in_one_place() {
        let known = known(&["00000000", "Tr0ub4dor"]);
        let spans: Vec<_> = known.find(&[b'0'; 36]).into_iter().map(|hit| hit.span).collect();
        assert_eq!(spans, [0..8, 8..16, 16..24, 24..32]);
    }

    #[test]
    fn finds_what_is_a_part_of_another() {
        let known = known(&["Tr0ub4dor", "Tr0ub4dor-and-more"]);
        let mut found: Vec<_> = known.find(b"=Tr0ub4dor-and-more").into_iter().map(|hit| hit.value).collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1]);
    }
}
