//! What a connection waits for, so that the right one is closed when there are too many.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::Notify;

/// The value of `waiting_since` while the server has what it needs for a response.
const WORKING: u64 = u64::MAX;

/// What is known of an open connection.
#[derive(Debug)]
pub(crate) struct Phase {
    /// Where the client is.
    pub(crate) client: SocketAddr,
    /// How long after `epoch` it began to wait for the client, in microseconds.
    waiting_since: AtomicU64,
    /// When the server was started.
    epoch: Instant,
    /// How many requests it brought.
    requests: AtomicU64,
    /// Told if the connection must make room.
    evicted: Notify,
}

impl Phase {
    /// A connection that was opened now.
    pub(crate) fn new(client: SocketAddr, epoch: Instant) -> Self {
        let phase = Self {
            client,
            waiting_since: AtomicU64::new(WORKING),
            epoch,
            requests: AtomicU64::new(0),
            evicted: Notify::new(),
        };
        phase.wait_for_client();
        phase
    }

    /// Notes that a request has arrived.
    pub(crate) fn begin_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.work();
    }

    /// Notes that the client has sent all that is needed for now.
    pub(crate) fn work(&self) {
        self.waiting_since.store(WORKING, Ordering::Relaxed);
    }

    /// Notes that the client has to send, or to read, something.
    pub(crate) fn wait_for_client(&self) {
        let since = self.epoch.elapsed().as_micros();
        let since = u64::try_from(since).unwrap_or(WORKING - 1);
        self.waiting_since.store(since, Ordering::Relaxed);
    }

    /// Says since when it waits for the client, as a number that only orders; `None` if it does not.
    pub(crate) fn waiting_since(&self) -> Option<u64> {
        let since = self.waiting_since.load(Ordering::Relaxed);
        (since != WORKING).then_some(since)
    }

    /// Whether it never brought a request.
    pub(crate) fn is_unused(&self) -> bool {
        self.requests.load(Ordering::Relaxed) == 0
    }

    /// Asks the connection to make room.
    pub(crate) fn evict(&self) {
        self.evicted.notify_one();
    }

    /// Waits until the connection has to make room.
    pub(crate) async fn evicted(&self) {
        self.evicted.notified().await;
    }
}
