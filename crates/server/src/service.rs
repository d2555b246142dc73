//! What the server needs of the program around it.

use crate::wire::model::{Example, Model, Run, Weights};
use crate::wire::prediction::Predictions;
use crate::wire::request::PredictQuery;
use crate::wire::training::{FirstLayer, Training};

/// Networks, runs and data, as the server sees them. All functions may be called by many threads at a time.
pub trait Service: Send + Sync + 'static {
    /// Predicts images.
    ///
    /// # Errors
    ///
    /// [`ServiceError::UnknownRun`]; [`ServiceError::Input`] for a picture that cannot be read;
    /// [`ServiceError::Failed`] if the network cannot be loaded, or the device fails.
    fn predict(&self, input: &Input, query: &PredictQuery) -> Result<Predictions, ServiceError>;

    /// Says whether a prediction of pixels takes microseconds, so that no other thread has to be asked.
    fn predicts_at_once(&self, query: &PredictQuery) -> bool;

    /// Says whether the networks with which the server was started are loaded, without waiting for anything.
    fn is_ready(&self) -> bool;

    /// Describes the networks of a run, or those with which the server was started.
    ///
    /// # Errors
    ///
    /// [`ServiceError::UnknownRun`]; [`ServiceError::Failed`] if the network cannot be loaded.
    fn model(&self, run: Option<&str>) -> Result<Model, ServiceError>;

    /// Returns the weights of the first of these networks.
    ///
    /// # Errors
    ///
    /// As [`model`](Self::model).
    fn weights(&self, run: Option<&str>) -> Result<Weights, ServiceError>;

    /// Lists the runs that may be asked for.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Failed`] if their folder cannot be read.
    fn runs(&self) -> Result<Vec<Run>, ServiceError>;

    /// Returns a random image of the data set of a run.
    ///
    /// # Errors
    ///
    /// As [`model`](Self::model); [`ServiceError::Failed`] if the data cannot be read.
    fn example(&self, run: Option<&str>) -> Result<Example, ServiceError>;

    /// Says how far the training of a run is, with the epochs after `after`.
    ///
    /// # Errors
    ///
    /// As [`model`](Self::model).
    fn training(&self, run: Option<&str>, after: usize) -> Result<Training, ServiceError>;

    /// Returns the first layer of a run after an epoch, or after the newest that has weights.
    ///
    /// # Errors
    ///
    /// As [`model`](Self::model); [`ServiceError::UnknownEpoch`] if there are no weights of it.
    fn first_layer(
        &self,
        run: Option<&str>,
        epoch: Option<usize>,
    ) -> Result<FirstLayer, ServiceError>;
}

/// What is to be predicted, checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Images of 20 x 20 pixels, `[n, 400]`, each row by row: 0 is ground, 1 is ink.
    Pixels20(Vec<f32>),
    /// Images of 28 x 28 pixels, `[n, 784]`, each row by row: 0 is ground, 1 is ink.
    Pixels28(Vec<f32>),
    /// A drawing: at least one point in each stroke, all finite.
    Drawing {
        /// Points `[x, y]`, with y growing downwards.
        strokes: Vec<Vec<[f32; 2]>>,
        /// The width of the pen in the same unit, above 0; `None` for a usual one.
        pen_width: Option<f32>,
    },
    /// The bytes of a PNG or JPEG file.
    Picture(Vec<u8>),
}

/// Why the program has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// No run of that name.
    #[error("run: there is no run {name}; /v1/runs lists those that there are")]
    UnknownRun {
        /// The name.
        name: String,
    },
    /// No weights of that epoch.
    #[error(
        "epoch: there are no weights of epoch {epoch}; weight_epochs of /v1/training lists those that there are"
    )]
    UnknownEpoch {
        /// The epoch.
        epoch: usize,
    },
    /// No network is loaded yet.
    #[error("no network can be served yet: {reason}")]
    NotReady {
        /// What is missing.
        reason: String,
    },
    /// The input cannot be predicted.
    #[error("{reason}")]
    Input {
        /// What is wrong with it.
        reason: String,
    },
    /// The program failed.
    #[error("{reason}")]
    Failed {
        /// What failed; it names no file.
        reason: String,
    },
}
