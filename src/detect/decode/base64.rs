//! Base64 in both alphabets, over one line or several, and hexadecimal: long runs that decode to text.
//!
//! Most long runs are hashes, paths and identifiers. They do not decode to text, which their first sixteen digits tell.

use std::ops::Range;

use super::{Output, gzip};

/// Shorter runs hold no name with a value, and no token.
const LEAST: usize = 24;
/// Fewer hexadecimal digits.
const LEAST_HEX: usize = 32;
/// So many digits tell text from other bytes.
const PROBE: usize = 16;
/// A prefix that consists of base64 digits itself may end so far into a run.
const LONGEST_PREFIX: usize = 24;
/// Text broken over lines has lines of at least so many digits.
const LEAST_LINE: usize = 60;

const NONE: u8 = 0xff;

/// The values of the digits of both alphabets.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        #[expect(clippy::cast_possible_truncation, reason = "below 64")]
        let digit = value as u8;
        values[digits[value] as usize] = digit;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};

/// Adds what the runs of `text` decode to.
pub fn decode(text: &[u8], output: &mut Output) {
    let mut start = 0;
    while let Some(digits) = text.get(start..start + LEAST) {
        // No run begins before the last byte that is no digit, so that few of the bytes are looked at.
        start = match digits.iter().rposition(|byte| !is_digit(*byte)) {
            Some(other) => start + other + 1,
            None => run(text, start..run_end(text, start + LEAST), output),
        };
    }
}

/// Adds what one run decodes to; gives back how far that reached.
fn run(text: &[u8], run: Range<usize>, output: &mut Output) -> usize {
    if is_part_of_web_token(text, &run) {
        return run.end;
    }
    let digits = &text[run.clone()];
    if digits.len() >= LEAST_HEX && digits.iter().all(u8::is_ascii_hexdigit) {
        hexadecimal(digits, &run, output);
        return run.end;
    }
    let prefixes = digits.iter().take(LONGEST_PREFIX).enumerate().filter(|(_, byte)| b"/-_+".contains(byte));
    let starts = std::iter::once(0).chain(prefixes.map(|(at, _)| at + 1));
    for start in starts {
        if digits.len() - start < LEAST {
            break;
        }
        match content(&digits[start..start + PROBE]) {
            Content::Text => return lines(text, run.start + start..run.end, output),
            Content::Units => {
                let bytes: Vec<u8> = bytes(&digits[start..]).into_iter().filter(|byte| *byte != 0).collect();
                output.add(&["base64", "UTF-16"], &bytes, run.start + start..run.end);
                return run.end;
            }
            Content::Gzip => {
                let unpacked = gzip::unpack(&bytes(&digits[start..]), output.left());
                output.add(&["base64", "gzip"], &unpacked, run.start + start..run.end);
                return run.end;
            }
            Content::Other => {}
        }
    }
    run.end
}

/// Adds text whose digits may go on over several lines; gives back where they end.
fn lines(text: &[u8], first: Range<usize>, output: &mut Output) -> usize {
    let mut parts = vec![first];
    while let Some(last) = parts.last() {
        let whole = last.len() >= LEAST_LINE && last.len() % 4 == 0;
        let Some(next) = next_line(text, last.end).filter(|_| whole) else { break };
        let end = run_end(text, next);
        if end == next {
            break;
        }
        parts.push(next..end);
    }
    let decoded: Vec<(Vec<u8>, Range<usize>)> =
        parts.iter().map(|part| (bytes(&text[part.clone()]), part.clone())).collect();
    let end = parts.last().map_or(0, |part| part.end);
    output.add_whole(&["base64"], &decoded);
    end
}

/// Where the text of the next line begins, if a line ends at `at`, as it is or as an escape in a string.
fn next_line(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    let behind = [&b"\r\n"[..], b"\n", b"\\r\\n", b"\\n"].iter().find_map(|end| rest.strip_prefix(*end))?;
    let indent = behind.iter().take(64).take_while(|byte| b" \t".contains(byte)).count();
    Some(text.len() - behind.len() + indent)
}

fn hexadecimal(digits: &[u8], run: &Range<usize>, output: &mut Output) {
    let pairs = digits.len() / 2;
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or(0);
    let byte = |pair: &[u8; 2]| value(pair[0]) << 4 | value(pair[1]);
    let (whole, _) = digits.as_chunks::<2>();
    if whole.iter().take(PROBE * 3 / 4).map(byte).all(is_text) {
        let bytes: Vec<u8> = whole.iter().map(byte).collect();
        output.add(&["hex"], &bytes, run.start..run.start + pairs * 2);
    }
}

/// Parts of web tokens are looked at as the token they are.
fn is_part_of_web_token(text: &[u8], run: &Range<usize>) -> bool {
    let beside = |at: Option<usize>| at.and_then(|at| text.get(at)) == Some(&b'.');
    text[run.clone()].windows(3).take(LONGEST_PREFIX).any(|start| start == b"eyJ")
        && (beside(Some(run.end)) || beside(run.start.checked_sub(1)))
}

enum Content {
    Text,
    Units,
    Gzip,
    Other,
}

/// What begins with the bytes that `probe` decodes to.
fn content(probe: &[u8]) -> Content {
    // Most runs end here.
    let first = [group(&probe[..4]), group(&probe[4..8])].concat();
    if first.starts_with(&gzip::MAGIC) {
        return Content::Gzip;
    }
    if !is_text(first[0]) || !(is_text(first[1]) || first[1] == 0) {
        return Content::Other;
    }
    let bytes = bytes(probe);
    if bytes.iter().all(|byte| is_text(*byte)) {
        return Content::Text;
    }
    let is_units = bytes.chunks(2).all(|unit| is_text(unit[0]) && unit[1] == 0);
    if is_units { Content::Units } else { Content::Other }
}

fn bytes(digits: &[u8]) -> Vec<u8> {
    let (groups, rest) = digits.as_chunks::<4>();
    let mut bytes: Vec<u8> = groups.iter().flat_map(|digits| group(digits)).collect();
    if rest.len() > 1 {
        let padded = [rest, &b"AA"[..4 - rest.len()]].concat();
        bytes.extend(&group(&padded)[..rest.len() - 1]);
    }
    bytes
}

fn group(digits: &[u8]) -> [u8; 3] {
    let number = digits.iter().fold(0, |number: u32, digit| number << 6 | u32::from(VALUES[usize::from(*digit)] & 63));
    let [_, first, second, third] = number.to_be_bytes();
    [first, second, third]
}

fn is_digit(byte: u8) -> bool {
    VALUES[usize::from(byte)] != NONE
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

fn run_end(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| is_digit(**byte)).count()
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

    use super::super::tests::decoded_at;

    const TEXT: &str = "password = correct-horse-7\nuser = ada\n";

    #[test]
    fn finds_text_in_runs() {
        for run in [
            BASE64.encode(TEXT.as_bytes()),
            BASE64URL_NOPAD.encode(TEXT.as_bytes()),
            HEXLOWER.encode(TEXT.as_bytes()),
            format!("prefix_{}", BASE64.encode(TEXT.as_bytes())),
            BASE64.encode(&TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
        ] {
            let text = format!("a: '{run}'\n");
            let (original, _) = decoded_at(super::decode, text.as_bytes(), "correct-horse-7").expect(&run);
            assert!(run.contains(&text[original.clone()]) && original.len() < 60, "{original:?} of {text}");
        }
    }

    #[test]
    fn joins_the_lines_of_a_wrapped_text() {
        let long = format!("{}{TEXT}", "# filler line\n".repeat(9));
        let wrapped: Vec<String> = BASE64
            .encode(long.as_bytes())
            .as_bytes()
            .chunks(76)
            .map(|line| format!("    {}", String::from_utf8_lossy(line)))
            .collect();
        let text = wrapped.join("\n");
        let (original, _) = decoded_at(super::decode, text.as_bytes(), "correct-horse-7").expect("wrapped");
        assert!(original.start > 140 && original.end <= text.len());
    }

    #[test]
    fn leaves_hashes_images_paths_and_web_tokens_alone() {
        for text in [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
            "src/main/java/org/example/application/configuration/settings",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhIiwicGFzc3dvcmQiOiJiIn0.c2ln",
        ] {
            assert!(decoded_at(super::decode, text.as_bytes(), "").is_none(), "{text}");
        }
    }
}
