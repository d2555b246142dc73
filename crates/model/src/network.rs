//! The network: its layers and shape, its weights in files, inference, and the decision rule.

mod config;
mod decision;
mod dense;
mod ensemble;
mod glorot;
mod inference;
mod mlp;
mod parameters;
mod weights;
mod weights_json;

pub use config::{LayerSummary, MlpConfig};
pub use decision::{
    DEFAULT_THRESHOLD, Decision, Prediction, is_positive, is_positive_logit, predicted_class,
    sigmoid,
};
pub use ensemble::{disagreement, mean_logits};
pub use inference::{hidden_activations, logits, logits_by_batches};
pub use mlp::Mlp;
pub use weights::{NamedWeights, load, named_weights, save};
pub use weights_json::{read_json, to_json};

pub(crate) use decision::{positive_logits, softplus};
pub(crate) use dense::set_parameters;
pub(crate) use parameters::parameter_names;
