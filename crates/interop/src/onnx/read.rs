//! Reads the network of an ONNX model.

use std::collections::HashSet;

use prost::Message;

use crate::about;
use crate::archive::MAX_BYTES;
use crate::error::InteropError;
use crate::format::Format;
use crate::network::{LAYERS, Layer, Network};

use super::chain::{self, Chain};
use super::layer::Found;
use super::limits;
use super::proto::{Graph, Model};
use super::write::NETWORKS;

/// Reads a model; a last layer without a sigmoid gives logits, to which the network adds the sigmoid.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if it is no chain of layers with a sigmoid each, or if its numbers are in another file,
/// [`InteropError::Damaged`] and [`InteropError::TooLarge`] if it is damaged, and those of [`Network::new`].
pub(crate) fn read(bytes: &[u8]) -> Result<Network, InteropError> {
    let model = decoded(bytes)?;
    if text(&model, NETWORKS).is_some() {
        return Err(InteropError::Unsupported {
            what: "it is an ensemble, the mean of several networks".to_owned(),
            instead: "import the file of one network",
        });
    }
    let layers = chain::layers(graph(&model)?)?;
    check_total(std::slice::from_ref(&layers))?;
    network(&layers, &model)
}

/// Reads a model that [`write`](super::write()) made, also of several networks.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_several(bytes: &[u8]) -> Result<Vec<Network>, InteropError> {
    let model = decoded(bytes)?;
    if text(&model, NETWORKS).is_none() {
        return Ok(vec![read(bytes)?]);
    }
    let networks = chain::networks(graph(&model)?)?;
    check_total(&networks)?;
    let networks = networks.iter();
    networks.map(|layers| network(layers, &model)).collect()
}

fn decoded(bytes: &[u8]) -> Result<Model, InteropError> {
    limits::check(bytes)?;
    let model = Model::decode(bytes);
    let model = model.map_err(|error| InteropError::damaged(Format::Onnx, error))?;
    if model.opset_import.is_empty() {
        // It stands behind the graph, where a file that is cut short may end.
        let reason = "it does not say which version of the operators it uses";
        return Err(InteropError::damaged(Format::Onnx, reason));
    }
    Ok(model)
}

/// The text of a key in the description.
fn text<'a>(model: &'a Model, key: &str) -> Option<&'a str> {
    let mut entries = model.metadata_props.iter();
    let entry = entries.find(|entry| entry.key == key);
    entry.map(|entry| entry.value.as_str())
}

fn graph(model: &Model) -> Result<&Graph, InteropError> {
    let damaged = |reason: String| InteropError::damaged(Format::Onnx, reason);
    let graph = model.graph.as_ref();
    let graph = graph.ok_or_else(|| damaged("it has no graph".to_owned()))?;
    let mut names = HashSet::new();
    for array in &graph.initializer {
        if !names.insert(&array.name) {
            return Err(damaged(format!("it has two arrays {:?}", array.name)));
        }
    }
    Ok(graph)
}

/// Refuses layers that share arrays and would together be larger than any file that is read.
fn check_total(networks: &[Chain]) -> Result<(), InteropError> {
    let layers = networks.iter().flatten();
    let numbers = layers.map(|layer| layer.kernel.count() as u64);
    let total = numbers.fold(0, u64::saturating_add);
    let found = total.saturating_mul(size_of::<f32>() as u64);
    if found > MAX_BYTES {
        let limit = MAX_BYTES;
        return Err(InteropError::TooLarge { found, limit });
    }
    Ok(())
}

fn network(chain: &[Found], model: &Model) -> Result<Network, InteropError> {
    let sizes: Result<Vec<[usize; 2]>, _> = chain.iter().map(sizes).collect();
    let sizes = sizes?;
    if sizes.len() != LAYERS {
        return Err(InteropError::LayerCount { found: sizes });
    }
    let layers = chain.iter().zip(sizes);
    let layers: Result<Vec<Layer>, _> = layers.map(|(found, sizes)| layer(found, sizes)).collect();
    about::with_digits_of(Network::new(layers?)?, text(model, about::DIGITS))
}

/// Inputs and units of a layer.
fn sizes(found: &Found) -> Result<[usize; 2], InteropError> {
    let shape = found.kernel.shape();
    let sizes = shape.as_slice().try_into();
    sizes.map_err(|_| InteropError::Arrays {
        found: format!(
            "the weights {:?} have the shape {shape:?}",
            found.kernel.name()
        ),
    })
}

fn layer(found: &Found, [inputs, units]: [usize; 2]) -> Result<Layer, InteropError> {
    let kernel = found.kernel.values()?;
    let bias = match &found.bias {
        Some(bias) => bias.values()?,
        None => vec![0.0; kernel.len().checked_div(inputs).unwrap_or(0)],
    };
    Ok(Layer {
        inputs,
        units,
        kernel,
        bias,
    })
}
