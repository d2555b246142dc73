//! The networks that are served, runs, and images of the data set.

use serde::Serialize;
use utoipa::ToSchema;

/// A network, or several that predict together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Model {
    /// Its name: a run's, or `ensemble`.
    #[schema(example = "2026-11-27T09-12-44")]
    pub name: String,
    /// In words: the run and its checkpoint, or how many networks of which runs.
    pub description: String,
    /// The digits that it tells apart.
    #[schema(example = json!([0, 1]))]
    pub digits: Vec<u8>,
    /// How many networks predict, by the mean of their probabilities.
    #[schema(minimum = 1)]
    pub networks: usize,
    /// The units of its layers, from the 400 pixels to its outputs.
    #[schema(example = json!([400, 25, 15, 1]))]
    pub layers: Vec<usize>,
    /// The number of weights and biases of one network.
    pub parameters: usize,
    /// The epoch of the network; of several, of the first.
    pub epoch: usize,
    /// Its metrics at that epoch, by the names of the history's columns: loss, accuracy, `val_loss`, `val_accuracy`.
    pub metrics: Vec<Metric>,
    /// Where it is computed.
    #[schema(example = "ndarray: CPU")]
    pub device: String,
}

/// A metric and its value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Metric {
    /// Its name.
    #[schema(example = "val_accuracy")]
    pub name: String,
    /// Its value; null if it is not finite.
    pub value: Option<f64>,
}

/// The weights of a network; of several, of the first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Weights {
    /// The name of the model.
    pub model: String,
    /// From the pixels to the outputs.
    pub layers: Vec<LayerWeights>,
}

/// The weights of a dense layer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LayerWeights {
    /// The number of its inputs.
    pub inputs: usize,
    /// The number of its units.
    pub units: usize,
    /// `[inputs, units]`, row by row. The inputs of the first layer are the pixels, **row by row** as in
    /// the `pixels` of a detail.
    pub kernel: Vec<f32>,
    /// One for each unit.
    pub bias: Vec<f32>,
}

/// A run that can be served.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Run {
    /// Its name.
    #[schema(example = "2026-11-27T09-12-44")]
    pub name: String,
    /// Whether it is the one with which the server was started.
    pub is_default: bool,
    /// `finished`, `running`, `interrupted`, or another state that `app runs` lists.
    #[schema(example = "finished")]
    pub state: String,
    /// The digits that its network tells apart.
    pub digits: Vec<u8>,
    /// The number of finished epochs.
    pub epochs: usize,
    /// The metrics of its last epoch.
    pub metrics: Vec<Metric>,
}

/// A digit of the data set.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Example {
    /// Its row in the data set.
    pub row: usize,
    /// The digit that it shows.
    #[schema(minimum = 0, maximum = 9)]
    pub label: u8,
    /// 20 x 20 pixels, row by row: 0 is ground, 1 is ink.
    #[schema(min_items = 400, max_items = 400)]
    pub pixels: Vec<f32>,
}
