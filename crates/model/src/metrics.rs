//! Metrics computed on the host in f64, from logits and classes; and the projection of activations.

mod answers;
mod averages;
mod by_digit;
mod calibration;
mod class_metrics;
mod cross_entropy;
mod curves;
mod evaluation;
mod json;
mod metric;
mod mistakes;
mod number_format;
mod one_vs_rest;
mod pca;
mod ranking;
mod ratio;
mod several_classes;
mod spread;
mod table;
mod wilson;

pub use answers::Confusion;
pub use by_digit::{COLUMNS_BY_DIGIT, rows_by_digit};
pub use calibration::{CalibrationBin, calibration_curve};
pub use class_metrics::ClassMetrics;
pub use curves::{precision_recall_curve, roc_curve};
pub use evaluation::{Evaluation, evaluate};
pub use json::EvaluationJson;
pub use metric::{Better, EvaluationMetric, Unit};
pub use mistakes::{FoundMistakes, SUREST_PERCENT, find_mistakes};
pub use number_format::format_metric;
pub use one_vs_rest::one_vs_rest;
pub use pca::{Projection, principal_components};
pub use several_classes::{SeveralClasses, WeightedAverages};
pub use spread::{Spread, spread};
pub use table::evaluation_metrics;
