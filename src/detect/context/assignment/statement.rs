//! Values in statements that have no sign between name and value: `PASSWORD 'value'`, `IDENTIFIED BY 'value'`,
//! `VALUES ('value')`, `set password value`, `requirepass value`.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::{Assignment, MAX_NAME, Reader, is_name, is_quote};
use crate::detect::context::{file::Syntax, find::holds};

/// Words before a name that set it to the word behind it.
const SETTERS: [&[u8]; 11] = [
    b"set",
    b"setenv",
    b"setx",
    b"set -x",
    b"set -gx",
    b"set -Ux",
    b"SETX",
    b"%define",
    b"%global",
    b"proxy_set_header",
    b"add_header",
];
/// The same, of programs that keep their settings themselves: `aws configure set`, `npm config set`.
const CONFIGURERS: [&[u8]; 6] =
    [b"configure set", b"config set", b"config:set", b"npm set", b"config set --secret", b"poetry config"];

/// Words between a name and its value in sentences, of manuals and of tests alike.
const COPULAS: [&[u8]; 7] = [b"is", b"to", b"of", b"with", b"as", b"with:", b"be"];

/// What stands between a password and its value where people tell it.
const VERBS: [&[u8]; 4] = [b" is", b" ist", b" lautet", b" est"];

/// Commands that create or change an account of a database.
const ACCOUNTS: [&str; 6] = ["create user", "create role", "create login", "alter user", "alter role", "grant "];
/// Commands that take the password of one; in prose people connect to things as well.
const LOGINS: [&str; 2] = ["connect to", "set password"];

/// So far before its values a statement may name its columns.
const COLUMNS: usize = 640;
/// So many rows of values, and columns, are read.
const MAX_ROWS: usize = 64;
const MAX_COLUMNS: usize = 32;

impl Reader<'_> {
    /// `PASSWORD 'value'`, `IDENTIFIED BY 'value'`, `#define PASSWORD "value"` and `password is "value"`, with the quote at `at`.
    pub(super) fn at_quote(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        // `#define NAME @"value"`
        let before = before.strip_suffix(b"@").unwrap_or(before);
        let spaces = before.iter().rev().take_while(|byte| b" \t".contains(byte)).count();
        if !matches!(self.syntax, Syntax::Quoted | Syntax::Text | Syntax::Shell | Syntax::Lines) || spaces == 0 {
            return None;
        }
        let end = self.start.min(at) + before.len() - spaces;
        let name = self.word_at_end(end)?;
        let word = &self.text[name.clone()];
        if word.eq_ignore_ascii_case(b"by")
            || word.eq_ignore_ascii_case(b"-string")
            || word.eq_ignore_ascii_case(b"ConvertTo-SecureString")
        {
            return self.after_phrase(name.start, at);
        }
        let name = match word {
            // `get("name") or "value"`
            b"or" => self.word_before(name.start)?,
            // `name = other if it else "value"`
            b"else" => self.assigned_on_line(name.start)?,
            _ if COPULAS.contains(&word) => self.word_before(name.start)?,
            _ => name,
        };
        let literal = self.literal(at)?;
        let word = &self.text[name.clone()];
        // `pass "x" to the function`
        let is_statement = literal.span.len() >= 4 && word.len() >= 3 && !word.starts_with(b"--") && word != b"pass";
        // `proxy_set_header Authorization "Basic dXNlcjp2YWx1ZQ=="`
        let in_header = if is_statement { self.credentials_in_header(&name, at) } else { None };
        in_header.or_else(|| is_statement.then(|| Assignment::quoted(name, literal)))
    }

    /// `#define NAME {0x1f, 0x8b, ...}`, with the brace at `at`.
    pub(super) fn defined_bytes(&self, at: usize) -> Option<Assignment> {
        let defined = self.before(at).trim_ascii_end().strip_prefix(b"#define ")?.trim_ascii_start();
        let name = at - (self.before(at).len() - self.before(at).trim_ascii_end().len()) - defined.len();
        let is_name = defined.iter().all(|&byte| is_name(byte));
        let (place, bytes) = self.bytes(at).filter(|_| is_name)?;
        Some(Assignment { text: Some(bytes), quoted: true, ..Assignment::plain(name..name + defined.len(), place) })
    }

    /// `the password is value`, `password for root is value`, with the space before the value at `at`.
    pub(super) fn told(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        let subject = VERBS.into_iter().find_map(|verb| before.strip_suffix(verb))?;
        self.of_subject(subject, at)
    }

    /// `password for root: value`, `password (staging): value`, `password is: value`, with the colon at `at`.
    pub(super) fn told_of(&self, at: usize) -> Option<Assignment> {
        if !matches!(self.syntax, Syntax::Text | Syntax::Lines) || self.byte(at + 1) != Some(b' ') {
            return None;
        }
        let before = self.before(at);
        let subject = VERBS.into_iter().find_map(|verb| before.strip_suffix(verb));
        let subject = subject.or_else(|| (without_owner(before).len() < before.len()).then_some(before))?;
        self.of_subject(subject, at + 1)
    }

    /// What is told behind `at` of the password that `subject` ends in.
    fn of_subject(&self, subject: &[u8], at: usize) -> Option<Assignment> {
        const NAMES: [&[u8]; 7] =
            [b"password", b"passwd", b"passphrase", b"pwd", b"passwort", b"kennwort", b"mot de passe"];
        let subject = without_owner(subject);
        let name = NAMES.into_iter().find(|name| {
            subject.len().checked_sub(name.len()).is_some_and(|start| subject[start..].eq_ignore_ascii_case(name))
        })?;
        let value = self.word(self.spaces(at));
        let end = self.start.min(at) + subject.len();
        // Sentences go on with words.
        let is_told = self.text[value.clone()].iter().any(u8::is_ascii_digit);
        is_told.then(|| Assignment::plain(end - name.len()..end, value))
    }

    /// `connect(host)  # password: value`: whether `name` stands in a comment behind code that ends with the word at `at`.
    pub(super) fn is_in_remark(&self, name: &Range<usize>, at: usize) -> bool {
        const FEW_WORDS: usize = 40;
        let before = self.before(name.start);
        let near = &before[before.len().saturating_sub(FEW_WORDS)..];
        let words =
            near.iter().rev().take_while(|&&byte| byte.is_ascii_alphanumeric() || b" -".contains(&byte)).count();
        let (sign, words) = near.split_at(near.len() - words);
        let opens = [b" #".as_slice(), b" //"].iter().any(|opening| sign.ends_with(opening));
        if !opens || !words.starts_with(b" ") || at <= name.end + 1 {
            return false;
        }
        let value = self.word(at);
        let behind = &self.text[value.end..self.end.max(value.end)];
        // Notes and marks for other tools are words: `# gitleaks:allow`.
        self.text[value].iter().any(u8::is_ascii_digit) && behind.trim_ascii().is_empty()
    }

    /// The name before the first `=` on the line.
    pub(super) fn assigned_on_line(&self, end: usize) -> Option<Range<usize>> {
        let sign = self.before(end).find_byte(b'=').filter(|&sign| !self.before(end)[sign..].starts_with(b"=="))?;
        self.word_before(self.start + sign)
    }

    /// `IDENTIFIED [WITH plugin] BY 'value'` and `ConvertTo-SecureString [-String] "value"`.
    fn after_phrase(&self, end: usize, quote: usize) -> Option<Assignment> {
        let literal = self.literal(quote)?;
        let phrase = self.phrase_before(end, quote)?;
        // In prose things are `identified by "names"`, too.
        let said = &self.text[phrase.clone()];
        let is_sql = || said == b"IDENTIFIED" || self.is_behind(&ACCOUNTS, end) || self.is_behind(&LOGINS, end);
        if said.eq_ignore_ascii_case(b"identified") && !is_sql() {
            return None;
        }
        Some(Assignment::quoted(phrase, literal).into_password())
    }

    /// Whether one of `commands` stands shortly before `end`.
    fn is_behind(&self, commands: &[&str], end: usize) -> bool {
        const NEAR: usize = 240;
        let lead = self.text[end.saturating_sub(NEAR)..end].to_ascii_lowercase();
        commands.iter().any(|command| holds(&lead, command.as_bytes()))
    }

    fn phrase_before(&self, end: usize, at: usize) -> Option<Range<usize>> {
        let near = self.start.max(end.saturating_sub(80));
        [b"identified".as_slice(), b"convertto-securestring"].into_iter().find_map(|phrase| {
            let around = &self.text[near..at];
            let at = around.windows(phrase.len()).rposition(|part| part.eq_ignore_ascii_case(phrase))?;
            Some(near + at..near + at + phrase.len())
        })
    }

    /// The word that ends at `end`, without what is trimmed from names elsewhere, but for the stars of a Lisp.
    fn word_at_end(&self, end: usize) -> Option<Range<usize>> {
        let end = if self.before(end).ends_with(b"*") { end - 1 } else { end };
        let before = self.before(end);
        let is_copula = |byte: &&u8| is_name(**byte) || **byte == b':';
        let len = before.iter().rev().take(MAX_NAME).take_while(is_copula).count();
        let word = &before[before.len() - len..];
        let len = if COPULAS.contains(&word) {
            len
        } else {
            word.len() - word.iter().rposition(|&byte| byte == b':').map_or(0, |at| at + 1)
        };
        (len > 0).then(|| end - len..end)
    }

    /// The value that a space sets off from its name: `set password value`, `requirepass value`, `user me password value`.
    pub(super) fn directive(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        let is_settings = matches!(self.syntax, Syntax::Shell | Syntax::Lines | Syntax::Text);
        let said_by = before.last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b" by"));
        if !is_settings && !said_by {
            return None;
        }
        // `${PASSWORD}    value`
        let end = at - usize::from(before.ends_with(b"}"));
        let len = self.before(end).iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let name = end - len..end;
        if self.start > self.line || len < 2 || self.text[name.start] == b'-' {
            return None;
        }
        let lead = self.text[self.line..name.start].trim_ascii();
        let word = &self.text[name.clone()];
        if word.eq_ignore_ascii_case(b"by") {
            return self
                .phrase_before(name.start, at)
                .map(|phrase| Assignment::plain(phrase, self.word(self.spaces(at))).into_password())
                .filter(|_| self.is_behind(&ACCOUNTS, name.start));
        }
        let is_password = [b"password".as_slice(), b"passwd", b"secret"].contains(&word);
        // `npm config set //registry.acme.io/:_authToken value`
        let own =
            if lead.ends_with(b":") { lead.rsplitn(2, |&byte| byte == b' ').nth(1).unwrap_or(lead) } else { lead };
        let configures = CONFIGURERS.iter().any(|set| own.trim_ascii_end().ends_with(set));
        let sets = len > 2 && (SETTERS.contains(&lead) || configures)
            || len > 2
                && self.syntax != Syntax::Shell
                && (lead.is_empty() || lead == b"${" && end < at || is_password && is_device_line(lead));
        if !sets || (end < at) != (lead == b"${") {
            return None;
        }
        let mut start = self.spaces(at);
        // The device is told that what follows is not encrypted.
        start = if self.text[start..].starts_with(b"0 ") { start + 2 } else { start };
        if self.byte(start).is_none_or(is_quote) {
            return None;
        }
        let value = self.word(start);
        let behind = self.text[value.end..self.end.max(value.end)].trim_ascii();
        let is_last = behind.is_empty() || behind == b";" || behind.starts_with(b"#");
        let is_last = is_last || configures && behind.starts_with(b"--");
        (is_last && !value.is_empty()).then(|| Assignment::plain(name, value))
    }

    /// `(name, password) VALUES ('x', 'value'), ('y', 'other')`, with the first bracket of the values at `at`.
    pub(super) fn inserted(&self, at: usize) -> Vec<Assignment> {
        let near = at.saturating_sub(COLUMNS);
        let before = self.text[near..at].trim_ascii_end();
        let Some(start) = before.len().checked_sub(6).filter(|&start| before[start..].eq_ignore_ascii_case(b"values"))
        else {
            return Vec::new();
        };
        let before = before[..start].trim_ascii_end();
        let columns = before.strip_suffix(b")").and_then(|list| Some(list.rfind_byte(b'(')? + 1..list.len()));
        let Some(columns) = columns else { return Vec::new() };
        let mut begin = near + columns.start;
        let names = before[columns].split(|&byte| byte == b',').map(|column| {
            let name = self.trimmed_of(begin..begin + column.len(), b" \t\r\n\"'`[]");
            begin += column.len() + 1;
            name
        });
        let names: Vec<_> = names.take(MAX_COLUMNS).collect();
        let mut found = Vec::new();
        let mut row = at;
        for _ in 0..MAX_ROWS {
            let Some(end) = self.values_of_row(row, &names, &mut found) else { break };
            let next = self.spaces_and_newline(end);
            if self.byte(next) != Some(b',') {
                break;
            }
            row = self.spaces_and_newline(next + 1);
            if self.byte(row) != Some(b'(') {
                break;
            }
        }
        found
    }

    /// Adds the values of the row whose bracket is at `open` under `names`; gives where it ends.
    fn values_of_row(&self, open: usize, names: &[Range<usize>], found: &mut Vec<Assignment>) -> Option<usize> {
        let mut at = open + 1;
        for name in names {
            at = self.spaces_and_newline(at);
            if let Some(literal) = self.literal(at) {
                at = self.spaces_and_newline(self.end_of(&literal));
                found.push(Assignment::quoted(name.clone(), literal));
            } else {
                let word = self.text.get(at..)?.iter().take(MAX_NAME);
                at += word.take_while(|&&byte| is_name(byte) || b" :()".contains(&byte)).count();
            }
            match self.byte(at)? {
                b',' => at += 1,
                b')' => return Some(at + 1),
                _ => return (self.byte(at.checked_sub(1)?)? == b')').then_some(at),
            }
        }
        None
    }

    fn trimmed_of(&self, range: Range<usize>, signs: &[u8]) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = text.iter().take_while(|byte| signs.contains(byte)).count();
        let end = text.len() - text[start..].iter().rev().take_while(|byte| signs.contains(byte)).count();
        range.start + start..range.start + end
    }
}

/// The start of a line of a router's or a switch's settings: `username me`, `neighbor 10.0.0.1`, `enable`.
fn is_device_line(lead: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] =
        [b"username", b"user", b"neighbor", b"enable", b"line", b"login", b"host", b"server", b"peer"];
    let mut words = lead.split(|&byte| byte == b' ');
    words.next().is_some_and(|first| WORDS.contains(&first)) && words.count() <= 5
}

/// `password` of `password for root` and of `password (staging)`.
fn without_owner(subject: &[u8]) -> &[u8] {
    const WORDS: [&[u8]; 5] = [b" for", b" of", b" on", b" f\xc3\xbcr", b" pour"];
    let owner = subject.iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte) || byte == b'@').count();
    let in_brackets = subject.strip_suffix(b")").and_then(|inside| {
        let owner = inside.iter().rev().take(MAX_NAME).take_while(|&&byte| is_name(byte) || byte == b' ').count();
        inside[..inside.len() - owner].strip_suffix(b" (")
    });
    let before = subject[..subject.len() - owner].strip_suffix(b" ");
    let before = before.and_then(|before| WORDS.into_iter().find_map(|word| before.strip_suffix(word)));
    in_brackets.or(before).unwrap_or(subject)
}
