//! Who may ask: a request passes `host`, `rate`, `origin` and `token`, in this order, before anything else looks at it.

mod host;
mod origin;
mod rate;
mod token;

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::http::{HeaderMap, HeaderValue, Method};

use crate::checks::host::Hosts;
use crate::checks::origin::Origins;
use crate::checks::rate::Rate;
use crate::error::ServeError;
use crate::options::{ServeOptions, Token};
use crate::page;
use crate::refusal::Refusal;

/// Paths beside those of the page that need no token.
const OPEN_PATHS: [&str; 3] = ["/healthz", "/readyz", "/openapi.json"];

/// Who may ask.
pub(crate) struct Rules {
    hosts: Hosts,
    origins: Origins,
    token: Option<Token>,
    rate: Option<Rate>,
}

/// What a request that passes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passed {
    /// A request.
    Request,
    /// The question of a browser whether it may send one from another site.
    Preflight,
}

impl Rules {
    /// Makes the rules from the options.
    pub(crate) fn new(options: &ServeOptions) -> Result<Self, ServeError> {
        let address = options.address;
        if options.token.is_none() && !address.ip().is_loopback() {
            return Err(ServeError::TokenNeeded { address });
        }
        Ok(Self {
            hosts: Hosts::new(address.ip(), &options.allowed_hosts)?,
            origins: Origins::new(&options.allowed_origins)?,
            token: options.token.clone(),
            rate: options.limits.requests_per_second.map(Rate::new),
        })
    }

    /// Says whether a request may pass.
    pub(crate) fn check(&self, client: IpAddr, request: &Request) -> Result<Passed, Refusal> {
        let host = self.hosts.check(request)?;
        if let Some(rate) = &self.rate {
            rate.check(client)?;
        }
        let path = request.uri().path();
        let is_api = path == "/v1" || path.starts_with("/v1/");
        self.origins.check(request.headers(), &host, is_api)?;
        if is_preflight(request) && self.allowed_origin(request.headers()).is_some() {
            return Ok(Passed::Preflight);
        }
        if let Some(token) = &self.token
            && page::file(path).is_none()
            && !OPEN_PATHS.contains(&path)
        {
            token::check(token, request.headers())?;
        }
        Ok(Passed::Request)
    }

    /// Returns the origin of a request, if it is of another site that is allowed to read responses.
    pub(crate) fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        self.origins.allowed(headers)
    }

    /// Says whether responses differ by the origin of their request.
    pub(crate) fn differ_by_origin(&self) -> bool {
        !self.origins.is_empty()
    }
}

/// Whether a browser asks if it may send a request.
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
