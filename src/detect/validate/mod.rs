//! What can be proved about a candidate without a network: a table from a check's name to its function.
//!
//! Never: other candidates, paths. A check sees the secret and the text of the match around it. What a failure means for a
//! finding is the rule's to say.

mod aws;
mod azure;
mod crc;
mod discord;
mod documented;
mod dsn;
mod encoding;
mod google;
mod jwt;
mod macaroon;
mod private_key;
mod vault;

use std::borrow::Cow;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Proved; in words that follow the rule's title.
    Holds(Cow<'static, str>),
    /// Disproved.
    Fails,
    /// This check cannot tell.
    Unclear,
}

impl Verdict {
    /// Proved or disproved.
    fn of(holds: bool, words: &'static str) -> Self {
        if holds { Self::Holds(words.into()) } else { Self::Fails }
    }

    /// Disproved, or not to tell.
    fn unless(fails: bool) -> Self {
        if fails { Self::Fails } else { Self::Unclear }
    }
}

/// The value that a check looks at.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The secret.
    pub secret: &'a [u8],
    /// All that the rule's pattern matched, which the secret is a part of.
    pub matched: &'a [u8],
}

/// A row of the table.
type Row = (&'static str, fn(Subject<'_>) -> Verdict);

/// Every check, by name.
const CHECKS: &[Row] = &[
    ("aws-akid", aws::access_key_id),
    ("b64-40", aws::secret_key),
    ("base64-len", encoding::base64_len),
    ("bech32", encoding::age),
    ("crc32-ado", azure::legacy_devops),
    ("crc32-base36", crc::base36),
    ("crc32-base62", crc::base62),
    ("crc32-hex", crc::hex),
    ("crc32-hex-body", crc::hex_body),
    ("crc32-le-b64", crc::le_base64),
    ("crc32-le-hex", crc::le_hex),
    ("der", private_key::pem),
    ("discord-snowflake", discord::snowflake),
    ("documented", documented::value),
    ("dsn-host", dsn::host),
    ("hvs-caes", vault::service_token),
    ("json-sa", google::service_account),
    ("jwt", jwt::signed),
    ("jwt-supabase", jwt::supabase),
    ("macaroon-v2", macaroon::pypi),
    ("marvin-aad", azure::entra),
    ("marvin-cask", azure::annotated),
    ("marvin-his", azure::identifiable),
    ("ppk", private_key::putty),
    ("sha256-base32-8", crc::sha256_base32),
];

/// Whether there is a check `name`.
pub fn is_known(name: &str) -> bool {
    CHECKS.iter().any(|(known, _)| *known == name)
}

/// Applies the check `name`; none if there is no such check.
pub fn check(name: &str, subject: Subject<'_>) -> Option<Verdict> {
    CHECKS.iter().find(|(known, _)| *known == name).map(|(_, check)| check(subject))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Matcher, OnFailure, Rule, RuleSet, ValueShape, proof, recipe, syntax};

    const RULES: &str = include_str!("../../../rules.toml");

    /// The verdict of `check` on the whole of what `recipe` makes.
    fn verdict(check: fn(Subject<'_>) -> Verdict, recipe: &str) -> Verdict {
        let bytes = recipe::expand(recipe, recipe).expect("a recipe of a test").bytes;
        check(Subject { secret: &bytes, matched: &bytes })
    }

    /// Whether `check` proves, disproves, or cannot tell.
    #[track_caller]
    pub(super) fn judges(check: fn(Subject<'_>) -> Verdict, cases: &[(&str, Option<bool>)]) {
        for (recipe, expected) in cases {
            let found = match verdict(check, recipe) {
                Verdict::Holds(_) => Some(true),
                Verdict::Fails => Some(false),
                Verdict::Unclear => None,
            };
            assert_eq!(found, *expected, "{recipe}");
        }
    }

    /// What the pattern of `rule` finds in `text` and no check drops.
    fn found(rule: &Rule, text: &[u8]) -> Vec<proof::Found> {
        let Matcher::Pattern { regex, reach } = &rule.matcher else { return Vec::new() };
        let stays = |found: &proof::Found| {
            let subject = Subject { secret: &text[found.secret.clone()], matched: &text[found.matched.clone()] };
            let mut drops = rule.checks.iter().filter(|check| check.on_failure == OnFailure::Drop);
            drops.all(|drop| check(&drop.name, subject) != Some(Verdict::Fails))
        };
        proof::find(rule, regex, *reach, text).into_iter().filter(stays).collect()
    }

    #[test]
    fn has_every_check_that_a_rule_names() {
        for rule in RuleSet::builtin().iter() {
            for check in rule.checks.iter() {
                assert!(CHECKS.iter().any(|(name, _)| *name == check.name), "{}: {}", rule.id, check.name);
            }
        }
    }

    #[test]
    fn names_each_check_once_and_in_order() {
        assert!(CHECKS.is_sorted_by(|one, two| one.0 < two.0));
    }

    #[test]
    fn every_example_passes_the_checks_of_its_rule() {
        for (rule, written) in RuleSet::builtin().iter().zip(syntax::read(RULES).expect("the build has read it")) {
            if !matches!(rule.matcher, Matcher::Pattern { .. }) {
                continue;
            }
            for example in &written.examples {
                let text = recipe::expand(example, example).expect("the build has followed it").bytes;
                assert!(!found(rule, &text).is_empty(), "{}: {example}", rule.id);
            }
        }
    }

    #[test]
    fn a_value_of_an_example_has_the_shape_and_passes_the_checks() {
        for (rule, written) in RuleSet::builtin().iter().zip(syntax::read(RULES).expect("the build has read it")) {
            let Matcher::Assignment { value: ValueShape::Pattern(value), .. } = &rule.matcher else { continue };
            let shape = syntax::compile_value(value).expect("the build has compiled it");
            for example in &written.examples {
                let text = recipe::expand(example, example).expect("the build has followed it").bytes;
                let end = |byte: &u8| b"\"=: ,".contains(byte);
                let from = text.iter().position(|byte| b"=:".contains(byte)).expect("an assignment") + 1;
                let start = from + text[from..].iter().position(|byte| !end(byte)).expect("a value");
                let length = text[start..].iter().rposition(|byte| !b"\",".contains(byte)).expect("a value") + 1;
                let secret = &text[start..start + length];
                assert!(shape.is_match(secret), "{}: {example}", rule.id);
                for one in rule.checks.iter().filter(|one| one.on_failure == OnFailure::Drop) {
                    let verdict = check(&one.name, Subject { secret, matched: secret });
                    assert_ne!(verdict, Some(Verdict::Fails), "{}: {example}", rule.id);
                }
            }
        }
    }

    #[test]
    fn no_line_of_the_rules_looks_alive() {
        for rule in RuleSet::builtin().iter() {
            let lines =
                found(rule, RULES.as_bytes()).into_iter().map(|found| RULES[..found.secret.start].lines().count());
            assert_eq!(lines.collect::<Vec<_>>(), [0; 0], "{}", rule.id);
        }
    }
}
