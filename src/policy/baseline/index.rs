//! Where the lines of a baseline are, so that a finding is looked up without asking every line.
//!
//! Never: whether a line is in force.

use std::collections::{BTreeMap, HashMap};

use gix::bstr::BString;

use super::Line;
use crate::{fingerprint::Fingerprint, policy::Case};

/// The numbers of the lines for one value, by their paths.
pub(super) type Places = BTreeMap<BString, Vec<usize>>;

/// By rule, salt and digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index(HashMap<String, HashMap<String, HashMap<String, Places>>>);

impl Index {
    /// Adds `line`, which is the one of that `number`.
    pub fn add(&mut self, line: &Line, number: usize) {
        let Self(rules) = self;
        let salts = rules.entry(line.rule.clone()).or_default();
        let digests = salts.entry(line.salt.clone()).or_default();
        let places = digests.entry(line.digest.clone()).or_default();
        places.entry(line.path.clone()).or_default().push(number);
    }

    /// For each salt, the lines that accept `case`, if that stands at their path.
    pub fn accepting<'a>(&'a self, case: Case<'a>) -> impl Iterator<Item = &'a Places> {
        let salts = self.0.get(case.rule.id.as_ref()).into_iter().flatten();
        salts.filter_map(move |(salt, digests)| {
            digests.get(Fingerprint::new(salt, &case.rule.id, case.secret, case.bits).as_str())
        })
    }

    /// The lines that accept `case` where it stands.
    pub fn accepting_here<'a>(&'a self, case: Case<'a>) -> impl Iterator<Item = usize> {
        self.accepting(case).filter_map(move |places| places.get(case.path)).flatten().copied()
    }
}
