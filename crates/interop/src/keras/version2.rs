//! The `.h5` files of Keras 2, which Keras 3 still writes: a whole model, or weights only.
//!
//! The arrays of a layer are somewhere in the group with its name: `dense/dense/kernel:0`, `dense/sequential/dense/kernel`,
//! `dense_1/dense_1_W`. Those of a whole model are in the group `model_weights`, its layers in the attribute `model_config`.

use serde_json::Value;

use crate::error::InteropError;
use crate::format::Format;
use crate::hdf5::{Array, Hdf5Error, Object};
use crate::network::Network;

use super::config;
use super::layer::{StoredLayer, as_described, by_name, error_of, in_order};

const FORMAT: Format = Format::Keras2;

/// The group of the weights of a whole model.
const WEIGHTS: &str = "model_weights";

/// The attribute of the names of all layers, in their order.
const LAYER_NAMES: &str = "layer_names";

/// The attribute that describes the layers.
const MODEL: &str = "model_config";

/// The attribute that has the loss.
const TRAINING: &str = "training_config";

/// The most groups within each other in that of a layer.
const MAX_DEPTH: usize = 16;

/// Whether a file with this root is one of Keras 2.
pub(super) fn is_of_keras2(root: &Object<'_>) -> Result<bool, Hdf5Error> {
    let is_model = root.members()?.iter().any(|member| member.name == WEIGHTS);
    Ok(is_model || root.texts(LAYER_NAMES)?.is_some() || root.texts(MODEL)?.is_some())
}

/// Reads the network of such a file.
///
/// # Errors
///
/// [`InteropError::Damaged`] if it is damaged, [`InteropError::Unsupported`] if it has other layers than dense ones with
/// sigmoids, and those of a network whose layers do not fit.
pub(super) fn read(root: &Object<'_>) -> Result<Network, InteropError> {
    let error = error_of(FORMAT);
    let model = json(root, MODEL)?;
    let training = json(root, TRAINING)?;
    let described = model.map(|model| config::dense_layers(FORMAT, &model, training.as_ref()));
    let described = described.transpose()?;
    let weights = root.member(WEIGHTS).map_err(&error)?;
    let group = weights.as_ref().unwrap_or(root);
    let names = group.texts(LAYER_NAMES).map_err(&error)?;
    let layers = layers(group, names.as_deref())?;
    match (described, names) {
        (Some(described), _) => as_described(FORMAT, &described, layers, |stored, described| {
            stored.name == described.name
        }),
        (None, Some(_)) => in_order(layers),
        (None, None) => by_name(layers),
    }
}

/// An attribute that is JSON.
fn json(root: &Object<'_>, attribute: &str) -> Result<Option<Value>, InteropError> {
    let text = root.text(attribute).map_err(error_of(FORMAT))?;
    text.map(|text| config::parse(FORMAT, attribute, text.as_bytes()))
        .transpose()
}

/// Reads the layers that have arrays, in the order of their names if these are listed.
fn layers(group: &Object<'_>, names: Option<&[String]>) -> Result<Vec<StoredLayer>, InteropError> {
    let mut layers = Vec::new();
    for member in group.members().map_err(error_of(FORMAT))? {
        let place = match names {
            Some(names) => names.iter().position(|name| *name == member.name),
            None => Some(0),
        };
        let Some(place) = place else {
            continue;
        };
        let name = member.name.clone();
        let mut arrays = Vec::new();
        collect(&member.open().map_err(error_of(FORMAT))?, 0, &mut arrays)?;
        if !arrays.is_empty() {
            layers.push((place, StoredLayer::new(name, arrays)?));
        }
    }
    layers.sort_by_key(|(place, _)| *place);
    Ok(layers.into_iter().map(|(_, layer)| layer).collect())
}

/// Collects the arrays in a group and in the groups in it.
fn collect(object: &Object<'_>, depth: usize, arrays: &mut Vec<Array>) -> Result<(), InteropError> {
    if depth > MAX_DEPTH {
        let reason = format!("it has more than {MAX_DEPTH} groups within each other");
        return Err(InteropError::damaged(FORMAT, reason));
    }
    if object.is_array() {
        arrays.push(object.array().map_err(error_of(FORMAT))?);
        return Ok(());
    }
    for member in object.members().map_err(error_of(FORMAT))? {
        collect(&member.open().map_err(error_of(FORMAT))?, depth + 1, arrays)?;
    }
    Ok(())
}
