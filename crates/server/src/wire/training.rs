//! A training that is going on, or has ended.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
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
    /// The epochs of which `/v1/training/weights` has the first layer, the earliest first.
    #[schema(example = json!([10, 20, 25]))]
    pub weight_epochs: Vec<usize>,
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

/// The weights of the first layer after an epoch, with an accuracy for pictures; `/v1/model/weights` has them exactly.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FirstLayer {
    /// The name of the run.
    pub run: String,
    /// The epoch.
    #[schema(minimum = 1)]
    pub epoch: usize,
    /// The number of units.
    pub units: usize,
    /// The weight that a byte of 127 stands for: the largest in absolute value.
    pub largest: f32,
    /// For each unit 20 x 20 signed bytes, row by row, of all units one after the other, in base64.
    #[serde(serialize_with = "as_base64")]
    #[schema(value_type = String, content_encoding = "base64")]
    pub weights: Vec<i8>,
}

fn as_base64<S: Serializer>(bytes: &[i8], serializer: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = bytes.iter().map(|byte| byte.cast_unsigned()).collect();
    serializer.serialize_str(&STANDARD.encode(bytes))
}
