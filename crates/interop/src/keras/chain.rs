//! The layers of a model one after the other: as a sequential model lists them, or as a functional one connects them.

use serde_json::Value;

use crate::error::InteropError;
use crate::format::Format;

/// The most layers; a network here has three and a few without weights.
const MAX_LAYERS: usize = 100;

/// Lists the descriptions of the layers from the input to the output.
///
/// # Errors
///
/// [`InteropError::Damaged`] if there are none, [`InteropError::Unsupported`] if they are not one after the other, or the
/// model is of another class.
pub(super) fn layers(format: Format, model: &Value) -> Result<Vec<&Value>, InteropError> {
    let config = &model["config"];
    // Until Keras 2.2 the configuration of a sequential model was the list.
    let layers = config["layers"].as_array().or(config.as_array());
    let class = class(model);
    let is_functional = match class {
        "Sequential" => false,
        "Functional" | "Model" => true,
        _ => {
            return Err(InteropError::Unsupported {
                what: format!("it is a model of the class {class:?}"),
                instead: "save its weights with `model.save_weights(\"name.weights.h5\")`",
            });
        }
    };
    let Some(layers) = layers else {
        return Err(InteropError::damaged(
            format,
            "its description lists no layers",
        ));
    };
    if layers.len() > MAX_LAYERS {
        return Err(not_a_chain(&format!("it has {} layers", layers.len())));
    }
    if is_functional {
        connected(layers, &config["output_layers"])
    } else {
        Ok(layers.iter().collect())
    }
}

/// Follows the connections of a functional model.
fn connected<'a>(layers: &'a [Value], outputs: &Value) -> Result<Vec<&'a Value>, InteropError> {
    let before: Vec<Option<&str>> = layers.iter().map(input_of).collect::<Result<_, _>>()?;
    let after = |input: Option<&str>| {
        let mut found = (0..layers.len()).filter(|&at| before[at] == input);
        match (found.next(), found.next()) {
            (Some(_), Some(second)) => Err(not_a_chain(&format!(
                "its layer {:?} is not the only one there",
                name(&layers[second])
            ))),
            (next, _) => Ok(next),
        }
    };
    let mut chain = Vec::new();
    let mut next = after(None)?;
    while let Some(at) = next
        && chain.len() < layers.len()
    {
        chain.push(&layers[at]);
        next = after(Some(name(&layers[at])))?;
    }
    let mut ends = Vec::new();
    names_of_tensors(outputs, &mut ends);
    let last = chain.last().map(|layer| name(layer));
    if chain.len() != layers.len() || ends.len() != 1 || ends.first().copied() != last {
        return Err(not_a_chain("some layers do not lead to its output"));
    }
    Ok(chain)
}

/// The name of the layer whose outputs a layer takes; `None` for the pixels.
fn input_of(layer: &Value) -> Result<Option<&str>, InteropError> {
    let nodes = layer["inbound_nodes"].as_array();
    let node = match nodes.map_or(&[][..], Vec::as_slice) {
        [] => return Ok(None),
        [node] => node,
        _ => {
            return Err(not_a_chain(&format!(
                "its layer {:?} is used twice",
                name(layer)
            )));
        }
    };
    let mut inputs = Vec::new();
    match node {
        // Keras 2: a list of [name, node, tensor, arguments].
        Value::Array(_) => names_of_tensors(node, &mut inputs),
        _ => histories(node, &mut inputs),
    }
    if let [input] = inputs[..] {
        return Ok(Some(input));
    }
    let name = name(layer);
    Err(not_a_chain(&format!(
        "its layer {name:?} has {} inputs",
        inputs.len()
    )))
}

/// Collects the layers of tensors that are written as [name, node, tensor].
fn names_of_tensors<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    let values = match value {
        Value::Array(values) => values,
        Value::Object(by_key) => {
            by_key
                .values()
                .for_each(|value| names_of_tensors(value, names));
            return;
        }
        _ => return,
    };
    match values.first() {
        Some(Value::String(name)) => names.push(name),
        _ => values
            .iter()
            .for_each(|value| names_of_tensors(value, names)),
    }
}

/// Collects the layers of tensors by what Keras 3 calls their history.
fn histories<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Object(by_key) => {
            for (key, value) in by_key {
                match key.as_str() {
                    "keras_history" => names_of_tensors(value, names),
                    _ => histories(value, names),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| histories(value, names)),
        _ => {}
    }
}

/// The class of a layer or model.
pub(super) fn class(layer: &Value) -> &str {
    layer["class_name"].as_str().unwrap_or_default()
}

/// The name of a layer.
pub(super) fn name(layer: &Value) -> &str {
    let names = [&layer["name"], &layer["config"]["name"]];
    let mut names = names.into_iter().filter_map(Value::as_str);
    names.next().unwrap_or_default()
}

fn not_a_chain(why: &str) -> InteropError {
    InteropError::Unsupported {
        what: format!("its layers are not one after the other: {why}"),
        instead: "networks here have three layers, each of which takes the outputs of the one before",
    }
}
