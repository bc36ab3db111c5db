//! Every rule of `rules.toml` against its own examples and near misses, through the whole detector.

use tightlip::{
    detect::Detector,
    rules::{RuleSet, recipe, syntax},
};

/// A file in which the general rules look as well.
const PATH: &[u8] = b"src/settings.conf";

fn found(detector: &Detector, recipe: &str, seed: &str) -> Vec<String> {
    let text = recipe::expand(recipe, seed).expect("build.rs has expanded it").bytes;
    let matches = detector.detect(PATH, &text);
    matches.iter().map(|found| detector.rules().rule(found.rule).id.to_string()).collect()
}

#[test]
fn every_example_is_found_by_its_rule_and_no_near_miss_is() {
    let detector = Detector::new(RuleSet::builtin());
    let rules = syntax::read(include_str!("../../rules.toml")).expect("build.rs has read it");
    let mut faults = Vec::new();
    for rule in &rules {
        for (number, example) in rule.examples.iter().enumerate() {
            let ids = found(&detector, example, &format!("{} example {}", rule.id, number + 1));
            if !ids.contains(&rule.id) {
                faults.push(format!("{}: example {} is found by {ids:?}", rule.id, number + 1));
            }
        }
        for (number, near_miss) in rule.near_misses.iter().enumerate() {
            let ids = found(&detector, near_miss, &format!("{} near miss {}", rule.id, number + 1));
            if ids.contains(&rule.id) {
                faults.push(format!("{}: near miss {} is found", rule.id, number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn what_is_public_by_design_is_no_finding_whatever_its_name() {
    let detector = Detector::new(RuleSet::builtin());
    let shapes = syntax::read_harmless(include_str!("../../rules.toml")).expect("build.rs has read it");
    let mut faults = Vec::new();
    for shape in &shapes {
        for example in &shape.examples {
            let ids = found(&detector, &format!("client_secret = \"{example}\""), &shape.id);
            if !ids.is_empty() {
                faults.push(format!("{}: found by {ids:?}", shape.id));
            }
        }
    }
    assert!(!shapes.is_empty() && faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_found_on_a_line_does_not_depend_on_what_stands_before_it() {
    let detector = Detector::new(RuleSet::builtin());
    let seed = "a long line";
    let pad = |words: usize| "\"note\": \"one two three\", ".repeat(words);
    let recipe = format!("{{\"password_hint\": \"none\", {}\"db_password\": \"KEY\", {}}}", pad(20), pad(20));
    let key = recipe::expand("{password:20}", seed).expect("a recipe").bytes;
    let line = recipe.replace("KEY", &String::from_utf8(key).expect("text"));
    let secrets = |preamble: usize| -> Vec<_> {
        let text = format!("{}\n{line}\n", "x".repeat(preamble));
        let matches = detector.detect(b"settings.json", text.as_bytes());
        matches.into_iter().map(|found| (found.rule, found.secret)).collect()
    };
    assert_eq!(secrets(0).len(), 1);
    for preamble in (1..1300).step_by(7) {
        assert_eq!(secrets(preamble), secrets(0), "behind {preamble} bytes");
    }
}
