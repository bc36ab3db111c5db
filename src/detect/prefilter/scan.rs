//! The look at every other place of a text: is the gram there one that a keyword has?
//!
//! Of each keyword the table has a gram at an even and one at an odd distance, so that one of them is at an even place wherever
//! the keyword stands. Never: which keyword.

use super::{gram, table};

/// So many bytes are gone over at once, with one branch for all of their places.
const STEP: usize = 8;

/// What is read for that: the last gram reaches over the end of the step.
const READ: usize = STEP + 2;

/// Calls `hit` with the places in `text` whose gram a keyword has, and with the gram's hash. Behind the end stand NULs.
#[inline]
pub fn scan(text: &[u8], mut hit: impl FnMut(usize, usize)) {
    let mut at = 0;
    while let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk) {
        look(at, bytes, &mut hit);
        at += STEP;
    }
    while at < text.len() {
        let rest = &text[at..text.len().min(at + READ)];
        let mut bytes = [0; READ];
        bytes[..rest.len()].copy_from_slice(rest);
        look(at, &bytes, &mut hit);
        at += STEP;
    }
}

/// The grams at the even ones of `bytes`, which stand at `at`.
#[inline]
fn look(at: usize, bytes: &[u8; READ], hit: &mut impl FnMut(usize, usize)) {
    if (0..STEP).step_by(2).any(|place| table::has(gram_at(bytes, place))) {
        tell(at, bytes, hit);
    }
}

/// The same, of bytes of which one gram at least is known. Apart from the look, which is short and goes on.
#[inline(never)]
fn tell(at: usize, bytes: &[u8; READ], hit: &mut impl FnMut(usize, usize)) {
    for place in (0..STEP).step_by(2) {
        let gram = gram_at(bytes, place);
        if table::has(gram) {
            hit(at + place, gram);
        }
    }
}

/// The hash of the gram at `place`.
#[inline]
fn gram_at(bytes: &[u8; READ], place: usize) -> usize {
    let gram = u32::from_le_bytes([bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]]);
    gram::hash(gram | gram::FOLD, table::MULTIPLIER)
}
