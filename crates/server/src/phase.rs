//! What a connection waits for, so that the right one is closed when there are too many.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
    /// How many responses were begun.
    responses: AtomicU64,
    /// Whether the response goes on until the client leaves.
    is_stream: AtomicBool,
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
            responses: AtomicU64::new(0),
            is_stream: AtomicBool::new(false),
            evicted: Notify::new(),
        };
        phase.wait_for_client();
        phase
    }

    /// Notes that a request has arrived.
    pub(crate) fn begin_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.is_stream.store(false, Ordering::Relaxed);
        self.work();
    }

    /// Notes that the response to the request goes on until the client leaves.
    pub(crate) fn stream(&self) {
        self.is_stream.store(true, Ordering::Relaxed);
    }

    /// Notes that a response is ready to be sent.
    pub(crate) fn begin_response(&self) {
        self.responses.fetch_add(1, Ordering::Relaxed);
    }

    /// How many responses were begun.
    pub(crate) fn responses(&self) -> u64 {
        self.responses.load(Ordering::Relaxed)
    }

    /// Whether the client waits for a response that has an end, and has nothing to send until then.
    pub(crate) fn is_answering(&self) -> bool {
        self.waiting_since().is_none() && !self.is_stream.load(Ordering::Relaxed)
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
