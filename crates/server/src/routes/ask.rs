//! A question to the program around the server, and its answer as JSON.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use crate::memory::Held;
use crate::refusal::Refusal;
use crate::service::{Service, ServiceError};
use crate::site::Site;

/// Bytes of a response that is not counted.
const SMALL: usize = 64 * 1024;

/// Asks the program, on a thread of its own.
pub(crate) async fn ask<T, Q>(site: &Arc<Site>, question: Q) -> Result<Response<Body>, Refusal>
where
    T: Serialize,
    Q: FnOnce(&dyn Service) -> Result<T, ServiceError> + Send + 'static,
{
    let shared = Arc::clone(site);
    let job = move || json(&shared, &question(&*shared.service)?);
    site.work.run(job).await?
}

/// Makes a response of a value, if there is memory until the client has read it.
pub(crate) fn json(site: &Site, value: &impl Serialize) -> Result<Response<Body>, Refusal> {
    let bytes = serde_json::to_vec(value).map_err(|_no_json| Refusal::internal())?;
    if bytes.len() <= SMALL {
        return Ok(fresh("application/json", bytes));
    }
    let mut memory = Held::default();
    if !site.responses.grow(&mut memory, bytes.len()) {
        let detail = "too many large responses have not been read yet; try again in a second";
        return Err(Refusal::busy(detail));
    }
    let large = Large {
        bytes,
        _memory: memory,
    };
    Ok(fresh("application/json", Bytes::from_owner(large)))
}

/// A large response: its memory is free again when the last of its bytes is sent.
struct Large {
    bytes: Vec<u8>,
    _memory: Held,
}

impl AsRef<[u8]> for Large {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Makes a response that is not to be kept.
pub(crate) fn fresh(media_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
