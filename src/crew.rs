//! Several threads at one list of parts. The only place where threads are started.
//!
//! Never: what a part is.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// Lets up to `jobs` threads do all `parts`, in order as far as several can, and gives what each of them has gathered. Each begins
/// with `new`, and does one part at a time with `work`. After the first error no further part is begun.
pub fn share<S, E>(
    jobs: usize,
    parts: usize,
    new: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Result<(), E> + Sync,
) -> Result<Vec<S>, E>
where
    S: Send,
    E: Send,
{
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let error = Mutex::new(None);
    let one = || {
        let mut gathered = new();
        while !failed.load(Ordering::Relaxed) {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                break;
            }
            if let Err(fault) = work(&mut gathered, part) {
                failed.store(true, Ordering::Relaxed);
                error.lock().expect("nobody panics while holding it").get_or_insert(fault);
            }
        }
        gathered
    };
    let gathered = thread::scope(|scope| {
        // The thread that asks works, too, and all alone where the system gives no others.
        let start = |_| thread::Builder::new().spawn_scoped(scope, one).ok();
        let others: Vec<_> = (1..jobs.min(parts)).map_while(start).collect();
        let own = one();
        let others = others.into_iter().map(|thread| thread.join().expect("a fault has ended the program already"));
        std::iter::once(own).chain(others).collect()
    });
    match error.into_inner().expect("nobody panics while holding it") {
        Some(fault) => Err(fault),
        None => Ok(gathered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_each_part_once() {
        for jobs in [1, 2, 7] {
            let gathered = share(jobs, 100, Vec::new, |seen, part| {
                seen.push(part);
                Ok::<_, ()>(())
            });
            let gathered = gathered.expect("nothing to fail");
            assert_eq!(gathered.len(), jobs);
            let mut all = gathered.concat();
            all.sort_unstable();
            assert_eq!(all, (0..100).collect::<Vec<_>>());
        }
        assert_eq!(share(4, 0, || (), |(), _| Ok::<_, ()>(())).expect("nothing to do").len(), 1);
    }

    #[test]
    fn ends_with_an_error() {
        let error = share(3, 1000, || (), |(), part| if part == 10 { Err(part) } else { Ok(()) });
        assert_eq!(error.expect_err("one part fails"), 10);
    }
}
