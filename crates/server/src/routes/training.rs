//! How far a training is, once or as it goes on.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Response};

use crate::body::Arrival;
use crate::openapi::RunRefusal;
use crate::refusal::Refusal;
use crate::routes::ask::{ask, fresh};
use crate::routes::events::{self, Position};
use crate::routes::query::Asked;
use crate::site::Site;
use crate::wire::request::{EpochQuery, RunQuery};
use crate::wire::training::{FirstLayer, Training};

/// Says how far a training is, with all its epochs
#[utoipa::path(
    get,
    path = "/v1/training",
    tag = "trainings",
    params(RunQuery),
    responses((status = 200, description = "The training", body = Training), RunRefusal),
)]
pub(crate) async fn training(
    State(site): State<Arc<Site>>,
    Asked(query): Asked<RunQuery>,
) -> Result<Response<Body>, Refusal> {
    ask(&site, move |service| {
        service.training(query.run.as_deref(), 0)
    })
    .await
}

/// Returns the first layer after an epoch
///
/// Of a training that this server belongs to (`app train --serve`) there are the weights of every epoch, of a long one
/// those of every second, fourth and so on; of other runs those of their checkpoints.
#[utoipa::path(
    get,
    path = "/v1/training/weights",
    tag = "trainings",
    params(EpochQuery),
    responses((status = 200, description = "The weights", body = FirstLayer), RunRefusal),
)]
pub(crate) async fn first_layer(
    State(site): State<Arc<Site>>,
    Asked(query): Asked<EpochQuery>,
) -> Result<Response<Body>, Refusal> {
    ask(&site, move |service| {
        service.first_layer(query.run.as_deref(), query.epoch)
    })
    .await
}

/// Tells how a training goes on, as server-sent events
///
/// Each event is called `training` and has the data of `/v1/training`, with the epochs that were not sent before. Its id
/// is the run, a colon and the newest epoch; a client that sends it as `Last-Event-ID` is told what came after. The
/// stream stays open after the end of the training, for the next. An event called `problem` ends it.
#[utoipa::path(
    get,
    path = "/v1/training/events",
    tag = "trainings",
    params(
        RunQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that arrived"),
    ),
    responses(
        (status = 200, description = "The events", body = String, content_type = "text/event-stream"),
        RunRefusal,
    ),
)]
pub(crate) async fn training_events(
    State(site): State<Arc<Site>>,
    Extension(arrival): Extension<Arrival>,
    Asked(query): Asked<RunQuery>,
    headers: HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let position = last.map(Position::from_id).unwrap_or_default();
    let events = events::open(site, query.run, position).await?;
    arrival.phase.stream();
    Ok(fresh("text/event-stream", Body::new(events)))
}
