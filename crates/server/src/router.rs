//! Which path leads where.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi;
use crate::page;
use crate::refusal::Refusal;
use crate::routes::{files, networks, operation, predict, training};
use crate::site::Site;

/// Paths of the API, as they stand in the metrics.
const API_PATHS: [&str; 12] = [
    "/v1/predict",
    "/v1/model",
    "/v1/model/weights",
    "/v1/runs",
    "/v1/digits/random",
    "/v1/training",
    "/v1/training/weights",
    "/v1/training/events",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
];

/// Returns all routes, and the description of those of the API.
pub(crate) fn router() -> (Router<Arc<Site>>, Bytes) {
    let (router, api) = OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(predict::predict))
        .routes(routes!(networks::model))
        .routes(routes!(networks::weights))
        .routes(routes!(networks::runs))
        .routes(routes!(networks::random_digit))
        .routes(routes!(training::training))
        .routes(routes!(training::first_layer))
        .routes(routes!(training::training_events))
        .routes(routes!(operation::healthz))
        .routes(routes!(operation::readyz))
        .routes(routes!(operation::metrics))
        .routes(routes!(operation::openapi))
        .split_for_parts();
    let router = page::FILES.iter().fold(router, |router, file| {
        let tag = files::tag(file);
        let respond = move |headers: HeaderMap| async move { files::respond(file, &tag, &headers) };
        router.route(file.path, get(respond))
    });
    let router = router
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked));
    let description = api
        .to_json()
        .expect("a description of strings and numbers is JSON");
    (router, description.into())
}

/// Returns the route of a path, one of a few, so that no client makes the metrics grow.
pub(crate) fn route(path: &str) -> &'static str {
    let api = API_PATHS.iter().copied().find(|known| *known == path);
    let page = || page::file(path).map(|file| file.path);
    api.or_else(page).unwrap_or("other")
}

async fn not_found() -> Refusal {
    let detail = "there is nothing at this path; /openapi.json and /docs list what there is";
    Refusal::new(StatusCode::NOT_FOUND, "path", detail)
}

async fn method_not_allowed() -> Refusal {
    let detail = "the path does not have this method; the header Allow lists those that it has";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail)
}

/// Says that something failed, and nothing of what.
fn panicked(_thrown: Box<dyn Any + Send + 'static>) -> Response<Body> {
    Refusal::internal().into_response()
}
