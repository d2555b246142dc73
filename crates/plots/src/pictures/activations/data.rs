//! The input of the activations picture.

use crate::base::bitmap::Bitmap;

/// The activations of a layer for one image.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivations {
    /// The name of the layer.
    pub name: String,
    /// `[units]`, after the sigmoid or softmax: in [0, 1].
    pub values: Vec<f32>,
    /// The layer's weights, `[inputs, units]` row by row, as in Keras.
    pub kernel: Vec<f32>,
}

/// An image, the activations of all layers for it, and the prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    /// Upright, in [0, 1] from background to ink.
    pub image: Bitmap,
    /// From the first layer to the last. The only value of the last layer is the probability of the
    /// positive digit, or its values are those of all digits.
    pub layers: Vec<LayerActivations>,
    /// The negative and the positive digit; with several outputs, the digit of each, `[outputs]`.
    pub digits: Vec<u8>,
    /// The correct digit, if known.
    pub label: Option<u8>,
    /// The predicted digit; `None` if the prediction was rejected: it is none of the digits.
    pub prediction: Option<u8>,
}

impl Activations {
    /// The values of the last layer, if there is one for each digit.
    pub(super) fn outputs(&self) -> Option<&[f32]> {
        let values = self.layers.last()?.values.as_slice();
        (values.len() > 1 && values.len() == self.digits.len()).then_some(values)
    }

    /// The index of the largest of several outputs; NaN is none.
    pub(super) fn largest_output(&self) -> Option<usize> {
        let values = self.outputs()?.iter().enumerate();
        let numbers = values.filter(|(_, value)| !value.is_nan());
        let largest = numbers.max_by(|one, other| one.1.total_cmp(other.1));
        largest.map(|(index, _)| index)
    }

    /// The digit whose probability is shown, and this probability: the positive one, or the one with the
    /// largest output; `None` without activations.
    pub(super) fn probability(&self) -> Option<(u8, f64)> {
        let values = &self.layers.last()?.values;
        let (digit, value) = match (self.outputs(), self.largest_output()) {
            (Some(values), Some(index)) => (self.digits[index], values[index]),
            (Some(values), None) => (self.prediction.unwrap_or(self.digits[0]), values[0]),
            (None, _) => (*self.digits.last()?, *values.first()?),
        };
        Some((digit, f64::from(value)))
    }
}
