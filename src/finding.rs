//! A match with its place and name, and the outcome of a whole scan.
//!
//! Never: how it was found or shown.

use std::{collections::BTreeSet, mem::take, sync::Arc};

use gix::bstr::BString;

use crate::{
    fingerprint::Fingerprint,
    rules::{Matcher, Rule, Severity, Text},
    secret::{Secret, finder},
    source::{MESSAGE, TAG_MESSAGE},
};

pub use crate::source::{Commit, Origin};

/// Shorter values stand in many a word.
const HIDDEN_ELSEWHERE: usize = 6;

/// Where a secret stands. Lines and columns count from 1; columns count characters, and each byte that is not UTF-8 as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// As the source names it.
    pub path: BString,
    /// The line of the first byte.
    pub line: usize,
    /// The column of the first byte.
    pub column: usize,
    /// The line of the last byte.
    pub end_line: usize,
    /// The column behind the last byte.
    pub end_column: usize,
}

/// The line on which a secret begins, with every value on it masked, and cut to a readable length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line; control characters not yet escaped.
    pub text: String,
    /// The characters of `text` before the masked value.
    pub start: usize,
    /// The characters of the masked value.
    pub len: usize,
}

impl Excerpt {
    /// What stands before the masked value, the value, and what stands behind it.
    pub fn parts(&self) -> [String; 3] {
        let part = |skip, take| self.text.chars().skip(skip).take(take).collect();
        [part(0, self.start), part(self.start, self.len), part(self.start + self.len, usize::MAX)]
    }
}

/// A secret at a place, or a path that must not be there.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is.
    pub rule: Rule,
    /// The rule's severity, changed by what the checks said.
    pub severity: Severity,
    /// Where it stands. Its path is for git and for baselines.
    pub place: Place,
    /// The path for showing, with stars in place of each value of the file that it repeats.
    pub shown_path: BString,
    /// Which side it stands on.
    pub origin: Origin,
    /// The value; none in a report that was read back.
    pub secret: Option<Secret>,
    /// The value as it may be shown; none for a finding of the policy, which is about no value.
    pub masked: Option<String>,
    /// How many bits a guesser of the value would have to guess.
    pub bits: u16,
    /// The name it is remembered by.
    pub fingerprint: Fingerprint,
    /// The masked line; empty for a denied path.
    pub excerpt: Excerpt,
    /// The decoders between the file's bytes and the value, outermost first.
    pub via: Vec<Text>,
    /// What was proved, in words: `checksum holds`.
    pub proof: Option<String>,
    /// More about this one finding, where the rule's title does not say it all.
    pub note: Option<String>,
    /// Why it passes, if it does.
    pub suppression: Option<Suppression>,
    /// Whether it refuses the commit.
    pub blocks: bool,
}

impl Finding {
    /// Whether it stands in a file: not in the message of a commit or tag.
    pub fn is_in_file(&self) -> bool {
        self.place.path != MESSAGE && self.place.path != TAG_MESSAGE
    }

    /// Whether the message of an annotated tag has it.
    pub fn is_in_tag(&self) -> bool {
        self.origin.commit().is_some() && self.place.path == TAG_MESSAGE
    }

    /// The reason or glob for which it passes, with stars in place of its own value: whoever writes why may repeat it.
    pub fn reason(&self) -> Option<String> {
        let reason = self.suppression.as_ref()?.reason()?;
        Some(without(reason, self.value()))
    }

    /// The value as text; `None` where there is none that could stand in a text.
    fn value(&self) -> Option<&str> {
        let secret = self.secret.as_ref().filter(|_| !matches!(self.rule.matcher, Matcher::Policy))?;
        str::from_utf8(secret.expose()).ok()
    }
}

/// Why a finding passes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suppression {
    /// It stood there before.
    Inherited,
    /// The baseline has it.
    Baseline {
        /// As written in the baseline.
        reason: Option<String>,
    },
    /// A comment on its line or the line above.
    Pragma {
        /// As written in the comment; of another tool's, its mark.
        reason: Option<String>,
    },
    /// `[paths] allow`.
    AllowedPath {
        /// The glob that did.
        glob: String,
    },
    /// It was let pass when it was committed, and this was recorded.
    Bypass {
        /// As given then.
        reason: String,
    },
    /// `[[allow]]`.
    AllowedValue {
        /// As written in the configuration.
        reason: String,
    },
}

impl Suppression {
    /// One word, for machines.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Inherited => "inherited",
            Self::Baseline { .. } => "baseline",
            Self::Pragma { .. } => "inline",
            Self::AllowedPath { .. } => "allowed-path",
            Self::Bypass { .. } => "bypass",
            Self::AllowedValue { .. } => "allowed-value",
        }
    }

    /// The reason that somebody gave, or the glob that let it pass.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Inherited => None,
            Self::Baseline { reason } | Self::Pragma { reason } => reason.as_deref(),
            Self::AllowedPath { glob } => Some(glob),
            Self::Bypass { reason } | Self::AllowedValue { reason } => Some(reason),
        }
    }
}

/// An entry that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// As the source names it.
    pub path: BString,
    /// Why not.
    pub why: SkipReason,
}

/// Why an entry was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// `[paths] skip`.
    Configured {
        /// The glob that did.
        glob: String,
    },
    /// Over the limit.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Left where this partial clone comes from; nothing is fetched.
    Missing,
    /// The system does not give it.
    Unreadable {
        /// What it says.
        fault: String,
    },
}

impl SkipReason {
    /// Whether nobody decided that it need not be read.
    pub fn is_gap(&self) -> bool {
        !matches!(self, Self::Configured { .. })
    }
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Receipt {
    /// Entries that the source listed.
    pub entries: usize,
    /// Entries whose bytes were scanned.
    pub blobs: usize,
    /// The bytes scanned.
    pub bytes: u64,
}

/// What a report says that somebody did not wait for.
pub const STOPPED: &str = "it was stopped before everything was looked at";

/// All that a scan came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// In order of path; in one path, those of one commit stay together, in order of place. Suppressed ones too.
    pub findings: Vec<Finding>,
    /// What was not read, and why.
    pub skipped: Vec<Skipped>,
    /// What was looked at.
    pub receipt: Receipt,
    /// What passes by policy that the same change adds or widens, in words; empty is usual.
    pub widened: Vec<String>,
    /// Secret files whose values were not looked for, and why, in words.
    pub unguarded: Vec<String>,
    /// Advice that belongs to this outcome, in words: a staged baseline that a partial commit leaves out.
    pub notes: Vec<String>,
    /// Which share of all there is was looked at, as `K/N`; all of it if there is none.
    pub share: Option<String>,
}

impl Outcome {
    /// Adds what another scan came to that belongs to the same report. What passes by the change is left to the caller.
    pub fn absorb(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.skipped.extend(other.skipped);
        self.receipt.entries += other.receipt.entries;
        self.receipt.blobs += other.receipt.blobs;
        self.receipt.bytes += other.receipt.bytes;
        for file in other.unguarded {
            if !self.unguarded.contains(&file) {
                self.unguarded.push(file);
            }
        }
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Adds what another scan came to, such as of another share.
    pub fn join(&mut self, other: Self) {
        self.widened.extend(other.widened.iter().cloned());
        self.widened.sort_unstable();
        self.widened.dedup();
        self.absorb(other);
        self.findings.sort_by(|a, b| a.place.cmp(&b.place));
        self.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Says that somebody did not wait for the end. What was not listed by then counts as an entry that was not read, so that no
    /// form of the report adds up.
    pub fn cut_off(&mut self) {
        self.receipt.entries += 1;
        if !self.notes.iter().any(|note| note == STOPPED) {
            self.notes.push(STOPPED.to_owned());
        }
    }

    /// Whether all that was listed was either read or skipped for a reason.
    pub fn is_even(&self) -> bool {
        self.receipt.entries == self.receipt.blobs + self.skipped.len()
    }

    /// Whether that is so, and the system gave all that was to be read.
    pub fn is_complete(&self) -> bool {
        self.is_even() && !self.skipped.iter().any(|skipped| matches!(skipped.why, SkipReason::Unreadable { .. }))
    }

    /// The findings that refuse the commit.
    pub fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.blocks)
    }

    /// Masks on each line that is shown, and in what is said of commits, the values that were found elsewhere. Those of a line's
    /// own file are masked before the line is cut, which could leave a part of one.
    pub fn hide_values(&mut self) {
        // What is longer than all that is shown stands nowhere in it.
        let shown = |finding: &Finding| {
            let commit = finding.origin.commit().map_or(0, |commit| commit.author.len().max(commit.subject.len()));
            commit.max(finding.excerpt.text.len())
        };
        let lengths = HIDDEN_ELSEWHERE..=self.findings.iter().map(shown).max().unwrap_or(0);
        let values: BTreeSet<&str> =
            self.findings.iter().filter_map(Finding::value).filter(|value| lengths.contains(&value.len())).collect();
        if values.is_empty() {
            return;
        }
        let finder = finder(values);
        let hidden = |text: String| {
            let mut shown = String::with_capacity(text.len());
            finder.replace_all_with(&text, &mut shown, |_, _, shown| {
                shown.push_str("********");
                true
            });
            shown
        };
        for origin in self.findings.iter_mut().map(|finding| &mut finding.origin) {
            // Commits are shared between findings, and few repeat a value.
            if let Origin::Commit(commit) = origin
                && [&commit.author, &commit.subject].into_iter().any(|text| finder.is_match(text))
            {
                let commit = Arc::make_mut(commit);
                commit.author = hidden(take(&mut commit.author));
                commit.subject = hidden(take(&mut commit.subject));
            }
        }
        for excerpt in self.findings.iter_mut().map(|finding| &mut finding.excerpt) {
            let [before, shown, behind] = excerpt.parts();
            let before = hidden(before);
            excerpt.start = before.chars().count();
            excerpt.text = before + &shown + &hidden(behind);
        }
    }

    /// What somebody wrote about the findings, with stars in place of each value that it repeats.
    pub fn without_values(&self, text: &str) -> String {
        let mut values: Vec<_> = self.findings.iter().filter_map(Finding::value).collect();
        // A value may be a part of another one.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        without(text, values)
    }
}

fn without<'a>(text: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().fold(text.to_owned(), |text, value| text.replace(value, "********"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fingerprint::COMMON_SALT, rules::RuleSet};

    #[test]
    fn what_is_said_of_a_commit_repeats_no_value() {
        let secret = Secret::new(b"correct horse");
        let commit = Commit { subject: "Use correct horse".into(), ..Commit::default() };
        let mut outcome = Outcome::default();
        outcome.findings.push(Finding {
            rule: RuleSet::builtin().rule(0).clone(),
            severity: Severity::High,
            place: Place { path: "a".into(), line: 1, column: 1, end_line: 1, end_column: 14 },
            shown_path: "a".into(),
            origin: Origin::Commit(Arc::new(commit)),
            fingerprint: Fingerprint::new(COMMON_SALT, "a-rule", &secret, 0),
            secret: Some(secret),
            masked: Some("********".into()),
            bits: 0,
            excerpt: Excerpt { text: "********".into(), start: 0, len: 8 },
            via: Vec::new(),
            proof: None,
            note: None,
            suppression: None,
            blocks: true,
        });
        outcome.hide_values();
        assert_eq!(outcome.findings[0].origin.commit().expect("a commit").subject, "Use ********");
    }
}
