//! The files of the page.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use axum::http::{HeaderMap, Response, StatusCode};

use crate::page::File;

/// Returns the tag of a file's content. It need not withstand anybody: the content is our own.
pub(crate) fn tag(file: &File) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    file.content.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    HeaderValue::from_str(&tag).expect("quotes and hexadecimal digits are visible ASCII")
}

/// Returns a file, or says that the browser has it already.
pub(crate) fn respond(
    file: &'static File,
    tag: &HeaderValue,
    headers: &HeaderMap,
) -> Response<Body> {
    let is_known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|known| names(known, tag));
    let body = if is_known {
        Body::empty()
    } else {
        Body::from(file.content)
    };
    let mut response = Response::new(body);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ETAG, tag.clone());
    response
}

/// Whether a list of tags names one, weak or not.
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let known = known.to_str().unwrap_or_default();
    let mut tags = known
        .split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|known| known == "*" || known.as_bytes() == tag.as_bytes())
}
