//! Keywords to candidates: the cheap look at every byte that decides which rules get to see which places.
//!
//! An automaton over all keywords takes longer to build than all else that a small commit does. So the first four bytes of each
//! keyword stand in a bitmap, and for a short text the automaton is built over those keywords only whose first bytes occur in it.
//! Never: regular expressions.

use std::sync::{Arc, Mutex, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::rules::RuleSet;

/// A longer text pays for the automaton over all keywords.
const SHORT: usize = 256 << 10;
/// So many small automata cost what the one over all keywords costs.
const MOST_BUILDS: usize = 4;

/// A rule's keyword was seen: the rule may hold near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The index of the rule.
    pub rule: usize,
    /// The offset of the keyword's first byte.
    pub at: usize,
    /// The offset behind the keyword's last byte.
    pub end: usize,
}

/// Finds the keywords of all rules.
pub struct Prefilter {
    /// The keywords, in lower case, each with the rules that want it.
    keywords: Vec<Keyword>,
    /// The first bytes of the keywords that have four.
    first_bytes: Grams,
    all: OnceLock<Arc<Automaton>>,
    small: Mutex<Small>,
}

/// The automaton of the last short text, which may do for the next.
#[derive(Default)]
struct Small {
    automaton: Option<Arc<Automaton>>,
    /// How often one was built.
    builds: usize,
}

struct Keyword {
    text: Vec<u8>,
    rules: Vec<usize>,
}

/// An automaton over some of the keywords.
struct Automaton {
    finder: AhoCorasick,
    /// For each of its patterns, the number of the keyword; ascending.
    keywords: Vec<usize>,
}

impl Prefilter {
    /// The keywords of `rules`.
    pub fn new(rules: &RuleSet) -> Self {
        let mut wanted: Vec<(Vec<u8>, usize)> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            wanted.extend(rule.keywords.iter().map(|keyword| (keyword.to_ascii_lowercase().into_bytes(), index)));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut keywords: Vec<Keyword> = Vec::new();
        for (text, rule) in wanted {
            match keywords.last_mut() {
                Some(last) if last.text == text => last.rules.push(rule),
                _ => keywords.push(Keyword { text, rules: vec![rule] }),
            }
        }
        let mut first_bytes = Grams::default();
        for keyword in &keywords {
            if let Some(gram) = keyword.gram() {
                first_bytes.add(gram);
            }
        }
        Self { keywords, first_bytes, all: OnceLock::new(), small: Mutex::default() }
    }

    /// All candidates in `text`, sorted by rule and place.
    pub fn candidates(&self, text: &[u8]) -> Vec<Candidate> {
        let automaton = if text.len() > SHORT { self.all() } else { self.automaton_for(text) };
        self.find(&automaton, text)
    }

    fn all(&self) -> Arc<Automaton> {
        let all = || Arc::new(Automaton::new(&self.keywords, (0..self.keywords.len()).collect()));
        Arc::clone(self.all.get_or_init(all))
    }

    fn find(&self, automaton: &Automaton, text: &[u8]) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for hit in automaton.finder.find_overlapping_iter(text) {
            let keyword = &self.keywords[automaton.keywords[hit.pattern()]];
            candidates.extend(keyword.rules.iter().map(|&rule| Candidate { rule, at: hit.start(), end: hit.end() }));
        }
        candidates.sort_unstable();
        candidates
    }

    /// An automaton over at least those keywords that occur in `text`.
    fn automaton_for(&self, text: &[u8]) -> Arc<Automaton> {
        if let Some(all) = self.all.get() {
            return Arc::clone(all);
        }
        let mut keywords = self.may_occur(text);
        let mut small = self.small.lock().expect("nobody panics while holding it");
        if let Some(last) = &small.automaton {
            if last.covers(&keywords) {
                return Arc::clone(last);
            }
            if small.builds >= MOST_BUILDS {
                return self.all();
            }
            // What the last text wanted the next one mostly wants, too.
            keywords.extend(&last.keywords);
            keywords.sort_unstable();
            keywords.dedup();
        }
        small.builds += 1;
        Arc::clone(small.automaton.insert(Arc::new(Automaton::new(&self.keywords, keywords))))
    }

    /// The numbers, ascending, of the keywords whose first bytes occur, and of those that are too short to tell.
    fn may_occur(&self, text: &[u8]) -> Vec<usize> {
        let mut occurring = Grams::default();
        for window in text.windows(4) {
            let gram = Grams::hash([window[0], window[1], window[2], window[3]]);
            if self.first_bytes.has(gram) {
                occurring.add(gram);
            }
        }
        let keywords = self.keywords.iter().enumerate();
        keywords
            .filter(|(_, keyword)| keyword.gram().is_none_or(|gram| occurring.has(gram)))
            .map(|(number, _)| number)
            .collect()
    }
}

impl Keyword {
    fn gram(&self) -> Option<usize> {
        self.text.first_chunk().map(|first| Grams::hash(*first))
    }
}

impl Automaton {
    fn new(all: &[Keyword], keywords: Vec<usize>) -> Self {
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // The contiguous NFA costs less than half of the DFA to build.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(keywords.iter().map(|&number| &all[number].text))
            .expect("a few hundred short keywords are far below the automaton's limits");
        Self { finder, keywords }
    }

    fn covers(&self, keywords: &[usize]) -> bool {
        keywords.iter().all(|keyword| self.keywords.binary_search(keyword).is_ok())
    }
}

/// A set of runs of four bytes, by a hash: it may say yes too often, and never no.
struct Grams([u64; Grams::BITS / 64]);

impl Grams {
    const BITS: usize = 1 << 16;

    /// The same for both cases of a letter. Bit 5 is the case; setting it makes other bytes equal too, which costs a look.
    fn hash(bytes: [u8; 4]) -> usize {
        let folded = u32::from_le_bytes(bytes) | 0x2020_2020;
        (folded.wrapping_mul(0x9E37_79B1) >> 16) as usize
    }

    fn add(&mut self, gram: usize) {
        self.0[gram / 64] |= 1 << (gram % 64);
    }

    fn has(&self, gram: usize) -> bool {
        self.0[gram / 64] >> (gram % 64) & 1 == 1
    }
}

impl Default for Grams {
    fn default() -> Self {
        Self([0; Self::BITS / 64])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortcut_finds_what_the_whole_automaton_finds() {
        let whole = Prefilter::new(&RuleSet::builtin());
        let all = whole.all();
        let seasoned = Prefilter::new(&RuleSet::builtin());
        let mut state = 1_u64;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for round in 0..300 {
            let fresh = Prefilter::new(&RuleSet::builtin());
            // One that has seen nothing yet, and one that has seen all that came before.
            let prefilter = if round < 40 { &fresh } else { &seasoned };
            let mut text = Vec::new();
            for _ in 0..draw(12) {
                text.extend((0..draw(30)).map(|_| b' ' + u8::try_from(draw(95)).expect("below 95")));
                let keyword = &whole.keywords[draw(whole.keywords.len())].text;
                text.extend(keyword.iter().map(|byte| if draw(2) == 0 { byte.to_ascii_uppercase() } else { *byte }));
            }
            assert_eq!(prefilter.candidates(&text), whole.find(&all, &text), "{}", text.escape_ascii());
        }
    }
}
