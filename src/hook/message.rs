//! What of the file that commit-msg is given may become the message.
//!
//! Git drops comments and cuts only afterwards, in ways that its options choose and that no hook is told. So comments are
//! looked at as well, and cut is what git itself appended only to show it. Never: repositories, files.

use gix::bstr::ByteSlice;

/// What git puts between a message and what it only shows, behind what a comment begins with and a space.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// `file` without the change that `git commit -v` shows below the message, to who has `edited` it. The same scissors in a
/// message that nobody edits are the author's, and git keeps what follows them.
pub fn without_change(file: &[u8], edited: bool) -> &[u8] {
    let mut at = 0;
    for line in file.lines_with_terminator().take_while(|_| edited) {
        let rest = &file[at + line.len()..];
        let comment = line.trim_end().strip_suffix(SCISSORS).filter(|comment| !comment.is_empty());
        if comment.is_some_and(|comment| is_change(rest, comment)) {
            return &file[..at];
        }
        at += line.len();
    }
    file
}

/// Whether `text` shows a change, behind comments.
fn is_change(text: &[u8], comment: &[u8]) -> bool {
    let shown = text.lines().find(|line| !line.starts_with(comment) && !line.trim().is_empty());
    shown.is_some_and(|line| line.starts_with(b"diff ") || line.starts_with(b"Submodule "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_what_git_shows_and_nothing_else() {
        let scissors = |comment: &str| {
            format!("{comment} {dashes} >8 {dashes}\n{comment} Do not touch the line above.\n", dashes = "-".repeat(24))
        };
        let change = "diff --git a/b b/b\n+c\n";
        for (edited, text, cut) in [
            (true, "a\n# b\nc\n".to_owned(), ""),
            (true, "a\n".to_owned(), &*format!("{}{change}", scissors("#"))),
            (true, "a\n".to_owned(), &format!("{}\n{change}", scissors("//"))),
            (true, "a\n".to_owned(), &format!("{}Submodule b 1..2:\n", scissors(";"))),
            // What nobody edits has nothing appended.
            (false, format!("a\n{}{change}", scissors("#")), ""),
            // Somebody's scissors.
            (true, format!("a\n{}b\n", scissors("#")), ""),
            (true, format!("a\n{}{change}", scissors("").replace(" Do", "Do")), ""),
        ] {
            assert_eq!(without_change(format!("{text}{cut}").as_bytes(), edited).as_bstr(), text, "{edited} {cut:?}");
        }
    }
}
