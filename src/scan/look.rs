//! The look at each entry: scope, bytes and matches, on as many threads as are wanted.
//!
//! Never: whether what was seen passes.

use super::{Pace, Watch};
use crate::{
    crew,
    finding::{SkipReason, Skipped},
    policy::{Policy, Scope},
    sighting::{File, Sighting, Sought},
    source::{self, Bytes, Entry, PartReader, Parts, Read, Source},
};

/// A thread holds an object, what it is made of, the instructions how, and what its rules see, so that a packed blob takes
/// about so many times its size.
const SHARE_OF_MEMORY: u64 = 4;

/// What is looked for, and where: what all threads share.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub policy: &'a Policy,
    /// Larger packed blobs, in bytes, are not read.
    pub limit: u64,
    pub sought: Sought<'a>,
}

/// What was seen, by one thread or by all.
#[derive(Default)]
pub struct Seen {
    /// Those in which something was seen.
    pub files: Vec<File>,
    /// By the number of the entry.
    pub skipped: Vec<(usize, Skipped)>,
    /// How many were read.
    pub blobs: usize,
    /// Of all that were read.
    pub bytes: u64,
}

impl Look<'_> {
    /// Looks at each of `entries` once: one by one, or in parts on several threads. What was seen is in their order.
    pub fn at_all(self, entries: &[Entry], source: &mut dyn Source, pace: Pace<'_>) -> Result<Seen, source::Error> {
        pace.watch.begins(entries.len());
        let mut seen = Seen::default();
        let wanted: Vec<bool> = entries.iter().map(|entry| self.wants(entry)).collect();
        for (number, entry) in entries.iter().enumerate().filter(|&(number, _)| !wanted[number]) {
            self.see(number, entry, Bytes::Missing, &mut seen)?;
        }
        if let Some(parts) = source.parts(entries)? {
            self.in_parts(entries, &wanted, &*parts, pace, &mut seen)?;
        } else {
            self.one_by_one(entries, &wanted, source, pace.watch, &mut seen)?;
        }
        seen.files.sort_by_key(|file| file.entry);
        seen.skipped.sort_by_key(|(number, _)| *number);
        Ok(seen)
    }

    fn in_parts(
        self,
        entries: &[Entry],
        wanted: &[bool],
        parts: &dyn Parts,
        pace: Pace<'_>,
        seen: &mut Seen,
    ) -> Result<(), source::Error> {
        let watch = pace.watch;
        let fits = pace.memory / (SHARE_OF_MEMORY * parts.largest().min(self.limit)).max(1);
        let jobs = pace.jobs.min(usize::try_from(fits).unwrap_or(usize::MAX)).max(1);
        let begin = || (PartReader::default(), Seen::default());
        let done = crew::share(jobs, parts.count(), begin, |(reader, seen), part| {
            if watch.is_over() {
                return Ok(());
            }
            parts.read(part, self.limit, reader, &mut |number, bytes| {
                if wanted[number] && !watch.is_over() {
                    let before = seen.bytes;
                    self.see(number, &entries[number], bytes, seen)?;
                    watch.looked(number, seen.bytes - before);
                }
                Ok(())
            })
        });
        for (_, other) in done? {
            seen.join(other);
        }
        Ok(())
    }

    fn one_by_one(
        self,
        entries: &[Entry],
        wanted: &[bool],
        source: &mut dyn Source,
        watch: &dyn Watch,
        seen: &mut Seen,
    ) -> Result<(), source::Error> {
        let mut buffer = Vec::new();
        for (number, entry) in entries.iter().enumerate().filter(|&(number, _)| wanted[number]) {
            if watch.is_over() {
                break;
            }
            let bytes = match source.read(entry, self.limit, &mut buffer)? {
                Read::Whole => Bytes::Whole(&buffer),
                Read::TooLarge(size) => Bytes::TooLarge(size),
            };
            let before = seen.bytes;
            self.see(number, entry, bytes, seen)?;
            watch.looked(number, seen.bytes - before);
        }
        Ok(())
    }

    /// Whether an entry is to be read. What is skipped is read all the same where it must not be in git, which may depend on
    /// what it holds.
    fn wants(self, entry: &Entry) -> bool {
        self.policy.scope(entry) == Scope::Scan || self.policy.denied(entry).is_some()
    }

    /// Scope, bytes and matches of an entry.
    fn see(self, number: usize, entry: &Entry, bytes: Bytes<'_>, seen: &mut Seen) -> Result<(), source::Error> {
        let mut skip = |why| seen.skipped.push((number, Skipped { path: entry.path.clone(), why }));
        let mut file = File::new(number, entry.path.clone());
        let is_read = match self.policy.scope(entry) {
            Scope::Scan => true,
            Scope::Skip { glob } => {
                skip(SkipReason::Configured { glob: glob.to_owned() });
                false
            }
        };
        let denied = self.policy.denied(entry);
        let is_template = match bytes {
            Bytes::Whole(bytes) => {
                if is_read {
                    seen.blobs += 1;
                    seen.bytes += bytes.len() as u64;
                    file.look(self.sought, bytes);
                }
                denied.is_some() && self.sought.detector.holds_only_placeholders(&entry.path, bytes)
            }
            Bytes::Long(stream) => {
                if is_read {
                    let length = file.look_through(self.sought, stream);
                    seen.blobs += 1;
                    seen.bytes += length.map_err(|source| source::Error::of_stream(entry, source))?;
                }
                // Nobody fills in so long a template.
                false
            }
            Bytes::TooLarge(size) if is_read => {
                skip(SkipReason::TooLarge { size, limit: self.limit });
                false
            }
            Bytes::Missing if is_read => {
                skip(SkipReason::Missing);
                false
            }
            Bytes::Unreadable(fault) if is_read => {
                skip(SkipReason::Unreadable { fault: fault.to_string() });
                false
            }
            Bytes::TooLarge(_) | Bytes::Missing | Bytes::Unreadable(_) => false,
        };
        if let Some(denied) = denied
            && !is_template
        {
            file.sightings.insert(0, Sighting::of_denied_path(&entry.path, denied.pattern));
        }
        seen.files.extend(file.if_seen());
        Ok(())
    }
}

impl Seen {
    fn join(&mut self, other: Self) {
        self.files.extend(other.files);
        self.skipped.extend(other.skipped);
        self.blobs += other.blobs;
        self.bytes += other.bytes;
    }
}
