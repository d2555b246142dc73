//! The mathematics: a multi-layer perceptron that tells two digits apart.
//!
//! ```text
//! a1 = sigmoid(x W1 + b1)    x: 400 pixels, a1: 25 units
//! a2 = sigmoid(a1 W2 + b2)   a2: 15 units
//! z  = a2 W3 + b3            the logit
//! p  = sigmoid(z)            the probability of the positive digit
//!
//! loss = -ln p where the image is the positive digit, -ln (1 - p) where it is the negative one
//! ```
//!
//! [`Mlp`] is a Burn module; its tensors carry the device they live on, so nothing here names a
//! backend. The crate knows no files of images, no runs and no command line.

mod accuracy;
mod adam;
mod clipping;
mod curves;
mod error;
mod fused;
mod fused_answers;
mod fused_network;
mod fused_records;
#[cfg(test)]
mod fused_reference;
mod fused_state;
mod inference;
mod lanes;
mod layer;
mod metrics;
mod mlp;
mod pca;
mod ranking;
mod schedule;
mod step;
mod tiles;
mod weights;
mod weights_json;

pub use accuracy::{BinaryAccuracy, BinaryAccuracyInput};
pub use adam::Adam;
pub use clipping::clip_by_global_norm;
pub use curves::{CalibrationBin, calibration_curve, precision_recall_curve, roc_curve};
pub use error::ModelError;
pub use fused::FusedTraining;
pub use fused_answers::StepFigures;
pub use fused_network::FusedNetwork;
pub use fused_state::{FusedState, LayerValues};
pub use inference::{hidden_activations, logits, logits_by_batches};
pub use metrics::{Evaluation, Spread, evaluate, sigmoid, spread};
pub use mlp::{LayerSummary, Mlp, MlpConfig};
pub use pca::{Projection, principal_components};
pub use schedule::{Decay, Schedule, Scheduler};
pub use step::{DigitOutput, binary_cross_entropy};
pub use weights::{NamedWeights, load, named_weights, save};
pub use weights_json::{read_json, to_json};
