//! Whether letters follow each other as in words: those of English and of identifiers, in contrast to letters that were drawn.
//!
//! `letters.txt` holds how much likelier a letter is behind two others than in random text, as `scripts/letter-model.py` has
//! counted. The mean over a value tells eight drawn letters from eight of an identifier in 97 of 100 cases each, and more letters
//! better.

/// A row for each two letters, in order, a digit for each third, and a newline.
const LEVELS: &[u8; 26 * 26 * 27] = include_bytes!("letters.txt");

/// What the model says of the letters in a value.
#[derive(Clone, Copy)]
pub struct Likeness {
    /// Of how many rows of three letters it could say something.
    pub rows: usize,
    /// The mean of their levels, times ten: some 20 for letters that were drawn, some 60 for words.
    pub level: usize,
}

impl Likeness {
    /// Of the words in `value`: at `aB` one word ends and another begins, as at whatever is no letter. None if all are shorter
    /// than three letters.
    pub fn of(value: &[u8]) -> Option<Self> {
        let (mut rows, mut sum) = (0, 0);
        for three in value.windows(3) {
            let breaks = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
            if !three.iter().all(u8::is_ascii_alphabetic) || breaks(&three[..2]) || breaks(&three[1..]) {
                continue;
            }
            let place = |letter: u8| usize::from(letter.to_ascii_lowercase() - b'a');
            let row = 26 * place(three[0]) + place(three[1]);
            rows += 1;
            sum += usize::from(LEVELS[27 * row + place(three[2])] - b'0');
        }
        (rows > 0).then(|| Self { rows, level: 10 * sum / rows })
    }
}

/// Whether the letters of `value` were most likely drawn, or hit at random; short ones never.
pub fn is_gibberish(value: &[u8]) -> bool {
    Likeness::of(value).is_some_and(|likeness| likeness.rows >= 5 && likeness.level < 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_from_drawn_letters() {
        for word in ["configuration", "secretManagerClient", "anonymous", "whatever", "postgres", "HTTPSConnection"] {
            assert!(!is_gibberish(word.as_bytes()), "{word}");
        }
        for drawn in ["kwibqvzle", "xjqkvbnm", "gqzrkfXwvtd", "pqlmzkwxvb"] {
            assert!(is_gibberish(drawn.as_bytes()), "{drawn}");
        }
    }
}
