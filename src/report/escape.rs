//! Text from the repository, made safe to show: what would move the cursor, colour the terminal or turn the reading order
//! is written as a visible escape.
//!
//! Never: what is shown, or where.

use std::{fmt::Write, iter};

/// Columns that a tab is shown as in a source line, where an escape would only be noise.
const TAB: &str = "    ";

/// A name or a word on one line; each byte that is not UTF-8 as `\xNN`.
pub fn name(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |mut shown, chunk| {
        shown.push_str(&text(chunk.valid()));
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
        shown
    })
}

/// Text on one line.
pub fn text(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        push(&mut shown, character);
        shown
    })
}

/// A part of a source line: as [`text`], with tabs as spaces.
pub fn source(line: &str) -> String {
    line.split('\t').map(text).collect::<Vec<_>>().join(TAB)
}

/// A JSON document in which every character that [`text`] would escape is written as `\uNNNN`, which reads back as the same.
///
/// JSON itself escapes only what is below U+0020, and has nothing but ASCII outside its strings.
pub fn json(document: &str) -> String {
    let mut shown = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((at, character)) = first_deceptive(rest) {
        let mut units = [0; 2];
        shown.push_str(&rest[..at]);
        shown.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        rest = &rest[at + character.len_utf8()..];
    }
    shown + rest
}

/// The first character but for line ends that must not be shown, and where it stands.
fn first_deceptive(text: &str) -> Option<(usize, char)> {
    let is_plain = |byte: u8| (b' '..0x7f).contains(&byte) || byte == b'\n';
    let plain = text.bytes().take_while(|&byte| is_plain(byte)).count();
    let mut others = text[plain..].char_indices().map(|(at, character)| (plain + at, character));
    others.find(|&(_, character)| is_deceptive(character) && character != '\n')
}

/// A path as one word of a shell command. Only a path with control characters or bytes that are not UTF-8 needs bash or zsh.
pub fn shell_word(path: &[u8]) -> String {
    let lead = if path.starts_with(b"-") { "./" } else { "" };
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"./_-+=:@%,".contains(byte);
    match str::from_utf8(path) {
        Ok(plain) if !plain.is_empty() && plain.bytes().all(|byte| is_plain(&byte)) => format!("{lead}{plain}"),
        Ok(clean) if !clean.chars().any(is_deceptive) => format!("'{lead}{}'", clean.replace('\'', r"'\''")),
        _ => {
            let bytes = path
                .iter()
                .map(|byte| if is_plain(byte) { char::from(*byte).into() } else { format!("\\x{byte:02x}") });
            iter::once(format!("$'{lead}")).chain(bytes).chain(iter::once("'".into())).collect()
        }
    }
}

/// Text for the inside of Markdown, where none of its signs shall mean anything.
pub fn markdown(plain: &str) -> String {
    text(plain).chars().fold(String::new(), |mut shown, character| {
        if character.is_ascii_punctuation() {
            shown.push('\\');
        }
        shown.push(character);
        shown
    })
}

/// Text for an element or an attribute of XML. What XML 1.0 cannot hold even as a reference is written as [`text()`] does.
pub fn xml(plain: &str) -> String {
    plain.chars().fold(String::with_capacity(plain.len()), |mut shown, character| {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\n' => shown.push('\n'),
            '\u{fffe}' | '\u{ffff}' => write!(shown, "\\u{{{:x}}}", u32::from(character)).expect("a string takes all"),
            _ => push(&mut shown, character),
        }
        shown
    })
}

/// A string of TOML, with its quotes.
pub fn toml(text: &str) -> String {
    let mut shown = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => shown.extend(['\\', character]),
            _ if is_deceptive(character) => {
                write!(shown, "\\U{:08X}", u32::from(character)).expect("a string takes all");
            }
            _ => shown.push(character),
        }
    }
    shown.push('"');
    shown
}

fn push(shown: &mut String, character: char) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        _ if !is_deceptive(character) => shown.push(character),
        _ if character.is_ascii() => write!(shown, "\\x{:02x}", u32::from(character)).expect("a string takes all"),
        _ => write!(shown, "\\u{{{:x}}}", u32::from(character)).expect("a string takes all"),
    }
}

/// Control characters; the marks, embeddings, overrides and isolates of bidirectional text; the line breaks and invisible
/// characters that a terminal passes over.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_would_deceive() {
        for (bytes, shown) in [
            (b"src/a b.py".as_slice(), "src/a b.py"),
            ("b\u{fc}cher/\u{4e2d}".as_bytes(), "b\u{fc}cher/\u{4e2d}"),
            (b"a\nb\r\t", r"a\nb\r\t"),
            (b"\x1b[31m\x07\x7f", r"\x1b[31m\x07\x7f"),
            (b"caf\xe9.env", r"caf\xe9.env"),
            ("\u{9b}31m".as_bytes(), r"\u{9b}31m"),
            ("a\u{202e}b\u{2066}c\u{200f}".as_bytes(), r"a\u{202e}b\u{2066}c\u{200f}"),
        ] {
            assert_eq!(name(bytes), shown);
        }
    }

    #[test]
    fn shows_tabs_of_a_source_line_as_spaces() {
        assert_eq!(source("\tkey\t\x0b"), r"    key    \x0b");
    }

    #[test]
    fn quotes_a_path_for_the_shell() {
        for (path, word) in [
            (b"src/a.py".as_slice(), "src/a.py"),
            (b"-rf", "./-rf"),
            (b"it's here", r"'it'\''s here'"),
            (b"", "''"),
            (b"$(id)", "'$(id)'"),
            (b"a\n\xe9'", r"$'a\x0a\xe9\x27'"),
        ] {
            assert_eq!(shell_word(path), word);
        }
    }

    #[test]
    fn toml_reads_back_as_the_same() {
        let value = "a\"b\\\n\u{1b}\u{202e}\u{e0041}'\u{4e2d}";
        let string = toml(value);
        assert_eq!(string, r#""a\"b\\\U0000000A\U0000001B\U0000202E\U000E0041'中""#);
        let read: toml::Table = toml::from_str(&format!("it = {string}")).expect("TOML");
        assert_eq!(read["it"].as_str(), Some(value));
    }

    #[test]
    fn json_reads_back_as_the_same() {
        let value = "\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041} \u{4e2d}";
        let document = json(&serde_json::to_string(value).expect("a string"));
        assert_eq!(document, r#""\u001b\u007f\u009b\u202e\udb40\udc41 中""#);
        assert_eq!(serde_json::from_str::<String>(&document).expect("JSON"), value);
    }
}
