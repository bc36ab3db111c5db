//! The values in a file of secrets, and which of them are secret enough to be looked for everywhere.
//!
//! Never: which file that is.

use std::ops::Range;

use gix::bstr::ByteSlice;
use zeroize::Zeroizing;

use crate::{
    detect::{
        context::{
            assignment::Assignment,
            chosen::{is_address, is_identifier},
            file::{FileKind, Syntax},
            language::is_gibberish,
            name::{ends_as_password, may_name_a_secret, says, words},
            placeholder::{is_made_of_sample_words, is_made_up},
            public::is_public,
            randomness::is_random,
            reference::{encodes_no_secret, is_path, is_reference},
        },
        decode,
        harmless::is_harmless,
        named::NamedValues,
    },
    secret::{Secret, without_tokens},
};

/// Shorter values stand in many a word.
const LEAST: usize = 8;
/// From this length on, words that somebody put together count under a name that says password or key.
const PHRASE: usize = 16;
/// From this length on, what looks drawn by a machine counts under any name.
const DRAWN: usize = 20;
/// A shorter line of a value of several lines could be anything.
const LINE: usize = 32;
/// A longer value is a document.
const MOST: usize = 1024;

/// What names say whose value is secret.
const TELLING: [&str; 22] = [
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "secret",
    "token",
    "key",
    "credential",
    "credentials",
    "auth",
    "pat",
    "dsn",
    "sas",
    "jwt",
    "bearer",
    "webhook",
    "signature",
    "salt",
    "seed",
    "cookie",
    "access",
];

/// The last word of a name whose value is secret though it be made of words, beside those of passwords.
const LAST: [&str; 4] = ["secret", "token", "key", "pat"];

/// A value of a file of secrets.
#[derive(Clone, Debug)]
pub struct Read {
    /// The value itself: what a reader of the file would make of it.
    pub secret: Secret,
    name: Name,
    /// The place says that it is a password, whatever the name.
    is_password: bool,
}

/// What a file calls a value.
#[derive(Clone, Debug)]
enum Name {
    Itself(Vec<u8>),
    /// It has none, but that of the user whose password it is.
    User(Vec<u8>),
}

impl Read {
    /// What it is, fit to be shown: `the value of DB_PASSWORD`.
    pub fn what(&self) -> String {
        let (what, name) = match &self.name {
            Name::Itself(name) => ("value", name),
            Name::User(name) => ("password", name),
        };
        format!("the {what} of {}", without_tokens(&name.to_str_lossy()))
    }

    fn words(&self) -> Vec<String> {
        match &self.name {
            Name::Itself(name) => words(name),
            Name::User(_) => Vec::new(),
        }
    }

    /// Why it does not count wherever it stands, if it does not. That takes longer than to look for it.
    pub fn against(&self) -> Option<&'static str> {
        against(&self.words(), self.secret.expose(), self.is_password)
    }

    /// Whether [`Self::against`] may find nothing, as far as length and name tell: most values of such a file are none of these.
    pub fn may_count(&self) -> bool {
        let len = self.secret.expose().len();
        (LEAST..=MOST).contains(&len) && (len >= DRAWN || is_telling(&self.words(), self.is_password))
    }
}

/// The values in `text`, which is written as a file at `path` is.
pub fn read(path: &[u8], text: &[u8]) -> Vec<Read> {
    if path.ends_with(b".pgpass") {
        return passwords(text).collect();
    }
    let kind = FileKind::of(path);
    // What has no ending that tells is written like the files of most tools.
    let syntax = if kind.syntax == Syntax::Text { Syntax::Lines } else { kind.syntax };
    NamedValues::new(text, FileKind { syntax, ..kind })
        .all()
        .filter_map(|assignment| of_assignment(text, &assignment))
        .collect()
}

/// The last of the five fields of each line of the password file of `PostgreSQL`, in which a backslash stands before `:` and itself.
fn passwords(text: &[u8]) -> impl Iterator<Item = Read> {
    text.lines().filter(|line| !line.starts_with(b"#")).filter_map(|line| {
        let mut fields = vec![Zeroizing::new(Vec::new())];
        let mut bytes = line.iter();
        while let Some(&byte) = bytes.next() {
            match byte {
                b':' => fields.push(Zeroizing::new(Vec::new())),
                b'\\' => fields.last_mut().expect("never empty").extend(bytes.next()),
                _ => fields.last_mut().expect("never empty").push(byte),
            }
        }
        let [_, _, _, user, password] = fields.as_slice() else { return None };
        Some(Read { secret: Secret::new(password), name: Name::User(user.to_vec()), is_password: true })
    })
}

fn of_assignment(text: &[u8], assignment: &Assignment) -> Option<Read> {
    let written = assignment.value_in(text);
    let name = &text[assignment.name.clone()];
    let value = if is_escaped(text, &assignment.value) { decode::unescaped(written) } else { written.to_vec() };
    let value = Zeroizing::new(value);
    let part = secret_part(&value)?;
    let in_address = part.len() < value.len() && !value.contains(&b'\n');
    let secret = if in_address { decode::unescaped_in_address(part) } else { part.to_vec() };
    let secret = Zeroizing::new(secret);
    Some(Read {
        secret: Secret::new(&secret),
        name: Name::Itself(name.to_vec()),
        is_password: assignment.is_password || in_address,
    })
}

/// Only between these quotes a backslash begins an escape, whatever the syntax.
fn is_escaped(text: &[u8], value: &Range<usize>) -> bool {
    value.start.checked_sub(1).is_some_and(|at| text[at] == b'"')
}

/// The part of a value that is secret: of an address its password or key, of several lines the one that tells most. None of an
/// address without either, and of what holds named values of its own.
fn secret_part(value: &[u8]) -> Option<&[u8]> {
    if let Some(scheme) = value.find(b"://") {
        return secret_of_address(&value[scheme + 3..]);
    }
    if value.contains(&b'\n') {
        let lines = value.lines().map(<[u8]>::trim_ascii);
        return lines.filter(|line| line.len() >= LINE && !line.starts_with(b"-----")).max_by_key(|line| line.len());
    }
    let holds_named = value.contains(&b'=') && value.contains(&b';');
    (!holds_named && !value.is_empty()).then_some(value)
}

/// Of `user:password@host`, `key@host` and `host/path/key`.
fn secret_of_address(rest: &[u8]) -> Option<&[u8]> {
    let end = rest.iter().position(|byte| b"/?#".contains(byte));
    // A password with a slash that nobody has encoded.
    let end = end.filter(|&end| !rest[end..].contains(&b'@')).unwrap_or(rest.len());
    if let Some(at) = rest[..end].rfind_byte(b'@') {
        let user = &rest[..at];
        return Some(user.find_byte(b':').map_or(user, |colon| &user[colon + 1..]));
    }
    rest.split(|byte| b"/?&=#".contains(byte)).skip(1).filter(|part| part.len() >= DRAWN && is_random(part)).last()
}

fn is_telling(words: &[String], is_password: bool) -> bool {
    is_password || may_name_a_secret(words) && TELLING.iter().any(|word| says(words, word))
}

/// Why `value` is not looked for, if it is not.
fn against(words: &[String], value: &[u8], is_password: bool) -> Option<&'static str> {
    let is_telling = is_telling(words, is_password);
    let folded = value.to_ascii_lowercase();
    if value.len() < LEAST {
        return Some("it is shorter than 8 bytes");
    }
    if value.len() > MOST {
        return Some("it is longer than 1,024 bytes");
    }
    if is_reference(value, true) || encodes_no_secret(value) {
        return Some("it stands for a value that is elsewhere");
    }
    if is_made_up(value)
        || is_made_of_sample_words(value)
        || ["change-me", "change_me", "changeit"].iter().any(|word| folded.contains_str(word))
    {
        return Some("it is one that everybody uses");
    }
    if is_public(value) || is_path(value) || is_harmless(value) || is_address(value) {
        return Some("it is public by its form: an address, a path, a public key");
    }
    if !is_telling {
        let drawn = value.len() >= DRAWN && is_random(value) && !value.contains(&b'.') && !is_uuid(value);
        return (!drawn || !may_name_a_secret(words))
            .then_some("its name speaks of no secret, and it does not look drawn by a machine");
    }
    let ends_with = |ends: &[&str]| words.last().is_some_and(|last| ends.iter().any(|word| last.ends_with(word)));
    let is_of_password = is_password || ends_as_password(words) || ends_with(&["pass"]);
    let is_phrase = value.len() >= PHRASE && (is_of_password || ends_with(&LAST));
    // Words with a number and capitals among them name something as well, but under no name of a password.
    let is_mixed = || is_of_password && is_mixed(value);
    if is_random(value) || is_chosen(value) || is_phrase || is_mixed() {
        return None;
    }
    Some("it is a word or a number, such as stand everywhere")
}

/// Letters in both cases and digits.
fn is_mixed(value: &[u8]) -> bool {
    [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit].iter().all(|class| value.iter().any(class))
}

/// Letters with digits or signs among them, or letters that make no words; no name.
fn is_chosen(value: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let is_sign = |byte: &u8| byte.is_ascii_punctuation() && !b"-_./:".contains(byte);
    has(u8::is_ascii_alphabetic)
        && (has(u8::is_ascii_digit) || has(is_sign) || is_gibberish(value))
        && !is_identifier(value)
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that count, as text, with their names.
    fn counting(path: &str, text: &str) -> Vec<String> {
        let read = read(path.as_bytes(), text.as_bytes()).into_iter().filter(|value| value.against().is_none());
        let shown = read.map(|value| format!("{}={}", value.what(), value.secret.expose().to_str_lossy()));
        shown.map(|text| text.replace("the value of ", "")).collect()
    }

    #[test]
    fn reads_each_kind_of_file() {
        for (path, text, wanted) in [
            (".env", "export DB_PASSWORD=kestrel91x # local\n", &["DB_PASSWORD=kestrel91x"][..]),
            (".env", "A_TOKEN=\"Zk9w\\\"Q2vLr7Xt\"\n", &["A_TOKEN=Zk9w\"Q2vLr7Xt"]),
            (".env", "A_TOKEN='Zk9w\\\"Q2vLr7Xt'\n", &["A_TOKEN=Zk9w\\\"Q2vLr7Xt"]),
            (".env", "DATABASE_URL=postgres://app:kestrel91x@db/app\n", &["DATABASE_URL=kestrel91x"]),
            ("secrets.toml", "[a.b]\npassword = \"kestrel91x\"\nhost = \"db.acme.io\"\n", &["password=kestrel91x"]),
            ("profiles.yml", "  password: kestrel91x\n  user: loader\n", &["password=kestrel91x"]),
            ("a.json", "{\"user\": \"loader\", \"password\": \"kestrel91x\"}", &["password=kestrel91x"]),
            (
                "x/.pgpass",
                &["db", "5432", "*", "ada", "kestrel\\:91x\n# a", "b", "c", "d", "kestrel92x\n"].join(":"),
                &["the password of ada=kestrel:91x"],
            ),
            (
                ".aws/credentials",
                "[default]\naws_secret_access_key = Zk9wQ2vLr7XtB2pQm4Yd8\n",
                &["aws_secret_access_key=Zk9wQ2vLr7XtB2pQm4Yd8"],
            ),
            (".netrc", "machine a.io\n  login ada\n  password kestrel91x\n", &["password=kestrel91x"]),
            (".npmrc", "//npm.acme.io/:_authToken=kestrel91x\n", &["_authToken=kestrel91x"]),
            (".pypirc", "[pypi]\nusername = ada\npassword: kestrel91x\n", &["password=kestrel91x"]),
            (".databrickscfg", "[DEFAULT]\ntoken = kestrel91x\n", &["token=kestrel91x"]),
            (
                ".docker/config.json",
                "{\"auths\": {\"a.io\": {\"auth\": \"YWRhOmtlc3RyZWw5MXg=\"}}}",
                &["auth=kestrel91x"],
            ),
            ("a.tfvars", "db_password = \"kestrel91x\"\nregion = \"eu-west-1\"\n", &["db_password=kestrel91x"]),
        ] {
            assert_eq!(counting(path, text), wanted, "{text}");
        }
    }

    #[test]
    fn common_values_do_not_count() {
        for line in [
            "DB_PASSWORD=postgres",
            "DB_PASSWORD=changeme",
            "DB_PASSWORD=short7!",
            "DB_PASSWORD=localdev99",
            "DB_PASSWORD=warehouse",
            "CACHE_KEY=Profile2Page",
            "RELEASE=Copper75Harbor",
            "DB_PASSWORD=12345678",
            "DB_PASSWORD=${OTHER_PASSWORD}",
            "API_KEY=your-api-key-here",
            "AWS_REGION=us-east-1",
            "DB_HOST=localhost",
            "DB_HOST=db-prod-17.internal.acme.io",
            "SNOWFLAKE_ACCOUNT=xy12345.eu-west-1",
            "AZURE_TENANT_ID=72f988bf-86f1-41af-91ab-2d7cd011db47",
            "APP_URL=https://app.acme.io/login",
            "GOOGLE_APPLICATION_CREDENTIALS=/home/ada/keys/sa.json",
            "SECRET_NAME=prod/analytics/warehouse-loader",
            "OWNER=ada.lovelace@acme.io",
        ] {
            assert_eq!(counting(".env", line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn what_somebody_chose_counts() {
        for (line, value) in [
            ("SNOWFLAKE_PASSWORD=Tr0ub4dor&3", "Tr0ub4dor&3"),
            ("SNOWFLAKE_PASSWORD=Sup3rSecret-Analytics-2024", "Sup3rSecret-Analytics-2024"),
            ("DB_PASSWORD=Copper75Harbor", "Copper75Harbor"),
            ("DB_PASSWORD=Kiesel4Tannen", "Kiesel4Tannen"),
            ("DB_PASSWORD=Blue-Kettle-77", "Blue-Kettle-77"),
            ("DB_PASSWORD=orange kayak lantern", "orange kayak lantern"),
            ("DB_PASSWORD=orange-kayak-lantern", "orange-kayak-lantern"),
            ("ACME_API_KEY=9f1c7e5ab02d46881c3e9f1c", "9f1c7e5ab02d46881c3e9f1c"),
            ("ACME_THING=Zk9wQ2vLr7XtB2pQm4Yd8", "Zk9wQ2vLr7XtB2pQm4Yd8"),
            ("STORAGE=Server=db;Password=kestrel91x;Timeout=5", "kestrel91x"),
            ("SENTRY_DSN=https://9f1c7e5ab02d46881c3e9f1c7e5ab02d@o1.ingest.io/2", "9f1c7e5ab02d46881c3e9f1c7e5ab02d"),
        ] {
            assert!(counting(".env", line).iter().any(|found| found.ends_with(&format!("={value}"))), "{line}");
        }
    }
}
