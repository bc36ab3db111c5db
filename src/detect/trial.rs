//! Rules held against their own examples and near misses, through the whole detector.
//!
//! Never: the rules' pattern alone, which is [`proof`]'s.

use super::Detector;
use crate::rules::{Rule, RuleSet, proof, recipe, syntax::RuleSyntax};

/// A file in which the general rules look as well.
const PATH: &[u8] = b"src/settings.conf";

/// What `written` does not prove of itself; nothing if all is as it says.
pub fn faults(written: &[RuleSyntax]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rules = RuleSet::builtin();
    let mut sound = Vec::new();
    for syntax in written {
        match Rule::try_from(syntax.clone()) {
            Err(error) => faults.push(error.to_string()),
            Ok(rule) => match proof::prove(&rule, syntax) {
                Err(error) => faults.push(format!("rule `{}`: {error}", rule.id)),
                Ok(bits) => {
                    if rules.iter().all(|known| known.id != rule.id || known.matcher != rule.matcher) {
                        rules.add(Rule { bits, ..rule });
                    }
                    sound.push(syntax);
                }
            },
        }
    }
    let detector = Detector::new(rules);
    for syntax in sound {
        for (number, example) in (1..).zip(&syntax.examples) {
            let found = found(&detector, example, &format!("{} example {number}", syntax.id));
            if !found.contains(&syntax.id) {
                let instead = if found.is_empty() { String::new() } else { format!(" but by {}", found.join(", ")) };
                faults.push(format!("rule `{}`: example {number} is not found by it{instead}", syntax.id));
            }
        }
        for (number, near_miss) in (1..).zip(&syntax.near_misses) {
            if found(&detector, near_miss, &format!("{} near miss {number}", syntax.id)).contains(&syntax.id) {
                faults.push(format!("rule `{}`: near miss {number} is found", syntax.id));
            }
        }
    }
    faults
}

/// The ids of the rules that find something in what `recipe` makes.
fn found(detector: &Detector, recipe: &str, seed: &str) -> Vec<String> {
    let text = recipe::expand(recipe, seed).expect("it was expanded when it was proved").bytes;
    let matches = detector.detect(PATH, &text);
    matches.iter().map(|found| detector.rule(found.by).id.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::syntax;

    #[test]
    fn says_which_example_proves_nothing() {
        let rule = "[[rule]]\nid = 'acme-token'\nkeywords = ['acme_']\npattern = 'acme_[a-z0-9]{20}'\n";
        for (examples, near_misses, wanted) in [
            (r"['acme_{base36:20}', 'a=acme_{base36:20}']", r"['acme_{base36:19}', 'acme_your']", vec![]),
            (
                r"['acme_{base36:20}', 'a=acme_{base36:20}']",
                r"['acme_{base36:20}', 'acme_your']",
                vec!["rule `acme-token`: near miss 1 is found"],
            ),
            (
                r"['acme_{base36:20}', 'acme_exampleexample42xyz1']",
                r"['acme_your', 'acme_my']",
                vec!["rule `acme-token`: example 2 is not found by it"],
            ),
            (r"['acme_{base36:20}']", r"[]", vec!["rule `acme-token`: needs at least 2 examples"]),
        ] {
            let text = format!("{rule}examples = {examples}\nnear_misses = {near_misses}\n");
            assert_eq!(faults(&syntax::read(&text).expect("a rule")), wanted, "{text}");
        }
    }
}
