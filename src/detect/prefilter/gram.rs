//! Runs of four bytes, told apart by a hash: what the first filter asks of every place of a text.
//!
//! Never: which keyword a gram belongs to. `build.rs` compiles this file too.

/// So many bits has the hash of a gram. With 1,600 keywords half as many places are looked at in vain as with 18 bits; the
/// bitmap has 128 KB then, which the second cache of a processor holds.
pub const BITS: u32 = 20;

/// The bits that make upper and lower case of a letter the same. Some other bytes become equal too, which costs a look.
pub const FOLD: u32 = u32::from_le_bytes([FOLD_BYTE; 4]);
/// The same of one byte.
pub const FOLD_BYTE: u8 = 0x20;

/// The hash of a folded gram.
#[inline]
pub fn hash(gram: u32, multiplier: u32) -> usize {
    (gram.wrapping_mul(multiplier) >> (u32::BITS - BITS)) as usize
}
