//! Documents whose values are base64, short ones too: Kubernetes Secrets, and elements of markup that say so.
//!
//! The name of a value is kept, since nothing else tells a password from a word.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use gix::bstr::ByteSlice;
use memchr::memmem::Finder;

use super::Output;

/// Documents longer than this are looked at up to here.
const LONGEST: usize = 1 << 20;
const LONGEST_NAME: usize = 100;

/// Adds the values of Secrets, and of elements whose encoding is base64.
pub fn secrets(text: &[u8], output: &mut Output) {
    static KIND: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("Secret"));
    static ENCODING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("encoding=\"base64\""));
    let mut from = 0;
    while let Some(found) = KIND.find(&text[from..]) {
        let at = from + found;
        from = at + 1;
        if is_kind(text, at) {
            let document = document(text, at);
            from = document.end.max(from);
            of_yaml(text, &document, output);
            of_json(text, &document, output);
        }
    }
    for at in ENCODING.find_iter(text) {
        of_markup(text, at, output);
    }
}

/// Whether the word at `at` is all of what stands behind `kind:`.
fn is_kind(text: &[u8], at: usize) -> bool {
    let is_whole = text[at + "Secret".len()..].first().is_none_or(|byte| b"\r\n\"' ,}#".contains(byte));
    let before = text[at.saturating_sub(32)..at].trim_end_with(|c| " \t\"':".contains(c));
    is_whole && before.ends_with(b"kind") && text[at - 1] != b'd'
}

/// The document of a stream that `at` stands in.
fn document(text: &[u8], at: usize) -> Range<usize> {
    let first = at.saturating_sub(LONGEST);
    let start = text[first..at].rfind("\n---").map_or(first, |mark| first + mark + 1);
    let last = text.len().min(at + LONGEST);
    let end = text[at..last].find("\n---").map_or(last, |mark| at + mark);
    start..end
}

/// The entries of `data:` beside `kind: Secret`.
fn of_yaml(text: &[u8], document: &Range<usize>, output: &mut Output) {
    let mut lines = Lines { text, at: document.start, end: document.end };
    let kinds: BTreeSet<usize> = Lines { text, at: document.start, end: document.end }
        .filter(|line| line.key == b"kind" && unquoted(line.value) == b"Secret")
        .map(|line| line.indent)
        .collect();
    let mut inside = None;
    while let Some(line) = lines.next() {
        if inside.is_some_and(|indent| line.indent <= indent) {
            inside = None;
        }
        if line.key == b"data" && line.value.is_empty() && kinds.contains(&line.indent) {
            inside = Some(line.indent);
        } else if inside.is_some() {
            let value = match line.value.first() {
                Some(b'|' | b'>') => lines.block(line.indent),
                _ => line.value,
            };
            add(text, line.key, unquoted(value), output);
        }
    }
}

/// The members of `"data"`.
fn of_json(text: &[u8], document: &Range<usize>, output: &mut Output) {
    let mut from = document.start;
    while let Some(found) = text[from..document.end].find("\"data\"") {
        let mut rest = &text[from + found + "\"data\"".len()..document.end];
        from = document.end - rest.len();
        let Some(members) = after(rest, b":").and_then(|rest| after(rest, b"{")) else { continue };
        rest = members;
        while let Some((name, behind)) = string(rest) {
            let Some((value, behind)) = after(behind, b":").and_then(string) else { break };
            add(text, name, value, output);
            rest = after(behind, b",").unwrap_or_default();
        }
    }
}

/// The content of the element whose attribute stands at `at`.
fn of_markup(text: &[u8], at: usize, output: &mut Output) {
    let before = &text[at.saturating_sub(LONGEST_NAME)..at];
    let Some(open) = before.rfind_byte(b'<') else { return };
    let name = &before[open + 1..];
    let name = &name[..name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()];
    let Some(start) = text[at..].iter().take(LONGEST_NAME).position(|byte| *byte == b'>') else { return };
    let content = &text[at + start + 1..];
    let end = content.iter().take(4096).position(|byte| *byte == b'<');
    add(text, name, &content[..end.unwrap_or(0)], output);
}

/// Adds what `value` decodes to, if that is text; `name` and `value` are parts of `text`.
fn add(text: &[u8], name: &[u8], value: &[u8], output: &mut Output) {
    let digits: Vec<u8> = value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Ok(decoded) = data_encoding::BASE64.decode(&digits) else { return };
    let decoded = decoded.trim_ascii();
    let is_text = str::from_utf8(decoded).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
    // Nothing that is empty is surely a part of the text.
    if !is_text || decoded.is_empty() || name.is_empty() || name.len() > LONGEST_NAME {
        return;
    }
    let (name_from, value_from) = (place(text, name), place(text, value));
    if decoded.contains(&b'\n') {
        output.add(&["base64"], decoded, value_from);
    } else {
        output.add_secret(&["base64"], (name, name_from), (decoded, value_from));
    }
}

/// Where `part` stands in `text`, which it is a part of.
fn place(text: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// The lines of a YAML document that have a key.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
}

struct Line<'a> {
    indent: usize,
    key: &'a [u8],
    value: &'a [u8],
}

impl<'a> Lines<'a> {
    fn line(&mut self) -> Option<&'a [u8]> {
        if self.at >= self.end {
            return None;
        }
        let rest = &self.text[self.at..self.end];
        let line = &rest[..rest.find_byte(b'\n').unwrap_or(rest.len())];
        self.at += line.len() + 1;
        Some(line)
    }

    /// The lines that are indented deeper than `indent`.
    fn block(&mut self, indent: usize) -> &'a [u8] {
        let start = self.at.min(self.end);
        loop {
            let at = self.at;
            match self.line() {
                Some(line) if line.trim_ascii().is_empty() || indent_of(line) > indent => {}
                _ => {
                    self.at = at;
                    return &self.text[start..at.min(self.end)];
                }
            }
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        loop {
            let line = self.line()?;
            let content = line.trim_ascii();
            if content.starts_with(b"#") {
                continue;
            }
            if let Some((key, value)) = content.split_once_str(":") {
                // In a list the first key stands behind a dash.
                let dash = key.iter().take_while(|byte| b"- ".contains(byte)).count();
                return Some(Line {
                    indent: indent_of(line) + dash,
                    key: unquoted(&key[dash..]),
                    value: value.trim_ascii(),
                });
            }
        }
    }
}

fn indent_of(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.trim_with(|c| c.is_ascii_whitespace() || "\"'".contains(c))
}

fn after<'a>(text: &'a [u8], sign: &[u8]) -> Option<&'a [u8]> {
    text.trim_start().strip_prefix(sign)
}

/// The string that `text` begins with, and what stands behind it.
fn string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let content = after(text, b"\"")?;
    let end = content.find_byte(b'"')?;
    Some((&content[..end], &content[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::decoded_at, *};

    fn encoded(text: &str) -> String {
        data_encoding::BASE64.encode(text.as_bytes())
    }

    #[test]
    fn reads_the_values_of_secrets_by_name() {
        let value = encoded("Velvet7!");
        for text in [
            format!("apiVersion: v1\nkind: Secret\ndata:\n  user: YWRh\n  db-password: {value}\n"),
            format!("data:\n    db-password: \"{value}\"\nkind: Secret\n"),
            format!("items:\n- kind: Secret\n  data:\n    db-password: {value}\n"),
            format!("a: b\n---\nkind: Secret\ndata:\n  db-password: |\n    {value}\ntype: Opaque\n"),
            format!(r#"{{"kind": "Secret", "data": {{"user": "YWRh", "db-password": "{value}"}}}}"#),
            format!("{{\n  \"kind\": \"Secret\",\n  \"data\": {{\n    \"db-password\": \"{value}\"\n  }}\n}}\n"),
        ] {
            let (original, _) = decoded_at(secrets, text.as_bytes(), "db-password=Velvet7!").expect(&text);
            assert!(text[original].contains(&value), "{text}");
        }
        let text = format!("<Server><Pass encoding=\"base64\">{value}</Pass></Server>");
        assert!(decoded_at(secrets, text.as_bytes(), "Pass=Velvet7!").is_some());
    }

    #[test]
    fn leaves_other_documents_alone() {
        let value = encoded("Velvet7!");
        for text in [
            format!("kind: SealedSecret\ndata:\n  password: {value}\n"),
            format!("kind: SecretStore\ndata:\n  password: {value}\n"),
            format!("kind: ConfigMap\ndata:\n  password: {value}\n---\nkind: Secret\nother:\n  password: {value}\n"),
            "kind: Secret\ndata:\n  password: {{ .Values.password | b64enc }}\n".to_owned(),
            "kind: Secret\ndata:\n  password: \"\"\n  empty:\n  none: |\n".to_owned(),
        ] {
            assert!(decoded_at(secrets, text.as_bytes(), "=Velvet7!").is_none(), "{text}");
        }
    }
}
