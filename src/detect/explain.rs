//! What a detector saw on its way to its matches, step by step, for those who ask why.
//!
//! The steps are told to a `Watch` by the same code that detects, so that the two cannot part; `Silent` is told nothing,
//! and costs nothing. Never: a value; a step knows where it stands.

use std::ops::Range;

use super::{
    Detector, Match,
    context::{
        assignment::{Assignment, Reader},
        file::FileKind,
        name::{may_name_a_secret, words},
        placeholder::is_placeholder,
        randomness::is_random,
        reference::is_reference,
    },
    known::Known,
};
use crate::rules::{Severity, Text};

/// Something that a rule saw or said of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The index of the rule.
    pub rule: usize,
    /// The bytes of the original text that it is about.
    pub span: Range<usize>,
    /// What it said.
    pub said: Said,
}

/// What a rule says of a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Its keyword, or a word of its provider, stands there.
    Keyword,
    /// It looks at other paths only.
    OtherPaths,
    /// A check of this name disproved the value.
    CheckDrops(Text),
    /// A check of this name failed, so that the value counts only if it looks drawn by a machine, and for less.
    CheckDoubts(Text),
    /// A check of this name failed, which makes the finding a low one.
    CheckLowers(Text),
    /// The value openly says that it is none.
    MadeUp,
    /// The value has less entropy than the rule asks for.
    LowEntropy,
    /// The file is a test, an example or documentation, so that a general rule only counts what it finds.
    Sample,
    /// A rule with a format knows the value, and knows it for harmless.
    KnownHarmless,
    /// It stands in a part of the file that holds data.
    InData,
    /// What another rule found there is more telling.
    Overlapped,
    /// It is a finding.
    Found {
        /// After the checks.
        severity: Severity,
        /// What was proved.
        proof: Option<String>,
    },
}

/// Is told each step.
pub(super) trait Watch {
    /// Whether it wants to know of keywords, too, that are passed over for what stands round them.
    const ASKS_WHY: bool;

    /// Takes note of the step that `step` makes.
    fn note(&mut self, step: impl FnOnce() -> Step);
}

/// Takes no note of anything.
pub(super) struct Silent;

impl Watch for Silent {
    const ASKS_WHY: bool = false;

    fn note(&mut self, _: impl FnOnce() -> Step) {}
}

impl Watch for Vec<Step> {
    const ASKS_WHY: bool = true;

    fn note(&mut self, step: impl FnOnce() -> Step) {
        self.push(step());
    }
}

impl Step {
    pub(super) fn new(rule: usize, span: Range<usize>, said: Said) -> Self {
        Self { rule, span, said }
    }
}

/// A name with a value beside it, as the general rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Where the name stands.
    pub name: Range<usize>,
    /// What speaks against the value; nothing if it would count under a name that says secret or token.
    pub against: Vec<&'static str>,
}

impl Detector {
    /// As [`Detector::detect`], with every step on the way, in order of place.
    pub fn explain(&self, path: &[u8], bytes: &[u8]) -> (Vec<Match>, Vec<Step>) {
        let mut steps = Vec::new();
        let matches = self.watched(path, bytes, &Known::default(), &mut steps);
        steps.sort_by_key(|step| step.span.start);
        (matches, steps)
    }
}

/// The named values on the line that is `line` of `text`, and what speaks against each.
pub fn named(path: &[u8], text: &[u8], line: Range<usize>) -> Vec<Named> {
    let read = Reader::new(text, line.start, line.clone(), FileKind::read(path, text).syntax).assignments(line);
    // What stands inside of a value is a part of it, and no name to show.
    let inside = |name: &Range<usize>| read.iter().any(|other| other.value.contains(&name.start));
    let named = read.iter().filter(|assignment| !inside(&assignment.name));
    named.map(|assignment| weigh_named(text, assignment)).collect()
}

/// What is said of a file by its path and content: none if the general rules look at it as at any other.
pub fn of_file(path: &[u8], bytes: &[u8]) -> Option<&'static str> {
    match FileKind::read(path, bytes) {
        FileKind { general: false, .. } => Some("the general rules do not look at this kind of file"),
        FileKind { sample: true, .. } => Some("what the general rules find in this kind of file is only counted"),
        _ => None,
    }
}

fn weigh_named(text: &[u8], assignment: &Assignment) -> Named {
    let bytes = assignment.value_in(text);
    let name = assignment.name.clone();
    let mut against = Vec::new();
    let mut says = |is_so: bool, what: &'static str| {
        if is_so {
            against.push(what);
        }
    };
    says(!may_name_a_secret(&words(&text[name.clone()])), "the name is about something else than the secret itself");
    says(bytes.is_empty(), "the value is empty");
    says(!bytes.is_empty() && is_reference(bytes, assignment.quoted), "the value refers to something");
    says(!bytes.is_empty() && is_placeholder(bytes), "the value is a placeholder");
    says(!bytes.is_empty() && !is_random(bytes), "the value does not look drawn by a machine");
    Named { name, against }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleSet, recipe};

    #[test]
    fn tells_each_step() {
        let detector = Detector::new(RuleSet::builtin());
        for (recipe, rule, wanted) in [
            ("a = \"npm_{base62:30}{crc32-base62}\"", "npm-access-token", "Found"),
            ("a = \"npm_{digits:36}\"", "npm-access-token", "MadeUp"),
            ("stellar = \"S{base32:55}\"", "stellar-secret-seed", "CheckDrops"),
            ("stellar_secret = \"S{base32:55}\"", "generic-secret", "KnownHarmless"),
            ("token = \"npm_{base62:30}{crc32-base62}\"", "generic-secret", "Overlapped"),
        ] {
            let text = recipe::expand(recipe, recipe).expect("a recipe").bytes;
            let (matches, steps) = detector.explain(b"a.py", &text);
            let last = steps.iter().rfind(|step| detector.rules().rule(step.rule).id == rule);
            let said = last.map(|step| format!("{:?}", step.said)).unwrap_or_default();
            assert!(said.starts_with(wanted), "{recipe}: {said}");
            assert_eq!(matches.len(), detector.detect(b"a.py", &text).len(), "{recipe}");
        }
    }

    #[test]
    fn says_what_speaks_against_named_values() {
        for (line, wanted) in
            [("token_url = \"https://x\"", 2), ("token = get()", 0), ("token = \"${TOKEN}\"", 3), ("token = \"\"", 1)]
        {
            let against: Vec<_> =
                named(b"a.py", line.as_bytes(), 0..line.len()).into_iter().flat_map(|named| named.against).collect();
            assert_eq!(against.len(), wanted, "{line}: {against:?}");
        }
    }
}
