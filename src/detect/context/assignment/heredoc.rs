//! Values of one line between a mark and its repetition: `name = <<EOF`, the value, `EOF`.

use std::ops::Range;

use super::{MAX_VALUE, Reader};

/// A longer mark is none.
const MAX_MARK: usize = 32;

impl Reader<'_> {
    /// The only line of the document that begins at `at`: a value of several lines is something else than a password.
    pub(super) fn heredoc(&self, at: usize) -> Option<Range<usize>> {
        let end = self.text.len().min(at + MAX_VALUE);
        let rest = self.text.get(at..end)?.strip_prefix(b"<<")?;
        let signs = rest.iter().take_while(|byte| b"<-~\"'".contains(byte)).count();
        let mark = &rest[signs..];
        let len = mark.iter().take(MAX_MARK).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let mark = &mark[..len];
        let first = at + 2 + signs + len;
        let first = first + self.text[first..end].iter().position(|&byte| byte == b'\n')? + 1;
        let len = self.text[first..end].iter().position(|&byte| byte == b'\n')?;
        let closing = self.text[first + len + 1..end].trim_ascii_start();
        let is_mark = !mark.is_empty() && closing.starts_with(mark);
        let goes_on = closing.get(mark.len()).is_some_and(|&byte| super::is_name(byte));
        (is_mark && !goes_on).then(|| self.trimmed(first..first + len))
    }
}
