//! What the guard knows of a text, and why a value in it does not count, for those who ask.
//!
//! Never: a value; it is told where it stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
};

use gix::bstr::{BString, ByteSlice};

use super::{Error, Guard};
use crate::source::{Entry, Source};

/// Shorter ones stand everywhere, and nobody asks.
const SHORTEST: usize = 3;

/// Why a value that stands in a change does not count there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It could stand anywhere.
    Common(&'static str),
    /// Its file is in git, or may come into it.
    NotIgnored {
        /// The file.
        path: BString,
    },
    /// An older version of a file that changes shows it.
    ShownBefore {
        /// That file.
        path: BString,
    },
    /// A template beside its file shows it, or what starts containers.
    ShownBeside {
        /// The template.
        path: BString,
    },
}

/// A value of a secret file that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Where.
    pub span: Range<usize>,
    /// What it is.
    pub what: String,
    /// Why it does not count, if it does not.
    pub against: Option<String>,
}

impl Guard<'_> {
    /// Every value that the secret files beside `entry` hold and `bytes`, which stand there, show, in order of place. `staged`
    /// knows what stood there before. Those that do not count are not looked for afterwards.
    pub fn explain(
        mut self,
        entry: &Entry,
        bytes: &[u8],
        staged: &mut dyn Source,
    ) -> Result<(Self, Vec<Explained>), Error> {
        self.places.explains = true;
        let known = self.known(std::slice::from_ref(entry));
        let mut places: Vec<(usize, Range<usize>)> =
            known.find(bytes).into_iter().map(|hit| (hit.value, hit.span)).collect();
        for (number, held) in self.found.borrow().values.iter().enumerate() {
            places.extend(held.short_hits(bytes).map(|span| (number, span)));
        }
        // That a secret file holds its own values is no news.
        places.retain(|(value, _)| self.found.borrow().file_of(*value).path.as_ref() != &entry.path);
        let seen: BTreeSet<usize> = places.iter().map(|(value, _)| *value).collect();
        let unfit = self.unfit(&known, &seen, staged, u64::MAX)?;
        let mut explained: Vec<_> = {
            let found = self.found.borrow();
            let explained = places.into_iter().map(|(number, span)| {
                let held = &found.values[number];
                let against = unfit.get(&number).map(ToString::to_string);
                Explained { span, what: format!("{} in {}", held.read.what(), found.file_of(number).path), against }
            });
            explained.collect()
        };
        explained.sort_by_key(|one| (one.span.start, one.span.end));
        explained.dedup();
        self.forget(&unfit);
        Ok((self, explained))
    }

    fn forget(&self, unfit: &BTreeMap<usize, Unfit>) {
        let mut found = self.found.borrow_mut();
        let values = found.values.iter().enumerate();
        let against = values.filter(|(number, held)| held.against().is_some() || unfit.contains_key(number));
        let numbers: BTreeSet<usize> = against.map(|(number, _)| number).collect();
        found.known.leave_out(&numbers);
    }
}

impl super::Held {
    /// Where a value that is too short for the guard stands as a word.
    fn short_hits<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Range<usize>> {
        let len = self.read.secret.expose().len();
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let is_short = (SHORTEST..8).contains(&len);
        let hits = is_short.then(|| text.find_iter(self.read.secret.expose()));
        hits.into_iter().flatten().map(move |at| at..at + len).filter(move |span| {
            !is_word(span.start.checked_sub(1).and_then(|at| text.get(at))) && !is_word(text.get(span.end))
        })
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common(why) => f.write_str(why),
            Self::NotIgnored { path } => write!(f, "git does not ignore {path}"),
            Self::ShownBefore { path } => write!(f, "an older version of {path} shows it"),
            Self::ShownBeside { path } => write!(f, "{path} shows it, and git has that"),
        }
    }
}
