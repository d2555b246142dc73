//! What hyper reads from a client and writes to it, with two differences.
//!
//! A client may say that it sends no more as soon as its request is sent, and still read the response. That looks like a
//! client that leaves, for which hyper gives up the response; so the end of what is sent is held back until the response
//! is written. Of a stream of events, which has no end, it is not.
//!
//! A request whose head it cannot read is answered by hyper itself, with a status and nothing else. That is thrown away:
//! the connection ends then, and the problem is written in its place.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::connection::paced::Paced;
use crate::phase::Phase;

/// A connection as hyper sees it.
pub(super) struct Exchange {
    stream: Paced,
    phase: Arc<Phase>,
    /// Woken when hyper may learn that the client has ended.
    held_back: Option<Waker>,
    /// The responses that are written as a whole, if nothing else has been written since.
    written: Option<u64>,
    /// What is to be written in the place of hyper's own response, if it has made one.
    has_own_response: bool,
}

/// What was sent when a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// Whole responses, or none.
    Whole,
    /// A part of a response.
    Part,
    /// Whole responses; the last, which hyper made, was thrown away.
    Own,
}

impl Exchange {
    pub(super) fn new(stream: Paced, phase: Arc<Phase>) -> Self {
        Self {
            stream,
            phase,
            held_back: None,
            written: Some(0),
            has_own_response: false,
        }
    }

    /// Returns the connection, and what was sent last.
    pub(super) fn end(self) -> (TcpStream, Sent) {
        let sent = match (self.has_own_response, self.written) {
            (true, _) => Sent::Own,
            (false, Some(_)) => Sent::Whole,
            (false, None) => Sent::Part,
        };
        (self.stream.into_inner(), sent)
    }

    /// Says whether bytes begin a response that is none of ours: there is no response that is not written yet.
    fn is_own_response(&self, bytes: &[u8]) -> bool {
        self.written == Some(self.phase.responses())
            && (bytes.starts_with(b"HTTP/1.1 4") || bytes.starts_with(b"HTTP/1.0 4"))
    }
}

impl AsyncRead for Exchange {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let is_end = matches!(read, Poll::Ready(Ok(()))) && buffer.filled().len() == before;
        if is_end && self.phase.is_answering() {
            self.held_back = Some(context.waker().clone());
            return Poll::Pending;
        }
        read
    }
}

impl AsyncWrite for Exchange {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_own_response(bytes) {
            self.has_own_response = true;
            return Poll::Ready(Ok(bytes.len()));
        }
        self.written = None;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if parts
            .first()
            .is_some_and(|first| self.is_own_response(first))
        {
            self.has_own_response = true;
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        self.written = None;
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called when everything is written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.written = Some(self.phase.responses());
            if !self.phase.is_answering()
                && let Some(reader) = self.held_back.take()
            {
                reader.wake();
            }
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
