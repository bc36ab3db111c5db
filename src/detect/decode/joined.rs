//! Strings that the syntax puts together: `"a" + "b"`, strings that follow each other over lines, and lines that go on behind a
//! backslash.
//!
//! Looked for is what is cut inside of a token, so that both sides of a cut are characters of one.

use std::{ops::Range, sync::LazyLock};

use gix::bstr::ByteSlice;
use memchr::memmem::Finder;

use super::Output;

/// Longer strings are not cut because a line is too long for them.
const LONGEST: usize = 512;
/// So much stands between two strings: a sign, a line's end, an indent.
const GAP: usize = 128;
/// So much of it before the sign or the line's end.
const BACK: usize = 8;
/// What stands before a sign or a line's end where there may be a cut: a quote, or what may be between.
const BEFORE_CUT: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"\"'` \t\n\r\x0c+.&\\~";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};
/// So much of the line before the first string is kept, for the name of the value.
const BEFORE: usize = 160;

/// Adds the strings of `text` that are put together.
pub fn strings(text: &[u8], output: &mut Output) {
    let mut chain: Vec<Range<usize>> = Vec::new();
    let mut last = 0..0;
    for cut in cuts(text) {
        // A sign and the line's end beside it are one cut.
        if cut == last {
            continue;
        }
        last = cut.clone();
        let (Some(left), Some(right)) = (string_before(text, cut.start), string_behind(text, cut.end)) else {
            continue;
        };
        if left.is_empty() || right.is_empty() || !is_token(text[left.end - 1]) || !is_token(text[right.start]) {
            continue;
        }
        if chain.last() != Some(&left) {
            add(text, &std::mem::take(&mut chain), output);
            chain.push(left);
        }
        chain.push(right);
    }
    add(text, &chain, output);
}

/// Adds the lines of `text` that go on behind a backslash in the middle of a token.
pub fn lines(text: &[u8], output: &mut Output) {
    static END: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\\\n"));
    let mut floor = 0;
    while let Some(found) = END.find(&text[floor..]) {
        let cut = floor + found;
        floor = cut + 2;
        let mut parts: Vec<Range<usize>> = std::iter::once(line_start(text, cut)..cut).collect();
        let mut next = cut + 2;
        while cut_inside_token(text, next - 2, next) {
            let end = line_end(text, next);
            let goes_on = text[..end].ends_with(b"\\");
            parts.push(next..if goes_on { end - 1 } else { end });
            floor = end;
            next = end + 1;
            if !goes_on {
                break;
            }
        }
        if parts.len() > 1 {
            let parts: Vec<_> = parts.into_iter().map(|part| (text[part.clone()].to_vec(), part)).collect();
            output.add_parts(&["joined"], &parts);
        }
    }
}

fn cut_inside_token(text: &[u8], before: usize, behind: usize) -> bool {
    before.checked_sub(1).is_some_and(|at| is_token(text[at])) && text.get(behind).is_some_and(|byte| is_token(*byte))
}

/// One string out of several, with what stands before the first of them on its line, and its quotes.
fn add(text: &[u8], chain: &[Range<usize>], output: &mut Output) {
    let [first, rest @ ..] = chain else { return };
    let mut parts =
        vec![(text[line_start(text, first.start)..first.end].to_vec(), line_start(text, first.start)..first.end)];
    parts.extend(rest.iter().map(|part| (text[part.clone()].to_vec(), part.clone())));
    // The quote that ends the last string.
    let end = rest.last().map_or(first.end, |last| last.end);
    parts.push((text[end..=end].to_vec(), end..end + 1));
    output.add_parts(&["joined"], &parts);
}

/// From behind the quote that ends a string to the quote that begins the next, where nothing else but a sign of joining and a
/// prefix of the second stands between.
fn cuts(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let is_between = |byte: &&u8| byte.is_ascii_whitespace() || b"+.&\\~".contains(byte);
    let is_near_quote = |at: usize| text[..at].last().is_some_and(|byte| BEFORE_CUT[usize::from(*byte)]);
    // Most lines end there: they do not end in a quote.
    memchr::memchr2_iter(b'+', b'\n', text).filter(move |&at| is_near_quote(at)).filter_map(move |at| {
        let start = at - text[..at].iter().rev().take(BACK).take_while(is_between).count();
        let is_quote = |at: usize| text.get(at).is_some_and(|byte| b"\"'`".contains(byte));
        if !start.checked_sub(1).is_some_and(is_quote) {
            return None;
        }
        let end = at + text[at..].iter().take(GAP).take_while(is_between).count();
        let prefix = text[end..].iter().take(2).take_while(|byte| b"frbuFRBU".contains(byte)).count();
        let signs = text[start..end].iter().filter(|byte| byte.is_ascii_punctuation()).count();
        (is_quote(end + prefix) && signs <= 1).then_some(start..end + prefix)
    })
}

/// The content of the string whose last quote stands before `end`.
fn string_before(text: &[u8], end: usize) -> Option<Range<usize>> {
    let quote = *text.get(end.checked_sub(1)?)?;
    let first = end.saturating_sub(LONGEST);
    let content = &text[first..end - 1];
    let start = content.iter().rposition(|byte| *byte == quote || *byte == b'\n')?;
    (content[start] == quote).then_some(first + start + 1..end - 1)
}

/// The content of the string whose first quote stands at `start`.
fn string_behind(text: &[u8], start: usize) -> Option<Range<usize>> {
    let quote = *text.get(start)?;
    let content = &text[start + 1..text.len().min(start + LONGEST)];
    let length = content.iter().position(|byte| *byte == quote || *byte == b'\n')?;
    (content[length] == quote).then_some(start + 1..start + 1 + length)
}

fn line_start(text: &[u8], at: usize) -> usize {
    let first = at.saturating_sub(BEFORE);
    text[first..at].rfind_byte(b'\n').map_or(first, |newline| first + newline + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    let most = text.len().min(at + LONGEST);
    text[at..most].find_byte(b'\n').map_or(most, |newline| at + newline)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_+/=.".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::decoded_at, *};

    #[test]
    fn puts_strings_together() {
        for text in [
            "k = \"abc_12\" + \"34def\"\n",
            "k = 'abc_' +\n    '12' +\n    '34def'\n",
            "k = (\"abc_12\"\n     f\"34def\")\n",
            "k = 'abc_12' \\\n    '34def'\n",
            "$k = 'abc_12' .\n  '34def';\n",
            "k = \"abc_12\"\n  + \"34def\";\n",
        ] {
            let (original, _) = decoded_at(strings, text.as_bytes(), "abc_1234def").expect(text);
            assert!(text[original.clone()].starts_with("abc_") && text[original].ends_with("34def"), "{text}");
            assert!(decoded_at(strings, text.as_bytes(), "k = ").is_some(), "{text}");
        }
        let text = "export K=abc_12\\\n34\\\ndef\nnext\n";
        let (original, _) = decoded_at(lines, text.as_bytes(), "K=abc_1234def").expect(text);
        assert_eq!(original, 7..24);
    }

    #[test]
    fn leaves_what_is_not_put_together_alone() {
        for text in [
            "x = [\"abc\",\n \"def\"]",
            "a = \"one \" + \"two\"",
            "a = \"one\"\nb = \"two\"",
            "'a' + b + 'c'",
            "\"\" + \"\"",
        ] {
            assert!(decoded_at(strings, text.as_bytes(), "").is_none(), "{text}");
        }
        assert!(decoded_at(lines, b"run --a \\\n    --b\n#define A \\\n  1\n", "").is_none());
    }

    #[test]
    fn takes_time_in_proportion() {
        let text = "\"a\"+".repeat(100_000) + &"\\\n".repeat(100_000);
        assert!(decoded_at(strings, text.as_bytes(), "aaaa").is_some());
        assert!(decoded_at(lines, text.as_bytes(), "").is_none());
    }
}
