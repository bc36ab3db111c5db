//! A long stream in pieces that overlap, so that what is found in them is what would be found in the whole.
//!
//! Never: what is looked for.

use std::{io, ops::Range};

use crate::excerpt::Before;

/// So many bytes are a piece's own.
const OWN: usize = 4 << 20;

/// So many more are seen on either side: nothing that is looked for reaches further than the longest match (16 KiB behind its
/// keyword, and to the end of a word) and the lines round it.
const MARGIN: usize = 128 << 10;

/// A line that is longer is read in blocks that are counted from its start, so that a piece begins with one of them.
const BLOCK: usize = 512;

/// A part of a stream.
pub struct Piece<'a> {
    /// What is seen.
    pub bytes: &'a [u8],
    /// What begins in these bytes of it belongs to the piece, and to no other.
    pub own: Range<usize>,
    /// What stands before it.
    pub before: Before,
}

impl<'a> Piece<'a> {
    /// A whole file.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, own: 0..bytes.len(), before: Before::default() }
    }
}

/// Shows `see` all pieces of `stream`, in order. How many bytes it had.
pub fn each(stream: &mut dyn io::Read, see: &mut dyn FnMut(&Piece<'_>)) -> io::Result<u64> {
    each_of(stream, OWN, MARGIN, see)
}

/// The same in pieces of `own` bytes, with at most `margin` more on either side, which is no more than `own`.
pub fn each_of(
    stream: &mut dyn io::Read,
    own: usize,
    margin: usize,
    see: &mut dyn FnMut(&Piece<'_>),
) -> io::Result<u64> {
    let mut bytes = Vec::with_capacity(own + 3 * margin);
    let (mut start, mut before, mut gone) = (0, Before::default(), 0);
    loop {
        let wanted = start + own + margin - bytes.len();
        let mut next = io::Read::take(&mut *stream, wanted as u64);
        let is_last = io::Read::read_to_end(&mut next, &mut bytes)? < wanted;
        let end = if is_last { bytes.len() } else { start + own };
        see(&Piece { bytes: &bytes, own: start..end, before });
        if is_last {
            return Ok(gone + bytes.len() as u64);
        }
        let cut = cut(&bytes, end - margin, end - margin / 2, before);
        before = before.and(&bytes[..cut]);
        bytes.drain(..cut);
        gone += cut as u64;
        start = end - cut;
    }
}

/// Where the next piece begins: with a line that does between `from` and `to`, or else with a block of the long line there.
fn cut(bytes: &[u8], from: usize, to: usize, before: Before) -> usize {
    if let Some(newline) = bytes[from..to].iter().position(|&byte| byte == b'\n') {
        return from + newline + 1;
    }
    let line = bytes[..from].iter().rposition(|&byte| byte == b'\n');
    let on_line = line.map_or(before.bytes + from, |newline| from - newline - 1);
    from - on_line % BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::excerpt::Text;

    #[test]
    fn pieces_are_the_whole_and_know_their_place() {
        let short = "a line with ä and €\n".repeat(5000);
        let long = ["\u{feff}one line: ", &"ä€x ".repeat(20_000), "\nlast"].concat();
        let exact = "x".repeat(3 * 4096 + 2048);
        for text in [short.as_str(), &long, &exact, "", "few\nbytes"] {
            let whole = Text::new(text.as_bytes());
            let (mut at, mut pieces) = (0, 0);
            let read = each_of(&mut text.as_bytes(), 4096, 2048, &mut |piece| {
                let own = &piece.bytes[piece.own.clone()];
                assert_eq!(own, &text.as_bytes()[at..at + own.len()]);
                if text.is_char_boundary(at) {
                    let place = Text::behind(piece.bytes, piece.before).position(piece.own.start);
                    assert_eq!(place, whole.position(at), "at {at}");
                }
                at += own.len();
                pieces += 1;
            });
            assert_eq!(read.expect("nothing to fail"), text.len() as u64);
            assert_eq!((at, pieces), (text.len(), text.len().saturating_sub(2048) / 4096 + 1));
        }
    }

    #[test]
    fn begins_with_a_line_or_a_block_of_one() {
        let lines = "0123456789\n".repeat(1000);
        assert_eq!(cut(lines.as_bytes(), 5000, 6000, Before::default()) % 11, 0);
        let long = "x".repeat(9000);
        let before = Before { lines: 3, characters: 100, bytes: 100 };
        assert_eq!((cut(long.as_bytes(), 5000, 6000, before) + 100) % BLOCK, 0);
    }
}
