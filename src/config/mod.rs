//! The configuration as written: `.tightlip.toml` of the repository and `config.toml` of the user, made one.
//!
//! Never: git, matchers.

use crate::rules::{Rule, Severity};

/// The name of the repository's configuration, at its top.
pub const REPOSITORY_FILE: &str = ".tightlip.toml";

/// The size over which a packed blob is not read, unless configured.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 64 << 20;

/// What is configured, defaults filled in.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which paths are allowed, denied, skipped.
    pub paths: Paths,
    /// Rules that are off.
    pub disable: Vec<String>,
    /// Rules that a repository cannot switch off (the user's `[require] rules`).
    pub require_rules: Vec<String>,
    /// Rules of the configuration's own.
    pub rules: Vec<Rule>,
    /// Values and places that pass.
    pub allow: Vec<Allow>,
    /// The least severity that blocks.
    pub block: Severity,
    /// In bytes.
    pub max_file_size: u64,
    /// Whether inline comments count in pre-receive.
    pub server_inline: bool,
}

/// `[paths]`.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Findings there pass.
    pub allow: Vec<String>,
    /// Bringing such a path into git is a finding.
    pub deny: Vec<String>,
    /// Denied even where a repository allows them (the user's `[require] deny`).
    pub require_deny: Vec<String>,
    /// Not read.
    pub skip: Vec<String>,
    /// Whether the built-in list of denied paths holds.
    pub default_deny: bool,
}

/// `[[allow]]`.
#[derive(Clone, Debug)]
pub struct Allow {
    /// A rule's id.
    pub rule: Option<String>,
    /// A glob.
    pub path: Option<String>,
    /// A regular expression that the whole value matches.
    pub value: Option<String>,
    /// Why it passes.
    pub reason: String,
    /// The last day (`YYYY-MM-DD`) on which it passes.
    pub expires: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            paths: Paths {
                allow: Vec::new(),
                deny: Vec::new(),
                require_deny: Vec::new(),
                skip: Vec::new(),
                default_deny: true,
            },
            disable: Vec::new(),
            require_rules: Vec::new(),
            rules: Vec::new(),
            allow: Vec::new(),
            block: Severity::Medium,
            max_file_size: DEFAULT_MAX_FILE_SIZE,
            server_inline: false,
        }
    }
}
