//! The compact form of kinds that have no mark of their own: a provider's word beside a value of a known shape.
//!
//! One line of `[context]` says all that differs between two such kinds. What they share is made of it here: the examples
//! and near misses that prove each of them, as recipes. Never: how a value is found. `build.rs` compiles this file too.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    rule::{OnFailure, Severity},
    shape,
    syntax::RuleSyntax,
};

/// One line of `[context]`. The head of that table in `rules.toml` says what each key means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextSyntax {
    title: String,
    provider: String,
    severity: Severity,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    common: Vec<String>,
    value: String,
    #[serde(default)]
    checks: BTreeMap<String, OnFailure>,
    #[serde(default)]
    rotate: String,
    #[serde(default)]
    covers: Vec<String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    near_misses: Vec<String>,
}

/// What a kind of `[context]` has beside what every rule has.
#[derive(Clone, Debug)]
pub struct Near {
    /// Words that are looked up beside named values only.
    pub common: Vec<String>,
    /// The shape of the value, as written.
    pub value: String,
}

impl ContextSyntax {
    /// The rule that the line stands for.
    pub fn into_rule(self, id: String) -> RuleSyntax {
        let word = self.words.first().or(self.common.first()).cloned().unwrap_or_default();
        let recipes = shape::recipes(&self.value);
        let drawn = recipes.iter().flat_map(|value| examples(&word, value));
        let near_misses = near_misses(&word, recipes.first().map_or("", String::as_str), &self.value);
        RuleSyntax {
            id,
            title: Some(self.title),
            provider: self.provider,
            severity: Some(self.severity),
            keywords: self.words,
            pattern: None,
            assignment: None,
            reach: None,
            entropy: 0.0,
            checks: self.checks,
            paths: Vec::new(),
            rotate: self.rotate,
            covers: self.covers,
            examples: if self.examples.is_empty() { drawn.collect() } else { self.examples },
            near_misses: near_misses.into_iter().chain(self.near_misses).collect(),
            context: Some(Near { common: self.common, value: self.value }),
        }
    }
}

/// A name that begins with `word`: `acme_token`, and of what is no name, `acme.io token`.
fn named(word: &str, rest: &str) -> String {
    let is_name = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { format!("{}_{rest}", word.trim_end_matches('_')) } else { format!("{word} {rest}") }
}

fn examples(word: &str, value: &str) -> [String; 3] {
    [
        format!("{}={value}", named(&word.to_uppercase(), "API_KEY")),
        format!("\"{}\": \"{value}\",", named(word, "token")),
        format!("# {word}{{lf}}auth_token: {value}"),
    ]
}

fn near_misses(word: &str, value: &str, shape: &str) -> [String; 5] {
    [
        format!("{word} = \"{}\"", shape::too_short(shape)),
        format!("{}: {value}", named(word, "sha256")),
        format!("client_label = {value}"),
        format!("{}=your_api_key_goes_here", named(&word.to_uppercase(), "API_KEY")),
        format!("{} = load(\"assets/{value}.js\")", named(word, "icon")),
    ]
}
