//! The networks, their runs, and digits of the data set.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;

use crate::openapi::{ApiRefusal, RunRefusal};
use crate::refusal::Refusal;
use crate::routes::ask::ask;
use crate::routes::query::{Asked, NoQuery};
use crate::service::Service;
use crate::site::Site;
use crate::wire::model::{Example, Model, Run, Weights};
use crate::wire::request::RunQuery;

/// Describes the networks that predict
#[utoipa::path(
    get,
    path = "/v1/model",
    tag = "networks",
    params(RunQuery),
    responses((status = 200, description = "The networks", body = Model), RunRefusal),
)]
pub(crate) async fn model(
    State(site): State<Arc<Site>>,
    Asked(query): Asked<RunQuery>,
) -> Result<Response<Body>, Refusal> {
    ask(&site, move |service| service.model(query.run.as_deref())).await
}

/// Returns the weights of the first of these networks
#[utoipa::path(
    get,
    path = "/v1/model/weights",
    tag = "networks",
    params(RunQuery),
    responses((status = 200, description = "The weights", body = Weights), RunRefusal),
)]
pub(crate) async fn weights(
    State(site): State<Arc<Site>>,
    Asked(query): Asked<RunQuery>,
) -> Result<Response<Body>, Refusal> {
    ask(&site, move |service| service.weights(query.run.as_deref())).await
}

/// Lists the runs whose networks may be asked
#[utoipa::path(
    get,
    path = "/v1/runs",
    tag = "networks",
    responses((status = 200, description = "The runs", body = Vec<Run>), ApiRefusal),
)]
pub(crate) async fn runs(
    State(site): State<Arc<Site>>,
    Asked(NoQuery): Asked<NoQuery>,
) -> Result<Response<Body>, Refusal> {
    ask(&site, Service::runs).await
}

/// Returns a random digit of a run's data set
#[utoipa::path(
    get,
    path = "/v1/digits/random",
    tag = "networks",
    params(RunQuery),
    responses((status = 200, description = "A digit, another each time", body = Example), RunRefusal),
)]
pub(crate) async fn random_digit(
    State(site): State<Arc<Site>>,
    Asked(query): Asked<RunQuery>,
) -> Result<Response<Body>, Refusal> {
    ask(&site, move |service| service.example(query.run.as_deref())).await
}
