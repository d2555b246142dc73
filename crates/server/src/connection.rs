//! One connection, from its first request to its end, and all that are open.

mod linger;
mod open;
mod paced;

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

pub(crate) use crate::connection::open::{OpenConnections, Place};
use crate::connection::paced::Paced;
use crate::phase::Phase;
use crate::respond::respond;
use crate::site::Site;

/// The most bytes of a request's head.
const HEAD_BYTES: usize = 16 * 1024;

/// The most bytes that are read before somebody takes them.
const BUFFER_BYTES: usize = 64 * 1024;

/// Serves a connection until the client, an error, the server's end or the lack of room closes it.
pub(crate) async fn serve(stream: TcpStream, phase: Arc<Phase>, site: Arc<Site>, router: Router) {
    // A response is written at once, so there is nothing to wait for; without it, responses come all the same.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Paced::new(stream, site.limits.write_time));
    let respond = {
        let (phase, site) = (Arc::clone(&phase), Arc::clone(&site));
        service_fn(move |request: Request<Incoming>| {
            let response = respond(
                Arc::clone(&site),
                router.clone(),
                Arc::clone(&phase),
                request.map(Body::new),
            );
            Box::pin(async { Ok::<_, Infallible>(response.await) })
        })
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(site.limits.header_time)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(io, respond);
    let mut stopping = site.stopping.clone();
    let mut is_ending = false;
    loop {
        tokio::select! {
            // An error has been answered, as far as it can be: the client is told by the end of the connection.
            _ = poll_fn(|context| connection.poll_without_shutdown(context)) => break,
            () = phase.evicted() => return,
            _ = stopping.wait_for(|stopping| *stopping), if !is_ending => {
                is_ending = true;
                if phase.is_unused() {
                    return;
                }
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
    linger::close(connection.into_parts().io.into_inner().into_inner()).await;
}
