//! A dense layer of a model's description.

use super::activation::Activation;

/// What a description says about a dense layer.
#[derive(Debug)]
pub(super) struct DenseLayer {
    pub(super) name: String,
    pub(super) units: usize,
    /// The name of its group in a `.weights.h5`.
    pub(super) group: String,
    pub(super) activation: Activation,
}

/// The name of the group of the dense layer of a number, from 0, in a `.weights.h5`.
pub(super) fn group_of_dense(number: usize) -> String {
    match number {
        0 => "dense".to_owned(),
        _ => format!("dense_{number}"),
    }
}
