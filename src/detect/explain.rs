//! What a detector saw on its way to its matches, step by step, for those who ask why.
//!
//! The steps are told to a `Watch` by the same code that detects, so that the two cannot part; `Silent` is told nothing,
//! and costs nothing. Never: a value; a step knows where it stands.

use std::ops::Range;

pub use super::context::objection::Objection;
use super::{Detector, Match, context::file::FileKind, known::Known};
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
    /// The named value there is none, since this speaks against it.
    Refused(Objection),
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

impl Detector {
    /// As [`Detector::detect`], with every step on the way, in order of place.
    pub fn explain(&self, path: &[u8], bytes: &[u8]) -> (Vec<Match>, Vec<Step>) {
        let mut steps = Vec::new();
        let matches = self.watched(path, bytes, &Known::default(), &mut steps);
        steps.sort_by_key(|step| step.span.start);
        (matches, steps)
    }
}

/// What is said of a file by its path and content: none if the general rules look at it as at any other.
pub fn of_file(path: &[u8], bytes: &[u8]) -> Option<&'static str> {
    match FileKind::read(path, bytes) {
        FileKind { general: false, .. } => Some("the general rules do not look at this kind of file"),
        FileKind { sample: true, .. } => Some("what the general rules find in this kind of file is only counted"),
        _ => None,
    }
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
        let detector = Detector::new(RuleSet::builtin());
        for (line, wanted) in [
            ("token_url = \"https://x\"", Some(Objection::OtherName)),
            ("token = get()", None),
            ("token = \"${TOKEN}\"", Some(Objection::Reference)),
            ("token = \"\"", Some(Objection::Empty)),
            ("token = \"whatever\"", Some(Objection::NotDrawn)),
            ("password = \"Whatever\"", Some(Objection::NotChosen)),
            ("password = \"thisIsATest1\"", Some(Objection::SampleWords)),
            ("password = \"changeme\"", Some(Objection::Placeholder)),
        ] {
            let (_, steps) = detector.explain(b"a.py", line.as_bytes());
            let objections = steps.iter().find_map(|step| match step.said {
                Said::Refused(objection) => Some(objection),
                _ => None,
            });
            assert_eq!(objections, wanted, "{line}");
        }
    }
}
