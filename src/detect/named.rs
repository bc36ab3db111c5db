//! Named values: whether what stands beside a telling name is a secret.
//!
//! Never: patterns of formats.

#[cfg(test)]
mod tests;

use std::{
    cell::{Cell, OnceCell},
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use super::{
    context::{
        assignment::{Assignment, MAX_NAME, MAX_VALUE, Reader, may_look_above},
        file::FileKind,
        find::places,
        name::{may_name_a_secret, read_words, says},
        objection::{NamedValue, Objection},
        placeholder::is_placeholder,
        randomness::{bits, is_random},
        reference::is_reference,
    },
    decode::unescaped,
    harmless::is_harmless,
};
use crate::rules::{Text, ValueShape};

/// How far before the name a provider's word may stand, in bytes.
const NEAR: usize = 100;
/// How much of a long line is read at a time, and how far before that a name may begin: tags hold several attributes.
const BLOCK: usize = 512;
const MARGIN: usize = 320;

/// The named values of one text, each part of a line read once however many keywords stand on it.
pub struct NamedValues<'a> {
    text: &'a [u8],
    file: FileKind,
    /// The line that was asked for last: on a long one many keywords stand.
    line: Cell<Option<Range<usize>>>,
    /// By where the part begins, in order of name.
    read: BTreeMap<usize, Vec<Named>>,
    /// Every line near a keyword is read, so that tests can see whether passing some over keeps a match out.
    #[cfg(test)]
    pub spares_nothing: bool,
}

/// An assignment, and the letters of its name.
struct Named {
    assignment: Assignment,
    letters: u32,
}

/// The words of the name that was asked for last: in long texts names are many, few different ones, and kept for none.
#[derive(Default)]
struct Spoken<'a> {
    name: &'a [u8],
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

/// A named value that is none.
pub struct Refused {
    /// Where it stands.
    pub span: Range<usize>,
    /// What speaks most against it.
    pub objection: Objection,
}

impl<'a> NamedValues<'a> {
    /// The named values of `text`, which is of the kind `file`.
    pub fn new(text: &'a [u8], file: FileKind) -> Self {
        Self {
            text,
            file,
            line: Cell::new(None),
            read: BTreeMap::new(),
            #[cfg(test)]
            spares_nothing: false,
        }
    }

    /// The values round keywords at `hits`, which are sorted, that are as `wanted`; each once. The others under a wanted name
    /// are `refused`, if anyone asks for them.
    pub fn find(
        &mut self,
        hits: impl Iterator<Item = Range<usize>>,
        wanted: Wanted<'_>,
        mut refused: Option<&mut Vec<Refused>>,
    ) -> Vec<Found> {
        let general = !matches!(wanted.value, ValueShape::Pattern(_));
        let mut found = Vec::new();
        if general && !self.file.general {
            return found;
        }
        let (text, file) = (self.text, self.file);
        let is_workflow = OnceCell::new();
        let mut spoken = Spoken::default();
        let letters_of_names: Vec<u32> = wanted.names.iter().map(|name| letters(name.as_bytes())).collect();
        for names in ranges_of_names(hits, !wanted.near.is_empty()) {
            for part in self.parts(names.start, names.end + MARGIN) {
                // On a line below the names only what looks for its name above can have one of them.
                if part.line >= names.end && !self.may_look_above(&part) {
                    continue;
                }
                let values = self.values(&part);
                let first = values.partition_point(|named| named.assignment.name.start < names.start);
                let near = values[first..].iter().take_while(|named| named.assignment.name.start < names.end);
                for named in near {
                    if !is_meant(text, named, wanted, &letters_of_names, &mut spoken) {
                        continue;
                    }
                    let value = &named.assignment;
                    let words = spoken.words(&text[value.name.clone()]);
                    let may_be_chosen = matches!(wanted.value, ValueShape::Password);
                    let weighed =
                        NamedValue { text, is_workflow: &is_workflow, assignment: value, words, file, may_be_chosen };
                    if counts(&weighed, wanted) {
                        found.push(Found { span: value.value.clone(), text: value.text.clone() });
                    } else if let Some(refused) = refused.as_deref_mut() {
                        let objection = weighed.objection().unwrap_or(Objection::Public);
                        refused.push(Refused { span: value.value.clone(), objection });
                    }
                }
            }
        }
        found
    }

    fn may_look_above(&self, part: &Part) -> bool {
        #[cfg(test)]
        if self.spares_nothing {
            return true;
        }
        may_look_above(&self.text[part.from..part.signs.end])
    }

    /// Every named value, in order of the parts of lines that they stand in.
    pub fn all(&self) -> impl Iterator<Item = Assignment> {
        self.parts(0, self.text.len()).into_iter().flat_map(|part| read(self.text, self.file, &part))
    }

    /// Where what a telling name is set to stands, whatever it is, unless it is empty or a reference.
    pub fn telling(&self) -> impl Iterator<Item = Range<usize>> {
        let mut spoken = Spoken::default();
        let counts = move |it: &Assignment| {
            let value = it.value_in(self.text);
            let mut tells = || may_name_a_secret(spoken.words(&self.text[it.name.clone()]));
            !value.is_empty() && (it.is_password || tells()) && !is_reference(value, it.quoted)
        };
        self.all().filter(counts).map(|it| it.value)
    }

    /// Whether every value is empty, a reference or a placeholder, and nothing stands beside them.
    pub fn are_placeholders(&mut self) -> bool {
        let text = self.text;
        let mut next = 0;
        text.split(|&byte| byte == b'\n').all(|line| {
            let (start, end) = (next, next + line.len());
            next = end + 1;
            let line = line.trim_ascii();
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
                let mut read: Vec<_> = read(self.text, self.file, part)
                    .into_iter()
                    .map(|assignment| Named { letters: letters(&self.text[assignment.name.clone()]), assignment })
                    .collect();
                // Most are in order, and sorting many takes memory that is given back at once.
                if !read.is_sorted_by_key(|named| named.assignment.name.start) {
                    read.sort_by_key(|named| named.assignment.name.start);
                }
                new.insert(read)
            }
        }
    }

    /// The parts in which the sign of an assignment may stand whose name or keyword is between `from` and `to`.
    fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut next = Some(from);
        while let Some(at) = next {
            let Range { start: line, end } = self.line(at);
            next = Some(end + 1).filter(|&start| start <= to && end < self.text.len());
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
        }
        parts
    }

    /// The line that `at` stands in, without its end.
    fn line(&self, at: usize) -> Range<usize> {
        let known = self.line.take().filter(|known| (known.start..=known.end).contains(&at));
        let line = known.unwrap_or_else(|| {
            let start = memchr::memrchr(b'\n', &self.text[..at]).map_or(0, |newline| newline + 1);
            let end = memchr::memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |length| at + length);
            start..end
        });
        self.line.set(Some(line.clone()));
        line
    }
}

fn read(text: &[u8], file: FileKind, part: &Part) -> Vec<Assignment> {
    let mut found = Reader::new(text, part.line, part.from..part.until, file.syntax).assignments(part.signs.clone());
    for assignment in &mut found {
        let value = assignment.value_in(text);
        // The digits of `Contrase\u00f1a` would look drawn.
        let is_escape =
            |at: usize| value.get(at + 2..at + 6).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
        if places(value, b"\\u").any(is_escape) {
            assignment.text = Some(unescaped(value));
        }
    }
    found
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

impl<'a> Spoken<'a> {
    fn words(&mut self, name: &'a [u8]) -> &[String] {
        if self.name != name {
            self.name = name;
            read_words(name, &mut self.words);
        }
        &self.words
    }
}

/// A bit for each letter and digit in a name, in either case: one that lacks a letter of a word does not say the word.
fn letters(name: &[u8]) -> u32 {
    let named = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    named.fold(0, |letters, byte| letters | 1 << (byte & 0x1f))
}

/// Whether the name is one that the rule is about, whose names have `letters`.
fn is_meant<'a>(text: &'a [u8], named: &Named, wanted: Wanted<'_>, letters: &[u32], spoken: &mut Spoken<'a>) -> bool {
    let assignment = &named.assignment;
    let has_letters = |(_, letters): &(&Text, &u32)| **letters & !named.letters == 0;
    let mut may_be_said = wanted.names.iter().zip(letters).filter(has_letters);
    let is_about = |name: &str| wanted.names.iter().any(|known| known == name);
    let is_named = assignment.is_password && is_about("password")
        || assignment.is_key && is_about("secret_key")
        || may_be_said.any(|(known, _)| says(spoken.words(&text[assignment.name.clone()]), known));
    is_named && is_near(text, assignment, wanted.near)
}

fn counts(weighed: &NamedValue<'_>, wanted: Wanted<'_>) -> bool {
    matches!(wanted.value, ValueShape::Pattern(_)) || weighed.counts() && !is_harmless(weighed.value())
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
