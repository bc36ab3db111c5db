//! Values that hold where nothing else is set: `name || "value"`, `get("name") ?: "value"`, `var("NAME").unwrap_or("value")`.

use gix::bstr::ByteSlice;

use super::{Assignment, Reader, literal::Literal};
use crate::detect::context::file::Syntax;

/// Methods that give their argument where there is no value.
pub(super) const DEFAULTERS: [&[u8]; 6] =
    [b"unwrap_or", b"getOrElse", b"orElse", b"or_default", b"value_or", b"withDefault"];

/// How a closure begins that gives the value where there is none, before its last sign.
const CLOSURES: [&[u8]; 2] = [b"_or_else(|_", b"_or_else("];

impl Reader<'_> {
    /// `||`, `??` and `?:` between a name and a value: the value belongs to the name before them, and to what the line sets.
    pub(super) fn at_fallback(&self, at: usize, found: &mut Vec<Assignment>) {
        if self.syntax != Syntax::Quoted {
            return;
        }
        let before = self.before(at);
        let is_pair = matches!(&self.text[at..self.end.max(at)], [b'|', b'|', ..] | [b'?', b'?' | b':', ..]);
        if let Some(closure) = CLOSURES.into_iter().find(|closure| before.ends_with(closure)) {
            let value = self.spaces(at + 1 + usize::from(is_pair));
            if let Some(literal) = self.literal(value) {
                found.extend(self.default_of_call(self.start + before.len() - closure.len(), literal));
            }
            return;
        }
        let Some(literal) = is_pair.then(|| self.literal(self.spaces(at + 2))).flatten() else { return };
        // The colon of `?:` has the name before it as well.
        let near = if self.byte(at + 1) == Some(b':') { None } else { self.name_before(at, false) };
        let set = self.assigned_on_line(at).filter(|set| near.as_ref() != Some(set));
        for name in near.into_iter().chain(set) {
            let value = literal.span.clone();
            found.push(Assignment { quoted: true, text: literal.text.clone(), ..Assignment::plain(name, value) });
        }
    }

    /// Of a method that ends before `end` and is called on `var("NAME")`, what it gives for `NAME`; on anything else, for what
    /// the line sets.
    pub(super) fn default_of_call(&self, end: usize, literal: Literal) -> Option<Assignment> {
        let dot = self.before(end).rfind_byte(b'.')?;
        let receiver = self.start.min(end) + dot + 1;
        let named = self.argument_before(receiver).and_then(|argument| self.name_in(&argument));
        let name = named.or_else(|| self.assigned_on_line(receiver))?;
        Some(Assignment::quoted(name, literal))
    }
}
