//! The fuzz targets of `fuzz/`, over their seeds, their corpus, and some thousand changes of these: the same ones in each run.
//!
//! `TIGHTLIP_FUZZ=20000 cargo test --test it fuzz::` tries so many changes of each target. docs/reliability.md says how to
//! let a fuzzer choose them.

use std::{fs, path::Path};

use crate::{support::random::Random, targets};

/// Changes of a target's seeds that a plain `cargo test` tries.
const CHANGES: usize = 400;

/// A seed is not made longer than this by changes.
const LONGEST: usize = 16 << 10;

/// What readers of text and of binary files ask for.
const TELLING: [&[u8]; 20] = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80",
    b"\n",
    b"'",
    b"\"",
    b"=",
    b": ",
    b"{",
    b"}",
    b"[",
    b"%",
    b"\\u",
    b"TREE",
    concat!("-----BEGIN", " PRIVATE KEY-----").as_bytes(),
    b"9999999999999999999",
    "\u{202e}".as_bytes(),
    b"\x1f\x8b\x08",
    b" ",
];

/// One test for each target, so that they run side by side.
macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            try_changes(stringify!($name));
        })*

        #[test]
        fn each_target_has_its_test() {
            assert_eq!([$(stringify!($name)),*], targets::TARGETS.map(|target| target.name));
        }
    };
}

targets! { decoders assignments checks redact rules config baseline imports reports shim hook_input index objects }

fn try_changes(name: &str) {
    let target = targets::named(name);
    let seeds: Vec<_> = (target.seeds)().into_iter().chain(corpus(name)).collect();
    assert!(!seeds.is_empty());
    for seed in &seeds {
        target.run(seed);
    }
    let changes = std::env::var("TIGHTLIP_FUZZ").map_or(CHANGES, |count| count.parse().expect("a number"));
    let mut random = Random::new(1);
    for _ in 0..changes {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        for _ in 0..=random.below(4) {
            change(&mut bytes, &seeds, &mut random);
        }
        target.run(&bytes);
    }
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = at + random.below((bytes.len() - at + 1).min(64));
    match random.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        3 => {
            let telling = TELLING[random.below(TELLING.len())];
            bytes.splice(at..at, telling.iter().copied());
        }
        4 => {
            let other = &seeds[random.below(seeds.len())];
            bytes.truncate(at);
            bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
        }
        _ => bytes[at.min(end)..end].iter_mut().for_each(|byte| *byte ^= 1 << random.below(8)),
    }
    bytes.truncate(LONGEST);
}

/// One input a line, with escapes as in a byte string of Rust; empty where a target has none yet.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(format!("{name}.txt"));
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter(|line| !line.starts_with("# ")).map(unescape).collect()
}

fn unescape(line: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), line);
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        let (len, byte) = match &escape[..1] {
            "x" => (3, u8::from_str_radix(&escape[1..3], 16).expect("two digits")),
            "n" => (1, b'\n'),
            "r" => (1, b'\r'),
            "t" => (1, b'\t'),
            itself => (1, itself.as_bytes()[0]),
        };
        bytes.push(byte);
        rest = &escape[len..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

#[test]
fn a_line_of_a_corpus_is_what_was_written() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(unescape(&all.escape_ascii().to_string()), all);
}

/// Writes what a fuzzer begins with: `TIGHTLIP_SEEDS=FOLDER cargo test --test it fuzz::writes -- --ignored`.
#[test]
#[ignore = "it writes files"]
fn writes_seeds() {
    let folder = std::env::var("TIGHTLIP_SEEDS").expect("TIGHTLIP_SEEDS names a folder");
    for target in targets::TARGETS {
        let folder = Path::new(&folder).join(target.name);
        fs::create_dir_all(&folder).expect("a folder");
        for (number, seed) in (target.seeds)().into_iter().chain(corpus(target.name)).enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed).expect("a file");
        }
    }
}
