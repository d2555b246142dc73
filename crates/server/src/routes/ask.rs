//! A question to the program around the server, from the query of the request to JSON.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Query};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;
use crate::service::{Service, ServiceError};
use crate::site::Site;

/// The query of a request.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let query = Query::try_from_uri(&parts.uri).map_err(|error| {
            let detail = format!("query: {}", error.body_text());
            Refusal::new(StatusCode::BAD_REQUEST, "query", detail)
        });
        query.map(|Query(query)| Self(query))
    }
}

/// Asks the program, on a thread of its own.
pub(crate) async fn ask<T, Q>(site: &Site, question: Q) -> Result<Response<Body>, Refusal>
where
    T: Serialize,
    Q: FnOnce(&dyn Service) -> Result<T, ServiceError> + Send + 'static,
{
    let service = Arc::clone(&site.service);
    site.work.run(move || json(&question(&*service)?)).await?
}

/// Makes a response of a value.
pub(crate) fn json(value: &impl Serialize) -> Result<Response<Body>, Refusal> {
    let bytes = serde_json::to_vec(value).map_err(|_no_json| Refusal::internal())?;
    Ok(fresh("application/json", bytes))
}

/// Makes a response that is not to be kept.
pub(crate) fn fresh(media_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
