//! Metrics computed on the host in f64, from logits and labels; and the projection of activations.

mod calibration;
mod curves;
mod evaluation;
mod number_format;
mod pca;
mod ranking;
mod ratio;
mod spread;
mod table;
mod wilson;

pub use calibration::{CalibrationBin, calibration_curve};
pub use curves::{precision_recall_curve, roc_curve};
pub use evaluation::{Evaluation, evaluate};
pub use number_format::format_metric;
pub use pca::{Projection, principal_components};
pub use spread::{Spread, spread};
pub use table::{Better, EVALUATION_METRICS, EvaluationMetric, Unit};
