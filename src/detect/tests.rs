use data_encoding::{BASE64, HEXLOWER};

use super::*;
use crate::rules::recipe;

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// One way to write a text.
type Write = fn(&[u8]) -> Vec<u8>;

/// As it is, and as each decoder knows it.
const WRITTEN: [(&str, Write); 6] = [
    ("as it is", <[u8]>::to_vec),
    ("base64", |text| BASE64.encode(text).into_bytes()),
    ("hex", |text| HEXLOWER.encode(text).into_bytes()),
    ("percent", |text| text.iter().flat_map(|byte| format!("%{byte:02X}").into_bytes()).collect()),
    ("escapes", |text| text.iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes()).collect()),
    ("entities", |text| text.iter().flat_map(|byte| format!("&#{byte};").into_bytes()).collect()),
];

/// Lines of code, data and prose that no rule minds, but full of what rules look for.
const LINES: [&str; 8] = [
    "token = read_token(path)  # never a secret in here",
    "password: ${PASSWORD}",
    "https://example.com/login?key=value&session=none",
    "fn secret_key(api_key: &str) -> Option<Secret>;",
    "commit 5f3759df5f3759df5f3759df5f3759df5f3759df",
    "{\"auth\": null, \"credentials\": []}",
    "-----BEGIN CERTIFICATE-----",
    "nothing to see here, in no way",
];

const PATHS: [&str; 6] = ["a.py", "config.yaml", ".env", "notes.md", "data.json", "src/main.rs"];

#[test]
fn shortcuts_keep_no_match_out() {
    let rules = RuleSet::builtin();
    let quick = Detector::new(rules.clone());
    let mut slow = Detector::new(rules);
    slow.prefilter.spares_nothing = true;
    let written = syntax::read(include_str!("../../rules.toml")).expect("build.rs has read it");
    let examples: Vec<&str> = written.iter().flat_map(|rule| &rule.examples).map(String::as_str).collect();
    let mut numbers = Numbers(3);
    let mut found = BTreeMap::new();
    for round in 0..1500 {
        let (name, write) = WRITTEN[round % WRITTEN.len()];
        let mut text = Vec::new();
        for _ in 0..numbers.below(12) {
            text.extend_from_slice(numbers.of(&LINES).as_bytes());
            text.push(numbers.of(b"\n\n\n ;"));
        }
        let planted = recipe::expand(examples[numbers.below(examples.len())], &round.to_string());
        text.extend_from_slice(&write(&planted.expect("build.rs has expanded it").bytes));
        text.extend_from_slice(numbers.of(&["\n", "\"\n", " and more\n"]).as_bytes());
        text.extend_from_slice(numbers.of(&LINES).as_bytes());
        let path = numbers.of(&PATHS).as_bytes();
        let places = |detector: &Detector| -> Vec<_> {
            let matches = detector.detect(path, &text).into_iter();
            matches.map(|found| (found.by, found.span, found.severity, found.proof, found.via)).collect()
        };
        let with = places(&quick);
        assert_eq!(with, places(&slow), "{name}: {}", text.escape_ascii());
        *found.entry(name).or_insert(0) += with.len();
    }
    assert!(found.len() == WRITTEN.len() && found.values().all(|&count| count > 100), "{found:?}");
}
