//! The activations of a description: a sigmoid, or none yet.

use serde_json::Value;

use crate::error::InteropError;

/// An activation that a layer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    Sigmoid,
    Linear,
}

/// Reads an activation: a name, nothing, or an object of Keras with a name.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if it is another, of this layer.
pub(super) fn of(value: &Value, layer: &str) -> Result<Activation, InteropError> {
    let name = match value {
        Value::Null => Some("linear"),
        Value::String(name) => Some(name.as_str()),
        // A function has its name as its configuration.
        _ => value["config"].as_str().or(value["class_name"].as_str()),
    };
    match name {
        Some("sigmoid") => Ok(Activation::Sigmoid),
        Some("linear") => Ok(Activation::Linear),
        _ => Err(other(layer, name.unwrap_or("unknown"))),
    }
}

/// Applies a further activation of a layer of its own.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if there is a sigmoid already, or no dense layer before.
pub(super) fn follow(
    activation: &mut Activation,
    next: Activation,
    layer: &str,
) -> Result<(), InteropError> {
    match (*activation, next) {
        (_, Activation::Linear) => {}
        (Activation::Linear, Activation::Sigmoid) => *activation = next,
        (Activation::Sigmoid, Activation::Sigmoid) => {
            return Err(InteropError::Unsupported {
                what: format!(
                    "its layer {layer:?} is a sigmoid that does not follow a linear layer"
                ),
                instead: "networks here have one sigmoid after each dense layer",
            });
        }
    }
    Ok(())
}

/// The error of an activation that networks here do not have.
pub(super) fn other(layer: &str, activation: &str) -> InteropError {
    InteropError::Unsupported {
        what: format!("its layer {layer:?} has the activation {activation:?}"),
        instead: "networks here have a sigmoid after each layer: train one with activation=\"sigmoid\"",
    }
}
