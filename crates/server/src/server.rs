//! The server: bound to an address first, then run until it is told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::{OpenConnections, Place, serve};
use crate::error::ServeError;
use crate::options::{Callback, ServeOptions};
use crate::refusal::Refusal;
use crate::router::router;
use crate::service::Service;
use crate::site::Site;

/// How long no connection is accepted after one could not be, so that a lack of files does not keep a core busy.
const PAUSE: Duration = Duration::from_millis(20);

/// A server that has an address, and does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
    router: Router,
    stop: Arc<watch::Sender<bool>>,
    shutdown_deadline: Duration,
    on_accept_error: Option<Callback<io::Error>>,
}

/// Stops a server; a copy for each thread that may.
#[derive(Debug, Clone)]
pub struct Stopper(Arc<watch::Sender<bool>>);

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that were still being answered at the deadline, and were closed.
    pub cut_off: usize,
}

/// Takes the address of a server, so that clients can connect from now on; they are answered once it is
/// [run](Server::run).
///
/// # Errors
///
/// [`ServeError::Address`] if the address is taken; [`ServeError::TokenNeeded`] if other machines can reach it and there
/// is no token; [`ServeError::Host`] and [`ServeError::Origin`] if a name to be allowed is none.
pub fn bind(service: Arc<dyn Service>, options: ServeOptions) -> Result<Server, ServeError> {
    let (stop, stopping) = watch::channel(false);
    let (router, openapi) = router();
    let site = Arc::new(Site::new(service, &options, openapi, stopping)?);
    let address = options.address;
    let explain = |source| ServeError::Address { address, source };
    let listener = TcpListener::bind(address).map_err(explain)?;
    listener.set_nonblocking(true).map_err(explain)?;
    Ok(Server {
        address: listener.local_addr().map_err(explain)?,
        listener,
        router: router.with_state(Arc::clone(&site)),
        site,
        stop: Arc::new(stop),
        shutdown_deadline: options.shutdown_deadline,
        on_accept_error: options.on_accept_error,
    })
}

impl Server {
    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what stops it.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.stop))
    }

    /// Answers requests, on threads of its own, until it is told to stop: then it accepts no more connections, and
    /// requests that have begun are answered before the deadline.
    ///
    /// # Errors
    ///
    /// [`ServeError::Threads`] if its threads cannot be started; [`ServeError::Address`] if the operating system does
    /// not let them wait for connections.
    pub fn run(self) -> Result<Stopped, ServeError> {
        let runtime = runtime::Builder::new_multi_thread()
            .thread_name("server")
            .enable_io()
            .enable_time()
            .build()
            .map_err(|source| ServeError::Threads { source })?;
        let stopped = runtime.block_on(self.accept_until_stopped());
        // A job that the program has not finished by now is nobody's any more.
        runtime.shutdown_background();
        stopped
    }

    /// Accepts connections until the server is told to stop, and then waits for those that are open.
    async fn accept_until_stopped(self) -> Result<Stopped, ServeError> {
        let address = self.address;
        let listener = tokio::net::TcpListener::from_std(self.listener)
            .map_err(|source| ServeError::Address { address, source })?;
        let open = Arc::new(OpenConnections::new(Arc::clone(&self.site)));
        let mut stopping = self.site.stopping.clone();
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => break,
                Some(_ended) = connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, client)) => match open.place(client) {
                        Some(place) => {
                            let (site, router) = (Arc::clone(&self.site), self.router.clone());
                            connections.spawn(serve_at(place, stream, site, router));
                        }
                        None => refuse(&stream),
                    },
                    Err(error) => {
                        if let Some(on_accept_error) = &self.on_accept_error {
                            on_accept_error(&error);
                        }
                        open.make_room();
                        sleep(PAUSE).await;
                    }
                },
            }
        }
        drop(listener);
        let all = async { while connections.join_next().await.is_some() {} };
        let _in_time = timeout(self.shutdown_deadline, all).await;
        Ok(Stopped {
            cut_off: connections.len(),
        })
    }
}

impl Stopper {
    /// Tells the server to stop. It returns at once; [`Server::run`] returns when the server has stopped.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Serves a connection, which has a place until its end.
async fn serve_at(place: Place, stream: TcpStream, site: Arc<Site>, router: Router) {
    serve(stream, Arc::clone(&place.phase), site, router).await;
    drop(place);
}

/// Tells a client that there is no room for it, if that can be done without waiting.
fn refuse(stream: &TcpStream) {
    let refusal = Refusal::busy("too many connections are in use; try again in a second");
    let _ = stream.try_write(&refusal.to_last_response());
}
