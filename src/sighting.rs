//! What a detector saw in a file, on its way to becoming findings: matches with their places, and the comments about them.
//!
//! Never: which side of a change the file is on.

mod spans;

use std::{collections::BTreeSet, io, ops::Range};

use gix::bstr::{BStr, BString, ByteSlice};
use spans::{free_of, joined};

use crate::{
    detect::{By, Detector, Match, known::Known},
    excerpt::{Mask, Text},
    finding::{Excerpt, Finding, Origin, Place, Suppression},
    fingerprint::Fingerprint,
    piece::{self, Piece},
    policy::{
        Case,
        inherit::{LineDigest, Occurrence},
        mark::{self, Mark as ToolMark},
        pragma::{self, Pragma},
        rule,
    },
    rules::{self, Matcher, Rule, RuleSet, Severity},
    secret::{Secret, finder, without_tokens},
};

/// So many unknown allowances of a file are reported: they refuse it, and each asks for the nearest of all rules.
const MOST_UNKNOWN_ALLOWANCES: usize = 100;

/// A path cannot be guessed from its digest any less than it can be read beside it.
const PATH_BITS: u16 = 128;
/// Shorter values stand in many a word, and are not masked where they are not the finding.
const MASKED_WHEN_REPEATED: usize = 4;
/// Shorter values are not masked in a path: they stand in many a word, and where something was found must be told.
const MASKED_IN_PATHS: usize = 8;

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Sought<'a> {
    /// Finds secrets.
    pub detector: &'a Detector,
    /// The values that are secret wherever they stand.
    pub known: &'a Known,
    /// Every rule that a comment may name, whichever of them the detector looks for.
    pub rules: &'a RuleSet,
}

/// A file in which something was looked for.
pub struct File {
    /// The number of its entry.
    pub entry: usize,
    /// Where it stands, if not where all of its source does.
    pub origin: Option<Origin>,
    /// As the source names it.
    pub path: BString,
    /// The comments in it.
    pub pragmas: Vec<Pragma>,
    /// What was seen, in order of place.
    pub sightings: Vec<Sighting>,
}

/// Something seen in a file.
pub struct Sighting {
    /// Why it passes, if it does.
    pub suppression: Option<Suppression>,
    /// The number of the value, if it is one of those that are known.
    pub known: Option<usize>,
    rule: Rule,
    severity: Severity,
    secret: Secret,
    bits: u16,
    start: (usize, usize),
    end: (usize, usize),
    line: LineDigest,
    /// Other tools' marks beside it.
    tool_marks: Vec<ToolMark>,
    excerpt: Excerpt,
    via: Vec<&'static str>,
    proof: Option<String>,
    note: Option<String>,
}

impl File {
    /// A file in which nothing was seen yet.
    pub fn new(entry: usize, path: BString) -> Self {
        Self { entry, origin: None, path, pragmas: Vec::new(), sightings: Vec::new() }
    }

    /// The file, if something was seen in it.
    pub fn if_seen(self) -> Option<Self> {
        (!self.sightings.is_empty()).then_some(self)
    }

    /// Looks for what is `sought`, and for comments about it, in `bytes`.
    pub fn look(&mut self, sought: Sought<'_>, bytes: &[u8]) {
        self.look_at(sought, &Piece::whole(bytes));
    }

    /// The same for what `stream` gives, holding a piece of it at a time. How many bytes that were.
    pub fn look_through(&mut self, sought: Sought<'_>, stream: &mut dyn io::Read) -> io::Result<u64> {
        piece::each(stream, &mut |piece| self.look_at(sought, piece))
    }

    fn look_at(&mut self, sought: Sought<'_>, piece: &Piece<'_>) {
        let bytes = piece.bytes;
        let matches = sought.detector.detect_known(&self.path, bytes, sought.known);
        let spans: Vec<_> = matches.iter().map(|found| found.span.clone()).collect();
        let mut pragmas = pragma::scan(bytes, &spans);
        if pragmas.is_empty() && !matches.is_empty() && bytes.contains(&0) {
            pragmas = scan_utf16(bytes);
        }
        let repeated = repeated(bytes, &matches);
        let mut reported: Vec<Mark<'_>> = matches.into_iter().map(Mark::Match).collect();
        let unknown = pragmas.iter().filter_map(|pragma| {
            let span = pragma.first_word.clone();
            // What is a secret is reported as one, and not as a word.
            let is_secret = spans.get(spans.partition_point(|found| found.end <= span.start));
            let is_secret = is_secret.is_some_and(|found| found.start < span.end);
            pragma
                .unknown(sought.rules)
                .filter(|_| !is_secret && !span.is_empty())
                .map(|word| Mark::UnknownAllowance { word, span })
        });
        reported.extend(unknown.take(MOST_UNKNOWN_ALLOWANCES));
        if !reported.is_empty() {
            let text = Text::behind(bytes, piece.before);
            let seen: Vec<_> = reported.iter().map(|mark| mark.span().clone()).collect();
            reported.extend(repeated.into_iter().map(|span| Mark::Hidden { span }));
            reported.sort_by_key(|mark| mark.span().start);
            let marked: Vec<_> = reported.iter().map(|mark| mark.span().clone()).collect();
            let named = self.named_round(bytes, &text, &seen);
            reported.extend(free_of(&named, &marked).into_iter().map(|span| Mark::Hidden { span }));
            reported.sort_by_key(|mark| mark.span().start);
            self.see(sought, piece, &text, reported);
        }
        let own = pragmas.into_iter().filter(|pragma| piece.own.contains(&pragma.offset));
        self.pragmas.extend(own.map(|mut pragma| {
            pragma.line += piece.before.lines;
            pragma
        }));
    }

    /// What stands under telling names in what is shown of `text` round what was `seen`.
    fn named_round(&self, bytes: &[u8], text: &Text<'_>, seen: &[Range<usize>]) -> Vec<Range<usize>> {
        let shown = joined(seen.iter().map(|span| text.shown_round(span)).collect());
        joined(Detector::named_values(&self.path, bytes, &shown))
    }

    /// What is marked in a piece's own bytes becomes sightings.
    fn see(
        &mut self,
        Sought { detector, rules, .. }: Sought<'_>,
        piece: &Piece<'_>,
        text: &Text<'_>,
        reported: Vec<Mark<'_>>,
    ) {
        let masks: Vec<Mask> = reported.iter().map(|mark| mark.mask(detector)).collect();
        let spans: Vec<_> = masks.iter().map(|mask| mask.span.clone()).collect();
        for (index, mark) in reported.into_iter().enumerate() {
            if !piece.own.contains(&mark.span().start) {
                continue;
            }
            let seen = Seen { bytes: piece.bytes, text, masks: &masks, index };
            match mark {
                Mark::Match(found) => {
                    let tool_marks = mark::beside(piece.bytes, &found.span, &spans);
                    let sighting = Sighting::of_match(detector, found, &seen);
                    self.sightings.push(Sighting { tool_marks, ..sighting });
                }
                Mark::UnknownAllowance { word, .. } => {
                    self.sightings.push(Sighting::of_unknown_allowance(word, rules, &seen));
                }
                Mark::Hidden { .. } => {}
            }
        }
    }

    /// The findings, with fingerprints under `salt`; they stand at `origin`, if the file has none of its own.
    pub fn into_findings(self, salt: &str, origin: &Origin) -> impl Iterator<Item = Finding> {
        let shown_path = self.shown_path();
        let Self { path, sightings, origin: own, .. } = self;
        let (salt, origin) = (salt.to_owned(), own.unwrap_or_else(|| origin.clone()));
        sightings.into_iter().map(move |sighting| sighting.into_finding(&path, &shown_path, &salt, &origin))
    }

    fn shown_path(&self) -> BString {
        let sightings = self.sightings.iter().filter(|sighting| !matches!(sighting.rule.matcher, Matcher::Policy));
        let values = sightings.map(|sighting| sighting.secret.expose());
        let mut values: Vec<_> =
            values.filter(|value| (MASKED_IN_PATHS..=self.path.len()).contains(&value.len())).collect();
        // A value may be a part of another one.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.into_iter().fold(self.path.clone(), |path, value| path.replace(value, "********").into())
    }
}

/// What is to be reported of a text, or at least not to be shown.
enum Mark<'a> {
    Match(Match),
    UnknownAllowance {
        word: &'a str,
        span: Range<usize>,
    },
    /// A value that is found elsewhere in the text and stands here as well, or is no finding and all the same not to be shown.
    Hidden {
        span: Range<usize>,
    },
}

/// The comments in UTF-16: those of its bytes without NULs, which leaves lines what they are. How long a word is, is not known
/// then.
fn scan_utf16(bytes: &[u8]) -> Vec<Pragma> {
    let kept = || bytes.iter().enumerate().filter(|(_, byte)| **byte != 0);
    let text: Vec<u8> = kept().map(|(_, byte)| *byte).collect();
    let mut pragmas = pragma::scan(&text, &[]);
    let (mut places, mut next) = (kept().map(|(place, _)| place), 0);
    for pragma in &mut pragmas {
        let place = places.nth(pragma.offset - next).expect("a comment stands in what was kept");
        next = pragma.offset + 1;
        pragma.offset = place;
        pragma.first_word = 0..0;
    }
    pragmas
}

/// Where the values of `matches` stand once more in `bytes`, outside of the matches.
fn repeated(bytes: &[u8], matches: &[Match]) -> Vec<Range<usize>> {
    // What is longer than all that is left stands nowhere else.
    let may_stand = |found: &&Match| {
        let length = found.secret.expose().len();
        length >= MASKED_WHEN_REPEATED && length + found.span.len() <= bytes.len()
    };
    let values: BTreeSet<&[u8]> = matches.iter().filter(may_stand).map(|found| found.secret.expose()).collect();
    if values.is_empty() {
        return Vec::new();
    }
    let finder = finder(values);
    let is_found = |span: &Range<usize>| {
        let next = matches.partition_point(|found| found.span.end <= span.start);
        matches.get(next).is_some_and(|found| found.span.start < span.end)
    };
    finder.find_iter(bytes).map(|hit| hit.range()).filter(|span| !is_found(span)).collect()
}

impl Mark<'_> {
    fn span(&self) -> &Range<usize> {
        match self {
            Self::Match(found) => &found.span,
            Self::UnknownAllowance { span, .. } | Self::Hidden { span } => span,
        }
    }

    fn mask(&self, detector: &Detector) -> Mask {
        let shown = match self {
            Self::Match(found) => found.secret.masked_behind(|value| detector.rule(found.by).public_prefix(value)),
            // Nothing was found in it, and yet nobody knows what was typed there.
            Self::UnknownAllowance { word, .. } => without_tokens(word),
            Self::Hidden { .. } => "********".to_owned(),
        };
        Mask { span: self.span().clone(), shown }
    }
}

/// One of the masked values of a text.
struct Seen<'a> {
    bytes: &'a [u8],
    text: &'a Text<'a>,
    masks: &'a [Mask],
    index: usize,
}

impl Sighting {
    /// A path that must not come into git, by `pattern`.
    pub fn of_denied_path(path: &BString, pattern: &str) -> Self {
        Self {
            suppression: None,
            known: None,
            rule: rule::DENIED_PATH.clone(),
            severity: rule::DENIED_PATH.severity,
            secret: Secret::new(path),
            bits: PATH_BITS,
            start: (0, 0),
            end: (0, 0),
            line: LineDigest::new(path, 0),
            tool_marks: Vec::new(),
            excerpt: Excerpt { text: String::new(), start: 0, len: 0 },
            via: Vec::new(),
            proof: None,
            note: Some(format!("the path is denied by {pattern}")),
        }
    }

    fn of_match(detector: &Detector, found: Match, seen: &Seen<'_>) -> Self {
        let rule = detector.rule(found.by).clone();
        let known = match found.by {
            By::Known(number) => Some(number),
            By::Rule(_) => None,
        };
        let severity = found.severity;
        let sighting = Self::at(seen, rule, found.secret, found.bits);
        Self { known, severity, via: found.via, proof: found.proof, note: found.note, ..sighting }
    }

    /// People type the value itself there, too, so that nothing more is known of the word than of a password.
    fn of_unknown_allowance(word: &str, known: &RuleSet, seen: &Seen<'_>) -> Self {
        let nearest = rules::nearest_id(known, word);
        let note = nearest.map_or_else(|| "no rule has such a name".into(), |id| format!("the nearest rule is {id}"));
        let sighting = Self::at(seen, rule::UNKNOWN_ALLOWANCE.clone(), Secret::new(word.as_bytes()), 0);
        Self { note: Some(note), ..sighting }
    }

    fn at(seen: &Seen<'_>, rule: Rule, secret: Secret, bits: u16) -> Self {
        let span = &seen.masks[seen.index].span;
        Self {
            suppression: None,
            known: None,
            severity: rule.severity,
            rule,
            secret,
            bits,
            start: seen.text.position(span.start),
            end: seen.text.position(span.end),
            line: LineDigest::new(seen.bytes, span.start),
            tool_marks: Vec::new(),
            excerpt: seen.text.excerpt(seen.masks, seen.index),
            via: Vec::new(),
            proof: None,
            note: None,
        }
    }

    /// What a judge must know of it.
    pub fn case<'a>(&'a self, path: &'a BStr) -> Case<'a> {
        Case {
            rule: &self.rule,
            path,
            line: self.start.0,
            secret: &self.secret,
            bits: self.bits,
            marks: &self.tool_marks,
        }
    }

    /// Whether it is about the path alone.
    pub fn is_denied_path(&self) -> bool {
        self.rule.id == rules::DENIED_PATH
    }

    /// What is counted before and after a change.
    pub fn occurrence(&self) -> Occurrence<'_> {
        Occurrence { rule: &self.rule.id, severity: self.severity, secret: &self.secret, line: self.line }
    }

    /// What makes it the same secret elsewhere.
    pub fn identity(&self) -> (&str, &Secret) {
        (&self.rule.id, &self.secret)
    }

    fn into_finding(self, path: &BString, shown_path: &BString, salt: &str, origin: &Origin) -> Finding {
        let (line, column) = self.start;
        let (end_line, end_column) = self.end;
        Finding {
            fingerprint: Fingerprint::new(salt, &self.rule.id, &self.secret, self.bits),
            severity: self.severity,
            place: Place { path: path.clone(), line, column, end_line, end_column },
            shown_path: shown_path.clone(),
            origin: origin.clone(),
            masked: masked(&self.rule, &self.secret),
            secret: Some(self.secret),
            rule: self.rule,
            bits: self.bits,
            excerpt: self.excerpt,
            via: self.via.into_iter().map(Into::into).collect(),
            proof: self.proof,
            note: self.note,
            suppression: self.suppression,
            blocks: false,
        }
    }
}

/// The value as it may be shown; none for a finding of the policy, which is about no value.
fn masked(rule: &Rule, secret: &Secret) -> Option<String> {
    let has_value = !matches!(rule.matcher, Matcher::Policy);
    has_value.then(|| secret.masked_behind(|value| rule.public_prefix(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::recipe;

    #[test]
    fn a_comment_of_a_wide_text_stands_where_it_is_written() {
        let rules = RuleSet::builtin();
        let (detector, known) = (Detector::new(rules.clone()), Known::default());
        let sought = Sought { detector: &detector, known: &known, rules: &rules };
        let line = "a line of text é\n".repeat(100);
        let key = recipe::expand("sk_live_{base62:24}", "wide").expect("a recipe").bytes;
        let key = String::from_utf8(key).expect("letters and digits");
        let text = format!("{line}x = '{key}' # tightlip{} stripe-secret-key\n{line}", ":allow");
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mark: Vec<u8> = "tightlip".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut file = File::new(0, "wide.ps1".into());
        file.look(sought, &bytes);
        let [comment] = file.pragmas.as_slice() else { panic!("{:?}", file.pragmas) };
        assert_eq!((Some(comment.offset), comment.line), (bytes.find(&mark), 101));
        // A piece has the comments of its own bytes, and no others.
        for (own, has_it) in [(0..comment.offset, false), (comment.offset..bytes.len(), true)] {
            let mut file = File::new(0, "wide.ps1".into());
            file.look_at(sought, &piece::Piece { own, ..piece::Piece::whole(&bytes) });
            assert_eq!(!file.pragmas.is_empty(), has_it);
        }
    }

    #[test]
    fn a_key_is_one_finding_wherever_a_piece_ends() {
        const OWN: usize = 16 << 10;
        const MARGIN: usize = 8 << 10;
        let rules = RuleSet::builtin();
        let (detector, known) = (Detector::new(rules.clone()), Known::default());
        let sought = Sought { detector: &detector, known: &known, rules: &rules };
        let seen = |text: &[u8], own: usize| -> Vec<_> {
            let mut file = File::new(0, "notes.txt".into());
            let read = piece::each_of(&mut &*text, own, MARGIN, &mut |piece| file.look_at(sought, piece));
            assert_eq!(read.expect("nothing to fail"), text.len() as u64);
            let findings = file.into_findings("salt", &Origin::Stdin);
            findings.map(|found| (found.rule.id, found.place, found.masked, found.fingerprint)).collect()
        };
        let key = recipe::expand("{pem:RSA PRIVATE KEY}", "border").expect("a recipe").bytes;
        let filler = b"a line of text\n".repeat(OWN / 10);
        // The first piece ends before the key, in its header, in its middle, in its footer, and behind it.
        for inside in (0..key.len() + 32).step_by(37) {
            let text = [&filler[..OWN - inside - 1], b"\n", &key, b"\n", &filler].concat();
            let whole = seen(&text, text.len());
            assert_eq!(whole.len(), 1, "{inside}");
            assert_eq!(seen(&text, OWN), whole, "{inside}");
        }
    }
}
