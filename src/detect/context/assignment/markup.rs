//! Values in XML and HTML: elements, attributes, and elements that name each other.

use std::ops::Range;

use super::{Assignment, MAX_NAME, MAX_VALUE, Reader, header, is_name, is_quote};
use crate::detect::context::file::Syntax;

impl Reader<'_> {
    /// `<name>value<`, `<x name="name">value<`, `<x key="name" value="value"` and `<name>name</name><value>value<`.
    pub(super) fn at_tag_end(&self, at: usize) -> Option<Assignment> {
        if matches!(self.syntax, Syntax::Quoted | Syntax::Shell | Syntax::Yaml) {
            return None;
        }
        let open = self.start + self.before(at).iter().rposition(|&byte| byte == b'<')?;
        let tag = open + 1..at;
        let has_attributes = self.text[tag.clone()].contains(&b'=');
        let attribute = |key: &[u8]| if has_attributes { self.attribute(&tag, key) } else { None };
        let field = attribute(b"type=").filter(|kind| self.text[kind.clone()].eq_ignore_ascii_case(b"password"));
        if let (Some(name), Some(value)) = (field, attribute(b"value=")) {
            return Some(Assignment { quoted: true, ..Assignment::plain(name, value) }.into_password());
        }
        let named = [b"key=".as_slice(), b"name=", b"id="].into_iter().find_map(attribute);
        if let (Some(name), Some(value)) = (&named, attribute(b"value=")) {
            return Some(Assignment { quoted: true, ..Assignment::plain(name.clone(), value) });
        }
        let end = tag.start + self.text[tag.clone()].iter().take_while(|&&byte| is_name(byte) || byte == b':').count();
        let element = &self.text[tag.start..end];
        let is_value = ends_with(element, b"value") || element.eq_ignore_ascii_case(b"string");
        let of_pair = if is_value { self.element_above(open).or_else(|| self.attribute_above(open)) } else { None };
        // `<x name="Argument.value">` says as little.
        let named = named.filter(|name| !self.text[name.clone()].ends_with(b".value"));
        let of_prop = || if ends_with(element, b"prop") { self.element_above(open) } else { None };
        let name = named.or(of_pair).or_else(of_prop).unwrap_or(tag.start..end);
        if name.is_empty() {
            return None;
        }
        let rest = &self.text[at + 1..self.text.len().min(at + 1 + MAX_VALUE)];
        let rest = rest.strip_prefix(b"<![CDATA[").unwrap_or(rest);
        let start = self.text.len().min(at + 1 + MAX_VALUE) - rest.len();
        let len = memchr::memchr(b'<', rest)?;
        // `mysql://<user>:<pass>@host/<name>` is no markup.
        if !matches!(rest.get(len + 1), Some(b'/' | b'!')) {
            return None;
        }
        let len = rest[..len].strip_suffix(b"]]>").map_or(len, <[u8]>::len);
        let value = self.without_marks(self.trimmed(start..start + len));
        if value.is_empty() {
            return None;
        }
        let is_base64 = self.text[tag].ends_with(b"encoding=\"base64\"");
        let text = if is_base64 { header::text_of(&self.text[value.clone()]) } else { None };
        Some(Assignment { text, quoted: true, ..Assignment::plain(name, value) })
    }

    /// `{AQAAABAAA value}` without what Jenkins marks its ciphers with: nothing encrypted has a space in it.
    fn without_marks(&self, value: Range<usize>) -> Range<usize> {
        let text = &self.text[value.clone()];
        let inside = text.strip_prefix(b"{AQAAABAAA ").and_then(|rest| rest.strip_suffix(b"}"));
        inside.map_or(value.clone(), |inside| value.end - 1 - inside.len()..value.end - 1)
    }

    /// The text of the element that ends before the tag at `open`: `<key>name</key>`.
    fn element_above(&self, open: usize) -> Option<Range<usize>> {
        let first = open.saturating_sub(2 * MAX_NAME);
        let before = self.text[first..open].trim_ascii_end();
        let closing = before.iter().rposition(|&byte| byte == b'<')?;
        let tag = before[closing..].to_ascii_lowercase();
        let is_name_tag = [b"key>".as_slice(), b"name>", b"</string>", b"prop>"].iter().any(|end| tag.ends_with(end));
        let start = before[..closing].iter().rposition(|&byte| byte == b'>')? + 1;
        let is_word = start < closing && before[start..closing].iter().all(|&byte| is_name(byte));
        (is_name_tag && is_word).then(|| first + start..first + closing)
    }

    /// The name that the element has in which the tag at `open` is the first: `<entry key="name">`.
    fn attribute_above(&self, open: usize) -> Option<Range<usize>> {
        let first = open.saturating_sub(2 * MAX_NAME);
        let before = self.text[first..open].trim_ascii_end().strip_suffix(b">")?;
        let tag = before.iter().rposition(|&byte| byte == b'<')? + 1..before.len();
        let tag = first + tag.start..first + tag.end;
        [b"key=".as_slice(), b"name="].iter().find_map(|key| self.attribute(&tag, key))
    }

    fn attribute(&self, tag: &Range<usize>, key: &[u8]) -> Option<Range<usize>> {
        let text = &self.text[tag.clone()];
        // The sign at its end is the rarest part of a key.
        let mut ends = memchr::memchr_iter(b'=', text).map(|sign| sign + 1);
        let is_key = |end: usize| end >= key.len() && text[end - key.len()..end].eq_ignore_ascii_case(key);
        let at = ends.find(|&end| is_key(end))? - key.len();
        let before = at.checked_sub(1).map(|before| text[before]);
        let quote = *text.get(at + key.len()).filter(|&&byte| is_quote(byte))?;
        let start = at + key.len() + 1;
        let len = text[start..].iter().position(|&byte| byte == quote)?;
        before.is_some_and(|byte| byte.is_ascii_whitespace()).then(|| tag.start + start..tag.start + start + len)
    }
}

/// Whether `element` ends with `end`, in any case.
fn ends_with(element: &[u8], end: &[u8]) -> bool {
    element.len().checked_sub(end.len()).is_some_and(|start| element[start..].eq_ignore_ascii_case(end))
}
