//! A rule as it is written, in `rules.toml` and in a configuration, and the reading of it.
//!
//! Never: files, bytes to scan. `build.rs` compiles this file too.

use std::collections::BTreeMap;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use super::{
    context::{ContextSyntax, Near},
    harmless::HarmlessSyntax,
    rule::{Check, Matcher, OnFailure, Reach, Rule, Severity, Text, ValueShape},
    shape,
};

/// The document of `rules.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// In order; more specific ones first.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleSyntax>,
    /// Kinds that a provider's word and a shape tell, by id.
    #[serde(default)]
    pub context: BTreeMap<String, ContextSyntax>,
    /// What looks like a secret and is public; used by the build only.
    #[serde(default)]
    pub harmless: Vec<HarmlessSyntax>,
}

/// One `[[rule]]`. docs/configuration.md is made from the comments of this type and the next.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSyntax {
    /// Lower-case words joined by dashes. Baselines and comments name it, so that it should never change.
    pub id: String,
    /// What it is, as a noun, in plain words. The id, unless written.
    pub title: Option<String>,
    /// Who issues it.
    #[serde(default)]
    pub provider: String,
    /// `low`, `medium`, `high` or `critical`; `high`, unless written.
    pub severity: Option<Severity>,
    /// One of these stands on the line of every match, in any case: best rare strings of four bytes and more. Of an assignment
    /// its words of `near`, unless written.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// A regular expression over bytes, with ASCII classes. Its group `secret`, if it has one, is the value. Either this or
    /// `assignment` is written.
    pub pattern: Option<String>,
    /// A value that is told by its name.
    pub assignment: Option<AssignmentSyntax>,
    /// What a kind of `[context]` says beside the keys above.
    #[serde(skip)]
    pub context: Option<Near>,
    /// How far a pattern sees: `line`, which is meant unless written; `near`, the lines up to 120 bytes before and behind the
    /// keyword; `block`, from the keyword's line on, up to 16 KiB.
    pub reach: Option<Reach>,
    /// The least entropy of the value, in bits a byte.
    #[serde(default)]
    pub entropy: f32,
    /// Names of checks, and what a failure means: `drop`, `doubt`, `lower` or `keep`.
    #[serde(default)]
    pub checks: BTreeMap<String, OnFailure>,
    /// Patterns of the only paths in which it is looked for. All paths, unless written.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The page about revoking or rotating it.
    #[serde(default)]
    pub rotate: String,
    /// Ids of kinds that look the same, so that the rule finds them as well; none of them is a rule's.
    #[serde(default)]
    pub covers: Vec<String>,
    /// Recipes that the rule holds for; `tightlip rules check FILE` tries them.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Recipes that it must not hold for.
    #[serde(default)]
    pub near_misses: Vec<String>,
}

/// A named value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentSyntax {
    /// Words of the value's name.
    pub names: Vec<String>,
    /// Words of the provider, in the name or shortly before it.
    #[serde(default)]
    pub near: Vec<String>,
    /// `random`, `password`, or a regular expression for the whole value.
    pub value: String,
}

/// A rule that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("rule `{id}`: {fault}")]
pub struct Error {
    /// Of the rule, as written.
    pub id: String,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// What is wrong with a rule.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not lower-case words joined by dashes.
    #[error("an id consists of lower-case letters, digits and single dashes, as in `my-token`")]
    Id,
    /// Nothing to look for first.
    #[error("`keywords` is missing: name a part, best of four bytes or more, that stands on the line of every match")]
    NoKeywords,
    /// One that cannot be found.
    #[error("the word {0:?} among keywords, names or near is empty")]
    Keyword(String),
    /// A provider's word that would make every file a candidate.
    #[error("the word {0:?} is too short to look for everywhere: write it under `common`, not under `words`")]
    Common(String),
    /// The shape of a value is wrong.
    #[error(transparent)]
    Shape(shape::Error),
    /// Both or none.
    #[error("write either `pattern` or `assignment`")]
    Matcher,
    /// A key that only a pattern has.
    #[error("`reach` belongs to a `pattern`, not to an `assignment`")]
    Reach,
    /// No names.
    #[error("`assignment.names` is empty: name the words that the value's name contains")]
    NoNames,
    /// The expression is wrong.
    #[error("`{key}` cannot be read: {}", fault_of_pattern(source))]
    Pattern {
        /// `pattern` or `assignment.value`.
        key: &'static str,
        /// Says where.
        source: regex::Error,
    },
    /// The expression matches nothing at all, everywhere.
    #[error("`{key}` matches the empty text")]
    MatchesNothing {
        /// `pattern` or `assignment.value`.
        key: &'static str,
    },
    /// Not a number of bits that a byte can have.
    #[error("`entropy` is in bits per byte, from 0 to 8")]
    Entropy,
}

/// Reads all rules of a document in TOML; the kinds of `[context]` stand before the general rules.
pub fn read(text: &str) -> Result<Vec<RuleSyntax>, toml::de::Error> {
    let Document { mut rules, context, .. } = toml::from_str(text)?;
    let general = rules.iter().position(RuleSyntax::is_general).unwrap_or(rules.len());
    rules.splice(general..general, context.into_iter().map(|(id, kind)| kind.into_rule(id)));
    Ok(rules)
}

/// Reads the shapes of a document in TOML that are public by design.
pub fn read_harmless(text: &str) -> Result<Vec<HarmlessSyntax>, toml::de::Error> {
    toml::from_str::<Document>(text).map(|document| document.harmless)
}

/// Reads the rules of a configuration, whatever else it says.
pub fn read_among_others(text: &str) -> Result<Vec<RuleSyntax>, toml::de::Error> {
    #[derive(Deserialize)]
    struct Configuration {
        #[serde(default)]
        rule: Vec<RuleSyntax>,
        #[serde(default)]
        context: BTreeMap<String, ContextSyntax>,
    }
    let Configuration { mut rule, context } = toml::from_str(text)?;
    rule.extend(context.into_iter().map(|(id, kind)| kind.into_rule(id)));
    Ok(rule)
}

/// Compiles `pattern` as all patterns are: over bytes, with classes of ASCII.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).build()
}

/// What is wrong with a pattern, without the lines that show it: it may hold the value that it is about.
pub fn fault_of_pattern(error: &regex::Error) -> String {
    let message = error.to_string();
    let last = message.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

/// Compiles `value`, the expression for the whole value of an assignment.
pub fn compile_value(value: &str) -> Result<Regex, regex::Error> {
    compile(&format!("^(?:{value})$"))
}

impl TryFrom<RuleSyntax> for Rule {
    type Error = Error;

    /// The rule as it is used; `bits` is left at 0, since only its examples can say it.
    fn try_from(syntax: RuleSyntax) -> Result<Self, Error> {
        let id = syntax.id.clone();
        syntax.into_rule().map_err(|fault| Error { id, fault })
    }
}

/// A provider's word is looked for everywhere if it is this long.
const RARE: usize = 4;

impl RuleSyntax {
    /// Whether it judges named values of no particular format.
    fn is_general(&self) -> bool {
        let is_open = |assignment: &AssignmentSyntax| matches!(assignment.value.as_str(), "random" | "password");
        self.assignment.as_ref().is_some_and(|assignment| assignment.near.is_empty() && is_open(assignment))
    }

    fn into_rule(self) -> Result<Rule, Fault> {
        if !is_id(&self.id) {
            return Err(Fault::Id);
        }
        if !(0.0..=8.0).contains(&self.entropy) {
            return Err(Fault::Entropy);
        }
        let keywords = match &self.assignment {
            Some(assignment) if self.keywords.is_empty() => assignment.near.clone(),
            _ => self.keywords,
        };
        let common = self.context.as_ref().map_or(&[][..], |near| &near.common);
        if keywords.is_empty() && common.is_empty() {
            return Err(Fault::NoKeywords);
        }
        if let Some(word) = keywords.iter().find(|word| self.context.is_some() && word.len() < RARE) {
            return Err(Fault::Common(word.clone()));
        }
        let mut words = keywords.iter().chain(common);
        if let Some(keyword) = words.find(|keyword| keyword.is_empty()) {
            return Err(Fault::Keyword(keyword.clone()));
        }
        let matcher = match (self.pattern, self.assignment, self.context) {
            (Some(pattern), None, None) => pattern_matcher(pattern, self.reach.unwrap_or(Reach::Line))?,
            (None, Some(_), None) if self.reach.is_some() => return Err(Fault::Reach),
            (None, Some(assignment), None) => assignment.into_matcher()?,
            (None, None, Some(near)) => {
                let shapes = shape::read(&near.value).map_err(Fault::Shape)?;
                Matcher::Context { common: texts(near.common).into(), shapes: shapes.into() }
            }
            _ => return Err(Fault::Matcher),
        };
        Ok(Rule {
            title: self.title.unwrap_or_else(|| self.id.clone()).into(),
            id: self.id.into(),
            provider: self.provider.into(),
            severity: self.severity.unwrap_or(Severity::High),
            keywords: texts(keywords).into(),
            matcher,
            entropy: self.entropy,
            checks: self.checks.into_iter().map(|(name, on_failure)| Check { name: name.into(), on_failure }).collect(),
            paths: texts(self.paths).into(),
            rotate: self.rotate.into(),
            bits: 0,
        })
    }
}

impl AssignmentSyntax {
    fn into_matcher(self) -> Result<Matcher, Fault> {
        if self.names.is_empty() {
            return Err(Fault::NoNames);
        }
        if let Some(word) = self.names.iter().chain(&self.near).find(|word| word.is_empty()) {
            return Err(Fault::Keyword(word.clone()));
        }
        let value = match self.value.as_str() {
            "random" => ValueShape::Random,
            "password" => ValueShape::Password,
            _ => {
                let key = "assignment.value";
                let regex = compile_value(&self.value).map_err(|source| Fault::Pattern { key, source })?;
                if regex.is_match(b"") {
                    return Err(Fault::MatchesNothing { key });
                }
                ValueShape::Pattern(self.value.into())
            }
        };
        Ok(Matcher::Assignment { names: texts(self.names).into(), near: texts(self.near).into(), value })
    }
}

fn pattern_matcher(pattern: String, reach: Reach) -> Result<Matcher, Fault> {
    let key = "pattern";
    let regex = compile(&pattern).map_err(|source| Fault::Pattern { key, source })?;
    if regex.is_match(b"") {
        return Err(Fault::MatchesNothing { key });
    }
    Ok(Matcher::Pattern { regex: pattern.into(), reach })
}

fn texts(list: Vec<String>) -> Vec<Text> {
    list.into_iter().map(Text::from).collect()
}

fn is_id(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(keys: &str) -> Result<Rule, String> {
        let mut rules = read(&format!("[[rule]]\n{keys}")).map_err(|error| error.to_string())?;
        Rule::try_from(rules.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_of_a_user_needs_three_keys() {
        let rule = rule("id = 'mine'\nkeywords = ['mine_']\npattern = 'mine_[a-z]{8}'").unwrap();
        assert_eq!((rule.title.as_ref(), rule.severity, rule.bits), ("mine", Severity::High, 0));
        assert!(matches!(rule.matcher, Matcher::Pattern { reach: Reach::Line, .. }));
    }

    #[test]
    fn the_words_of_a_provider_are_its_keywords() {
        let rule =
            rule("id = 'mine'\nassignment = { names = ['token'], near = ['acme'], value = '[0-9a-f]{32}' }").unwrap();
        assert_eq!(rule.keywords.as_ref(), ["acme"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (keys, message) in [
            ("id = 'My_rule'\nkeywords = ['k']\npattern = 'k'", "rule `My_rule`: an id consists of"),
            ("id = 'a--b'\nkeywords = ['k']\npattern = 'k'", "rule `a--b`: an id consists of"),
            ("id = 'a'\npattern = 'k'", "rule `a`: `keywords` is missing"),
            ("id = 'a'\nkeywords = ['']\npattern = 'k'", "rule `a`: the word \"\" among keywords"),
            (
                "id = 'a'\nkeywords = ['k']\nassignment = { names = ['k'], near = [''], value = 'random' }",
                "rule `a`: the word \"\" among keywords",
            ),
            ("id = 'a'\nkeywords = ['k']", "rule `a`: write either"),
            ("id = 'a'\nkeywords = ['k']\npattern = 'k('", "rule `a`: `pattern` cannot be read: unclosed group"),
            ("id = 'a'\nkeywords = ['k']\npattern = 'k*'", "rule `a`: `pattern` matches the empty text"),
            ("id = 'a'\nkeywords = ['k']\npattern = 'k'\nentropy = 9.0", "rule `a`: `entropy` is"),
            (
                "id = 'a'\nkeywords = ['k']\nassignment = { names = [], value = 'random' }",
                "rule `a`: `assignment.names` is empty",
            ),
            (
                "id = 'a'\nkeywords = ['k']\nreach = 'block'\nassignment = { names = ['k'], value = 'random' }",
                "rule `a`: `reach`",
            ),
        ] {
            let error = rule(keys).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
        assert!(rule("id = 'a'\ncolour = 'red'").unwrap_err().contains("unknown field `colour`"));
    }
}
