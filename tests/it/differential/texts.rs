//! What is found beside what was planted: random texts, through every decoder and every split into pieces.

use std::collections::BTreeSet;

use data_encoding::{BASE64, BASE64URL, HEXLOWER};
use tightlip::{
    detect::{Detector, Match},
    piece,
    rules::{Matcher, Reach, RuleSet, recipe, syntax},
};

use super::{over_seeds, states};
use crate::support::random::Random;

/// A file that nothing is known of by its name.
const PATH: &[u8] = b"src/notes.txt";

/// Nothing in them is a name that a value could stand behind.
const WORDS: [&str; 12] = [
    "river", "window", "garden", "yellow", "quiet", "stone", "between", "morning", "under", "ladder", "pencil",
    "harbour",
];

/// So many words stand between two planted lines: no rule sees as far.
const APART: usize = 30;

/// The longest planted line: decoders see 4 KiB of one with escapes, and an escape has up to six characters.
const LONGEST: usize = 600;

/// Of the pieces of a stream: more than a line and what a rule sees round it.
const MARGIN: usize = 2 << 10;

/// A text of 60 values, of 15 KiB and more, has some such pieces.
const PIECES: usize = 6;

/// Planted values, each with the id of its rule.
type Planted = BTreeSet<(String, String)>;

/// Makes texts of which it knows what is in them.
struct Planter {
    detector: Detector,
    /// Lines that hold one value each, of rules that know it by its own format.
    recipes: Vec<String>,
}

impl Planter {
    fn new() -> Self {
        let detector = Detector::new(RuleSet::builtin());
        let planter = Self { detector, recipes: Vec::new() };
        let known = |id: &str| {
            let rule = planter.detector.rules().iter().find(|rule| rule.id == id).expect("a built-in rule");
            let is_known_in_a_line = matches!(&rule.matcher, Matcher::Pattern { reach: Reach::Line, .. });
            // A value that is base64 of what another rule knows is, wrapped once more, that other value. And which of two rules
            // that know a value is named may hang on its last byte, whose place in compressed text is not known.
            let is_of_one = !["json-web-token-base64", "svix-webhook-secret"].contains(&id);
            is_known_in_a_line && is_of_one && rule.paths.is_empty()
        };
        let written = syntax::read(include_str!("../../../rules.toml")).expect("the build has read it");
        let examples = written.iter().filter(|rule| known(&rule.id)).map(|rule| rule.examples[0].clone());
        let recipes: Vec<_> = examples.filter(|example| planter.line(example, 0).is_some()).collect();
        Self { recipes, ..planter }
    }

    /// A line by a recipe, and the one value in it; none where it is not as plain as it must be to be written in every way.
    fn line(&self, recipe: &str, seed: usize) -> Option<(String, (String, String))> {
        let line = String::from_utf8(recipe::expand(recipe, &format!("{seed}")).ok()?.bytes).ok()?;
        let is_plain = line.len() <= LONGEST && line.is_ascii() && !line.contains(['\n', '\\', '%', '&', '"']);
        let matches = self.detector.detect(PATH, line.as_bytes());
        let [only] = matches.as_slice() else { return None };
        let value = self.named(only);
        let in_string = self.found(format!("x = \"{line}\"").as_bytes());
        (is_plain && only.via.is_empty() && in_string == Planted::from([value.clone()])).then_some((line, value))
    }

    fn found(&self, text: &[u8]) -> Planted {
        self.detector.detect(PATH, text).iter().map(|found| self.named(found)).collect()
    }

    fn named(&self, found: &Match) -> (String, String) {
        let value = String::from_utf8_lossy(found.secret.expose()).into_owned();
        (self.detector.rule(found.by).id.to_string(), value)
    }

    /// Lines of words, and `count` planted ones among them.
    fn text(&self, random: &mut Random, count: usize) -> (String, Planted) {
        let (mut text, mut planted) = (words(random), Planted::new());
        while planted.len() < count {
            let recipe = &self.recipes[random.below(self.recipes.len())];
            let Some((line, value)) = self.line(recipe, random.below(1 << 30)) else { continue };
            planted.insert(value);
            text.extend([line.as_str(), "\n", &words(random)]);
        }
        (text, planted)
    }
}

fn words(random: &mut Random) -> String {
    let mut text = String::new();
    for number in 1..=APART {
        text.push_str(random.of(&WORDS));
        text.push(if number % 10 == 0 { '\n' } else { ' ' });
    }
    text
}

/// A way to write a text, and whether it is written line by line.
type Wrapping = (&'static str, fn(&[u8]) -> Vec<u8>);

const WRAPPINGS: [Wrapping; 16] = [
    ("plain", <[u8]>::to_vec),
    ("base64", |text| BASE64.encode(text).into_bytes()),
    ("base64url", |text| BASE64URL.encode(text).into_bytes()),
    ("base64 in lines", |text| in_lines(&BASE64.encode(text))),
    ("base64 twice", |text| BASE64.encode(BASE64.encode(text).as_bytes()).into_bytes()),
    ("hex", |text| HEXLOWER.encode(text).into_bytes()),
    ("gzip in base64", |text| BASE64.encode(&gzip(text)).into_bytes()),
    ("percent", |text| escaped(text, |byte| format!("%{byte:02X}"))),
    ("\\x", |text| escaped(text, |byte| format!("\\x{byte:02x}"))),
    ("\\u", |text| escaped(text, |byte| format!("\\u{byte:04x}"))),
    ("entities", |text| escaped(text, |byte| format!("&#{byte};"))),
    ("UTF-16, little", |text| utf16(text, u16::to_le_bytes)),
    ("UTF-16, big", |text| utf16(text, u16::to_be_bytes)),
    ("strings put together", |text| {
        per_line(text, |line| {
            let (one, other) = halves(line);
            format!("x = \"{one}\" + \"{other}\"")
        })
    }),
    ("a string on two lines", |text| {
        per_line(text, |line| {
            let (one, other) = halves(line);
            format!("x = (\"{one}\"\n     \"{other}\")")
        })
    }),
    ("CR LF", |text| per_line(text, |line| format!("{line}\r"))),
];

fn in_lines(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(76).collect::<Vec<_>>().join(&b'\n')
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// Every character, so that lines stay what they are.
fn escaped(text: &[u8], how: impl Fn(u8) -> String) -> Vec<u8> {
    let one = |&byte: &u8| if byte == b'\n' { String::from("\n") } else { how(byte) };
    text.iter().map(one).collect::<String>().into_bytes()
}

fn utf16(text: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = str::from_utf8(text).expect("text");
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
}

fn per_line(text: &[u8], how: impl Fn(&str) -> String) -> Vec<u8> {
    str::from_utf8(text).expect("text").lines().map(|line| how(line) + "\n").collect::<String>().into_bytes()
}

/// Cut inside a word, as a long token is.
fn halves(line: &str) -> (&str, &str) {
    let is_inside =
        |at: &usize| line.as_bytes()[at - 1].is_ascii_alphanumeric() && line.as_bytes()[*at].is_ascii_alphanumeric();
    let at = (line.len() / 2..line.len()).find(is_inside).unwrap_or(line.len());
    line.split_at(at)
}

#[test]
fn finds_what_was_planted_through_every_decoder() {
    let maker = Planter::new();
    assert!(maker.recipes.len() > 200, "{} recipes", maker.recipes.len());
    over_seeds(WRAPPINGS.len(), |seed| {
        let mut random = Random::new(seed);
        let (text, planted) = maker.text(&mut random, 6);
        for (name, wrap) in WRAPPINGS {
            let wrapped = wrap(text.as_bytes());
            let found = maker.found(&wrapped);
            assert_eq!(found, planted, "{name}, seed {seed}:\n{text}");
        }
        1
    });
}

#[test]
fn finds_what_was_planted_wherever_a_stream_is_split() {
    let maker = Planter::new();
    let splits: usize = over_seeds(PIECES, |seed| {
        let mut random = Random::new(seed);
        let (text, planted) = maker.text(&mut random, 60);
        let own = MARGIN + random.below(MARGIN / 4);
        let (mut found, mut pieces) = (Planted::new(), 0);
        let mut stream = text.as_bytes();
        let read = piece::each_of(&mut stream, own, MARGIN, &mut |piece| {
            pieces += 1;
            for one in maker.detector.detect(PATH, piece.bytes) {
                if piece.own.contains(&one.span.start) {
                    assert!(found.insert(maker.named(&one)), "found twice, seed {seed}");
                }
            }
        });
        assert_eq!(read.expect("nothing to fail"), text.len() as u64);
        assert_eq!(found, planted, "pieces of {own}, seed {seed}:\n{text}");
        pieces
    });
    assert!(splits > states(), "{splits} splits");
}
