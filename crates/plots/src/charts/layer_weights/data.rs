//! The parameters of a layer.

/// The parameters of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerWeights {
    /// The name of the layer.
    pub name: String,
    /// The number of inputs.
    pub inputs: usize,
    /// The number of units.
    pub units: usize,
    /// The digits that the units stand for; empty if they have only numbers.
    pub digits: Vec<u8>,
    /// `[inputs, units]` row by row, as in Keras.
    pub kernel: Vec<f32>,
    /// `[units]`.
    pub bias: Vec<f32>,
    /// The parameters before training, if known.
    pub initial: Option<InitialWeights>,
}

/// The parameters of a layer before training.
#[derive(Debug, Clone, PartialEq)]
pub struct InitialWeights {
    /// `[inputs, units]` row by row.
    pub kernel: Vec<f32>,
    /// `[units]`.
    pub bias: Vec<f32>,
}
