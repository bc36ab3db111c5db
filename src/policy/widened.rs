//! What passes only by policy that the same change adds: a commit cannot excuse itself without saying so.
//!
//! Never: blocks anything.

use std::collections::BTreeMap;

use crate::{
    config::{Config, Glob},
    finding::Suppression,
};

/// A finding that passes, and whether it would have by the policy as it stood before.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a> {
    /// Why it passes now.
    pub by: &'a Suppression,
    /// Whether it passed, or would have passed, before the change.
    pub before: bool,
}

/// A line of words for each kind of allowance that the change adds, with the number of findings that pass by it.
pub fn findings<'a>(passed: impl IntoIterator<Item = Passed<'a>>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for Passed { by, before } in passed {
        if let (Some(means), false) = (means(by), before) {
            *counts.entry(means).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|(means, count)| match count {
            1 => format!("1 finding passes by {means} that this change adds"),
            _ => format!("{count} findings pass by {means} that this change adds"),
        })
        .collect()
}

/// What lets `by` pass, in words; `None` where nobody allowed anything.
fn means(by: &Suppression) -> Option<String> {
    match by {
        Suppression::Inherited => None,
        Suppression::Baseline { .. } => Some("the baseline".into()),
        Suppression::Pragma { .. } => Some("an inline comment".into()),
        Suppression::AllowedPath { glob } => Some(format!("[paths] allow {glob:?}")),
        Suppression::AllowedValue { reason } => Some(format!("[[allow]] ({reason})")),
    }
}

/// What a change of the configuration from `before` to `now` hides without a finding to show for it, in words.
pub fn configuration(before: &Config, now: &Config) -> Vec<String> {
    let off = added(&ids(&before.disable), &ids(&now.disable));
    let skipped = added(&written(&before.paths.skip), &written(&now.paths.skip));
    let no_longer_denied = added(&written(&now.paths.deny), &written(&before.paths.deny));
    [
        list("switches off", &off),
        list("skips", &skipped),
        list("no longer denies", &no_longer_denied),
        (before.paths.default_deny && !now.paths.default_deny)
            .then(|| "this change no longer denies the built-in list of paths".into()),
        (before.block < now.block)
            .then(|| format!("this change blocks from {} on, no longer from {}", now.block, before.block)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The names in `now` that are not in `before`.
fn added<'a>(before: &[&str], now: &[&'a str]) -> Vec<&'a str> {
    now.iter().filter(|name| !before.contains(name)).copied().collect()
}

fn written(globs: &[Glob]) -> Vec<&str> {
    globs.iter().map(Glob::as_str).collect()
}

fn ids(written: &[String]) -> Vec<&str> {
    written.iter().map(String::as_str).collect()
}

fn list(verb: &str, names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| format!("this change {verb} {}", names.join(", ")))
}
