//! How far a long scan is: one line on a terminal, and Ctrl-C, which leaves the rest and reports what was found.
//!
//! Never: what was found.

use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::input::set_on_interrupt;
use crate::{report::words::size, scan::Watch};

/// A shorter scan shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two lines.
const STEP: Duration = Duration::from_millis(100);

/// See the module.
pub struct Progress {
    is_shown: bool,
    is_over: Arc<AtomicBool>,
    begin: Instant,
    /// When the first entry was looked at, and how many there are.
    start: OnceLock<(Instant, u64)>,
    entries: AtomicU64,
    bytes: AtomicU64,
    /// When the next line is due, in milliseconds after the beginning.
    due: AtomicU64,
}

impl Progress {
    /// Shows a line if `wanted` and standard error is a terminal; `can_end_early` says whether nothing is waited for between two
    /// entries, so that Ctrl-C may end the scan there.
    pub fn new(wanted: bool, can_end_early: bool) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        if can_end_early {
            // Where no handler can be set, Ctrl-C ends all.
            let _ = set_on_interrupt(&is_over);
        }
        Self {
            is_shown: wanted && io::stderr().is_terminal(),
            is_over,
            begin: Instant::now(),
            start: OnceLock::new(),
            entries: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            due: AtomicU64::new(milliseconds(PATIENCE)),
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.due.load(Ordering::Relaxed) > milliseconds(PATIENCE) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    /// Whether it is time for the next line; says so once.
    fn is_due(&self) -> bool {
        let (since, due) = (self.begin.elapsed(), self.due.load(Ordering::Relaxed));
        let next = milliseconds(since + STEP);
        milliseconds(since) >= due && self.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn show(&self, since: Duration, all: u64) {
        let (entries, bytes) = (self.entries.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        let left = since.as_secs() * all.saturating_sub(entries) / entries.max(1);
        let left = if left < 60 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
        // Where the terminal is gone, nobody looks.
        let _ = write!(io::stderr(), "\r\x1b[Klooked at {entries} of {all}, {}, {left} left", size(bytes));
    }
}

impl Watch for Progress {
    fn lists(&self, done: usize, all: Option<usize>) {
        if self.is_shown && self.is_due() {
            let part =
                all.map_or_else(|| done.to_string(), |all| format!("{} % of what there is", 100 * done / all.max(1)));
            let _ = write!(io::stderr(), "\r\x1b[Klisted {part}");
        }
    }

    fn begins(&self, entries: usize) {
        self.start.get_or_init(|| (Instant::now(), entries as u64));
    }

    fn looked(&self, _entry: usize, bytes: u64) {
        if !self.is_shown {
            return;
        }
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if let Some((start, all)) = self.start.get().filter(|_| self.is_due()) {
            self.show(start.elapsed(), *all);
        }
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
