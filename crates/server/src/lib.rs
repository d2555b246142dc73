//! The HTTP server: a page to draw on, and an API to build on.
//!
//! It knows no network, run or file: the program around it answers through [`Service`]. Nor does it print: what happened
//! is told to it by the callbacks of `ServeOptions`.

#[path = "page/bundle.rs"]
mod bundle;
#[path = "page/local.rs"]
mod local;
mod service;
mod wire;

pub use bundle::{BundleError, joined};
pub use local::LOCAL_MODULES;
pub use service::{Input, Service, ServiceError};
pub use wire::model::{Example, LayerWeights, Metric, Model, Run, Weights};
pub use wire::prediction::{
    Detail, DigitProbability, PredictedDigit, PredictedImage, Predictions, Status,
};
pub use wire::problem::Problem;
pub use wire::request::{PixelOrder, PredictBody, PredictQuery, RunQuery};
pub use wire::training::{EpochMetrics, Training};
