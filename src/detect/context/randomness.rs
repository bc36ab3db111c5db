//! Whether a value looks as if a machine had drawn it.
//!
//! One measure for all rules that need it. A value counts as random when it is long enough; when its Shannon entropy is not
//! below what 999 of 1000 uniform strings of its alphabet and length have; when it is not made of words and numbers with signs
//! between them; and when its letters do not follow each other as those of a language do. Where letters, digits and signs take
//! turns all the time, there are no words to look for.

// Lengths and counts of a line's bytes are far below what a float holds exactly, and results are small and positive.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

use super::{
    language::{Likeness, is_gibberish},
    name::words,
};

/// The lengths for which [`FLOORS`] has a column.
const LENGTHS: [usize; 11] = [8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128];

/// For each size of alphabet, the entropy in bits per character that 999 of 1000 uniform strings of that length exceed; simulated
/// with 60,000 strings each, and simulated again by a test.
const FLOORS: [(usize, [f64; 11]); 5] = [
    (16, [1.54, 2.12, 2.43, 2.70, 2.87, 3.11, 3.28, 3.39, 3.54, 3.70, 3.78]),
    (26, [1.81, 2.39, 2.77, 3.04, 3.25, 3.52, 3.73, 3.87, 4.07, 4.27, 4.38]),
    (36, [2.00, 2.58, 2.95, 3.22, 3.43, 3.76, 3.98, 4.14, 4.37, 4.63, 4.76]),
    (62, [2.15, 2.75, 3.20, 3.48, 3.72, 4.07, 4.32, 4.53, 4.80, 5.14, 5.34]),
    (90, [2.25, 2.85, 3.32, 3.62, 3.88, 4.24, 4.52, 4.73, 5.05, 5.43, 5.66]),
];

/// A shorter value may be random, but nothing can tell.
const MIN_LENGTH: usize = 12;

/// The Shannon entropy of `value` in bits per byte.
pub fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    // Of each byte once: there are far fewer in a value than there are.
    let counted = value.iter().map(|&byte| std::mem::take(&mut counts[usize::from(byte)])).filter(|&count| count > 0);
    let shares = counted.map(|count| f64::from(count) / value.len() as f64);
    shares.map(|share| -share * share.log2()).sum()
}

/// The size of the smallest usual alphabet that `value` is written in.
pub fn alphabet(value: &[u8]) -> usize {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let letters = has(u8::is_ascii_alphabetic);
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let signs = value.iter().filter(|&&byte| !byte.is_ascii_alphanumeric() && !b"-_+/=.:".contains(&byte)).count();
    match () {
        // A few signs between letters do not make them more, nor do those of an alphabet without capitals.
        () if signs * 10 > value.len() && (mixed || !letters) => 90,
        () if !letters => 10,
        () if value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-') => 16,
        () if mixed => 62,
        () if value.iter().all(u8::is_ascii_alphabetic) => 26,
        () => 36,
    }
}

/// How many distinct characters a random value of the alphabet and length of `value` has on average.
pub fn distinct_expected(value: &[u8]) -> usize {
    let size = alphabet(value) as f64;
    (size * (1.0 - (1.0 - 1.0 / size).powf(value.len() as f64))) as usize
}

/// How many bits a guesser would have to guess if `value` was drawn from its alphabet.
pub fn bits(value: &[u8]) -> u16 {
    ((alphabet(value) as f64).log2() * value.len() as f64) as u16
}

/// Whether `value` looks drawn by a machine.
pub fn is_random(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    value.len() >= MIN_LENGTH
        && digits < value.len()
        && (is_scrambled(value)
            || value.iter().all(u8::is_ascii_graphic)
                // What most names and words fail at first.
                && (digits > 0 || mixes_case(value) || has_no_words(value))
                && is_varied(value)
                && !is_made_of_words(value)
                && (alphabet(value) == 16 || !reads_like_language(value)))
}

/// Whether a value that is too short for [`is_random`] changes between small letters, capitals and digits as nothing else does.
pub fn is_drawn_short(value: &[u8]) -> bool {
    const LEAST: usize = 10;
    let turns = value.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    (LEAST..MIN_LENGTH).contains(&value.len())
        && (0..3).all(|wanted| value.iter().any(|&byte| class(byte) == wanted))
        && 2 * turns >= value.len()
        && is_varied(value)
}

/// Whether `value` is so long and so varied that nothing but a key looks so: no hash, no id, no identifier.
pub fn is_doubtless(value: &[u8]) -> bool {
    const LEAST: usize = 20;
    let count = |class: fn(&u8) -> bool| value.iter().filter(|&byte| class(byte)).count();
    let [lower, upper, digits] =
        [count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase), count(u8::is_ascii_digit)];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/=".contains(byte);
    value.len() >= LEAST
        && [lower, upper, digits].iter().all(|&class| class * 10 >= value.len())
        && !value.iter().all(u8::is_ascii_hexdigit)
        && (value.iter().all(is_part) || is_scrambled(value))
        && is_random(value)
}

/// Whether `value` is a row of letters in both cases and digits as only a machine draws it.
pub fn is_mixed_row(value: &[u8]) -> bool {
    const LEAST: usize = 20;
    let count = |class: fn(&u8) -> bool| value.iter().filter(|&byte| class(byte)).count();
    value.len() >= LEAST
        && value.iter().all(u8::is_ascii_alphanumeric)
        && !value.iter().all(u8::is_ascii_hexdigit)
        && 6 * count(u8::is_ascii_lowercase) >= value.len()
        && 6 * count(u8::is_ascii_uppercase) >= value.len()
        && count(u8::is_ascii_digit) > 0
        && is_random(value)
}

/// Whether letters, digits and signs take turns in `value` as they do in nothing that people or programs read, so that a short
/// mark in it (`==`, `[[`, `/>`) is chance. Long values of the kind may have spaces in them.
pub fn is_scrambled(value: &[u8]) -> bool {
    /// All four classes of characters make a shorter one known.
    const LEAST: usize = 8;
    /// Without digits only a longer one is.
    const WITHOUT_DIGITS: usize = 16;
    const SPACED: usize = 32;
    let count = |class: fn(&u8) -> bool| value.iter().filter(|&byte| class(byte)).count();
    let [lower, upper, digits] =
        [count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase), count(u8::is_ascii_digit)];
    let signs = value.len() - lower - upper - digits;
    let all_classes = lower > 0 && upper > 0 && digits > 0;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ' && value.len() >= SPACED;
    let turns = || value.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let least = match digits {
        0 => WITHOUT_DIGITS,
        _ if all_classes => LEAST,
        _ => MIN_LENGTH,
    };
    // `{name-of:KiND}`
    let has_long_row = || value.windows(5).any(|row| row.iter().all(u8::is_ascii_lowercase));
    value.len() >= least
        && signs * 8 >= value.len()
        && (digits > 0 || !has_long_row())
        && turns() * 5 >= value.len() * 2
        && value.iter().all(is_plain)
        && !value.trim_ascii().is_empty()
        && is_varied(value)
        && !has_words(value)
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

fn is_varied(value: &[u8]) -> bool {
    entropy(value) >= floor(alphabet(value), value.len())
}

/// Letters alone, and no words.
fn has_no_words(value: &[u8]) -> bool {
    const LEAST: usize = 16;
    value.len() >= LEAST && is_gibberish(value)
}

/// Whether a fifth of `value` and more is rows of four letters that follow each other as in words.
fn has_words(value: &[u8]) -> bool {
    const WORD: usize = 50;
    let is_word = |row: &&[u8]| Likeness::of(row).is_some_and(|likeness| likeness.rows >= 2 && likeness.level >= WORD);
    let rows = value.chunk_by(|a, b| a.is_ascii_alphabetic() == b.is_ascii_alphabetic());
    5 * rows.filter(is_word).map(<[u8]>::len).sum::<usize>() >= value.len()
}

/// The entropy that 999 of 1000 random strings exceed.
fn floor(alphabet: usize, len: usize) -> f64 {
    let (_, row) = FLOORS.iter().find(|(size, _)| *size >= alphabet).unwrap_or(&FLOORS[4]);
    let column = LENGTHS.iter().rposition(|&known| known <= len).unwrap_or(0);
    match (LENGTHS.get(column + 1), row.get(column + 1)) {
        (Some(&next), Some(&above)) => {
            let (here, below) = (LENGTHS[column], row[column]);
            below + (above - below) * (len.saturating_sub(here) as f64) / ((next - here) as f64)
        }
        _ => row[column],
    }
}

/// Words, numbers and signs between them: names, paths, versions, hosts.
pub fn is_made_of_words(value: &[u8]) -> bool {
    let parts = || value.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts().all(|part| is_word(part) || is_camel_case(part)) && (parts().count() > 1 || is_camel_case(value))
}

/// `microsoftOAuth2Api`, `JiraTriggerV1Params`: words written together, and few digits.
fn is_camel_case(part: &[u8]) -> bool {
    const DIGITS: usize = 3;
    let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_of_long_words = || {
        let words = words(part).len();
        words >= 2 && part.len() >= 4 * words
    };
    digits <= DIGITS
        && part.iter().all(u8::is_ascii_alphanumeric)
        && part.first().is_some_and(u8::is_ascii_alphabetic)
        && is_of_long_words()
        && Likeness::of(part).is_some_and(|likeness| likeness.rows >= 4 && likeness.level >= 33)
}

/// Letters with at most four digits behind them, or a short number.
fn is_word(part: &[u8]) -> bool {
    let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = part.len() - letters;
    match letters {
        0 => digits <= 8 && part.iter().all(u8::is_ascii_digit),
        // Abbreviations look like nothing.
        1..=4 => digits <= 4 && part[letters..].iter().all(u8::is_ascii_digit) && !changes_case_at_random(part),
        _ => {
            digits <= 4
                && part[letters..].iter().all(u8::is_ascii_digit)
                && !changes_case_at_random(part)
                && Likeness::of(&part[..letters]).is_none_or(|likeness| likeness.level >= 30)
        }
    }
}

/// Few rows of letters say little; random values of 32 characters have some seven, with a mean of 20.
fn reads_like_language(value: &[u8]) -> bool {
    Likeness::of(value).is_some_and(|likeness| likeness.rows >= 4 && likeness.level >= 45)
}

/// Whether letters change between small and capital as in no words that are written together; signs apart, unless there are many.
fn mixes_case(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let signs = value.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count();
    let changes = |pair: &&[u8]| {
        pair.iter().all(u8::is_ascii_alphabetic) && pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase()
    };
    if 4 * signs >= value.len() {
        changes_case_at_random(value)
    } else {
        4 * value.windows(2).filter(changes).count() >= letters
    }
}

/// More changes from lower to upper case and back than words have; digits and signs end a row of capitals, too.
fn changes_case_at_random(value: &[u8]) -> bool {
    let changes = value
        .windows(2)
        .filter(|pair| {
            pair[0].is_ascii_uppercase() && !pair[1].is_ascii_uppercase()
                || pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()
        })
        .count();
    changes * 4 >= value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deterministic, and good enough to draw letters with.
    fn draw(state: &mut u64, alphabet: &[u8], len: usize) -> Vec<u8> {
        (0..len)
            .map(|_| {
                *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                alphabet[(*state >> 33) as usize % alphabet.len()]
            })
            .collect()
    }

    #[test]
    fn tells_short_drawn_values_from_chosen_ones() {
        for value in ["kQ4xW9pTm2z", "Hx7Lq2Vn9B"] {
            assert!(is_drawn_short(value.as_bytes()), "{value}");
        }
        for value in ["Winter2024", "Copper7Pot", "kq4xw9ptm2z", "kQ4xW9p"] {
            assert!(!is_drawn_short(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn the_floors_lose_one_in_a_thousand() {
        let printable: Vec<u8> = (b'!'..=b'~').take(90).collect();
        let base62: Vec<u8> = printable.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
        let base36: Vec<u8> = base62.iter().copied().filter(|byte| !byte.is_ascii_uppercase()).collect();
        let mut state = 1;
        let lower = &base36[10..];
        for letters in [b"0123456789abcdef".as_slice(), lower, &base36, &base62, &printable] {
            let (size, row) = FLOORS.iter().find(|(size, _)| *size >= letters.len()).expect("a row");
            for (len, floor) in LENGTHS.iter().zip(row) {
                let lost = (0..2000).filter(|_| entropy(&draw(&mut state, letters, *len)) < *floor).count();
                assert!(lost <= 8, "{lost} of 2000 of length {len} over {size} letters");
            }
        }
    }

    #[test]
    fn finds_most_random_values_random() {
        let mut state = 7;
        for (letters, len) in [
            (b"0123456789abcdef".as_slice(), 32),
            (b"0123456789abcdefghijklmnopqrstuvwxyz", 24),
            (b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 20),
            (b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", 43),
        ] {
            let found = (0..1000).filter(|_| is_random(&draw(&mut state, letters, len))).count();
            assert!(found >= 930, "{found} of 1000 of length {len} over {} letters", letters.len());
        }
    }

    #[test]
    fn finds_words_and_names_not_random() {
        for value in [
            "my-service-account-prod-2024",
            "getUserPasswordFromConfig",
            "com.example.app.SecretProvider",
            "users/passwords/reset",
            "authentication_token_v2",
            "CLIENT_SECRET_POST",
            "application/x-www-form-urlencoded",
            "2024-01-01T00:00:00Z",
            "arn:aws:iam::role/deployment",
            "internationalization",
            "1234567890123456",
            "TokenAuthenticationBackend2",
            "microsoftOAuth2Api",
            "JiraTriggerV1Params",
            "testWebhookId",
        ] {
            assert!(!is_random(value.as_bytes()), "{value}");
        }
    }
}
