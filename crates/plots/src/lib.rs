//! Pictures from plain numbers: training histories, evaluations, weights, grids of digits.
//!
//! Each function takes the numbers to show and returns a [`Figure`], which is an SVG and a PNG:
//!
//! ```
//! let first = plots::RunHistory {
//!     name: "first".to_owned(),
//!     epochs: vec![
//!         plots::EpochMetrics {
//!             epoch: 1,
//!             loss: 0.62,
//!             accuracy: 0.71,
//!             validation_loss: Some(0.58),
//!             validation_accuracy: Some(0.74),
//!             learning_rate: None,
//!         },
//!         plots::EpochMetrics {
//!             epoch: 2,
//!             loss: 0.31,
//!             accuracy: 0.93,
//!             validation_loss: Some(0.33),
//!             validation_accuracy: Some(0.92),
//!             learning_rate: None,
//!         },
//!     ],
//!     best: Some(2),
//! };
//! let figure = plots::history("Loss and accuracy", &[first], plots::LossAxis::Linear);
//! assert!(figure.to_svg().contains("best: epoch 2"));
//! let png = figure.to_png()?;
//! assert!(png.starts_with(b"\x89PNG"));
//! # Ok::<(), plots::FigureError>(())
//! ```
//!
//! - charts: [`history`], [`evaluation`] and its parts ([`evaluation_part`]), the same for more than two classes
//!   ([`class_evaluation`], [`class_evaluation_part`]), [`embedding`];
//! - charts of many trained networks: [`metric_by_setting`], [`parallel_coordinates`], [`heat_map`], [`seed_spread`],
//!   [`time_and_metric`]; and of a learning-rate range test: [`learning_rate_test`];
//! - pictures of data and network: [`grid`], [`weights`], [`activations`], [`model_diagram`] (and
//!   the diagram as text: [`mermaid`], [`dot`]);
//! - photographs and scans with the digits that were found in them: [`preparation`], [`predicted`];
//! - for HTML pages with pictures: [`Figure::to_inline_svg`], [`font_face`], [`dark_mode_css`], and names and
//!   numbers as the pictures write them: [`printable`], [`grouped`], [`probability`], [`significant`];
//! - for charts drawn elsewhere, such as in a terminal: [`Scale`] and its ticks.
//!
//! All pictures share one style and embed their font, so that they look the same on every machine,
//! with or without a display. They are drawn as SVG, and the PNG is a rendering of that SVG by resvg.
//! The crate knows no network, no run and no file. Inside, a folder imports only folders before it
//! in this list: `base`, `charts`, `pictures`.

mod base;
mod charts;
mod pictures;

#[cfg(test)]
mod test_support;

pub use base::bitmap::Bitmap;
pub use base::color_bitmap::ColorBitmap;
pub use base::error::FigureError;
pub use base::figure::Figure;
pub use base::font::font_face;
pub use base::number_format::{grouped, probability, short_probability, significant};
pub use base::scale::Scale;
pub use base::style::dark_mode_css;
pub use base::text::printable;
pub use charts::embedding::data::EmbeddedImage;
pub use charts::embedding::embedding;
pub use charts::evaluation::class_data::{ClassEvaluation, ClassResults, ConfusionMatrix};
pub use charts::evaluation::classes::{class_evaluation, class_evaluation_part};
pub use charts::evaluation::data::{CalibrationBin, EvaluationResults};
pub use charts::evaluation::{EvaluationPart, evaluation, evaluation_part};
pub use charts::history::data::{EpochMetrics, LossAxis, MAX_RUNS, RunHistory};
pub use charts::history::history;
pub use charts::layer_weights::data::{InitialWeights, LayerWeights};
pub use charts::rate_test::data::{RateTestChart, RateTestStep};
pub use charts::rate_test::learning_rate_test;
pub use charts::sweep::data::{
    Best, HeatMapChart, HeatMapResult, MetricAxis, MetricValues, ParallelChart, ParallelLine,
    Setting, SettingAxis, SettingChart, SettingGroup, SettingValue, SpreadChart, SpreadRow,
    Standing, SweepMetric, TimeChart, TimePoint,
};
pub use charts::sweep::heat_map::heat_map;
pub use charts::sweep::metric_by_setting::metric_by_setting;
pub use charts::sweep::parallel::parallel_coordinates;
pub use charts::sweep::seed_spread::rows::MAX_SPREAD_ROWS;
pub use charts::sweep::seed_spread::seed_spread;
pub use charts::sweep::time::time_and_metric;
pub use pictures::activations::activations;
pub use pictures::activations::data::{Activations, LayerActivations};
pub use pictures::grid::cell::GridCell;
pub use pictures::grid::grid;
pub use pictures::model_diagram::layer::DenseLayer;
pub use pictures::model_diagram::model_diagram;
pub use pictures::model_diagram::text::{dot, mermaid};
pub use pictures::preparation::data::{FoundDigit, PreparedPicture};
pub use pictures::preparation::predicted::predicted;
pub use pictures::preparation::preparation;
pub use pictures::weights::weights;
