//! How many requests a client makes: each has a bucket of tokens, takes one for each request, and is given some each
//! second.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;

use crate::refusal::Refusal;

/// The most clients that are remembered.
const CLIENTS: usize = 10_000;

/// How many seconds of requests a bucket holds.
const BURST_SECONDS: f64 = 2.0;

/// A limit on the requests per second of each client.
pub(super) struct Rate {
    per_second: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

/// What a client has left.
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Rate {
    /// A limit on the requests of one client.
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self {
            per_second: f64::from(per_second.get()),
            buckets: Mutex::default(),
        }
    }

    /// Refuses a request of a client that has made too many.
    pub(super) fn check(&self, client: IpAddr) -> Result<(), Refusal> {
        if self.take(client, Instant::now()) {
            return Ok(());
        }
        let detail = format!(
            "rate: more than {} requests per second; try again in a second",
            self.per_second
        );
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "rate", detail);
        Err(refusal.with_header(RETRY_AFTER, "1"))
    }

    /// Takes a token of a client, if it has one.
    fn take(&self, client: IpAddr, now: Instant) -> bool {
        let full = self.per_second * BURST_SECONDS;
        // No other thread panics while it holds the lock; if one did, the buckets would be as good as before.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CLIENTS {
            forget_some(&mut buckets, now);
        }
        let bucket = buckets.entry(network(client)).or_insert(Bucket {
            tokens: full,
            filled: now,
        });
        let given = now.saturating_duration_since(bucket.filled).as_secs_f64() * self.per_second;
        bucket.tokens = (bucket.tokens + given).min(full);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

/// Forgets clients whose buckets are full again; if that is not enough, all.
fn forget_some(buckets: &mut HashMap<IpAddr, Bucket>, now: Instant) {
    let until_full = Duration::from_secs_f64(BURST_SECONDS);
    buckets.retain(|_, bucket| now.saturating_duration_since(bucket.filled) < until_full);
    if buckets.len() >= CLIENTS {
        buckets.clear();
    }
}

/// Returns what stands for a client: of IPv6 its network, whose addresses are all its own.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::num::NonZeroU32;
    use std::time::{Duration, Instant};

    use super::{CLIENTS, Rate};

    #[test]
    fn allows_a_burst_and_then_so_many_per_second() {
        let rate = Rate::new(NonZeroU32::new(5).unwrap());
        let start = Instant::now();
        let taken = |client: &str, after: u64| {
            let now = start + Duration::from_millis(after);
            (0..100)
                .filter(|_| rate.take(client.parse().unwrap(), now))
                .count()
        };
        assert_eq!(taken("10.0.0.1", 0), 10);
        assert_eq!(taken("10.0.0.1", 1000), 5);
        assert_eq!(taken("10.0.0.1", 60_000), 10);
        assert_eq!(taken("10.0.0.2", 0), 10);
        // The same client by another address of its network, and as IPv4 in IPv6.
        assert_eq!(taken("2001:db8::1", 0) + taken("2001:db8::2", 0), 10);
        assert_eq!(taken("::ffff:10.0.0.2", 0), 0);
    }

    #[test]
    fn remembers_a_bounded_number_of_clients() {
        let rate = Rate::new(NonZeroU32::MIN);
        let now = Instant::now();
        for number in 0..30_000u32 {
            assert!(rate.take(IpAddr::from(Ipv4Addr::from_bits(number)), now));
        }
        assert!(rate.buckets.lock().unwrap().len() <= CLIENTS);
    }
}
