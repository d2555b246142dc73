//! The threads that predict: so many jobs at a time, and a queue that ends.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::refusal::Refusal;

/// What is said to who finds no place in the queue.
const BUSY: &str = "too many requests are waiting; try again in a second";

/// Where jobs wait for a thread.
#[derive(Debug)]
pub(crate) struct Work {
    running: Arc<Semaphore>,
    /// Of these, those that take long: one thread at least is left for others, if there are several.
    long: Arc<Semaphore>,
    running_or_waiting: Arc<Semaphore>,
}

impl Work {
    /// So many jobs at a time, at least one, with `queue` more that wait.
    pub(crate) fn new(threads: usize, queue: usize) -> Self {
        // The runtime starts no more threads than that for jobs; the rest would wait there.
        let threads = threads.clamp(1, 512);
        let all = threads.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Self {
            running: Arc::new(Semaphore::new(threads)),
            long: Arc::new(Semaphore::new((threads - 1).max(1))),
            running_or_waiting: Arc::new(Semaphore::new(all)),
        }
    }

    /// The same for a job that may take seconds, such as decoding a large picture, beside which others are run.
    pub(crate) async fn run_long<T, J>(&self, job: J) -> Result<T, Refusal>
    where
        T: Send + 'static,
        J: FnOnce() -> T + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.running_or_waiting).try_acquire_owned() else {
            return Err(Refusal::busy(BUSY));
        };
        let long = Arc::clone(&self.long).acquire_owned().await;
        let thread = Arc::clone(&self.running).acquire_owned().await;
        let job = tokio::task::spawn_blocking(move || {
            let _until_the_end = (place, long, thread);
            job()
        });
        job.await.map_err(|_panicked| Refusal::internal())
    }

    /// Runs a job on a thread of its own, when it is its turn. A job that has begun is finished even if nobody waits for
    /// it any more, and counts until then.
    pub(crate) async fn run<T, J>(&self, job: J) -> Result<T, Refusal>
    where
        T: Send + 'static,
        J: FnOnce() -> T + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.running_or_waiting).try_acquire_owned() else {
            return Err(Refusal::busy(BUSY));
        };
        let thread = Arc::clone(&self.running).acquire_owned().await;
        let job = tokio::task::spawn_blocking(move || {
            let _until_the_end = (place, thread);
            job()
        });
        job.await.map_err(|_panicked| Refusal::internal())
    }
}
