//! The inline marks of other tools, which count where `[inline] marks` says so.
//!
//! Never: texts in which they stand.

use std::fmt;

/// How another tool is told, in a comment, that a line is fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Of gitleaks.
    GitleaksAllow,
    /// Of detect-secrets; its spellings with `whitelist` and for the next line belong to it.
    AllowlistSecret,
    /// Of `TruffleHog`.
    TrufflehogIgnore,
    /// Of several tools.
    Nosecret,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::GitleaksAllow, Self::AllowlistSecret, Self::TrufflehogIgnore, Self::Nosecret];

    /// As it is written, in a comment and in the configuration.
    pub fn text(self) -> &'static str {
        match self {
            Self::GitleaksAllow => "gitleaks:allow",
            Self::AllowlistSecret => "pragma: allowlist secret",
            Self::TrufflehogIgnore => "trufflehog:ignore",
            Self::Nosecret => "nosecret",
        }
    }

    /// The mark that is written so.
    pub fn new(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.text() == text)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
