//! Where the server listens, whom it answers, and how much of everything it allows.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::error::ServeError;
use crate::record::RequestRecord;

/// The fewest characters of a token.
const SHORTEST_TOKEN: usize = 16;

/// Requests per second that a client on another machine may make.
const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(100).expect("100 is not 0");

/// A function that is told what happened, by any of the server's threads.
pub type Callback<T> = Arc<dyn Fn(&T) + Send + Sync>;

/// How the server is run. The default answers this machine alone.
#[derive(Clone)]
pub struct ServeOptions {
    /// Where it listens; port 0 is any free one. An address that other machines can reach needs a token.
    pub address: SocketAddr,
    /// Names of hosts, without port, that a request may be sent to, beside `localhost` and loopback addresses, and, if the
    /// server listens for other machines, addresses in numbers.
    pub allowed_hosts: Vec<String>,
    /// Origins (scheme, host, and port if it is not the scheme's) of other sites, whose scripts may use the API.
    pub allowed_origins: Vec<String>,
    /// The secret that requests of the API must bear.
    pub token: Option<Token>,
    /// How much of everything is allowed.
    pub limits: Limits,
    /// How long requests that have begun may take after the server was told to stop.
    pub shutdown_deadline: Duration,
    /// Called at the end of each request, and should not take long.
    pub on_request: Option<Callback<RequestRecord>>,
    /// Called if a connection could not be accepted, for example because there are too many open files. The server
    /// waits a little and goes on.
    pub on_accept_error: Option<Callback<io::Error>>,
}

impl ServeOptions {
    /// Usual options for an address: for one that other machines can reach, with a limit on requests per second.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            token: None,
            limits: Limits {
                requests_per_second: (!address.ip().is_loopback()).then_some(REQUESTS_PER_SECOND),
                ..Limits::default()
            },
            shutdown_deadline: Duration::from_secs(10),
            on_request: None,
            on_accept_error: None,
        }
    }
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))
    }
}

/// How much of everything the server allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a picture.
    pub picture_bytes: usize,
    /// Bytes of a JSON body.
    pub json_bytes: usize,
    /// Bytes of all bodies that are in memory at a time.
    pub bodies_bytes: usize,
    /// Bytes of all large responses that clients have not read yet.
    pub responses_bytes: usize,
    /// Images in a request.
    pub images: usize,
    /// Images in a request that asks for details, whose response is much larger than it.
    pub detailed_images: usize,
    /// Points in a drawing.
    pub points: usize,
    /// Open connections. A further one takes the place of the one that has waited longest without a request.
    pub connections: usize,
    /// Streams of events that are open at a time.
    pub event_streams: usize,
    /// Requests that the program answers at a time, each on a thread; by default as many as the machine has cores. A
    /// program that gathers requests, for a GPU, needs more.
    pub threads: usize,
    /// Requests that wait for one of these threads.
    pub queue: usize,
    /// How long the head of a request may take, and how long a connection may wait for the next request.
    pub header_time: Duration,
    /// How long the body of a request may take.
    pub body_time: Duration,
    /// How long a response may wait for a client that does not read, beyond the time it takes at 16 KiB per second.
    pub write_time: Duration,
    /// How long a response may take, without the time in which it is sent.
    pub request_time: Duration,
    /// Requests per second of one client, an address or an IPv6 network of 64 bits; for a moment twice as many.
    pub requests_per_second: Option<NonZeroU32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            picture_bytes: 32 << 20,
            json_bytes: 4 << 20,
            bodies_bytes: 256 << 20,
            responses_bytes: 256 << 20,
            images: 10_000,
            detailed_images: 100,
            points: 100_000,
            connections: 1024,
            event_streams: 64,
            threads: thread::available_parallelism().map_or(1, usize::from),
            queue: 1024,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            request_time: Duration::from_mins(1),
            requests_per_second: None,
        }
    }
}

/// A secret that requests must bear; its `Debug` does not tell it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token, without white space around it.
    ///
    /// # Errors
    ///
    /// [`ServeError::Token`] if it has fewer than 16 characters, or one that is not visible ASCII.
    pub fn new(text: &str) -> Result<Self, ServeError> {
        let text = text.trim();
        if let Some(position) = text.chars().position(|c| !c.is_ascii_graphic()) {
            let found = format!("another as number {}", position + 1);
            return Err(ServeError::Token { found });
        }
        if text.len() < SHORTEST_TOKEN {
            let found = format!("{} characters", text.len());
            return Err(ServeError::Token { found });
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns its bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::{ServeOptions, Token};

    #[test]
    fn takes_a_token_as_files_have_it_and_does_not_show_it() {
        let token = Token::new("0123456789abcdef\n").unwrap();
        assert_eq!(token.as_bytes(), b"0123456789abcdef");
        assert_eq!(format!("{token:?}"), "Token(..)");
    }

    #[test]
    fn refuses_a_token_that_is_short_or_no_header() {
        let message = |text: &str| Token::new(text).unwrap_err().to_string();
        assert!(message("short").contains("found 5 characters"));
        assert!(message("0123456789 abcdefgh").contains("another as number 11"));
        assert!(message("0123456789abcdef\u{e9}").contains("another as number 17"));
    }

    #[test]
    fn other_machines_are_limited_and_this_one_is_not() {
        let limit = |text: &str| {
            let options = ServeOptions::at(text.parse().unwrap());
            options
                .limits
                .requests_per_second
                .map(std::num::NonZeroU32::get)
        };
        assert_eq!(limit("127.0.0.1:80"), None);
        assert_eq!(limit("[::1]:80"), None);
        assert_eq!(limit("0.0.0.0:80"), Some(100));
    }
}
