//! Values in calls and statements: `define("name", "value")`, `setPassword("value")`, `Credentials("user", "value")`,
//! `IDENTIFIED BY 'value'`, `password "value"`.

use super::{Assignment, Reader, is_name, is_quote, literal::Literal};
use crate::detect::context::{file::Syntax, name::words};

/// Words of functions that take a user and a password, both in quotes, in this order.
const PAIRS: [&[&str]; 10] = [
    &["credentials"],
    &["credential"],
    &["basic", "auth"],
    &["password", "authentication"],
    &["auth"],
    &["login"],
    &["get", "connection"],
    &["basic", "authentication"],
    &["set", "auth"],
    &["authenticate"],
];

/// First words of functions that take the value itself: not what gets, checks, hashes or asks for it.
const SETTERS: &str = "
    set with use using add put password passwd pwd passphrase secret token api access auth client bearer db user admin root
";

impl Reader<'_> {
    /// `define("name", "value")` and `{"name", "value"}`: the first two arguments, both in quotes.
    pub(super) fn at_comma(&self, at: usize) -> Option<Assignment> {
        if self.syntax == Syntax::Lines
            || !self.byte(at.checked_sub(1)?).is_some_and(|byte| is_quote(byte) || byte == b' ')
        {
            return None;
        }
        let name = self.name_before(at, false).filter(|name| name.start >= self.start + 2)?;
        let closing = self.byte(name.end);
        let opening = self.text[name.start - 1];
        let before = self.before(name.start - 1).trim_ascii_end().last();
        let is_first = is_quote(opening) && closing == Some(opening) && before.is_some_and(|byte| b"({".contains(byte));
        if !is_first {
            return None;
        }
        if let Some(header) = self.credentials_in_header(&name, self.spaces(at + 1)) {
            return Some(header);
        }
        let literal = self.literal(self.spaces_and_newline(at + 1))?;
        self.closes(&literal).then(|| Assignment::quoted(name, literal))
    }

    /// `.setPassword("value")`, `password('value')`, and a user and a password as arguments.
    pub(super) fn at_call(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        let len = before.iter().rev().take(super::MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let first = self.spaces_and_newline(at + 1);
        if !self.byte(first).is_some_and(|byte| is_quote(byte) || b"@bruRL".contains(&byte)) {
            return None;
        }
        let name = at - len..at;
        let callee = before[before.len() - len..].rsplit(|&byte| byte == b'.').next().unwrap_or_default();
        let verbs = words(callee);
        let literal = self.literal(first)?;
        let end = self.end_of(&literal);
        if self.byte(end) == Some(b',') {
            // `auth=("user", "value")`
            let name = if len == 0 { self.word_before(at.checked_sub(1)?)? } else { name };
            let verbs = if len == 0 { words(&self.text[name.clone()]) } else { verbs };
            let takes_pair = PAIRS
                .iter()
                .any(|pair| verbs.iter().map(String::as_str).rev().take(pair.len()).eq(pair.iter().rev().copied()));
            let password = self.literal(self.spaces_and_newline(end + 1)).filter(|_| takes_pair)?;
            return self.closes(&password).then(|| Assignment::quoted(name, password).into_password());
        }
        let sets =
            verbs.len() <= 4 && verbs.first().is_some_and(|verb| SETTERS.split_whitespace().any(|known| known == verb));
        (sets && self.closes(&literal)).then(|| Assignment::quoted(name, literal))
    }

    /// `PASSWORD 'value'`, `IDENTIFIED BY 'value'` and `password "value"`, with the quote at `at`.
    pub(super) fn at_quote(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        if !matches!(self.syntax, Syntax::Quoted | Syntax::Text | Syntax::Shell) || before.last() != Some(&b' ') {
            return None;
        }
        let name = self.word_at_end(at - 1)?;
        let word = &self.text[name.clone()];
        if word.eq_ignore_ascii_case(b"by")
            || word.eq_ignore_ascii_case(b"-string")
            || word.eq_ignore_ascii_case(b"ConvertTo-SecureString")
        {
            return self.after_phrase(name.start, at);
        }
        let literal = self.literal(at)?;
        // `pass "x" to the function`
        let is_statement = literal.span.len() >= 4 && word.len() >= 3 && !word.starts_with(b"-") && word != b"pass";
        is_statement.then(|| Assignment::quoted(name, literal))
    }

    /// `IDENTIFIED [WITH plugin] BY 'value'` and `ConvertTo-SecureString [-String] "value"`.
    fn after_phrase(&self, end: usize, quote: usize) -> Option<Assignment> {
        let near = self.start.max(end.saturating_sub(80));
        let phrase = [b"identified".as_slice(), b"convertto-securestring"].into_iter().find_map(|phrase| {
            let around = &self.text[near..quote];
            let at = around.windows(phrase.len()).rposition(|part| part.eq_ignore_ascii_case(phrase))?;
            Some(near + at..near + at + phrase.len())
        })?;
        let literal = self.literal(quote)?;
        Some(Assignment::quoted(phrase, literal).into_password())
    }

    /// The word that ends at `end`, without what is trimmed from names elsewhere.
    fn word_at_end(&self, end: usize) -> Option<std::ops::Range<usize>> {
        let len = self.before(end).iter().rev().take(super::MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        (len > 0).then(|| end - len..end)
    }

    /// Whether behind a literal there is the end of the arguments, or a method of the literal.
    fn closes(&self, literal: &Literal) -> bool {
        let end = self.spaces_and_newline(self.end_of(literal));
        self.byte(end).is_none_or(|byte| b")}].,;\n".contains(&byte))
    }
}
