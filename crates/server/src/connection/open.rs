//! The connections that are open.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::phase::Phase;
use crate::site::Site;

/// All connections that are open, at most so many. When there is no place for another, the one that has waited longest
/// for its client is closed: that costs a client which is slow on purpose its connection, and one that is merely idle
/// the time to connect again.
pub(crate) struct OpenConnections {
    site: Arc<Site>,
    epoch: Instant,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    phases: HashMap<u64, Arc<Phase>>,
}

/// The place of an open connection, free again when it is dropped.
pub(crate) struct Place {
    /// What the connection waits for.
    pub(crate) phase: Arc<Phase>,
    number: u64,
    connections: Arc<OpenConnections>,
}

impl OpenConnections {
    /// No connection yet.
    pub(crate) fn new(site: Arc<Site>) -> Self {
        Self {
            site,
            epoch: Instant::now(),
            open: Mutex::default(),
        }
    }

    /// Takes a place for a connection; `None` if all others are being answered.
    pub(crate) fn place(self: &Arc<Self>, client: SocketAddr) -> Option<Place> {
        // No other thread panics while it holds the lock.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = open.phases.len() >= self.site.limits.connections.max(1);
        if is_full && !self.close_longest_waiting(&mut open) {
            self.site.metrics.refused.inc();
            return None;
        }
        let phase = Arc::new(Phase::new(client, self.epoch));
        let number = open.next;
        open.next += 1;
        open.phases.insert(number, Arc::clone(&phase));
        self.site.metrics.accepted.inc();
        self.site.metrics.connections.inc();
        Some(Place {
            phase,
            number,
            connections: Arc::clone(self),
        })
    }

    /// Closes the connection that has waited longest for its client, if one waits: the operating system has no room
    /// for another.
    pub(crate) fn make_room(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        self.close_longest_waiting(&mut open);
    }

    /// Closes the connection that has waited longest for its client, if one waits.
    fn close_longest_waiting(&self, open: &mut Open) -> bool {
        let Some(phase) = longest_waiting(open).and_then(|number| open.phases.remove(&number))
        else {
            return false;
        };
        phase.evict();
        self.site.metrics.evicted.inc();
        self.site.metrics.connections.dec();
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let connections = &self.connections;
        let mut open = connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // One that made room is no longer among them.
        if open.phases.remove(&self.number).is_some() {
            connections.site.metrics.connections.dec();
        }
    }
}

/// Returns the connection that has waited longest for its client.
fn longest_waiting(open: &Open) -> Option<u64> {
    let waiting = open.phases.iter();
    let waiting = waiting.filter_map(|(number, phase)| Some((phase.waiting_since()?, *number)));
    waiting.min().map(|(_since, number)| number)
}
