//! The site whose script or form sends a request: this one, or one that is allowed.

use axum::http::header::{HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};

use crate::error::ServeError;
use crate::refusal::Refusal;

/// What a browser says of the site that sends a request, even where it does not name it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Sites that may use the API from their own pages.
pub(super) struct Origins(Vec<HeaderValue>);

impl Origins {
    /// The sites with these origins.
    pub(super) fn new(allowed: &[String]) -> Result<Self, ServeError> {
        let origins = allowed.iter().map(|origin| {
            parse(origin).ok_or_else(|| ServeError::Origin {
                origin: origin.clone(),
            })
        });
        Ok(Self(origins.collect::<Result<_, _>>()?))
    }

    /// Whether no other site is allowed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the origin that a request names, if it is one of these.
    pub(super) fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        self.0.contains(origin).then(|| origin.clone())
    }

    /// Refuses what other sites send: requests that say so, and those of the API by which a browser says so. (A link
    /// from another site to the page is none.)
    pub(super) fn check(
        &self,
        headers: &HeaderMap,
        host: &str,
        is_api: bool,
    ) -> Result<(), Refusal> {
        if self.allowed(headers).is_some() {
            return Ok(());
        }
        let from_elsewhere = headers
            .get_all(ORIGIN)
            .iter()
            .any(|origin| !is_same(origin, host));
        let fetched_from = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
        let fetched_from_elsewhere = matches!(fetched_from, Some(b"cross-site" | b"same-site"));
        if from_elsewhere || is_api && fetched_from_elsewhere {
            let detail =
                "origin: another site sent this request, and the server was not told to allow it";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "origin", detail));
        }
        Ok(())
    }
}

/// Whether an origin is that of a host.
fn is_same(origin: &HeaderValue, host: &str) -> bool {
    let origin = origin.to_str().unwrap_or_default();
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// Returns an origin as browsers send it: `https://example.org`, without a path.
fn parse(origin: &str) -> Option<HeaderValue> {
    let uri = origin.parse::<Uri>().ok()?;
    let authority = uri.authority()?.as_str();
    let scheme = uri
        .scheme_str()
        .filter(|scheme| ["http", "https"].contains(scheme))?;
    let is_exact = !authority.contains('@') && origin == format!("{scheme}://{authority}");
    let is_lower = origin == origin.to_ascii_lowercase();
    (is_exact && is_lower).then(|| HeaderValue::from_str(origin).ok())?
}

#[cfg(test)]
mod tests {
    use axum::http::header::ORIGIN;
    use axum::http::{HeaderMap, HeaderValue};

    use super::{FETCH_SITE, Origins};

    fn passes(origin: &str) -> bool {
        let origins = Origins::new(&["https://example.org".to_owned()]).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        origins.check(&headers, "localhost:8080", false).is_ok()
    }

    #[test]
    fn lets_this_site_and_allowed_ones_pass() {
        assert!(passes("http://localhost:8080"));
        assert!(passes("https://localhost:8080"));
        assert!(passes("https://example.org"));
        for origin in [
            "null",
            "",
            "http://localhost",
            "http://localhost:8081",
            "http://example.org",
            "https://example.org.evil.example",
            "https://example.org:444",
            "ftp://localhost:8080",
            "localhost:8080",
        ] {
            assert!(!passes(origin), "{origin}");
        }
    }

    #[test]
    fn refuses_requests_of_the_api_that_a_browser_says_are_of_another_site() {
        let passes = |site: &'static str, is_api| {
            let mut headers = HeaderMap::new();
            headers.insert(FETCH_SITE, HeaderValue::from_static(site));
            Origins::new(&[])
                .unwrap()
                .check(&headers, "localhost", is_api)
                .is_ok()
        };
        assert!(passes("same-origin", true) && passes("none", true));
        assert!(!passes("cross-site", true) && !passes("same-site", true));
        assert!(passes("cross-site", false));
    }

    #[test]
    fn takes_origins_only() {
        for origin in [
            "*",
            "null",
            "example.org",
            "https://example.org/",
            "https://a@b",
            "https://A.org",
            "",
        ] {
            assert!(Origins::new(&[origin.to_owned()]).is_err(), "{origin}");
        }
    }
}
