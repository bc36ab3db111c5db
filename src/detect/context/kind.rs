//! Kinds of files, told by their content: a table, one row each, with what counts in them.
//!
//! Read only where something was found, so that it may look at the whole text. What has a format of its own counts everywhere;
//! the table is about values that only their names tell.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::document::{Step, Walk};

/// So much of a text is looked at for what stands at its start.
const START: usize = 4096;
/// Nobody writes longer lines of code.
const LONGEST_LINE: usize = 2000;

/// What a named value in a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// What it is anywhere.
    Counts,
    /// Counted, but made up for a test or an example most likely.
    Sample,
    /// No secret.
    Safe,
}

/// A row of the table.
struct Kind {
    /// What it is, for people.
    name: &'static str,
    /// Whether a text is of the kind; `start` is its beginning.
    tells: fn(start: &[u8], text: &[u8]) -> bool,
    counts: Counts,
}

enum Counts {
    /// All named values are so.
    All(Standing),
    /// They are so from the first of these words on.
    Behind(Standing, &'static str),
    /// No secret is what stands where this holds, given the start of the text.
    SafeIn(fn(start: &[u8], text: &[u8], span: &Range<usize>) -> bool),
    /// By where in the JSON document they stand.
    Inside(fn(&[Step]) -> Standing),
}

/// Every kind. The first that tells decides.
const KINDS: &[Kind] = &[
    Kind { name: "encrypted file", tells: is_encrypted, counts: Counts::All(Standing::Safe) },
    Kind { name: "sealed secret", tells: is_sealed, counts: Counts::SafeIn(in_sealed_document) },
    Kind { name: "lock file", tells: is_lock_file, counts: Counts::All(Standing::Safe) },
    Kind { name: "source map", tells: is_source_map, counts: Counts::All(Standing::Safe) },
    Kind { name: "drawing", tells: is_drawing, counts: Counts::All(Standing::Safe) },
    Kind { name: "translation", tells: is_translation, counts: Counts::All(Standing::Safe) },
    Kind { name: "list of hashes", tells: is_hash_list, counts: Counts::All(Standing::Safe) },
    Kind { name: "table", tells: |start, _| columns(start).is_some(), counts: Counts::SafeIn(in_row) },
    Kind { name: "dbt artifact", tells: is_dbt_artifact, counts: Counts::Inside(in_dbt_artifact) },
    Kind { name: "notebook", tells: is_notebook, counts: Counts::Inside(in_notebook) },
    Kind { name: "program", tells: is_program, counts: Counts::All(Standing::Sample) },
    Kind { name: "recording", tells: is_recording, counts: Counts::All(Standing::Sample) },
    Kind { name: "manual", tells: is_manual, counts: Counts::All(Standing::Sample) },
    Kind {
        name: "module with tests",
        tells: |_, text| text.contains_str("#[cfg(test)]"),
        counts: Counts::Behind(Standing::Sample, "#[cfg(test)]"),
    },
    Kind { name: "test", tells: is_test, counts: Counts::All(Standing::Sample) },
];

/// What the content of one file says about what was found in it.
pub struct Content<'a> {
    text: &'a [u8],
    kind: Option<&'static Kind>,
    /// Where the mark ends behind which the kind counts otherwise, if it has one and it stands there.
    mark_end: Option<usize>,
    walk: Walk<'a>,
}

impl<'a> Content<'a> {
    /// Of `text`.
    pub fn of(text: &'a [u8]) -> Self {
        let start = &text[..text.len().min(START)];
        let kind = KINDS.iter().find(|kind| (kind.tells)(start, text));
        let mark_end = match kind.map(|kind| &kind.counts) {
            Some(Counts::Behind(_, mark)) => text.find(mark).map(|at| at + mark.len()),
            _ => None,
        };
        Self { text, kind, mark_end, walk: Walk::new(text) }
    }

    /// What a named value at `span` is; spans ascend.
    pub fn standing(&mut self, span: &Range<usize>) -> Standing {
        match self.kind.map(|kind| &kind.counts) {
            _ if is_on_minified_line(self.text, span) => Standing::Safe,
            None => Standing::Counts,
            Some(Counts::All(standing)) => *standing,
            Some(Counts::Behind(standing, _)) => {
                let is_behind = self.mark_end.is_some_and(|end| end <= span.start);
                if is_behind { *standing } else { Standing::Counts }
            }
            Some(Counts::SafeIn(is_safe)) => {
                let start = &self.text[..self.text.len().min(START)];
                if is_safe(start, self.text, span) { Standing::Safe } else { Standing::Counts }
            }
            Some(Counts::Inside(standing)) => standing(self.walk.to(span.start)),
        }
    }

    /// Which part of the file `span` is in, for people; spans ascend.
    pub fn part(&mut self, span: &Range<usize>) -> Option<String> {
        if self.kind.is_none_or(|kind| kind.name != "notebook") {
            return None;
        }
        match self.walk.to(span.start) {
            [Step::Member(cells), Step::Element(cell), rest @ ..] if cells == b"cells" => Some(match rest {
                [Step::Member(outputs), Step::Element(output), ..] if outputs == b"outputs" => {
                    format!("cell {}, output {}", cell + 1, output + 1)
                }
                _ => format!("cell {}", cell + 1),
            }),
            _ => None,
        }
    }
}

/// Whether `span` is a part of a much longer run of base64: an image, a font, a program. Anything may occur in there.
pub fn is_in_data(text: &[u8], span: &Range<usize>) -> bool {
    const LEAST: usize = 512;
    const TIMES: usize = 4;
    const FAR: usize = 4096;
    let is_digit = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let before = text[span.start.saturating_sub(FAR)..span.start].iter().rev().take_while(is_digit).count();
    let behind = text[span.end..].iter().take(FAR).take_while(is_digit).count();
    let around = before + behind;
    around >= LEAST && around >= TIMES * span.len()
}

/// A long line with the signs of code close together; a document on one line is none.
fn is_on_minified_line(text: &[u8], span: &Range<usize>) -> bool {
    const CLOSE: usize = 40;
    let line = line_of(text, span);
    let signs = || line.iter().filter(|byte| matches!(byte, b';' | b'(' | b')' | b'{' | b'}' | b'=')).count();
    line.len() > LONGEST_LINE && line.find_iter(";").nth(8).is_some() && signs() * CLOSE > line.len()
}

/// The line that `span` stands on, or what of a very long one is near.
fn line_of<'a>(text: &'a [u8], span: &Range<usize>) -> &'a [u8] {
    let first = span.start.saturating_sub(LONGEST_LINE);
    let start = text[first..span.start].rfind_byte(b'\n').map_or(first, |newline| first + newline + 1);
    let last = text.len().min(span.end + LONGEST_LINE);
    let end = text[span.end..last].find_byte(b'\n').map_or(last, |newline| span.end + newline);
    &text[start..end]
}

fn has_any(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| text.contains_str(word))
}

fn is_encrypted(start: &[u8], _: &[u8]) -> bool {
    const STARTS: [&[u8]; 5] = [
        b"$ANSIBLE_VAULT;",
        b"\0GITCRYPT\0",
        b"age-encryption.org/v1",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
        b"-----BEGIN PGP MESSAGE-----",
    ];
    STARTS.iter().any(|word| start.starts_with(word))
}

fn is_sealed(_: &[u8], text: &[u8]) -> bool {
    text.contains_str("SealedSecret") && text.contains_str("encryptedData")
}

/// Whether `span` stands in a document of a stream of YAML that is sealed: others may be beside it.
fn in_sealed_document(start: &[u8], text: &[u8], span: &Range<usize>) -> bool {
    let first = text[..span.start].rfind("\n---").unwrap_or(0);
    let last = text[span.end..].find("\n---").map_or(text.len(), |mark| span.end + mark);
    is_sealed(start, &text[first..last])
}

/// Markup whose first element is a drawing: pages and programs have drawings in them.
fn is_drawing(start: &[u8], _: &[u8]) -> bool {
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
    let first = start.windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic());
    start.starts_with(b"<") && first.is_some_and(|at| start[at..].starts_with(b"<svg"))
}

fn is_lock_file(start: &[u8], _: &[u8]) -> bool {
    const WORDS: [&str; 8] = [
        "\"lockfileVersion\"",
        "lockfileVersion: ",
        "# yarn lockfile",
        "\"content-hash\": \"",
        "\"narHash\": \"",
        "--hash=sha256:",
        "    \"_meta\": {\n        \"hash\": {",
        "GEM\n  remote:",
    ];
    let is_go = || start.lines().take(3).filter(|line| line.contains_str(" h1:") && line.ends_with(b"=")).count() == 3;
    has_any(start, &WORDS)
        || start.contains_str("[[package]]") && has_any(start, &["checksum = ", "hash = "])
        || is_go()
}

fn is_source_map(start: &[u8], text: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"{")
        && start.contains_str("\"version\"")
        && text.contains_str("\"mappings\"")
        && text.contains_str("\"sources\"")
}

fn is_translation(start: &[u8], _: &[u8]) -> bool {
    start.contains_str("msgid \"") && start.contains_str("msgstr \"") || start.contains_str("<xliff")
}

/// Most lines begin with a hash, or hold nothing else.
fn is_hash_list(start: &[u8], _: &[u8]) -> bool {
    let lines: Vec<&[u8]> = start.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(20).collect();
    let is_hash = |line: &&&[u8]| {
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        matches!(digits, 32 | 40 | 56 | 64 | 96 | 128)
    };
    lines.len() >= 3 && lines.iter().filter(is_hash).count() * 5 >= lines.len() * 4
}

/// What parts the cells of a table, and how many a row has at least: its first rows have as many as each other, and more than a
/// few.
fn columns(start: &[u8]) -> Option<(u8, usize)> {
    const ROWS: usize = 5;
    const CELLS: usize = 4;
    let rows: Vec<&[u8]> = start.lines().filter(|line| !line.trim_ascii().is_empty()).take(ROWS).collect();
    // Lists in code have rows, too.
    let is_code = |row: &[u8]| row.iter().any(|byte| b"(){}[];=".contains(byte)) || row.ends_with(b",");
    if rows.len() < ROWS || rows.iter().any(|row| is_code(row)) {
        return None;
    }
    let of_sign = |sign| Some((sign, cells(rows[0], sign))).filter(|&(_, count)| count >= CELLS);
    let signs = [b',', b'\t', b';', b'|'].into_iter().filter_map(of_sign);
    signs.into_iter().find(|&(sign, count)| rows.iter().all(|row| cells(row, sign) == count))
}

/// Whether `span` stands in a row of the table; notes may follow it.
fn in_row(start: &[u8], text: &[u8], span: &Range<usize>) -> bool {
    columns(start).is_some_and(|(sign, count)| cells(line_of(text, span), sign) >= count)
}

fn cells(row: &[u8], sign: u8) -> usize {
    row.split(|&byte| byte == sign).count()
}

fn is_dbt_artifact(start: &[u8], _: &[u8]) -> bool {
    start.contains_str("\"dbt_schema_version\"")
}

/// Generated, but for the environment that was kept in it.
fn in_dbt_artifact(path: &[Step]) -> Standing {
    match path {
        [Step::Member(metadata), Step::Member(env), ..] if metadata == b"metadata" && env == b"env" => Standing::Counts,
        _ => Standing::Safe,
    }
}

fn is_notebook(start: &[u8], text: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"{") && text.contains_str("\"nbformat\"") && text.contains_str("\"cells\"")
}

/// What was typed and what was printed; no images, ids and settings.
fn in_notebook(path: &[Step]) -> Standing {
    let is_text = |name: &[u8]| !name.contains(&b'/') || name.starts_with(b"text/") || name.ends_with(b"json");
    let all_text = path.iter().all(|step| !matches!(step, Step::Member(name) if !is_text(name)));
    match path {
        [Step::Member(cells), Step::Element(_), Step::Member(part), ..]
            if cells == b"cells" && (part == b"source" || part == b"outputs") && all_text =>
        {
            Standing::Counts
        }
        _ => Standing::Safe,
    }
}

/// What a machine runs, by its first bytes: ELF, PE, Mach-O and Java, WebAssembly, libraries, bytecode of Python. Names and values
/// are parts of code there, if they are any.
fn is_program(start: &[u8], _: &[u8]) -> bool {
    const STARTS: [&[u8]; 7] = [
        b"\x7fELF",
        b"MZ\x90\0",
        b"\xcf\xfa\xed\xfe",
        b"\xce\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"\0asm",
        b"!<arch>\n",
    ];
    let is_python = start.get(2..8).is_some_and(|bytes| bytes.starts_with(b"\r\n") && bytes.ends_with(&[0, 0]));
    is_python || STARTS.iter().any(|word| start.starts_with(word))
}

fn is_recording(start: &[u8], text: &[u8]) -> bool {
    has_any(start, &["http_interactions:", "// Jest Snapshot v", "// Vitest Snapshot v", "exports[`"])
        || start.contains_str("interactions:") && text.contains_str("request:") && text.contains_str("response:")
}

fn is_manual(start: &[u8], _: &[u8]) -> bool {
    const GENERATORS: [&str; 8] =
        ["docutils", "Sphinx", "javadoc", "Doxygen", "rustdoc", "mkdocs", "DocBook", "Docusaurus"];
    start.contains_str("generator") && start.contains_str("<meta") && has_any(start, &GENERATORS)
        || start.contains_str("Generated by javadoc")
}

/// Code that calls a framework for tests. One word is not enough where code that is no test has it as well.
fn is_test(_: &[u8], text: &[u8]) -> bool {
    // All marks of a row begin a line.
    const FRAMEWORKS: [&[&str]; 21] = [
        &["#[test]"],
        &["#[tokio::test]"],
        &["import pytest"],
        &["from pytest"],
        &["import unittest"],
        &["from unittest"],
        &["def test_", "assert "],
        &["def test_", "self.assert"],
        &["describe(", "it("],
        &["describe(", "test("],
        &["test(", "expect("],
        &["test(", "t."],
        &["func Test", "t."],
        &["@Test"],
        &["import org.junit"],
        &["[Fact]"],
        &["[TestMethod]"],
        &["use PHPUnit"],
        &["QUnit.module("],
        &["QUnit.test("],
        &["RSpec.describe"],
    ];
    FRAMEWORKS.iter().any(|marks| marks.iter().all(|mark| begins_a_line(text, mark)))
}

/// Whether a line begins with `mark`, indented or not.
fn begins_a_line(text: &[u8], mark: &str) -> bool {
    text.find_iter(mark).any(|at| {
        let blanks = text[..at].iter().rev().take_while(|byte| b" \t".contains(byte)).count();
        at == blanks || text[at - blanks - 1] == b'\n'
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(text: &str, word: &str) -> Standing {
        let at = text.find(word).expect(word);
        Content::of(text.as_bytes()).standing(&(at..at + word.len()))
    }

    #[test]
    fn what_counts_depends_on_the_kind() {
        use Standing::{Counts, Safe, Sample};
        for (text, expected) in [
            ("password = VALUE\n", Counts),
            ("# yarn lockfile v1\n\npassword \"VALUE\"\n", Safe),
            ("[[package]]\nname = \"a\"\nchecksum = \"VALUE\"\n", Safe),
            ("{\"version\":3,\"sources\":[\"a\"],\"mappings\":\"AAAA\",\"token\":\"VALUE\"}", Safe),
            ("<?xml version=\"1.0\"?>\n<svg token=\"VALUE\"/>", Safe),
            ("<!DOCTYPE svg PUBLIC \"x\">\n<!-- a -->\n<svg token=\"VALUE\"/>", Safe),
            ("<html><svg></svg><script>password = \"VALUE\"</script></html>", Counts),
            ("const icon = <svg></svg>;\nconst password = \"VALUE\";\n", Counts),
            ("msgid \"password\"\nmsgstr \"VALUE\"\n", Safe),
            ("$ANSIBLE_VAULT;1.1;AES256\nVALUE\n", Safe),
            ("kind: SealedSecret\nspec:\n  encryptedData:\n    password: VALUE\n", Safe),
            (
                "kind: SealedSecret\nspec:\n  encryptedData:\n    a: b\n---\nkind: Secret\nstringData:\n  password: VALUE\n",
                Counts,
            ),
            ("id,name,token,city\n1,a,VALUE,x\n2,b,c,y\n3,d,e,z\n4,f,g,w\n", Safe),
            ("id,name,token,city\n1,a,b,x\n2,b,c,y\n3,d,e,z\n4,f,g,w\n\npassword = \"VALUE\"\n", Counts),
            ("a = 1,\nb = 2,\nc = 3,\nd = VALUE,\ne = 4,\n", Counts),
            (r#"{"metadata": {"dbt_schema_version": "x", "env": {"PASSWORD": "VALUE"}}}"#, Counts),
            (r#"{"metadata": {"dbt_schema_version": "x"}, "nodes": {"token": "VALUE"}}"#, Safe),
            ("\u{7f}ELF\0\0\0\0PASSWORD=VALUE\0", Sample),
            ("http_interactions:\n- request:\n    token: VALUE\n", Sample),
            ("import pytest\n\npassword = 'VALUE'\n", Sample),
            ("describe('a', () => {\n  it('b', () => { login({ password: 'VALUE' }); });\n});\n", Sample),
            ("const assert = require('assert');\nconst password = 'VALUE';\n", Counts),
            ("class Pool:\n    def test_connection(self):\n        login(password='VALUE')\n", Counts),
            ("// see describe('a') and it('b')\nconst password = 'VALUE';\n", Counts),
            ("password = \"VALUE\";\n#[cfg(test)]\nmod tests {}\n", Counts),
            ("#[cfg(test)]\nmod tests { const PASSWORD: &str = \"VALUE\"; }\n", Sample),
        ] {
            assert_eq!(standing(text, "VALUE"), expected, "{text}");
        }
    }

    #[test]
    fn names_the_cell_of_a_notebook() {
        let text = r#"{"cells": [{"cell_type": "markdown", "source": ["x"]},
            {"cell_type": "code", "outputs": [{"text": ["one"]}, {"data": {"image/png": "two"}}], "source": ["three"]}],
            "metadata": {"token": "four"}, "nbformat": 4}"#;
        let mut content = Content::of(text.as_bytes());
        for (word, part, expected) in [
            ("one", Some("cell 2, output 1"), Standing::Counts),
            ("two", Some("cell 2, output 2"), Standing::Safe),
            ("three", Some("cell 2"), Standing::Counts),
            ("four", None, Standing::Safe),
        ] {
            let at = text.find(&format!("\"{word}\"")).expect(word) + 1;
            assert_eq!(content.standing(&(at..at + 3)), expected, "{word}");
            assert_eq!(content.part(&(at..at + 3)).as_deref(), part, "{word}");
        }
    }

    #[test]
    fn nobody_writes_a_value_into_minified_code_or_data() {
        let code = "function a(b){return b=c(1);};".repeat(200) + "password=\"VALUE\";";
        assert_eq!(standing(&code, "VALUE"), Standing::Safe);
        let document = "{\"a\": \"some text of a document\", \"password\": \"VALUE\"}".repeat(100);
        assert_eq!(standing(&document, "VALUE"), Standing::Counts);
        let data = format!("src: '{0}/found/{0}'", "iVBORw0KGgoAAAANSUhEUgAA".repeat(20));
        let at = data.find("found").expect("in it");
        assert!(is_in_data(data.as_bytes(), &(at..at + 5)));
        assert!(!is_in_data(b"key: 'abc'", &(6..9)));
    }
}
