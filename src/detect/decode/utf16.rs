//! UTF-16 of either byte order, with and without a byte order mark, wherever it begins in a file.
//!
//! Whatever is sought is ASCII, and ASCII in UTF-16 is ASCII with a NUL beside each byte. So the text is the file without
//! its NULs, and neither byte order nor alignment need be known.

use std::ops::Range;

/// So many alternations of a NUL and another byte in a row mean UTF-16; shorter ones are common in binary files.
const UNITS: usize = 8;

/// The bytes without NULs, if some stretch of them looks like UTF-16.
pub fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.contains(&0) {
        return None;
    }
    let mut alternations = 0;
    let has_units = bytes.windows(2).any(|pair| {
        alternations = if (pair[0] == 0) == (pair[1] == 0) { 0 } else { alternations + 1 };
        alternations >= 2 * UNITS
    });
    has_units.then(|| bytes.iter().copied().filter(|&byte| byte != 0).collect())
}

/// The bytes of the original from the first to the last byte of `span`, the NULs between them included.
pub fn original(bytes: &[u8], span: Range<usize>) -> Range<usize> {
    let mut kept = bytes.iter().enumerate().filter(|&(_, &byte)| byte != 0).map(|(at, _)| at).skip(span.start);
    let start = kept.next().unwrap_or(bytes.len());
    let last = if span.len() > 1 { kept.nth(span.len() - 2).unwrap_or(start) } else { start };
    start..(last + 1).min(bytes.len())
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
            let bytes = units("\u{feff}key = abcdefgh\n", little);
            let text = decode(&bytes).expect("UTF-16");
            let at = text.windows(8).position(|part| part == b"abcdefgh").expect("decoded");
            let span = original(&bytes, at..at + 8);
            assert_eq!(bytes[span.clone()].iter().copied().filter(|&b| b != 0).collect::<Vec<_>>(), b"abcdefgh");
            assert_eq!(span.len(), 15);
        }
    }

    #[test]
    fn leaves_plain_and_binary_bytes_alone() {
        assert_eq!(decode(b"plain text"), None);
        assert_eq!(decode(b"one NUL\0 in a text of some length"), None);
        assert_eq!(decode(&[0; 64]), None);
    }
}
