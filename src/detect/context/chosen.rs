//! Values as people choose them, in contrast to the words, identifiers and code that stand beside the same names.

use gix::bstr::ByteSlice;

use super::{language::is_gibberish, name::words, randomness::is_random};

/// A value that a person might choose as a password: letters with digits or signs among them, or letters that make no words;
/// no sentence, no identifier, no address.
pub fn is_password(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs =
        value.iter().filter(|byte| byte.is_ascii_graphic() && !b"-_./: ".contains(byte)).count() - letters - digits;
    (6..=128).contains(&value.len())
        && value.iter().all(|&byte| byte.is_ascii_graphic() || !byte.is_ascii())
        && letters > 0
        && (is_random(value) || (digits > 0 || signs > 0 || is_gibberish(value)) && !is_identifier(value))
        && !is_code(value)
        && !is_address(value)
}

/// A row of small letters, as people choose it where nothing but passwords stands behind such names.
pub fn is_long_word(value: &[u8]) -> bool {
    value.len() >= 8 && value.iter().all(u8::is_ascii_lowercase)
}

/// `name_2`, `some.dotted.name`, `kebab-case`, `CamelCase`, `getValue1`: words, and few digits behind them.
pub fn is_identifier(value: &[u8]) -> bool {
    let words = words(value);
    // `Win32_System`, but not `goose42`.
    let digits = if words.len() > 1 { 2 } else { 1 };
    value.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
        // Case that changes all the time makes no words.
        && value.len() >= 4 * words.len()
        && !is_gibberish(value)
        && words.iter().all(|word| {
            let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let rest = &word[letters..];
            rest.len() <= digits && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// The address of a mailbox, or its name, as clients give it to anonymous FTP.
pub fn is_address(value: &[u8]) -> bool {
    let Some((user, host)) = value.split_once_str("@") else { return false };
    if host.is_empty() && user.iter().all(u8::is_ascii_lowercase) {
        return true;
    }
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    let ending = host.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    !user.is_empty()
        && user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(byte))
        && host.contains(&b'.')
        && host.iter().all(is_host)
        && ending.len() >= 2
        && ending.iter().all(u8::is_ascii_alphabetic)
}

/// Regular expressions, calls, markup and sentences' ends.
fn is_code(value: &[u8]) -> bool {
    is_expression(value)
        || value.last().is_some_and(|last| b":?,".contains(last))
        || value.first().is_some_and(|first| b"(,;:=)]}&|".contains(first))
        || value.iter().filter(|byte| b"(){}[]<>|;,\"'".contains(byte)).count() > 3
}

/// What stands in regular expressions, calls, indices and markup, and hardly in a value.
pub fn is_expression(value: &[u8]) -> bool {
    const MARKS: [&[u8]; 23] = [
        b"\\d", b"\\w", b"\\s", b"[a-z", b"[A-Z", b"[0-9", b"[^", b"(?", b".*", b".+", b"()", b"=>", b"</", b"/>",
        b"\\n", b"&&", b"||", b"==", b"[0]", b"[-1]", b"=True", b"=False", b"=None",
    ];
    MARKS.iter().any(|mark| value.contains_str(mark))
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
