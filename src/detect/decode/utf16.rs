//! UTF-16 of either byte order, with and without a byte order mark, wherever it begins in a file; and UTF-32 with a mark.
//!
//! Whatever is sought is ASCII, and ASCII in UTF-16 is ASCII with a NUL beside each byte, in UTF-32 with three. So the text is the file without
//! its NULs, and neither byte order nor alignment need be known. Of a program's file only the surroundings of such stretches
//! are kept.

use std::ops::Range;

use super::Decoded;

/// So many alternations of a NUL and another byte in a row mean UTF-16; shorter ones are common in binary files.
const UNITS: usize = 8;
/// A run of alternations has all bytes of one of these words in it, wherever it begins.
const WORD: usize = 8;
/// Kept are the blocks in which such a run stands, and their neighbours: the rest of a program is no text twice.
const BLOCK: usize = 4096;
/// The map back begins to count at every so many of the bytes.
const STEP: usize = 1024;

/// A stretch of the bytes, and where it begins in the text.
struct Step {
    text: usize,
    from: usize,
}

/// The bytes without NULs, where some stretch of them looks like UTF-16.
pub fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    memchr::memchr(0, bytes)?;
    let mut text = Vec::new();
    let mut steps = Vec::new();
    for range in wide(bytes) {
        if !text.is_empty() {
            text.push(b'\n');
        }
        for from in range.clone().step_by(STEP) {
            steps.push(Step { text: text.len(), from });
            add_without_nuls(&mut text, &bytes[from..range.end.min(from + STEP)]);
        }
    }
    if steps.is_empty() {
        return None;
    }
    let decoder = if is_utf32(bytes) { "UTF-32" } else { "UTF-16" };
    let original = move |span: Range<usize>| {
        let start = place(bytes, &steps, span.start);
        // The last byte and not the first behind the span, so that NULs in between count, and the one behind does not.
        let last = place(bytes, &steps, span.end.max(span.start + 1) - 1);
        start..(last + 1).min(bytes.len())
    };
    Some(Decoded { text, decoder, original: Box::new(original) })
}

/// The ranges of `bytes` that are kept, in order; no two touch.
fn wide(bytes: &[u8]) -> Vec<Range<usize>> {
    // Without the mark, a table of small numbers looks the same.
    if is_utf32(bytes) {
        return std::iter::once(0..bytes.len()).collect();
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for start in (0..bytes.len()).step_by(BLOCK) {
        let end = bytes.len().min(start + BLOCK);
        let (words, _) = bytes[start..end].as_chunks::<WORD>();
        let around = &bytes[start.saturating_sub(4 * UNITS)..bytes.len().min(end + 4 * UNITS)];
        if !words.iter().any(|word| alternates(*word)) || !has_units(around) {
            continue;
        }
        let range = start.saturating_sub(BLOCK)..bytes.len().min(end + BLOCK);
        match ranges.last_mut() {
            Some(last) if range.start <= last.end => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    ranges
}

fn is_utf32(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff])
}

/// Whether every other byte of `word` is a NUL, and no more.
fn alternates(word: [u8; WORD]) -> bool {
    let number = u64::from_le_bytes(word);
    let even = 0x00ff_00ff_00ff_00ff;
    let has_nuls = number & even == 0 || number & !even == 0;
    has_nuls && word.as_chunks::<2>().0.iter().all(|unit| *unit != [0, 0])
}

fn has_units(bytes: &[u8]) -> bool {
    let mut alternations = 0;
    bytes.windows(2).any(|pair| {
        alternations = if (pair[0] == 0) == (pair[1] == 0) { 0 } else { alternations + 1 };
        alternations >= 2 * UNITS
    })
}

fn add_without_nuls(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = text.len();
    text.resize(length + bytes.len(), 0);
    // Where NULs are many, a branch on each byte costs more than a store that the next one overwrites.
    for &byte in bytes {
        text[length] = byte;
        length += usize::from(byte != 0);
    }
    text.truncate(length);
}

/// Where byte number `index` of the text stands.
fn place(bytes: &[u8], steps: &[Step], index: usize) -> usize {
    let behind = steps.partition_point(|step| step.text <= index);
    let Some(step) = behind.checked_sub(1).map(|last| &steps[last]) else { return 0 };
    let kept = bytes[step.from..].iter().enumerate().filter(|&(_, &byte)| byte != 0);
    kept.map(|(at, _)| step.from + at).nth(index - step.text).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn reads_both_byte_orders_and_maps_back() {
        for little in [true, false] {
            let bytes = units(&format!("\u{feff}{}key = abcdefgh\n", "long ".repeat(1000)), little);
            let decoded = decode(&bytes).expect("UTF-16");
            let at = decoded.text.windows(8).position(|part| part == b"abcdefgh").expect("decoded");
            let span = (decoded.original)(at..at + 8);
            assert_eq!(bytes[span.clone()].iter().copied().filter(|&b| b != 0).collect::<Vec<_>>(), b"abcdefgh");
            assert_eq!(span.len(), 15);
        }
    }

    #[test]
    fn reads_four_bytes_a_character_behind_their_mark() {
        let text = "\u{feff}key = abcdefgh";
        for big in [true, false] {
            let of = |unit: char| if big { u32::from(unit).to_be_bytes() } else { u32::from(unit).to_le_bytes() };
            let bytes: Vec<u8> = text.chars().flat_map(of).collect();
            let decoded = decode(&bytes).expect("UTF-32");
            let at = decoded.text.windows(8).position(|part| part == b"abcdefgh").expect("decoded");
            let span = (decoded.original)(at..at + 8);
            assert_eq!((decoded.decoder, span.len()), ("UTF-32", 29));
        }
    }

    #[test]
    fn keeps_of_a_program_what_is_text() {
        let program = [7, 0, 0, 0, 1, 2, 3, 0].repeat(BLOCK);
        for shift in 0..WORD {
            let wide = units("key = abcdefgh", true);
            let bytes = [&program[..program.len() - shift], &wide, &program, &wide].concat();
            let Decoded { text, original, .. } = decode(&bytes).expect("UTF-16");
            assert!(text.len() < 8 * BLOCK, "{shift}");
            let places: Vec<usize> = (0..text.len()).filter(|&at| text[at..].starts_with(b"abcdefgh")).collect();
            assert_eq!(places.len(), 2, "{shift}");
            for at in places {
                assert_eq!(&bytes[original(at..at + 8)], &wide[12..27], "{shift}");
            }
        }
    }

    #[test]
    fn leaves_plain_and_binary_bytes_alone() {
        assert!(decode(b"plain text").is_none());
        assert!(decode(b"one NUL\0 in a text of some length").is_none());
        assert!(decode(&[0; 64]).is_none());
    }
}
