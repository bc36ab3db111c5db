//! Values as people choose them, in contrast to the words, identifiers and code that stand beside the same names.

use gix::bstr::ByteSlice;

use super::{name::words, randomness::is_random};

/// A value that a person might choose as a password: letters with digits or signs among them, no sentence, no identifier.
pub fn is_password(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs =
        value.iter().filter(|byte| byte.is_ascii_graphic() && !b"-_./: ".contains(byte)).count() - letters - digits;
    (6..=128).contains(&value.len())
        && value.iter().all(|&byte| byte.is_ascii_graphic() || !byte.is_ascii())
        && letters > 0
        && (is_random(value) || (digits > 0 || signs > 0) && !is_identifier(value))
        && !is_code(value)
}

/// `name_2`, `some.dotted.name`, `kebab-case`, `CamelCase`, `getValue1`.
fn is_identifier(value: &[u8]) -> bool {
    let words = words(value);
    // `Win32_System`, but not `goose42`.
    let digits = if words.len() > 1 { 2 } else { 1 };
    value.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
        // Case that changes all the time makes no words.
        && value.len() >= 4 * words.len()
        && words.iter().all(|word| {
            let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let rest = &word[letters..];
            rest.len() <= digits && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Regular expressions, calls, markup and sentences' ends.
fn is_code(value: &[u8]) -> bool {
    const MARKS: [&[u8]; 18] = [
        b"\\d", b"\\w", b"\\s", b"[a-z", b"[A-Z", b"[0-9", b"[^", b"(?", b".*", b".+", b"()", b"=>", b"</", b"/>",
        b"\\n", b"&&", b"||", b"==",
    ];
    MARKS.iter().any(|mark| value.contains_str(mark))
        || value.last().is_some_and(|last| b":?,".contains(last))
        || value.first().is_some_and(|first| b"(,;:=)]}&|".contains(first))
        || value.iter().filter(|byte| b"(){}[]<>|;,\"'".contains(byte)).count() > 3
}

/// `password = "Password1"`, `api_key: ApiKey`: the value says what the name says.
pub fn repeats_its_name(name: &[u8], value: &[u8]) -> bool {
    let squash = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect()
    };
    let (name, value) = (squash(name), squash(value));
    value.len() >= 3
        && (name.ends_with(&value)
            || name.len() >= 5 && value.starts_with(&name)
            || value.ends_with(&name) && name.len() >= 5)
}
