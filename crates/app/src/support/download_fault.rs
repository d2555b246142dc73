//! Why a mirror did not deliver a file.

use std::time::Duration;

use plots::grouped;

/// Why a mirror did not deliver a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum DownloadFault {
    #[error("the host is not found; is there a network?")]
    HostNotFound,
    #[error("no connection within {} s", .0.as_secs())]
    NoConnection(Duration),
    #[error("no data for {} s", .0.as_secs_f64())]
    Stalled(Duration),
    #[error("not finished within {} min", .0.as_secs() / 60)]
    TooSlow(Duration),
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("it redirects too often")]
    Redirects,
    #[error("it announces {} bytes, expected {}", grouped_bytes(*found), grouped_bytes(*expected))]
    Length { expected: u64, found: u64 },
    #[error("it sends more than the {} bytes of the file", grouped_bytes(*expected))]
    TooLong { expected: u64 },
    #[error("it answers a request for the rest of the file with another part")]
    OtherPart,
    #[error("the connection ended after {} of {} bytes", grouped_bytes(*received), grouped_bytes(*expected))]
    CutShort { received: u64, expected: u64 },
    #[error("it sends other content: expected SHA-256 {expected}, found {found}")]
    OtherContent { expected: String, found: String },
    #[error("{0}")]
    Other(String),
}

/// A number of bytes with commas.
pub(crate) fn grouped_bytes(bytes: u64) -> String {
    usize::try_from(bytes).map_or_else(|_| bytes.to_string(), grouped)
}
