//! The words of a rule.
//!
//! Never: how a rule is written or read, bytes to scan. `build.rs` compiles this file too.

use std::{borrow::Cow, fmt, str::FromStr};

/// Text that is static for a built-in rule and owned for one from a configuration.
pub type Text = Cow<'static, str>;
/// A list that is static for a built-in rule and owned for one from a configuration.
pub type List<T> = Cow<'static, [T]>;

/// How bad a finding is. [`Severity::Medium`] and above block unless a configuration moves the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Counted, not blocking: test-mode keys, failed checks, general findings in tests and docs.
    Low,
    /// Probably a secret.
    Medium,
    /// A secret.
    High,
    /// A secret that opens much: cloud accounts, private keys.
    Critical,
}

impl Severity {
    /// The name as it is written in `rules.toml` and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|severity| severity.name() == text)
            .ok_or_else(|| "expected low, medium, high or critical".into())
    }
}

/// One kind of secret: what it looks like and how it is proved.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Lower-case words joined by dashes; stands in baselines, comments and reports, so it never changes.
    pub id: Text,
    /// What it is, in plain words, as a noun: `GitHub personal access token`.
    pub title: Text,
    /// Who issues it; empty for kinds without an issuer.
    pub provider: Text,
    /// How bad a finding is before any check has spoken.
    pub severity: Severity,
    /// At least one of these stands in or near every match; compared without regard to ASCII case.
    pub keywords: List<Text>,
    /// How a candidate is confirmed.
    pub matcher: Matcher,
    /// The least Shannon entropy of the secret, in bits per byte; 0 for no floor.
    pub entropy: f32,
    /// What can be proved without a network.
    pub checks: List<Check>,
    /// Globs; where there are any, the rule looks at these paths only.
    pub paths: List<Text>,
    /// Where to revoke or rotate it; empty where the provider has no such page.
    pub rotate: Text,
    /// How many bits a guesser would have to guess, by the recipe of the rule's weakest example; 0 where that cannot be said.
    pub bits: u16,
}

/// How a candidate is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// A regular expression (bytes, ASCII classes). The secret is the group named `secret`, or else the whole match.
    Pattern {
        /// The expression.
        regex: Text,
        /// How far round a keyword it looks.
        reach: Reach,
    },
    /// A named value, read by the syntax of the file.
    Assignment {
        /// The name must contain one of these words (compared by words: `api_key` is in `MY_API_KEY` and `myApiKey`).
        names: List<Text>,
        /// A provider's words: one must stand in the name or up to 100 bytes before it. Empty: none is needed.
        near: List<Text>,
        /// What the value must look like.
        value: ValueShape,
    },
    /// A value of a known shape near its provider's word.
    Context {
        /// Words of the provider that are too common or too short to look for everywhere: they count beside a name that
        /// speaks of a secret. The others are the rule's keywords.
        common: List<Text>,
        /// The value has one of these.
        shapes: List<Shape>,
    },
    /// One of the values that the user's own files hold.
    Known,
    /// Found by the policy, not in bytes.
    Policy,
}

/// What the whole of a value looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// In order.
    pub pieces: List<Piece>,
}

/// A part of a [`Shape`].
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// This very text.
    Text(Text),
    /// A run of characters.
    Run {
        /// A bit for each of the ASCII characters.
        of: u128,
        /// The least length.
        least: u16,
        /// The greatest length.
        most: u16,
    },
}

impl Shape {
    /// The length of the value of this shape at the start of `text`; none if there is no such value, or if it goes on.
    pub fn length(&self, text: &[u8]) -> Option<usize> {
        self.length_with(0, text)
    }

    /// As [`Shape::length`], if letters and digits of either case could stand in each run; none for a shape with text of its
    /// own, or a short one.
    pub fn length_in_letters(&self, text: &[u8]) -> Option<usize> {
        let has_text = |piece: &Piece| matches!(piece, Piece::Text(text) if text != "-");
        let length = self.length_with(LETTERS_AND_DIGITS, text)?;
        (length >= LONG && !self.pieces.iter().any(has_text)).then_some(length)
    }

    fn length_with(&self, more: u128, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        let mut last = 0;
        for piece in self.pieces.iter() {
            match piece {
                Piece::Text(fixed) => {
                    at += text.get(at..)?.starts_with(fixed.as_bytes()).then_some(fixed.len())?;
                    last = 0;
                }
                Piece::Run { of, least, most } => {
                    let of = of | more;
                    let run =
                        text.get(at..)?.iter().take(usize::from(*most)).take_while(|byte| has(of, **byte)).count();
                    at += (run >= usize::from(*least)).then_some(run)?;
                    last = of;
                }
            }
        }
        (!text.get(at).is_some_and(|&next| has(last, next))).then_some(at)
    }

    /// How many bytes every value of this shape begins with.
    pub fn fixed(&self) -> usize {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text.len(),
            _ => 0,
        }
    }

    /// Whether a value of this shape may begin with `byte`.
    pub fn may_begin_with(&self, byte: u8) -> bool {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text.as_bytes().first() == Some(&byte),
            Some(Piece::Run { of, .. }) => has(*of, byte),
            None => false,
        }
    }
}

/// The set of all ASCII letters and digits.
const LETTERS_AND_DIGITS: u128 = 0x07ff_fffe_07ff_fffe_03ff_0000_0000_0000;
/// From this length on a value is telling whatever its alphabet.
const LONG: usize = 20;

fn has(set: u128, byte: u8) -> bool {
    byte.is_ascii() && set >> byte & 1 == 1
}

/// How far round a keyword a pattern looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The keyword's own line.
    Line,
    /// The lines up to [`NEAR`] bytes before and behind the keyword: a provider's word beside a shape that says little.
    Near,
    /// From the keyword's line on, over several lines: PEM blocks, JSON documents.
    Block,
}

/// How far from its keyword a pattern with [`Reach::Near`] looks, in bytes; from there to the ends of the lines.
pub const NEAR: usize = 120;

/// What the value of an assignment must look like.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueShape {
    /// As if drawn by a machine.
    Random,
    /// Anything a person might choose, but no word, reference or placeholder.
    Password,
    /// The whole value matches this expression.
    Pattern(Text),
}

/// A named check and what its failure means.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// A name of the table in `detect/validate`.
    pub name: Text,
    /// What to do with a match that fails it.
    pub on_failure: OnFailure,
}

/// What a failed check means for a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// No secret: the issuer has always written this checksum.
    Drop,
    /// Probably no secret, but one that is cut off or mistyped looks the same: reported at medium severity at most, if the
    /// value looks drawn by a machine, and judged as the general rules are in samples.
    Doubt,
    /// Reported at low severity.
    Lower,
    /// Reported as it is.
    Keep,
}

impl Rule {
    /// How many bytes at the start of `secret` are the rule's own and public: the longest keyword that it starts with. The
    /// keywords of an assignment stand in the name, and what a value has in common with them is the value's own.
    pub fn public_prefix(&self, secret: &[u8]) -> usize {
        if !matches!(self.matcher, Matcher::Pattern { .. }) {
            return 0;
        }
        let begins = self.keywords.iter().filter(|keyword| secret.starts_with(keyword.as_bytes()));
        begins.map(|keyword| keyword.len()).max().unwrap_or(0)
    }

    /// Whether the value has a format of its own, in contrast to a named value of no particular format.
    pub fn has_own_format(&self) -> bool {
        !matches!(self.matcher, Matcher::Assignment { value: ValueShape::Random | ValueShape::Password, .. })
    }
}
