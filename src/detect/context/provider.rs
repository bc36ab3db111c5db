//! Values near a provider's word: `acme token = '...'`, `ACME_API_KEY=...`, `[acme]` and a key below it.
//!
//! A kind without a mark of its own is known by three things together: a word of its provider, a value of its exact shape, and
//! a name between the two that may be that of a secret. Which shapes there are stands in the rules; here is what counts as
//! near, and as a name. Nothing is read but a short stretch behind each word.

use std::{cell::OnceCell, ops::Range};

use gix::bstr::ByteSlice;

use super::{
    find::holds,
    name::{may_name_a_secret, words},
    placeholder, randomness,
};
use crate::detect::prefilter::Candidate;
use crate::rules::{
    Shape,
    boundary::{begins_alone, stands_alone},
};

/// How far behind the provider's word a value may begin, in bytes, and how many lines below.
const REACH: usize = 160;
const LINES: usize = 4;
/// How far before a telling name a provider's common word may stand.
const BEFORE: usize = 100;
/// How far apart a name and its value may be: quotes, signs, an indent.
const SIGNS: usize = 40;
/// How far before a value, on its line, a telling word may stand that is not its name.
const SENTENCE: usize = 50;
/// How long a value is at least, and at most, that has none of the shapes: a shorter one may be anything.
const LONG: usize = 20;
const LONGEST: usize = 256;
/// The least length of a value beside a common word, and of what is worth a look at all.
const WORTH: usize = 14;

/// Words of a name that say that its value opens something.
#[rustfmt::skip]
const FIELDS: [&str; 28] = [
    "access", "apikey", "auth", "authorization", "basic", "bearer", "cred", "credential", "credentials", "creds",
    "jwt", "key", "keys", "login", "oauth", "pass", "passphrase", "passwd", "password", "passwort", "pat", "private",
    "pwd", "secret", "secrets", "signature", "token", "tokens",
];
/// Endings of words that were written together: `accesskey`, `authtoken`.
const ENDINGS: [&str; 6] = ["key", "token", "secret", "password", "auth", "pat"];
/// Words that say so only beside the provider's word: `ACME_API`, `acme_access`.
#[rustfmt::skip]
const WEAK_FIELDS: [&str; 16] = [
    "api", "app", "client", "cookie", "dev", "live", "main", "my", "prod", "production", "sandbox", "session", "sid",
    "staging", "the", "value",
];

/// What may be a secret, by its shape.
struct Value {
    place: Range<usize>,
    /// How many bytes at its beginning every value of its shape begins with.
    fixed: usize,
    /// How well it fits.
    fit: Fit,
    /// Whether it looks drawn; found out when first asked for.
    is_drawn: OnceCell<bool>,
    /// It was made a secret by an earlier word.
    is_found: bool,
}

/// How well a value fits the shapes of its kind. Issuers change lengths and alphabets: what only looks drawn by a machine must
/// have the more telling name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Not at all.
    None,
    /// In length, and where its signs are.
    Length,
    /// In all.
    Exact,
}

/// What a kind makes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Where it stands.
    pub place: Range<usize>,
    /// It has none of the kind's shapes, so that any rule that knows its shape says more about it.
    pub loose: bool,
}

/// How well known a provider's word is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It means nothing but the provider.
    Rare,
    /// It is a word of the language, or short.
    Common,
}

/// The values of one of `shapes` behind the provider's `words`, which are in order of place, that one of them makes secrets.
pub fn values(text: &[u8], words: impl IntoIterator<Item = Range<usize>>, kind: Word, shapes: &[Shape]) -> Vec<Beside> {
    let mut found = Vec::new();
    // What stands between two words and their values is read once.
    let (mut near, mut read): (Vec<Value>, usize) = (Vec::new(), 0);
    // `getResponse(` is a function, `Mailgun(` makes a client.
    let is_called = |word: &Range<usize>| {
        let written = &text[word.clone()];
        text.get(word.end) == Some(&b'(')
            && written[0].is_ascii_lowercase()
            && written.iter().any(u8::is_ascii_uppercase)
    };
    for word in words.into_iter().filter(|word| begins_word(text, word) && !is_called(word)) {
        let end = reach(text, word.end);
        near.retain(|value| value.place.start > word.start);
        near.extend((read.max(word.start + 1)..end).filter_map(|at| value_at(text, at, shapes)));
        read = read.max(end);
        let mut free = word.end;
        for value in near.iter_mut().take_while(|value| value.place.start < end) {
            if value.place.start >= free && is_secret(text, &word, kind, value) {
                free = value.place.end;
                if !value.is_found {
                    value.is_found = true;
                    found.push(Beside { place: value.place.clone(), loose: value.fit != Fit::Exact });
                }
            }
        }
    }
    found
}

/// Up to where a value may begin that stands behind a word which ends at `at`.
fn reach(text: &[u8], at: usize) -> usize {
    let behind = &text[at..text.len().min(at + REACH)];
    at + memchr::memchr_iter(b'\n', behind).nth(LINES).unwrap_or(behind.len())
}

/// Of the words of one provider, which are in order of place, those that have not several others between them and their values:
/// each place is then looked at a few times at most.
pub fn sparse(words: &[Candidate]) -> impl Iterator<Item = &Candidate> {
    const MOST: usize = 4;
    let is_far = |later: &Candidate, word: &Candidate| later.at > word.at + REACH;
    words
        .iter()
        .enumerate()
        .filter(move |&(at, word)| words.get(at + MOST).is_none_or(|later| is_far(later, word)))
        .map(|(_, word)| word)
}

/// Where the words near telling names at `fields` stand that may be a provider's, each once; none near a name that no value
/// follows which is worth a look. The names are in order of place.
pub fn words_near(text: &[u8], fields: impl IntoIterator<Item = Range<usize>>) -> impl Iterator<Item = Range<usize>> {
    let mut ahead = Ahead::default();
    let mut read = 0;
    let fields = fields.into_iter().filter(move |field| ahead.is_before_a_value(text, field.end));
    fields.flat_map(move |field| {
        let mut near = Vec::new();
        let mut at = read.max(field.start.saturating_sub(BEFORE));
        let end = text.len().min(field.end + SIGNS);
        while at < end {
            let length = word_length(&text[at..]);
            if length > 1 {
                near.push(at..at + length);
            }
            at += length.max(1);
        }
        read = read.max(at);
        near
    })
}

/// What is known of the text ahead: of many names close together, each would look at the same bytes.
#[derive(Default)]
struct Ahead {
    /// In here there is no value that is worth a look, but one may begin at `run`.
    dull: Range<usize>,
    run: usize,
}

impl Ahead {
    /// Whether a value that is worth a look follows shortly behind `at`.
    fn is_before_a_value(&mut self, text: &[u8], at: usize) -> bool {
        let end = text.len().min(at + BEFORE);
        let mut run = if self.dull.contains(&at) { at.max(self.run) } else { at };
        let mut has_digit = false;
        for (place, byte) in text[..end].iter().enumerate().skip(run) {
            if !byte.is_ascii_alphanumeric() && !b"-_".contains(byte) {
                (run, has_digit) = (place + 1, false);
                continue;
            }
            has_digit |= byte.is_ascii_digit();
            if has_digit && place + 1 - run >= WORTH {
                return true;
            }
        }
        *self = Self { dull: at..end, run };
        false
    }
}

/// The length of the word that `text` begins with: `box` of `boxToken`, of `BOX_TOKEN` and of `box token`.
fn word_length(text: &[u8]) -> usize {
    let begins_another = |at: usize| at > 0 && text[at].is_ascii_uppercase() && text[at - 1].is_ascii_lowercase();
    let ends = |&at: &usize| !text[at].is_ascii_alphanumeric() || begins_another(at);
    (0..text.len()).find(ends).unwrap_or(text.len())
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
    if !begins_alone(text, at) {
        return None;
    }
    let fits = shapes.iter().filter(|shape| shape.may_begin_with(text[at]));
    let exact = fits.filter_map(|shape| Some((shape.length(&text[at..])?, shape.fixed()))).max();
    let (length, fixed, fit) = if let Some((length, fixed)) = exact.filter(|(length, _)| *length > 0) {
        (length, fixed, Fit::Exact)
    } else {
        let length = long(text, at)?;
        let fits = shapes.iter().any(|shape| shape.length_in_letters(&text[at..]) == Some(length));
        (length, 0, if fits { Fit::Length } else { Fit::None })
    };
    let place = at..at + length;
    let is_whole = stands_alone(text, &place) && !continues(text, &place);
    is_whole.then(|| Value { place, fixed, fit, is_drawn: OnceCell::new(), is_found: false })
}

/// The length of what begins at `at`, if it is long enough to tell whether a machine has drawn it, and all of a value.
fn long(text: &[u8], at: usize) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/=.~".contains(byte);
    let is_edge = |byte: u8| byte.is_ascii_whitespace() || b"\"'`,;()[]{}<>\\&".contains(&byte);
    let begins = at.checked_sub(1).is_none_or(|before| is_edge(text[before]) || b"=:>".contains(&text[before]));
    if !begins || !text[at].is_ascii_alphanumeric() {
        return None;
    }
    let run = text[at..].iter().take(LONGEST + 1).take_while(|byte| is_part(byte)).count();
    let value = text[at..at + run].trim_end_with(|sign| ".-/".contains(sign));
    let ends = text.get(at + run).is_none_or(|&behind| is_edge(behind) && !b"([{".contains(&behind));
    (ends && (LONG..=LONGEST).contains(&value.len())).then_some(value.len())
}

/// Whether the value is a part of a path, a name, an address or longer base64.
fn continues(text: &[u8], value: &Range<usize>) -> bool {
    let before = value.start.checked_sub(1).map(|before| text[before]);
    let behind = &text[value.end..];
    let goes_on = match behind {
        [b'-' | b'.' | b'/' | b'+' | b'_', next, ..] => next.is_ascii_alphanumeric(),
        // What is left of base64, up to the quote that began it.
        [b'=', quote @ (b'"' | b'\''), ..] => before != Some(*quote),
        [b'=' | b'(' | b'[', ..] | [b'"' | b'\'', b':', ..] => true,
        [b':', next, ..] => *next == b' ',
        _ => false,
    };
    let lead = &text[..value.start];
    // A digest, or the name of something in a module.
    let is_other = [b"h1:".as_slice(), b"sha1-", b"sha256-", b"sha384-", b"sha512-", b"::"]
        .iter()
        .any(|sign| lead.ends_with(sign));
    goes_on || is_other || matches!(before, Some(b'/' | b'.' | b'+' | b'@' | b'#' | b'%' | b'&' | b'$'))
}

fn is_secret(text: &[u8], word: &Range<usize>, kind: Word, value: &Value) -> bool {
    is_named(text, word, kind, value) && value.looks_drawn(text)
}

/// Whether what stands before `value` names it as a secret of the provider of `word`.
fn is_named(text: &[u8], word: &Range<usize>, kind: Word, Value { place: value, fit, .. }: &Value) -> bool {
    let bytes = &text[value.clone()];
    // Jenkins marks in braces what it has encrypted, and people what they put there instead.
    let marked = text[..value.start].strip_suffix(b"AQAAABAAA ").map_or(value.start, <[u8]>::len);
    let Some(label) = label(text, marked) else { return false };
    let joined = label.end + 1 == value.start && b"-_".contains(&text[label.end]);
    let between = &text[word.end..value.start];
    // A key or a signature is a document of its own.
    if holds(between, b"-----BEGIN") || text[..word.start].ends_with(b"-----BEGIN ") {
        return false;
    }
    let same_line = !between.contains(&b'\n');
    let of_provider = label.start <= word.start;
    // The provider's own word says nothing about the value.
    let name = if of_provider {
        [&text[label.start..word.start], b" ", &text[word.end..label.end.max(word.end)]].concat()
    } else {
        text[label.clone()].to_vec()
    };
    let name = words(&name);
    if !may_name_a_secret(&name) {
        return false;
    }
    let says_field = name.iter().any(|word| is_field(word));
    let could_be_a_hash = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let close = value.start - label.end <= SIGNS;
    let is_telling = says_field || of_provider && *fit == Fit::Length && !could_be_a_hash;
    if *fit != Fit::Exact && !(kind == Word::Rare && same_line && is_telling) {
        return false;
    }
    match kind {
        _ if !close => false,
        _ if of_provider && says_field => true,
        // `<secret>{box AQAAABAAA abc}</secret>`
        _ if marked < value.start && of_provider && says_field_before(text, word.start) => true,
        Word::Common if same_line => says_field && leads_to(&text[word.end..label.start.max(word.end)]),
        Word::Common => says_field && (is_heading(text, word) || is_called_api(text, word)),
        Word::Rare if says_field => true,
        Word::Rare if joined => false,
        // `acme = '...'`, `{acme ...}`
        Word::Rare if of_provider => {
            let bare =
                name.iter().all(|word| is_among(&WEAK_FIELDS, word) || word.bytes().all(|byte| byte.is_ascii_digit()));
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
    between.len() <= SIGNS && words(between).iter().all(|word| is_field(word) || is_among(&WEAK_FIELDS, word))
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
    is_among(&FIELDS, word) || ENDINGS.iter().any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending))
}

fn is_among(sorted: &[&str], word: &str) -> bool {
    sorted.binary_search(&word).is_ok()
}

impl Value {
    /// Whether a machine may have drawn it; of what has not quite the shape of its kind, whether nothing else may have.
    fn looks_drawn(&self, text: &[u8]) -> bool {
        *self.is_drawn.get_or_init(|| {
            let value = &text[self.place.clone()];
            (self.fit == Fit::Exact || randomness::is_random(value) && !placeholder::is_placeholder(value))
                && looks_drawn(&value[self.fixed.min(value.len())..])
        })
    }
}

/// Whether what varies in a value may have been drawn by a machine: its shape alone words and numbers may have, too.
fn looks_drawn(drawn: &[u8]) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{recipe, shape};

    /// What stands between brackets in `recipe` for a kind whose value is of `notation`, with `V` for a value of it.
    #[track_caller]
    fn holds(kind: Word, word: &str, notation: &str, template: &str, wanted: bool) {
        let shapes = shape::read(notation).expect("a shape");
        let value = shape::recipes(notation).swap_remove(0);
        let text = recipe::expand(&template.replace("{v}", &value), template).expect("a recipe").bytes;
        let folded = text.to_ascii_lowercase();
        let at = folded.find(word).expect("the word stands there");
        let found = values(&text, std::iter::once(at..at + word.len()), kind, &shapes);
        assert_eq!(!found.is_empty(), wanted, "{template}: {}", text.as_bstr());
    }

    #[test]
    fn finds_values_beside_rare_words() {
        for (template, wanted) in [
            ("ACME_API_KEY={v}", true),
            ("acmeToken = \"{v}\"", true),
            ("\"acme\": {{\n  \"url\": \"https://acme.io\",\n  \"key\": \"{v}\"\n}", true),
            ("[acme]\nsecret = {v}", true),
            ("# acme\nauth: {v}", true),
            ("acme token - '{v}'", true),
            ("acme SECRET {v}", true),
            ("acme: {v}", true),
            ("acme '{v}'", true),
            ("curl https://api.acme.com/v1/user?key={v}", true),
            ("<secret>{{acme AQAAABAAA {v}}</secret>", true),
            ("the secret of acme is {v}", true),
            // Names of something else, of public things, of nothing.
            ("acme_id = {v}", false),
            ("acme_public_key = {v}", false),
            ("acme_sha256 = {v}", false),
            ("client = acme(); label = \"{v}\"", false),
            // Parts of something longer.
            ("acme_key = https://acme.io/{v}/x", false),
            ("acme_token = {v}.js", false),
            ("acme_token = {v}(1)", false),
            ("\"acme_token\": {{\"{v}\": 1}", false),
            // Too far.
            ("acme\n\n\n\n\n\nkey = {v}", false),
            ("macme_key = {v}", false),
        ] {
            holds(Word::Rare, "acme", "{base62:32}", template, wanted);
        }
    }

    #[test]
    fn asks_more_of_common_words() {
        for (template, wanted) in [
            ("BOX_API_KEY={v}", true),
            ("boxToken = \"{v}\"", true),
            ("box token = '{v}'", true),
            ("[box]\ntoken = {v}", true),
            ("request to the box API\ntoken={v}", true),
            ("<secret>{{box AQAAABAAA {v}}</secret>", true),
            ("<title>{{box AQAAABAAA {v}}</title>", false),
            ("box: {v}", false),
            ("the box is full\ntoken = {v}", false),
            ("box of cards, token = {v}", false),
        ] {
            holds(Word::Common, "box", "{base62:32}", template, wanted);
        }
    }

    #[test]
    fn asks_for_a_name_where_a_value_has_another_shape() {
        for (template, wanted) in [
            ("acme_token = {base62:40}", true),
            ("acme_token = {base62:20}-{base62:20}", true),
            ("acme_token = '{hex:20}{hexupper:20}'", true),
            ("acme: {base62:40}", false),
            ("acme: {base62:32}", true),
            ("acme: {hex:40}", false),
            ("acme_token = {base62:12}", false),
            ("acme_token = {base62:40}.{{x}", false),
            ("acme_token = '{base62:40}?{base62:3}'", false),
            ("acme_token = 12345abcdef67890abcdef123", false),
            ("[acme]\ntoken = {base62:40}", false),
        ] {
            holds(Word::Rare, "acme", "{base36:32}", template, wanted);
        }
    }

    #[test]
    fn lists_are_in_the_order_that_their_search_asks_for() {
        assert!(FIELDS.is_sorted() && WEAK_FIELDS.is_sorted());
    }

    #[test]
    fn names_the_words_beside_a_field() {
        let text: &[u8] = b"boxToken = \"Zk9wQ2vLr7XtYb3N\"";
        let near = |text, times| words_near(text, vec![3..8; times]).collect::<Vec<_>>();
        assert_eq!(near(text, 1)[..2], [0..3, 3..8]);
        assert_eq!(near(text, 2), near(text, 1));
        assert!(near(b"boxToken = nothing to see", 1).is_empty());
    }
}
