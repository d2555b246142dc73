//! What the program around the server is told of each request: no body, no query and no header, so that nothing secret
//! or personal gets into a log.

use std::net::SocketAddr;
use std::time::Duration;

/// A request that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Its method; `other` for one that HTTP does not define, or that could not be read.
    pub method: &'static str,
    /// Its path, without the query; `-` if its head could not be read. The client chose it: it may have any visible ASCII
    /// character.
    pub path: String,
    /// The status of the response.
    pub status: u16,
    /// From the end of the request's head to the end of the response's body.
    pub duration: Duration,
    /// Bytes of the request's body that were read.
    pub bytes_in: u64,
    /// Bytes of the response's body that were sent, or given to the connection to be sent.
    pub bytes_out: u64,
    /// Where the client is.
    pub client: SocketAddr,
}
