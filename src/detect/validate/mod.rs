//! What can be proved about a candidate without a network: a table from a check's name to its function.
//!
//! Never: other candidates, paths. A check sees the secret and the text of the match around it. What a failure means for a
//! finding is the rule's to say.

mod aws;
mod azure;
mod crc;
mod der;
mod discord;
mod document;
mod documented;
mod dsn;
mod google;
mod jwt;
mod keystore;
mod macaroon;
mod packed;
mod private_key;
mod shape;
mod vault;
mod wallet;

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
type Row = (&'static str, Check);

/// How a check is called.
enum Check {
    /// By its name.
    Plain(fn(Subject<'_>) -> Verdict),
    /// By its name, or by its name, a dash, and what it wants: `base64-len` and `base64-len-44`.
    Family(fn(Subject<'_>, &str) -> Verdict),
}

use Check::{Family, Plain};

/// Every check, by name.
const CHECKS: &[Row] = &[
    ("aws-akid", Plain(aws::access_key_id)),
    ("aws-signed-address", Plain(aws::signed_address)),
    ("b64-40", Plain(aws::secret_key)),
    ("b64-bedrock", Plain(packed::bedrock)),
    ("b64-int-colon", Plain(packed::numbered)),
    ("b64-json", Family(packed::json)),
    ("b64-reftkn", Plain(packed::reference_token)),
    ("b64-text", Family(packed::text)),
    ("base32-shape", Family(shape::base32)),
    ("base58-len", Family(wallet::base58_len)),
    ("base58check", Plain(wallet::base58check)),
    ("base64-len", Family(shape::base64_len)),
    ("base64-userpass", Plain(packed::user_and_password)),
    ("bech32", Plain(wallet::bech32)),
    ("bip39", Plain(wallet::seed_phrase)),
    ("crc16-xmodem", Plain(wallet::crc16)),
    ("crc32-ado", Plain(azure::legacy_devops)),
    ("crc32-base36", Plain(crc::base36)),
    ("crc32-base62", Plain(crc::base62)),
    ("crc32-hex", Plain(crc::hex)),
    ("crc32-hex-body", Plain(crc::hex_body)),
    ("crc32-le-b64", Plain(crc::le_base64)),
    ("crc32-le-hex", Plain(crc::le_hex)),
    ("crypt-shape", Plain(shape::crypt)),
    ("der", Plain(private_key::any)),
    ("discord-snowflake", Plain(discord::snowflake)),
    ("documented", Plain(documented::value)),
    ("dsn-host", Plain(dsn::host)),
    ("dsn-own", Plain(dsn::own_host)),
    ("fixed-infix", Family(shape::infix)),
    ("fixed-suffix", Family(shape::suffix)),
    ("hvs-caes", Plain(vault::service_token)),
    ("json", Family(document::json)),
    ("json-jwk", Plain(document::web_key)),
    ("json-sa", Plain(google::service_account)),
    ("jwt", Plain(jwt::signed)),
    ("jwt-claims", Family(jwt::claims)),
    ("jwt-header", Family(jwt::header)),
    ("jwt-supabase", Plain(jwt::supabase)),
    ("luhn", Plain(shape::luhn)),
    ("macaroon-msgpack", Plain(macaroon::fly)),
    ("macaroon-v2", Plain(macaroon::pypi)),
    ("magic", Plain(keystore::magic)),
    ("marvin-aad", Plain(azure::entra)),
    ("marvin-cask", Plain(azure::annotated)),
    ("marvin-his", Plain(azure::identifiable)),
    ("openssh-key-v1", Plain(private_key::openssh)),
    ("percent-escapes", Plain(shape::percent)),
    ("pgp-crc24", Plain(private_key::pgp)),
    ("pkcs12", Plain(keystore::pkcs12)),
    ("ppk", Plain(private_key::putty)),
    ("secp256k1-range", Plain(wallet::secp256k1)),
    ("sha256-base32-8", Plain(crc::sha256_base32)),
];

/// Whether there is a check `name`.
pub fn is_known(name: &str) -> bool {
    row(name).is_some()
}

/// Applies the check `name`; none if there is no such check.
pub fn check(name: &str, subject: Subject<'_>) -> Option<Verdict> {
    row(name).map(|(check, wanted)| match check {
        Plain(check) => check(subject),
        Family(check) => check(subject, wanted),
    })
}

/// The check `name`, and what is wanted of it. A whole name goes before a family's.
fn row(name: &str) -> Option<(&'static Check, &str)> {
    let whole = CHECKS.iter().find(|(known, _)| *known == name).map(|(_, check)| (check, ""));
    whole.or_else(|| {
        CHECKS.iter().filter(|(_, check)| matches!(check, Family(_))).find_map(|(known, check)| {
            let wanted = name.strip_prefix(known)?.strip_prefix('-')?;
            Some((check, wanted))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Matcher, OnFailure, Rule, RuleSet, ValueShape, proof, recipe, syntax};

    const RULES: &str = include_str!("../../../rules.toml");

    /// Whether `check` proves, disproves, or cannot tell of the whole of what each recipe makes.
    #[track_caller]
    pub(super) fn judges(check: fn(Subject<'_>) -> Verdict, cases: &[(&str, Option<bool>)]) {
        for (recipe, expected) in cases {
            judge(check, recipe, *expected);
        }
    }

    /// The same of a family: what is wanted stands before each recipe.
    #[track_caller]
    pub(super) fn judges_with(check: fn(Subject<'_>, &str) -> Verdict, cases: &[(&str, &str, Option<bool>)]) {
        for (wanted, recipe, expected) in cases {
            judge(|subject| check(subject, wanted), recipe, *expected);
        }
    }

    #[track_caller]
    fn judge(check: impl Fn(Subject<'_>) -> Verdict, recipe: &str, expected: Option<bool>) {
        let bytes = recipe::expand(recipe, recipe).expect("a recipe of a test").bytes;
        let found = match check(Subject { secret: &bytes, matched: &bytes }) {
            Verdict::Holds(_) => Some(true),
            Verdict::Fails => Some(false),
            Verdict::Unclear => None,
        };
        assert_eq!(found, expected, "{recipe}");
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
                assert!(is_known(&check.name), "{}: {}", rule.id, check.name);
            }
        }
    }

    #[test]
    fn names_each_check_once_and_in_order() {
        assert!(CHECKS.is_sorted_by(|one, two| one.0 < two.0));
    }

    #[test]
    fn no_check_panics_on_hostile_bytes() {
        let hostile: [&[u8]; 9] = [
            b"",
            b"=",
            b"====",
            b".",
            b"....",
            concat!("-----BEGIN", " PRIVATE KEY-----").as_bytes(),
            &[0xff; 300],
            b"S$$$$$$",
            "€uro_ß.".as_bytes(),
        ];
        for (name, _) in CHECKS {
            for wanted in ["", "-44", "-a-b", "-nuget", "-a=b|c"] {
                for secret in hostile {
                    check(&format!("{name}{wanted}"), Subject { secret, matched: secret });
                }
            }
        }
    }

    #[test]
    fn a_family_is_called_by_what_it_wants() {
        for (name, known) in [
            ("base64-len", true),
            ("base64-len-44", true),
            ("base64-len44", false),
            ("jwt-claims-iss=me", true),
            ("jwt-other", false),
        ] {
            assert_eq!(is_known(name), known, "{name}");
        }
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
