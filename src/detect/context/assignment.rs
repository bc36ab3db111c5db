//! Named values, read by the syntax of the file: `name = value`, `"name": "value"`, `<name>value</name>`, `--name value`.

use std::ops::Range;

use super::file::Syntax;

/// A name and the value beside it, as offsets into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name, without quotes and signs.
    pub name: Range<usize>,
    /// The value, without quotes.
    pub value: Range<usize>,
    /// The value stood in quotes.
    pub quoted: bool,
}

/// Longer names are none.
pub const MAX_NAME: usize = 100;
/// Longer values are none.
pub const MAX_VALUE: usize = 4096;
/// Longer values without quotes are none.
const MAX_WORD: usize = 1024;

/// Words between name and sign that say what the name is: `const key string = "..."`.
const TYPES: [&[u8]; 9] = [b"string", b"String", b"str", b"&str", b"NSString", b"text", b"std", b"char", b"byte"];

/// A line, or the part of it that matters.
pub struct Line<'a> {
    /// The text up to where the last value may end.
    text: &'a [u8],
    /// Where the first name may begin.
    start: usize,
    syntax: Syntax,
}

impl<'a> Line<'a> {
    /// The line in `text` from `start` to its end.
    pub fn new(text: &'a [u8], start: usize, syntax: Syntax) -> Self {
        Self { text, start, syntax }
    }

    /// The assignments whose sign stands in `signs`; values may be empty.
    pub fn assignments(&self, signs: Range<usize>) -> Vec<Assignment> {
        let mut found = Vec::new();
        let mut at = signs.start;
        while at < signs.end {
            let (assignment, next) = match self.text[at] {
                b'=' => self.at_equals(at),
                b':' => self.at_colon(at),
                b',' => (self.at_comma(at), at + 1),
                b'>' => (self.at_tag_end(at), at + 1),
                b'-' => (self.at_flag(at), at + 1),
                b'E' => (self.at_instruction(at), at + 1),
                _ => (None, at + 1),
            };
            found.extend(assignment);
            at = next;
        }
        found
    }
}

impl Line<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    /// `=`, `==`, `=>`, and with what may stand before it: `:=`, `+=`, `?=`, `||=`.
    fn at_equals(&self, at: usize) -> (Option<Assignment>, usize) {
        let mut end = at + 1;
        while self.byte(end) == Some(b'=') {
            end += 1;
        }
        if matches!(self.byte(end), Some(b'>' | b'~')) {
            end += 1;
        }
        let before = &self.text[self.start..at];
        let signs = before.iter().rev().take_while(|byte| b":+?.|&!".contains(byte)).count();
        let name = self.name_before(at - signs, true);
        (self.assignment(name, end, true), end)
    }

    /// `name: value` and `"name": "value"`, but neither `::` nor the colon of an address.
    fn at_colon(&self, at: usize) -> (Option<Assignment>, usize) {
        match self.byte(at + 1) {
            Some(b':') => (None, at + 2),
            Some(b'=') => (None, at + 1),
            Some(b'/') if self.byte(at + 2) == Some(b'/') => (None, at + 3),
            _ => {
                let name = self.name_before(at, false).map(|name| self.name_beside(&name).unwrap_or(name));
                (self.assignment(name, at + 1, false), at + 1)
            }
        }
    }

    /// Of `value:` the name that stands beside it or on the line above, as in the environments of containers:
    /// `name: DB_PASSWORD`, then `value: ...`.
    fn name_beside(&self, key: &Range<usize>) -> Option<Range<usize>> {
        if !matches!(self.syntax, Syntax::Yaml | Syntax::Quoted)
            || !self.text[key.clone()].eq_ignore_ascii_case(b"value")
        {
            return None;
        }
        let first = key.start.saturating_sub(2 * MAX_NAME);
        let before = &self.text[first..key.start];
        let line = before.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
        let above = before[..line].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let at = above + before[above..].windows(4).rposition(|word| word.eq_ignore_ascii_case(b"name"))?;
        let joined = at.checked_sub(1).is_some_and(|at| is_name(before[at]));
        let signs = |from: usize, signs: &[u8]| before[from..].iter().take_while(|byte| signs.contains(byte)).count();
        let colon = at + 4 + signs(at + 4, b"\"'");
        let start = colon + signs(colon, b": \"'");
        let len = before[start..].iter().take_while(|&&byte| is_name(byte)).count();
        let is_pair = !joined && before.get(colon) == Some(&b':') && len > 0;
        is_pair.then_some(first + start..first + start + len)
    }

    /// `define("name", "value")`: the first two arguments of a call, both in quotes.
    fn at_comma(&self, at: usize) -> Option<Assignment> {
        let name = self.name_before(at, false).filter(|name| name.start >= self.start + 2)?;
        let opening = &self.text[name.start - 2..name.start];
        let closing = self.byte(name.end);
        let is_first = opening[0] == b'(' && is_quote(opening[1]) && closing == Some(opening[1]);
        self.assignment(Some(name), at + 1, false).filter(|assignment| is_first && assignment.quoted)
    }

    /// `<name>value<`, `<x name="name">value<` and `<x key="name" value="value"`.
    fn at_tag_end(&self, at: usize) -> Option<Assignment> {
        if matches!(self.syntax, Syntax::Quoted | Syntax::Shell) {
            return None;
        }
        let open = self.start + self.text[self.start..at].iter().rposition(|&byte| byte == b'<')?;
        let tag = open + 1..at;
        let named = ["key=", "name=", "id="].iter().find_map(|key| self.attribute(&tag, key.as_bytes()));
        if let (Some(name), Some(value)) = (&named, self.attribute(&tag, b"value=")) {
            return Some(Assignment { name: name.clone(), value, quoted: true });
        }
        let end = tag.start + self.text[tag.clone()].iter().take_while(|&&byte| is_name(byte)).count();
        let name = named.unwrap_or(tag.start..end);
        let rest = &self.text[at + 1..];
        let value = at + 1..at + 1 + rest.iter().take(MAX_VALUE).position(|&byte| byte == b'<')?;
        let value = self.trimmed(value);
        (!name.is_empty() && !value.is_empty()).then_some(Assignment { name, value, quoted: true })
    }

    fn attribute(&self, tag: &Range<usize>, key: &[u8]) -> Option<Range<usize>> {
        let text = &self.text[tag.clone()];
        let at = text.windows(key.len()).position(|part| part.eq_ignore_ascii_case(key))?;
        let before = at.checked_sub(1).map(|before| text[before]);
        let quote = *text.get(at + key.len()).filter(|&&byte| is_quote(byte))?;
        let start = at + key.len() + 1;
        let len = text[start..].iter().position(|&byte| byte == quote)?;
        before.is_some_and(|byte| byte.is_ascii_whitespace()).then(|| tag.start + start..tag.start + start + len)
    }

    /// `--name value` on a command line.
    fn at_flag(&self, at: usize) -> Option<Assignment> {
        let is_flag = self.byte(at + 1) == Some(b'-')
            && (at == self.start || matches!(self.text[at - 1], b' ' | b'\t' | b'"' | b'\'' | b'`'));
        if !is_flag || self.syntax == Syntax::Markup {
            return None;
        }
        let start = at + 2;
        let name = start..start + self.text[start..].iter().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let quoted_list = self.text[name.end..].starts_with(b"\", \"");
        let value = if quoted_list { name.end + 3 } else { name.end };
        if name.is_empty() || self.byte(value) != Some(b' ') && !quoted_list || self.byte(value + 1) == Some(b'-') {
            return None;
        }
        let (value, quoted) = self.quoted(value).map_or_else(|| (self.word(value + 1), false), |value| (value, true));
        (!value.is_empty()).then_some(Assignment { name, value, quoted })
    }

    /// `ENV name value` in a Dockerfile.
    fn at_instruction(&self, at: usize) -> Option<Assignment> {
        if self.syntax != Syntax::Shell || at != self.start || !self.text[at..].starts_with(b"ENV ") {
            return None;
        }
        let start = at + 4;
        let name = start..start + self.text[start..].iter().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        if self.byte(name.end) != Some(b' ') {
            return None;
        }
        let (value, quoted) = self.quoted(name.end).map_or_else(|| (self.word(name.end + 1), false), |v| (v, true));
        (!value.is_empty()).then_some(Assignment { name, value, quoted })
    }

    /// The name that ends before `end`; of a declaration the name and not its type.
    fn name_before(&self, end: usize, declaration: bool) -> Option<Range<usize>> {
        let name = self.word_before(end)?;
        if !declaration || self.syntax != Syntax::Quoted {
            return Some(name);
        }
        let before = self.text[self.start..name.start].trim_ascii_end();
        // `name: Type[of, it] = value`
        let types =
            before.iter().rev().take(40).take_while(|&&byte| is_name(byte) || b" [],<>|&'*".contains(&byte)).count();
        let colon = self.start + before.len() - types;
        if colon > self.start + 1 && self.text[colon - 1] == b':' && self.text[colon - 2] != b':' {
            return self.word_before(colon - 1).or(Some(name));
        }
        if TYPES.contains(&&self.text[name.clone()]) {
            return self.word_before(self.start + before.len()).or(Some(name));
        }
        Some(name)
    }

    fn word_before(&self, end: usize) -> Option<Range<usize>> {
        let before = &self.text[self.start..end];
        let closing = before.iter().rev().take_while(|byte| b" \t\"'`]\\?!".contains(byte)).count();
        let end = end - closing;
        let len = self.text[self.start..end].iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        (len > 0).then(|| end - len..end)
    }

    fn assignment(&self, name: Option<Range<usize>>, after: usize, equals: bool) -> Option<Assignment> {
        let name = name?;
        let spaces = self.text[after..].iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
        let at = after + spaces;
        if let Some(value) = self.after_scheme(at) {
            return Some(Assignment { name, value, quoted: false });
        }
        if let Some(value) = self.quoted(at) {
            let value = self.after_scheme(value.start).filter(|word| word.end <= value.end).unwrap_or(value);
            return Some(Assignment { name, value, quoted: true });
        }
        let value = match self.syntax {
            Syntax::Lines => self.rest_of_line(at),
            Syntax::Yaml if spaces > 0 || equals => self.scalar(at),
            Syntax::Text => self.word(at),
            Syntax::Shell if equals && spaces == 0 => self.word(at),
            Syntax::Quoted | Syntax::Markup if equals && spaces == 0 => self.part_of_string(at)?,
            _ => return None,
        };
        Some(Assignment { name, value, quoted: false })
    }

    /// The word behind `Bearer ` and its like: the value of a header.
    fn after_scheme(&self, at: usize) -> Option<Range<usize>> {
        const SCHEMES: [&[u8]; 4] = [b"bearer ", b"token ", b"basic ", b"apikey "];
        let scheme = SCHEMES.iter().find(|scheme| {
            self.text.get(at..at + scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme))
        })?;
        let value = self.word(at + scheme.len());
        (value.len() >= 8).then_some(value)
    }

    /// What stands in quotes at `at`, behind brackets and string prefixes; quotes may be escaped (`\"value\"`).
    fn quoted(&self, mut at: usize) -> Option<Range<usize>> {
        let opening = self.text[at..].iter().take(3).take_while(|byte| b"([ ".contains(byte)).count();
        at += opening;
        let prefix = self.text[at..].iter().take(2).take_while(|byte| b"bBrRuUfFL@$".contains(byte)).count();
        at += prefix;
        let escape = self.text[at..].iter().take(3).take_while(|&&byte| byte == b'\\').count();
        at += escape;
        let quote = self.byte(at).filter(|&byte| is_quote(byte))?;
        let run = self.text[at..].iter().take(3).take_while(|&&byte| byte == quote).count();
        let start = at + if run == 3 { 3 } else { 1 };
        if run == 2 {
            return Some(start..start);
        }
        let mut end = start;
        let limit = (start + MAX_VALUE).min(self.text.len());
        while end < limit {
            match self.text[end] {
                b'\\' if escape > 0 && self.byte(end + escape) == Some(quote) => return Some(start..end),
                b'\\' => end += 2,
                byte if byte == quote => return Some(start..end),
                _ => end += 1,
            }
        }
        None
    }

    fn rest_of_line(&self, at: usize) -> Range<usize> {
        let rest = &self.text[at..(at + MAX_VALUE).min(self.text.len())];
        let comment = rest.windows(2).position(|pair| matches!(pair, b" #" | b" ;" | b"\t#"));
        self.trimmed(at..at + comment.unwrap_or(rest.len()))
    }

    fn scalar(&self, at: usize) -> Range<usize> {
        if matches!(self.byte(at), Some(b'|' | b'>' | b'&' | b'*' | b'!' | b'{' | b'[' | b'#')) {
            return at..at;
        }
        let rest = self.rest_of_line(at);
        let flow = self.text[rest.clone()].windows(2).position(|pair| pair == b", ").unwrap_or(rest.len());
        let value = rest.start..rest.start + flow;
        let opened = self.text[self.start..at].contains(&b'{');
        if opened && self.text[value.clone()].ends_with(b"}") { value.start..value.end - 1 } else { value }
    }

    fn word(&self, at: usize) -> Range<usize> {
        let rest = self.text.get(at..).unwrap_or_default();
        let len = rest
            .iter()
            .take(MAX_WORD)
            .take_while(|&&byte| !byte.is_ascii_whitespace() && !b"\"'`,;<>&|\\".contains(&byte))
            .count();
        at..at + closed_outside(&rest[..len])
    }

    /// `Password=value;` inside a string: the value must end where such a value ends.
    fn part_of_string(&self, at: usize) -> Option<Range<usize>> {
        let value = self.word(at);
        matches!(self.byte(value.end), Some(b';' | b'&' | b'"' | b'\'' | b'\\')).then_some(value)
    }

    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = range.start + text.len() - text.trim_ascii_start().len();
        start..(start + text.trim_ascii().len())
    }
}

/// The length of `word` without the full stop and the brackets at its end that were opened before it.
fn closed_outside(word: &[u8]) -> usize {
    let opened = |open: u8, close: u8, word: &[u8]| {
        let count = |sign: u8| word.split(|&byte| byte == sign).count();
        count(open) >= count(close)
    };
    let mut word = word;
    while let [rest @ .., last] = word {
        let belongs = match last {
            b')' => opened(b'(', b')', word),
            b']' => opened(b'[', b']', word),
            b'}' => opened(b'{', b'}', word),
            last => *last != b'.',
        };
        if belongs {
            break;
        }
        word = rest;
    }
    word.len()
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The lower-case words of a name: `MY_API_KEY`, `myApiKey` and `my.api-key` are `my`, `api`, `key`.
pub fn words(name: &[u8]) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, &byte) in name.iter().enumerate() {
        let last = at.checked_sub(1).map_or(b'_', |before| name[before]);
        let next = name.get(at + 1).copied().unwrap_or(b'_');
        let begins = byte.is_ascii_uppercase() && (!last.is_ascii_uppercase() || next.is_ascii_lowercase());
        if !byte.is_ascii_alphanumeric() || begins {
            words.push(String::new());
        }
        if byte.is_ascii_alphanumeric() {
            words.last_mut().expect("never empty").push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether `wanted` (`api_key`) stands among `words`: as words in a row, or written as one at the end of a word.
pub fn says(words: &[String], wanted: &str) -> bool {
    let parts: Vec<&str> = wanted.split('_').collect();
    let joined = parts.concat();
    words.windows(parts.len()).any(|run| run.iter().zip(&parts).all(|(word, part)| word == part))
        || words.iter().any(|word| *word == joined || (joined.len() >= 5 && word.ends_with(&joined)))
        || words.iter().any(|word| joined.len() >= 5 && word.strip_suffix('s') == Some(&joined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_syntax() {
        for (syntax, line, wanted) in [
            (Syntax::Lines, "DB_PASSWORD=a b c # why", vec![("DB_PASSWORD", "a b c")]),
            (Syntax::Lines, "key: 'x y'", vec![("key", "x y")]),
            (Syntax::Yaml, "  password: hunter # x", vec![("password", "hunter")]),
            (Syntax::Yaml, "db: {password: abc, user: x}", vec![("db", ""), ("password", "abc"), ("user", "x")]),
            (Syntax::Yaml, "- {name: KEY, value: abc}", vec![("name", "KEY"), ("KEY", "abc")]),
            (Syntax::Yaml, "- name: KEY\n  value: 'a b'", vec![("name", "KEY\n  value: 'a b'"), ("KEY", "a b")]),
            (Syntax::Quoted, r#"{"name": "KEY", "value": "v"}"#, vec![("name", "KEY"), ("KEY", "v")]),
            (Syntax::Yaml, "hostname: x\n  value: y", vec![("hostname", "x\n  value: y"), ("value", "y")]),
            (Syntax::Yaml, "url: https://x", vec![("url", "https://x")]),
            (Syntax::Quoted, r#"password = "a\"b""#, vec![("password", r#"a\"b"#)]),
            (Syntax::Quoted, r#"{"api": {"key": "v"}}"#, vec![("key", "v")]),
            (Syntax::Quoted, r#"const key string = "v""#, vec![("key", "v")]),
            (Syntax::Quoted, r#"key: Optional[str] = "v""#, vec![("key", "v")]),
            (Syntax::Quoted, r#"let key: &str = "v";"#, vec![("key", "v")]),
            (Syntax::Quoted, r#"os.environ["KEY"] = 'v'"#, vec![("KEY", "v")]),
            (Syntax::Quoted, r#"define("KEY", "v")"#, vec![("KEY", "v")]),
            (Syntax::Quoted, r#"x = ("A", "KEY", "v")"#, vec![("x", "A"), ("A", "KEY")]),
            (Syntax::Quoted, r#""source": ["key = \"v\"\n"]"#, vec![("source", r#"key = \"v\"\n"#), ("key", "v")]),
            (Syntax::Quoted, r#""Server=x;Token=abc;""#, vec![("Server", "x"), ("Token", "abc")]),
            (Syntax::Quoted, "f(password=secret, x=1)", vec![]),
            (Syntax::Quoted, r#"{"Authorization": "Bearer abcdefgh"}"#, vec![("Authorization", "abcdefgh")]),
            (Syntax::Shell, "export TOKEN=abc; x", vec![("TOKEN", "abc")]),
            (Syntax::Shell, "tool --password abc -x", vec![("password", "abc")]),
            (Syntax::Shell, "ENV TOKEN abc", vec![("TOKEN", "abc")]),
            (Syntax::Markup, "<password>abc</password>", vec![("password", "abc")]),
            (
                Syntax::Markup,
                r#"<add key="Token" value="abc"/>"#,
                vec![("key", "Token"), ("value", "abc"), ("Token", "abc")],
            ),
            (Syntax::Text, "(token=abc). token={abc}", vec![("token", "abc"), ("token", "{abc}")]),
            (Syntax::Text, "https://x/y?token=abc&z=1", vec![("token", "abc"), ("z", "1")]),
        ] {
            let found = Line::new(line.as_bytes(), 0, syntax).assignments(0..line.len());
            let shown: Vec<_> = found.into_iter().map(|a| (&line[a.name], &line[a.value])).collect();
            assert_eq!(shown, wanted, "{line}");
        }
    }

    #[test]
    fn compares_names_by_words() {
        for (name, wanted, says_it) in [
            ("MY_API_KEY", "api_key", true),
            ("myApiKey", "api_key", true),
            ("myapikey", "api_key", true),
            ("HTTPToken", "token", true),
            ("tokenizer", "token", false),
            ("dbpassword", "password", true),
            ("tokens", "token", true),
            ("bypass", "pass", false),
        ] {
            assert_eq!(says(&words(name.as_bytes()), wanted), says_it, "{name} {wanted}");
        }
    }
}
