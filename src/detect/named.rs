//! Named values: whether what stands beside a telling name is a secret.
//!
//! Never: patterns of formats.

use std::{
    cell::OnceCell,
    collections::{HashMap, hash_map::Entry},
    ops::Range,
};

use gix::bstr::ByteSlice;

use super::{
    context::{
        assignment::{Assignment, Line, MAX_NAME, MAX_VALUE, says, words},
        file::FileKind,
        name::may_name_a_secret,
        placeholder::is_placeholder,
        randomness::{bits, is_random},
        reference::is_reference,
    },
    harmless::is_harmless,
};
use crate::rules::{Text, ValueShape};

/// How far before the name a provider's word may stand, in bytes.
const NEAR: usize = 100;
/// How much of a long line is read at a time, and how far before that a name may begin: tags hold several attributes.
const BLOCK: usize = 512;
const MARGIN: usize = 320;

/// How public values begin that are no provider's: keys, digests, addresses, encoded documents.
const PUBLIC: &str = "
    ssh- ecdsa- sha256- sha512- sha1- sha384- sha256: SHA256:
    h1: data: http:// https:// -----BEGIN PUB -----BEGIN CERT iVBORw0KGgo /9j/ R0lGOD PHN2Zy H4sI AGFzbQ JVBERi
";

/// The named values of one text, each part of a line read once however many keywords stand on it.
pub struct NamedValues<'a> {
    text: &'a [u8],
    file: FileKind,
    /// The offsets at which lines begin; found when first asked for.
    lines: OnceCell<Vec<usize>>,
    /// By where the part begins, in order of name.
    read: HashMap<usize, Vec<Assignment>>,
}

/// A part of a line: all of it, but for long ones. Counted from the start of the line, so that what is found on a line does
/// not depend on what stands before it.
struct Part {
    /// Where the sign of an assignment may stand.
    signs: Range<usize>,
    /// Where its name may begin.
    from: usize,
    /// Where its value ends at last.
    until: usize,
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
        Self { text, file, lines: OnceCell::new(), read: HashMap::new() }
    }

    /// The values round a keyword at `hit` that are as `wanted`.
    pub fn find(&mut self, hit: &Range<usize>, wanted: Wanted<'_>) -> Vec<Range<usize>> {
        let general = !matches!(wanted.value, ValueShape::Pattern(_));
        if general && !self.file.general {
            return Vec::new();
        }
        // A provider's word may stand before the name; any other keyword is a part of it.
        let names = if wanted.near.is_empty() {
            hit.end.saturating_sub(MAX_NAME)..hit.start + 1
        } else {
            hit.start.saturating_sub(MAX_NAME)..hit.end + NEAR
        };
        let (text, file) = (self.text, self.file);
        let mut found = Vec::new();
        for part in self.parts(hit.start, names.end + MARGIN) {
            let assignments = self.assignments(&part);
            let first = assignments.partition_point(|assignment| assignment.name.start < names.start);
            let near = assignments[first..].iter().take_while(|assignment| assignment.name.start < names.end);
            let wanted = near.filter(|assignment| is_wanted(text, file, assignment, wanted));
            found.extend(wanted.map(|assignment| assignment.value.clone()));
        }
        found
    }

    /// Whether every value is empty, a reference or a placeholder, and nothing stands beside them.
    pub fn are_placeholders(&mut self) -> bool {
        let text = self.text;
        let starts = self.lines().to_vec();
        starts.iter().enumerate().all(|(number, &start)| {
            let end = starts.get(number + 1).map_or(text.len(), |next| next - 1);
            let line = text[start..end].trim_ascii();
            let is_frame = line.iter().all(u8::is_ascii_punctuation)
                || line.starts_with(b"#")
                || (line.starts_with(b"[") && line.ends_with(b"]"));
            is_frame || self.has_placeholders_only(start, end)
        })
    }

    /// Whether a line assigns, and nothing that is a value.
    fn has_placeholders_only(&mut self, start: usize, end: usize) -> bool {
        let text = self.text;
        let mut assigns = false;
        for part in self.parts(start, end) {
            for assignment in self.assignments(&part) {
                let value = &text[assignment.value.clone()];
                if !is_reference(value, true) && !is_placeholder(value) {
                    return false;
                }
                assigns = true;
            }
        }
        assigns
    }

    fn assignments(&mut self, part: &Part) -> &[Assignment] {
        match self.read.entry(part.signs.start) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let line = Line::new(&self.text[..part.until], part.from, self.file.syntax);
                let mut read = line.assignments(part.signs.clone());
                read.sort_by_key(|assignment| assignment.name.start);
                new.insert(read)
            }
        }
    }

    /// The parts in which the sign of an assignment may stand whose name or keyword is between `from` and `to`.
    fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        let lines = self.lines();
        let mut number = lines.partition_point(|&start| start <= from) - 1;
        let mut parts = Vec::new();
        while let Some(&start) = lines.get(number).filter(|&&start| start <= to) {
            let end = lines.get(number + 1).map_or(self.text.len(), |next| next - 1);
            let first = from.saturating_sub(MARGIN).saturating_sub(start) / BLOCK;
            let last = (to.min(end) - start) / BLOCK;
            parts.extend((first..=last).map(|block| {
                let signs = start + block * BLOCK..(start + (block + 1) * BLOCK).min(end);
                Part {
                    from: signs.start.saturating_sub(MARGIN).max(start),
                    until: (signs.end + MAX_VALUE).min(end),
                    signs,
                }
            }));
            number += 1;
        }
        parts
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let after_newlines = self.text.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(after_newlines).collect()
        })
    }
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
    may_name_a_secret(&name)
        && !is_public(value)
        && !is_path(value)
        && !is_reference(value, assignment.quoted)
        && !is_placeholder(value)
        && !encodes_no_secret(value)
        && !repeats_its_name(&text[assignment.name.clone()], value)
        && (shape(value) || (file.secrets && is_password(value)))
        && !is_harmless(value)
}

fn is_public(value: &[u8]) -> bool {
    PUBLIC.split_whitespace().any(|prefix| value.starts_with(prefix.as_bytes()))
}

/// Base64 begins with a slash, too.
fn is_path(value: &[u8]) -> bool {
    ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start.as_bytes())) && !is_random(value)
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

/// A value that a person might choose as a password: letters with digits or signs among them, no sentence, no identifier.
fn is_password(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs =
        value.iter().filter(|byte| byte.is_ascii_graphic() && !b"-_./: ".contains(byte)).count() - letters - digits;
    (6..=128).contains(&value.len())
        && value.iter().all(|&byte| byte.is_ascii_graphic() || !byte.is_ascii())
        && letters > 0
        && (is_random(value) || (digits > 0 || signs > 0) && !is_identifier(value))
        && !is_code(value)
}

/// `name_2`, `some.dotted.name`, `kebab-case`, `CamelCase`, `getValue1`.
fn is_identifier(value: &[u8]) -> bool {
    let words = words(value);
    // `Win32_System`, but not `goose42`.
    let digits = if words.len() > 1 { 2 } else { 1 };
    value.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
        // Case that changes all the time makes no words.
        && value.len() >= 4 * words.len()
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
    MARKS.iter().any(|mark| value.contains_str(mark))
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
