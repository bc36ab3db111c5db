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

/// So many bytes in a row that are of one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The set.
    pub set: ByteSet,
    /// The least length.
    pub least: usize,
    /// The greatest; none if that is not known.
    pub most: Option<usize>,
}

/// What stands round a keyword in a match: runs, one right behind the other. Each but the last ends where no byte of its set
/// stands, if its length is not fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// So many bytes stand before the keyword's first.
    pub before: usize,
    /// From there on.
    pub runs: Vec<Run>,
}

impl Run {
    fn fixed(set: ByteSet, length: usize) -> Self {
        Self { set, least: length, most: Some(length) }
    }

    fn is_fixed(&self) -> bool {
        self.most == Some(self.least) && self.least <= LONGEST
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        self.set.iter().zip(other.set).all(|(a, b)| a & b == 0)
    }
}

impl Gate {
    /// The sets of the bytes at its beginning whose places are known.
    pub fn sets(&self) -> Vec<ByteSet> {
        let known = self.runs.iter().position(|run| !run.is_fixed()).unwrap_or(self.runs.len());
        self.runs.iter().take(known + 1).flat_map(|run| vec![run.set; run.least.min(LONGEST)]).collect()
    }
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
        let anywhere = is_short && !over_lines;
        let pieces = if anywhere { &way[..] } else { &way[..1] };
        let (found, gate) = pieces.iter().find_map(|piece| place(piece, anywhere, keywords))?;
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
type Way = Vec<Vec<Run>>;

fn nothing() -> Way {
    vec![Vec::new()]
}

fn gap() -> Way {
    vec![Vec::new(), Vec::new()]
}

fn ways(hir: &Hir) -> Vec<Way> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![nothing()],
        HirKind::Literal(literal) => vec![vec![literal.0.iter().map(|&byte| Run::fixed(only(byte), 1)).collect()]],
        HirKind::Class(Class::Bytes(class)) => {
            let mut set = ByteSet::default();
            class.iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| add(&mut set, byte));
            vec![vec![vec![Run::fixed(set, 1)]]]
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
    let (least, most) = (repetition.min as usize, repetition.max.map(|max| max as usize));
    if let [way] = inner.as_slice()
        && let [piece] = way.as_slice()
        && (least > 0 || most != Some(1))
    {
        return match piece.as_slice() {
            [run] if *run == Run::fixed(run.set, 1) => vec![vec![vec![Run { set: run.set, least, most }]]],
            _ if most == Some(least) && least <= LONGEST => vec![vec![piece.repeat(least)]],
            _ => vec![vec![piece.repeat(least.min(1)), piece.repeat(least.min(1))]],
        };
    }
    match (least, most) {
        (0, Some(1)) => inner.into_iter().chain([nothing()]).collect(),
        (0, _) => vec![gap()],
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

/// The first place in `piece` where nothing but keywords can stand: the keywords, and what stands round them. Unless `anywhere`
/// will do, at a known distance from where the piece begins.
fn place(piece: &[Run], anywhere: bool, keywords: &[String]) -> Option<(Vec<String>, Gate)> {
    let mut first = 0;
    for stretch in piece.chunk_by(|a, b| a.is_fixed() && b.is_fixed()) {
        let behind = first + stretch.len();
        if stretch[0].is_fixed()
            && let Some((keywords, at, sets)) = place_in_stretch(stretch, keywords)
        {
            return Some((keywords, gate(&piece[..first], &sets, at, &piece[behind..])));
        }
        if !anywhere {
            break;
        }
        first = behind;
    }
    None
}

/// The keywords, where they begin, and the sets of the stretch, byte by byte.
fn place_in_stretch(stretch: &[Run], keywords: &[String]) -> Option<(Vec<String>, usize, Vec<ByteSet>)> {
    let sets: Vec<ByteSet> = stretch.iter().flat_map(|run| vec![run.set; run.least]).collect();
    let lengths: BTreeSet<usize> = keywords.iter().map(String::len).collect();
    let mut places = (0..sets.len()).flat_map(|at| lengths.iter().rev().map(move |&len| (at, len)));
    let (texts, at) = places.find_map(|(at, len)| {
        let texts = texts(sets.get(at..at + len)?)?;
        texts.iter().all(|text| keywords.contains(text)).then_some((texts, at))
    })?;
    Some((texts, at, sets))
}

/// What stands round the place `at` in `sets`, which `earlier` runs and `later` ones adjoin.
fn gate(earlier: &[Run], sets: &[ByteSet], at: usize, later: &[Run]) -> Gate {
    let mut runs = Vec::new();
    let mut before = at.min(LONGEST);
    // Of a run whose length is not fixed the last bytes are known.
    if let Some(run) = earlier.last().filter(|run| before == at && run.least > 0) {
        let length = run.least.min(LONGEST);
        runs.push(Run::fixed(run.set, length));
        before += length;
    }
    let kept = at - at.min(LONGEST);
    runs.extend(sets[kept..].chunk_by(|a, b| a == b).map(|run| Run::fixed(run[0], run.len())));
    for (number, run) in later.iter().enumerate() {
        let ends = later.get(number + 1).is_some_and(|next| next.least > 0 && run.is_disjoint(next));
        runs.push(if run.is_fixed() || ends { *run } else { Run { most: None, ..*run } });
        if !run.is_fixed() && !ends {
            break;
        }
    }
    Gate { before, runs }
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
