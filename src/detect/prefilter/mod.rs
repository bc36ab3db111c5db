//! Keywords to candidates: the cheap look at every byte that decides which rules get to see which places.
//!
//! Four layers, each asked only where the one before it said yes:
//!
//! 1. a bitmap of grams, two of each keyword, static in the binary: every other place of the text, 2,300 MB/s;
//! 2. the keywords of that gram, compared with the text;
//! 3. the gates of the rules that want the keyword: what the rule's pattern asks of the bytes round it; with these, 700 MB/s;
//! 4. what a gate cannot say is left to the rule itself.
//!
//! An Aho-Corasick automaton over all keywords runs at 120 to 190 MB/s and takes longer to build than all else that a small
//! commit does. It looks for the keywords of a configuration's rules, which are few and known only at run time, and the
//! tests hold the layers against one over all keywords.
//!
//! Never: regular expressions.

mod gram;
mod scan;
mod table;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use self::table::{Keyword, Seen, Want};
use crate::rules::{Rule, RuleSet};

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
#[derive(Default)]
pub struct Prefilter {
    /// Which of the built-in rules are in force, if not all of them.
    in_force: OnceLock<Box<[bool]>>,
    /// Over the keywords of a configuration's rules.
    own: OnceLock<Option<Automaton>>,
    /// Over those of every rule, for who asks why.
    all: OnceLock<Option<Automaton>>,
    /// No layer spares another one its work, so that tests can see whether any keeps a match out.
    #[cfg(test)]
    pub spares_nothing: bool,
}

/// An automaton over keywords that are known only at run time.
struct Automaton {
    finder: AhoCorasick,
    /// For each keyword, the index of the rule that wants it.
    rules: Vec<usize>,
}

impl Prefilter {
    /// All candidates in `text` for `rules`, which are the same at each call; sorted by rule and place.
    pub fn candidates(&self, rules: &RuleSet, text: &[u8]) -> Vec<Candidate> {
        #[cfg(test)]
        if self.spares_nothing {
            return self.all_keywords(rules, text);
        }
        let mut candidates = Vec::new();
        let mut seen = Seen::default();
        let is_in_force = |want: &Want| rules.is_builtin() || self.in_force(rules)[usize::from(want.rule)];
        keywords(text, |at, keyword| {
            let wants = keyword.wants().iter().filter(|want| is_in_force(want) && want.may_hold(text, at, &mut seen));
            let candidate =
                |want: &Want| Candidate { rule: usize::from(want.rule), at, end: at + keyword.text().len() };
            candidates.extend(wants.map(candidate));
        });
        if !rules.is_builtin()
            && let Some(own) = self.own.get_or_init(|| Automaton::new(rules.own()))
        {
            own.find(text, &mut candidates);
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn in_force(&self, rules: &RuleSet) -> &[bool] {
        self.in_force.get_or_init(|| (0..rules.end()).map(|index| rules.has_builtin(index)).collect())
    }

    /// Every keyword of every rule in `text`, sorted, gate or no gate: slow, for those who ask why nothing was found.
    pub fn all_keywords(&self, rules: &RuleSet, text: &[u8]) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        if let Some(all) = self.all.get_or_init(|| Automaton::new(rules.indexed())) {
            all.find(text, &mut candidates);
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

/// Calls `hit` with each place in `text` where a keyword begins, and with the keyword.
fn keywords(text: &[u8], mut hit: impl FnMut(usize, &Keyword)) {
    scan::scan(text, |at, gram| {
        for entry in table::entries(gram) {
            // Most grams stand in other words.
            if entry.may_stand(text, at)
                && let Some((start, keyword)) = entry.find(text, at)
            {
                hit(start, keyword);
            }
        }
    });
}

impl Automaton {
    /// Over the keywords of `rules`; none if there are none.
    fn new<'a>(rules: impl Iterator<Item = (usize, &'a Rule)>) -> Option<Self> {
        let wants = rules.flat_map(|(index, rule)| rule.keywords.iter().map(move |keyword| (keyword, index)));
        let (keywords, rules): (Vec<_>, Vec<_>) = wants.unzip();
        if keywords.is_empty() {
            return None;
        }
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // The contiguous NFA costs less than half of the DFA to build.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(keywords.iter().map(|keyword| keyword.as_bytes()))
            .expect("a few thousand keywords are far below the automaton's limits");
        Some(Self { finder, rules })
    }

    fn find(&self, text: &[u8], candidates: &mut Vec<Candidate>) {
        candidates.extend(self.finder.find_overlapping_iter(text).map(|hit| Candidate {
            rule: self.rules[hit.pattern()],
            at: hit.start(),
            end: hit.end(),
        }));
    }
}

#[cfg(test)]
mod tests;
