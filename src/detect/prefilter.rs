//! Keywords to candidates: the cheap look at every byte that decides which rules get to see which places.
//!
//! Never: regular expressions.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::rules::RuleSet;

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

/// An Aho-Corasick automaton over the keywords of all rules.
pub struct Prefilter {
    automaton: AhoCorasick,
    /// For each keyword of the automaton, the rules that want it.
    wanted_by: Vec<Vec<usize>>,
}

impl Prefilter {
    /// The automaton for `rules`.
    pub fn new(rules: &RuleSet) -> Self {
        let mut number = HashMap::new();
        let mut wanted_by: Vec<Vec<usize>> = Vec::new();
        let mut keywords = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            for keyword in rule.keywords.iter() {
                let folded = keyword.to_ascii_lowercase();
                let at = *number.entry(folded.clone()).or_insert_with(|| {
                    keywords.push(folded);
                    wanted_by.push(Vec::new());
                    wanted_by.len() - 1
                });
                if wanted_by[at].last() != Some(&index) {
                    wanted_by[at].push(index);
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // Built anew by each commit: the contiguous NFA costs a fifth of the DFA to build.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&keywords)
            .expect("a few hundred short keywords are far below the automaton's limits");
        Self { automaton, wanted_by }
    }

    /// All candidates in `text`, sorted by rule and place.
    pub fn candidates(&self, text: &[u8]) -> Vec<Candidate> {
        let mut candidates: Vec<_> = self
            .automaton
            .find_overlapping_iter(text)
            .flat_map(|hit| {
                self.wanted_by[hit.pattern()].iter().map(move |&rule| Candidate {
                    rule,
                    at: hit.start(),
                    end: hit.end(),
                })
            })
            .collect();
        candidates.sort_unstable();
        candidates
    }
}
