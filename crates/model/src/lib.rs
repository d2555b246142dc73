//! The mathematics: a multi-layer perceptron that tells digits apart.
//!
//! ```text
//! a1 = sigmoid(x W1 + b1)    x: 400 pixels, a1: 25 units
//! a2 = sigmoid(a1 W2 + b2)   a2: 15 units
//! z  = a2 W3 + b3            the logits: one for two digits, otherwise one for each
//! p  = sigmoid(z)            the probability of the positive digit, or of each digit
//!
//! loss = the sum over the outputs of -ln p where the image shows its digit, and of -ln (1 - p)
//!        where it does not
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
//! use data::{Classes, ClassifiedDigits};
//! use model::{Adam, Decision, FusedState, FusedTraining, MlpConfig, evaluate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let digits = ClassifiedDigits::embedded(Classes::new(&[0, 1])?);
//! let images = digits.digits().images()?; // [1000, 400]
//! let classes = digits.class_labels(); // 1 is the positive digit
//!
//! let network = MlpConfig { hidden_units: [25, 15], outputs: 1 }.init(0, &Device::flex());
//! let mut training = FusedTraining::new(Adam::default(), &FusedState::read(&network, None)?);
//! // Every batch has both of these digits: every 32nd row of the data, which are sorted by digit.
//! for step in 0..320 {
//!     let rows: Vec<usize> = (step % 32..1000).step_by(32).collect();
//!     training.step(&images, &classes, &rows, None, 0.001);
//! }
//!
//! let logits = training.network().logits(&images);
//! let metrics = evaluate(&logits, &classes, 1, Decision::default());
//! assert!(metrics.loss < 0.2 && metrics.accuracy > 0.98, "{metrics:?}");
//! # Ok(())
//! # }
//! ```
//!
//! Inside, a folder imports only folders before it in this list: `error`, `network`, `metrics`,
//! `training`, `fused`, `gpu`. The crate knows neither image files nor runs nor a command line.

mod error;
mod fused;
#[cfg(feature = "wgpu")]
mod gpu;
mod metrics;
mod network;
mod training;

pub use error::ModelError;
pub use fused::{FusedNetwork, FusedState, FusedTraining, LayerValues, StepMetrics};
#[cfg(feature = "wgpu")]
pub use gpu::{EpochPlan, GpuDevice, GpuError, GpuImages, GpuLimit, GpuTraining};
pub use metrics::{
    Better, COLUMNS_BY_DIGIT, CalibrationBin, ClassMetrics, Comparison, Confusion, Evaluation,
    EvaluationJson, EvaluationMetric, FoundMistakes, LEAST_OF_OTHER, LabelError, MOST_OF_LABEL,
    MeanInterval, PairedDifference, Projection, RankedSetting, SUREST_PERCENT, Samples,
    SettingValues, SeveralClasses, Spread, Unit, WeightedAverages, calibration_curve, evaluate,
    evaluation_metrics, find_label_errors, find_mistakes, format_metric, mean_interval,
    one_vs_rest, paired_difference, precision_recall_curve, principal_components, rank_settings,
    roc_curve, rows_by_digit, spread,
};
pub use network::{
    DEFAULT_THRESHOLD, Decision, LayerSummary, Mlp, MlpConfig, NamedWeights, Prediction,
    disagreement, hidden_activations, is_positive, is_positive_logit, load, logits,
    logits_by_batches, mean_logits, named_weights, predicted_class, read_json, save, sigmoid,
    to_json,
};
pub use training::{
    ADAM_FIRST_MOMENT, ADAM_SECOND_MOMENT, ADAM_TIME, Adam, Decay, DigitAccuracy,
    DigitAccuracyInput, DigitOutput, OPTIMIZER_RANK, Schedule, Scheduler, binary_cross_entropy,
    clip_by_global_norm,
};
