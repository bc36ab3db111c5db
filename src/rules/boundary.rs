//! Where a word ends: a part of a longer word is no secret.
//!
//! Never: what a secret looks like. `build.rs` compiles this file too.

use std::ops::Range;

/// Whether the bytes round `secret`, which is not empty, do not make it a part of a longer word: no letter or digit before
/// it, unless that belongs to an escape, and no letter, digit or `_` behind it. Where the secret itself begins or ends with
/// a sign, nothing joins it there.
pub fn stands_alone(text: &[u8], secret: &Range<usize>) -> bool {
    let ends = !is_word(text[secret.end - 1]) || !text.get(secret.end).is_some_and(|&byte| is_word(byte));
    begins_alone(text, secret.start) && ends
}

/// Whether the bytes before `at`, where there is one, do not make what begins there a part of a longer word.
pub fn begins_alone(text: &[u8], at: usize) -> bool {
    match &text[..at] {
        before @ [.., last] if last.is_ascii_alphanumeric() => {
            !text[at].is_ascii_alphanumeric() || ends_in_escape(before)
        }
        _ => true,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the last letters are those of an escape: `\n`, `%3D`, `\x3d`, `\u003d`, or of a terminal's colour, `ESC [31m`.
fn ends_in_escape(before: &[u8]) -> bool {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'%', a, b] | [.., b'\\', b'x', a, b] if is_hex(&[*a, *b]) => true,
        [codes @ .., b'm'] => {
            let digits = codes.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
            codes[..codes.len() - digits].ends_with(b"\x1b[")
        }
        [.., b'\\', b'u', a, b, c, d] => is_hex(&[*a, *b, *c, *d]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_from_parts_of_words() {
        for (text, alone) in [
            ("=<ab_12>", true),
            ("<ab_12>", true),
            ("c<ab_12>", false),
            ("<ab_12>3", false),
            ("<ab_12>_", false),
            ("<ab_12>-", true),
            (r"\n<ab_12>", true),
            ("%3D<ab_12>", true),
            (r"\x3d<ab_12>", true),
            (r"\u003d<ab_12>", true),
            ("\x1b[1;31m<ab_12>", true),
            ("3d<ab_12>", false),
            ("c<-ab=>d", true),
        ] {
            let start = text.find('<').unwrap();
            let end = text.find('>').unwrap() - 1;
            let text = text.replace(['<', '>'], "");
            assert_eq!(stands_alone(text.as_bytes(), &(start..end)), alone, "{text}");
        }
    }
}
