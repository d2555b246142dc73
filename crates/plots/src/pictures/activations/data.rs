//! The input of the activations picture.

use crate::base::bitmap::Bitmap;

/// The activations of a layer for one image.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivations {
    /// The name of the layer.
    pub name: String,
    /// `[units]`, after the sigmoid: in [0, 1].
    pub values: Vec<f32>,
    /// The layer's weights, `[inputs, units]` row by row, as in Keras.
    pub kernel: Vec<f32>,
}

/// An image, the activations of all layers for it, and the prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    /// Upright, in [0, 1] from background to ink.
    pub image: Bitmap,
    /// From the first layer to the last, whose first value is the probability of the positive
    /// digit.
    pub layers: Vec<LayerActivations>,
    /// The negative and the positive digit.
    pub digits: [u8; 2],
    /// The correct digit, if known.
    pub label: Option<u8>,
    /// The predicted digit.
    pub prediction: u8,
}
