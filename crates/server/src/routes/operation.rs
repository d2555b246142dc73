//! Whether the server works, and what it does.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;

use crate::metrics;
use crate::openapi::{AnyRefusal, ApiRefusal};
use crate::refusal::Refusal;
use crate::routes::ask::fresh;
use crate::site::Site;

/// The media type of one word.
const TEXT: &str = "text/plain; charset=utf-8";

/// Says that the server runs
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    security(()),
    responses((status = 200, description = "ok", body = String, content_type = "text/plain"), AnyRefusal),
)]
pub(crate) async fn healthz() -> Response<Body> {
    fresh(TEXT, "ok\n")
}

/// Says whether the server can predict
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    security(()),
    responses((status = 200, description = "ready", body = String, content_type = "text/plain"), AnyRefusal),
)]
pub(crate) async fn readyz(State(site): State<Arc<Site>>) -> Result<Response<Body>, Refusal> {
    if site.is_stopping() {
        return Err(Refusal::busy("the server is stopping"));
    }
    if !site.service.is_ready() {
        return Err(Refusal::busy(
            "the network cannot be loaded; /v1/model says why",
        ));
    }
    Ok(fresh(TEXT, "ready\n"))
}

/// Returns what was counted, for Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    responses(
        (status = 200, description = "OpenMetrics", body = String, content_type = "application/openmetrics-text"),
        ApiRefusal,
    ),
)]
pub(crate) async fn metrics(State(site): State<Arc<Site>>) -> Response<Body> {
    fresh(metrics::MEDIA_TYPE, site.metrics.text())
}

/// Returns this description
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operation",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value, content_type = "application/json"), AnyRefusal),
)]
pub(crate) async fn openapi(State(site): State<Arc<Site>>) -> Response<Body> {
    fresh("application/json", site.openapi.clone())
}
