//! What pre-push and pre-receive are told on standard input: one line a reference.
//!
//! Never: whether the ids exist.

use gix::bstr::{BStr, BString, ByteSlice};

/// One reference that a push changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its name where it is pushed to, in any bytes.
    pub name: BString,
    /// What it is to lead to, in hexadecimal; none where it is deleted.
    pub new: Option<String>,
    /// What it leads to, in hexadecimal; none where it is new.
    pub old: Option<String>,
}

/// A line that git would not have written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} on standard input is not as git writes it for {hook}")]
pub struct Error {
    /// From 1.
    pub line: usize,
    /// Git's name for the hook.
    pub hook: &'static str,
}

/// Of pre-push: `<local ref> <local id> <remote ref> <remote id>`, where the first may be any expression, with spaces.
pub fn of_push(text: &[u8]) -> Result<Vec<Update>, Error> {
    let update = |line: &BStr| {
        let mut words = line.rsplitn_str(4, " ");
        let (old, name, new) = (words.next()?, words.next()?, words.next()?);
        words.next()?;
        Some(Update { name: name.into(), new: id(new)?, old: id(old)? })
    };
    read(text, "pre-push", update)
}

/// Of pre-receive: `<old id> <new id> <ref>`.
pub fn of_receive(text: &[u8]) -> Result<Vec<Update>, Error> {
    let update = |line: &BStr| {
        let mut words = line.splitn_str(3, " ");
        let (old, new, name) = (words.next()?, words.next()?, words.next()?);
        Some(Update { name: name.into(), new: id(new)?, old: id(old)? })
    };
    read(text, "pre-receive", update)
}

fn read(text: &[u8], hook: &'static str, update: impl Fn(&BStr) -> Option<Update>) -> Result<Vec<Update>, Error> {
    let lines = text.lines().enumerate();
    lines.map(|(index, line)| update(line.as_bstr()).ok_or(Error { line: index + 1, hook })).collect()
}

/// Nothing but zeros stands for no object. None of what is no id.
#[expect(clippy::option_option, reason = "whether it is an id, and of which object")]
fn id(text: &[u8]) -> Option<Option<String>> {
    let text =
        text.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some(text.bytes().any(|byte| byte != b'0').then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_protocols() {
        let update = |name: &[u8], new: Option<&str>, old: Option<&str>| Update {
            name: name.into(),
            new: new.map(Into::into),
            old: old.map(Into::into),
        };
        let text =
            b"refs/heads/a 1a refs/heads/a 00\n(delete) 00 refs/heads/b 2b\nHEAD@{1 day ago} 3c refs/heads/\xff 4d\n";
        let expected = [
            update(b"refs/heads/a", Some("1a"), None),
            update(b"refs/heads/b", None, Some("2b")),
            update(b"refs/heads/\xff", Some("3c"), Some("4d")),
        ];
        assert_eq!(of_push(text).expect("lines of git's"), expected);
        assert_eq!(
            of_receive(b"00 1a refs/heads/a\n").expect("a line of git's"),
            [update(b"refs/heads/a", Some("1a"), None)]
        );
        assert_eq!(of_push(b"").expect("nothing to push"), []);
        for damaged in ["refs/heads/a  refs/heads/a 00\n", "refs/heads/a 1a refs/heads/a \n", "a zz b 00\n"] {
            assert!(of_push(damaged.as_bytes()).is_err(), "{damaged:?}");
        }
        assert!(of_receive(b" 1a refs/heads/a\n").is_err());
        assert_eq!(of_push(b"one two three\n").expect_err("a word too few").line, 1);
    }
}
