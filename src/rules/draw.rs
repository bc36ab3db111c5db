//! A stream of made-up randomness, the same for the same seed on every machine.
//!
//! Never: real entropy; nothing that is drawn here protects anything. `build.rs` compiles this file too.

use sha2::{Digest, Sha256};

/// SHA-256 of a seed and a counter, byte by byte.
pub struct Draw {
    seed: String,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Draw {
    /// The stream for `seed`.
    pub fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), counter: 0, block: [0; 32], used: 32 }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            self.block =
                Sha256::new().chain_update(self.counter.to_le_bytes()).chain_update(&self.seed).finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    /// One of `choices`, each as likely as the others; there are at most 256.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let fair = 256 - 256 % choices.len();
        loop {
            let byte = usize::from(self.byte());
            if byte < fair {
                return &choices[byte % choices.len()];
            }
        }
    }

    /// `length` characters of `alphabet` that nobody would take for something a person wrote.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> Vec<u8> {
        loop {
            let text: Vec<u8> = (0..length).map(|_| *self.one_of(alphabet)).collect();
            if looks_random(&text, alphabet) {
                return text;
            }
        }
    }
}

/// Short words that do occur in random text, and that make a filter take it for a placeholder.
const WORDS: [&str; 12] = ["foo", "bar", "baz", "test", "demo", "fake", "todo", "null", "none", "user", "root", "pass"];

/// The length from which every class of an alphabet is expected.
const LONG: usize = 12;

fn looks_random(text: &[u8], alphabet: &[u8]) -> bool {
    let classes: [fn(&u8) -> bool; 3] = [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase];
    let varied = text.len() < LONG || classes.iter().all(|class| !alphabet.iter().any(class) || text.iter().any(class));
    let lower = text.to_ascii_lowercase();
    let worded = WORDS.iter().any(|word| lower.windows(word.len()).any(|part| part == word.as_bytes()));
    let runs = lower.windows(3).any(|part| part[0] == part[1] && part[1] == part[2])
        || lower.windows(4).any(|part| is_sequence(part, 1) || is_sequence(part, -1));
    let edges = [text.first(), text.last()].into_iter().flatten().all(u8::is_ascii_alphanumeric);
    varied && !worded && !runs && edges && distinct(text) >= expected_distinct(text.len(), alphabet.len())
}

fn is_sequence(text: &[u8], step: i16) -> bool {
    text.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
}

fn distinct(text: &[u8]) -> usize {
    (0..=u8::MAX).filter(|byte| text.contains(byte)).count()
}

/// How many distinct characters `length` draws from `size` have on average, rounded down.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers"
)]
fn expected_distinct(length: usize, size: usize) -> usize {
    let size = size as f64;
    (size * (1.0 - (1.0 - 1.0 / size).powf(length as f64))) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_for_the_same_seed() {
        let draw = |seed| Draw::new(seed).text(b"0123456789abcdef", 32);
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
    }

    #[test]
    fn does_not_look_written() {
        for (text, random) in [
            ("q7fk2m9x", true),
            ("qaaa2m9x", false),
            ("q1234m9x", false),
            ("9fedcm2x", false),
            ("qtest9x2", false),
            ("qqkkqqkk", false),
        ] {
            assert_eq!(looks_random(text.as_bytes(), b"abcdefghijklmnopqrstuvwxyz0123456789"), random, "{text}");
        }
    }
}
