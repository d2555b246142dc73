//! What all requests share.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::{Semaphore, watch};

use crate::checks::Rules;
use crate::error::ServeError;
use crate::memory::Memory;
use crate::metrics::Metrics;
use crate::options::{Callback, Limits, ServeOptions};
use crate::record::RequestRecord;
use crate::service::Service;
use crate::watched::Watched;
use crate::work::Work;

/// What all requests share.
pub(crate) struct Site {
    /// The program around the server.
    pub(crate) service: Arc<dyn Service>,
    /// How much of everything is allowed.
    pub(crate) limits: Limits,
    /// Who may ask.
    pub(crate) rules: Rules,
    /// What has been counted.
    pub(crate) metrics: Metrics,
    /// The threads that predict.
    pub(crate) work: Arc<Work>,
    /// The trainings that clients follow.
    pub(crate) watched: Arc<Watched>,
    /// The memory for bodies of requests.
    pub(crate) bodies: Memory,
    /// The memory for bodies of responses.
    pub(crate) responses: Memory,
    /// The places for streams of events.
    pub(crate) streams: Arc<Semaphore>,
    /// Whether the server was told to stop.
    pub(crate) stopping: watch::Receiver<bool>,
    /// The description of the API.
    pub(crate) openapi: Bytes,
    /// Called at the end of each request.
    pub(crate) on_request: Option<Callback<RequestRecord>>,
}

impl Site {
    /// Puts everything together.
    pub(crate) fn new(
        service: Arc<dyn Service>,
        options: &ServeOptions,
        openapi: Bytes,
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, ServeError> {
        let limits = options.limits;
        let streams = limits.event_streams.min(Semaphore::MAX_PERMITS);
        let work = Arc::new(Work::new(limits.threads, limits.queue));
        Ok(Self {
            watched: Watched::new(Arc::clone(&service), Arc::clone(&work)),
            service,
            limits,
            rules: Rules::new(options)?,
            metrics: Metrics::new(),
            work,
            bodies: Memory::new(limits.bodies_bytes),
            responses: Memory::new(limits.responses_bytes),
            streams: Arc::new(Semaphore::new(streams)),
            stopping,
            openapi,
            on_request: options.on_request.clone(),
        })
    }

    /// Says whether the server was told to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}
