//! Follows the graph of a model from its input to its output, layer by layer.

use std::collections::HashMap;
use std::ptr;

use data::PIXELS;

use crate::error::InteropError;
use crate::format::Format;
use crate::network::LAYERS;

use super::constant::Constants;
use super::layer::{Found, step};
use super::proto::{Graph, Node, Size, ValueInfo};
use super::refusal::{branches, names, shown};

/// The operator that makes one network of several.
const MEAN: &str = "Mean";

/// The most nodes from the input to the output, which could be a circle.
const MOST_NODES: usize = 1000;

/// The operators that make labels and a dictionary of the probabilities of scikit-learn's classifiers.
const AFTER_PROBABILITIES: [&str; 7] = [
    "ArgMax",
    "Binarizer",
    "Cast",
    "Concat",
    "Identity",
    "Sub",
    "ZipMap",
];

/// The operators of classical models, of which a network has some only at its end.
const CLASSICAL: &str = "ai.onnx.ml";

/// The layers of one network, however many they are; only the last may lack its sigmoid.
pub(super) type Chain<'a> = Vec<Found<'a>>;

/// Finds the layers between the input and the output.
///
/// `Reshape` and its like cannot reorder what a layer takes, because they keep the order of numbers, and each layer
/// takes all numbers of an image.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if there is anything else between, [`InteropError::Inputs`] if the input is known not to
/// have 400 numbers for each image, and [`InteropError::Damaged`] if there is no way to the output.
pub(super) fn layers(graph: &Graph) -> Result<Chain<'_>, InteropError> {
    let paths = Paths::new(graph, None);
    let input = input(graph, &paths.constants)?;
    Ok(paths.follow(input, Vec::new())?.0)
}

/// Finds the networks whose mean an ensemble gives, in the order of the mean.
///
/// # Errors
///
/// As [`layers`].
pub(super) fn networks(graph: &Graph) -> Result<Vec<Chain<'_>>, InteropError> {
    let no_mean = || InteropError::damaged(Format::Onnx, "it has no mean of networks");
    let mean = graph.node.last().filter(|node| node.operator() == MEAN);
    let mean = mean.ok_or_else(no_mean)?;
    let paths = Paths::new(graph, Some(mean));
    let input = input(graph, &paths.constants)?;
    let mut networks = HashMap::new();
    for first in paths.next(input) {
        let mut chain = Vec::new();
        let value = step(first, input, &paths.constants, &mut chain)?;
        let (chain, end) = paths.follow(value, chain)?;
        networks.insert(end, chain);
    }
    let names = mean.input.iter();
    let networks: Option<Vec<Chain>> = names.map(|name| networks.remove(name.as_str())).collect();
    networks.ok_or_else(no_mean)
}

/// What leads from value to value.
struct Paths<'a> {
    graph: &'a Graph,
    constants: Constants<'a>,
    consumers: HashMap<&'a str, Vec<&'a Node>>,
    /// The last node of an ensemble.
    mean: Option<&'a Node>,
}

impl<'a> Paths<'a> {
    fn new(graph: &'a Graph, mean: Option<&'a Node>) -> Self {
        Self {
            graph,
            constants: Constants::new(graph),
            consumers: consumers(graph),
            mean,
        }
    }

    /// The nodes that take a value.
    fn next(&self, value: &str) -> &[&'a Node] {
        self.consumers.get(value).map_or(&[], Vec::as_slice)
    }

    /// Takes nodes into the layers, from a value to an output or to the mean of an ensemble, and returns the value there.
    fn follow(
        &self,
        start: &'a str,
        mut layers: Chain<'a>,
    ) -> Result<(Chain<'a>, &'a str), InteropError> {
        let mut value = start;
        for _ in 0..MOST_NODES {
            let next = self.next(value);
            let is_end = match next {
                [] => self.graph.output.iter().any(|output| output.name == value),
                [node] if self.mean.is_some_and(|mean| ptr::eq(mean, *node)) => true,
                _ => are_probabilities(&layers) && is_end_of_classifier(next, self.graph),
            };
            match next {
                _ if is_end => return Ok((layers, value)),
                [] => break,
                [node] => value = step(node, value, &self.constants, &mut layers)?,
                several => return Err(branches(value, several)),
            }
        }
        let value = shown(value);
        let reason = format!("nothing leads from its value {value:?} to an output");
        Err(InteropError::damaged(Format::Onnx, reason))
    }
}

/// The nodes that take each value, except those that ask only for its shape.
fn consumers(graph: &Graph) -> HashMap<&str, Vec<&Node>> {
    let mut consumers: HashMap<&str, Vec<&Node>> = HashMap::new();
    let nodes = graph.node.iter();
    for node in nodes.filter(|node| node.op_type != "Shape") {
        for name in &node.input {
            let nodes = consumers.entry(name).or_default();
            if nodes.last().is_none_or(|last| !ptr::eq(*last, node)) {
                nodes.push(node);
            }
        }
    }
    consumers
}

/// The only input that is no array of the model, which older models list as inputs as well.
fn input<'a>(graph: &'a Graph, constants: &Constants) -> Result<&'a str, InteropError> {
    let inputs = graph.input.iter();
    let inputs: Vec<&ValueInfo> = inputs
        .filter(|input| !constants.is_initializer(&input.name))
        .collect();
    let [input] = inputs[..] else {
        let names = names(inputs.iter().map(|input| input.name.as_str()));
        return Err(InteropError::Unsupported {
            what: format!("it has {} inputs ({names})", inputs.len()),
            instead: "a network here has one, the pixels",
        });
    };
    match numbers_for_each_image(input) {
        Some(found) if found != PIXELS => Err(InteropError::Inputs { found }),
        _ => Ok(&input.name),
    }
}

/// The product of all dimensions but the first, if they are known.
fn numbers_for_each_image(input: &ValueInfo) -> Option<usize> {
    let shape = input.kind.as_ref()?.tensor.as_ref()?.shape.as_ref()?;
    let (_images, others) = shape.dim.split_first()?;
    let sizes = others.iter().map(|dimension| match dimension.size {
        Some(Size::Value(size)) => usize::try_from(size).ok(),
        _ => None,
    });
    sizes.reduce(|product, size| product?.checked_mul(size?))?
}

fn are_probabilities(layers: &[Found]) -> bool {
    layers.len() == LAYERS && layers.iter().all(|layer| layer.has_sigmoid)
}

fn is_end_of_classifier(next: &[&Node], graph: &Graph) -> bool {
    let mut nodes = next.iter();
    nodes.all(|node| AFTER_PROBABILITIES.contains(&node.op_type.as_str()))
        && graph.node.iter().any(|node| node.domain == CLASSICAL)
}
