//! Values near a provider's word: `acme token = '...'`, `ACME_API_KEY=...`, `[acme]` and a key below it.
//!
//! A kind without a mark of its own is known by three things together: a word of its provider, a value of its exact shape, and
//! a name between the two that may be that of a secret. Which shapes there are stands in the rules; here is what counts as
//! near, and as a name. Nothing is read but a short stretch behind each word.

use std::ops::Range;

use super::{
    name::{may_name_a_secret, words},
    placeholder, randomness,
};
use crate::rules::{Shape, boundary::stands_alone};

/// How far behind the provider's word a value may begin, in bytes, and how many lines below.
const REACH: usize = 160;
const LINES: usize = 4;
/// How far before a telling name a provider's common word may stand.
const BEFORE: usize = 100;
/// How far apart a name and its value may be: quotes, signs, an indent.
const SIGNS: usize = 40;
/// How far before a value, on its line, a telling word may stand that is not its name.
const SENTENCE: usize = 50;
/// The least length of a value beside a common word, and of what is worth a look at all.
const WORTH: usize = 14;

/// Words of a name that say that its value opens something.
const FIELDS: &str = "
    key keys apikey token tokens secret secrets password passwd passwort pwd pass passphrase auth authorization bearer basic
    credential credentials cred creds oauth pat jwt login signature private access
";
/// Endings of words that were written together: `accesskey`, `authtoken`.
const ENDINGS: [&str; 6] = ["key", "token", "secret", "password", "auth", "pat"];
/// Words that say so only beside the provider's word: `ACME_API`, `acme_access`.
const WEAK_FIELDS: &str =
    "api sid session cookie app client value prod production live sandbox dev staging main my the";

/// What may be a secret, by its shape.
struct Value {
    place: Range<usize>,
    /// How many bytes at its beginning every value of its shape begins with.
    fixed: usize,
    /// It is as long as its shape, but of letters and digits that the shape does not have: issuers change their alphabets.
    wider: bool,
}

/// How well known a provider's word is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It means nothing but the provider.
    Rare,
    /// It is a word of the language, or short.
    Common,
}

/// The values of one of `shapes` behind the provider's word at `word` that it makes secrets.
pub fn values(text: &[u8], word: &Range<usize>, kind: Word, shapes: &[Shape]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !begins_word(text, word) {
        return found;
    }
    let end = text.len().min(word.end + REACH);
    let mut at = word.end;
    let mut lines = 0;
    while at < end {
        lines += usize::from(text[at] == b'\n');
        if lines > LINES {
            break;
        }
        match value_at(text, at, shapes).filter(|value| is_secret(text, word, kind, value)) {
            Some(value) => {
                at = value.place.end;
                found.push(value.place);
            }
            None => at += 1,
        }
    }
    found
}

/// The words near a telling name at `field` that may be a provider's, in lower case, with their places; none where no value
/// follows that is worth a look.
pub fn words_near(text: &[u8], field: &Range<usize>) -> Vec<(String, Range<usize>)> {
    let behind = &text[field.end..text.len().min(field.end + BEFORE)];
    let mut runs = behind.split(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte));
    if !runs.any(|run| run.len() >= WORTH && run.iter().any(u8::is_ascii_digit)) {
        return Vec::new();
    }
    let mut near = Vec::new();
    let mut at = field.start.saturating_sub(BEFORE);
    let end = text.len().min(field.end + SIGNS);
    while at < end {
        let length = word_length(&text[at..end]);
        if length > 1 {
            near.push((String::from_utf8_lossy(&text[at..at + length]).to_ascii_lowercase(), at..at + length));
        }
        at += length.max(1);
    }
    near
}

/// The length of the word that `text` begins with: `box` of `boxToken`, of `BOX_TOKEN` and of `box token`.
fn word_length(text: &[u8]) -> usize {
    let mut length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    for at in 1..length {
        if text[at].is_ascii_uppercase() && text[at - 1].is_ascii_lowercase() {
            length = at;
            break;
        }
    }
    length
}

/// Whether a word begins at `word`: no lower-case letter stands before a lower-case one.
fn begins_word(text: &[u8], word: &Range<usize>) -> bool {
    let before = word.start.checked_sub(1).map_or(b' ', |before| text[before]);
    let goes_on =
        if text[word.start].is_ascii_lowercase() { before.is_ascii_alphabetic() } else { before.is_ascii_uppercase() };
    !goes_on || word.start >= 2 && text[word.start - 2] == b'\\'
}

/// The value of one of `shapes` that begins at `at` and is no part of something longer.
fn value_at(text: &[u8], at: usize, shapes: &[Shape]) -> Option<Value> {
    let fits = shapes.iter().filter(|shape| shape.may_begin_with(text[at]));
    let exact = fits.filter_map(|shape| Some((shape.length(&text[at..])?, shape.fixed(), false))).max();
    let wider = || shapes.iter().filter_map(|shape| Some((shape.length_in_letters(&text[at..])?, 0, true))).max();
    let (length, fixed, wider) = exact.or_else(wider).filter(|(length, ..)| *length > 0)?;
    let place = at..at + length;
    (stands_alone(text, &place) && !continues(text, &place)).then_some(Value { place, fixed, wider })
}

/// Whether the value is a part of a path, a name, an address or longer base64.
fn continues(text: &[u8], value: &Range<usize>) -> bool {
    let before = value.start.checked_sub(1).map(|before| text[before]);
    let behind = &text[value.end..];
    let goes_on = match behind {
        [b'-' | b'.' | b'/' | b'+' | b'_', next, ..] => next.is_ascii_alphanumeric(),
        [b'=' | b'(' | b'[', ..] | [b'"' | b'\'', b':', ..] => true,
        [b':', next, ..] => *next == b' ',
        _ => false,
    };
    goes_on || matches!(before, Some(b'/' | b'.' | b'+' | b'@' | b'#' | b'%' | b'&' | b'$'))
}

fn is_secret(text: &[u8], word: &Range<usize>, kind: Word, Value { place: value, fixed, wider }: &Value) -> bool {
    let bytes = &text[value.clone()];
    let Some(label) = label(text, value.start) else { return false };
    let joined = label.end + 1 == value.start && b"-_".contains(&text[label.end]);
    let between = &text[word.end..value.start];
    let same_line = !between.contains(&b'\n');
    let of_provider = label.start <= word.start;
    // The provider's own word says nothing about the value.
    let name = if of_provider {
        [&text[label.start..word.start], b" ", &text[word.end..label.end.max(word.end)]].concat()
    } else {
        text[label.clone()].to_vec()
    };
    let name = words(&name);
    if !may_name_a_secret(&name) || !looks_drawn(bytes, *fixed) {
        return false;
    }
    let says_field = name.iter().any(|word| is_field(word));
    let could_be_a_hash = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let close = value.start - label.end <= SIGNS;
    if *wider && !(kind == Word::Rare && says_field && same_line && randomness::is_random(bytes)) {
        return false;
    }
    match kind {
        _ if !close => false,
        _ if of_provider && says_field => true,
        Word::Common if same_line => says_field && leads_to(&text[word.end..label.start.max(word.end)]),
        Word::Common => says_field && (is_heading(text, word) || is_called_api(text, word)),
        Word::Rare if says_field => true,
        Word::Rare if joined => false,
        // `acme = '...'`, `{acme ...}`
        Word::Rare if of_provider => {
            let bare =
                name.iter().all(|word| is_among(WEAK_FIELDS, word) || word.bytes().all(|byte| byte.is_ascii_digit()));
            bare && (!could_be_a_hash || is_set(between) || says_field_before(text, word.start))
        }
        // `<secret>{acme abc ...}</secret>`
        Word::Rare => says_field_before(text, value.start),
    }
}

/// The name, or the last word, that ends before a value at `at`.
fn label(text: &[u8], at: usize) -> Option<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let before = &text[at.saturating_sub(SIGNS + REACH)..at];
    let end = at - before.iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
    let before = &text[end.saturating_sub(REACH)..end];
    let length = before.iter().rev().take_while(|byte| is_part(byte)).count();
    (length > 0).then(|| end - length..end)
}

/// Whether a telling word stands shortly before `at`, on its line: `the API key of acme is ...`.
fn says_field_before(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(SENTENCE)..at];
    let line = before.iter().rposition(|&byte| byte == b'\n').map_or(before, |newline| &before[newline..]);
    words(line).iter().any(|word| is_field(word))
}

/// Whether what stands between a name and a value sets the one to the other, or quotes it.
fn is_set(between: &[u8]) -> bool {
    between.len() <= 6 && between.iter().any(|byte| b"=:\"'".contains(byte))
}

/// Whether the provider is spoken of as one: `the acme API`.
fn is_called_api(text: &[u8], word: &Range<usize>) -> bool {
    text[word.end..].len() > 4 && text[word.end..word.end + 4].eq_ignore_ascii_case(b" api")
}

/// Whether there is nothing between a provider's word and a name but signs and words that belong to such a name.
fn leads_to(between: &[u8]) -> bool {
    between.len() <= SIGNS && words(between).iter().all(|word| is_field(word) || is_among(WEAK_FIELDS, word))
}

/// Whether `word` stands alone on its line: `[acme]`, `acme:`, `"acme": {`, `# acme`.
fn is_heading(text: &[u8], word: &Range<usize>) -> bool {
    let start = text[..word.start].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let end = text[word.end..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |length| word.end + length);
    let is_sign = |byte: &u8| !byte.is_ascii_alphanumeric();
    text[start..word.start].iter().all(is_sign) && text[word.end..end].iter().all(is_sign)
}

fn is_field(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    is_among(FIELDS, word) || ENDINGS.iter().any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending))
}

fn is_among(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// Whether the value may have been drawn by a machine: its shape alone words and numbers may have, too.
fn looks_drawn(value: &[u8], fixed: usize) -> bool {
    let drawn = &value[fixed.min(value.len())..];
    // Signs between the parts of a value would make its alphabet look larger.
    let plain: Vec<u8> = drawn.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let digits = plain.iter().filter(|byte| byte.is_ascii_digit()).count();
    let varied = 3 * placeholder::distinct(&plain) >= 2 * randomness::distinct_expected(&plain);
    match (digits, plain.len() - digits) {
        (_, 0) => varied && !placeholder::is_made_up(drawn),
        (0, _) => randomness::is_random(drawn),
        _ => varied && !randomness::is_made_of_words(drawn),
    }
}
