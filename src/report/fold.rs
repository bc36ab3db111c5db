//! Prose in lines of no more than so many columns, broken between words.
//!
//! Never: commands, which a reader copies as they stand.

use unicode_width::UnicodeWidthStr;

/// Each line of `text` in lines of no more than `columns`, where it has spaces to break it at; what goes on is indented by two
/// more than its line.
pub fn fold(text: &str, columns: usize) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        fold_line(body, columns, &mut folded);
        folded.push_str(end);
    }
    folded
}

fn fold_line(line: &str, columns: usize, folded: &mut String) {
    if line.width() <= columns {
        return folded.push_str(line);
    }
    let indent = line.len() - line.trim_start_matches(' ').len();
    folded.push_str(&line[..indent]);
    let mut at = indent;
    for (number, word) in line[indent..].split(' ').enumerate() {
        let width = word.width();
        if number > 0 && at + 1 + width > columns {
            folded.push('\n');
            folded.extend(std::iter::repeat_n(' ', indent + 2));
            at = indent + 2;
        } else if number > 0 {
            folded.push(' ');
            at += 1;
        }
        folded.push_str(word);
        at += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        for (text, columns, folded) in [
            ("short\n", 10, "short\n"),
            ("  one two three\nfour\n", 10, "  one two\n    three\nfour\n"),
            ("a word-that-is-longer b", 10, "a\n  word-that-is-longer\n  b"),
            ("keeps  two  spaces", 40, "keeps  two  spaces"),
            ("über über", 8, "über\n  über"),
        ] {
            assert_eq!(fold(text, columns), folded);
        }
    }
}
