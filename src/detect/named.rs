//! Named values: whether what stands beside a telling name is a secret.
//!
//! Never: patterns of formats.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use gix::bstr::ByteSlice;

use super::{
    context::{
        assignment::{Assignment, MAX_NAME, MAX_VALUE, Reader},
        chosen::{is_chosen_number, is_chosen_word, is_expression, is_long_word, is_password, repeats_its_name},
        file::{FileKind, Syntax},
        name::{may_name_a_secret, says, words},
        placeholder::{is_made_of_sample_words, is_placeholder},
        randomness::{bits, is_random},
        reference::{encodes_no_secret, is_path, is_public, is_reference},
    },
    harmless::is_harmless,
};
use crate::rules::{Text, ValueShape};

/// How far before the name a provider's word may stand, in bytes.
const NEAR: usize = 100;
/// How much of a long line is read at a time, and how far before that a name may begin: tags hold several attributes.
const BLOCK: usize = 512;
const MARGIN: usize = 320;
/// A longer value is no secret without a format of its own.
const MAX_SECRET: usize = 1024;

/// The named values of one text, each part of a line read once however many keywords stand on it.
pub struct NamedValues<'a> {
    text: &'a [u8],
    file: FileKind,
    /// The offsets at which lines begin; found when first asked for.
    lines: OnceCell<Vec<usize>>,
    /// By where the part begins, in order of name.
    read: BTreeMap<usize, Vec<Named>>,
}

/// An assignment, and the words of its name.
struct Named {
    assignment: Assignment,
    words: Vec<String>,
}

/// A part of a line: all of it, but for long ones. Counted from the start of the line, so that what is found on a line does
/// not depend on what stands before it.
struct Part {
    line: usize,
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

/// A named value that is as wanted.
pub struct Found {
    /// Where it stands.
    pub span: Range<usize>,
    /// The value, where it is not the bytes of its place.
    pub text: Option<Vec<u8>>,
}

impl<'a> NamedValues<'a> {
    /// The named values of `text`, which is of the kind `file`.
    pub fn new(text: &'a [u8], file: FileKind) -> Self {
        Self { text, file, lines: OnceCell::new(), read: BTreeMap::new() }
    }

    /// The values round keywords at `hits`, which are sorted, that are as `wanted`; each once.
    pub fn find(&mut self, hits: impl Iterator<Item = Range<usize>>, wanted: Wanted<'_>) -> Vec<Found> {
        let general = !matches!(wanted.value, ValueShape::Pattern(_));
        let mut found = Vec::new();
        if general && !self.file.general {
            return found;
        }
        let (text, file) = (self.text, self.file);
        for names in ranges_of_names(hits, !wanted.near.is_empty()) {
            for part in self.parts(names.start, names.end + MARGIN) {
                let values = self.values(&part);
                let first = values.partition_point(|named| named.assignment.name.start < names.start);
                let near = values[first..].iter().take_while(|named| named.assignment.name.start < names.end);
                found.extend(
                    near.filter(|named| is_wanted(text, file, named, wanted)).map(|named| Found {
                        span: named.assignment.value.clone(),
                        text: named.assignment.text.clone(),
                    }),
                );
            }
        }
        found
    }

    /// Every named value, in order of the parts of lines that they stand in.
    pub fn all(&mut self) -> impl Iterator<Item = Assignment> {
        let parts = self.parts(0, self.text.len());
        parts
            .into_iter()
            .flat_map(|part| self.values(&part).iter().map(|named| named.assignment.clone()).collect::<Vec<_>>())
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
            for Named { assignment, .. } in self.values(&part) {
                let value = assignment.value_in(text);
                if !is_reference(value, true) && !is_placeholder(value) {
                    return false;
                }
                // Two words on a line may be anything; a sign between them says that the one is the other's value.
                let between = text.get(assignment.name.end..assignment.value.start).unwrap_or_default();
                assigns |= assignment.is_password || between.iter().any(|byte| b"=:".contains(byte));
            }
        }
        assigns
    }

    fn values(&mut self, part: &Part) -> &[Named] {
        match self.read.entry(part.signs.start) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let reader = Reader::new(self.text, part.line, part.from..part.until, self.file.syntax);
                let assignments = reader.assignments(part.signs.clone());
                let mut read: Vec<_> = assignments
                    .into_iter()
                    .map(|assignment| Named { words: words(&self.text[assignment.name.clone()]), assignment })
                    .collect();
                read.sort_by_key(|named| named.assignment.name.start);
                new.insert(read)
            }
        }
    }

    /// The parts in which the sign of an assignment may stand whose name or keyword is between `from` and `to`.
    fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        let lines = self.lines();
        let mut number = lines.partition_point(|&start| start <= from) - 1;
        let mut parts = Vec::new();
        while let Some(&line) = lines.get(number).filter(|&&start| start <= to) {
            let end = lines.get(number + 1).map_or(self.text.len(), |next| next - 1);
            let first = from.saturating_sub(MARGIN).saturating_sub(line) / BLOCK;
            let last = (to.min(end) - line) / BLOCK;
            parts.extend((first..=last).map(|block| {
                let signs = line + block * BLOCK..(line + (block + 1) * BLOCK).min(end);
                Part {
                    line,
                    from: signs.start.saturating_sub(MARGIN).max(line),
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
            let after_newlines = self.text.find_iter(b"\n").map(|at| at + 1);
            std::iter::once(0).chain(after_newlines).collect()
        })
    }
}

/// Where a name may begin that has a keyword at one of `hits` in it, or behind it if the keyword may be a provider's word.
/// Neighbours are joined, so that many keywords are looked at as one.
fn ranges_of_names(hits: impl Iterator<Item = Range<usize>>, near: bool) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for hit in hits {
        let range = if near {
            hit.start.saturating_sub(MAX_NAME)..hit.end + NEAR
        } else {
            // The keyword may begin with the quote or the dot before the name.
            hit.end.saturating_sub(MAX_NAME)..hit.start + 2
        };
        match ranges.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    ranges
}

fn is_wanted(text: &[u8], file: FileKind, named: &Named, wanted: Wanted<'_>) -> bool {
    let Named { assignment, words } = named;
    let is_named =
        wanted.names.iter().any(|known| says(words, known) || (assignment.is_password && known == "password"));
    if !is_named || !is_near(text, assignment, wanted.near) {
        return false;
    }
    let value = assignment.value_in(text);
    let shape: fn(&[u8]) -> bool = match wanted.value {
        ValueShape::Pattern(_) => return true,
        ValueShape::Random => is_random,
        ValueShape::Password => is_password,
    };
    let name = &text[assignment.name.clone()];
    let may_be_word = matches!(wanted.value, ValueShape::Password);
    let is_chosen = |value: &[u8]| {
        is_chosen_word(value)
            && (assignment.is_password
                || is_setting(file, assignment, name)
                || is_beside_a_user(text, file, assignment))
            || is_chosen_number(value) && (assignment.quoted || is_setting(file, assignment, name))
    };
    let in_path = assignment.name.start > 0 && text[assignment.name.start - 1] == b'/';
    value.len() <= MAX_SECRET
        && (assignment.is_password || may_name_a_secret(words) && !in_path)
        && (shape(value)
            || file.secrets && is_password(value)
            || file.secrets && may_be_word && is_long_word(value)
            || may_be_word && is_chosen(value))
        && !is_public(value)
        && !is_path(value)
        && !is_reference(value, assignment.quoted)
        && !is_placeholder(value)
        && !is_made_of_sample_words(value)
        && (value.len() >= 40 || !is_expression(value))
        && !encodes_no_secret(value)
        && (assignment.is_password || !repeats_its_name(name, value))
        && !is_harmless(value)
}

/// `DB_PASSWORD=value` in a file of settings: nobody writes a word there that is none.
fn is_setting(file: FileKind, assignment: &Assignment, name: &[u8]) -> bool {
    matches!(file.syntax, Syntax::Lines | Syntax::Shell | Syntax::Yaml)
        && !assignment.quoted
        && name.contains(&b'_')
        && !name.iter().any(u8::is_ascii_lowercase)
}

/// Whether a user or a host is named beside the value: what stands there is a login, and not the words of a form.
fn is_beside_a_user(text: &[u8], file: FileKind, assignment: &Assignment) -> bool {
    const LINES: usize = 4;
    const WIDE: usize = 320;
    let place = assignment.value.start;
    let first = place.saturating_sub(WIDE);
    let above = text[first..place].rfind_iter("\n").nth(LINES).map_or(first, |newline| first + newline + 1);
    let last = text.len().min(assignment.value.end + WIDE);
    let below = text[assignment.value.end..last].find_iter("\n").nth(LINES);
    let end = below.map_or(last, |newline| assignment.value.end + newline);
    let mut start = above;
    text[above..end].split(|&byte| byte == b'\n').any(|line| {
        let range = start..start + line.len();
        start += line.len() + 1;
        let read = Reader::new(text, range.start, range.clone(), file.syntax).assignments(range);
        read.iter().any(|other| {
            let (name, value) = (&text[other.name.clone()], other.value_in(text));
            let said = words(name);
            let names_one = said.last().is_some_and(|word| WHO.contains(&word.as_str()));
            let is_value = (1..=64).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
            names_one
                && is_value
                && other.name != assignment.name
                && value != assignment.value_in(text)
                && !is_reference(value, other.quoted)
                && !is_placeholder_of_name(value)
                && !repeats_its_name(name, value)
        })
    })
}

/// The last words of names that say who logs in, or where.
const WHO: [&str; 16] = [
    "account", "database", "db", "dbname", "email", "host", "hostname", "login", "port", "server", "sid", "uid",
    "uname", "user", "userid", "username",
];

/// `your_name`, `<user>`: a form to fill in.
fn is_placeholder_of_name(value: &[u8]) -> bool {
    value.contains_str("your") || value.contains_str("example") && !value.contains(&b'@') || value.contains(&b'<')
}

fn is_near(text: &[u8], assignment: &Assignment, near: &[Text]) -> bool {
    let around = &text[assignment.name.start.saturating_sub(NEAR)..assignment.name.end];
    near.is_empty()
        || near.iter().any(|word| around.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

/// How many bits a guesser of a named value would have to guess: those of a machine's value, or few of a person's.
pub fn guessable_bits(value: &[u8]) -> u16 {
    if is_random(value) { bits(value) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The passwords that are found in a text of the name `path`.
    fn passwords(path: &str, text: &str) -> Vec<String> {
        let names = [Text::Borrowed("password"), Text::Borrowed("pass")];
        let wanted = Wanted { names: &names, near: &[], value: &ValueShape::Password };
        let hits = text.to_ascii_lowercase();
        let hits: Vec<_> = hits.match_indices("pass").map(|(at, word)| at..at + word.len()).collect();
        let mut values = NamedValues::new(text.as_bytes(), FileKind::read(path.as_bytes(), text.as_bytes()));
        let shown = |found: Found| {
            String::from_utf8_lossy(found.text.as_deref().unwrap_or(&text.as_bytes()[found.span])).into_owned()
        };
        values.find(hits.into_iter(), wanted).into_iter().map(shown).collect()
    }

    #[test]
    fn a_word_is_a_password_where_a_login_or_a_setting_says_so() {
        for (path, text, wanted) in [
            ("a.py", "login(user='joe', password='marigold')", &["marigold"][..]),
            ("a.php", "$user = 'joe';\n$password = 'marigold';", &["marigold"]),
            ("a.ini", "[db]\nhost = h1\npassword = marigold", &["marigold"]),
            ("a.conf", "REACT_PASS=marigold", &["marigold"]),
            ("a.yml", "DB_PASSWORD: marigold", &["marigold"]),
            ("a.py", "password = 'marigold'", &[]),
            ("a.json", "{\"username\": \"Username\", \"password\": \"Marigold\"}", &[]),
            ("a.txt", "a.username: attribute\na.password: attribute", &[]),
            ("a.py", "login(user='joe', password='password')", &[]),
            ("a.py", "field(user='joe', password='required')", &[]),
            ("a.py", "login(user=user, password='marigold')", &[]),
            ("a.py", "password = 'ResetPassword'\nuser = 'joe'", &[]),
            ("a.py", "PASSWORD_ACTION = 'marigold'", &[]),
        ] {
            assert_eq!(passwords(path, text), wanted, "{path}: {text}");
        }
    }

    #[test]
    fn digits_are_a_password_where_they_are_no_count() {
        for (path, text, wanted) in [
            ("a.py", "password = '19870423'", &["19870423"][..]),
            ("a.py", "password = '12345678'", &[]),
            ("a.py", "password_timeout = '19870423'", &[]),
            ("a.yml", "password: 19870423", &[]),
            ("a.env", "DB_PASSWORD=19870423", &["19870423"]),
        ] {
            assert_eq!(passwords(path, text), wanted, "{path}: {text}");
        }
    }
}
