//! Which four bytes stand for a keyword in the first filter: those that other text has least.
//!
//! Never: what a keyword leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    gates::{self, ByteSet, Gate},
    gram::{self, FOLD},
};

/// The bytes of a gram.
const LEN: usize = 4;

/// A place that can hold more grams than this is no good one.
const MOST_GRAMS: usize = 512;

/// What a gram costs that is not among the common ones: it can meet one of those by its hash, and some text has it.
const RARE: u64 = 4;

/// How common grams are, and a hash under which few of them look like those of keywords.
pub struct Grams {
    /// In a million places, of folded grams.
    common: BTreeMap<u32, u64>,
}

/// Where beside a keyword a gram stands, counted from where the keyword begins; and the grams that can stand there, folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// May be before the keyword.
    pub offset: isize,
    /// Little-endian.
    pub grams: BTreeSet<u32>,
}

impl Grams {
    /// Reads `common-grams.txt`.
    pub fn read(text: &str) -> Self {
        let entry = |line: &str| {
            let (gram, count) = line.split_once(' ')?;
            Some((u32::from_str_radix(gram, 16).ok()?.swap_bytes(), count.parse().ok()?))
        };
        Self { common: text.lines().map(|line| entry(line).expect("a gram in hex and a count")).collect() }
    }

    /// The anchors of `keyword`, which stands anywhere.
    pub fn of_keyword(&self, keyword: &str) -> [Anchor; 2] {
        let sets: Vec<ByteSet> = keyword.bytes().map(gates::only).collect();
        self.anchors(0, &sets)
    }

    /// The anchors of a keyword that stands where `gate` holds.
    pub fn of_gate(&self, gate: &Gate) -> [Anchor; 2] {
        self.anchors(gate.before, &gate.sets())
    }

    /// The rarest grams at an even and at an odd distance from the keyword, since the filter looks at every other place only.
    fn anchors(&self, before: usize, sets: &[ByteSet]) -> [Anchor; 2] {
        // Any byte may stand round what is known. At an odd place of a text, there is one before it.
        let sets = [&[gates::ANY], sets, &[gates::ANY]].concat();
        let all = (0..=sets.len().saturating_sub(LEN)).map(|at| {
            let offset = at.cast_signed() - 1 - before.cast_signed();
            Anchor { offset, grams: grams(&sets[at..]) }
        });
        let all: Vec<Anchor> = all.filter(|anchor| !anchor.grams.is_empty()).collect();
        [0, 1].map(|parity| {
            let such = all.iter().filter(|anchor| anchor.offset.rem_euclid(2) == parity);
            such.min_by_key(|anchor| self.cost(&anchor.grams)).expect("a keyword has three bytes at least").clone()
        })
    }

    fn cost(&self, grams: &BTreeSet<u32>) -> u64 {
        grams.iter().map(|gram| self.common.get(gram).copied().unwrap_or(0) + RARE).sum()
    }

    /// The multiplier of the hash under which the fewest places of common text look like one of `wanted`.
    pub fn multiplier(&self, wanted: &BTreeSet<u32>) -> u32 {
        let odd = (0..500_u32).map(|number| number.wrapping_mul(0x9E37_79B2).wrapping_add(0x9E37_79B1) | 1);
        let seen_in_vain = |multiplier: &u32| -> u64 {
            let hashes: BTreeSet<usize> = wanted.iter().map(|gram| gram::hash(*gram, *multiplier)).collect();
            let common = self.common.iter().filter(|(gram, _)| hashes.contains(&gram::hash(**gram, *multiplier)));
            common.map(|(_, count)| count).sum()
        };
        odd.min_by_key(seen_in_vain).expect("some multiplier is the best")
    }
}

/// The folded grams that `sets` begin with; none if there are too many.
fn grams(sets: &[ByteSet]) -> BTreeSet<u32> {
    let mut grams = BTreeSet::from([0]);
    for (place, set) in sets.iter().take(LEN).enumerate() {
        let bytes = (0..=255).filter(|&byte| gates::has(set, byte)).map(|byte| byte | FOLD.to_le_bytes()[0]);
        let bytes: BTreeSet<u8> = bytes.collect();
        if grams.len() * bytes.len() > MOST_GRAMS {
            return BTreeSet::new();
        }
        let with = |byte: u8| u32::from(byte) << (8 * place);
        grams = grams.iter().flat_map(|gram| bytes.iter().map(move |&byte| gram | with(byte))).collect();
    }
    grams
}
