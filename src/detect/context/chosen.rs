//! Values as people choose them, in contrast to the words, identifiers and code that stand beside the same names.

use std::sync::LazyLock;

use gix::bstr::ByteSlice;

use super::{
    find::{WordList, places},
    language::{Likeness, is_gibberish},
    name::words,
    placeholder::{distinct, is_made_of_sample_words},
    randomness::{is_random, is_scrambled},
};

/// A value that a person might choose as a password: letters with digits or signs among them, or letters that make no words;
/// no sentence, no identifier, no address. Words in a row with digits behind them are one where a `literal` stands, and may be
/// an identifier elsewhere.
pub fn is_password(value: &[u8], literal: bool) -> bool {
    if !(6..=128).contains(&value.len()) {
        return false;
    }
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs =
        value.iter().filter(|byte| byte.is_ascii_graphic() && !b"-_./: ".contains(byte)).count() - letters - digits;
    (value.iter().all(|&byte| byte.is_ascii_graphic() || !byte.is_ascii()) || is_scrambled(value))
        && letters > 0
        // A word of a language that has more letters.
        && (value.is_ascii() || digits > 0 || signs > 0)
        && !is_code(value)
        && !is_address(value)
        && (is_random(value)
            || (digits > 0 || signs > 0 || is_gibberish(value) || literal && is_hit_at_random(value))
                && (!is_identifier(value)
                    || literal && (is_word_with_number(value) || is_row_with_number(value) || is_hit_at_random(value))))
}

/// `Summer99Xy`, `WinterDragon42`, `Welcome1`: letters and digits, and neither one of the words that have numbers in programs nor
/// an abbreviation.
fn is_word_with_number(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    value.iter().all(u8::is_ascii_alphanumeric)
        && value.iter().any(u8::is_ascii_digit)
        && letters >= 4
        && !words(value)
            .iter()
            .any(|word| is_numbered(word.trim_end_matches(|sign: char| sign.is_ascii_digit()).as_bytes()))
}

/// Whether `word` has numbers in programs.
fn is_numbered(word: &[u8]) -> bool {
    const NUMBERED: [&str; 32] = [
        "aes", "argon", "arg", "base", "bcrypt", "blowfish", "button", "crypt", "field", "float", "http", "input",
        "int", "item", "key", "label", "level", "line", "md", "ntlmv", "oauth", "option", "param", "part", "pbkdf",
        "rsa", "sha", "step", "type", "uint", "utf", "version",
    ];
    NUMBERED.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// `Blue-Kettle-77`, `Harbor_Light5`: words between signs of one kind, one with a capital, and a number; none that is said of
/// passwords.
fn is_row_with_number(value: &[u8]) -> bool {
    let Some(&joint) = value.iter().find(|byte| b"-_.".contains(byte)) else { return false };
    let is_part = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let is_number = |text: &[u8]| text.len() <= 4 && text.iter().all(u8::is_ascii_digit);
        let is_word = letters >= 3 && !is_numbered(&part[..letters]) && !is_spoken(&part[..letters]);
        is_number(&part[letters..]) && (is_word || letters == 0 && !part.is_empty())
    };
    let parts = || value.split(|&byte| byte == joint);
    (2..=4).contains(&parts().count())
        && parts().all(is_part)
        && value[0].is_ascii_alphabetic()
        && value.iter().any(u8::is_ascii_uppercase)
        && value.iter().any(u8::is_ascii_lowercase)
        && value.iter().any(u8::is_ascii_digit)
}

/// Letters that stand in no word, be they few.
fn is_hit_at_random(value: &[u8]) -> bool {
    Likeness::of(value).is_some_and(|likeness| likeness.rows >= 4 && likeness.level < 32)
}

/// A word, or few put together, that a person might choose: of letters in one case, and no word that stands behind the names
/// of passwords for another reason. That it is a password must follow from where it stands.
pub fn is_chosen_word(value: &[u8]) -> bool {
    const LONGEST: usize = 32;
    let parts = || value.split(|byte| b"_-.".contains(byte));
    let small = if value.first().is_some_and(u8::is_ascii_uppercase) { &value[1..] } else { value };
    (5..=LONGEST).contains(&value.len())
        && small.iter().all(|byte| byte.is_ascii_lowercase() || b"_-.".contains(byte))
        && parts().count() <= 3
        && parts().all(|part| part.len() >= 3 && !is_spoken(part) && !is_made_of_sample_words(part))
}

/// Four words and more in a row that say nothing, as generators of phrases draw them. Sentences, labels and
/// names of objects have a word of their own kind among them.
pub fn is_phrase(value: &[u8]) -> bool {
    const JOINING: &str = "
        all also and are ask at be been both but can choose das dein der des did die does ein eine est for from get give had has have
        here how into its just keep las least les letter letters los made make mit mot new not old one only other our own para
        per por pour put same see set should some such team than that the their them then there they this und use used user
        users using van very von was what when where which who why will with without words you your
    ";
    static JOINING_LIST: LazyLock<WordList> = LazyLock::new(|| WordList::of(JOINING));
    const LEAST: usize = 14;
    const LONGEST: usize = 80;
    let Some(&joint) = value.iter().find(|byte| b" -_.".contains(byte)) else { return false };
    let parts = || value.split(|&byte| byte == joint);
    let is_free = |part: &[u8]| {
        (3..=14).contains(&part.len())
            && part.iter().all(u8::is_ascii_lowercase)
            && !is_spoken(part)
            && !JOINING_LIST.has(part)
            && !is_made_of_sample_words(part)
    };
    (LEAST..=LONGEST).contains(&value.len()) && (4..=10).contains(&parts().count()) && parts().all(is_free)
}

fn is_spoken(word: &[u8]) -> bool {
    static LIST: LazyLock<WordList> = LazyLock::new(|| WordList::of(SPOKEN));
    LIST.has(word)
}

/// Digits that a person might choose: neither few different ones nor a round number.
pub fn is_chosen_number(value: &[u8]) -> bool {
    (6..=16).contains(&value.len())
        && value.iter().all(u8::is_ascii_digit)
        && distinct(value) >= 4
        && !value.ends_with(b"000")
}

/// What stands behind names of passwords in programs: labels, states, kinds, events, names of fields, methods to log in.
const SPOKEN: &str = "
    again algorithm allow any apply argon argument ask asked attribute authenticate auto automatic available basic bcrypt bearer
    before blank blob both browser button bytea callback caps cancel cert certificate challenge char check cleartext
    clear client click close command complete confirm confirmation confirmed continue copy correct create credential
    current danger define defined delete deny digest disable disabled display double edit email enable enabled encrypted enter error
    event expired external false feature file fill final finish forget forgot forgotten form format function generated
    generator grant group guess handler hash hashed help hide hint hmac identity ignore incorrect info inline input
    insecure internal interactive items kerberos keyboard keychain keyring label ldap length level link literal load
    localhost locked login logon logout mask match matches maxlength md message method min minlength mismatch missing
    mode modal module more multiple must needed never next none nothing number oauth obfuscated object off okay once
    optional option options outline overlay page panel parameter passphrase path pattern peer pending permit phone pin
    plaintext policy primary profile prompt protected provider query read ready record recover recovery register
    remember remove repeat request require required requires resource restore result retype retry return rule save scope
    scram screen security select self send sent sha shared show sign signin signup simple skip source state static
    status step store string strength submit success system template text textarea textfield them title toggle too true
    trust type unknown unset update updated upper user username validate validation validator varchar variable verify
    view visible visibility warning watch when wizard word www xpath
";

/// A row of small letters, as people choose it where nothing but passwords stands behind such names.
pub fn is_long_word(value: &[u8]) -> bool {
    value.len() >= 8 && value.iter().all(u8::is_ascii_lowercase)
}

/// A chosen value that cannot be taken for a word or an identifier: digits, and signs or letters of both cases.
pub fn is_strong_choice(value: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let has_sign = value.iter().any(|byte| byte.is_ascii_punctuation() && !b"-_./:".contains(byte));
    value.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2
        && (has_sign || has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
        && is_password(value, true)
}

/// `name_2`, `some.dotted.name`, `kebab-case`, `CamelCase`, `getValue1`, `scram-sha-256`: words, and few digits behind them.
pub fn is_identifier(value: &[u8]) -> bool {
    let words = words(value);
    // `Win32_System`, but not `goose42`.
    let digits = if words.len() > 1 { 2 } else { 1 };
    value.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"-_./:\\".contains(&byte))
        // Case that changes all the time makes no words.
        && value.len() >= 4 * words.len()
        && !is_gibberish(value)
        && words.iter().all(|word| {
            let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let rest = &word[letters..];
            rest.bytes().all(|byte| byte.is_ascii_digit())
                && (rest.len() <= digits || ["128", "256", "384", "512"].contains(&rest))
        })
}

/// The address of a mailbox, or its name, as clients give it to anonymous FTP.
pub fn is_address(value: &[u8]) -> bool {
    let Some((user, host)) = value.split_once_str("@") else { return false };
    if host.is_empty() && user.iter().all(u8::is_ascii_lowercase) {
        return true;
    }
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    if host.is_empty() {
        // What anonymous users say where a password is asked for.
        return user.iter().all(u8::is_ascii_alphabetic);
    }
    let ending = host.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    !user.is_empty()
        && user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(byte))
        && host.contains(&b'.')
        && host.iter().all(is_host)
        && ending.len() >= 2
        && ending.iter().all(u8::is_ascii_alphabetic)
}

/// Regular expressions, calls, markup, choices of words (`true|false`) and sentences' ends.
fn is_code(value: &[u8]) -> bool {
    let looks_so = || {
        value.last().is_some_and(|last| b":?,".contains(last))
            // The password of those who have none: `anonymous@`.
            || value.ends_with(b"@") && value[..value.len() - 1].iter().all(u8::is_ascii_alphabetic)
            || value.first().is_some_and(|first| b"(,;:=[<)]}&|".contains(first))
            || value.starts_with(b"{") && !value.ends_with(b"}")
            || value.contains(&b'|') && value.split(|&byte| byte == b'|').all(is_identifier)
            || value.iter().filter(|byte| b"(){}[]<>|;,\"'".contains(byte)).count() > 3
    };
    is_expression(value) || !is_scrambled(value) && looks_so()
}

/// What stands in regular expressions, calls, indices and markup, and hardly in a value.
pub fn is_expression(value: &[u8]) -> bool {
    const MARKS: [&[u8]; 12] =
        [b"\\d", b"\\w", b"\\s", b"\\n", b"[a-z", b"[A-Z", b"[0-9", b"[0]", b"[-1]", b"=True", b"=False", b"=None"];
    // Two signs that follow each other by chance, too, where letters, digits and signs take turns.
    const PAIRS: [&[u8]; 12] = [b"[^", b"(?", b".*", b".+", b"()", b"=>", b"</", b"/>", b"&&", b"||", b"==", b"::"];
    /// Each begins with one of these.
    const FIRST: &[u8] = b"\\[=(.</&|:";
    /// One mark in so many characters is chance in what is as good as all signs.
    const APART: usize = 24;
    // Base64 ends so.
    let value = value.trim_end_with(|sign| sign == '=');
    if !value.iter().any(|byte| FIRST.contains(byte)) {
        return false;
    }
    let count = |marks: &[&[u8]]| marks.iter().map(|mark| places(value, mark).count()).sum::<usize>();
    let marks = count(&MARKS);
    if marks + count(&PAIRS) == 0 {
        return false;
    }
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    if is_scrambled(value) { marks + count(&PAIRS) / 2 > value.len() / APART } else { marks > 0 || !is_mixed }
}

/// `Token:`, `\u2605`: what is shown to people.
pub fn is_shown(value: &[u8]) -> bool {
    const LONGEST: usize = 4;
    let is_escaped = |unit: &[u8]| unit.len() == 4 && unit.iter().all(u8::is_ascii_hexdigit);
    let is_sign = |signs: &[u8]| signs.split_str("\\u").count() <= LONGEST && signs.split_str("\\u").all(is_escaped);
    value.ends_with(b":") && !is_scrambled(value) || value.strip_prefix(b"\\u").is_some_and(is_sign)
}

/// `password = "Password1"`, `api_key: ApiKey`: the value says what the name says.
pub fn repeats_its_name(name: &[u8], value: &[u8]) -> bool {
    let squash = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect()
    };
    let (name, value) = (squash(name), squash(value));
    value.len() >= 3
        && (name.ends_with(&value)
            || name.len() >= 5 && value.starts_with(&name)
            || value.ends_with(&name) && name.len() >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_that_are_chosen_from_words_that_are_said() {
        for value in ["marigold", "Whiteduke", "purple-monkey", "thunderbolts"] {
            assert!(is_chosen_word(value.as_bytes()), "{value}");
        }
        for value in
            ["confirm", "password", "my_password", "ResetPassword", "FORGOT", "a-b", "too.many.parts.here", "smtp_pass"]
        {
            assert!(!is_chosen_word(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn words_of_other_alphabets_are_not_chosen() {
        for (value, chosen) in
            [("Jelsz\u{f3}csere", false), ("Best\u{e4}tigung", false), ("gr\u{fc}n-Kr\u{f6}te7!", true)]
        {
            assert_eq!(is_password(value.as_bytes(), true), chosen, "{value}");
        }
    }

    #[test]
    fn tells_what_is_shown() {
        for (value, shown) in [("Token:", true), ("\\u3299\\ufe0f", true), ("\\u32997x", false), ("kestrel", false)] {
            assert_eq!(is_shown(value.as_bytes()), shown, "{value}");
        }
    }

    #[test]
    fn tells_phrases_from_sentences() {
        for value in ["orbit lemon carpet falcon", "violet-otter-mango-cliff", "gravel.tundra.spoon.wagon.nickel"] {
            assert!(is_phrase(value.as_bytes()), "{value}");
        }
        for value in [
            "enter your new password",
            "use at least one letter",
            "das neue kennwort eingeben",
            "acme-prod-db-credentials",
            "my-release-postgres-main",
            "otter mango cliff",
            "Orbit Lemon Carpet Falcon",
        ] {
            assert!(!is_phrase(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn tells_rows_that_are_chosen_from_names() {
        for value in ["Blue-Kettle-77", "Harbor_Light5", "mario-Kart64", "Copper.Pot.19", "spring.Rain.4"] {
            assert!(is_password(value.as_bytes(), true) && !is_password(value.as_bytes(), false), "{value}");
        }
        for value in ["Error-Level-2", "user-name-2", "pg-creds-prod-2", "Win32_Input", "X-Auth-2", "Key_Type1"] {
            assert!(!is_row_with_number(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn tells_numbers_that_are_chosen_from_counts() {
        for (value, chosen) in [("19870423", true), ("120000", false), ("4096", false), ("11111111", false)] {
            assert_eq!(is_chosen_number(value.as_bytes()), chosen, "{value}");
        }
    }
}
