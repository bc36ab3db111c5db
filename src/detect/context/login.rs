//! Whether a login stands round a value: a user or a host, named beside it.
//!
//! Never: whether the value is a secret.

use gix::bstr::ByteSlice;

use super::{
    assignment::{Assignment, Reader},
    chosen::repeats_its_name,
    file::FileKind,
    find::holds,
    name::words,
    reference::is_reference,
};

/// Whether a user or a host is named beside the value: what stands there is a login, and not the words of a form.
pub fn is_beside_a_user(text: &[u8], file: FileKind, assignment: &Assignment) -> bool {
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
    holds(value, b"your") || holds(value, b"example") && !value.contains(&b'@') || value.contains(&b'<')
}
