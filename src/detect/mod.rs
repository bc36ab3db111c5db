//! From (path, bytes) to matches: decode, prefilter, confirm, validate. Pure.
//!
//! Never: git, files, the clock, the environment, a terminal.

mod confirm;
mod context;
mod decode;
pub mod explain;
mod harmless;
pub mod known;
mod named;
pub mod prefilter;
pub mod trial;
pub mod validate;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::OnceLock,
};

use globset::GlobSet;
use regex::bytes::Regex;

use self::{
    confirm::Confirmed,
    context::{
        file::FileKind,
        kind::{self, Content, Standing},
        placeholder,
        provider::{self, Word},
        randomness,
    },
    decode::View,
    explain::{Said, Silent, Step, Watch},
    known::Known,
    named::{NamedValues, Refused, Wanted},
    prefilter::{Candidate, Prefilter},
    validate::{Subject, Verdict},
};
use crate::{
    glob::Glob,
    rules::{self, Matcher, OnFailure, Reach, Rule, RuleSet, Severity, Text, ValueShape, syntax},
    secret::Secret,
};

/// A rule that holds for some bytes. Knows no path and no commit.
#[derive(Clone, Debug)]
pub struct Match {
    /// By what it was found.
    pub by: By,
    /// The bytes of the original text that hold the value, as far as decoding allows to say.
    pub span: Range<usize>,
    /// The value, decoded.
    pub secret: Secret,
    /// How many bits a guesser of the value would have to guess.
    pub bits: u16,
    /// The rule's severity, changed by what the checks said.
    pub severity: Severity,
    /// What was proved, in words.
    pub proof: Option<String>,
    /// The decoders between the original bytes and the value, outermost first.
    pub via: Vec<&'static str>,
    /// What it is known to be, and which part of the file it stands in, for files that people do not see as lines: `cell 4, output 1`.
    pub note: Option<String>,
}

/// By what something is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The index of a rule in the detector's [`RuleSet`].
    Rule(usize),
    /// The number of a value in what is [`Known`].
    Known(usize),
}

/// Finds secrets. Built once a run; what a rule needs is compiled when its keyword was first seen.
pub struct Detector {
    rules: RuleSet,
    prefilter: Prefilter,
    /// By the index of the rule; made when the first rule needs it.
    compiled: OnceLock<Box<[OnceLock<Box<Compiled>>]>>,
}

/// What a rule needs beside its data.
struct Compiled {
    /// The expression of a pattern, or of a named value's shape.
    regex: Option<Regex>,
    /// Where the rule looks; everywhere if there is none.
    paths: Option<GlobSet>,
}

/// What a rule says of a place.
enum Weighed {
    Secret {
        found: Match,
        /// See [`Confirmed`].
        loose: bool,
    },
    /// What a rule knows looks like one and is none: what the general rules think of it does not count.
    Harmless(Range<usize>),
}

impl Detector {
    /// A detector for `rules`.
    pub fn new(rules: RuleSet) -> Self {
        Self { rules, prefilter: Prefilter::default(), compiled: OnceLock::new() }
    }

    /// The rules that matches index.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The secrets in `bytes`, which stand at `path`, in order of place. No two of them overlap.
    pub fn detect(&self, path: &[u8], bytes: &[u8]) -> Vec<Match> {
        self.detect_known(path, bytes, &Known::default())
    }

    /// As [`Detector::detect`], and what is `known` as well.
    pub fn detect_known(&self, path: &[u8], bytes: &[u8], known: &Known) -> Vec<Match> {
        self.watched(path, bytes, known, &mut Silent)
    }

    /// As [`Detector::detect_known`], and `watch` is told each step on the way.
    fn watched(&self, path: &[u8], bytes: &[u8], known: &Known, watch: &mut impl Watch) -> Vec<Match> {
        let file = FileKind::read(path, bytes);
        let mut weighed = Vec::new();
        for view in &decode::views(file, bytes) {
            self.look(path, view, watch, &mut weighed);
            weighed.extend(known.find(&view.text).into_iter().map(|hit| known_match(known, view, hit)));
        }
        if weighed.is_empty() {
            return Vec::new();
        }
        let matches = self.settle(weighed, watch);
        self.place(bytes, matches, watch)
    }

    /// Where named values stand in `parts` of `bytes`, the file at `path`, be they secrets or not: who shows a part hides them.
    /// What says where a value is kept is none of them.
    pub fn named_values(path: &[u8], bytes: &[u8], parts: &[Range<usize>]) -> Vec<Range<usize>> {
        let file = FileKind::of(path);
        let mut spans = Vec::new();
        for part in parts {
            let text = &bytes[part.clone()];
            for view in &decode::views(file.with(text), text) {
                let named = NamedValues::new(&view.text, view.file);
                let values = named.telling().map(|span| view.original(span));
                spans.extend(values.map(|value| part.start + value.start..part.start + value.end));
            }
        }
        spans.sort_by_key(|span| (span.start, span.end));
        spans
    }

    /// Whether a file whose path is denied holds nothing but empty values, references and placeholders.
    pub fn holds_only_placeholders(&self, path: &[u8], bytes: &[u8]) -> bool {
        NamedValues::new(bytes, FileKind::read(path, bytes)).are_placeholders() && self.detect(path, bytes).is_empty()
    }

    fn look<W: Watch>(&self, path: &[u8], view: &View<'_>, watch: &mut W, weighed: &mut Vec<Weighed>) {
        let text: &[u8] = &view.text;
        if W::ASKS_WHY {
            for keyword in self.prefilter.all_keywords(&self.rules, text) {
                watch.note(|| Step::new(keyword.rule, view.original(keyword.at..keyword.end), Said::Keyword));
            }
        }
        let candidates = self.prefilter.candidates(&self.rules, text);
        let mut named = NamedValues::new(text, view.file);
        #[cfg(test)]
        {
            named.spares_nothing = self.prefilter.spares_nothing;
        }
        for of_rule in candidates.chunk_by(|a, b| a.rule == b.rule) {
            let index = of_rule[0].rule;
            let rule = self.rules.rule(index);
            if !rule.paths.is_empty() && !self.compiled(index).looks_at(path) {
                watch.note(|| Step::new(index, view.original(of_rule[0].at..of_rule[0].end), Said::OtherPaths));
                continue;
            }
            let confirmed = match &rule.matcher {
                Matcher::Pattern { reach, .. } => confirm::confirm(self.compiled(index).regex(), *reach, text, of_rule),
                Matcher::Assignment { names, near, value: value_shape } => {
                    let wanted = Wanted { names, near, value: value_shape };
                    let is_of_shape = |value: &[u8]| {
                        !matches!(value_shape, ValueShape::Pattern(_)) || self.compiled(index).regex().is_match(value)
                    };
                    let mut refused = Vec::new();
                    let asked = W::ASKS_WHY.then_some(&mut refused);
                    let confirmed = confirm_named(&mut named, wanted, is_of_shape, text, of_rule, asked);
                    for Refused { span, objection } in refused {
                        watch.note(|| Step::new(index, view.original(span), Said::Refused(objection)));
                    }
                    confirmed
                }
                Matcher::Context { shapes, .. } => {
                    let words = provider::sparse(of_rule).map(|candidate| candidate.at..candidate.end);
                    provider::values(text, words, Word::Rare, shapes).into_iter().map(Confirmed::from).collect()
                }
                Matcher::Known | Matcher::Policy => Vec::new(),
            };
            weighed.extend(confirmed.into_iter().map(|place| weigh(index, rule, view, &place, watch)));
        }
        if view.file.general {
            self.look_beside_names(&candidates, view, watch, weighed);
        }
    }

    /// Looks for the providers whose words are too common to look for everywhere, beside what the general rules look for.
    fn look_beside_names(
        &self,
        candidates: &[Candidate],
        view: &View<'_>,
        watch: &mut impl Watch,
        weighed: &mut Vec<Weighed>,
    ) {
        let text: &[u8] = &view.text;
        let of_rules = candidates.chunk_by(|a, b| a.rule == b.rule);
        let general = of_rules.filter(|of_rule| !self.rules.rule(of_rule[0].rule).has_own_format());
        let mut names: Vec<_> = general.flatten().map(|name| name.at..name.end).collect();
        names.sort_unstable_by_key(|name| name.start);
        let mut seen = HashSet::new();
        for at in provider::words_near(text, names) {
            for index in self.rules.of_common_word(&text[at.clone()]) {
                watch.note(|| Step::new(index, view.original(at.clone()), Said::Keyword));
                let rule = self.rules.rule(index);
                let Matcher::Context { shapes, .. } = &rule.matcher else { continue };
                let values = provider::values(text, [at.clone()], Word::Common, shapes);
                let new = values.into_iter().filter(|value| seen.insert((index, value.place.start)));
                weighed.extend(new.map(|value| weigh(index, rule, view, &Confirmed::from(value), watch)));
            }
        }
    }

    fn compiled(&self, index: usize) -> &Compiled {
        let all = self.compiled.get_or_init(|| (0..self.rules.end()).map(|_| OnceLock::new()).collect());
        all[index].get_or_init(|| Box::new(Compiled::new(self.rules.rule(index))))
    }

    /// What the content of the file says about `matches`, which are in order of place.
    fn place(&self, bytes: &[u8], mut matches: Vec<Match>, watch: &mut impl Watch) -> Vec<Match> {
        let mut content = Content::of(bytes);
        matches.retain_mut(|found| {
            let notes = [found.note.take(), content.part(&found.span)];
            found.note = notes.into_iter().flatten().reduce(|what, part| format!("{what}; {part}"));
            let By::Rule(rule) = found.by else { return true };
            if self.rules.rule(rule).has_own_format() {
                return true;
            }
            let standing = content.standing(&found.span);
            if standing != Standing::Counts {
                let said = if standing == Standing::Sample { Said::Sample } else { Said::InData };
                watch.note(|| Step::new(rule, found.span.clone(), said));
            }
            if standing == Standing::Sample {
                found.severity = Severity::Low;
            }
            standing != Standing::Safe
        });
        matches
    }

    /// The rule by which something was found.
    pub fn rule(&self, by: By) -> &Rule {
        match by {
            By::Rule(index) => self.rules.rule(index),
            By::Known(_) => &rules::KNOWN,
        }
    }

    /// Of places that overlap the most telling one: formats before what is known, and that before formats whose checks fail and
    /// named values; longer before shorter, earlier rules first. What a configuration's own rule finds and does not mean to block
    /// comes last, and what is required first, so that nobody hides a secret behind one.
    fn settle(&self, weighed: Vec<Weighed>, watch: &mut impl Watch) -> Vec<Match> {
        let mut harmless = Taken::default();
        let mut matches = Vec::new();
        for item in weighed {
            match item {
                Weighed::Secret { found, loose } => matches.push((found, loose)),
                Weighed::Harmless(span) => {
                    harmless.add(span);
                }
            }
        }
        let has_format = |found: &Match| self.rule(found.by).has_own_format();
        let is_required = |found: &Match| matches!(found.by, By::Rule(index) if self.rules.is_required(index));
        let rank = |found: &Match| match found.by {
            By::Known(_) => 1,
            By::Rule(index) if self.rules.is_own(index) && found.severity < Severity::Medium => 4,
            By::Rule(index) if has_format(found) && found.severity >= self.rules.rule(index).severity => 0,
            By::Rule(_) if has_format(found) => 2,
            By::Rule(_) => 3,
        };
        matches.sort_by_key(|(found, loose)| {
            (!is_required(found), rank(found), *loose, std::cmp::Reverse(found.span.len()), found.by, found.span.start)
        });
        let mut matches: Vec<Match> = matches.into_iter().map(|(found, _)| found).collect();
        let mut taken = Taken::default();
        matches.retain(|found| {
            let said = match () {
                () if !has_format(found) && harmless.overlaps(&found.span) => Said::KnownHarmless,
                () if !taken.add(found.span.clone()) => Said::Overlapped,
                () => Said::Found { severity: found.severity, proof: found.proof.clone() },
            };
            let stays = matches!(said, Said::Found { .. });
            if let By::Rule(index) = found.by {
                watch.note(|| Step::new(index, found.span.clone(), said));
            }
            stays
        });
        matches.sort_by_key(|found| found.span.start);
        matches
    }
}

impl Compiled {
    fn new(rule: &Rule) -> Self {
        let regex = match &rule.matcher {
            Matcher::Pattern { regex, .. } => Some(syntax::compile(regex)),
            Matcher::Assignment { value: ValueShape::Pattern(regex), .. } => Some(syntax::compile_value(regex)),
            Matcher::Assignment { .. } | Matcher::Context { .. } | Matcher::Known | Matcher::Policy => None,
        };
        let regex = regex.map(|compiled| compiled.expect("rules are compiled when they are read"));
        Self { regex, paths: globs(&rule.paths) }
    }

    fn regex(&self) -> &Regex {
        self.regex.as_ref().expect("only rules that have an expression ask for it")
    }

    fn looks_at(&self, path: &[u8]) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.is_match(path_of(path)))
    }
}

fn globs(patterns: &[Text]) -> Option<GlobSet> {
    if patterns.is_empty() {
        return None;
    }
    let mut set = globset::GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern).expect("globs of rules are read when the rules are");
        set.add(glob.parsed().clone());
    }
    Some(set.build().expect("globs that compile alone compile together"))
}

fn path_of(path: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt;
    std::path::Path::new(std::ffi::OsStr::from_bytes(path))
}

fn confirm_named(
    named: &mut NamedValues<'_>,
    wanted: Wanted<'_>,
    is_of_shape: impl Fn(&[u8]) -> bool,
    text: &[u8],
    candidates: &[Candidate],
    refused: Option<&mut Vec<Refused>>,
) -> Vec<Confirmed> {
    let hits = candidates.iter().map(|candidate| candidate.at..candidate.end);
    named
        .find(hits, wanted, refused)
        .into_iter()
        .map(|found| Confirmed { whole: found.span.clone(), secret: found.span, text: found.text, loose: false })
        .filter(|place| is_of_shape(place.value(text)))
        .collect()
}

/// What `rule` says of a place where its matcher holds: floors, checks, made-up values, and how bad it is.
fn weigh(index: usize, rule: &Rule, view: &View<'_>, place: &Confirmed, watch: &mut impl Watch) -> Weighed {
    let value = place.value(&view.text);
    let span = view.original(place.secret.clone());
    let mut severity = rule.severity;
    let mut proofs: Vec<Cow<'static, str>> = Vec::new();
    let mut doubted = None;
    let subject = Subject { secret: value, matched: &view.text[place.whole.clone()] };
    for check in rule.checks.iter() {
        match validate::check(&check.name, subject).expect("checks of rules are looked up when they are read") {
            Verdict::Holds(words) if !proofs.contains(&words) => proofs.push(words),
            Verdict::Holds(_) | Verdict::Unclear => {}
            Verdict::Fails => match check.on_failure {
                OnFailure::Drop => {
                    watch.note(|| Step::new(index, span.clone(), Said::CheckDrops(check.name.clone())));
                    return Weighed::Harmless(span);
                }
                OnFailure::Doubt => {
                    watch.note(|| Step::new(index, span.clone(), Said::CheckDoubts(check.name.clone())));
                    doubted = Some(&check.name);
                    severity = severity.min(Severity::Medium);
                }
                OnFailure::Lower => {
                    watch.note(|| Step::new(index, span.clone(), Said::CheckLowers(check.name.clone())));
                    severity = Severity::Low;
                }
                OnFailure::Keep => {}
            },
        }
    }
    let is_block = matches!(rule.matcher, Matcher::Pattern { reach: Reach::Block, .. });
    let variable = &value[rule.public_prefix(value)..];
    let made_up = proofs.is_empty() && !is_block && placeholder::is_made_up(variable)
        || !is_block && placeholder::is_example(variable)
        || doubted.is_some() && !(randomness::is_random(variable) || randomness::is_drawn_short(variable));
    let is_data = proofs.is_empty() && !is_block && kind::is_in_data(&view.text, &place.whole);
    if made_up || is_data || randomness::entropy(value) < f64::from(rule.entropy) {
        let said = match () {
            () if made_up => Said::MadeUp,
            () if is_data => Said::InData,
            () => Said::LowEntropy,
        };
        watch.note(|| Step::new(index, span.clone(), said));
        return Weighed::Harmless(span);
    }
    let general = !rule.has_own_format();
    if (general || doubted.is_some()) && view.file.sample {
        watch.note(|| Step::new(index, span.clone(), Said::Sample));
        severity = Severity::Low;
    }
    let found = Match {
        by: By::Rule(index),
        span,
        bits: if general { named::guessable_bits(value) } else { rule.bits },
        secret: Secret::new(value),
        severity,
        proof: (!proofs.is_empty()).then(|| proofs.join(", ")),
        via: view.via(place.secret.start),
        note: doubted.map(|check| format!("the check {check} fails: cut off, mistyped or made up")),
    };
    Weighed::Secret { found, loose: place.loose }
}

/// A known value is one wherever it stands: no floor, no check, no sample speaks against it.
fn known_match(known: &Known, view: &View<'_>, hit: known::Hit) -> Weighed {
    let value = known.value(hit.value);
    let found = Match {
        by: By::Known(hit.value),
        bits: named::guessable_bits(value.read.secret.expose()),
        secret: value.read.secret.clone(),
        severity: rules::KNOWN.severity,
        proof: None,
        via: view.via(hit.span.start).into_iter().chain(hit.via).collect(),
        note: Some(value.what()),
        span: view.original(hit.span),
    };
    Weighed::Secret { found, loose: false }
}

/// Spans that do not overlap, by where they begin.
#[derive(Default)]
struct Taken(BTreeMap<usize, usize>);

impl Taken {
    fn overlaps(&self, span: &Range<usize>) -> bool {
        self.0.range(..span.end).next_back().is_some_and(|(_, &end)| end > span.start)
    }

    /// Adds `span` unless something there overlaps it; says whether it did.
    fn add(&mut self, span: Range<usize>) -> bool {
        let free = !self.overlaps(&span);
        if free {
            self.0.insert(span.start, span.end);
        }
        free
    }
}

#[cfg(test)]
mod tests;
