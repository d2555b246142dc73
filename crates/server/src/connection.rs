//! One connection, from its first request to its end, and all that are open.

mod exchange;
mod linger;
mod open;
mod paced;
mod refused;

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

use crate::connection::exchange::{Exchange, Sent};
pub(crate) use crate::connection::open::{OpenConnections, Place};
use crate::connection::paced::Paced;
use crate::connection::refused::{HEAD_BYTES, refusal_of};
use crate::phase::Phase;
use crate::respond::respond;
use crate::site::Site;

/// The most bytes that are read before somebody takes them.
const BUFFER_BYTES: usize = 64 * 1024;

/// Serves a connection until the client, an error, the server's end or the lack of room closes it.
pub(crate) async fn serve(stream: TcpStream, phase: Arc<Phase>, site: Arc<Site>, router: Router) {
    // A response is written at once, so there is nothing to wait for; without it, responses come all the same.
    let _ = stream.set_nodelay(true);
    let paced = Paced::new(stream, site.limits.write_time);
    let io = TokioIo::new(Exchange::new(paced, Arc::clone(&phase)));
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
    let ended = loop {
        tokio::select! {
            // In this order, so that a response that is ready when the server stops says that it is the last.
            biased;
            () = phase.evicted() => return,
            _ = stopping.wait_for(|stopping| *stopping), if !is_ending => {
                is_ending = true;
                if phase.is_unused() {
                    return;
                }
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
        }
    };
    let parts = connection.into_parts();
    let has_begun = !parts.read_buf.is_empty();
    let (stream, sent) = parts.io.into_inner().end();
    if let Err(error) = ended
        && let Some(refusal) = refusal_of(&error, has_begun, site.limits.header_time)
    {
        // After a part of a response, or after hyper's own, there is no place for another.
        if sent == Sent::Own || (sent == Sent::Whole && !error.is_parse()) {
            let _ = stream.try_write(&refusal.to_last_response());
        }
        refused::record(&refusal, &site, &phase);
    }
    linger::close(stream).await;
}
