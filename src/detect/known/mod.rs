//! Values that are known to be secret, wherever they stand and however they are spelled: those of the user's own files.
//!
//! Of each spelling four grams are kept, at four distances from its start, and of a text every fourth gram is looked up, so that
//! nothing is missed and next to nothing is compared. A table of grams is made in microseconds where an automaton over the same
//! spellings takes longer than all else that a small commit does, and is wiped from memory like the values themselves.
//!
//! Never: where the values come from, whether they count in a change.

mod spelling;
mod value;

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use zeroize::Zeroizing;

pub use value::{Read, read};

use crate::secret::Secret;

/// Every so many bytes a gram of a text is looked up.
const STEP: usize = 4;
const GRAM: usize = 4;
/// Shorter spellings could hide between two places that are looked at.
const LEAST: usize = STEP + GRAM - 1;
/// So many bits has the hash of a gram; the bitmap has 8 KB then.
const BITS: u32 = 16;
/// Knuth's multiplicative hash: 2^32 over the golden ratio.
const MULTIPLIER: u32 = 2_654_435_769;
/// Where in an entry of the table the spelling's number begins, and the gram.
const NUMBER: u32 = 2;
const PIECE: u32 = 32;

/// A value, and what it is called without saying it.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value.
    pub secret: Secret,
    /// As in `the value of SNOWFLAKE_PASSWORD in .env`.
    pub what: String,
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
    spellings: Vec<Spelling>,
    bitmap: Zeroizing<Vec<u64>>,
    /// Gram, number of the spelling, and the gram's distance from its start; sorted.
    grams: Zeroizing<Vec<u64>>,
}

/// One way to write a value.
#[derive(Debug)]
struct Spelling {
    text: Secret,
    /// The number of the value.
    value: usize,
    /// The word for it; none for the value as it is.
    via: Option<&'static str>,
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
        let spelled = |(number, value): (usize, &Value)| {
            spelling::all(value.secret.expose())
                .into_iter()
                .filter(|(text, _)| text.expose().len() >= LEAST)
                .map(move |(text, via)| Spelling { text, value: number, via })
        };
        let spellings: Vec<_> = values.iter().enumerate().flat_map(spelled).collect();
        let mut bitmap = Zeroizing::new(vec![0; 1 << (BITS - u64::BITS.ilog2())]);
        let mut grams = Zeroizing::new(Vec::with_capacity(STEP * spellings.len()));
        for (number, spelling) in spellings.iter().enumerate() {
            for distance in 0..STEP {
                let gram = gram(spelling.text.expose(), distance).expect("it is long enough for all of them");
                let (word, bit) = slot(gram);
                bitmap[word] |= bit;
                grams.push(u64::from(gram) << PIECE | (number as u64) << NUMBER | distance as u64);
            }
        }
        grams.sort_unstable();
        Self { table: Arc::new(Table { values, spellings, bitmap, grams }), left_out: BTreeSet::new() }
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

    /// Every place in `text` where a value stands; where one is a part of another, both.
    pub fn find(&self, text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.is_empty() {
            return hits;
        }
        for at in (0..text.len()).step_by(STEP) {
            let Some(gram) = gram(text, at) else { break };
            let (word, bit) = slot(gram);
            if self.table.bitmap[word] & bit != 0 {
                self.table.compare(text, at, gram, &mut hits);
            }
        }
        hits.retain(|hit| !self.left_out.contains(&hit.value));
        hits
    }
}

impl Table {
    /// The spellings with `gram` that stand round `at`.
    fn compare(&self, text: &[u8], at: usize, gram: u32, hits: &mut Vec<Hit>) {
        let first = self.grams.partition_point(|entry| entry >> PIECE < u64::from(gram));
        for entry in self.grams[first..].iter().take_while(|entry| **entry >> PIECE == u64::from(gram)) {
            let low = usize::try_from(entry & u64::from(u32::MAX)).expect("32 bits");
            let spelling = &self.spellings[low >> NUMBER];
            let wanted = spelling.text.expose();
            let Some(start) = at.checked_sub(low % STEP) else { continue };
            if text[start..].starts_with(wanted) {
                let span = start..start + wanted.len();
                hits.push(Hit { span, value: spelling.value, via: spelling.via });
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
        let value = |text: &&str| Value { secret: Secret::new(text.as_bytes()), what: String::new() };
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
    fn finds_what_is_a_part_of_another() {
        let known = known(&["Tr0ub4dor", "Tr0ub4dor-and-more"]);
        let mut found: Vec<_> = known.find(b"=Tr0ub4dor-and-more").into_iter().map(|hit| hit.value).collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1]);
    }
}
