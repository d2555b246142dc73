//! The body of a request, read within its limits of bytes and time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use http_body_util::BodyExt;
use tokio::time::timeout;

use crate::memory::Held;
use crate::phase::Phase;
use crate::refusal::Refusal;
use crate::site::Site;

/// What is known of a request besides its head and body.
#[derive(Clone)]
pub(crate) struct Arrival {
    /// The connection that brought it.
    pub(crate) phase: Arc<Phase>,
    /// Bytes of its body that were read.
    pub(crate) bytes_in: Arc<AtomicU64>,
}

/// A body in memory.
pub(crate) struct Received {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Its part of the memory for bodies.
    _memory: Held,
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(
    site: &Site,
    arrival: &Arrival,
    body: Body,
    limit: usize,
) -> Result<Received, Refusal> {
    let announced = body.size_hint().lower();
    if announced > limit as u64 {
        return Err(too_large(limit));
    }
    arrival.phase.wait_for_client();
    let received = timeout(site.limits.body_time, collect(site, arrival, body, limit)).await;
    arrival.phase.work();
    received.unwrap_or_else(|_elapsed| Err(too_slow(site.limits.body_time)))
}

/// Collects the parts of a body.
async fn collect(
    site: &Site,
    arrival: &Arrival,
    mut body: Body,
    limit: usize,
) -> Result<Received, Refusal> {
    let mut bytes = Vec::new();
    let mut memory = Held::default();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_broken| {
            let detail =
                "body: it ended before it was complete, or its chunks are not those of HTTP";
            Refusal::new(StatusCode::BAD_REQUEST, "body_broken", detail)
                .with_header(CONNECTION, "close")
        })?;
        let Ok(part) = frame.into_data() else {
            continue; // trailers
        };
        arrival
            .bytes_in
            .fetch_add(part.len() as u64, Ordering::Relaxed);
        if bytes.len() + part.len() > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&part);
        if !site.bodies.grow(&mut memory, bytes.len()) {
            let detail = "too many large requests at a time; try again in a second";
            return Err(Refusal::busy(detail));
        }
    }
    Ok(Received {
        bytes,
        _memory: memory,
    })
}

fn too_large(limit: usize) -> Refusal {
    let detail = format!("body: expected at most {limit} bytes");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
        .with_header(CONNECTION, "close")
}

fn too_slow(limit: Duration) -> Refusal {
    let detail = format!(
        "body: it did not arrive within {} seconds",
        limit.as_secs_f64()
    );
    Refusal::new(StatusCode::REQUEST_TIMEOUT, "body_time", detail).with_header(CONNECTION, "close")
}
