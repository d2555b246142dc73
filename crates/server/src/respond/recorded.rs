//! A response that is counted and recorded when it is over, whichever way that happens.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{Method, Response};
use hyper::body::{Frame, SizeHint};

use crate::phase::Phase;
use crate::record::RequestRecord;
use crate::router::route;
use crate::site::Site;

/// Methods that are named in records and metrics.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT",
];

/// A request on its way.
pub(super) struct Recording {
    site: Arc<Site>,
    phase: Arc<Phase>,
    start: Instant,
    method: &'static str,
    path: String,
    status: u16,
    bytes_in: Arc<AtomicU64>,
    bytes_out: u64,
}

impl Recording {
    /// Begins when the head of a request has arrived.
    pub(super) fn new(
        site: Arc<Site>,
        phase: Arc<Phase>,
        bytes_in: Arc<AtomicU64>,
        request: &Request,
    ) -> Self {
        site.metrics.in_flight.inc();
        Self {
            site,
            phase,
            start: Instant::now(),
            method: method(request.method()),
            path: request.uri().path().to_owned(),
            status: 0,
            bytes_in,
            bytes_out: 0,
        }
    }

    /// Records a response from now on.
    pub(super) fn attach(mut self, response: Response<Body>) -> Response<Recorded> {
        self.status = response.status().as_u16();
        response.map(|body| Recorded {
            body,
            recording: self,
        })
    }
}

impl Drop for Recording {
    /// Tells of the request. Without a status the client went before there was a response; 499 is what logs of other
    /// servers have there.
    fn drop(&mut self) {
        let duration = self.start.elapsed();
        let status = if self.status == 0 { 499 } else { self.status };
        self.site.metrics.in_flight.dec();
        self.site
            .metrics
            .count_request(route(&self.path), self.method, status, duration);
        self.phase.wait_for_client();
        if let Some(on_request) = &self.site.on_request {
            on_request(&RequestRecord {
                method: self.method,
                path: std::mem::take(&mut self.path),
                status,
                duration,
                bytes_in: self.bytes_in.load(Ordering::Relaxed),
                bytes_out: self.bytes_out,
                client: self.phase.client,
            });
        }
    }
}

/// The body of a response that is recorded.
pub(crate) struct Recorded {
    body: Body,
    recording: Recording,
}

impl HttpBody for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(bytes) = frame.data_ref()
        {
            self.recording.bytes_out += bytes.len() as u64;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The name of a method, one of a few.
fn method(method: &Method) -> &'static str {
    let known = METHODS
        .iter()
        .copied()
        .find(|known| *known == method.as_str());
    known.unwrap_or("other")
}
