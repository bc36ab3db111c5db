//! A notation for made-up secrets, so that no scanner, ours included, trips over our own tree.
//!
//! A recipe is text with pieces: `KEY=ghp_{base62:30}{crc32-base62}`. `{{` stands for `{`; a `}` outside of a piece stands
//! for itself. The same recipe and seed make the same bytes everywhere.
//!
//! | piece | makes |
//! | --- | --- |
//! | `{base62:20}` and the other names of [`ALPHABETS`] | so many characters of that alphabet |
//! | `{base36+-_:20}` | the same, with signs beside the alphabet's characters |
//! | `{bytes:20}` `{base64-bytes:32}` `{base64url-bytes:32}` | so many bytes, as they are or encoded, `base64` padded with `=` |
//! | `{uuid}` `{human}` | a version 4 UUID; a password as people choose them |
//! | `{crc32-base62}` `{crc32-hex-body}` `{crc32-le-b64}` | the checksum of the piece before |
//! | `{start}` | nothing: here begins the token that the next four cover |
//! | `{crc32-hex}` `{crc32-base36}` `{sha256-base32-8}` | the checksum of all since then |
//! | `{crc32-le-hex}` | the checksum of all since then up to the end of the piece before |
//! | `{marvin-his:+ASt}` `{marvin-aad}` `{marvin-cask:ACOG}` | a whole Azure key |
//! | `{aws-id}` `{age}` `{macaroon:pypi.org}` | what stands behind `AKIA`; an age identity; what stands behind `pypi-` |
//! | `{fly-macaroon}` | what stands behind `fm2_` |
//! | `{bech32:nsec}` `{base58check:80-32}` `{nkey:SU}` | with its checksum: 32 bytes behind a prefix; 32 bytes behind a version; a seed |
//! | `{jwt}` `{jwt:iss=supabase,role=anon}` | a token with these claims; `alg=none` leaves it unsigned |
//! | `{pem:RSA PRIVATE KEY}` `{pem-escaped:PRIVATE KEY}` `{ppk}` | a key, over lines or with `\n` for each line's end |
//! | `{key:RSA PRIVATE KEY}` | a key without its header, on one line |
//! | `{b64:a{hex:8}}` `{b64url:...}` | a recipe, encoded; the first padded with `=` |
//! | `{lit:x}` `{lf}` `{close}` | `x`, a line feed, a `}` inside of a piece |
//!
//! Never: rules, files. `build.rs` compiles this file too.

use std::ops::Range;

use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::{checksum, draw::Draw, specimen};

/// The alphabets by name. Order does not matter, except that none repeats a character.
pub const ALPHABETS: [(&str, &str); 15] = [
    ("digits", "0123456789"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("hex", "0123456789abcdef"),
    ("hexupper", "0123456789ABCDEF"),
    ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("base32lower", "abcdefghijklmnopqrstuvwxyz234567"),
    ("base36", "0123456789abcdefghijklmnopqrstuvwxyz"),
    ("base36upper", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    ("base62", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("base64", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/"),
    ("base64url", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"),
    ("password", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!*+-_."),
];

/// The greatest length of a piece.
const LONGEST: usize = 4096;

/// Why a recipe cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A `{` opens a piece that no `}` closes.
    #[error("a `{{` is not closed; write `{{{{` for the character itself")]
    Unclosed,
    /// No piece has this name.
    #[error("there is no piece `{{{0}}}`; src/rules/recipe.rs lists all")]
    UnknownPiece(String),
    /// The argument is missing or wrong.
    #[error("`{{{piece}}}` wants {wanted}")]
    Argument {
        /// As written.
        piece: String,
        /// In words.
        wanted: &'static str,
    },
}

/// What a recipe made.
#[derive(Debug)]
pub struct Expansion {
    /// The text.
    pub bytes: Vec<u8>,
    guesses: Vec<Guess>,
}

/// A part of the text that somebody who knows the format would have to guess.
#[derive(Debug)]
struct Guess {
    range: Range<usize>,
    bits: u16,
}

impl Expansion {
    /// How many bits of `range` somebody who knows the recipe would have to guess.
    pub fn bits(&self, range: &Range<usize>) -> u16 {
        let inside = self.guesses.iter().filter(|g| range.start <= g.range.start && g.range.end <= range.end);
        inside.map(|guess| guess.bits).fold(0, u16::saturating_add)
    }
}

/// Follows `recipe`; another `seed` makes another text.
pub fn expand(recipe: &str, seed: &str) -> Result<Expansion, Error> {
    let mut maker = Maker { draw: Draw::new(seed), bytes: Vec::new(), guesses: Vec::new(), start: 0, last: 0..0 };
    maker.follow(recipe)?;
    Ok(Expansion { bytes: maker.bytes, guesses: maker.guesses })
}

struct Maker {
    draw: Draw,
    bytes: Vec<u8>,
    guesses: Vec<Guess>,
    /// Where the token begins that a checksum covers.
    start: usize,
    /// The random piece made last.
    last: Range<usize>,
}

impl Maker {
    fn follow(&mut self, recipe: &str) -> Result<(), Error> {
        let mut rest = recipe;
        while let Some(brace) = rest.find('{') {
            self.bytes.extend_from_slice(&rest.as_bytes()[..brace]);
            rest = &rest[brace + 1..];
            if let Some(behind) = rest.strip_prefix('{') {
                self.bytes.push(b'{');
                rest = behind;
            } else {
                let end = end_of_piece(rest).ok_or(Error::Unclosed)?;
                self.piece(&rest[..end])?;
                rest = &rest[end + 1..];
            }
        }
        self.bytes.extend_from_slice(rest.as_bytes());
        Ok(())
    }

    fn piece(&mut self, piece: &str) -> Result<(), Error> {
        let (name, argument) = piece.split_once(':').unwrap_or((piece, ""));
        let run = piece.rsplit_once(':').unwrap_or((piece, ""));
        if let Some(alphabet) = alphabet(run.0) {
            let length = length_of(piece, run.1)?;
            let text = self.draw.text(&alphabet, length);
            self.guess(&text, bits_of(length, alphabet.len()));
            return Ok(());
        }
        let before = self.bytes[self.last.clone()].to_vec();
        let token = self.bytes[self.start..].to_vec();
        match name {
            "start" => self.start = self.bytes.len(),
            "lit" => self.write(argument),
            "lf" => self.write("\n"),
            "close" => self.write("}"),
            "b64" => {
                let text = self.nested(argument)?;
                self.guess(BASE64.encode(&text.bytes).as_bytes(), text.bits(&(0..text.bytes.len())));
            }
            "b64url" => {
                let text = self.nested(argument)?;
                self.guess(BASE64URL_NOPAD.encode(&text.bytes).as_bytes(), text.bits(&(0..text.bytes.len())));
            }
            "bytes" => {
                let length = length_of(piece, argument)?;
                let bytes = self.draw.bytes(length);
                self.guess(&bytes, bits_of(length, 256));
            }
            "base64-bytes" | "base64url-bytes" => {
                let length = length_of(piece, argument)?;
                let encoding = if name == "base64-bytes" { BASE64 } else { BASE64URL_NOPAD };
                let text = encoding.encode(&self.draw.bytes(length));
                self.guess(text.as_bytes(), bits_of(length, 256));
            }
            "crc32-base62" => self.write(&checksum::crc32_base62(&before)),
            "crc32-hex-body" => self.write(&checksum::crc32_hex_lower(&before)),
            "crc32-le-b64" => self.write(&checksum::crc32_le_base64(&before)),
            "crc32-hex" => self.write(&checksum::crc32_hex_upper(&token)),
            "crc32-base36" => self.write(&checksum::crc32_base36(&token)),
            "sha256-base32-8" => self.write(&checksum::sha256_base32(&token)),
            "crc32-le-hex" => {
                let covered = checksum::crc32_le_hex(&self.bytes[self.start..self.last.end]);
                self.write(&covered);
            }
            _ => {
                let specimen = specimen::make(name, argument, &mut self.draw)
                    .map_err(|wanted| Error::Argument { piece: piece.to_owned(), wanted })?
                    .ok_or_else(|| Error::UnknownPiece(piece.to_owned()))?;
                self.guess(specimen.text.as_bytes(), specimen.bits);
            }
        }
        Ok(())
    }

    fn nested(&mut self, recipe: &str) -> Result<Expansion, Error> {
        let seed = String::from_utf8_lossy(&self.draw.text(b"0123456789abcdef", 32)).into_owned();
        expand(recipe, &seed)
    }

    fn write(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn guess(&mut self, text: &[u8], bits: u16) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text);
        self.last = start..self.bytes.len();
        self.guesses.push(Guess { range: self.last.clone(), bits });
    }
}

/// The characters of the alphabet `name`, and of the signs behind its `+` if there are any.
pub fn alphabet(name: &str) -> Option<Vec<u8>> {
    let (name, signs) = name.split_once('+').unwrap_or((name, ""));
    let (_, letters) = ALPHABETS.iter().find(|(known, _)| *known == name)?;
    let mut all = [letters.as_bytes(), signs.as_bytes()].concat();
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// The offset of the `}` that closes the piece which `rest` begins with; pieces inside of it have their own.
fn end_of_piece(rest: &str) -> Option<usize> {
    let mut depth = 0;
    let mut bytes = rest.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' if bytes.next_if(|(_, next)| *next == b'{').is_none() => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn length_of(piece: &str, argument: &str) -> Result<usize, Error> {
    argument
        .parse()
        .ok()
        .filter(|length| (1..=LONGEST).contains(length))
        .ok_or_else(|| Error::Argument { piece: piece.to_owned(), wanted: "a length from 1 to 4096 behind a colon" })
}

/// The bits of so many free choices, rounded down.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers"
)]
fn bits_of(length: usize, choices: usize) -> u16 {
    (length as f64 * (choices as f64).log2()) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(recipe: &str) -> String {
        String::from_utf8(expand(recipe, "seed").unwrap().bytes).unwrap()
    }

    #[test]
    fn writes_what_is_no_piece_as_it_is() {
        assert_eq!(made(r#"{{"a": "{lit:b}"}{lf}c}"#), "{\"a\": \"b\"}\nc}");
    }

    #[test]
    fn draws_from_each_alphabet() {
        for (name, alphabet) in ALPHABETS {
            let text = made(&format!("{{{name}:40}}"));
            assert_eq!(text.len(), 40, "{name}");
            assert!(text.chars().all(|c| alphabet.contains(c)), "{name}: {text}");
        }
    }

    #[test]
    fn encodes_a_recipe_inside_of_a_recipe() {
        assert_eq!(made(r#"{b64:{{"k":"{lit:v}"{close}}"#), BASE64.encode(br#"{"k":"v"}"#));
    }

    #[test]
    fn covers_what_each_checksum_covers() {
        let token = made("A=ghp_{base62:30}{crc32-base62}");
        assert_eq!(token[36..], checksum::crc32_base62(&token.as_bytes()[6..36]));
        let token = made("A={start}ATATT3{base64url:20}={crc32-hex}");
        assert_eq!(token[29..], checksum::crc32_hex_upper(&token.as_bytes()[2..29]));
        let token = made("A={start}glsa_{base62:32}_{crc32-le-hex}");
        assert_eq!(token[40..], checksum::crc32_le_hex(&token.as_bytes()[2..39]));
    }

    #[test]
    fn counts_the_bits_of_the_pieces_inside_of_a_range() {
        let expansion = expand("{digits:4}-{hex:32}{crc32-base62}", "seed").unwrap();
        assert_eq!(expansion.bits(&(5..43)), 128);
        assert_eq!(expansion.bits(&(0..43)), 141);
        assert_eq!(expansion.bits(&(6..43)), 0);
    }

    #[test]
    fn says_what_it_cannot_follow() {
        assert_eq!(expand("{hex:8", "").unwrap_err(), Error::Unclosed);
        assert_eq!(expand("{hax:8}", "").unwrap_err(), Error::UnknownPiece("hax:8".into()));
        for recipe in ["{hex}", "{hex:0}", "{hex:9999}", "{pem:NO KEY}", "{marvin-his:none}", "{jwt:role}"] {
            assert!(matches!(expand(recipe, "").unwrap_err(), Error::Argument { .. }), "{recipe}");
        }
    }
}
