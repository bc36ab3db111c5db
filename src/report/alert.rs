//! The names by which other systems remember a finding from one report to the next: they change neither when its line moves,
//! nor when another value is found beside it.
//!
//! Never: lines, columns, a value.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::finding::Outcome;

/// The name of one finding.
pub struct Alert<'a> {
    fingerprint: &'a str,
    /// Of those with the same rule, path and fingerprint in the outcome, from 1.
    number: usize,
    digest: [u8; 16],
}

/// A name for each finding of `outcome`, in its order.
pub fn of(outcome: &Outcome) -> impl Iterator<Item = Alert<'_>> {
    let mut seen = HashMap::<_, usize>::new();
    outcome.findings.iter().map(move |finding| {
        let fingerprint = finding.fingerprint.as_str();
        let commit = finding.origin.commit().map_or("", |commit| &commit.id);
        let number = seen.entry((&finding.rule.id, &finding.shown_path, fingerprint, commit)).or_default();
        *number += 1;
        let mut hash = Sha256::new();
        let number_bytes = number.to_string();
        for part in [
            finding.rule.id.as_bytes(),
            &finding.shown_path,
            fingerprint.as_bytes(),
            commit.as_bytes(),
            number_bytes.as_bytes(),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize()[..16].try_into().expect("a SHA-256 has more than 16 bytes");
        Alert { fingerprint, number: *number, digest }
    })
}

impl Alert<'_> {
    /// The fingerprint, and which of its occurrences this is: `b8ff2df3782d3af2:1`.
    pub fn hash(&self) -> String {
        format!("{}:{}", self.fingerprint, self.number)
    }

    /// The same, with rule, path and commit, as a UUID (of version 8, whose bits are the maker's own).
    pub fn uuid(&self) -> String {
        let mut bytes = self.digest;
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = data_encoding::HEXLOWER.encode(&bytes);
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    }
}
