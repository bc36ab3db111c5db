//! What is wrong with a file in TOML, and where, in the words of this house.
//!
//! Never: which keys there are.

use crate::secret::without_tokens;

/// Why a configuration cannot be used. Nothing is scanned then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {what}")]
pub struct Error {
    /// As its [`File`](super::File) is called.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, and what to write instead.
    pub what: String,
}

impl Error {
    /// What the reader of TOML says of `text`, the file `name`.
    pub fn of_toml(name: &str, text: &str, error: &toml::de::Error) -> Self {
        Placer { file: name, text }.toml(error)
    }
}

/// Tells where in a file something stands.
pub(super) struct Placer<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Placer<'_> {
    /// `what` is wrong at byte `offset`.
    pub fn error(&self, offset: usize, what: impl Into<String>) -> Error {
        let before = String::from_utf8_lossy(&self.text.as_bytes()[..offset]);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Error {
            file: self.file.to_owned(),
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: without_tokens(&what.into()),
        }
    }

    pub fn toml(&self, error: &toml::de::Error) -> Error {
        let offset = error.span().map_or(0, |span| span.start);
        // Where a table stands for a list of tables, its name is what is wrong.
        let single = ["[allow]", "[rule]"].into_iter().find(|single| self.text[offset..].starts_with(single));
        match single {
            Some(single) => self.error(offset, format!("there may be several: write [{single}]")),
            None => self.error(offset, in_plain_words(error.message())),
        }
    }
}

/// What serde says of a value, without the names of types, and without the value. What it says of the notation stays as it is.
///
/// Its messages read: unknown field `alow`, expected one of `allow`, `deny`; unknown variant `hihg`, expected one of `low`,
/// `high`; invalid type: string "x", expected a sequence; missing field `id`.
fn in_plain_words(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if message.starts_with("unknown field")
        && let Some(unknown) = quoted.next()
    {
        let nearest = nearest(unknown, quoted);
        return format!("unknown key `{unknown}`{nearest}");
    }
    if message.starts_with("unknown variant")
        && let Some((unknown, known)) = quoted.next().zip(message.rsplit_once("one of ").map(|(_, known)| known))
    {
        let nearest = nearest(unknown, quoted);
        return format!("`{unknown}` is none of {known}{nearest}");
    }
    if let Some((found, wanted)) =
        message.strip_prefix("invalid type: ").and_then(|said| said.rsplit_once(", expected "))
    {
        return format!("expected {}, and this is {}", kind(wanted), kind(found));
    }
    if let Some(missing) = message.strip_prefix("missing field ") {
        return format!("{missing} is missing");
    }
    message.to_owned()
}

/// The one of `known` that was meant instead of `unknown`, as a question.
fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> String {
    let distance = |known: &&str| strsim::damerau_levenshtein(known, unknown);
    let nearest = known.min_by_key(distance).filter(|known| 2 * distance(known) <= known.len());
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}

/// What a value is, in the words of the notation; serde names it, or the type of ours that it is read into.
fn kind(named: &str) -> &'static str {
    match named.split(' ').find(|word| *word != "a").unwrap_or_default() {
        "string" => "a text in quotes",
        "sequence" => "a list in brackets",
        "boolean" => "true or false",
        "datetime" => "a day",
        "map" | "struct" => "a table of keys",
        // `integer`, `floating`, `i64`, `f32`.
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_type_and_no_value_is_shown() {
        for (said, words) in [
            ("unknown field `alow`, expected one of `allow`, `deny`", "unknown key `alow`; did you mean `allow`?"),
            ("unknown field `x`, expected `version`", "unknown key `x`"),
            (
                "unknown variant `hihg`, expected one of `low`, `high`",
                "`hihg` is none of `low`, `high`; did you mean `high`?",
            ),
            (
                "invalid type: string \"a, expected b\", expected a sequence",
                "expected a list in brackets, and this is a text in quotes",
            ),
            (
                "invalid type: integer `3`, expected struct PathsSyntax",
                "expected a table of keys, and this is a number",
            ),
            ("invalid type: sequence, expected a string", "expected a text in quotes, and this is a list in brackets"),
            ("invalid type: floating point `1.5`, expected a boolean", "expected true or false, and this is a number"),
            ("missing field `id`", "`id` is missing"),
            ("duplicate key", "duplicate key"),
        ] {
            assert_eq!(in_plain_words(said), words);
        }
    }
}
