//! What tightlip sees beside what git itself says, over random repositories and operations; and what it finds beside what was
//! planted, over random texts.
//!
//! `TIGHTLIP_STATES=20000 cargo test --test it differential` looks at more of each; a failure names the seed, and what was done.

mod history;
mod staged;
mod texts;

use std::{
    fs, iter,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use crate::support::Repo;

/// States of each kind that a plain `cargo test` looks at.
const STATES: usize = 2000;

fn states() -> usize {
    std::env::var("TIGHTLIP_STATES").map_or(STATES, |states| states.parse().expect("a number"))
}

/// The sum of what `play` makes of each seed, on all processors; each seed stands for `share` states.
fn over_seeds(share: usize, play: impl Fn(u64) -> usize + Sync) -> usize {
    let seeds = states().div_ceil(share) as u64;
    let next = AtomicU64::new(1);
    let work = || {
        let taken = iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed)).take_while(|&seed| seed <= seeds);
        taken.map(&play).sum::<usize>()
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("no difference")).sum()
    })
}

/// What a command of the shell writes, as bytes.
fn raw(repo: &Repo, command: &str) -> Vec<u8> {
    let file = repo.root().join("output");
    let run = repo.run(Path::new("sh"), ["-c", &format!("{command} >../output")], b"");
    assert_eq!(run.code, 0, "{command} failed: {run:?}");
    fs::read(file).expect("written")
}
