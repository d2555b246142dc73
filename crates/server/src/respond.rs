//! One request, from its head to its record.

mod headers;
mod recorded;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::VARY;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::body::Arrival;
use crate::checks::Passed;
use crate::phase::Phase;
use crate::refusal::{Reason, Refusal};
use crate::respond::recorded::{Recorded, Recording};
use crate::site::Site;

/// Answers a request, which begins at once, before the future is polled.
pub(crate) fn respond(
    site: Arc<Site>,
    router: Router,
    phase: Arc<Phase>,
    request: Request,
) -> impl Future<Output = Response<Recorded>> + Send {
    phase.begin_request();
    let bytes_in = Arc::new(AtomicU64::new(0));
    let recording = Recording::new(
        Arc::clone(&site),
        Arc::clone(&phase),
        Arc::clone(&bytes_in),
        &request,
    );
    let arrival = Arrival { phase, bytes_in };
    respond_to(site, router, arrival, request, recording)
}

async fn respond_to(
    site: Arc<Site>,
    router: Router,
    arrival: Arrival,
    mut request: Request,
    recording: Recording,
) -> Response<Recorded> {
    let phase = Arc::clone(&arrival.phase);
    let allowed_origin = site.rules.allowed_origin(request.headers());
    let mut response = match site.rules.check(phase.client.ip(), &request) {
        Ok(Passed::Request) => {
            request.extensions_mut().insert(arrival);
            answer(&site, router, request).await
        }
        Ok(Passed::Preflight) => headers::preflight(),
        Err(refusal) => refusal.into_response(),
    };
    if let Some(Reason(reason)) = response.extensions().get() {
        site.metrics.count_problem(reason);
    }
    headers::protect(response.headers_mut());
    if site.rules.differ_by_origin() {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = allowed_origin {
        headers::allow(response.headers_mut(), origin);
    }
    phase.begin_response();
    recording.attach(response)
}

/// Answers a request that may pass, in time.
async fn answer(site: &Site, router: Router, request: Request) -> Response<Body> {
    let limit = site.limits.request_time;
    match timeout(limit, router.oneshot(request)).await {
        Ok(Ok(response)) => response,
        Err(_elapsed) => {
            let detail = format!("no response within {} seconds", limit.as_secs_f64());
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "request_time", detail).into_response()
        }
    }
}
