//! Predictions.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::error::Category;

use crate::body::{self, Arrival, Received};
use crate::openapi::RunRefusal;
use crate::refusal::Refusal;
use crate::routes::ask::json;
use crate::routes::input::{self, Details};
use crate::routes::query::Asked;
use crate::service::Input;
use crate::site::Site;
use crate::wire::prediction::Predictions;
use crate::wire::problem::Problem;
use crate::wire::request::{Picture, PredictBody, PredictQuery};

/// Bytes of JSON that are read in passing; more would keep other requests waiting.
const READ_AT_ONCE: usize = 64 * 1024;

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Picture,
}

/// Predicts digits
///
/// The body is either JSON, with pixels, a batch of images, or the strokes of a drawing, or a picture: a PNG or JPEG
/// file. A drawing or picture that shows no digit, several, or one that the network does not know, is no error: the
/// status of the image says so.
#[utoipa::path(
    post,
    path = "/v1/predict",
    tag = "predictions",
    params(PredictQuery),
    request_body(content(
        (PredictBody = "application/json"),
        (Picture = "image/png"),
        (Picture = "image/jpeg"),
        (Picture = "application/octet-stream"),
    )),
    responses(
        (status = 200, description = "What was predicted", body = Predictions),
        (status = 408, description = "The body did not arrive in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another media type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The body is not as described here, or the picture cannot be read", body = Problem, content_type = "application/problem+json"),
        RunRefusal,
    ),
)]
pub(crate) async fn predict(
    State(site): State<Arc<Site>>,
    Extension(arrival): Extension<Arrival>,
    Asked(query): Asked<PredictQuery>,
    request: Request,
) -> Result<Response<Body>, Refusal> {
    let kind = kind(request.headers())?;
    let limit = match kind {
        Kind::Json => site.limits.json_bytes,
        Kind::Picture => site.limits.picture_bytes,
    };
    let received = body::read(&site, &arrival, request.into_body(), limit).await?;
    if kind == Kind::Json && received.bytes.len() <= READ_AT_ONCE {
        let input = parse(&site, &received, &query)?;
        if is_fast(&input) && site.service.predicts_at_once(&query) {
            return answer(&site, &input, &query);
        }
        let shared = Arc::clone(&site);
        return site
            .work
            .run(move || answer(&shared, &input, &query))
            .await?;
    }
    let shared = Arc::clone(&site);
    let job = move || {
        let input = match kind {
            Kind::Json => parse(&shared, &received, &query)?,
            Kind::Picture if received.bytes.is_empty() => {
                return Err(Refusal::content("body: expected a picture, found nothing"));
            }
            Kind::Picture => Input::Picture(received.bytes),
        };
        answer(&shared, &input, &query)
    };
    match kind {
        Kind::Json => site.work.run(job).await?,
        Kind::Picture => site.work.run_long(job).await?,
    }
}

/// Says what the body of a request is.
fn kind(headers: &HeaderMap) -> Result<Kind, Refusal> {
    let refusal = |detail: &str| {
        let refusal = Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", detail);
        Err(refusal.with_header(CONNECTION, "close"))
    };
    if headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        return refusal("content-encoding: expected none; send the body as it is");
    }
    let media_type = headers
        .get(CONTENT_TYPE)
        .map_or(Ok(""), |value| value.to_str())
        .unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    match media_type.to_ascii_lowercase().as_str() {
        "application/json" => Ok(Kind::Json),
        "image/png" | "image/jpeg" | "application/octet-stream" => Ok(Kind::Picture),
        _ => refusal("content-type: expected application/json, image/png or image/jpeg"),
    }
}

/// Reads and checks JSON.
fn parse(site: &Site, received: &Received, query: &PredictQuery) -> Result<Input, Refusal> {
    let body = serde_json::from_slice::<PredictBody>(&received.bytes).map_err(|error| {
        let detail = format!("body: {error}");
        match error.classify() {
            Category::Data => Refusal::content(detail),
            _ => Refusal::new(StatusCode::BAD_REQUEST, "json", detail),
        }
    })?;
    let details = if query.detail {
        Details::Asked
    } else {
        Details::NotAsked
    };
    input::check(body, details, &site.limits)
}

/// Whether an input needs no preparation.
fn is_fast(input: &Input) -> bool {
    matches!(input, Input::Pixels20(_) | Input::Pixels28(_))
}

/// Asks the program, and makes a response.
fn answer(site: &Site, input: &Input, query: &PredictQuery) -> Result<Response<Body>, Refusal> {
    let predictions = site.service.predict(input, query)?;
    site.metrics.count_images(&predictions);
    json(site, &predictions)
}
