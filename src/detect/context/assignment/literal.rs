//! Values in quotes: prefixes, escapes, literals put together from several, lists, arrays of bytes.

use std::ops::Range;

use super::{Assignment, MAX_VALUE, Reader, is_name, is_quote};
use crate::detect::context::file::Syntax;

/// Functions round a literal that leave it what it is, or decode it: what stands there is as good as the secret.
const WRAPPERS: [&[u8]; 54] = [
    // What a field of a class holds where nothing is given.
    b"Field(",
    b"String::from(",
    b"String(",
    b"Some(",
    b"SecretStr(",
    b"SecretString(",
    b"Secret(",
    b"str(",
    b"bytes(",
    b"Buffer.from(",
    b"b64decode(",
    b"[]byte(",
    b"std::string(",
    b"QStringLiteral(",
    b"Secret.fromString(",
    b"SecretValue.unsafePlainText(",
    b"atob(",
    b"base64_decode(",
    b"base64.b64decode(",
    b"base64.urlsafe_b64decode(",
    b"base64.StdEncoding.DecodeString(",
    b"base64.URLEncoding.DecodeString(",
    b"Base64.getDecoder().decode(",
    b"Base64.getUrlDecoder().decode(",
    b"Base64.decode(",
    b"Base64.decode64(",
    b"Base64.decodeBase64(",
    b"Base64.strict_decode64(",
    b"Convert.FromBase64String(",
    b"binascii.unhexlify(",
    b"bytearray.fromhex(",
    b"bytes.fromhex(",
    b"Convert.FromHexString(",
    b"hex2bin(",
    b"hex.DecodeString(",
    b"hex::decode(",
    b"Hex.decode(",
    b"Hex.decodeHex(",
    b"HexFormat.of().parseHex(",
    b"unhexlify(",
    b"urlsafe_b64decode(",
    b"Encoding.ASCII.GetBytes(",
    b"Encoding.UTF8.GetBytes(",
    b"Encoding.Unicode.GetBytes(",
    b"System.Text.Encoding.ASCII.GetBytes(",
    b"System.Text.Encoding.UTF8.GetBytes(",
    b"CryptoJS.enc.Utf8.parse(",
    b"TextEncoder().encode(",
    b"utf8.encode(",
    // What is hashed on the spot.
    b"MD5(",
    b"md5(",
    b"SHA1(",
    b"sha1(",
    b"PASSWORD(",
];
/// So many values of a list, and bytes of an array, are read.
const MAX_ITEMS: usize = 64;
const MAX_BYTES: usize = 256;
/// A shorter array of bytes is no key.
const MIN_BYTES: usize = 16;

/// What stands in quotes.
pub(super) struct Literal {
    /// Between the outermost quotes.
    pub span: Range<usize>,
    /// The value, where it was put together from several.
    pub text: Option<Vec<u8>>,
    /// Behind the last quote.
    end: usize,
}

/// What stands where a literal may.
pub(super) enum Joined {
    /// A literal, or several in a row.
    Value(Literal),
    /// A literal that is only a part of a value: `"a" + b`.
    Expression,
    /// No literal.
    None,
}

impl Reader<'_> {
    /// What stands in quotes at `at`, behind string prefixes; quotes may be escaped (`\"value\"`).
    pub(super) fn literal(&self, at: usize) -> Option<Literal> {
        let rest = self.text.get(at..)?;
        let prefix = rest.iter().take(2).take_while(|byte| b"bBrRuUfFLN@$".contains(byte)).count();
        let escape = rest[prefix..].iter().take(3).take_while(|&&byte| byte == b'\\').count();
        let opening = at + prefix + escape;
        let quote = self.byte(opening).filter(|&byte| is_quote(byte))?;
        let run = self.text[opening..].iter().take(3).take_while(|&&byte| byte == quote).count();
        let start = opening + if run == 3 { 3 } else { 1 };
        if run == 2 {
            return Some(Literal { span: start..start, text: None, end: start + 1 });
        }
        let spans_lines = run == 3 || quote == b'`';
        let limit = (start + MAX_VALUE).min(self.text.len());
        let mut end = start;
        while let Some(plain) = memchr::memchr3(quote, b'\\', b'\n', self.text.get(end..limit)?) {
            end += plain;
            match self.text[end] {
                b'\\' if escape > 0 && self.byte(end + escape) == Some(quote) => {
                    return Some(Literal { span: start..end, text: None, end: end + escape + 1 });
                }
                b'\\' => end += 2,
                b'\n' if !spans_lines => return None,
                byte if byte == quote => {
                    return Some(self.unfolded(Literal { span: start..end, text: None, end: end + 1 }));
                }
                _ => end += 1,
            }
        }
        None
    }

    /// Without the line continuations in it: `"abc\` and `def"` on the next line.
    fn unfolded(&self, literal: Literal) -> Literal {
        let value = &self.text[literal.span.clone()];
        if !value.contains(&b'\n') {
            return literal;
        }
        let mut text = Vec::with_capacity(value.len());
        for line in value.split(|&byte| byte == b'\n') {
            text.extend(line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"\\").unwrap_or(line).trim_ascii());
        }
        Literal { text: Some(text), ..literal }
    }

    /// The literal at `at`, or on the next line, with those that follow it: `"abc" + "def"`.
    pub(super) fn joined_literal(&self, at: usize) -> Joined {
        let at = if self.syntax == Syntax::Quoted { self.spaces_and_newline(at) } else { at };
        let (at, opened) = self.behind_wrapper(at);
        let Some(mut whole) = self.literal(at) else { return Joined::None };
        if self.syntax != Syntax::Quoted {
            return Joined::Value(whole);
        }
        for _ in 0..MAX_ITEMS {
            let behind = self.spaces_and_newline(whole.end);
            let sign = [b"+".as_slice(), b"..", b"<>", b"++", b"&", b"."]
                .into_iter()
                .find(|sign| self.text[behind..].starts_with(sign));
            let continued = opened && self.text[whole.end..behind].contains(&b'\n')
                || self.text[whole.end..].trim_ascii_start().starts_with(b"\\\n");
            let next = match sign {
                // `'--password='.$password`
                Some(b".") if self.byte(behind + 1) == Some(b'$') => return Joined::Expression,
                Some(b".") if !self.text[behind + 1..].first().is_some_and(|&byte| byte == b' ' || is_quote(byte)) => {
                    break;
                }
                Some(sign) => behind + sign.len(),
                None if self.text[behind..].starts_with(b"% ") => return Joined::Expression,
                None if continued => behind + usize::from(self.byte(behind) == Some(b'\\')),
                None => break,
            };
            match self.literal(self.spaces_and_newline(next)) {
                Some(part) => whole = self.with(whole, part),
                None if sign.is_some() => return Joined::Expression,
                None => break,
            }
        }
        Joined::Value(whole)
    }

    fn with(&self, whole: Literal, part: Literal) -> Literal {
        let mut text = whole.text.unwrap_or_else(|| self.text[whole.span.clone()].to_vec());
        match part.text {
            Some(more) => text.extend(more),
            None => text.extend(&self.text[part.span.clone()]),
        }
        Literal { span: whole.span.start..part.span.end, text: Some(text), end: part.end }
    }

    /// Behind brackets and the functions round a literal, and whether there are any.
    pub(super) fn behind_wrapper(&self, at: usize) -> (usize, bool) {
        let rest = self.text.get(at..).unwrap_or_default();
        let rest = rest.strip_prefix(b"new ").unwrap_or(rest);
        let called = called_at(rest).filter(|called| WRAPPERS.contains(called));
        let wrapper = called.map_or(0, <[u8]>::len);
        let start = self.text.len().min(at + self.text[at.min(self.text.len())..].len() - rest.len() + wrapper);
        let brackets = self.text[start..].iter().take(3).take_while(|byte| b"([ ".contains(byte)).count();
        let opened = wrapper > 0 || self.text[start..start + brackets].iter().any(|byte| b"([".contains(byte));
        let behind = start + brackets;
        (if opened { self.spaces_and_newline(behind) } else { behind }, opened)
    }

    /// Behind what may stand between the end of a literal and the next thing: closing quotes only.
    pub(super) fn end_of(&self, literal: &Literal) -> usize {
        self.spaces(literal.end)
    }

    /// `["a", "b"]`: each value under the same name; or an array of bytes, as one. Says whether there was any.
    pub(super) fn list(&self, name: &Range<usize>, at: usize, found: &mut Vec<Assignment>) -> bool {
        let rest = &self.text[at.min(self.text.len())..];
        let typed = rest.iter().take(24).take_while(|&&byte| is_name(byte) || b"[]<> ".contains(&byte)).count();
        let open = if matches!(rest.first(), Some(b'[')) && self.literal(self.spaces_and_newline(at + 1)).is_some() {
            at
        } else if matches!(rest.get(typed), Some(b'{' | b'[' | b'(')) {
            at + typed
        } else if matches!(rest.first(), Some(b'[')) {
            at
        } else {
            return false;
        };
        if let Some(bytes) = self.bytes(open) {
            found.push(Assignment { text: Some(bytes.1), quoted: true, ..Assignment::plain(name.clone(), bytes.0) });
            return true;
        }
        if self.text[open] != b'[' {
            return false;
        }
        let before = found.len();
        let mut next = open + 1;
        while found.len() - before < MAX_ITEMS {
            let Some(literal) = self.literal(self.spaces_and_newline(next)) else { break };
            let end = self.end_of(&literal);
            // `["class" => Password::class]`
            if self.byte(end) == Some(b':') || self.text[end..].starts_with(b"=>") {
                return true;
            }
            found.push(Assignment::quoted(name.clone(), literal));
            if self.byte(end) != Some(b',') {
                break;
            }
            next = end + 1;
        }
        found.len() > before
    }

    /// `{0x1f, 0x8b, ...}` and `[31, 139, ...]`: the place, and the bytes as hexadecimal text.
    pub(super) fn bytes(&self, open: usize) -> Option<(Range<usize>, Vec<u8>)> {
        let rest = &self.text[open + 1..(open + 1 + 8 * MAX_BYTES).min(self.text.len())];
        let len =
            rest.iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || b", \t\r\n\\-()".contains(&byte)).count();
        let numbers = rest[..len].split(|&byte| byte == b',').map(<[u8]>::trim_ascii).filter(|part| !part.is_empty());
        let mut hex = Vec::new();
        for number in numbers.take(MAX_BYTES) {
            let number = number.strip_prefix(b"(byte)").unwrap_or(number).trim_ascii();
            let number = number.strip_prefix(b"\\").unwrap_or(number).trim_ascii();
            let number = std::str::from_utf8(number).ok()?;
            let value = match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
                Some(digits) => i32::from_str_radix(digits, 16),
                None if number.len() == 3 && number.starts_with('0') => i32::from_str_radix(number, 8),
                None => number.parse(),
            };
            let byte = value.ok().filter(|value| (-128..256).contains(value))?.rem_euclid(256);
            hex.extend(format!("{byte:02x}").bytes());
        }
        (hex.len() >= 2 * MIN_BYTES).then_some((open + 1..open + 1 + len, hex))
    }
}

/// What is called at the start of `rest`, with its bracket: `Base64.getDecoder().decode(`.
fn called_at(rest: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 40;
    let is_part = |byte: u8| is_name(byte) || b":[]".contains(&byte);
    let rest = &rest[..rest.len().min(LONGEST)];
    let mut end = 0;
    loop {
        end += rest[end..].iter().take_while(|&&byte| is_part(byte)).count();
        match rest[end..] {
            [b'(', b')', b'.', ..] => end += 3,
            [b'(', ..] if end > 0 => return Some(&rest[..=end]),
            _ => return None,
        }
    }
}
