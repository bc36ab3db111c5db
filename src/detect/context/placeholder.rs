//! Values that stand where a secret will be: samples, stars, rows of one letter, sequences.

use std::sync::LazyLock;

use gix::bstr::ByteSlice;

use super::{
    find::{AnyOf, WordList, holds, holds_any, places},
    randomness::{distinct_expected, is_random},
};

/// Words that no generated value holds by chance, and no chosen one: anywhere in it.
static WORDS: AnyOf = AnyOf::new(&[
    b"example",
    b"sample",
    b"dummy",
    b"fake",
    b"mock",
    b"placeholder",
    b"changeme",
    b"change_me",
    b"change-me",
    b"changeit",
    b"change-this",
    b"change_this",
    b"replace",
    b"your",
    b"my-secret",
    b"my_secret",
    b"mysecret",
    b"insert",
    b"redacted",
    b"censored",
    b"foobar",
    b"lorem",
    b"notreal",
    b"not-a-real",
    b"not-real",
    b"invalid",
    b"\xe2\x80\xa6",
    b"-here",
    b"_here",
    b"todo",
    b"fixme",
    b"notasecret",
    b"deadbeef",
    b"cafebabe",
    b"supersecure",
    b"token_",
    b"_token",
    b"apikey",
    b"api_key",
    b"api-key",
]);

/// Words that people choose as well: a placeholder is what has nothing else to it.
const COMMON_WORDS: [&[u8]; 9] =
    [b"masked", b"hidden", b"removed", b"demo", b"default", b"secret", b"admin", b"generate", b"qwerty"];

/// The same, even with a number and a sign behind them.
const PASSWORD_WORDS: [&[u8]; 4] = [b"passwo", b"passw0", b"letmein", b"s3cr3t"];

/// Values that stand in every manual.
const FAMOUS: &[&[u8]] = &[b"hunter2", b"swordfish", b"tiger", b"sesame", b"opensesame", b"correcthorse"];

/// So many letters and digits beside such words, dates and sequences make a value of its own.
const OWN: usize = 4;

/// What is left out, in short values: a long one that was drawn has such rows by chance.
const LEFT_OUT: [&[u8]; 4] = [b"xxx", b"...", b"***", b"---"];

/// Words that mean a placeholder only when they stand alone.
const WHOLE_WORDS: &[&[u8]] = &[
    b"test",
    b"testing",
    b"tests",
    b"foo",
    b"bar",
    b"baz",
    b"tbd",
    b"enter",
    b"user",
    b"root",
    b"guest",
    b"none",
    b"empty",
    b"pass",
    b"pwd",
    b"token",
    b"key",
    b"local",
    b"dev",
    b"development",
    b"postgres",
    b"minioadmin",
];

/// Words that samples are put together from: a value of nothing but these and digits is one.
const SAMPLE_WORDS: &str = "
    a abc access admin alice an and another api app aws bad bar basic baz bob branch changed code config correct
    correcthorse credential credentials custom data database db default defined demo dev empty example expected fake
    field first foo for from good here id in input invalid is it key local login long master me mismatch mongo my mysql
    name new no not null of oauth old one only original other param pass passphrase password passwd plain port postgres
    private prod production psql public put pw pwd random real redis reset root right safe same sample second secret
    secure server service session set short some staging strong super temp test tester testing that the this three tmp
    to token two user username usr valid value very wachtwoord webhook word wrong weak with you your passwort kennwort
    contrasena motdepasse heslo haslo senha parola salasana lozinka adgangskode losenord passord sifre sandi geheim
    zaporka pasahitza wagwoord cyfrinair nenosiri pasfhocal nieuw wijzigen
    parole repo confirm confirmar confirmer repetir repeter nova nueva nouveau neues palavra passe clave parool jelszo
    airbyte airflow clickhouse dagster docker elastic grafana kafka keycloak kestra letmein marquez metabase minio
    prefect rabbitmq superset wordpress
";

static WORD_LIST: LazyLock<WordList> = LazyLock::new(|| WordList::of(SAMPLE_WORDS));

/// Whether the letters of `value` are nothing but words that samples are put together from, with few digits or signs. A file of
/// such values may hold secrets, so that this speaks against single values only.
pub fn is_made_of_sample_words(value: &[u8]) -> bool {
    const LONGEST: usize = 64;
    if has_number_and_sign(value) {
        return false;
    }
    let letters = plain_letters(value);
    if letters.is_empty() || letters.len() > LONGEST || value.len() > 2 * letters.len() {
        return false;
    }
    // Up to where words in a row reach.
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for at in 0..letters.len() {
        if !reached[at] {
            continue;
        }
        for word in WORD_LIST.at_start_of(&letters[at..]) {
            reached[at + word.len()] = true;
        }
    }
    reached[letters.len()]
}

/// The letters of `value`, small and without their accents; others than those of Latin scripts are left out.
fn plain_letters(value: &[u8]) -> Vec<u8> {
    const ACCENTS: [(&str, u8); 10] = [
        ("áàâãäåąă", b'a'),
        ("çćč", b'c'),
        ("éèêëęě", b'e'),
        ("íìîïı", b'i'),
        ("ñńň", b'n'),
        ("óòôõöøőő", b'o'),
        ("śšşș", b's'),
        ("úùûüűů", b'u'),
        ("łľ", b'l'),
        ("źżž", b'z'),
    ];
    if value.is_ascii() {
        return value.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    }
    let small = value.chars().flat_map(char::to_lowercase);
    let plain = |letter: char| {
        let accent = || ACCENTS.iter().find(|(letters, _)| letters.contains(letter)).map(|(_, plain)| *plain);
        u8::try_from(letter).ok().filter(u8::is_ascii_alphabetic).or_else(accent)
    };
    small.filter_map(plain).collect()
}

/// `Database2024!`, `S3cure&Pass%1`: digits, and other signs than stand between the words of names, of templates and of lists.
fn has_number_and_sign(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let has_sign = value.iter().any(|byte| b"!#$%&*+=?@^~|".contains(byte));
    digits >= 2 && has_sign
}

/// Whether a named value without a format of its own is a placeholder.
pub fn is_placeholder(value: &[u8]) -> bool {
    let folded = value.to_ascii_lowercase();
    let short = value.len() < 20;
    let is_drawn = || !short && is_random(value);
    let has = |words: &[&[u8]]| holds_any(&folded, words);
    let has_whole_word = || folded.split(|byte| !byte.is_ascii_alphabetic()).any(|word| WHOLE_WORDS.contains(&word));
    let has_common = || {
        has(&PASSWORD_WORDS) || !has_number_and_sign(value) && (has(&COMMON_WORDS) || has_whole_word() && !is_drawn())
    };
    value.is_empty()
        || WORDS.is_in(&folded)
        || FAMOUS.contains(&without_joints(&folded).as_slice())
        || has_common() && own(&folded) < OWN
        || has(&LEFT_OUT) && !is_drawn()
        || has_repeat(&folded, if short { 4 } else { 5 })
        // Four in sequence are a part of a longer value by chance.
        || has_sequence(&folded, 6)
        || has_sequence(&folded, 4.max(value.len().div_ceil(3))) && own(&folded) < OWN
        || holds(&folded, b"12345")
        // Two characters a step, over three quarters of the value.
        || has_alternation(&folded, 4.max((3 * value.len()).div_ceil(8)))
        || counts_up(&folded)
        || (value.len() >= 8 && 2 * distinct(value) < distinct_expected(value))
}

/// `open-sesame` as `opensesame`.
fn without_joints(folded: &[u8]) -> Vec<u8> {
    folded.iter().copied().filter(|byte| !b"_-".contains(byte)).collect()
}

/// How many letters and digits of `folded` are neither common words, nor years, nor in a sequence.
fn own(folded: &[u8]) -> usize {
    let mut taken = vec![false; folded.len()];
    let mut take = |at: usize, len: usize| taken[at..at + len].fill(true);
    for word in COMMON_WORDS.iter().chain(&PASSWORD_WORDS).chain(WHOLE_WORDS) {
        for at in places(folded, word) {
            take(at, word.len());
        }
    }
    for century in [b"19", b"20"] {
        for at in places(folded, century) {
            if folded[at..].iter().take(4).filter(|byte| byte.is_ascii_digit()).count() == 4 {
                take(at, 4);
            }
        }
    }
    for at in 0..folded.len().saturating_sub(2) {
        let [a, b, c] = [folded[at], folded[at + 1], folded[at + 2]];
        let up = b == a.wrapping_add(1) && c == b.wrapping_add(1);
        let down = a == b.wrapping_add(1) && b == c.wrapping_add(1);
        if up || down || a == b && b == c {
            take(at, 3);
        }
    }
    folded.iter().zip(&taken).filter(|(byte, taken)| byte.is_ascii_alphanumeric() && !**taken).count()
}

/// Whether the variable part of a value with a format of its own is openly made up.
///
/// Only what random text does not hold by chance counts here: the word tests of other values would lose real tokens.
pub fn is_made_up(value: &[u8]) -> bool {
    static OPENLY: AnyOf = AnyOf::new(&[
        b"example",
        b"sample",
        b"dummy",
        b"placeholder",
        b"changeme",
        b"replace",
        b"redacted",
        b"your-",
        b"your_",
        b"yourto",
        b"xxxx",
        b"....",
        b"****",
        b"insert",
        b"notreal",
    ]);
    // In capitals only: short words occur by chance where case does not matter.
    const IN_CAPITALS: &[u8] = b"FAKE";
    // At the one place where random letters are not likely to say so.
    const AT_FIRST: [&[u8]; 4] = [b"fake", b"mock", b"foobar", b"notareal"];
    let folded = value.to_ascii_lowercase();
    // A format has fixed parts and alphabets of its own, so that only few letters over and over say something.
    (value.len() >= 16 && 3 * distinct(value) < distinct_expected(value).min(32))
        || OPENLY.is_in(&folded)
        || holds(value, IN_CAPITALS)
        || AT_FIRST.iter().any(|word| folded.strip_prefix(*word).is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_alphanumeric)))
        || is_made_of_sequences(&folded)
        // A's and slashes in base64 are zeroes and ones, of which binary formats have some.
        || has_row(&folded, 6, 1, |a, b| a == b && !b"a/".contains(&a))
        || has_repeat(&folded, 12)
        || has_sequence(&folded, 8)
        || has_alternation(&folded, 6) && holds_any(&folded, &[b"a1b2c3", b"1a2b3c", b"a0b1c2"])
}

/// Whether `value` is of a document, whatever was proved of it: no letters of a secret say so by chance.
pub fn is_example(value: &[u8]) -> bool {
    holds(value, b"EXAMPLE")
}

/// Whether rows of six and more in sequence are half of `value`: `abcdef123456abcdef`.
fn is_made_of_sequences(value: &[u8]) -> bool {
    const ROW: usize = 6;
    let goes_on = |pair: &[u8; 2]| pair.iter().all(u8::is_ascii_alphanumeric) && pair[1] == pair[0].wrapping_add(1);
    let (mut in_rows, mut row) = (0, 1);
    for at in 1..=value.len() {
        if at < value.len() && goes_on(&[value[at - 1], value[at]]) {
            row += 1;
        } else {
            in_rows += if row >= ROW { row } else { 0 };
            row = 1;
        }
    }
    2 * in_rows >= value.len().max(1)
}

/// How many characters there are in `value`, each counted once.
pub fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    for &byte in value {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|&&seen| seen).count()
}

fn has_repeat(value: &[u8], least: usize) -> bool {
    has_row(value, least, 1, |a, b| a == b)
}

/// Whether so many neighbours are in the order of the alphabet or the digits, up or down.
fn has_sequence(value: &[u8], least: usize) -> bool {
    has_row(value, least, 1, goes_up) || has_row(value, least, 1, |a, b| goes_up(b, a))
}

/// Whether so many of every other character are in sequence, and as many of those between them: `a1b2c3d4`.
fn has_alternation(value: &[u8], least: usize) -> bool {
    let has = |from| {
        let half = value.get(from..).unwrap_or_default();
        has_row(half, least, 2, goes_up) || has_row(half, least, 2, |a, b| goes_up(b, a))
    };
    has(0) && has(1)
}

fn goes_up(a: u8, b: u8) -> bool {
    a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() && b == a.wrapping_add(1)
}

/// Whether `least` characters, two and more, follow each other, looking at each `step`-th only.
fn has_row(value: &[u8], least: usize, step: usize, follows: impl Fn(u8, u8) -> bool) -> bool {
    let pairs = value.len().div_ceil(step).saturating_sub(1);
    let goes_on = |pair: &usize| follows(value[pair * step], value[(pair + 1) * step]);
    // One of the pairs of such a row stands at one of these.
    let length = least - 1;
    (length - 1..pairs).step_by(length).filter(goes_on).any(|pair| {
        let before = (0..pair).rev().take_while(goes_on).take(length).count();
        let behind = (pair..pairs).take_while(goes_on).take(length).count();
        before + behind >= length
    })
}

/// Whether most characters are the next ones of those before, or before the last: `abc123def456`, `1a2b3c4d-5e6f-7a8b`.
fn counts_up(folded: &[u8]) -> bool {
    const LEAST: usize = 12;
    // Longer formats have bodies that are made up so, and are known by the rest of them.
    const SHORT: usize = 24;
    let goes_on = |a: u8, b: u8| match a {
        b'9' => b == b'0',
        // Those of hexadecimal numbers begin again.
        b'f' if b == b'a' => true,
        _ => b == a + 1,
    };
    let plain = || folded.iter().copied().filter(u8::is_ascii_alphanumeric);
    let length = plain().count();
    let most = |step: usize| 5 * plain().zip(plain().skip(step)).filter(|&(a, b)| goes_on(a, b)).count() >= 3 * length;
    length >= LEAST && (length <= SHORT && most(1) || most(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_products_are_samples() {
        for value in ["Contraseña*", "Hasło*", "Şifre*", "Mot-de-passe*", "Lösenord", "airflow", "minio123", "metabase"]
        {
            assert!(is_made_of_sample_words(value.as_bytes()), "{value}");
        }
        for value in ["Пароль", "Contraseña-de-Luz", "kestrel", "minio-kestrel"] {
            assert!(!is_made_of_sample_words(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn tells_placeholders_from_values() {
        for value in [
            "YOUR_STRIPE_KEY_HERE",
            "sk_test_your_test_key",
            "generate-a-secure-key-here",
            "xxxxxxxx",
            "changeme",
            "***",
            "abcd1234",
            "1234567890abcdef",
            "aaaaaaaaaaaaaaaaaaaa",
            "my-secret-token",
            "test",
            "<token>-example",
            "foo-bar-123",
            "a1b2c3d4e5f6g7h8",
            "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
            "abc123def456ghi789",
            "abababababababababab",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["admin1234", "test123", "qwerty!1", "passw0rd!1", "hunter2"] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in [
            "tr0ub4dor&3",
            "Zk9wQ2vLr7Xt",
            "9f1c7e5ab02d46881c3e",
            "goose1234",
            "Admin.kr7wv",
            "root!9kx2Mq",
            "hunter22",
            "Admin@2024!",
        ] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn tells_made_up_bodies_from_drawn_ones() {
        for value in [
            "a1b2c3d4e5f6a7b8c9d0e1f2",
            "ABCDEF123456GHIJKL7890MNOPQR",
            "abcdef123456abcdef123456abcdef12",
            "123456123456123456123456",
            "FakeValues99cl9bqJFVA3iFUm",
            "xxxxxxxxxxxxxxxxxxxx",
        ] {
            assert!(is_made_up(value.as_bytes()), "{value}");
        }
        for value in ["9f1c7e5ab02d46881c3e", "Zk9wQ2vLr7XtYb3N", "665Hkj_12ABcd-eF34xW", "1244804402234567"] {
            assert!(!is_made_up(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn knows_what_samples_are_put_together_from() {
        for value in ["thisIsMyTestPass1", "some-value", "Wachtwoord1", "new_password_2"] {
            assert!(is_made_of_sample_words(value.as_bytes()), "{value}");
        }
        for value in ["tr0ub4dor&3", "goose42", "20240101x"] {
            assert!(!is_made_of_sample_words(value.as_bytes()), "{value}");
        }
    }
}
