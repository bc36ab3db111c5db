//! Ctrl-C, and standard input that it ends, so that what was read until then is still reported.
//!
//! Never: what is read.

use std::{
    fs::File,
    io::{self, Read},
    os::fd::AsFd,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use signal_hook::{consts::SIGINT, flag};

use crate::cli::ExitStatus;

/// A signal that comes just before the wait does not end it, and is seen so much later.
const STEP: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// See the module.
pub struct Input {
    /// Without a buffer of its own, in which something could be left while this waits for more.
    file: File,
    is_over: Arc<AtomicBool>,
}

impl Input {
    /// Ends with standard input, or as soon as `is_over` says so, which Ctrl-C sets.
    pub fn new(is_over: &Arc<AtomicBool>) -> io::Result<Self> {
        let file = io::stdin().as_fd().try_clone_to_owned()?.into();
        set_on_interrupt(is_over)?;
        Ok(Self { file, is_over: Arc::clone(is_over) })
    }
}

/// Lets Ctrl-C set `is_over`, and end the process when it is pressed a second time: whoever does that does not want to wait.
pub fn set_on_interrupt(is_over: &Arc<AtomicBool>) -> io::Result<()> {
    flag::register_conditional_shutdown(SIGINT, ExitStatus::Incomplete as i32, Arc::clone(is_over))?;
    flag::register(SIGINT, Arc::clone(is_over)).map(drop)
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.is_over.load(Ordering::Relaxed) {
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&STEP)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return self.file.read(buffer),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}
