//! Gzip, from its first byte on. Source: RFC 1952.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::Output;

/// How a file begins that uses the one method there is.
pub const MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Adds what `text` unpacks to. Where in it something stands can be said in proportion only.
pub fn decode(text: &[u8], output: &mut Output) {
    if text.starts_with(&MAGIC) {
        let unpacked = unpack(text, output.left());
        output.add(&["gzip"], &unpacked, 0..text.len());
    }
}

/// The first `most` bytes of what `packed` unpacks to; what is there of it, if it is damaged.
pub fn unpack(packed: &[u8], most: usize) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    // A damaged end takes nothing from what was unpacked before it.
    let _ = MultiGzDecoder::new(packed).take(most).read_to_end(&mut unpacked);
    unpacked
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::{super::tests::decoded_at, *};

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[test]
    fn unpacks_whole_and_damaged_files() {
        let file = packed(&[b"password = correct-horse-7\n".as_slice(), &[b'x'; 5000]].concat());
        for file in [&file[..], &file[..file.len() - 9]] {
            let (original, via) = decoded_at(decode, file, "correct-horse-7").expect("unpacked");
            assert!(original.end <= file.len());
            assert_eq!(via, ["gzip"]);
        }
    }

    #[test]
    fn stops_at_the_limit() {
        assert_eq!(unpack(&packed(&vec![0; 1 << 20]), 1000).len(), 1000);
        assert!(unpack(b"\x1f\x8b\x08 and nothing more", 1000).is_empty());
    }
}
