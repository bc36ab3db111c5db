//! Searches in values and lines. They are short, so that setting up a search that is faster in long text takes longer than the
//! search itself.
//!
//! Never: files; what is searched for.

/// The places in `text` at which `word` begins, which is not empty. None of them overlap.
pub fn places<'a>(text: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let mut free = 0;
    memchr::memchr_iter(word[0], text).filter(move |&at| {
        let is_place = at >= free && text[at..].starts_with(word);
        if is_place {
            free = at + word.len();
        }
        is_place
    })
}

/// Whether `word`, which is not empty, is anywhere in `text`.
pub fn holds(text: &[u8], word: &[u8]) -> bool {
    places(text, word).next().is_some()
}

/// At most 64 words that are looked for in one go.
pub struct AnyOf {
    words: &'static [&'static [u8]],
    /// By the first byte, a bit for each word.
    first: [u64; 256],
}

impl AnyOf {
    /// Any of `words`, none of which is empty.
    pub const fn new(words: &'static [&'static [u8]]) -> Self {
        let mut first = [0; 256];
        let mut number = 0;
        while number < words.len() {
            first[words[number][0] as usize] |= 1 << number;
            number += 1;
        }
        Self { words, first }
    }

    /// Whether one of them is in `text`.
    pub fn is_in(&self, text: &[u8]) -> bool {
        text.iter().enumerate().any(|(at, &byte)| {
            let mut begun = self.first[usize::from(byte)];
            while begun != 0 {
                if text[at..].starts_with(self.words[begun.trailing_zeros() as usize]) {
                    return true;
                }
                begun &= begun - 1;
            }
            false
        })
    }
}

/// At most 128 words, for looking up.
pub struct OneOf {
    words: &'static [&'static [u8]],
    /// By what tells the first byte's letter, a bit for each word.
    first: [u128; 32],
}

impl OneOf {
    /// One of `words`, none of which is empty.
    pub const fn new(words: &'static [&'static [u8]]) -> Self {
        let mut first = [0; 32];
        let mut number = 0;
        while number < words.len() {
            first[words[number][0] as usize % 32] |= 1 << number;
            number += 1;
        }
        Self { words, first }
    }

    /// Whether `word` is one of them.
    pub fn has(&self, word: &[u8]) -> bool {
        let Some(first) = word.first() else { return false };
        let mut begun = self.first[usize::from(first % 32)];
        while begun != 0 {
            if self.words[begun.trailing_zeros() as usize] == word {
                return true;
            }
            begun &= begun - 1;
        }
        false
    }
}

/// A list of words of small letters, for looking up.
pub struct WordList {
    /// By the first letter.
    words: [Vec<&'static [u8]>; 26],
}

impl WordList {
    /// The words of `list`, with spaces between them.
    pub fn of(list: &'static str) -> Self {
        let mut words = [const { Vec::new() }; 26];
        for word in list.split_ascii_whitespace() {
            words[usize::from(word.as_bytes()[0] - b'a')].push(word.as_bytes());
        }
        Self { words }
    }

    /// Whether `word` is one of them, in small letters or capitals.
    pub fn has(&self, word: &[u8]) -> bool {
        self.beside(word).iter().any(|known| word.eq_ignore_ascii_case(known))
    }

    /// Those that `text` begins with, in small letters.
    pub fn at_start_of<'t>(&self, text: &'t [u8]) -> impl Iterator<Item = &'static [u8]> + use<'_, 't> {
        self.beside(text).iter().copied().filter(|word| text.starts_with(word))
    }

    /// Those that begin with the same letter as `text`.
    fn beside(&self, text: &[u8]) -> &[&'static [u8]] {
        let letter = text.first().filter(|byte| byte.is_ascii_alphabetic());
        letter.map_or(&[], |letter| &self.words[usize::from(letter.to_ascii_lowercase() - b'a')])
    }
}

/// Whether any of `words` is in `text`.
pub fn holds_any(text: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| holds(text, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_do_not_overlap() {
        assert_eq!(places(b"====  ===", b"==").collect::<Vec<_>>(), [0, 2, 6]);
        assert_eq!(places(b"aab", b"ab").collect::<Vec<_>>(), [1]);
        assert!(holds(b"a::b", b"::") && !holds(b"a:b", b"::") && !holds(b"", b"x"));
    }

    #[test]
    fn any_word_is_enough() {
        static WORDS: AnyOf = AnyOf::new(&[b"ab", b"abc", b"ba", b"\xe2\x80\xa6"]);
        for (text, is_in) in
            [("xab", true), ("aab", true), ("ba", true), ("a b", false), ("b\u{2026}", true), ("", false)]
        {
            assert_eq!(WORDS.is_in(text.as_bytes()), is_in, "{text}");
        }
    }

    #[test]
    fn one_word_is_enough_if_it_is_whole() {
        static WORDS: OneOf = OneOf::new(&[b"ab", b"abc", b"b", b".b"]);
        for (word, has) in [("ab", true), ("b", true), (".b", true), ("a", false), ("abcd", false), ("", false)] {
            assert_eq!(WORDS.has(word.as_bytes()), has, "{word}");
        }
    }

    #[test]
    fn words_are_looked_up_whole_or_as_a_beginning() {
        let words = WordList::of("a an and\n  zoo ");
        for (word, has) in [("an", true), ("AnD", true), ("ando", false), ("zoo", true), ("b", false), ("", false)] {
            assert_eq!(words.has(word.as_bytes()), has, "{word}");
        }
        assert_eq!(words.at_start_of(b"ante").collect::<Vec<_>>(), [b"a".as_slice(), b"an"]);
        assert_eq!(words.at_start_of(b"1").count(), 0);
    }

    #[test]
    fn agree_with_a_search_for_long_text() {
        use gix::bstr::ByteSlice;
        let text: Vec<u8> = (0..5000_u32).map(|number| b"ab="[(number * number / 7 % 3) as usize]).collect();
        for word in ["a", "ab", "==", "=a=", "aa", "bb"] {
            assert!(places(&text, word.as_bytes()).eq(text.find_iter(word)), "{word}");
        }
    }
}
