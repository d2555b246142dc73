//! The input of the model diagrams.

/// A dense layer with biases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DenseLayer {
    /// The name of the layer.
    pub name: String,
    /// The number of inputs.
    pub inputs: usize,
    /// The number of units.
    pub units: usize,
    /// The activation function, such as `sigmoid`.
    pub activation: String,
    /// The digit that each unit of the last layer stands for, `[units]`; empty for other layers, and for
    /// a single unit.
    pub digits: Vec<u8>,
}

impl DenseLayer {
    /// The number of weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.inputs
            .saturating_mul(self.units)
            .saturating_add(self.units)
    }
}

/// The number of parameters of all layers.
pub(super) fn total_parameters(layers: &[DenseLayer]) -> usize {
    let counts = layers.iter().map(DenseLayer::parameters);
    counts.fold(0, usize::saturating_add)
}

/// The shape of a layer's input or output for a batch of any size, as Keras writes it.
pub(super) fn shape(values: usize) -> String {
    format!("(None, {values})")
}

/// The digits of a layer's units in a line; `None` if they have none.
pub(super) fn digits_listed(layer: &DenseLayer) -> Option<String> {
    let digits: Vec<String> = layer.digits.iter().map(u8::to_string).collect();
    (!digits.is_empty()).then(|| format!("Units: {}", digits.join(", ")))
}
