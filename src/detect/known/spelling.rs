//! The ways in which a value is written where it may not stand as it is.
//!
//! Never: where it stands.

use std::fmt::Write as _;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// So many bytes has a clue.
pub const CLUE: usize = 7;
/// No value has more of them.
pub const MOST_CLUES: usize = 48;

/// A spelling of a value, and the word for it; none for the value as it is.
pub type Spelling = (Secret, Option<&'static str>);

/// Calls `each` with parts of spellings, such that every spelling of `value` that is long enough has one of them in it.
///
/// There are few, and they are made in no time where the spellings themselves take longer than all else that a small commit does.
pub fn clues(value: &[u8], mut each: impl FnMut([u8; CLUE])) {
    let last = |text: &[u8]| text.last_chunk().copied();
    // What all but base64 leave as it is. Its end, since beginnings are alike.
    let longest = value.split(|byte| !is_plain(*byte)).max_by_key(|run| run.len()).unwrap_or_default();
    match last(longest) {
        Some(clue) => each(clue),
        None => not_encoded(value).iter().filter_map(|(text, _)| last(text.expose())).for_each(&mut each),
    }
    for before in 0..3 {
        if let Some(usual) = first_of_base64(value, before) {
            each(usual);
            let other = usual.map(|sign| match sign {
                b'+' => b'-',
                b'/' => b'_',
                _ => sign,
            });
            if other != usual {
                each(other);
            }
        }
    }
}

/// Every spelling of `value`, each once; the value as it is first.
pub fn all(value: &[u8]) -> Vec<Spelling> {
    let mut spellings = not_encoded(value);
    for before in 0..3 {
        for alphabet in ALPHABETS {
            add(&mut spellings, &base64(value, before, alphabet), "base64");
        }
    }
    spellings
}

const ALPHABETS: [&data_encoding::Encoding; 2] = [&BASE64_NOPAD, &BASE64URL_NOPAD];

/// Whether nobody writes `byte` otherwise, but in base64.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

fn add(spellings: &mut Vec<Spelling>, text: &[u8], via: &'static str) {
    if !spellings.iter().any(|(known, _)| known.expose() == text) {
        spellings.push((Secret::new(text), Some(via)));
    }
}

/// The spellings in which plain bytes stand as they are.
fn not_encoded(value: &[u8]) -> Vec<Spelling> {
    let mut spellings = vec![(Secret::new(value), None)];
    if value.iter().all(|byte| is_plain(*byte)) {
        return spellings;
    }
    let mut add = |text: Zeroizing<Vec<u8>>, via| add(&mut spellings, &text, via);
    for kept in [&b"-_.~"[..], b"-_.~/", b"-_.!~*'()"] {
        for lower in [false, true] {
            add(percent(value, kept, lower), "percent");
        }
    }
    for signs in [&b""[..], b"/", b"<>&"] {
        for ascii in [false, true] {
            let once = json(value, signs, ascii);
            // A string in a string: a document in a document, code in a notebook.
            add(json(&once, signs, ascii), "escapes");
            add(once, "escapes");
        }
    }
    for (signs, escaped) in SHELL {
        add(replaced(value, signs, escaped), "escapes");
    }
    add(before_each(value, |byte| b"$`\"\\".contains(&byte)), "escapes");
    add(before_each(value, |byte| !byte.is_ascii_alphanumeric() && !b"_@%+=:,./-".contains(&byte)), "escapes");
    for apostrophe in ["&apos;", "&#39;", "&#x27;", "'"] {
        for quote in ["&quot;", "&#34;", "\""] {
            add(entities(value, apostrophe, quote), "entities");
        }
    }
    spellings
}

/// What stands for a sign within quotes of a shell, of SQL and YAML, and where `$` begins a variable.
const SHELL: [(u8, &[u8]); 4] = [(b'\'', b"'\\''"), (b'\'', b"'\"'\"'"), (b'\'', b"''"), (b'$', b"$$")];

/// The first character that does not depend on so many bytes before the value.
const FIRST: [usize; 3] = [0, 2, 3];

/// The characters that are the same whatever stands `before` (so many bytes, up to a multiple of three) and behind.
fn base64(value: &[u8], before: usize, alphabet: &data_encoding::Encoding) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(value);
    let text = Zeroizing::new(alphabet.encode(&bytes));
    let first = FIRST[before];
    Zeroizing::new(text.as_bytes()[first..bytes.len() * 8 / 6].to_vec())
}

/// What [`base64`] begins with.
fn first_of_base64(value: &[u8], before: usize) -> Option<[u8; CLUE]> {
    let mut bytes = Zeroizing::new([0; 9]);
    let len = value.len().min(bytes.len() - before);
    bytes[before..before + len].copy_from_slice(&value[..len]);
    let mut text = Zeroizing::new([0; 12]);
    BASE64_NOPAD.encode_mut(&bytes[..], &mut text[..]);
    let first = FIRST[before];
    let end = (before + len) * 8 / 6;
    text[first..end.max(first)].first_chunk().copied()
}

fn percent(value: &[u8], kept: &[u8], lower: bool) -> Zeroizing<Vec<u8>> {
    each(value, |byte, text| match byte {
        _ if byte.is_ascii_alphanumeric() || kept.contains(&byte) => text.push(char::from(byte)),
        _ if lower => write!(text, "%{byte:02x}").expect("a string takes all"),
        _ => write!(text, "%{byte:02X}").expect("a string takes all"),
    })
}

/// The inside of a string of JSON; with `signs` escaped, too, and with `ascii` all that is not ASCII.
fn json(value: &[u8], signs: &[u8], ascii: bool) -> Zeroizing<Vec<u8>> {
    let Ok(characters) = str::from_utf8(value) else { return Zeroizing::new(value.to_vec()) };
    let mut text = Zeroizing::new(String::with_capacity(2 * value.len()));
    for character in characters.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '/' if signs == b"/" => text.push_str("\\/"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if character.is_ascii() && signs.contains(&(character as u8)) || character.is_ascii_control() => {
                write!(text, "\\u{:04x}", character as u32).expect("a string takes all");
            }
            _ if ascii && !character.is_ascii() => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").expect("a string takes all");
                }
            }
            _ => text.push(character),
        }
    }
    Zeroizing::new(text.as_bytes().to_vec())
}

fn entities(value: &[u8], apostrophe: &str, quote: &str) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(2 * value.len()));
    for &byte in value {
        match byte {
            b'&' => text.extend_from_slice(b"&amp;"),
            b'<' => text.extend_from_slice(b"&lt;"),
            b'>' => text.extend_from_slice(b"&gt;"),
            b'\'' => text.extend_from_slice(apostrophe.as_bytes()),
            b'"' => text.extend_from_slice(quote.as_bytes()),
            _ => text.push(byte),
        }
    }
    text
}

fn replaced(value: &[u8], sign: u8, by: &[u8]) -> Zeroizing<Vec<u8>> {
    let parts: Vec<&[u8]> = value.split(|&byte| byte == sign).collect();
    Zeroizing::new(parts.join(by))
}

/// A backslash before each byte that is `special`.
fn before_each(value: &[u8], special: impl Fn(u8) -> bool) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(2 * value.len()));
    for &byte in value {
        if special(byte) {
            text.push(b'\\');
        }
        text.push(byte);
    }
    text
}

fn each(value: &[u8], mut write: impl FnMut(u8, &mut String)) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(String::with_capacity(3 * value.len()));
    for &byte in value {
        write(byte, &mut text);
    }
    Zeroizing::new(text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(value: &str, text: &str) -> bool {
        all(value.as_bytes()).iter().any(|(spelling, _)| {
            let spelling = spelling.expose();
            text.as_bytes().windows(spelling.len()).any(|part| part == spelling)
        })
    }

    #[test]
    fn knows_how_others_write_it() {
        let value = "p4ss/w&rd'\"$x\\y é!";
        for text in [
            "p4ss/w&rd'\"$x\\y é!",
            "p4ss%2Fw%26rd%27%22%24x%5Cy%20%C3%A9%21",
            "p4ss%2fw%26rd%27%22%24x%5cy%20%c3%a9%21",
            "p4ss%2Fw%26rd'%22%24x%5Cy%20%C3%A9!",
            r#"p4ss/w&rd'\"$x\\y é!"#,
            r#"p4ss\/w&rd'\"$x\\y \u00e9!"#,
            r#"p4ss/w\u0026rd'\"$x\\y é!"#,
            r#"p4ss/w&rd'\\\"$x\\\\y é!"#,
            r#"'p4ss/w&rd'\''"$x\y é!'"#,
            r#""p4ss/w&rd'\"\$x\\y é!""#,
            "p4ss/w&rd'\"$$x\\y é!",
            "p4ss/w&amp;rd&#39;&quot;$x\\y é!",
        ] {
            assert!(has(value, text), "{text}");
        }
    }

    #[test]
    fn every_spelling_has_a_clue() {
        for value in ["Tr0ub4dor&3", "p4ss/w&rd'\"$x\\y é!", "kestrel91x", "a/b$c&d<e>f'g", "ключ от склада", "7bytes!"]
        {
            let mut known = Vec::new();
            clues(value.as_bytes(), |clue| known.push(clue));
            assert!(known.len() <= MOST_CLUES);
            for (text, via) in all(value.as_bytes()) {
                let text = text.expose();
                assert!(text.windows(CLUE).any(|part| known.iter().any(|clue| clue == part)), "{value}: {via:?}");
            }
        }
    }

    #[test]
    fn finds_it_in_base64_whatever_stands_round_it() {
        let value = "Tr0ub4d?r>x";
        for before in ["", "a", "ab", "abc", "user:"] {
            for behind in ["", "z", "zz", "zzz"] {
                let whole = format!("{before}{value}{behind}");
                assert!(has(value, &data_encoding::BASE64.encode(whole.as_bytes())), "{whole}");
                assert!(has(value, &data_encoding::BASE64URL.encode(whole.as_bytes())), "{whole}");
            }
        }
    }
}
