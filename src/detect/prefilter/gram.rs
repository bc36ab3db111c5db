//! Runs of four bytes, told apart by a hash: what the first filter asks of every place of a text.
//!
//! Never: which keyword a gram belongs to. `build.rs` compiles this file too.

/// So many bits has the hash of a gram: few enough for a bitmap of 32 KB, which the first cache of a processor holds.
pub const BITS: u32 = 18;

/// The bits that make upper and lower case of a letter the same. Some other bytes become equal too, which costs a look.
pub const FOLD: u32 = 0x2020_2020;

/// The hash of a folded gram.
#[inline]
pub fn hash(gram: u32, multiplier: u32) -> usize {
    (gram.wrapping_mul(multiplier) >> (u32::BITS - BITS)) as usize
}
