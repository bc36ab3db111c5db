//! The notation for the shape of a value, in the words of recipes: `{base62:32}`, `key-{hex:32}`, `{base36+-_:20-40} | {uuid}`.
//!
//! A piece in braces is a run of so many characters (or of as many as a range allows) of an alphabet of
//! [`recipe`], with the signs behind the `+` if there are any; `{uuid}` is a UUID in either case; all else
//! stands for itself. ` | ` stands between alternatives.
//!
//! Never: names, providers, how likely a value is. `build.rs` compiles this file too.

use super::{
    recipe,
    rule::{Piece, Shape},
};

/// A shape that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No piece, or only text, which is no secret.
    #[error("the shape {0:?} has no piece in braces")]
    NoPiece(String),
    /// One of its pieces.
    #[error("in a shape, `{{{0}}}` is neither `{{ALPHABET:LENGTH}}`, `{{ALPHABET+SIGNS:LEAST-MOST}}` nor `{{uuid}}`")]
    Piece(String),
}

/// Reads every alternative of `notation`.
pub fn read(notation: &str) -> Result<Vec<Shape>, Error> {
    notation.split(" | ").map(read_one).collect()
}

/// For each alternative of `notation`, a recipe of a value of that shape; of a range, its middle.
pub fn recipes(notation: &str) -> Vec<String> {
    notation.split(" | ").map(|one| with_lengths(one, usize::midpoint)).collect()
}

/// A recipe of a value that is too short for `notation`, which has one character less in its last run.
pub fn too_short(notation: &str) -> String {
    let shortest = notation.split(" | ").map(|one| with_lengths(one, |least, _| least));
    let shortest = shortest.min_by_key(|recipe| recipe::expand(recipe, "").map_or(0, |made| made.bytes.len()));
    let recipe = shortest.unwrap_or_default().replace("{uuid}", "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}");
    let Some((before, last)) = recipe.rsplit_once(':') else { return recipe };
    let Some((length, behind)) = last.split_once('}') else { return recipe };
    let length: usize = length.parse().unwrap_or(2);
    format!("{before}:{}}}{behind}", length.saturating_sub(1).max(1))
}

fn with_lengths(one: &str, choose: impl Fn(usize, usize) -> usize) -> String {
    let recipe = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Piece(piece) => match run(piece) {
            Some((name, least, most)) => format!("{{{name}:{}}}", choose(least, most)),
            None => format!("{{{piece}}}"),
        },
    };
    parts(one).into_iter().map(recipe).collect()
}

enum Part<'a> {
    Text(&'a str),
    Piece(&'a str),
}

fn parts(one: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = one;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').map_or(rest.len(), |length| open + length);
        parts.push(Part::Text(&rest[..open]));
        parts.push(Part::Piece(&rest[open + 1..close]));
        rest = rest.get(close + 1..).unwrap_or_default();
    }
    parts.push(Part::Text(rest));
    parts
}

/// The alphabet with its signs, and the least and the greatest length.
fn run(piece: &str) -> Option<(&str, usize, usize)> {
    let (name, length) = piece.rsplit_once(':')?;
    let (least, most) = length.split_once('-').unwrap_or((length, length));
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (1 <= least && least <= most).then_some((name, least, most))
}

fn read_one(one: &str) -> Result<Shape, Error> {
    let mut pieces = Vec::new();
    let mut has_piece = false;
    for part in parts(one) {
        match part {
            Part::Text("") => {}
            Part::Text(text) => pieces.push(Piece::Text(text.to_owned().into())),
            Part::Piece("uuid") => {
                has_piece = true;
                pieces.extend(uuid());
            }
            Part::Piece(piece) => {
                has_piece = true;
                let wrong = || Error::Piece(piece.to_owned());
                let (name, least, most) = run(piece).ok_or_else(wrong)?;
                let alphabet = recipe::alphabet(name).ok_or_else(wrong)?;
                let length = |length: usize| u16::try_from(length).map_err(|_| wrong());
                pieces.push(Piece::Run { of: set(&alphabet), least: length(least)?, most: length(most)? });
            }
        }
    }
    if has_piece { Ok(Shape { pieces: pieces.into() }) } else { Err(Error::NoPiece(one.to_owned())) }
}

fn uuid() -> impl Iterator<Item = Piece> {
    [8, 4, 4, 4, 12].into_iter().enumerate().flat_map(|(number, length)| {
        let dash = (number > 0).then(|| Piece::Text("-".into()));
        dash.into_iter().chain([Piece::Run { of: set(b"0123456789abcdefABCDEF"), least: length, most: length }])
    })
}

/// A bit for each of the ASCII characters.
fn set(characters: &[u8]) -> u128 {
    characters.iter().filter(|byte| byte.is_ascii()).fold(0, |set, &byte| set | 1 << byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of `text` is of the shape; the text is one whole word.
    fn length(notation: &str, text: &str) -> Option<usize> {
        read(notation).unwrap().iter().find_map(|shape| shape.length(text.as_bytes()))
    }

    #[test]
    fn holds_for_values_of_the_shape() {
        for (notation, text, wanted) in [
            ("{hex:4}", "12ab", Some(4)),
            ("{hex:4}", "12ab-", Some(4)),
            ("{hex:4}", "12abc", None),
            ("{hex:4}", "12a", None),
            ("{hex:4}", "12aB", None),
            ("{hex+-_:4-6}", "1-_b2", Some(5)),
            ("k_{digits:2}.{lower:1-3}", "k_12.ab", Some(7)),
            ("k_{digits:2}.{lower:1-3}", "k_12.", None),
            ("{hex:4} | {digits:8}", "12345678", Some(8)),
            ("{base64:3}=", "a+/=", Some(4)),
            ("{uuid}", "0F1c7e5a-b02d-4688-9c3e-0f1c7e5ab02d", Some(36)),
            ("{uuid}", "0F1c7e5a-b02d-4688-9c3e-0f1c7e5ab02", None),
        ] {
            assert_eq!(length(notation, text), wanted, "{notation} {text}");
        }
    }

    #[test]
    fn makes_recipes_of_itself() {
        let notation = "k_{digits:2}.{base36+-:10-30} | {uuid}";
        assert_eq!(recipes(notation), ["k_{digits:2}.{base36+-:20}", "{uuid}"]);
        assert_eq!(too_short(notation), "k_{digits:2}.{base36+-:9}");
        assert_eq!(too_short("{uuid}"), "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:11}");
    }

    #[test]
    fn says_what_it_cannot_read() {
        assert_eq!(read("abc").unwrap_err(), Error::NoPiece("abc".into()));
        for piece in ["hex", "hax:4", "hex:0", "hex:5-4", "hex:70000", "uuid:4"] {
            assert_eq!(read(&format!("{{{piece}}}")).unwrap_err(), Error::Piece(piece.into()));
        }
    }
}
