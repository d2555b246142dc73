//! Why the server cannot start.

use std::io;
use std::net::SocketAddr;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address is taken, or not one of this machine.
    #[error("{address}: cannot listen there: {source}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// Other machines can reach the address, and nothing keeps them from asking.
    #[error(
        "{address}: other machines can reach it, so it needs a token; without one, listen on 127.0.0.1"
    )]
    TokenNeeded {
        /// The address.
        address: SocketAddr,
    },
    /// The token is too short, or a header cannot carry it.
    #[error("the token needs at least 16 characters, all of them visible ASCII; found {found}")]
    Token {
        /// What is wrong, without the token.
        found: String,
    },
    /// A host to be allowed is no name of a host.
    #[error(
        "{host}: expected the name of a host without scheme and port, such as digits.example.org"
    )]
    Host {
        /// What was given.
        host: String,
    },
    /// An origin to be allowed is no origin.
    #[error("{origin}: expected an origin, such as https://example.org or http://localhost:3000")]
    Origin {
        /// What was given.
        origin: String,
    },
    /// The threads of the server could not be started.
    #[error("the server's threads cannot be started: {source}")]
    Threads {
        /// What the operating system says.
        source: io::Error,
    },
}
