//! Requests that hyper refuses by itself, because it cannot read their head: why, and their record.

use std::time::Duration;

use axum::http::StatusCode;

use crate::phase::Phase;
use crate::record::RequestRecord;
use crate::refusal::Refusal;
use crate::router::route;
use crate::site::Site;

/// The most bytes of a request's head.
pub(super) const HEAD_BYTES: usize = 16 * 1024;

/// The method and the path of a request that has none that can be read.
const METHOD: &str = "other";
const PATH: &str = "-";

/// Why hyper ended a connection, if that is because of a request: one that cannot be read, or whose head has begun and
/// never ended.
pub(super) fn refusal_of(
    error: &hyper::Error,
    has_begun: bool,
    header_time: Duration,
) -> Option<Refusal> {
    if error.is_parse_too_large() {
        let detail =
            format!("head: expected at most {HEAD_BYTES} bytes and 100 headers before the body");
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Some(Refusal::new(status, "head_too_large", detail));
    }
    if error.is_parse() {
        let detail = "head: expected a request of HTTP/1.1, such as GET /v1/model HTTP/1.1, and headers of name and value";
        return Some(Refusal::new(StatusCode::BAD_REQUEST, "head", detail));
    }
    if !has_begun {
        return None;
    }
    if error.is_timeout() {
        let limit = header_time.as_secs_f64();
        let detail = format!("head: it did not arrive within {limit} seconds");
        return Some(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "head_time",
            detail,
        ));
    }
    error.is_incomplete_message().then(|| {
        let detail = "head: the request ended before the empty line that ends its head";
        Refusal::new(StatusCode::BAD_REQUEST, "head", detail)
    })
}

/// Counts a request and tells of it.
pub(super) fn record(refusal: &Refusal, site: &Site, phase: &Phase) {
    let status = refusal.problem().status;
    let metrics = &site.metrics;
    metrics.count_problem(refusal.reason());
    metrics.count_request(route(PATH), METHOD, status, Duration::ZERO);
    if let Some(on_request) = &site.on_request {
        on_request(&RequestRecord {
            method: METHOD,
            path: PATH.to_owned(),
            status,
            duration: Duration::ZERO,
            bytes_in: 0,
            bytes_out: refusal.body().len() as u64,
            client: phase.client,
        });
    }
}
