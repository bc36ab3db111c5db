//! A share of all objects, by their ids: what one of several machines looks at.
//!
//! Never: which machine takes which.

use std::{fmt, num::NonZeroU32, str::FromStr};

use crate::git::ObjectId;

/// Share number `number`, from 1, of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u32,
    of: NonZeroU32,
}

/// Why a share cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a share is written as K/N, where K is a number from 1 to N: `--shard 2/8`")]
pub struct NoShard;

impl Default for Shard {
    /// All of it.
    fn default() -> Self {
        Self { number: 1, of: NonZeroU32::MIN }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// How many there are.
    pub fn of(self) -> NonZeroU32 {
        self.of
    }

    /// All that there are.
    pub fn all(self) -> impl Iterator<Item = Self> {
        (1..=self.of.get()).map(move |number| Self { number, ..self })
    }

    /// Whether an object falls into the share. Each falls into one.
    pub fn has(self, id: &ObjectId) -> bool {
        // The ids are hashes: any of their bits are as good as a draw.
        let first = id.as_slice().first_chunk().expect("an id has 20 bytes and more");
        u32::from_be_bytes(*first) % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (number, of) = text.split_once('/').ok_or(NoShard)?;
        let shard = Self { number: number.parse().map_err(|_| NoShard)?, of: of.parse().map_err(|_| NoShard)? };
        if (1..=shard.of.get()).contains(&shard.number) { Ok(shard) } else { Err(NoShard) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_object_falls_into_one_share() {
        for byte in 0..=255 {
            let id = ObjectId::try_from([byte; 20].as_slice()).expect("20 bytes");
            for of in [1, 2, 8, 100] {
                let shares =
                    (1..=of).filter(|number| format!("{number}/{of}").parse::<Shard>().expect("a share").has(&id));
                assert_eq!(shares.count(), 1);
            }
            assert!(Shard::default().has(&id));
        }
    }

    #[test]
    fn refuses_what_is_no_share() {
        for text in ["", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/99999999999"] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
    }
}
