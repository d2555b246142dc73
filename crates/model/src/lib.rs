//! The mathematics: a multi-layer perceptron that tells two digits apart.
//!
//! ```text
//! a1 = sigmoid(x W1 + b1)    x: 400 pixels, a1: 25 units
//! a2 = sigmoid(a1 W2 + b2)   a2: 15 units
//! z  = a2 W3 + b3            the logit
//! p  = sigmoid(z)            the probability of the positive digit
//!
//! loss = -ln p if the image shows the positive digit, -ln (1 - p) if the negative one
//! ```
//!
//! [`Mlp`] is a Burn module: its tensors know their device, so that nothing here names a backend. It
//! is trained with [`binary_cross_entropy`] and Keras's [`Adam`], either in a plain loop, as in
//! `examples/training_loop.rs`, or by Burn's learner, for which it implements
//! [`TrainStep`](burn_train::TrainStep) and [`InferenceStep`](burn_train::InferenceStep). On the CPU
//! [`FusedTraining`] takes the same steps without tensors, in a fraction of the time. [`evaluate`]
//! computes the metrics.
//!
//! From a seed to a trained network and its metrics:
//!
//! ```
//! use burn::tensor::Device;
//! use data::Digits;
//! use model::{Adam, Decision, FusedState, FusedTraining, MlpConfig, evaluate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pair = Digits::embedded().pair(0, 1)?;
//! let images = pair.digits().images()?; // [1000, 400]
//! let positive = pair.positive_labels();
//!
//! let network = MlpConfig { hidden_units: [25, 15] }.init(0, &Device::flex());
//! let mut training = FusedTraining::new(Adam::default(), &FusedState::read(&network, None)?);
//! // Every batch has both digits: every 32nd row of the data, which are sorted by digit.
//! for step in 0..320 {
//!     let rows: Vec<usize> = (step % 32..1000).step_by(32).collect();
//!     training.step(&images, &positive, &rows, None, 0.001);
//! }
//!
//! let logits = training.network().logits(&images);
//! let classes: Vec<u8> = positive.iter().map(|&positive| positive.into()).collect();
//! let metrics = evaluate(&logits, &classes, 1, Decision::default());
//! assert!(metrics.loss < 0.2 && metrics.accuracy > 0.98, "{metrics:?}");
//! # Ok(())
//! # }
//! ```
//!
//! Inside, a folder imports only folders before it in this list: `error`, `network`, `metrics`,
//! `training`, `fused`. The crate knows neither image files nor runs nor a command line.

mod error;
mod fused;
mod metrics;
mod network;
mod training;

pub use error::ModelError;
pub use fused::{FusedNetwork, FusedState, FusedTraining, LayerValues, StepMetrics};
pub use metrics::{
    Better, COLUMNS_BY_DIGIT, CalibrationBin, ClassMetrics, Confusion, Evaluation, EvaluationJson,
    EvaluationMetric, Projection, SeveralClasses, Spread, Unit, WeightedAverages,
    calibration_curve, evaluate, evaluation_metrics, format_metric, one_vs_rest,
    precision_recall_curve, principal_components, roc_curve, rows_by_digit, spread,
};
pub use network::{
    DEFAULT_THRESHOLD, Decision, LayerSummary, Mlp, MlpConfig, NamedWeights, Prediction,
    hidden_activations, is_positive, is_positive_logit, load, logits, logits_by_batches,
    named_weights, predicted_class, read_json, save, sigmoid, to_json,
};
pub use training::{
    ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME, Adam, BinaryAccuracy, BinaryAccuracyInput,
    Decay, DigitOutput, OPTIMIZER_RANK, Schedule, Scheduler, binary_cross_entropy,
    clip_by_global_norm,
};
