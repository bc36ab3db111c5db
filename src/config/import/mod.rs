//! Other tools' files, as what is written here: rules, allowances, findings that were accepted, and what cannot be carried over.
//!
//! To add a tool: one file here with a function of type `Reader`, a variant of [`Tool`], and its row in `Tool::row`.
//! Never: files, git; which findings there are.

mod detect_secrets;
mod git_secrets;
mod gitleaks;
mod pattern;

use std::path::PathBuf;

use gix::bstr::ByteSlice;
use serde::Serialize;

use super::Mark;
use crate::secret::Secret;

/// A tool whose files can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `.gitleaks.toml`, `.gitleaksignore`, a report in JSON.
    Gitleaks,
    /// `.secrets.baseline`.
    DetectSecrets,
    /// Patterns in git's configuration, `.gitallowed`.
    GitSecrets,
}

/// Reads one file of a tool.
type Reader = fn(&str) -> Result<Imported, Error>;

impl Tool {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gitleaks, Self::DetectSecrets, Self::GitSecrets];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The names under which its files usually stand at the top of a repository.
    pub fn usual_files(self) -> &'static [&'static str] {
        self.row().1
    }

    /// How its comments in a line say that the line is fine.
    pub fn mark(self) -> Option<Mark> {
        self.row().2
    }

    /// What `text`, a file of the tool's, comes to.
    pub fn read(self, text: &str) -> Result<Imported, Error> {
        self.row().3(text)
    }

    /// The table of tools.
    fn row(self) -> (&'static str, &'static [&'static str], Option<Mark>, Reader) {
        match self {
            Self::Gitleaks => {
                ("gitleaks", &[".gitleaks.toml", ".gitleaksignore"], Some(Mark::GitleaksAllow), gitleaks::read)
            }
            Self::DetectSecrets => {
                ("detect-secrets", &[".secrets.baseline"], Some(Mark::AllowlistSecret), detect_secrets::read)
            }
            Self::GitSecrets => ("git-secrets", &[".gitallowed"], None, git_secrets::read),
        }
    }
}

/// The patterns that git-secrets keeps in git's configuration: of `secrets.patterns` and `secrets.allowed`.
pub fn git_secrets_patterns(patterns: &[String], allowed: &[String]) -> Imported {
    git_secrets::patterns(patterns, allowed)
}

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Imported {
    /// For the configuration.
    pub fragment: Fragment,
    /// Globs of paths that must not come into git, for `[paths] deny`.
    pub deny: Vec<String>,
    /// Ids of rules that are off, for `[rules] disable`.
    pub disable: Vec<String>,
    /// For the baseline.
    pub accepted: Vec<Accepted>,
    /// What has no equal here, by line.
    pub left: Vec<Left>,
    /// A file that it extends, relative to its own folder.
    pub extends: Option<PathBuf>,
}

/// Tables that can be written behind any configuration.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Fragment {
    /// `[[rule]]`
    #[serde(rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleText>,
    /// `[[allow]]`
    #[serde(rename = "allow", skip_serializing_if = "Vec::is_empty")]
    pub allows: Vec<AllowText>,
}

impl Fragment {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.allows.is_empty()
    }
}

/// A `[[rule]]` to write.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RuleText {
    /// Its id.
    pub id: String,
    /// What it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// One of these stands in every match.
    pub keywords: Vec<String>,
    /// The expression.
    pub pattern: String,
    /// The least entropy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entropy: Option<f64>,
    /// Where it looks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

/// An `[[allow]]` to write.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AllowText {
    /// A rule's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// A glob.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// An expression for the whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why.
    pub reason: String,
}

/// A finding that the other tool lets pass.
#[derive(Debug, PartialEq)]
pub struct Accepted {
    /// The file, from the top of the repository.
    pub path: String,
    /// How it is known again.
    pub by: KnownBy,
    /// The line of the other tool's file that says so.
    pub source_line: usize,
    /// Why it passes.
    pub reason: String,
}

/// How an accepted finding is known again.
#[derive(Debug, PartialEq)]
pub enum KnownBy {
    /// The value.
    Secret(Secret),
    /// The hexadecimal SHA-1 of the value.
    Sha1(String),
    /// The line on which it stands, from 1.
    Line(usize),
}

/// Something that has no equal here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The line of the other tool's file, from 1; 0 where it stands in no file.
    pub line: usize,
    /// What it is, and why it stays behind or what to do instead.
    pub what: String,
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not the TOML that the tool writes.
    #[error("line {line}: {what}")]
    Toml {
        /// From 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// It is not the JSON that the tool writes.
    #[error("line {}: {}", .0.line(), json_fault(.0))]
    Json(serde_json::Error),
}

/// The fault without the text of the file, which may be a value.
fn json_fault(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "this is not what the tool writes there",
        serde_json::error::Category::Eof => "the file ends too early",
        _ => "this is no JSON",
    }
}

/// The line, from 1, on which byte `offset` of `text` stands.
fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].find_iter(b"\n").count() + 1
}

/// `name` as an id of a rule: lower-case words joined by dashes.
fn id_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
