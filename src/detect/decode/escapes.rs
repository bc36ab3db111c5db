//! Percent signs, the escapes of strings, and the entities of markup: what a character is written as where it may not stand.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::Output;

/// So far before and behind an escape what belongs to it is looked for.
const BEFORE: usize = 1024;
const BEHIND: usize = 4096;
/// So much space stands between a sign of assignment and a quote.
const LONGEST_GAP: usize = 4;

/// Adds the words of `text` in which a percent sign stands for a character.
pub fn percent(text: &[u8], output: &mut Output) {
    let is_word = |byte: u8| byte.is_ascii_graphic() && !b"\"'`<>".contains(&byte);
    // Spaces, slashes and colons are in every address.
    let matters = |_: &[u8], rest: &[u8]| {
        hex_byte(&rest[1..]).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-\"{=+@".contains(&byte))
    };
    each(text, b'%', matters, is_word, percent_sign, "percent", output);
}

/// Adds the lines of `text` with escapes that hide letters, signs, or the quotes of a string in a string.
pub fn backslash(text: &[u8], output: &mut Output) {
    let matters = |_: &[u8], rest: &[u8]| match rest {
        [_, b'x', high, low, ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [_, b'u', b'0', b'0', ..] | [_, b'"', b':', ..] | [_, b'"', b' ', b':' | b'=', ..] => true,
        _ => false,
    };
    each(text, b'\\', matters, |byte| byte != b'\n', escape, "escapes", output);
}

/// Adds the lines of `text` with entities that hide letters, signs, or the quote before a value.
pub fn entity(text: &[u8], output: &mut Output) {
    let matters = |before: &[u8], rest: &[u8]| {
        let before = before.trim_ascii_end();
        let is_assigned = before.ends_with(b"=") || before.ends_with(b":");
        // In programs the sign means other things.
        if rest.get(1) != Some(&b'#') && !is_assigned {
            return false;
        }
        match reference(rest).as_ref().map(|(bytes, _)| bytes.as_slice()) {
            Some(b"\"" | b"'") => is_assigned,
            Some([byte]) => rest[1] == b'#' && (byte.is_ascii_alphanumeric() || b"_-=+/".contains(byte)),
            _ => false,
        }
    };
    each(text, b'&', matters, |byte| byte != b'\n', reference, "entities", output);
}

/// The inside of a string in double quotes, with what its escapes stand for.
pub fn unescaped(text: &[u8]) -> Vec<u8> {
    parts(text, 0..text.len(), b'\\', escape).into_iter().flat_map(|(bytes, _)| bytes).collect()
}

/// A part of an address, with what its percent signs stand for.
pub fn unescaped_in_address(text: &[u8]) -> Vec<u8> {
    parts(text, 0..text.len(), b'%', percent_sign).into_iter().flat_map(|(bytes, _)| bytes).collect()
}

/// Adds each stretch of bytes that are as `belongs` says round a `sign` that `matters`, what `decode` knows in it being decoded.
/// Nothing is looked at twice.
fn each(
    text: &[u8],
    sign: u8,
    matters: impl Fn(&[u8], &[u8]) -> bool,
    belongs: impl Fn(u8) -> bool,
    decode: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>,
    name: &'static str,
    output: &mut Output,
) {
    let (mut floor, mut from) = (0, 0);
    while let Some(found) = text[from..].find_byte(sign) {
        let at = from + found;
        from = at + 1;
        if !matters(&text[at.saturating_sub(LONGEST_GAP)..at], &text[at..]) {
            continue;
        }
        let first = floor.max(at.saturating_sub(BEFORE));
        let start = at - text[first..at].iter().rev().take_while(|byte| belongs(**byte)).count();
        let end = at + text[at..].iter().take(BEHIND).take_while(|byte| belongs(**byte)).count();
        output.add_parts(&[name], &parts(text, start..end, sign, &decode));
        floor = end.max(from);
        from = floor;
    }
}

/// What stands between the signs, and what each sign stands for.
fn parts(
    text: &[u8],
    range: Range<usize>,
    sign: u8,
    decode: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>,
) -> Vec<(Vec<u8>, Range<usize>)> {
    let mut parts = Vec::new();
    let (mut plain, mut at) = (range.start, range.start);
    while let Some(found) = text[at..range.end].find_byte(sign) {
        at += found;
        match decode(&text[at..range.end]) {
            Some((bytes, length)) => {
                parts.push((text[plain..at].to_vec(), plain..at));
                parts.push((bytes, at..at + length));
                at += length;
                plain = at;
            }
            None => at += 1,
        }
    }
    parts.push((text[plain..range.end].to_vec(), plain..range.end));
    parts
}

/// What a percent sign in an address stands for, and how long it is.
fn percent_sign(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    hex_byte(rest.strip_prefix(b"%")?).map(|byte| (vec![byte], 3))
}

/// What an escape in a string stands for, and how long it is.
fn escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    match rest {
        [_, b'u', digits @ ..] => {
            let digits = str::from_utf8(digits.get(..4)?).ok()?;
            let code = u32::from_str_radix(digits, 16).ok()?;
            // Half a pair stands for nothing that is sought.
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            Some((character.to_string().into_bytes(), 6))
        }
        [_, b'x', digits @ ..] => hex_byte(digits).map(|byte| (vec![byte], 4)),
        [_, b'n', ..] => Some((vec![b'\n'], 2)),
        [_, b'r', ..] => Some((vec![b'\r'], 2)),
        [_, b't', ..] => Some((vec![b'\t'], 2)),
        [_, sign @ (b'"' | b'\'' | b'/' | b'\\'), ..] => Some((vec![*sign], 2)),
        _ => None,
    }
}

/// What an entity stands for, and how long it is.
fn reference(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    const LONGEST: usize = 10;
    const NAMED: [(&[u8], u8); 6] =
        [(b"quot", b'"'), (b"amp", b'&'), (b"apos", b'\''), (b"lt", b'<'), (b"gt", b'>'), (b"equals", b'=')];
    let end = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = &rest[1..end];
    let bytes = match name.strip_prefix(b"#") {
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, sign)| vec![*sign])?,
        Some(number) => {
            let hex = number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X"));
            let digits = str::from_utf8(hex.unwrap_or(number)).ok()?;
            let code = u32::from_str_radix(digits, if hex.is_some() { 16 } else { 10 }).ok()?;
            char::from_u32(code)?.to_string().into_bytes()
        }
    };
    Some((bytes, end + 1))
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let pair = digits.first_chunk::<2>().filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::decoded_at, *};

    #[test]
    fn reads_what_stands_for_a_character() {
        for (decode, text, at) in [
            (percent as fn(&[u8], &mut Output), "x https://a.b/?k=key%5F12%2Bab&c", 17..27),
            (percent, "q=%20%6Bey%5F12%2Bab", 5..20),
            (backslash, r#"{"k": "key\u005f12\x2bab"}"#, 7..22),
            (backslash, r#"x = "{\"name\": \"key_12+ab\"}""#, 18..27),
            (entity, "<a b=\"key&#95;12&#x2B;ab\">&lt;</a>", 6..23),
        ] {
            let (original, _) = decoded_at(decode, text.as_bytes(), "key_12+ab").expect(text);
            assert!(original.start == at.start || text.contains("name"), "{original:?} of {text}");
            assert!(text[original].contains("ey"), "{text}");
        }
    }

    #[test]
    fn looks_only_where_something_hides() {
        for (decode, text) in [
            (percent as fn(&[u8], &mut Output), "100% of %d items at a%20b%2Fc%3A"),
            (backslash, "C:\\temp\\new \\n \\u4e2d"),
            (entity, "a && b & c; &nbsp; said &quot;x&quot; &#8217;"),
        ] {
            assert!(decoded_at(decode, text.as_bytes(), "").is_none(), "{text}");
        }
    }

    #[test]
    fn takes_time_in_proportion() {
        for (decode, sign) in [(percent as fn(&[u8], &mut Output), "%41"), (backslash, "\\x41"), (entity, "&#65;")] {
            let text = sign.repeat(200_000);
            assert!(decoded_at(decode, text.as_bytes(), "AAAA").is_some(), "{sign}");
        }
    }
}
