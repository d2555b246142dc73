//! The HTTP server: a page to draw on, and an API to build on.
//!
//! It knows no network, run or file: the program around it answers through [`Service`]. Nor does it print: what happened
//! is told to it by the callbacks of [`ServeOptions`].
//!
//! ```no_run
//! # fn serve(service: std::sync::Arc<dyn server::Service>) -> Result<(), server::ServeError> {
//! let server = server::bind(service, server::ServeOptions::default())?;
//! let stopper = server.stopper(); // for the thread that waits for Ctrl-C
//! assert!(server.address().ip().is_loopback());
//! let stopped = server.run()?; // until somebody calls `stopper.stop()`
//! assert_eq!(stopped.cut_off, 0);
//! # Ok(())
//! # }
//! ```
//!
//! A folder imports only folders before it in this list: `wire` (what travels), `service` (what the program around it
//! does), `record` (what is told of a request), `error`, `options`, `metrics`, `phase` (what a connection waits for),
//! `refusal` (a problem on its way), `work` (the threads that predict), `watched` (trainings that clients follow), `memory` (for bodies), `page` (its files), `checks` (who may ask), `site`
//! (what all requests share), `body` (of a request, within its limits), `openapi`, `routes`, `router`, `respond` (one
//! request, from its head to its record), `connection`, `server`.

mod body;
mod checks;
mod connection;
mod error;
mod memory;
mod metrics;
mod openapi;
mod options;
mod page;
mod phase;
mod record;
mod refusal;
mod respond;
mod router;
mod routes;
mod server;
mod service;
mod site;
mod watched;
mod wire;
mod work;

pub use error::ServeError;
pub use options::{Callback, Limits, ServeOptions, Token};
pub use page::bundle::{BundleError, joined};
pub use page::local::LOCAL_MODULES;
pub use page::standalone::standalone_page;
pub use record::RequestRecord;
pub use server::{Server, Stopped, Stopper, bind};
pub use service::{Input, Service, ServiceError};
pub use wire::model::{Example, LayerWeights, Metric, Model, Run, Weights};
pub use wire::prediction::{
    Detail, DigitProbability, PredictedDigit, PredictedImage, Predictions, Status,
};
pub use wire::problem::Problem;
pub use wire::request::{EpochQuery, PixelOrder, PredictBody, PredictQuery, RunQuery};
pub use wire::training::{EpochMetrics, FirstLayer, Training};
