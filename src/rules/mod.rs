//! What tightlip looks for: the built-in rules, as static tables that `build.rs` made of `rules.toml`, and those of a
//! configuration.
//!
//! Never: bytes to scan, git.

pub mod boundary;
pub mod checksum;
pub mod context;
pub mod draw;
pub mod harmless;
pub mod proof;
pub mod recipe;
mod rule;
pub mod shape;
mod specimen;
pub mod syntax;

use std::{borrow::Cow, io::Read, sync::Arc};

use flate2::read::MultiGzDecoder;

pub use harmless::Harmless;
pub use rule::{Check, List, Matcher, NEAR, OnFailure, Piece, Reach, Rule, Severity, Shape, Text, ValueShape};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// `rules.toml`, packed.
static SOURCE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.toml.gz"));

/// The built-in rules as they are written, with the examples and near misses that prove them. No scan asks for them.
pub fn source() -> String {
    let mut text = String::new();
    MultiGzDecoder::new(SOURCE).read_to_string(&mut text).expect("the build has packed it");
    text
}

/// No common word of a provider is longer.
const LONGEST_COMMON: usize = 32;

/// By the first letter, a bit for each length of a common word: most words have another one.
static COMMON_LENGTHS: [u64; 32] = {
    let mut lengths = [0; 32];
    let mut at = 0;
    while at < COMMON.len() {
        let word = COMMON[at].0.as_bytes();
        lengths[word[0] as usize % 32] |= 1 << word.len();
        at += 1;
    }
    lengths
};

/// The rules in force: the built-in ones, less what is disabled, and those of a configuration. The table is used as it
/// stands, so that a run without a configuration makes nothing.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The indices of the built-in rules that are not in force, ascending; and of own rules.
    left_out: Vec<usize>,
    /// The rules of a configuration, by index, ascending: behind the built-in ones, or in the place of one.
    own: Vec<(usize, Arc<Rule>)>,
    /// The ids of those that nothing may come before.
    required: Vec<String>,
}

impl RuleSet {
    /// All built-in rules.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Adds `rule`; one of the same id is replaced.
    pub fn add(&mut self, rule: Rule) {
        let known = self.indexed().find(|(_, known)| known.id == rule.id).map(|(index, _)| index);
        let index = known.unwrap_or_else(|| self.end());
        match self.own.binary_search_by_key(&index, |(own, _)| *own) {
            Ok(at) => self.own[at].1 = Arc::new(rule),
            Err(at) => self.own.insert(at, (index, Arc::new(rule))),
        }
    }

    /// Lets nothing come before the rules of these `ids` where findings overlap.
    pub fn require(&mut self, ids: Vec<String>) {
        self.required = ids;
    }

    /// Whether nothing may come before the rule at `index`.
    pub fn is_required(&self, index: usize) -> bool {
        !self.required.is_empty() && self.required.iter().any(|id| *id == self.rule(index).id)
    }

    /// Keeps the rules for which `wanted` holds.
    pub fn retain(&mut self, wanted: impl Fn(&Rule) -> bool) {
        let unwanted: Vec<usize> = self.indexed().filter(|(_, rule)| !wanted(rule)).map(|(index, _)| index).collect();
        self.left_out.extend(unwanted);
        self.left_out.sort_unstable();
    }

    /// The rule at `index`, which was got from [`RuleSet::indexed`].
    pub fn rule(&self, index: usize) -> &Rule {
        match self.own.binary_search_by_key(&index, |(own, _)| *own) {
            Ok(at) => &self.own[at].1,
            Err(_) => &BUILTIN[index],
        }
    }

    /// Whether these are the built-in rules and no others.
    pub fn is_builtin(&self) -> bool {
        self.left_out.is_empty() && self.own.is_empty()
    }

    /// Whether the built-in rule at `index` is in force, neither left out nor replaced.
    pub fn has_builtin(&self, index: usize) -> bool {
        self.left_out.binary_search(&index).is_err() && self.own.binary_search_by_key(&index, |(own, _)| *own).is_err()
    }

    /// The rules of a configuration that are in force, with their indices.
    pub fn own(&self) -> impl Iterator<Item = (usize, &Rule)> {
        let own = self.own.iter().map(|(index, rule)| (*index, rule.as_ref()));
        own.filter(|(index, _)| self.left_out.binary_search(index).is_err())
    }

    /// Whether the rule at `index` is one of a configuration.
    pub fn is_own(&self, index: usize) -> bool {
        self.own.binary_search_by_key(&index, |(own, _)| *own).is_ok()
    }

    /// All rules with their indices, in order; more specific ones first. Where rules are left out, indices are.
    pub fn indexed(&self) -> impl Iterator<Item = (usize, &Rule)> {
        let all = (0..self.end()).filter(|index| self.left_out.binary_search(index).is_err());
        all.map(|index| (index, self.rule(index)))
    }

    /// The places of the rules for which `word`, in either case, is a provider's that is looked up beside named values.
    pub fn of_common_word(&self, word: &[u8]) -> impl Iterator<Item = usize> {
        let mut folded = [0; LONGEST_COMMON];
        let first = word.first().map_or(0, |byte| COMMON_LENGTHS[usize::from(byte % 32)]);
        let may_be_one = word.len() <= LONGEST_COMMON && first >> word.len() & 1 == 1;
        let known = folded.get_mut(..word.len()).filter(|_| may_be_one).and_then(|folded| {
            folded.copy_from_slice(word);
            folded.make_ascii_lowercase();
            COMMON.binary_search_by(|(known, _)| known.as_bytes().cmp(folded)).ok()
        });
        let numbers = known.map_or(&[][..], |at| COMMON[at].1);
        numbers.iter().copied().filter(|number| self.has_builtin(*number))
    }

    /// All rules, in order; more specific ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.indexed().map(|(_, rule)| rule)
    }

    /// The index behind the last.
    pub fn end(&self) -> usize {
        self.own.last().map_or(0, |(index, _)| index + 1).max(BUILTIN.len())
    }
}

/// The id of the finding that a denied path was brought into git.
pub const DENIED_PATH: &str = "denied-path";
/// The id of the finding that an inline comment names a rule that does not exist.
pub const UNKNOWN_ALLOWANCE: &str = "unknown-allowance";

/// The id of the finding that a value of the user's own files stands somewhere.
pub const KNOWN_VALUE: &str = "known-value";

/// The rule of that finding. It is no part of any set, since no pattern tells what it looks for.
pub static KNOWN: Rule = Rule {
    id: Cow::Borrowed(KNOWN_VALUE),
    title: Cow::Borrowed("Value from your own secret files"),
    provider: Cow::Borrowed(""),
    severity: Severity::High,
    keywords: Cow::Borrowed(&[]),
    matcher: Matcher::Known,
    entropy: 0.0,
    checks: Cow::Borrowed(&[]),
    paths: Cow::Borrowed(&[]),
    rotate: Cow::Borrowed(""),
    bits: 0,
};

/// The ids of the rules that are in no set.
const WITHOUT_PATTERN: [&str; 3] = [DENIED_PATH, UNKNOWN_ALLOWANCE, KNOWN_VALUE];

/// Whether `id` names a rule of `rules` or one that is in no set.
pub fn is_known_id(rules: &RuleSet, id: &str) -> bool {
    WITHOUT_PATTERN.contains(&id) || rules.iter().any(|rule| rule.id == id)
}

/// The known id nearest to `id`, if one is near.
pub fn nearest_id<'a>(rules: &'a RuleSet, id: &str) -> Option<&'a str> {
    let length = id.chars().count();
    let ids = rules.iter().map(|rule| rule.id.as_ref()).chain([KNOWN_VALUE]);
    let nearest = ids.filter_map(|known: &str| {
        let far = known.len() / 2;
        // As many letters as one is longer than the other are different at least.
        let distance = (known.len().abs_diff(length) <= far).then(|| strsim::damerau_levenshtein(known, id))?;
        (distance <= far).then_some((distance, known))
    });
    nearest.min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_is_what_the_file_says() {
        let written = syntax::read(&source()).expect("the build has read it");
        assert_eq!(written.len(), BUILTIN.len());
        for (rule, written) in BUILTIN.iter().zip(written) {
            let bits = proof::prove(rule, &written).expect("the build has proved it");
            assert_eq!((rule.id.as_ref(), rule.bits), (written.id.as_str(), bits));
        }
    }

    #[test]
    fn every_common_word_is_looked_up_in_either_case() {
        let rules = RuleSet::builtin();
        for (word, numbers) in COMMON {
            assert!(rules.of_common_word(word.to_ascii_uppercase().as_bytes()).eq(numbers.iter().copied()), "{word}");
        }
        assert_eq!(rules.of_common_word(&[b'a'; LONGEST_COMMON + 1]).count(), 0);
    }

    #[test]
    fn an_id_is_taken_once() {
        let mut ids = HashSet::new();
        assert!(BUILTIN.iter().all(|rule| ids.insert(&rule.id)));
    }

    #[test]
    fn the_specific_stand_before_the_general() {
        let place = |id: &str| BUILTIN.iter().position(|rule| rule.id == id).expect(id);
        for (specific, general) in [
            ("gcp-service-account-key", "private-key"),
            ("supabase-service-role-jwt", "jwt"),
            ("snowflake-programmatic-access-token", "jwt"),
            ("workos-api-key", "stripe-secret-key"),
            ("gitlab-pat-routable", "gitlab-pat"),
            ("azure-storage-account-key", "azure-storage-connection-string"),
            ("postgres-url", "database-url"),
            ("jdbc-url", "ado-connection-string"),
            ("snowflake-password", "generic-password"),
            ("aws-secret-access-key", "generic-secret"),
        ] {
            assert!(place(specific) < place(general), "{specific} before {general}");
        }
        let last: Vec<&str> = BUILTIN[BUILTIN.len() - 2..].iter().map(|rule| rule.id.as_ref()).collect();
        assert_eq!(last, ["generic-password", "generic-secret"]);
    }

    #[test]
    fn what_a_person_chose_is_known_to_be_guessable() {
        let bits = |id: &str| BUILTIN.iter().find(|rule| rule.id == id).expect(id).bits;
        assert!(bits("stripe-secret-key") >= 128);
        assert!(bits("postgres-url") < 80);
        assert_eq!(bits("generic-password"), 0);
    }
}
