//! Shapes that are public by design: publishable keys, recipients, client ids. A general rule would take them for secrets.
//!
//! Never: secrets, bytes to scan. `build.rs` compiles this file too.

use serde::Deserialize;

use super::{
    recipe,
    rule::{List, Text},
    syntax,
};

/// A shape of `rules.toml`: a value of it is no secret, whatever its name says.
#[derive(Debug)]
pub struct Harmless {
    /// Lower-case words joined by dashes.
    pub id: Text,
    /// What it is, in plain words, as a noun.
    pub title: Text,
    /// Who issues it; empty for shapes without an issuer.
    pub provider: Text,
    /// At least one of these stands in every value of the shape, in this case.
    pub keywords: List<Text>,
    /// The expression for the whole value.
    pub pattern: Text,
}

/// One `[[harmless]]` as it is written. The header of `rules.toml` says what each key means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarmlessSyntax {
    /// Lower-case words joined by dashes.
    pub id: String,
    /// What it is, in plain words, as a noun.
    pub title: String,
    /// Who issues it; empty, unless written.
    #[serde(default)]
    pub provider: String,
    /// Parts of every value.
    pub keywords: Vec<String>,
    /// An expression for the whole value.
    pub pattern: String,
    /// Recipes of such values.
    pub examples: Vec<String>,
}

/// What is wrong with a shape.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The expression is wrong.
    #[error("`pattern` cannot be read: {0}")]
    Pattern(#[from] regex::Error),
    /// Nothing is proved.
    #[error("needs at least one example")]
    NoExample,
    /// An example cannot be made.
    #[error("example {0}: {1}")]
    Recipe(usize, #[source] recipe::Error),
    /// An example that would not be known.
    #[error("example {0} is not of the shape, or contains none of the keywords")]
    NoMatch(usize),
}

impl TryFrom<HarmlessSyntax> for Harmless {
    type Error = Error;

    /// The shape as it is used, once its examples have proved it.
    fn try_from(written: HarmlessSyntax) -> Result<Self, Error> {
        if written.examples.is_empty() {
            return Err(Error::NoExample);
        }
        let whole = syntax::compile_value(&written.pattern)?;
        for (number, example) in (1..).zip(&written.examples) {
            let value = recipe::expand(example, &written.id).map_err(|error| Error::Recipe(number, error))?.bytes;
            let known = |word: &String| value.windows(word.len()).any(|part| part == word.as_bytes());
            if !whole.is_match(&value) || !written.keywords.iter().any(known) {
                return Err(Error::NoMatch(number));
            }
        }
        Ok(Self {
            id: written.id.into(),
            title: written.title.into(),
            provider: written.provider.into(),
            keywords: written.keywords.into_iter().map(Text::from).collect::<Vec<_>>().into(),
            pattern: written.pattern.into(),
        })
    }
}
