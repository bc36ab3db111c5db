//! The keywords of all rules, as tables that need no building at run time: a bitmap of one gram of each keyword, and by gram the
//! keywords, the rules that want them, and the gates before those rules.
//!
//! Never: how a pattern is read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use crate::{
    gates::{self, ByteSet, Gate},
    gram,
    grams::{Anchor, Grams},
    rule::{Matcher, Reach, Rule},
};

/// The source of the tables, of the types in `src/detect/prefilter/table.rs`.
pub fn tables(rules: &[Rule], grams: &Grams) -> String {
    let mut tables = Tables::default();
    for (keyword, wants) in wants(rules) {
        tables.add(grams, &keyword, &wants);
    }
    tables.source(grams)
}

/// A rule that wants a keyword, and the gates of which one must hold; none if there is nothing to hold.
type Want = (usize, Vec<Gate>);

fn wants(rules: &[Rule]) -> BTreeMap<String, Vec<Want>> {
    let mut wants: BTreeMap<String, Vec<Want>> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        let keywords: BTreeSet<String> = rule.keywords.iter().map(|keyword| keyword.to_ascii_lowercase()).collect();
        let keywords: Vec<String> = keywords.into_iter().collect();
        let known = match &rule.matcher {
            Matcher::Pattern { regex, reach } => gates::gates(regex, &keywords, *reach == Reach::Block),
            Matcher::Assignment { .. } | Matcher::Context { .. } | Matcher::Known | Matcher::Policy => None,
        };
        let gated: Vec<(String, Vec<Gate>)> = match known {
            Some(gates) => gates.into_iter().collect(),
            None => keywords.into_iter().map(|keyword| (keyword, Vec::new())).collect(),
        };
        for (keyword, gates) in gated {
            wants.entry(keyword).or_default().push((index, gates));
        }
    }
    wants
}

#[derive(Default)]
struct Tables {
    text: String,
    words: Vec<String>,
    keywords: Vec<String>,
    wants: Vec<String>,
    gates: Vec<String>,
    parts: Vec<String>,
    sets: Vec<ByteSet>,
    /// For each gram, its keywords and where it stands beside them.
    entries: BTreeMap<u32, BTreeSet<(usize, isize)>>,
}

impl Tables {
    fn add(&mut self, grams: &Grams, keyword: &str, wants: &[Want]) {
        let number = self.keywords.len();
        let (start, len) = (self.text.len(), keyword.len());
        self.text += keyword;
        self.words.push(keyword.to_owned());
        let first_want = self.wants.len();
        for (rule, gates) in wants {
            let first_gate = self.gates.len();
            for gate in gates {
                self.add_gate(gate);
            }
            self.wants
                .push(format!("Want {{ rule: {rule}, gates: Span {{ start: {first_gate}, len: {} }} }}", gates.len()));
        }
        self.keywords.push(format!(
            "Keyword {{ text: Span {{ start: {start}, len: {len} }}, wants: Span {{ start: {first_want}, len: {} }} }}",
            wants.len()
        ));
        let gates: Vec<&Gate> = wants.iter().flat_map(|(_, gates)| gates).collect();
        let anchors = if wants.iter().any(|(_, gates)| gates.is_empty()) {
            BTreeSet::from(grams.of_keyword(keyword))
        } else {
            gates.into_iter().flat_map(|gate| grams.of_gate(gate)).collect()
        };
        for Anchor { offset, grams } in anchors {
            for gram in grams {
                self.entries.entry(gram).or_default().insert((number, offset));
            }
        }
    }

    fn add_gate(&mut self, gate: &Gate) {
        let first = self.parts.len();
        for run in &gate.runs {
            let set = self.sets.iter().position(|set| *set == run.set).unwrap_or_else(|| {
                self.sets.push(run.set);
                self.sets.len() - 1
            });
            // What does not fit into a byte is asked less of.
            let least = u8::try_from(run.least).unwrap_or(u8::MAX);
            let most = run.most.and_then(|most| u8::try_from(most).ok());
            assert_ne!(most, Some(0), "a part that takes no byte asks for nothing");
            let most = most.map_or("None".to_owned(), |most| format!("NonZeroU8::new({most})"));
            self.parts.push(format!("Part {{ set: {set}, least: {least}, most: {most} }}"));
        }
        let len = self.parts.len() - first;
        self.gates.push(format!("Gate {{ before: {}, parts: Span {{ start: {first}, len: {len} }} }}", gate.before));
    }

    fn source(&self, grams: &Grams) -> String {
        let multiplier = grams.multiplier(&self.entries.keys().copied().collect());
        let mut buckets: BTreeMap<usize, BTreeSet<(usize, isize)>> = BTreeMap::new();
        for (&gram, keywords) in &self.entries {
            buckets.entry(gram::hash(gram, multiplier)).or_default().extend(keywords);
        }
        let mut bits = vec![0_u64; (1 << gram::BITS) / 64];
        // Many grams lead to the same keyword, each with another byte beside it.
        let mut known: BTreeMap<&BTreeSet<(usize, isize)>, usize> = BTreeMap::new();
        let (mut spans, mut entries) = (Vec::new(), Vec::new());
        for (&gram, keywords) in &buckets {
            bits[gram / 64] |= 1 << (gram % 64);
            let start = *known.entry(keywords).or_insert(entries.len());
            spans.push(format!("({start}, {})", keywords.len()));
            if start < entries.len() {
                continue;
            }
            // A keyword that overlaps itself is found in order of place.
            entries.extend(keywords.iter().rev().map(|&(keyword, offset)| {
                let probe = probe(&self.words[keyword], offset);
                format!("Entry {{ keyword: {keyword}, offset: {offset}, probe: {probe:?} }}")
            }));
        }
        let ranks = bits.iter().scan(0, |rank, word: &u64| {
            let before = *rank;
            *rank += word.count_ones();
            Some(before)
        });
        let mut source = String::new();
        let mut list = |doc: &str, name: &str, kind: &str, items: Vec<String>| {
            writeln!(source, "/// {doc}\npub static {name}: [{kind}; {}] = [{}];", items.len(), items.join(", "))
                .expect("a string takes all");
        };
        let shown = |sets: &[u64]| sets.iter().map(|word| format!("{word:#x}")).collect::<Vec<_>>();
        list("The grams of which a keyword has one.", "BITS", "u64", shown(&bits));
        list(
            "For each word of the bitmap, how many bits are set before it.",
            "RANKS",
            "u16",
            ranks.map(|rank| rank.to_string()).collect(),
        );
        list(
            "For each bit that is set, where its entries begin, and how many there are.",
            "BUCKETS",
            "(u16, u8)",
            spans,
        );
        list("Keywords by gram.", "ENTRIES", "Entry", entries);
        list("All keywords.", "KEYWORDS", "Keyword", self.keywords.clone());
        list("Who wants them.", "WANTS", "Want", self.wants.clone());
        list("What stands before a rule.", "GATES", "Gate", self.gates.clone());
        list("What gates consist of.", "PARTS", "Part", self.parts.clone());
        list(
            "The sets of bytes in them.",
            "SETS",
            "ByteSet",
            self.sets.iter().map(|set| format!("ByteSet([{}])", shown(set).join(", "))).collect(),
        );
        writeln!(source, "/// The text of all keywords.\npub static TEXT: &[u8] = {:?}.as_bytes();", self.text)
            .expect("a string takes all");
        writeln!(source, "/// Of the hash of a gram.\npub const MULTIPLIER: u32 = {multiplier:#x};")
            .expect("a string takes all");
        source
    }
}

/// The byte of `keyword` that stands nearest to a gram at `offset` and is no part of it, rather behind it than before it, folded;
/// and where it stands, counted from the gram.
fn probe(keyword: &str, offset: isize) -> (isize, u8) {
    let places = keyword.bytes().zip(-offset..).map(|(byte, place)| (place, byte | gram::FOLD_BYTE));
    let distance = |place: isize| if place < 0 { -place } else { (place - 3).max(0) };
    let beside = places.filter(|(place, _)| distance(*place) > 0);
    let nearest = beside.min_by_key(|(place, _)| (distance(*place), *place < 0));
    nearest.unwrap_or_else(|| (-offset, keyword.as_bytes()[0] | gram::FOLD_BYTE))
}
