//! One configuration file as it is written: its keys, and what can be wrong with them and where.
//!
//! Never: which file wins.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Allow, Date, DateError, File, Files, HOME, Mark, Paths, ValuePattern,
    fault::{Error, Placer},
    size,
};
use crate::{
    glob::{Glob, GlobError},
    rules::{
        self, Rule, RuleSet, Severity,
        context::ContextSyntax,
        syntax::{RuleSyntax, fault_of_pattern},
    },
};

/// What one file says; `None` where it says nothing.
#[derive(Debug)]
pub(super) struct Written {
    pub paths: Paths,
    pub default_deny: Option<bool>,
    pub disable: Vec<String>,
    pub require_rules: Vec<String>,
    pub require_deny: Vec<Glob>,
    pub known_enabled: Option<bool>,
    pub known_home: Option<bool>,
    pub known_files: Files,
    pub known_skip: Files,
    pub rules: Vec<Rule>,
    pub allow: Vec<Allow>,
    pub block: Option<Severity>,
    pub max_file_size: Option<u64>,
    pub server_inline: Option<bool>,
    pub marks: Vec<Mark>,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            paths: super::Config::default().paths,
            default_deny: None,
            disable: Vec::new(),
            require_rules: Vec::new(),
            require_deny: Vec::new(),
            known_enabled: None,
            known_home: None,
            known_files: Files::default(),
            known_skip: Files::default(),
            rules: Vec::new(),
            allow: Vec::new(),
            block: None,
            max_file_size: None,
            server_inline: None,
            marks: Vec::new(),
        }
    }
}

impl Written {
    /// Reads the user's file.
    pub fn user(file: File<'_>) -> Result<Self, Error> {
        Reader::new(file)?.read(&[])
    }

    /// Reads the repository's file, which may name the rules of the user's, and may not require anything.
    pub fn repository(file: File<'_>, user: &Self) -> Result<Self, Error> {
        let reader = Reader::new(file)?;
        let Document { require, known, .. } = &reader.document;
        if let Some(require) = require {
            return Err(reader.error(require, "[require] counts in the user's own configuration only"));
        }
        if let Some(home) = &known.home {
            return Err(reader.error(home, "`home` counts in the user's own configuration only"));
        }
        if let Some(file) = known.files.iter().chain(&known.skip).find(|file| file.get_ref().starts_with(HOME)) {
            return Err(reader.error(file, "files of the home count in the user's own configuration only"));
        }
        reader.read(&user.rules)
    }
}

/// The whole file. docs/configuration.md is made from the comments of this type and of those that it names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Document {
    /// The version of this notation: `1`, which is also meant where none is written.
    version: Option<Spanned<i64>>,
    /// What is looked at, by path.
    paths: PathsSyntax,
    /// Which of the rules are in force.
    rules: RulesSyntax,
    /// A rule of your own. One with the id of a built-in rule replaces it.
    #[serde(rename = "rule")]
    own_rules: Vec<Spanned<RuleSyntax>>,
    /// Kinds of your own without a mark, a line each: a provider's word, the shape of a value, and a telling name between them
    /// ([detection.md](detection.md#writing-a-rule)). One with the id of a built-in rule replaces it.
    context: BTreeMap<String, Spanned<ContextSyntax>>,
    /// Values and places that pass. At least one of `rule`, `path` and `value` is needed; all that are given must hold.
    allow: Vec<Spanned<AllowSyntax>>,
    /// The guard of known values: what your own secret files hold must not come into a commit.
    known: KnownSyntax,
    /// Inline comments.
    inline: InlineSyntax,
    /// What a finding does.
    report: ReportSyntax,
    /// How much is read.
    limits: LimitsSyntax,
    /// What is different in a `pre-receive` hook.
    server: ServerSyntax,
    /// What no repository can switch off. It counts in your own file only; in a repository's it is an error.
    require: Option<Spanned<RequireSyntax>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PathsSyntax {
    /// Patterns of paths in which findings pass. Wins over `deny`.
    allow: Vec<Spanned<String>>,
    /// Patterns of paths whose coming into git is a finding, unless they hold nothing but empty values, references and
    /// placeholders.
    deny: Vec<Spanned<String>>,
    /// Patterns of paths that are not read, which is said. Messages of commits and tags are read all the same.
    skip: Vec<Spanned<String>>,
    /// Whether the built-in list of denied paths holds: `true`, unless written.
    default_deny: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RulesSyntax {
    /// Ids of rules that are off.
    disable: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowSyntax {
    /// The id of the rule whose findings pass.
    rule: Option<Spanned<String>>,
    /// A pattern of paths.
    path: Option<Spanned<String>>,
    /// A regular expression for the whole value.
    value: Option<Spanned<String>>,
    /// Why. It is required, and shown with what passes.
    reason: Option<String>,
    /// The last day, in UTC, on which it passes: `2027-06-30`, with or without quotes. For good, unless written.
    expires: Option<Spanned<toml::Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KnownSyntax {
    /// Whether it looks for any: `true`, unless written. Where your own configuration says `false`, it does not; a repository's does
    /// not count where you require the rule `known-value`.
    enabled: Option<bool>,
    /// Patterns of files whose values are looked for as well, where git ignores them: in the folders of what is staged and those
    /// above, as the usual names are. In your own file also paths of your home, such as `~/.config/acme/credentials`.
    files: Vec<Spanned<String>>,
    /// Patterns of files whose values are not looked for; in your own file also paths of your home.
    skip: Vec<Spanned<String>>,
    /// Whether the values of the usual files in your home are looked for, such as `~/.aws/credentials`: `false`, unless written. It
    /// counts in your own file only; in a repository's it is an error.
    home: Option<Spanned<bool>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct InlineSyntax {
    /// Marks of other tools that count as well: `gitleaks:allow`, `pragma: allowlist secret` (and the spellings with
    /// `whitelist`, and for the next line), `trufflehog:ignore`, `nosecret`. Such a mark covers every rule on its own line, but
    /// none that is required, and nothing on a line of over 500 bytes. None counts, unless written.
    marks: Vec<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ReportSyntax {
    /// The least severity that blocks: `low`, `medium`, `high` or `critical`; `medium`, unless written.
    block: Option<Severity>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsSyntax {
    /// A packed blob that is larger is not read: a string with a unit, or a number of bytes; `"64 MiB"`, unless written.
    max_file_size: Option<Spanned<toml::Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServerSyntax {
    /// Whether inline comments count there: `false`, unless written.
    inline: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RequireSyntax {
    /// Ids of rules that stay on, and that no `[paths]`, `[[allow]]` or `[inline]` covers. A `tightlip:allow` with the rule's id, and the baseline, still count: they are about one place.
    rules: Vec<Spanned<String>>,
    /// Patterns of paths that are denied, whatever is allowed.
    deny: Vec<Spanned<String>>,
}

fn cannot_read_glob(glob: &str, error: &GlobError) -> String {
    format!("the glob `{glob}` cannot be read: {error}")
}

/// A parsed file, and where things stand in it.
struct Reader<'a> {
    place: Placer<'a>,
    document: Document,
}

impl<'a> Reader<'a> {
    fn new(file: File<'a>) -> Result<Self, Error> {
        let text = std::str::from_utf8(file.text).map_err(|error| {
            let valid = std::str::from_utf8(&file.text[..error.valid_up_to()]).expect("valid up to there");
            Placer { file: file.name, text: valid }.error(valid.len(), "this byte is not UTF-8")
        })?;
        let place = Placer { file: file.name, text };
        let document = toml::from_str(text).map_err(|error| place.toml(&error))?;
        Ok(Self { place, document })
    }

    fn read(mut self, users_rules: &[Rule]) -> Result<Written, Error> {
        self.check_version()?;
        let document = std::mem::take(&mut self.document);
        let require = document.require.map(Spanned::into_inner).unwrap_or_default();

        let kinds = document.context.into_iter().map(|(id, kind)| (kind.span().start, kind.into_inner().into_rule(id)));
        let own = document.own_rules.into_iter().map(|rule| (rule.span().start, rule.into_inner()));
        let rules = self.rules(own.chain(kinds))?;
        let mut known = RuleSet::builtin();
        for rule in users_rules.iter().chain(&rules) {
            known.add(rule.clone());
        }

        Ok(Written {
            paths: Paths {
                allow: self.globs(&document.paths.allow)?,
                deny: self.globs(&document.paths.deny)?,
                skip: self.globs(&document.paths.skip)?,
                ..super::Config::default().paths
            },
            default_deny: document.paths.default_deny,
            disable: self.ids(document.rules.disable, &known)?,
            require_rules: self.ids(require.rules, &known)?,
            require_deny: self.globs(&require.deny)?,
            allow: document.allow.into_iter().map(|allow| self.allow(allow, &known)).collect::<Result<_, _>>()?,
            rules,
            known_enabled: document.known.enabled,
            known_home: document.known.home.map(Spanned::into_inner),
            known_files: self.files(&document.known.files)?,
            known_skip: self.files(&document.known.skip)?,
            block: document.report.block,
            max_file_size: document.limits.max_file_size.map(|size| self.size(&size)).transpose()?,
            server_inline: document.server.inline,
            marks: document.inline.marks.iter().map(|mark| self.mark(mark)).collect::<Result<_, _>>()?,
        })
    }

    fn check_version(&self) -> Result<(), Error> {
        match &self.document.version {
            Some(version) if *version.get_ref() != 1 => {
                Err(self.error(version, "this tightlip reads version 1; write `version = 1`, or use a newer tightlip"))
            }
            _ => Ok(()),
        }
    }

    /// What each, which stands at an offset, comes to.
    fn rules(&self, written: impl Iterator<Item = (usize, RuleSyntax)>) -> Result<Vec<Rule>, Error> {
        let mut ids = HashSet::new();
        written
            .map(|(offset, syntax)| {
                let rule = Rule::try_from(syntax).map_err(|error| self.place.error(offset, error.to_string()))?;
                if !ids.insert(rule.id.clone()) {
                    return Err(self
                        .place
                        .error(offset, format!("there is a rule `{}` in this file already", rule.id)));
                }
                for glob in rule.paths.iter() {
                    Glob::new(glob).map_err(|error| self.place.error(offset, cannot_read_glob(glob, &error)))?;
                }
                Ok(rule)
            })
            .collect()
    }

    fn allow(&self, written: Spanned<AllowSyntax>, known: &RuleSet) -> Result<Allow, Error> {
        let wrong = |what| Err(self.place.error(written.span().start, what));
        let allow = written.get_ref();
        if allow.rule.is_none() && allow.path.is_none() && allow.value.is_none() {
            return wrong("[[allow]] needs at least one of `rule`, `path` and `value`, or it would allow everything");
        }
        let Some(reason) = allow.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()) else {
            return wrong("[[allow]] needs a `reason`");
        };
        let reason = reason.to_owned();
        let allow = written.into_inner();
        Ok(Allow {
            rule: allow.rule.map(|id| self.id(id, known)).transpose()?,
            path: allow.path.map(|glob| self.glob(&glob)).transpose()?,
            value: allow.value.map(|pattern| self.value(&pattern)).transpose()?,
            reason,
            expires: allow.expires.map(|date| self.date(&date)).transpose()?,
        })
    }

    fn ids(&self, written: Vec<Spanned<String>>, known: &RuleSet) -> Result<Vec<String>, Error> {
        written.into_iter().map(|id| self.id(id, known)).collect()
    }

    fn id(&self, written: Spanned<String>, known: &RuleSet) -> Result<String, Error> {
        let id = written.get_ref();
        if rules::is_known_id(known, id) {
            return Ok(written.into_inner());
        }
        let nearest = rules::nearest_id(known, id).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Err(self.error(&written, format!("there is no rule `{id}`{nearest}")))
    }

    fn globs(&self, written: &[Spanned<String>]) -> Result<Vec<Glob>, Error> {
        written.iter().map(|glob| self.glob(glob)).collect()
    }

    /// Those of the home are paths, and the others patterns.
    fn files(&self, written: &[Spanned<String>]) -> Result<Files, Error> {
        let mut files = Files::default();
        for file in written {
            match file.get_ref().strip_prefix(HOME) {
                Some(path) => files.home.push(path.to_owned()),
                None => files.globs.push(self.glob(file)?),
            }
        }
        Ok(files)
    }

    fn glob(&self, written: &Spanned<String>) -> Result<Glob, Error> {
        let text = written.get_ref();
        Glob::new(text).map_err(|error| self.error(written, cannot_read_glob(text, &error)))
    }

    fn mark(&self, written: &Spanned<String>) -> Result<Mark, Error> {
        let text = written.get_ref();
        Mark::new(text).ok_or_else(|| {
            let known = Mark::ALL.map(|mark| format!("`{mark}`")).join(", ");
            self.error(written, format!("there is no mark `{text}`; known are {known}"))
        })
    }

    fn value(&self, written: &Spanned<String>) -> Result<ValuePattern, Error> {
        ValuePattern::new(written.get_ref())
            .map_err(|error| self.error(written, format!("the pattern cannot be read: {}", fault_of_pattern(&error))))
    }

    fn date(&self, written: &Spanned<toml::Value>) -> Result<Date, Error> {
        let text = match written.get_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        text.parse().map_err(|error: DateError| self.error(written, error.to_string()))
    }

    fn size(&self, written: &Spanned<toml::Value>) -> Result<u64, Error> {
        let text = match written.get_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(bytes) => bytes.to_string(),
            _ => String::new(),
        };
        size(&text).map_err(|error| self.error(written, error.to_string()))
    }

    fn error<T>(&self, at: &Spanned<T>, what: impl Into<String>) -> Error {
        self.place.error(at.span().start, what)
    }
}

#[cfg(test)]
mod tests;
