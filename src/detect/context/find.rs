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
    fn agree_with_a_search_for_long_text() {
        use gix::bstr::ByteSlice;
        let text: Vec<u8> = (0..5000_u32).map(|number| b"ab="[(number * number / 7 % 3) as usize]).collect();
        for word in ["a", "ab", "==", "=a=", "aa", "bb"] {
            assert!(places(&text, word.as_bytes()).eq(text.find_iter(word)), "{word}");
        }
    }
}
