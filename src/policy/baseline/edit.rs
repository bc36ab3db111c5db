//! A baseline with more or fewer lines, as the bytes to write.
//!
//! Never: disks; drops nothing that it was not asked about.

use std::collections::{BTreeSet, HashSet};

use gix::bstr::BStr;

use super::{Baseline, Line, Moves, line::one_line};
use crate::{config::Date, fingerprint::Fingerprint, policy::Case, rules};

/// What the file says of itself. A merge that keeps both sides' copies does no harm.
pub(super) const HEADER: [&str; 3] = [
    "# Findings that tightlip lets pass. Each line: 1 SALT DIGEST RULE PATH [expires=YYYY-MM-DD] [REASON]",
    "# The digest is salted, and short where a value could be guessed: it names none. In paths, %20 is a space.",
    "# `tightlip --update-baseline` adds lines, `tightlip baseline prune` drops old ones; order does not matter.",
];

/// How findings are accepted.
#[derive(Clone, Copy, Debug)]
pub struct Acceptance<'a> {
    /// Why.
    pub reason: Option<&'a str>,
    /// The last day on which they are.
    pub expires: Option<Date>,
    /// The day on which they are accepted: lines that have expired before do not count.
    pub today: Date,
}

/// The system has no randomness for a salt.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a salt for the baseline")]
pub struct SaltError(#[from] getrandom::Error);

/// `existing` with a line for each of `cases`. Lines that hold already stay as they are; those whose file `moves` moved say
/// its new path; those that had expired are made anew.
pub fn update(
    existing: &Baseline,
    cases: &[Case<'_>],
    moves: &Moves,
    acceptance: Acceptance<'_>,
) -> Result<Vec<u8>, SaltError> {
    let salt = match existing.lines.first() {
        Some(_) => existing.salt().to_owned(),
        None => fresh_salt()?,
    };
    let mut draft = Draft { baseline: existing.clone(), dropped: HashSet::new() };
    for &case in cases {
        draft.accept(case, moves, acceptance, &salt);
    }
    Ok(draft.to_bytes())
}

/// Whether what a line accepts could have been found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The file was looked at.
    Read,
    /// Git has the file, and it does not lie in the work tree, as in a sparse checkout.
    Unread,
    /// There is no such file any more.
    Gone,
}

/// `existing` without the lines that accept none of `cases` though their file was read, and those whose file is gone; and how
/// many were dropped. A line for a denied path or a known value holds as long as there is such a file: nothing has to be found in
/// it, or by whoever prunes.
pub fn prune(existing: &Baseline, cases: &[Case<'_>], standing: impl Fn(&BStr) -> Standing) -> (Vec<u8>, usize) {
    let found: HashSet<usize> = cases.iter().flat_map(|&case| existing.index.accepting_here(case)).collect();
    let is_gone = |(number, line): (usize, &Line)| match standing(line.path.as_ref()) {
        Standing::Gone => true,
        Standing::Unread => false,
        Standing::Read => {
            ![rules::DENIED_PATH, rules::KNOWN_VALUE].contains(&line.rule.as_str()) && !found.contains(&number)
        }
    };
    let dropped: HashSet<usize> =
        existing.lines.iter().enumerate().filter(|it| is_gone(*it)).map(|(number, _)| number).collect();
    let count = dropped.len();
    (Draft { baseline: existing.clone(), dropped }.to_bytes(), count)
}

/// `existing` as somebody decided about `case`: what accepts it is replaced by one line of this `acceptance`, or by none.
pub fn decide(existing: &Baseline, case: Case<'_>, acceptance: Option<Acceptance<'_>>) -> Result<Vec<u8>, SaltError> {
    let dropped = existing.index.accepting_here(case).collect();
    let mut draft = Draft { baseline: existing.clone(), dropped };
    if let Some(acceptance) = acceptance {
        let salt = if existing.lines.is_empty() { fresh_salt()? } else { existing.salt().to_owned() };
        draft.add(case, acceptance, &salt);
    }
    Ok(draft.to_bytes())
}

/// A baseline that is being changed.
struct Draft {
    baseline: Baseline,
    /// The numbers of lines that are not written any more.
    dropped: HashSet<usize>,
}

impl Draft {
    fn accept(&mut self, case: Case<'_>, moves: &Moves, acceptance: Acceptance<'_>, salt: &str) {
        let Self { baseline, dropped } = self;
        let counts = |number| !dropped.contains(&number) && baseline.lines[number].is_in_force(acceptance.today);
        if let Some(number) = baseline.number_for(case, moves, counts) {
            let holding = baseline.lines[number].clone();
            if holding.path != case.path {
                let earlier = Case { path: holding.path.as_ref(), ..case };
                dropped
                    .extend(baseline.index.accepting_here(earlier).filter(|&number| baseline.lines[number] == holding));
                baseline.add(Line { path: case.path.to_owned(), ..holding });
            }
            return;
        }
        // What still accepts it, but for its expiry, is replaced.
        dropped.extend(baseline.index.accepting_here(case));
        self.add(case, acceptance, salt);
    }

    fn add(&mut self, case: Case<'_>, acceptance: Acceptance<'_>, salt: &str) {
        self.baseline.add(Line {
            salt: salt.to_owned(),
            digest: Fingerprint::new(salt, &case.rule.id, case.secret, case.bits).as_str().to_owned(),
            rule: case.rule.id.clone().into_owned(),
            path: case.path.to_owned(),
            expires: acceptance.expires,
            reason: acceptance.reason.and_then(one_line),
        });
    }

    fn to_bytes(&self) -> Vec<u8> {
        let comments = HEADER.into_iter().chain(self.baseline.comments.iter().map(String::as_str));
        let lines = self.baseline.lines.iter().enumerate().filter(|(number, _)| !self.dropped.contains(number));
        let lines: BTreeSet<String> = lines.map(|(_, line)| line.to_string()).collect();
        let text: String = comments.chain(lines.iter().map(String::as_str)).flat_map(|line| [line, "\n"]).collect();
        text.into_bytes()
    }
}

/// 16 hexadecimal digits.
fn fresh_salt() -> Result<String, SaltError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}
