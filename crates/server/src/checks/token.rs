//! The token that requests bear, as in [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750).

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use subtle::ConstantTimeEq;

use crate::options::Token;
use crate::refusal::Refusal;

/// Refuses a request that does not bear the token. The time that takes does not say how much of a token is right.
pub(super) fn check(token: &Token, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        let detail = "token: expected the header Authorization: Bearer TOKEN";
        return Err(refusal(detail, "Bearer"));
    };
    let is_right =
        bearer(header.as_bytes()).is_some_and(|given| bool::from(given.ct_eq(token.as_bytes())));
    if is_right {
        return Ok(());
    }
    let detail = "token: it is not the one that the server was started with";
    Err(refusal(detail, "Bearer error=\"invalid_token\""))
}

/// Returns the token of a header.
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = header.split_at_checked(b"Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii())
}

/// Asks for the token.
fn refusal(detail: &str, challenge: &'static str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "token", detail).with_header(WWW_AUTHENTICATE, challenge)
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn finds_the_token_of_a_header() {
        assert_eq!(bearer(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer(b"bearer  abc "), Some(&b"abc"[..]));
        assert_eq!(bearer(b"Basic abcdef"), None);
        assert_eq!(bearer(b"Bearer"), None);
    }
}
