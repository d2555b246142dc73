//! A problem on its way to the client.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;

use crate::service::ServiceError;
use crate::wire::problem::Problem;

/// Why a request has no other response.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    reason: Reason,
    detail: String,
    header: Option<(HeaderName, &'static str)>,
}

/// The server has too much to do.
const BUSY: Reason = Reason("busy");

/// Why, in one word, for the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reason(pub(crate) &'static str);

impl Refusal {
    /// A refusal with a status, one word for the metrics, and what was wrong, where, and what to do.
    pub(crate) fn new(status: StatusCode, reason: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            reason: Reason(reason),
            detail: detail.into(),
            header: None,
        }
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }

    /// The request's content cannot be used.
    pub(crate) fn content(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "content", detail)
    }

    /// The server has too much to do.
    pub(crate) fn busy(detail: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, BUSY.0, detail)
            .with_header(axum::http::header::RETRY_AFTER, "1")
    }

    /// Whether it is no more than that.
    pub(crate) fn is_busy(&self) -> bool {
        self.reason == BUSY
    }

    /// The program around the server failed in a way that nobody foresaw.
    pub(crate) fn internal() -> Self {
        let detail = "the server failed; its log may say why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// Why, in one word, for the metrics.
    pub(crate) fn reason(&self) -> &'static str {
        self.reason.0
    }

    /// Returns the whole response as bytes, for a connection that ends with it.
    pub(crate) fn to_last_response(&self) -> Vec<u8> {
        let Problem { title, status, .. } = self.problem();
        let body = self.body();
        let header = self.header.as_ref();
        let header = header.map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!(
            "HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n\
             x-content-type-options: nosniff\r\n{}connection: close\r\ncontent-length: {}\r\n\r\n",
            header.unwrap_or_default(),
            body.len(),
        );
        [head.into_bytes(), body].concat()
    }

    /// Returns the problem as the bytes of a body.
    pub(crate) fn body(&self) -> Vec<u8> {
        // A problem has no map with keys that are no strings, which alone could fail.
        serde_json::to_vec(&self.problem()).unwrap_or_default()
    }

    /// Returns the problem as it is sent.
    pub(crate) fn problem(&self) -> Problem {
        Problem::new(self.status, self.detail.clone())
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let detail = error.to_string();
        match error {
            ServiceError::UnknownRun { .. } => {
                Self::new(StatusCode::NOT_FOUND, "unknown_run", detail)
            }
            ServiceError::UnknownEpoch { .. } => {
                Self::new(StatusCode::NOT_FOUND, "unknown_epoch", detail)
            }
            ServiceError::NotReady { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", detail)
            }
            ServiceError::Input { .. } => Self::content(detail),
            ServiceError::Failed { .. } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", detail)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self.reason);
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
