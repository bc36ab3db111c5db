//! The name that a finding is remembered by, in baselines, reports and the bypass log.
//!
//! A hash over salt, rule and secret, of which just so much is kept as cannot name the secret.
//! Never: line numbers, paths.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// The version of the construction, written in front of every baseline line.
pub const VERSION: u8 = 1;

/// The salt where there is no baseline, so that machines agree with each other.
pub const COMMON_SALT: &str = "tightlip";

/// Values of at least this many bits cannot be guessed, so that more of their digest may be shown.
const MACHINE_MADE_BITS: u16 = 80;

/// Hexadecimal digits: 16 for a value made by a machine, 3 for one that could be guessed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of `secret` under `rule`; `bits` is how many bits a guesser of the value would have to guess.
    ///
    /// Of a value that a person may have chosen, 12 bits are kept, on purpose: a dictionary of a million words leaves some
    /// 250 candidates, so that the digest names none. They are the same 12 bits under each salt and rule: several digests
    /// of one value tell no more than one of them. Of others, 64 bits.
    pub fn new(salt: &str, rule: &str, secret: &Secret, bits: u16) -> Self {
        let is_guessable = bits < MACHINE_MADE_BITS;
        let (salt, rule) = if is_guessable { ("", "") } else { (salt, rule) };
        let mut hash = Sha256::new();
        for part in [b"tightlip fingerprint 1".as_slice(), salt.as_bytes(), rule.as_bytes(), secret.expose()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut digits = data_encoding::HEXLOWER.encode(&hash.finalize()[..8]);
        if is_guessable {
            digits.truncate(3);
        }
        Self(digits)
    }

    /// One that stands in a report.
    pub fn written(digits: String) -> Self {
        Self(digits)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_could_be_guessed_has_one_digest_only() {
        let secret = Secret::new(b"Winter!4312x");
        let digest = |salt, rule, bits| Fingerprint::new(salt, rule, &secret, bits).0;
        for (salt, rule) in [("other", "a-rule"), ("salt", "another-rule")] {
            assert_eq!(digest(salt, rule, 79), digest("salt", "a-rule", 0));
            assert_ne!(digest(salt, rule, 80), digest("salt", "a-rule", 80));
        }
        assert_eq!((digest("salt", "a-rule", 79).len(), digest("salt", "a-rule", 80).len()), (3, 16));
    }
}
