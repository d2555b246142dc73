//! Whether the outputs of a last layer without activation are the logits of sigmoids, by the loss.

use serde_json::Value;

use crate::error::InteropError;

/// Checks that a sigmoid of the outputs of the last layer is what a model means.
///
/// One output of a model without a loss is taken as a logit, because no other reading gives a probability.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if the loss takes other outputs, or if several outputs could be those of a softmax.
pub(super) fn check_logits(
    layer: &str,
    units: usize,
    compiled: Option<&Value>,
) -> Result<(), InteropError> {
    let loss = compiled.map_or(&Value::Null, |compiled| only(&compiled["loss"]));
    let why = if loss.is_null() {
        match units {
            1 => return Ok(()),
            _ => "no loss says whether sigmoids or a softmax follow".to_owned(),
        }
    } else {
        let name = name(loss);
        let from_logits = loss["config"]["from_logits"].as_bool();
        match (is_binary(&name), from_logits) {
            (true, Some(true)) => return Ok(()),
            (true, _) => format!("the loss {name:?} is not from_logits"),
            (false, _) => format!("the loss {name:?} is not that of sigmoids"),
        }
    };
    Err(InteropError::Unsupported {
        what: format!("its last layer {layer:?} has no activation, and {why}"),
        instead: "if its outputs are logits of sigmoids, set `model.layers[-1].activation = keras.activations.sigmoid`, and save it again",
    })
}

/// The loss of the only output, if they are listed or named.
fn only(loss: &Value) -> &Value {
    let found = match loss {
        Value::Array(losses) if losses.len() == 1 => losses.first(),
        Value::Object(losses) if losses.len() == 1 => losses.values().next(),
        _ => None,
    };
    found.unwrap_or(loss)
}

/// Its name; a function has it as its configuration.
fn name(loss: &Value) -> String {
    let names = [loss, &loss["config"], &loss["class_name"]];
    let name = names.into_iter().find_map(Value::as_str);
    name.unwrap_or("unknown").to_owned()
}

fn is_binary(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "");
    matches!(
        name.as_str(),
        "binarycrossentropy" | "binaryfocalcrossentropy"
    )
}
