//! The threads that predict: so many jobs at a time, and a queue that ends.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::refusal::Refusal;

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

    /// As [`run`](Self::run), for a job that may take seconds, such as decoding a large picture: others run beside it.
    pub(crate) async fn run_long<T, J>(&self, job: J) -> Result<T, Refusal>
    where
        T: Send + 'static,
        J: FnOnce() -> T + Send + 'static,
    {
        let place = self.place()?;
        let long = Arc::clone(&self.long).acquire_owned().await;
        self.run_at(place, move || {
            let _until_the_end = long;
            job()
        })
        .await
    }

    /// Runs a job on a thread of its own, when it is its turn. A job that has begun is finished even if nobody waits for
    /// it any more, and counts until then.
    pub(crate) async fn run<T, J>(&self, job: J) -> Result<T, Refusal>
    where
        T: Send + 'static,
        J: FnOnce() -> T + Send + 'static,
    {
        let place = self.place()?;
        self.run_at(place, job).await
    }

    /// A place among those that run or wait.
    fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let place = Arc::clone(&self.running_or_waiting).try_acquire_owned();
        place.map_err(|_full| Refusal::busy("too many requests are waiting; try again in a second"))
    }

    async fn run_at<T, J>(&self, place: OwnedSemaphorePermit, job: J) -> Result<T, Refusal>
    where
        T: Send + 'static,
        J: FnOnce() -> T + Send + 'static,
    {
        let thread = Arc::clone(&self.running).acquire_owned().await;
        let job = tokio::task::spawn_blocking(move || {
            let _until_the_end = (place, thread);
            job()
        });
        job.await.map_err(|_panicked| Refusal::internal())
    }
}
