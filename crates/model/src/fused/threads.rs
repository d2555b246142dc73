//! Work on several processor cores, in parts whose results do not depend on their number.
//!
//! A step hands over work every few hundred microseconds, and a thread that has gone to sleep takes about
//! a hundred to wake up. So helpers that have nothing to do stay awake for a moment, and the caller
//! waits awake for the last of them.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The least number of multiplications that is worth a thread, about 50 microseconds: handing over a
/// part and waiting for it takes up to ten.
const LEAST_WORK: usize = 3 << 20;

/// How long a thread waits awake for another one.
const AWAKE: Duration = Duration::from_micros(500);

/// The threads beside the caller's; `None` if the system allows no more.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let helpers = rayon::current_num_threads().saturating_sub(1).max(1);
    ThreadPoolBuilder::new().num_threads(helpers).build().ok()
});

/// Counts the calls of [`run`], so that helpers notice the next one.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// Returns the number of threads that so many multiplications are worth, at most all.
pub(crate) fn threads_for(multiplications: usize) -> usize {
    let wanted = multiplications / LEAST_WORK;
    // Asking for their number starts the threads.
    if wanted < 2 {
        return 1;
    }
    wanted.min(rayon::current_num_threads())
}

/// Runs the parts on this thread and the helpers, each as soon as one of them is free; returns their
/// results in order.
pub(crate) fn run<P: Send, R: Send>(parts: Vec<P>, run: impl Fn(P) -> R + Sync) -> Vec<R> {
    let helpers = match parts.len() {
        0 | 1 => None,
        _ => HELPERS.as_ref(),
    };
    let Some(helpers) = helpers else {
        return parts.into_iter().map(run).collect();
    };
    let count = helpers.current_num_threads().min(parts.len() - 1);
    let mut results: Vec<Option<R>> = parts.iter().map(|_| None).collect();
    let parts = Mutex::new(parts.into_iter().zip(&mut results));
    let work = || {
        while let Some((part, result)) = next(&parts) {
            *result = Some(run(part));
        }
    };
    let busy = AtomicUsize::new(count);
    let this_run = RUNS.load(Ordering::Relaxed).wrapping_add(1);
    helpers.in_place_scope(|scope| {
        for _ in 0..count {
            scope.spawn(|_| {
                work();
                rayon::spawn(move || stay_awake(|| RUNS.load(Ordering::Relaxed) == this_run));
                busy.fetch_sub(1, Ordering::Release);
            });
        }
        RUNS.store(this_run, Ordering::Relaxed);
        work();
        stay_awake(|| busy.load(Ordering::Acquire) > 0);
    });
    drop(parts);
    // The scope ends when all of them are there.
    results.into_iter().flatten().collect()
}

fn next<T>(parts: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    // A thread that panics does not hold the lock.
    parts.lock().unwrap_or_else(PoisonError::into_inner).next()
}

/// Waits without going to sleep, but not for long.
fn stay_awake(wait: impl Fn() -> bool) {
    let start = Instant::now();
    while wait() && start.elapsed() < AWAKE {
        for _ in 0..8 {
            spin_loop();
        }
    }
}

/// Divides `count` things into at most `parts` ranges of about the same length, each but the last a
/// multiple of `multiple`; returns the lengths.
pub(crate) fn lengths(count: usize, parts: usize, multiple: usize) -> Vec<usize> {
    let length = count.div_ceil(parts).next_multiple_of(multiple);
    (0..count)
        .step_by(length.max(1))
        .map(|start| length.min(count - start))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_multiples_and_add_up() {
        assert_eq!(lengths(32, 1, 16), [32]);
        assert_eq!(lengths(32, 2, 16), [16, 16]);
        assert_eq!(lengths(33, 2, 16), [32, 1]);
        assert_eq!(lengths(100, 3, 16), [48, 48, 4]);
        assert_eq!(lengths(5, 8, 16), [5]);
        assert!(lengths(0, 2, 16).is_empty());
    }

    #[test]
    fn results_are_in_the_order_of_the_parts() {
        for count in [0, 1, 2, 17] {
            let squares = run((0..count).collect(), |part: usize| part * part);
            assert_eq!(
                squares,
                (0..count).map(|part| part * part).collect::<Vec<_>>()
            );
        }
        assert_eq!(threads_for(2 * LEAST_WORK - 1), 1);
    }
}
