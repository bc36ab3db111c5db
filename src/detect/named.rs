//! Named values: whether what stands beside a telling name is a secret.
//!
//! Never: patterns of formats.

use std::{
    collections::{HashMap, hash_map::Entry},
    ops::Range,
};

use super::context::{
    assignment::{Assignment, MAX_NAME, assignments, says, words},
    file::FileKind,
    placeholder::is_placeholder,
    randomness::{bits, is_random},
    reference::is_reference,
};
use crate::rules::{Text, ValueShape};

/// How far before the name a provider's word may stand, in bytes.
const NEAR: usize = 100;
/// How much of a long line is read at a time, and how far beyond that at both ends.
const BLOCK: usize = 512;
const MARGIN: usize = 320;

/// A name that ends in one of these is not the name of the secret itself but of something about it.
const ABOUT: &[&str] = &[
    "file",
    "files",
    "filename",
    "path",
    "paths",
    "dir",
    "url",
    "uri",
    "urls",
    "endpoint",
    "host",
    "port",
    "name",
    "names",
    "id",
    "ids",
    "arn",
    "ref",
    "type",
    "types",
    "length",
    "len",
    "size",
    "hash",
    "regex",
    "regexp",
    "pattern",
    "placeholder",
    "header",
    "headers",
    "field",
    "fields",
    "prefix",
    "suffix",
    "label",
    "title",
    "hint",
    "help",
    "message",
    "msg",
    "error",
    "errors",
    "text",
    "description",
    "desc",
    "policy",
    "expiry",
    "expires",
    "expiration",
    "ttl",
    "timeout",
    "count",
    "max",
    "min",
    "limit",
    "format",
    "algorithm",
    "alg",
    "version",
    "env",
    "var",
    "variable",
    "index",
    "position",
    "offset",
    "kind",
    "class",
    "scope",
    "scopes",
    "provider",
    "manager",
    "service",
    "store",
    "method",
    "mode",
    "strategy",
    "page",
    "link",
    "column",
    "parameter",
    "param",
    "attr",
    "attribute",
    "option",
    "input",
    "form",
    "selector",
    "management",
    "settings",
    "config",
    "model",
    "view",
    "handler",
    "validator",
    "generator",
    "icon",
    "color",
    "locale",
    "status",
    "state",
    "date",
    "time",
    "at",
    "by",
    "usage",
    "example",
    "template",
    "schema",
    "source",
    "sum",
    "checksum",
    "rev",
    "rule",
    "rules",
    "regexes",
    "location",
    "alias",
    "identifier",
    "username",
    "user",
    "email",
    "address",
    "domain",
    "region",
    "enabled",
    "required",
    "flag",
];

/// A name with one of these words speaks of public or derived material.
const HARMLESS: &[&str] = &[
    "public",
    "publishable",
    "pub",
    "hash",
    "hashed",
    "checksum",
    "digest",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "integrity",
    "etag",
    "fingerprint",
    "commit",
    "revision",
    "nonce",
    "csrf",
    "xsrf",
    "thumbprint",
    "idempotency",
    "continuation",
    "pagination",
    "page",
    "cursor",
    "encrypted",
    "ciphertext",
    "cache",
    "uuid",
    "guid",
    "primary",
    "foreign",
    "partition",
    "sort",
];

/// Prefixes of values that are public by design.
const PUBLIC: &[&[u8]] = &[
    b"pk_live_",
    b"pk_test_",
    b"sb_publishable_",
    b"phc_",
    b"ssh-",
    b"ecdsa-",
    b"age1",
    b"pk.eyJ",
    b"sha256-",
    b"sha512-",
    b"sha1-",
    b"sha384-",
    b"sha256:",
    b"SHA256:",
    b"h1:",
    b"data:",
    b"http://",
    b"https://",
    b"/",
    b"./",
    b"../",
    b"~/",
    b"-----BEGIN PUB",
    b"-----BEGIN CERT",
    b"iVBORw0KGgo",
    b"/9j/",
    b"R0lGOD",
    b"PHN2Zy",
    b"H4sI",
    b"AGFzbQ",
    b"JVBERi",
];

/// The named values of one text, in order of name, each line read once however many keywords stand on it.
pub struct NamedValues<'a> {
    text: &'a [u8],
    file: FileKind,
    read: HashMap<usize, Vec<Assignment>>,
}

/// What an assignment rule asks of a named value.
#[derive(Clone, Copy)]
pub struct Wanted<'r> {
    /// One of these must be in the name.
    pub names: &'r [Text],
    /// One of these must be in the name or shortly before it, if there are any.
    pub near: &'r [Text],
    /// What the value must look like; of [`ValueShape::Pattern`] the caller matches the pattern itself.
    pub value: &'r ValueShape,
}

impl<'a> NamedValues<'a> {
    /// The named values of `text`, which is of the kind `file`.
    pub fn new(text: &'a [u8], file: FileKind) -> Self {
        Self { text, file, read: HashMap::new() }
    }

    /// The values round a keyword at `hit` that are as `wanted`.
    pub fn find(&mut self, hit: &Range<usize>, wanted: Wanted<'_>) -> Vec<Range<usize>> {
        let general = !matches!(wanted.value, ValueShape::Pattern(_));
        if general && !self.file.general {
            return Vec::new();
        }
        // A provider's word may stand before the name; any other keyword is a part of it.
        let (names, last) = if wanted.near.is_empty() {
            (hit.end.saturating_sub(MAX_NAME)..hit.start + 1, hit.start)
        } else {
            let behind = hit.end + NEAR;
            (hit.start.saturating_sub(BLOCK)..behind, behind.min(self.text.len().saturating_sub(1)))
        };
        let mut found = Vec::new();
        let mut at = hit.start;
        loop {
            let window = self.window(at);
            let (text, file) = (self.text, self.file);
            let assignments = self.assignments(&window);
            let first = assignments.partition_point(|assignment| assignment.name.start < names.start);
            found.extend(
                assignments[first..]
                    .iter()
                    .take_while(|assignment| assignment.name.start < names.end)
                    .filter(|assignment| is_wanted(text, file, assignment, wanted))
                    .map(|assignment| assignment.value.clone()),
            );
            if window.end >= last {
                return found;
            }
            at = window.end + 1;
        }
    }

    fn assignments(&mut self, window: &Range<usize>) -> &[Assignment] {
        match self.read.entry(window.start) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let mut read = assignments(self.text, window, self.file.syntax);
                read.sort_by_key(|assignment| assignment.name.start);
                new.insert(read)
            }
        }
    }

    /// The line at `at`, or of a long line the blocks around it.
    fn window(&self, at: usize) -> Range<usize> {
        let block = at - at % BLOCK;
        let earliest = block.saturating_sub(MARGIN);
        let latest = (block + BLOCK + MARGIN).min(self.text.len());
        let start =
            self.text[earliest..at].iter().rposition(|&byte| byte == b'\n').map_or(earliest, |n| earliest + n + 1);
        let end = self.text[at..latest].iter().position(|&byte| byte == b'\n').map_or(latest, |n| at + n);
        start..end
    }
}

/// Whether every value in a file whose path is denied is empty, a reference or a placeholder.
pub fn holds_only_placeholders(text: &[u8], file: FileKind) -> bool {
    let mut values = 0;
    let real = text.split(|&byte| byte == b'\n').any(|line| {
        if line.trim_ascii_start().starts_with(b"#") {
            return false;
        }
        assignments(line, &(0..line.len()), file.syntax).iter().any(|assignment| {
            values += 1;
            let value = &line[assignment.value.clone()];
            !is_reference(value, true) && !is_placeholder(value)
        })
    });
    let assigns = values > 0
        || text.split(|&byte| byte == b'\n').all(|line| {
            let line = line.trim_ascii();
            line.is_empty() || line.starts_with(b"#") || line.ends_with(b"=") || line.ends_with(b"=\"\"")
        });
    !real && assigns
}

fn is_wanted(text: &[u8], file: FileKind, assignment: &Assignment, wanted: Wanted<'_>) -> bool {
    let name = words(&text[assignment.name.clone()]);
    if !wanted.names.iter().any(|known| says(&name, known)) || !is_near(text, assignment, wanted.near) {
        return false;
    }
    let value = &text[assignment.value.clone()];
    let shape: fn(&[u8]) -> bool = match wanted.value {
        ValueShape::Pattern(_) => return true,
        ValueShape::Random => is_random,
        ValueShape::Password => is_password,
    };
    is_about_the_secret(&name)
        && !PUBLIC.iter().any(|prefix| value.starts_with(prefix))
        && !is_reference(value, assignment.quoted)
        && !is_placeholder(value)
        && !encodes_no_secret(value)
        && !repeats_its_name(&text[assignment.name.clone()], value)
        && (shape(value) || (file.secrets && is_password(value)))
}

/// Base64 of a text that is a reference or a placeholder, as in a Kubernetes Secret of a template.
fn encodes_no_secret(value: &[u8]) -> bool {
    let decoded = data_encoding::BASE64.decode(value).or_else(|_| data_encoding::BASE64_NOPAD.decode(value));
    decoded.is_ok_and(|text| {
        let is_text = text.len() >= 6 && text.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        is_text && (is_reference(text.trim_ascii(), true) || is_placeholder(text.trim_ascii()))
    })
}

fn is_near(text: &[u8], assignment: &Assignment, near: &[Text]) -> bool {
    let around = &text[assignment.name.start.saturating_sub(NEAR)..assignment.name.end];
    near.is_empty()
        || near.iter().any(|word| around.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

fn is_about_the_secret(name: &[String]) -> bool {
    let about = name.last().is_some_and(|last| ABOUT.contains(&last.as_str()));
    !about && !name.iter().any(|word| HARMLESS.contains(&word.as_str()))
}

/// A value that a person might choose as a password: letters with digits or signs among them, no sentence, no identifier.
fn is_password(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs =
        value.iter().filter(|byte| byte.is_ascii_graphic() && !b"-_./: ".contains(byte)).count() - letters - digits;
    (6..=128).contains(&value.len())
        && value.iter().all(|&byte| byte.is_ascii_graphic() || !byte.is_ascii())
        && letters > 0
        && (digits > 0 || signs > 0)
        && (is_random(value) || !is_identifier(value))
        && !is_code(value)
}

/// `name_2`, `some.dotted.name`, `kebab-case`, `CamelCase`, `getValue1`.
fn is_identifier(value: &[u8]) -> bool {
    let words = words(value);
    // `Win32_System`, but not `goose42`.
    let digits = if words.len() > 1 { 2 } else { 1 };
    value.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
        && words.iter().all(|word| {
            let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let rest = &word[letters..];
            rest.len() <= digits && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Regular expressions, calls, markup and sentences' ends.
fn is_code(value: &[u8]) -> bool {
    const MARKS: [&[u8]; 18] = [
        b"\\d", b"\\w", b"\\s", b"[a-z", b"[A-Z", b"[0-9", b"[^", b"(?", b".*", b".+", b"()", b"=>", b"</", b"/>",
        b"\\n", b"&&", b"||", b"==",
    ];
    MARKS.iter().any(|mark| value.windows(mark.len()).any(|part| part == *mark))
        || value.last().is_some_and(|last| b":?,".contains(last))
        || value.first().is_some_and(|first| b"(,;:=)]}&|".contains(first))
        || value.iter().filter(|byte| b"(){}[]<>|;,\"'".contains(byte)).count() > 3
}

/// `password = "Password1"`, `api_key: ApiKey`: the value says what the name says.
fn repeats_its_name(name: &[u8], value: &[u8]) -> bool {
    let squash = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect()
    };
    let (name, value) = (squash(name), squash(value));
    value.len() >= 3
        && (name.ends_with(&value)
            || name.len() >= 5 && value.starts_with(&name)
            || value.ends_with(&name) && name.len() >= 5)
}

/// How many bits a guesser of a named value would have to guess: those of a machine's value, or few of a person's.
pub fn guessable_bits(value: &[u8]) -> u16 {
    if is_random(value) { bits(value) } else { 0 }
}
