//! The end of a connection. If the client is still sending when it is closed, for example a body that is too large, the
//! operating system answers that with a reset, and the client may lose the response that says why. So what it sends is
//! read for a moment and thrown away.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long is read at most.
const MOMENT: Duration = Duration::from_secs(2);

/// Closes a connection so that the client gets what was written.
pub(super) async fn close(mut stream: TcpStream) {
    let shutdown = poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context));
    if shutdown.await.is_ok() {
        // Whether a moment was enough or not, the connection ends here.
        let _ = timeout(MOMENT, throw_away(&stream)).await;
    }
}

/// Reads until the client ends.
async fn throw_away(stream: &TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            _ => {}
        }
    }
}
