//! A stream with its secrets masked: a line in, the same line out.
//!
//! What needs more than its own line to be seen is seen with the line before it, and a private key in PEM by its frame. What
//! colours a line stands in the way of nothing, and stays. Never: input and output, which the caller has.

mod plain;

use std::ops::Range;

use plain::Plain;

use crate::{
    detect::{Detector, Match, known::Known},
    secret,
};

/// What stands for what is masked without being shown in part.
const STARS: &[u8] = b"********";
/// A private key without an end is taken to be over after so many bytes, so that a line that only looks like its beginning does
/// not hide a whole log.
const LONGEST_KEY: usize = 16 << 10;

/// So much of the end of the line before is looked at with a line.
const MOST_BEFORE: usize = 16 << 10;

/// Masks the lines of one stream, in order.
pub struct Redactor<'a> {
    detector: &'a Detector,
    known: Known,
    /// The path that the stream is judged as.
    name: Vec<u8>,
    /// The line before, without what steers a terminal.
    before: Vec<u8>,
    /// The line before ended in a carriage return, and its line feed may still come.
    returned: bool,
    /// How much of a private key went by, while its end has not.
    in_key: Option<usize>,
}

impl<'a> Redactor<'a> {
    /// At the start of a stream that is judged as a file `name`.
    pub fn new(detector: &'a Detector, name: &[u8]) -> Self {
        Self {
            detector,
            known: Known::default(),
            name: name.to_vec(),
            before: Vec::new(),
            returned: false,
            in_key: None,
        }
    }

    /// The same, and what is `known` is masked as well.
    #[must_use]
    pub fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// `line`, which has its end with it unless it is the last, with every secret masked. A line feed that comes behind the
    /// carriage return before it, as from a slow pipe, is no line of its own.
    pub fn mask(&mut self, line: &[u8]) -> Vec<u8> {
        if std::mem::replace(&mut self.returned, line.ends_with(b"\r")) && line == b"\n" {
            self.before.extend_from_slice(line);
            return line.to_vec();
        }
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        let end = &line[body.len()..];
        let body = Plain::of(body);
        let shown = match self.in_key.take() {
            Some(passed) => self.within_key(&body, passed + line.len()),
            None => self.outside_of_keys(&body),
        };
        let near = &body.text()[body.text().len().saturating_sub(MOST_BEFORE)..];
        self.before = if self.in_key.is_some() { Vec::new() } else { [near, end].concat() };
        [&shown, end].concat()
    }

    /// A line of a private key, masked whole up to the end of the key.
    fn within_key(&mut self, body: &Plain<'_>, passed: usize) -> Vec<u8> {
        if let Some(end) = frame(body.text(), b"-----END ") {
            return [STARS, &self.outside_of_keys(&Plain::of(body.written_from(end.end)))].concat();
        }
        self.in_key = (passed < LONGEST_KEY).then_some(passed);
        STARS.to_vec()
    }

    fn outside_of_keys(&mut self, body: &Plain<'_>) -> Vec<u8> {
        let text = [&self.before, body.text()].concat();
        let here = self.before.len();
        let found_in = |text: &[u8]| self.detector.detect_known(&self.name, text, &self.known);
        let mut matches = found_in(&text);
        // The line before may make the two look like a file in which such values are harmless; a stream is many things in turn.
        let alone = if here == 0 { Vec::new() } else { found_in(body.text()) };
        for mut found in alone {
            found.span = found.span.start + here..found.span.end + here;
            if matches.iter().all(|other| other.span.end <= found.span.start || found.span.end <= other.span.start) {
                matches.push(found);
            }
        }
        matches.sort_by_key(|found| found.span.start);
        let mut shown = Vec::with_capacity(body.text().len());
        let mut at = here;
        for found in matches.iter().filter(|found| found.span.end > here) {
            let start = found.span.start.max(at);
            shown.extend_from_slice(body.written(at - here..start - here));
            shown.extend_from_slice(self.shown(found).as_bytes());
            shown.extend(body.colours(start - here..found.span.end - here));
            at = found.span.end;
        }
        // A key whose end is on the line as well has been found, if it is one.
        match frame(&text[at..], b"-----BEGIN ") {
            Some(begin) if opens_key(&text[at + begin.end..]) => {
                shown.extend_from_slice(body.written(at - here..at - here + begin.start));
                shown.extend_from_slice(STARS);
                self.in_key = Some(0);
            }
            _ => shown.extend_from_slice(body.written_from(at - here)),
        }
        // Inside of a longer word, or in a comment, it is no finding and no less a secret.
        secret::hide(matches.iter().map(|found| &found.secret), shown)
    }

    fn shown(&self, found: &Match) -> String {
        let rule = self.detector.rule(found.by);
        found.secret.masked_behind(|value| rule.public_prefix(value))
    }
}

/// Where the line `lead ... PRIVATE KEY ...-----` of a PEM document stands in `text`.
fn frame(text: &[u8], lead: &[u8]) -> Option<Range<usize>> {
    let start = find(text, lead)?;
    let label = &text[start + lead.len()..];
    let end = find(label, b"-----")?;
    find(&label[..end], b"PRIVATE KEY")?;
    Some(start..start + lead.len() + end + 5)
}

/// Whether what follows the first line of a key may be the beginning of its body: nothing, or its characters.
fn opens_key(rest: &[u8]) -> bool {
    rest.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\\ \t".contains(byte))
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleSet;

    fn masked(text: &str) -> String {
        masked_as("stdin", text)
    }

    fn masked_as(name: &str, text: &str) -> String {
        let detector = Detector::new(RuleSet::builtin());
        let mut redactor = Redactor::new(&detector, name.as_bytes());
        let shown: Vec<u8> = text.split_inclusive('\n').flat_map(|line| redactor.mask(line.as_bytes())).collect();
        String::from_utf8(shown).expect("UTF-8")
    }

    fn key() -> String {
        ["sk", "live", "4eC39HqLyjWDarjtT1zdp7Ka"].join("_")
    }

    fn frames(label: &str) -> [String; 2] {
        ["BEGIN", "END"].map(|word| format!("{dashes}{word} {label}{dashes}", dashes = "-".repeat(5)))
    }

    #[test]
    fn masks_a_line_behind_one_that_begins_a_harmless_file() {
        let [begin, _] = frames("AGE ENCRYPTED FILE");
        let text = format!("{begin}\npassword: \"{}{}\"\n", "Quartz7", "Anchor80!");
        assert_eq!(masked_as("a.log", &text), format!("{begin}\npassword: \"********\"\n"));
    }

    #[test]
    fn masks_what_stands_again_where_it_is_no_finding() {
        let text = format!("password = 'mX9#{0}'  # the same as mX9#{0}\n", "kkQ2vL");
        assert_eq!(masked(&text), "password = '********'  # the same as ********\n");
        let joined = format!("a = '{0}' b{0}b\n", key());
        assert_eq!(masked(&joined), "a = 'sk_live_********Ka' b********b\n");
    }

    #[test]
    fn masks_what_is_found_and_leaves_the_rest() {
        let line = format!("10:00 paid with {0} and {0}, then left\r\n", key());
        assert_eq!(masked(&line), "10:00 paid with sk_live_********Ka and sk_live_********Ka, then left\r\n");
        assert_eq!(masked("nothing here\n\n  and no end"), "nothing here\n\n  and no end");
    }

    #[test]
    fn a_line_feed_that_comes_late_is_no_line() {
        let detector = Detector::new(RuleSet::builtin());
        let mut redactor = Redactor::new(&detector, b"a.yml");
        let value = ["T8v_qzRw", "41mK"].concat();
        let parts = ["- name: DB_PASSWORD\r", "\n", &format!("  value: {value}\r"), "\n", "\n", "next\n"];
        let shown = parts.map(|part| redactor.mask(part.as_bytes())).concat();
        assert_eq!(String::from_utf8_lossy(&shown), "- name: DB_PASSWORD\r\n  value: ********\r\n\nnext\n");
    }

    #[test]
    fn colours_hide_nothing_and_stay() {
        let (red, off) = ("\x1b[1;31m", "\x1b[0m");
        let link = "\x1b]8;;https://example.com\x1b\\";
        for (line, shown) in [
            (format!("{red}PASSWORD={off}{}\n", "T8v#qzRw41mK"), format!("{red}PASSWORD={off}********\n")),
            (format!("{red}PASSWORD{off}={} rest\n", "T8v#qzRw41mK"), format!("{red}PASSWORD{off}=******** rest\n")),
            (format!("PASSWORD={red}{}{off}\n", "T8v#qzRw41mK"), format!("PASSWORD={red}********{off}\n")),
            (format!("PASSWORD={}{red}{}\n", "T8v#qz", "Rw41mK"), format!("PASSWORD=********{red}\n")),
            (format!("{link}{}{off}\r\n", key()), format!("{link}sk_live_********Ka{off}\r\n")),
            (format!("{red}nothing{off} here \x1b"), format!("{red}nothing{off} here \x1b")),
        ] {
            assert_eq!(masked(&line), shown, "{line:?}");
        }
        let text = format!("- name: {red}DB_PASSWORD{off}\n  value: {red}T8v_qzRw41mK{off}\n");
        let shown = format!("- name: {red}DB_PASSWORD{off}\n  value: {red}********{off}\n");
        assert_eq!(masked_as("a.yml", &text), shown);
        let [begin, end] = frames("PRIVATE KEY");
        let text = format!("{red}{begin}{off}\nc2VjcmV0\n{red}{end}{off} done\n");
        assert_eq!(masked(&text), format!("{red}********\n********\n********{off} done\n"));
    }

    #[test]
    fn sees_a_value_by_the_line_before() {
        let text = "- name: DB_PASSWORD\n  value: T8v_qzRw41mK\n";
        assert_eq!(masked_as("a.yml", text), "- name: DB_PASSWORD\n  value: ********\n");
    }

    #[test]
    fn masks_a_key_to_its_end() {
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
            let [begin, end] = frames(label);
            let text = format!("key: {begin}\nProc-Type: 4,ENCRYPTED\n\n  c2VjcmV0\n{end} done\nafter\n");
            assert_eq!(masked(&text), "key: ********\n********\n********\n********\n******** done\nafter\n", "{label}");
        }
    }

    #[test]
    fn a_key_without_an_end_does_not_hide_the_rest() {
        let [begin, _] = frames("PRIVATE KEY");
        let text = format!("{begin}\n{}after\n", "c2VjcmV0\n".repeat(LONGEST_KEY / 9 + 1));
        let shown = masked(&text);
        assert!(!shown.contains("c2Vj") && shown.ends_with("********\nafter\n"), "{shown}");
    }

    #[test]
    fn words_about_a_key_are_none() {
        let [begin, end] = frames("PRIVATE KEY");
        let [public, _] = frames("PUBLIC KEY");
        let text = format!("if text.startswith(\"{begin}\"):\nnext {end}\n{public}\nbody\n");
        assert_eq!(masked(&text), text);
    }
}
