//! The layers of a model by its description in JSON, of Keras 2 or 3, sequential or functional.

use serde_json::Value;

use crate::error::InteropError;
use crate::format::Format;

use super::activation::{self, Activation};
use super::chain::{self, class, name};
use super::described::{DenseLayer, group_of_dense};
use super::loss;

/// The longest description; those of such models have 5 kB.
const MAX_LENGTH: usize = 4 * 1024 * 1024;

/// Parses JSON; `part` is its name in the file.
///
/// # Errors
///
/// [`InteropError::TooLarge`] and [`InteropError::Damaged`].
pub(super) fn parse(format: Format, part: &str, text: &[u8]) -> Result<Value, InteropError> {
    if text.len() > MAX_LENGTH {
        return Err(InteropError::TooLarge {
            found: text.len() as u64,
            limit: MAX_LENGTH as u64,
        });
    }
    serde_json::from_slice(text)
        .map_err(|error| InteropError::damaged(format, format!("its {part} is no JSON: {error}")))
}

/// Lists the dense layers of a model from the pixels to the outputs; `compiled` has the loss that it was trained with.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if it has layers that change the numbers and are not dense, activations other than the
/// sigmoid, or branches. The last layer may have no activation if its outputs are the logits of sigmoids.
pub(super) fn dense_layers(
    format: Format,
    model: &Value,
    compiled: Option<&Value>,
) -> Result<Vec<DenseLayer>, InteropError> {
    let mut dense = 0;
    let mut found: Vec<DenseLayer> = Vec::new();
    for layer in chain::layers(format, model)? {
        let class = class(layer);
        let config = &layer["config"];
        let name = name(layer);
        check_registered(layer, class)?;
        match class {
            "InputLayer"
            | "Dropout"
            | "AlphaDropout"
            | "GaussianDropout"
            | "GaussianNoise"
            | "ActivityRegularization"
            | "Identity" => {}
            "Flatten" if config["data_format"] != "channels_first" => {}
            "Reshape" if is_flat(&config["target_shape"]) => {}
            "Activation" => {
                let activation = activation::of(&config["activation"], name)?;
                match found.last_mut() {
                    Some(layer) => activation::follow(&mut layer.activation, activation, name)?,
                    None => activation::follow(&mut Activation::Sigmoid, activation, name)?,
                }
            }
            "Dense" => {
                let units = config["units"]
                    .as_u64()
                    .and_then(|units| units.try_into().ok());
                let units = units.ok_or_else(|| {
                    let reason = format!("its layer {name:?} has no number of units");
                    InteropError::damaged(format, reason)
                })?;
                found.push(DenseLayer {
                    name: name.to_owned(),
                    units,
                    group: group_of_dense(dense),
                    activation: activation::of(&config["activation"], name)?,
                });
                dense += 1;
            }
            _ => return Err(other_layer(name, class)),
        }
    }
    check_activations(&found, compiled)?;
    Ok(found)
}

/// All layers must have a sigmoid; the last may lack it.
fn check_activations(layers: &[DenseLayer], compiled: Option<&Value>) -> Result<(), InteropError> {
    let Some((last, hidden)) = layers.split_last() else {
        return Ok(());
    };
    for layer in hidden {
        if layer.activation == Activation::Linear {
            return Err(activation::other(&layer.name, "linear"));
        }
    }
    match last.activation {
        Activation::Sigmoid => Ok(()),
        Activation::Linear => loss::check_logits(&last.name, last.units, compiled),
    }
}

/// A layer of a user's class can have the name of one of Keras's.
fn check_registered(layer: &Value, class: &str) -> Result<(), InteropError> {
    match layer["registered_name"].as_str() {
        Some(registered) if registered != class => Err(other_layer(name(layer), registered)),
        _ => Ok(()),
    }
}

/// Whether a shape without the images has one dimension.
fn is_flat(shape: &Value) -> bool {
    shape.as_array().is_some_and(|shape| shape.len() == 1)
}

fn other_layer(name: &str, class: &str) -> InteropError {
    let instead = match class {
        "Rescaling" | "Normalization" => {
            "networks here take pixels from 0 to 1 as they are: scale the images before, and save a model without it"
        }
        _ => "networks here have dense layers with sigmoids only",
    };
    InteropError::Unsupported {
        what: format!("its layer {name:?} is a {class}"),
        instead,
    }
}
