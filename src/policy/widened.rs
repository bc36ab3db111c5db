//! What passes only by policy that the same change adds: a commit cannot excuse itself without saying so.
//!
//! Never: blocks anything.

use std::collections::BTreeMap;

use crate::{
    config::{Allow, Config, Date},
    finding::Suppression,
    glob::Glob,
    rules::Rule,
    secret::without_tokens,
};

/// A finding that passes, and whether it would have by the policy as it stood before.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a> {
    /// Why it passes now.
    pub by: &'a Suppression,
    /// Whether it passed, or would have passed, before the change.
    pub before: bool,
}

/// What one change, or several that go together, add to let something pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Widened {
    counts: BTreeMap<String, usize>,
    configuration: Vec<String>,
}

impl Widened {
    /// Adds those of the findings that pass by the change alone.
    pub fn add_findings<'a>(&mut self, passed: impl IntoIterator<Item = Passed<'a>>) {
        for Passed { by, before } in passed {
            if let (Some(means), false) = (means(by), before) {
                *self.counts.entry(means).or_default() += 1;
            }
        }
    }

    /// Adds what a change of the configuration hides `today` without a finding to show for it.
    pub fn add_configuration(&mut self, before: &Config, now: &Config, today: Date) {
        self.add_words(configuration(before, now, today));
    }

    fn add_words(&mut self, words: Vec<String>) {
        for words in words {
            if !self.configuration.contains(&words) {
                self.configuration.push(words);
            }
        }
    }

    /// Adds what another change of the same kind adds.
    pub fn absorb(&mut self, other: Self) {
        for (means, count) in other.counts {
            *self.counts.entry(means).or_default() += count;
        }
        self.add_words(other.configuration);
    }

    /// In words, `2 findings by the baseline`, that go on after "let pass by this very change:".
    pub fn words(&self) -> Vec<String> {
        let counts = self.counts.iter();
        let counts =
            counts.map(|(means, count)| format!("{count} finding{} by {means}", if *count == 1 { "" } else { "s" }));
        self.configuration.iter().cloned().chain(counts).collect()
    }
}

/// What lets `by` pass, in words; `None` where nobody allowed anything.
fn means(by: &Suppression) -> Option<String> {
    match by {
        Suppression::Inherited | Suppression::Bypass { .. } => None,
        Suppression::Baseline { .. } => Some("the baseline".into()),
        Suppression::Pragma { .. } => Some("inline comments".into()),
        Suppression::AllowedPath { glob } => Some(format!("[paths] allow {:?}", without_tokens(glob))),
        Suppression::AllowedValue { reason } => Some(format!("[[allow]] ({})", without_tokens(reason))),
    }
}

/// What a change of the configuration from `before` to `now` hides, in the same words.
fn configuration(before: &Config, now: &Config, today: Date) -> Vec<String> {
    let off = added(&ids(&before.disable), &ids(&now.disable));
    let skips = |config: &'_ Config| [config.paths.skip.as_slice(), &config.paths.skip_but_required].concat();
    let (skipped_before, skipped_now) = (skips(before), skips(now));
    let skipped = added(&globs(&skipped_before), &globs(&skipped_now));
    let no_longer_denied = added(&globs(&now.paths.deny), &globs(&before.paths.deny));
    let allowed = added(&globs(&before.paths.allow), &globs(&now.paths.allow));
    let marks = added(&marks(before), &marks(now));
    let replaced = replaced(before, now);
    let lost = lost(before, now);
    [
        list("[rules] disable gains", &off),
        list("[[rule]] replaces", &replaced),
        list("[[rule]] loses", &lost),
        list("[paths] allow gains", &allowed),
        list("[[allow]] gains", &new_allowances(before, now, today)),
        list("[inline] marks gains", &marks),
        list("[paths] skip gains", &skipped),
        list("[paths] deny loses", &no_longer_denied),
        list("[known] files loses", &added(&globs(&now.known.files.globs), &globs(&before.known.files.globs))),
        list("[known] skip gains", &added(&globs(&before.known.skip.globs), &globs(&now.known.skip.globs))),
        (before.known.enabled && !now.known.enabled).then(|| "[known] enabled is off".into()),
        (!before.server_inline && now.server_inline).then(|| "[server] inline is on".into()),
        (before.paths.default_deny && !now.paths.default_deny).then(|| "[paths] default_deny is off".into()),
        (before.block < now.block).then(|| format!("[report] block rises to {}", now.block)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The ids of rules that were there before and are others now.
fn replaced<'a>(before: &Config, now: &'a Config) -> Vec<&'a str> {
    let earlier = before.rule_set();
    let is_other = |rule: &&Rule| earlier.iter().any(|known| known.id == rule.id && known != *rule);
    now.rules.iter().filter(is_other).map(|rule| rule.id.as_ref()).collect()
}

/// The ids of a configuration's own rules that are gone, and that no other rule has.
fn lost<'a>(before: &'a Config, now: &Config) -> Vec<&'a str> {
    let left = now.rule_set();
    let is_gone = |id: &&str| !now.disable.iter().any(|off| off == id) && !left.iter().any(|rule| rule.id == *id);
    before.rules.iter().map(|rule| rule.id.as_ref()).filter(is_gone).collect()
}

/// The reasons of the allowances in force that were not there before, or were others.
fn new_allowances<'a>(before: &Config, now: &'a Config, today: Date) -> Vec<&'a str> {
    let said = |allow: &Allow| {
        let path = allow.path.as_ref().map(|glob| glob.as_str().to_owned());
        let value = allow.value.as_ref().map(|pattern| pattern.as_str().to_owned());
        (allow.rule.clone(), path, value, allow.expires)
    };
    let earlier: Vec<_> = before.allow.iter().map(said).collect();
    let in_force = now.allow.iter().filter(|allow| allow.is_in_force(today));
    in_force.filter(|allow| !earlier.contains(&said(allow))).map(|allow| allow.reason.as_str()).collect()
}

/// The names in `now` that are not in `before`.
fn added<'a>(before: &[&str], now: &[&'a str]) -> Vec<&'a str> {
    now.iter().filter(|name| !before.contains(name)).copied().collect()
}

fn globs(written: &[Glob]) -> Vec<&str> {
    written.iter().map(Glob::as_str).collect()
}

fn ids(written: &[String]) -> Vec<&str> {
    written.iter().map(String::as_str).collect()
}

fn marks(config: &Config) -> Vec<&'static str> {
    config.marks.iter().map(|mark| mark.text()).collect()
}

fn list(what: &str, names: &[&str]) -> Option<String> {
    let names: Vec<_> = names.iter().map(|name| format!("{:?}", without_tokens(name))).collect();
    (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, File};

    fn today() -> Date {
        "2026-06-15".parse().expect("a day")
    }

    #[test]
    fn counts_what_passes_by_the_change_alone() {
        let baseline = Suppression::Baseline { reason: None };
        let path = Suppression::AllowedPath { glob: "docs/**".into() };
        let passed = [
            (&baseline, false),
            (&Suppression::Inherited, false),
            (&path, false),
            (&baseline, false),
            (&baseline, true),
            (&Suppression::Pragma { reason: None }, true),
        ];
        let mut widened = Widened::default();
        widened.add_findings(passed.map(|(by, before)| Passed { by, before }));
        assert_eq!(widened.words(), ["1 finding by [paths] allow \"docs/**\"", "2 findings by the baseline"]);
    }

    #[test]
    fn names_the_rules_that_a_configuration_changes() {
        let read = |text: &str| {
            config::read(None, Some(File { name: "test", text: text.as_bytes() })).expect("a configuration")
        };
        let rule = |id: &str, keyword: &str| {
            format!("[[rule]]\nid = '{id}'\nkeywords = ['{keyword}']\npattern = '{keyword}-[0-9a-f]{{8}}'\n")
        };
        let own = rule("house-key", "house");
        let replaced = rule("stripe-secret-key", "house");
        for (before, now, words) in [
            (&*own, own.clone(), &[][..]),
            (&*own, rule("house-key", "other"), &["[[rule]] replaces \"house-key\""]),
            (&*own, String::new(), &["[[rule]] loses \"house-key\""]),
            ("", own.clone(), &[]),
            ("", replaced.clone(), &["[[rule]] replaces \"stripe-secret-key\""]),
            (&*replaced, String::new(), &[]),
        ] {
            assert_eq!(configuration(&read(before), &read(&now), today()), words, "{before} {now}");
        }
    }

    #[test]
    fn names_what_is_skipped_beside_what_is_required() {
        let read = |repository: &str| {
            let file = |name, text: &'static str| File { name, text: text.as_bytes() };
            let user = file("user", "[require]\nrules = ['stripe-secret-key']");
            config::read(Some(user), Some(File { name: "test", text: repository.as_bytes() })).expect("a configuration")
        };
        let words = configuration(&read(""), &read("[paths]\nskip = ['vendor/']"), today());
        assert_eq!(words, ["[paths] skip gains \"vendor/\""]);
    }

    #[test]
    fn names_what_a_configuration_hides() {
        let read = |text: &str| {
            config::read(None, Some(File { name: "test", text: text.as_bytes() })).expect("a configuration")
        };
        let before = "[paths]\nskip = ['a']\ndeny = ['x', 'y']";
        for (now, words) in [
            (before, &[][..]),
            ("[paths]\nskip = ['a', 'b', 'c']\ndeny = ['x', 'y']", &["[paths] skip gains \"b\", \"c\""]),
            ("[paths]\nskip = ['a']\ndeny = ['y', 'z']", &["[paths] deny loses \"x\""]),
            (
                "[paths]\ndeny = ['x', 'y']\ndefault_deny = false\n[report]\nblock = 'critical'",
                &["[paths] default_deny is off", "[report] block rises to critical"],
            ),
            ("[server]\ninline = true\n[paths]\nskip = ['a']\ndeny = ['x', 'y']", &["[server] inline is on"]),
            (
                "[inline]\nmarks = ['nosecret', 'gitleaks:allow']\n[paths]\ndeny = ['x', 'y']",
                &["[inline] marks gains \"nosecret\", \"gitleaks:allow\""],
            ),
            (
                // What has expired hides nothing.
                "[[allow]]\npath = 'a'\nreason = 'over'\nexpires = 2026-06-14\n[[allow]]\npath = 'a'\nreason = 'new'\n\
                 expires = 2026-06-15\n[paths]\ndeny = ['x', 'y']",
                &["[[allow]] gains \"new\""],
            ),
            (
                "[paths]\ndeny = ['x', 'y']\n[rules]\ndisable = ['denied-path']\n[report]\nblock = 'low'",
                &["[rules] disable gains \"denied-path\""],
            ),
        ] {
            assert_eq!(configuration(&read(before), &read(now), today()), words, "{now}");
        }
    }
}
