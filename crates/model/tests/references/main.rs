//! The crate against references from elsewhere: Keras for training, scikit-learn for metrics.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod classes;
mod curves;
mod evaluation;
mod fused;
mod gradients;
mod json;
mod keras;
mod pca;
mod sklearn;
mod ten_digits;
