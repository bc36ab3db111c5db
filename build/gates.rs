//! What a rule's pattern asks of the bytes round a keyword, read off the pattern itself.
//!
//! A gate is a necessary condition, never a guess: each of its bytes stands in every match. So a keyword whose gate does not
//! hold is in no match, and the expression need neither be compiled nor run for it.

use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Repetition},
};

/// Bytes that may stand at a place: a bit for each.
pub type ByteSet = [u64; 4];

/// Every byte.
pub const ANY: ByteSet = [u64::MAX; 4];

/// What stands round a keyword in a match: a set for each byte, in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// So many of the sets stand before the keyword's first byte.
    pub before: usize,
    /// For each byte.
    pub sets: Vec<ByteSet>,
}

/// Matches of a line's rule are looked for from so far before the keyword on.
const WINDOW_BEFORE: usize = 512;
/// More bytes in a row tell no more.
const LONGEST: usize = 96;
/// Patterns with more ways through them are cut into pieces.
const MOST_WAYS: usize = 32;
/// More texts than this that a place could hold are no keywords.
const MOST_TEXTS: usize = 64;

/// For each of `keywords` (in lower case) the gates of which one must hold for it to be in a match of `pattern`; a keyword that
/// is not named then decides nothing. `None` if the pattern can match without one of the keywords at a place that is known.
pub fn gates(pattern: &str, keywords: &[String], over_lines: bool) -> Option<BTreeMap<String, Vec<Gate>>> {
    let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).expect("it has been compiled");
    let is_short = hir.properties().maximum_len().is_some_and(|len| len <= WINDOW_BEFORE);
    let mut gates: BTreeMap<String, Vec<Gate>> = BTreeMap::new();
    for way in ways(&hir) {
        // Further on, a match may have begun before what is looked at.
        let pieces = if is_short && !over_lines { &way[..] } else { &way[..1] };
        let (found, gate) = pieces.iter().find_map(|piece| place(piece, keywords))?;
        for keyword in found {
            let known = gates.entry(keyword).or_default();
            if !known.contains(&gate) {
                known.push(gate.clone());
            }
        }
    }
    Some(gates)
}

/// One way through a pattern: pieces that stand in each of its matches, in this order, and anything between them. One at least.
type Way = Vec<Vec<ByteSet>>;

fn nothing() -> Way {
    vec![Vec::new()]
}

fn gap() -> Way {
    vec![Vec::new(), Vec::new()]
}

fn ways(hir: &Hir) -> Vec<Way> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![nothing()],
        HirKind::Literal(literal) => vec![vec![literal.0.iter().map(|&byte| only(byte)).collect()]],
        HirKind::Class(Class::Bytes(class)) => {
            let mut set = ByteSet::default();
            class.iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| add(&mut set, byte));
            vec![vec![vec![set]]]
        }
        HirKind::Class(Class::Unicode(_)) => vec![gap()],
        HirKind::Capture(capture) => ways(&capture.sub),
        HirKind::Repetition(repetition) => repeated(repetition),
        HirKind::Concat(parts) => parts.iter().fold(vec![nothing()], |ways_so_far, part| {
            let next = ways(part);
            let next = if ways_so_far.len() * next.len() > MOST_WAYS { vec![gap()] } else { next };
            ways_so_far.iter().flat_map(|way| next.iter().map(|next| joined(way, next))).collect()
        }),
        HirKind::Alternation(parts) => {
            let all: Vec<Way> = parts.iter().flat_map(ways).collect();
            if all.len() > MOST_WAYS { vec![gap()] } else { all }
        }
    }
}

fn repeated(repetition: &Repetition) -> Vec<Way> {
    let inner = ways(&repetition.sub);
    let (min, max) = (repetition.min as usize, repetition.max.map(|max| max as usize));
    match inner.as_slice() {
        [way] if way.len() == 1 && (min > 0 || max != Some(1)) => {
            let count = min.min(LONGEST);
            let piece = way[0].repeat(count);
            if max == Some(count) { vec![vec![piece]] } else { vec![vec![piece.clone(), piece]] }
        }
        _ if min == 0 && max == Some(1) => inner.into_iter().chain([nothing()]).collect(),
        _ if min == 0 => vec![gap()],
        _ => inner.iter().map(|way| joined(way, &gap())).collect(),
    }
}

/// `way`, and right behind it `next`.
fn joined(way: &Way, next: &Way) -> Way {
    let (last, pieces) = way.split_last().expect("a way has a piece");
    let (first, rest) = next.split_first().expect("a way has a piece");
    let mut whole = pieces.to_vec();
    whole.push([last.as_slice(), first].concat());
    whole.extend_from_slice(rest);
    whole
}

/// The first place in `piece` where nothing but keywords can stand: the keywords, and what stands round them.
fn place(piece: &[ByteSet], keywords: &[String]) -> Option<(Vec<String>, Gate)> {
    let lengths: BTreeSet<usize> = keywords.iter().map(String::len).collect();
    let places = (0..piece.len()).flat_map(|at| lengths.iter().rev().map(move |&len| (at, len)));
    places.into_iter().find_map(|(at, len)| {
        let texts = texts(piece.get(at..at + len)?)?;
        let from = at.saturating_sub(LONGEST);
        let sets = piece[from..].iter().take(at - from + len + LONGEST).copied().collect();
        texts.iter().all(|text| keywords.contains(text)).then_some((texts, Gate { before: at - from, sets }))
    })
}

/// Every text, in lower case, that `sets` allow; none if there are too many.
fn texts(sets: &[ByteSet]) -> Option<Vec<String>> {
    let mut texts = BTreeSet::from([String::new()]);
    for set in sets {
        let bytes: BTreeSet<u8> =
            (0..=255).filter(|&byte| has(set, byte)).map(|byte| byte.to_ascii_lowercase()).collect();
        if bytes.len() * texts.len() > MOST_TEXTS || !bytes.iter().all(u8::is_ascii) {
            return None;
        }
        texts = texts
            .iter()
            .flat_map(|text| bytes.iter().map(move |&byte| format!("{text}{}", char::from(byte))))
            .collect();
    }
    Some(texts.into_iter().collect())
}

/// A set of one byte.
pub fn only(byte: u8) -> ByteSet {
    let mut set = ByteSet::default();
    add(&mut set, byte);
    set
}

fn add(set: &mut ByteSet, byte: u8) {
    set[usize::from(byte / 64)] |= 1 << (byte % 64);
}

/// Whether `byte` is in `set`.
pub fn has(set: &ByteSet, byte: u8) -> bool {
    set[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
}
