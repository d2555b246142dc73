//! A training that is going on, or has ended.

use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::model::Metric;

/// How far a training is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Training {
    /// The name of the run.
    pub run: String,
    /// `running`, or how it ended.
    pub state: String,
    /// The number of epochs that it is to take.
    pub planned_epochs: usize,
    /// The epochs that were not sent before.
    pub epochs: Vec<EpochMetrics>,
    /// The first layer after the newest of these epochs: for each unit 20 x 20 weights, row by row. Empty if there is no
    /// newer one.
    pub first_layer: Vec<Vec<f32>>,
}

/// The metrics of an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EpochMetrics {
    /// The first is 1.
    #[schema(minimum = 1)]
    pub epoch: usize,
    /// By the names of the history's columns.
    pub metrics: Vec<Metric>,
}
