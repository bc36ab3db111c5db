//! What of the text that commit-msg is given will be the message: git cuts it and drops comments only afterwards.
//!
//! Never: repositories, files.

use gix::bstr::{BString, ByteSlice};

/// What git puts between a message and what it only shows, behind the comment character and a space.
const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";

/// The comment characters from which git chooses where it is told to (`core.commentChar=auto`).
const AUTOMATIC: &[u8] = b"#;@!$%^&|:";

/// How git will clean the message up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleanup {
    /// `commit.cleanup`, if it is set.
    pub mode: Option<String>,
    /// `core.commentString` or `core.commentChar`, if it is set.
    pub comment: Option<String>,
    /// Whether somebody edited it. Comments of a message that nobody did stay in it, unless the mode says otherwise.
    pub edited: bool,
}

impl Cleanup {
    /// The text of `file` that git would take, with empty lines in place of what it drops, so that lines keep their numbers.
    pub fn apply(&self, file: &[u8]) -> BString {
        let comment = self.comment(file);
        let mut text = BString::default();
        let mut at = 0;
        for line in file.lines_with_terminator() {
            at += line.len();
            let is_comment = comment.as_deref().is_some_and(|comment| line.starts_with(comment));
            if is_comment && is_scissors(line, comment.as_deref()) && self.cuts(&file[at..], comment.as_deref()) {
                break;
            }
            if is_comment && self.drops_comments() {
                text.push(b'\n');
            } else {
                text.extend_from_slice(line);
            }
        }
        text
    }

    fn drops_comments(&self) -> bool {
        match self.mode.as_deref() {
            Some("strip") => true,
            Some("verbatim" | "whitespace" | "scissors") => false,
            _ => self.edited,
        }
    }

    /// Whether git cuts at a line of scissors before `rest`: where it is told to, and where it put the line there itself, with
    /// what it shows below (`commit -v`). Anywhere else the rest would be part of the message.
    fn cuts(&self, rest: &[u8], comment: Option<&[u8]>) -> bool {
        let is_comment = |line: &&[u8]| comment.is_some_and(|comment| line.starts_with(comment));
        let shown = || rest.lines().find(|line| !is_comment(line) && !line.trim().is_empty());
        (self.mode.as_deref() == Some("scissors") && self.edited)
            || shown().is_none_or(|line| line.starts_with(b"diff ") || line.starts_with(b"Submodule "))
    }

    /// What comments begin with; none where that cannot be known.
    fn comment(&self, file: &[u8]) -> Option<Vec<u8>> {
        match self.comment.as_deref() {
            None | Some("") => Some(b"#".to_vec()),
            Some("auto") => {
                // Git keeps to one that begins no line of the message; the last line that it wrote shows which.
                let last = file.lines().rev().find(|line| !line.is_empty())?;
                let first = last.first().filter(|first| AUTOMATIC.contains(first))?;
                Some(vec![*first])
            }
            Some(comment) => Some(comment.as_bytes().to_vec()),
        }
    }
}

fn is_scissors(line: &[u8], comment: Option<&[u8]>) -> bool {
    let behind = comment.and_then(|comment| line.strip_prefix(comment)).and_then(|line| line.strip_prefix(b" "));
    behind.is_some_and(|behind| behind.trim_end() == SCISSORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_git_takes() {
        let scissors = "# ------------------------ >8 ------------------------\n# Do not touch the line above.\n";
        let of = |mode: &str, comment: &str, edited| Cleanup {
            mode: Some(mode.to_owned()).filter(|mode| !mode.is_empty()),
            comment: Some(comment.to_owned()).filter(|comment| !comment.is_empty()),
            edited,
        };
        for (cleanup, file, taken) in [
            (of("", "", true), "a\n# b\nc\n".to_owned(), "a\n\nc\n"),
            (of("", "", false), "a\n# b\n".to_owned(), "a\n# b\n"),
            (of("strip", "", false), "a\n# b\n".to_owned(), "a\n\n"),
            (of("verbatim", "", true), "a\n# b\n".to_owned(), "a\n# b\n"),
            (of("", ";", true), "a\n# b\n; c\n".to_owned(), "a\n# b\n\n"),
            (of("", "//", true), "a\n// b\n".to_owned(), "a\n\n"),
            (of("", "auto", true), "# a\n; b\n".to_owned(), "# a\n\n"),
            (of("", "", true), format!("a\n{scissors}diff --git a/b b/b\n+c\n"), "a\n"),
            (of("scissors", "", true), format!("a\n{scissors}anything\n"), "a\n"),
            (of("", "", false), format!("a\n{scissors}"), "a\n"),
            // Nobody's scissors: git would keep what follows.
            (of("strip", "", true), format!("a\n{scissors}b\n"), "a\n\n\nb\n"),
        ] {
            assert_eq!(cleanup.apply(file.as_bytes()), taken, "{cleanup:?} {file:?}");
        }
    }
}
