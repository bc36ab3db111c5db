//! UTF-16 of either byte order, with and without a byte order mark, wherever it begins in a file.
//!
//! Whatever is sought is ASCII, and ASCII in UTF-16 is ASCII with a NUL beside each byte. So the text is the file without
//! its NULs, and neither byte order nor alignment need be known.

use std::ops::Range;

use super::Decoded;

/// So many alternations of a NUL and another byte in a row mean UTF-16; shorter ones are common in binary files.
const UNITS: usize = 8;

/// The map back begins to count at every so many bytes of the text.
const STEP: usize = 1024;

/// The bytes without NULs, if some stretch of them looks like UTF-16.
pub fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    if !bytes.contains(&0) {
        return None;
    }
    let mut alternations = 0;
    let has_units = bytes.windows(2).any(|pair| {
        alternations = if (pair[0] == 0) == (pair[1] == 0) { 0 } else { alternations + 1 };
        alternations >= 2 * UNITS
    });
    if !has_units {
        return None;
    }
    let kept = bytes.iter().enumerate().filter(|&(_, &byte)| byte != 0);
    let steps: Vec<usize> = kept.clone().step_by(STEP).map(|(at, _)| at).collect();
    let original = move |span: Range<usize>| {
        let start = place(bytes, &steps, span.start);
        // The last byte and not the first behind the span, so that NULs in between count, and the one behind does not.
        let last = place(bytes, &steps, span.end.max(span.start + 1) - 1);
        start..(last + 1).min(bytes.len())
    };
    Some(Decoded { text: kept.map(|(_, &byte)| byte).collect(), original: Box::new(original) })
}

/// Where byte number `index` of the text stands.
fn place(bytes: &[u8], steps: &[usize], index: usize) -> usize {
    let Some(&step) = steps.get(index / STEP) else { return bytes.len() };
    let kept = bytes[step..].iter().enumerate().filter(|&(_, &byte)| byte != 0);
    kept.map(|(at, _)| step + at).nth(index % STEP).unwrap_or(bytes.len())
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
    fn leaves_plain_and_binary_bytes_alone() {
        assert!(decode(b"plain text").is_none());
        assert!(decode(b"one NUL\0 in a text of some length").is_none());
        assert!(decode(&[0; 64]).is_none());
    }
}
