//! One file from one mirror, by HTTP.
//!
//! What a server says is not trusted: no more is written than the file has bytes, and a part of the file only if it
//! follows what is there.

use std::io::Read;

use ureq::http::Response;
use ureq::{Agent, Body, Timeout};

use crate::fetch::file_list::RemoteFile;
use crate::fetch::partial::Partial;
use crate::fetch::patience::Patience;
use crate::support::download_fault::DownloadFault;
use crate::support::error::Result;

/// Bytes per read.
const READ_SIZE: usize = 64 * 1024;

/// HTTP's status for a part of a file.
const PARTIAL_CONTENT: u16 = 206;

/// The connections to mirrors.
pub(super) struct Server {
    agent: Agent,
    patience: Patience,
}

/// A response, whose body follows the bytes that are there.
struct Accepted {
    body: Body,
    /// The server sends the file from its start.
    from_start: bool,
}

impl Server {
    /// Proxies are those of the environment.
    pub(super) fn new(patience: Patience) -> Self {
        let program = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        let config = Agent::config_builder()
            .user_agent(program)
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_per_read(Some(patience.stall))
            .timeout_per_write(Some(patience.stall))
            .timeout_recv_response(Some(patience.whole))
            .timeout_recv_body(Some(patience.whole))
            .build();
        Self {
            agent: config.into(),
            patience,
        }
    }

    /// Receives the missing rest of a file.
    ///
    /// # Errors
    ///
    /// The outer one if the file cannot be written, the inner one if the mirror did not send it.
    pub(super) fn download(
        &self,
        file: &RemoteFile,
        mirror: &str,
        partial: &mut Partial<'_>,
        received: &mut dyn FnMut(u64),
    ) -> Result<Result<(), DownloadFault>> {
        if partial.length() == file.bytes {
            return Ok(Ok(()));
        }
        let accepted = match self.ask(file, mirror, partial.length()) {
            Ok(accepted) => accepted,
            Err(fault) => return Ok(Err(fault)),
        };
        if accepted.from_start {
            partial.discard()?;
        }
        let mut reader = accepted.body.into_reader();
        let mut buffer = vec![0; READ_SIZE];
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(read) => read,
                Err(error) => return Ok(Err(self.cut_short(error, file, partial.length()))),
            };
            let expected = file.bytes;
            if read == 0 {
                let received = partial.length();
                let is_whole = received == expected;
                return Ok(if is_whole {
                    Ok(())
                } else {
                    Err(DownloadFault::CutShort { received, expected })
                });
            }
            if partial.length() + read as u64 > expected {
                partial.discard()?;
                return Ok(Err(DownloadFault::TooLong { expected }));
            }
            partial.append(&buffer[..read])?;
            received(partial.length());
        }
    }

    /// Asks for a file, or for what follows its first bytes.
    fn ask(
        &self,
        file: &RemoteFile,
        mirror: &str,
        present: u64,
    ) -> Result<Accepted, DownloadFault> {
        let address = format!("{}/{}", mirror.trim_end_matches('/'), file.name);
        let mut request = self.agent.get(&address);
        if present > 0 {
            request = request.header("Range", format!("bytes={present}-"));
        }
        let response = request.call().map_err(|error| self.fault(error))?;
        let from_start = response.status().as_u16() != PARTIAL_CONTENT;
        if !from_start && start_of_part(&response) != Some(present) {
            return Err(DownloadFault::OtherPart);
        }
        let body = response.into_body();
        let before = if from_start { 0 } else { present };
        match body.content_length() {
            Some(found) if found != file.bytes - before => Err(DownloadFault::Length {
                expected: file.bytes - before,
                found,
            }),
            _ => Ok(Accepted { body, from_start }),
        }
    }

    fn cut_short(&self, error: std::io::Error, file: &RemoteFile, received: u64) -> DownloadFault {
        match ureq::Error::from(error) {
            ureq::Error::Timeout(timeout) => self.timed_out(timeout),
            _ => DownloadFault::CutShort {
                received,
                expected: file.bytes,
            },
        }
    }

    fn fault(&self, error: ureq::Error) -> DownloadFault {
        match error {
            ureq::Error::StatusCode(status) => DownloadFault::Status(status),
            ureq::Error::HostNotFound => DownloadFault::HostNotFound,
            ureq::Error::TooManyRedirects => DownloadFault::Redirects,
            ureq::Error::Timeout(timeout) => self.timed_out(timeout),
            ureq::Error::Io(error) => DownloadFault::Other(error.to_string().to_lowercase()),
            error => DownloadFault::Other(error.to_string()),
        }
    }

    fn timed_out(&self, timeout: Timeout) -> DownloadFault {
        let Patience {
            connect,
            stall,
            whole,
        } = self.patience;
        match timeout {
            Timeout::Resolve | Timeout::Connect => DownloadFault::NoConnection(connect),
            Timeout::PerRead | Timeout::PerWrite => DownloadFault::Stalled(stall),
            _ => DownloadFault::TooSlow(whole),
        }
    }
}

/// The position of the first byte of a part, as its header says: `bytes 100-199/200`.
fn start_of_part(response: &Response<Body>) -> Option<u64> {
    let header = response.headers().get("Content-Range")?.to_str().ok()?;
    let (start, _) = header.trim().strip_prefix("bytes ")?.split_once('-')?;
    start.trim().parse().ok()
}
