//! How a scan goes about many entries, and who is told how far it is.
//!
//! Never: what is looked for.

/// How a scan goes about many entries.
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// So many threads look at most.
    pub jobs: usize,
    /// So many bytes should the threads hold together: where packed blobs are large, fewer of them work, but always one.
    pub memory: u64,
    /// Told how far it is.
    pub watch: &'a dyn Watch,
}

impl Pace<'_> {
    /// One entry behind the other, as it is best for the few that a commit brings.
    pub const STEADY: Self = Self { jobs: 1, memory: u64::MAX, watch: &Unwatched };
}

/// Nobody waits for it.
pub struct Unwatched;

impl Watch for Unwatched {
    fn lists(&self, _done: usize, _all: Option<usize>) {}

    fn begins(&self, _entries: usize) {}

    fn looked(&self, _entry: usize, _bytes: u64) {}

    fn is_over(&self) -> bool {
        false
    }
}

/// Told how far a scan is; on any thread.
pub trait Watch: Sync {
    /// So many parts of the list of entries are made, of so many where that is known before. Not told where that is quick.
    fn lists(&self, done: usize, all: Option<usize>);
    /// There are so many entries.
    fn begins(&self, entries: usize);
    /// One more was looked at: its number, and its bytes.
    fn looked(&self, entry: usize, bytes: u64);
    /// Whether to leave the rest, and report what was found.
    fn is_over(&self) -> bool;
}
