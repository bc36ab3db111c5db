//! The configuration: `.tightlip.toml` of the repository and `config.toml` of the user, made one.
//!
//! Never: git, files, the clock; nothing here is matched against anything.

mod date;
mod fault;
pub mod import;
mod known;
mod mark;
mod size;
mod syntax;
mod value;

pub use date::{Date, DateError, utc};
pub use fault::Error;
pub use known::{Files, HOME, Known};
pub use mark::Mark;
pub use size::{SizeError, size};
pub use value::ValuePattern;

use crate::{
    glob::Glob,
    rules::{KNOWN_VALUE, Rule, RuleSet, Severity},
};
use syntax::Written;

/// The name of the repository's configuration, at its top.
pub const REPOSITORY_FILE: &str = ".tightlip.toml";

/// The size in bytes over which a packed blob is not read, unless configured.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 64 << 20;

/// The least severity that blocks, unless configured.
pub const DEFAULT_BLOCK: Severity = Severity::Medium;

/// What is configured, defaults filled in.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which paths are allowed, denied, skipped.
    pub paths: Paths,
    /// Ids of rules that are off; none that is required.
    pub disable: Vec<String>,
    /// What no repository can switch off.
    pub require: Require,
    /// Whose values are looked for.
    pub known: Known,
    /// Rules of the configuration's own; none with the id of a required one, unless the user wrote it.
    pub rules: Vec<Rule>,
    /// Values and places that pass.
    pub allow: Vec<Allow>,
    /// The least severity that blocks.
    pub block: Severity,
    /// In bytes.
    pub max_file_size: u64,
    /// Whether inline comments count in pre-receive.
    pub server_inline: bool,
    /// The inline marks of other tools that count.
    pub marks: Vec<Mark>,
}

/// `[paths]`.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Findings there pass.
    pub allow: Vec<Glob>,
    /// Bringing such a path into git is a finding.
    pub deny: Vec<Glob>,
    /// Not read.
    pub skip: Vec<Glob>,
    /// Not read, were it not for the rules that are required: what others find there passes.
    pub skip_but_required: Vec<Glob>,
    /// Whether the built-in list of denied paths holds.
    pub default_deny: bool,
}

/// `[require]`, which stands in the user's file only.
#[derive(Clone, Debug)]
pub struct Require {
    /// Ids of rules that are on, and that no allowance of a configuration covers.
    pub rules: Vec<String>,
    /// Paths that are denied, allowed or not.
    pub deny: Vec<Glob>,
    /// The least severity at which what is required blocks: the user's, which others may lower but not raise.
    pub block: Severity,
}

/// `[[allow]]`: at least one of rule, path and value is given, and all that are given must hold.
#[derive(Clone, Debug)]
pub struct Allow {
    /// A rule's id.
    pub rule: Option<String>,
    /// Where.
    pub path: Option<Glob>,
    /// What the whole value looks like.
    pub value: Option<ValuePattern>,
    /// Why it passes.
    pub reason: String,
    /// The last day on which it passes.
    pub expires: Option<Date>,
}

impl Allow {
    /// Whether it has not expired on `today`.
    pub fn is_in_force(&self, today: Date) -> bool {
        self.expires.is_none_or(|last| today <= last)
    }
}

/// A configuration file as it was read.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// What messages call it; escaped for showing where it is a path.
    pub name: &'a str,
    /// Its bytes.
    pub text: &'a [u8],
}

impl Default for Config {
    fn default() -> Self {
        Self {
            paths: Paths {
                allow: Vec::new(),
                deny: Vec::new(),
                skip: Vec::new(),
                skip_but_required: Vec::new(),
                default_deny: true,
            },
            disable: Vec::new(),
            require: Require { rules: Vec::new(), deny: Vec::new(), block: DEFAULT_BLOCK },
            known: Known::default(),
            rules: Vec::new(),
            allow: Vec::new(),
            block: DEFAULT_BLOCK,
            max_file_size: DEFAULT_MAX_FILE_SIZE,
            server_inline: false,
            marks: Vec::new(),
        }
    }
}

impl Config {
    /// The rules in force: the built-in ones and the configuration's own, less what is disabled.
    pub fn rule_set(&self) -> RuleSet {
        let mut rules = RuleSet::builtin();
        for rule in &self.rules {
            rules.add(rule.clone());
        }
        if !self.disable.is_empty() {
            rules.retain(|rule| !self.disable.iter().any(|id| *id == rule.id));
        }
        rules.require(self.require.rules.clone());
        rules
    }
}

/// Reads both files and makes them one: of single settings the repository's wins, lists add up, and nothing in the
/// repository's weakens what the user's requires.
///
/// An unknown key, an unknown rule, a pattern that cannot be read: everything that would silently do nothing is an error.
pub fn read(user: Option<File<'_>>, repository: Option<File<'_>>) -> Result<Config, Error> {
    let user = user.map(Written::user).transpose()?.unwrap_or_default();
    let repository = repository.map(|file| Written::repository(file, &user)).transpose()?.unwrap_or_default();
    Ok(merge(user, repository))
}

fn merge(user: Written, repository: Written) -> Config {
    let default = Config::default();
    let user_block = user.block.unwrap_or(default.block);
    let block = repository.block.unwrap_or(user_block);
    let require = Require { rules: user.require_rules, deny: user.require_deny, block: user_block };

    let required = |id: &str| require.rules.iter().any(|rule| rule == id);
    let disable = [user.disable, repository.disable].concat().into_iter().filter(|id| !required(id)).collect();
    let repository_rules = repository.rules.into_iter().filter(|rule| !required(&rule.id));

    // A repository may look for less, unless the user requires it, and for more of its own files.
    let may_narrow = !required(KNOWN_VALUE);
    let known = Known {
        enabled: user.known_enabled.unwrap_or(true) && !(may_narrow && repository.known_enabled == Some(false)),
        home: user.known_home.unwrap_or(false),
        files: user.known_files.and(repository.known_files),
        skip: user.known_skip.and(if may_narrow { repository.known_skip } else { Files::default() }),
    };

    let mut skip = user.paths.skip;
    let mut skip_but_required = Vec::new();
    // What is not read cannot be found.
    let of_repository = if require.rules.is_empty() { &mut skip } else { &mut skip_but_required };
    of_repository.extend(repository.paths.skip);

    Config {
        paths: Paths {
            allow: [user.paths.allow, repository.paths.allow].concat(),
            deny: [user.paths.deny, repository.paths.deny].concat(),
            skip,
            skip_but_required,
            default_deny: repository.default_deny.or(user.default_deny).unwrap_or(default.paths.default_deny),
        },
        disable,
        known,
        rules: user.rules.into_iter().chain(repository_rules).collect(),
        require,
        allow: [user.allow, repository.allow].concat(),
        block,
        max_file_size: repository.max_file_size.or(user.max_file_size).unwrap_or(default.max_file_size),
        server_inline: repository.server_inline.or(user.server_inline).unwrap_or(default.server_inline),
        marks: [user.marks, repository.marks].concat(),
    }
}
