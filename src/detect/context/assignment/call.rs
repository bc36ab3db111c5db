//! Values in calls: `define("name", "value")`, `setPassword("value")`, `name.equals("value")`, `Credentials("user", "value")`.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::{Assignment, Reader, fallback::DEFAULTERS, is_name, is_quote, literal::Literal};
use crate::detect::context::{file::Syntax, name::words};

/// Functions that take a user and a password in this order, by the end of their names without signs.
const PAIRS: [&str; 19] = [
    "credentials",
    "credential",
    "basicauth",
    "basicauthentication",
    "passwordauthentication",
    "auth",
    "login",
    "setauth",
    "authenticate",
    "userpassword",
    "wifibegin",
    "securestring",
    "credentialsbasic",
    "authbasic",
    "emailandpassword",
    "passwordauthenticationmethod",
    "passwordauthenticationtoken",
    "usernamepwset",
    "sftpclient",
];

/// Functions that take a password as one argument of several, by the end of their names without signs; counted from 0.
const PLACES: [(&str, usize); 32] = [
    ("getconnection", 2),
    ("plainauth", 2),
    ("mysqliconnect", 2),
    ("mysqlconnect", 2),
    ("mysqlpconnect", 2),
    ("mysqldbconnect", 2),
    ("mysqli", 2),
    ("pdo", 2),
    ("sequelize", 2),
    ("dbiconnect", 2),
    ("createuser", 2),
    ("createsuperuser", 2),
    ("realconnect", 3),
    ("usermanagercreateasync", 1),
    ("keystoreload", 1),
    ("simplebind", 1),
    ("simplebinds", 1),
    ("ldapbind", 2),
    ("ftp", 2),
    ("pymssqlconnect", 2),
    ("oracleconnect", 1),
    ("oracledbconnect", 1),
    ("ociconnect", 1),
    ("odbcconnect", 2),
    ("imapopen", 2),
    ("ssh2authpassword", 2),
    ("x509certificate2", 1),
    // What is hashed on the spot.
    ("generatepasswordhash", 0),
    ("makepassword", 0),
    ("bcrypthash", 0),
    ("bcrypthashsync", 0),
    ("bcrypthashpw", 0),
];

/// The same, of ciphers and signers and their keys.
const KEYS: [(&str, usize); 24] = [
    ("hmacnew", 0),
    ("createhmac", 1),
    ("hmachexdigest", 1),
    ("hashhmac", 2),
    ("aesnew", 0),
    ("aesencrypt", 1),
    ("aesdecrypt", 1),
    ("createcipheriv", 1),
    ("createdecipheriv", 1),
    ("opensslencrypt", 2),
    ("openssldecrypt", 2),
    ("secretkeyspec", 0),
    ("symmetricsecuritykey", 0),
    ("hmacshakeyfor", 0),
    ("hmac256", 0),
    ("hmac384", 0),
    ("hmac512", 0),
    ("signwith", 1),
    ("fromsecret", 0),
    ("cookieparser", 0),
    ("newcookiestore", 0),
    ("jwtsign", 1),
    ("jwtverify", 1),
    ("fernet", 0),
];

/// How the names in [`PAIRS`], [`PLACES`] and [`KEYS`] end: few others do, so that the rest is seldom looked at.
const ENDINGS: [&[u8; 2]; 41] = [
    b"ls", b"al", b"th", b"on", b"te", b"rd", b"in", b"ng", b"ct", b"li", b"do", b"ze", b"er", b"nc", b"ad", b"nd",
    b"ds", // `simple_bind_s`
    b"_s", b"ew", b"ac", b"st", b"pt", b"iv", b"ec", b"ey", b"or", b"56", b"84", b"12", b"et", b"re", b"gn", b"fy",
    b"ic", b"od", b"en", b"tp", b"e2", b"sh", b"pw", b"nt",
];

/// Functions that set or compare what their first arguments name, by one of the words of their names.
const NAMERS: [&str; 19] = [
    "set", "put", "add", "define", "equals", "compare", "cmp", "strcmp", "strncmp", "strcpy", "strncpy", "strlcpy",
    "setattr", "setopt", "setenv", "putenv", "type", "fill", "var",
];

/// Functions that open a store of keys, or make a key, with a password in an array of characters.
const OPENERS: [&[u8]; 8] =
    [b"load", b"store", b"init", b"getKey", b"setKeyEntry", b"PBEKeySpec", b"PasswordProtection", b"createCredential"];

/// First words of functions that take the value itself: not what gets, checks, hashes or asks for it.
const SETTERS: [&str; 21] = [
    "set",
    "with",
    "use",
    "using",
    "add",
    "put",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "api",
    "access",
    "auth",
    "client",
    "bearer",
    "db",
    "user",
    "admin",
    "root",
];

/// Methods that compare their receiver with the value.
const COMPARERS: [&str; 4] = ["equals", "equal", "eq", "compare"];

/// Methods that type the value into the field that their receiver names.
const TYPERS: [&str; 6] = ["val", "value", "type", "fill", "send", "enter"];

/// Functions that write a user and a password as a header wants them.
const ENCODERS: [&[u8]; 3] = [b"btoa", b"b64encode", b"base64_encode"];

/// So many arguments are read, and so far.
const MAX_ARGUMENTS: usize = 6;
const MAX_CALL: usize = 640;

impl Reader<'_> {
    /// `define("name", "value")` and `{"name", "value"}`: a name and a value as neighbours.
    pub(super) fn at_comma(&self, at: usize) -> Option<Assignment> {
        let first = self.spaces_and_newline(at + 1);
        if self.syntax == Syntax::Lines || !self.may_begin_literal(first) {
            return None;
        }
        let name = self.name_of_argument(at)?;
        if let Some(header) = self.credentials_in_header(&name, self.spaces(at + 1)) {
            return Some(header);
        }
        let mut literal = self.literal(first)?;
        // `StringVarP(&name, "name", "n", "value")`: the letter of the flag is not what it is set to.
        let end = self.end_of(&literal);
        if literal.span.len() == 1 && self.byte(end) == Some(b',') {
            literal = self.literal(self.spaces_and_newline(end + 1)).unwrap_or(literal);
        }
        if !self.closes(&literal) || self.lists_words(&name, &literal) {
            return None;
        }
        let assignment = Assignment::quoted(name.clone(), literal);
        let key = self.text[name].to_ascii_lowercase();
        match () {
            () if key.ends_with(b"userpwd") => self.password_of_user(assignment, b':'),
            // Of a directory, in Java.
            () if key.ends_with(b"security_credentials") || key.ends_with(b"security.credentials") => {
                Some(assignment.into_password())
            }
            () => Some(assignment),
        }
    }

    /// `{"password", "token"}` and `("password", "token")` without a function: a list of words, not a name and its value.
    fn lists_words(&self, name: &Range<usize>, literal: &Literal) -> bool {
        let before = self.before(name.start.saturating_sub(1)).trim_ascii_end();
        let open = before.last().copied();
        let outside = before[..before.len().saturating_sub(1)].trim_ascii_end().last().copied();
        // One pair of several is a name and its value: `(("user", "me"), ("password", "value"))`.
        let is_one_of_several = outside.is_some_and(|byte| b"([{,".contains(&byte));
        let is_list = !is_one_of_several && (open == Some(b'{') || open == Some(b'(') && !outside.is_some_and(is_name));
        let is_word = |place: &Range<usize>| self.text[place.clone()].iter().all(u8::is_ascii_lowercase);
        is_list && is_word(name) && is_word(&literal.span)
    }

    /// The name that is the argument before the comma at `at`: the first one in quotes, or any of a function that sets or
    /// compares what is named.
    fn name_of_argument(&self, at: usize) -> Option<Range<usize>> {
        let end = at - self.before(at).len() + self.before(at).trim_ascii_end().len();
        let quoted = self.literal_before(end);
        let (start, name) = if let Some(inside) = &quoted {
            (inside.start - 1, self.name_in(inside)?)
        } else {
            let len = self.before(end).iter().rev().take(super::MAX_NAME).take_while(|&&byte| is_name(byte)).count();
            (end - len, end - len..end)
        };
        if name.is_empty() {
            return None;
        }
        let before = self.before(start).trim_ascii_end();
        match before.last()? {
            b'(' | b'{' if quoted.is_some() => Some(name),
            // `{password, "value"}`, `set :password, "value"`
            b'{' if self.syntax == Syntax::Quoted => Some(name),
            b':' if self.syntax == Syntax::Quoted && before.ends_with(b" :") => Some(name),
            b'(' | b',' => {
                let open = self.start + before.rfind_byte(b'(')?;
                let callee = words(self.callee(open));
                let names = callee.iter().any(|word| NAMERS.contains(&word.as_str()));
                names.then_some(name)
            }
            _ => None,
        }
    }

    /// The name at the end of what stands in quotes, if that has no spaces: `#password`, `input[name="password"]`.
    pub(super) fn name_in(&self, inside: &Range<usize>) -> Option<Range<usize>> {
        let text = &self.text[inside.clone()];
        let trimmed = text.trim_end_with(|sign| "\"'])*".contains(sign)).len();
        let len = text[..trimmed].iter().rev().take_while(|&&byte| is_name(byte)).count();
        let is_name = !text.iter().any(|&byte| byte.is_ascii_whitespace() || byte == b'$');
        (is_name && len > 0).then(|| inside.start + trimmed - len..inside.start + trimmed)
    }

    /// Between the quotes of the literal that ends before `end`.
    pub(super) fn literal_before(&self, end: usize) -> Option<Range<usize>> {
        let before = self.before(end);
        let quote = *before.last().filter(|&&byte| is_quote(byte))?;
        let inside = &before[..before.len() - 1];
        let near = inside.len().saturating_sub(super::MAX_NAME);
        let open = near + inside[near..].rfind_byte(quote)?;
        Some(self.start + open + 1..end - 1)
    }

    /// The function that is called with the bracket at `open`, and what it is called on.
    fn callee(&self, open: usize) -> &[u8] {
        let before = self.before(open);
        let is_part = |&&byte: &&u8| is_name(byte) || b"->:".contains(&byte);
        let len = before.iter().rev().take(super::MAX_NAME).take_while(is_part).count();
        &before[before.len() - len..]
    }

    /// `.setPassword("value")`, `password('value')`, `password.equals("value")`, and arguments of known functions.
    pub(super) fn at_call(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        let len = before.iter().rev().take(super::MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let name = at - len..at;
        if let Some(secret) = self.secret_among_arguments(at, len) {
            return Some(secret);
        }
        if let Some(password) = self.password_in_characters(&name) {
            return Some(password);
        }
        if let Some(compared) = self.equals_name(at) {
            return Some(compared);
        }
        let first = self.spaces_and_newline(at + 1);
        if !self.may_begin_literal(first) {
            return None;
        }
        let callee = before[before.len() - len..].rsplit(|&byte| byte == b'.').next().unwrap_or_default();
        let verbs = words(callee);
        let is_among = |list: &[&str]| verbs.first().is_some_and(|verb| list.contains(&verb.as_str()));
        let literal = self.literal(first)?;
        if verbs.len() > 4 || !self.closes(&literal) || self.byte(self.end_of(&literal)) == Some(b',') {
            return None;
        }
        let receiver = at - callee.len();
        let name = match () {
            () if is_among(&COMPARERS) => self.word_before(receiver.checked_sub(1)?)?,
            () if is_among(&TYPERS) => self.name_in(&self.argument_before(receiver)?)?,
            () if is_among(&SETTERS) => name,
            () if DEFAULTERS.contains(&callee) => return self.default_of_call(at, literal),
            () if ENCODERS.contains(&callee) => {
                return self.password_of_user(Assignment::quoted(name, literal), b':');
            }
            () => return None,
        };
        Some(self.decoded(Assignment::quoted(name, literal)))
    }

    /// Whether a quote stands at `at`, or a letter that languages put before one.
    fn may_begin_literal(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| is_quote(byte) || b"@$bBfFLNQrRuU\\".contains(&byte))
    }

    /// `"value".equals(name)`, with the bracket at `at`.
    fn equals_name(&self, at: usize) -> Option<Assignment> {
        let receiver = self.before(at).strip_suffix(b".equals").or_else(|| self.before(at).strip_suffix(b".Equals"))?;
        let value = self.literal_before(self.start + receiver.len())?;
        let len = self.text[at + 1..].iter().take(super::MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        (len > 0).then(|| Assignment { quoted: true, ..Assignment::plain(at + 1..at + 1 + len, value) })
    }

    /// The last argument, in quotes, of the call that ends before the dot before `end`: `$("#password").val("value")`.
    pub(super) fn argument_before(&self, end: usize) -> Option<Range<usize>> {
        let call = self.before(end).strip_suffix(b").")?;
        self.literal_before(self.start.min(end) + call.len())
    }

    /// Of `get("name").value` the name.
    pub(super) fn field_before(&self, property: &Range<usize>) -> Option<Range<usize>> {
        let is_value = self.syntax == Syntax::Quoted && self.text[property.clone()] == *b".value";
        if is_value { self.name_in(&self.argument_before(property.start + 1)?) } else { None }
    }

    /// The password or key that one of [`PAIRS`], [`PLACES`] or [`KEYS`] is given; its name is that of the function.
    fn secret_among_arguments(&self, open: usize, len: usize) -> Option<Assignment> {
        // `auth=("user", "value")`
        let name = if len == 0 {
            let assigned = self.before(open).trim_ascii_end().strip_suffix(b"=")?;
            self.word_before(self.start + assigned.len())?
        } else {
            open - len..open
        };
        let callee = if len == 0 { &self.text[name.clone()] } else { self.callee(open) };
        let ending = callee.last_chunk::<2>().map(|ending| ending.map(|byte| byte.to_ascii_lowercase()));
        if !ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending == **known)) {
            return None;
        }
        // `given().auth().basic("user", "value")`
        let chained = self.before(open - callee.len()).strip_suffix(b"auth()").map_or(b"".as_slice(), |_| b"auth");
        let parts = chained.iter().chain(callee).filter(|byte| byte.is_ascii_alphanumeric());
        let letters: Vec<u8> = parts.map(u8::to_ascii_lowercase).collect();
        let is_called = |known: &str| letters.ends_with(known.as_bytes());
        let place_in =
            |list: &[(&str, usize)]| list.iter().find(|(known, _)| is_called(known)).map(|(_, place)| *place);
        let key = place_in(&KEYS);
        let place = key.or_else(|| place_in(&PLACES));
        if place.is_none() && !PAIRS.iter().any(|known| is_called(known)) {
            return None;
        }
        let mut arguments = self.arguments(open);
        let place = place.unwrap_or_else(|| {
            let user = arguments.windows(2).position(|pair| pair.iter().all(Option::is_some));
            user.unwrap_or(0) + 1
        });
        // `getConnection("user", "value")`, but not `FTP("host", "user")`.
        let may_lack_first = || ["getconnection", "user"].iter().any(|known| is_called(known));
        let place = if arguments.len() == 2 && place > 1 && may_lack_first() { 1 } else { place };
        let literal = arguments.get_mut(place).and_then(Option::take)?;
        let assignment = Assignment::quoted(name, literal);
        Some(if key.is_some() { assignment.into_key() } else { assignment.into_password() })
    }

    /// `keyStore.load(file, "value".toCharArray())`, with `name` before the bracket.
    fn password_in_characters(&self, name: &Range<usize>) -> Option<Assignment> {
        let callee = self.text[name.clone()].rsplit(|&byte| byte == b'.').next()?;
        if !OPENERS.contains(&callee) {
            return None;
        }
        let is_array = |literal: &Literal| self.text[self.end_of(literal)..].starts_with(b".toCharArray()");
        let password = self.arguments(name.end).into_iter().flatten().find(is_array)?;
        Some(Assignment::quoted(name.clone(), password).into_password())
    }

    /// The arguments behind the bracket at `open`; none where one is no literal.
    fn arguments(&self, open: usize) -> Vec<Option<Literal>> {
        let limit = self.text.len().min(open + MAX_CALL);
        let mut arguments = Vec::new();
        let mut at = open + 1;
        while arguments.len() < MAX_ARGUMENTS && at < limit {
            let (begins, wrapped) = self.behind_wrapper(self.spaces_and_newline(at));
            let mut literal = self.literal(begins).filter(|literal| {
                let end = self.end_of(literal);
                wrapped || self.byte(self.spaces_and_newline(end)).is_none_or(|byte| b",)].".contains(&byte))
            });
            at = literal.as_ref().map_or(begins, |literal| self.end_of(literal));
            let mut depth = usize::from(wrapped);
            loop {
                match self.byte(at) {
                    Some(b',') if depth == 0 => break,
                    Some(b'(' | b'[' | b'{') => depth += 1,
                    Some(b')' | b']' | b'}') if depth == 0 => {
                        arguments.push(literal);
                        return arguments;
                    }
                    Some(b')' | b']' | b'}') => depth -= 1,
                    Some(byte) if is_quote(byte) => {
                        literal = None;
                        let Some(other) = self.literal(at) else { return arguments };
                        at = self.end_of(&other);
                        continue;
                    }
                    Some(b';') | None => return arguments,
                    _ if at >= limit => return arguments,
                    _ => {}
                }
                at += 1;
            }
            arguments.push(literal);
            at += 1;
        }
        arguments
    }

    /// Whether behind a literal there is the end of the arguments, or a method of the literal.
    pub(super) fn closes(&self, literal: &Literal) -> bool {
        let end = self.end_of(literal);
        let next = self.spaces_and_newline(end);
        // `set :name, "value"` and the next statement.
        let opens_line = || next > end && self.text[end..next].contains(&b'\n');
        self.byte(next).is_none_or(|byte| b")}].,;\n".contains(&byte) || byte.is_ascii_alphabetic() && opens_line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_ends_as_is_said() {
        for name in PAIRS.iter().copied().chain(PLACES.iter().chain(&KEYS).map(|(name, _)| *name)) {
            assert!(ENDINGS.iter().any(|ending| name.as_bytes().ends_with(*ending)), "{name}");
        }
    }
}
