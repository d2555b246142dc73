//! Follows the graph of a model from its input to its output, layer by layer.

use std::collections::HashMap;

use data::PIXELS;

use crate::error::InteropError;
use crate::format::Format;
use crate::network::LAYERS;

use super::constant::{Array, Constants};
use super::proto::{Attribute, Graph, Node, Size, ValueInfo};

/// What an error says can be read.
const SUPPORTED: &str = "a network here is three times Gemm (or MatMul and Add) and Sigmoid, one after the other, with \
     nothing between but Identity, Cast, Dropout, Flatten, Reshape, Squeeze and Unsqueeze";

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

/// `TensorProto.DataType` of f32, f16, f64 and bf16, to which `Cast` changes at most the last digits.
const FLOATS: [i64; 4] = [1, 10, 11, 16];

/// The most characters of a name, and names, that an error shows.
const MOST_SHOWN: usize = 60;
const MOST_NAMES: usize = 4;

/// A layer as the graph has it.
pub(super) struct Found<'a> {
    /// `[inputs, units]`.
    pub(super) kernel: Array<'a>,
    /// None where all biases are 0.
    pub(super) bias: Option<Array<'a>>,
    has_sigmoid: bool,
}

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
    let paths = Paths::new(graph);
    let input = input(graph, &paths.constants)?;
    Ok(paths.follow(input, Vec::new())?.0)
}

/// Finds the networks whose mean an ensemble gives, in the order of the mean.
///
/// # Errors
///
/// As [`layers`].
pub(super) fn networks(graph: &Graph) -> Result<Vec<Chain<'_>>, InteropError> {
    let paths = Paths::new(graph);
    let input = input(graph, &paths.constants)?;
    let mut networks = HashMap::new();
    for first in paths.next(input) {
        let mut chain = Vec::new();
        let value = step(first, input, &paths.constants, &mut chain)?;
        let (chain, end) = paths.follow(value, chain)?;
        networks.insert(end, chain);
    }
    let mean = graph.node.iter().find(|node| node.operator() == MEAN);
    let averaged = mean.map_or(&[][..], |mean| mean.input.as_slice());
    let names = averaged.iter();
    let networks: Option<Vec<Chain>> = names.map(|name| networks.remove(name.as_str())).collect();
    networks.ok_or_else(|| InteropError::damaged(Format::Onnx, "it has no mean of networks"))
}

/// What leads from value to value.
struct Paths<'a> {
    graph: &'a Graph,
    constants: Constants<'a>,
    consumers: HashMap<&'a str, Vec<&'a Node>>,
}

impl<'a> Paths<'a> {
    fn new(graph: &'a Graph) -> Self {
        Self {
            graph,
            constants: Constants::new(graph),
            consumers: consumers(graph),
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
                [node] if node.operator() == MEAN => true,
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
        for (index, name) in node.input.iter().enumerate() {
            if !node.input[..index].contains(name) {
                consumers.entry(name).or_default().push(node);
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

/// Takes a node into the layers, and returns the value that it gives.
fn step<'a>(
    node: &'a Node,
    value: &str,
    constants: &Constants<'a>,
    layers: &mut Vec<Found<'a>>,
) -> Result<&'a str, InteropError> {
    let takes_it_first = node.input.first().is_some_and(|input| input == value);
    let open = layers.last_mut().filter(|layer| !layer.has_sigmoid);
    match (node.operator(), open) {
        ("Gemm" | "MatMul", Some(_)) => {
            let reason = "takes the sums of the layer before, without a Sigmoid between";
            return Err(refused(node, reason));
        }
        ("Gemm", None) if takes_it_first => layers.push(gemm(node, constants)?),
        ("MatMul", None) if takes_it_first => layers.push(Found {
            kernel: operand(node, 1, constants)?,
            bias: None,
            has_sigmoid: false,
        }),
        ("Add", Some(layer)) if layer.bias.is_none() => {
            let other = usize::from(takes_it_first);
            layer.bias = Some(operand(node, other, constants)?);
        }
        ("Sigmoid", Some(layer)) => layer.has_sigmoid = true,
        ("Cast", _)
            if node
                .attribute("to")
                .is_some_and(|to| FLOATS.contains(&to.i)) => {}
        ("Identity" | "Dropout" | "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze", _)
            if takes_it_first => {}
        _ => return Err(refused(node, "cannot be imported")),
    }
    let output = node.output.first();
    output.map(String::as_str).ok_or_else(|| {
        let reason = format!("{} has no output", described(node));
        InteropError::damaged(Format::Onnx, reason)
    })
}

fn gemm<'a>(node: &'a Node, constants: &Constants<'a>) -> Result<Found<'a>, InteropError> {
    for factor in ["alpha", "beta"] {
        #[expect(
            clippy::float_cmp,
            reason = "another factor than 1 would change the weights"
        )]
        if node.attribute(factor).is_some_and(|it| it.f != 1.0) {
            return Err(refused(node, &format!("has another {factor} than 1")));
        }
    }
    let is_set = |name| node.attribute(name).is_some_and(|it| it.i != 0);
    if is_set("transA") {
        return Err(refused(node, "transposes its input"));
    }
    let kernel = operand(node, 1, constants)?;
    let has_bias = node.input.get(2).is_some_and(|name| !name.is_empty());
    Ok(Found {
        kernel: if is_set("transB") {
            kernel.transposed()
        } else {
            kernel
        },
        bias: has_bias.then(|| operand(node, 2, constants)).transpose()?,
        has_sigmoid: false,
    })
}

/// The array that a node takes as its input number `index`.
fn operand<'a>(
    node: &'a Node,
    index: usize,
    constants: &Constants<'a>,
) -> Result<Array<'a>, InteropError> {
    let name = node.input.get(index).map_or("", String::as_str);
    let computed = || {
        let name = shown(name);
        refused(
            node,
            &format!("takes {name:?}, which is no array of the file"),
        )
    };
    constants.find(name)?.ok_or_else(computed)
}

fn are_probabilities(layers: &[Found]) -> bool {
    layers.len() == LAYERS && layers.iter().all(|layer| layer.has_sigmoid)
}

fn is_end_of_classifier(next: &[&Node], graph: &Graph) -> bool {
    let mut nodes = next.iter();
    nodes.all(|node| AFTER_PROBABILITIES.contains(&node.op_type.as_str()))
        && graph.node.iter().any(|node| node.domain == CLASSICAL)
}

fn branches(value: &str, nodes: &[&Node]) -> InteropError {
    let names = names(nodes.iter().map(|node| node.name.as_str()));
    InteropError::Unsupported {
        what: format!(
            "its value {:?} goes to {} nodes ({names})",
            shown(value),
            nodes.len()
        ),
        instead: SUPPORTED,
    }
}

fn refused(node: &Node, reason: &str) -> InteropError {
    InteropError::Unsupported {
        what: format!("{} {reason}", described(node)),
        instead: SUPPORTED,
    }
}

/// A node by name and operator; one without a name by the value that it gives.
fn described(node: &Node) -> String {
    let operator = shown(&node.op_type);
    match (node.name.as_str(), node.output.first()) {
        ("", Some(output)) => format!("its node {operator}, which gives {:?},", shown(output)),
        (name, _) => format!("its node {:?}, a {operator},", shown(name)),
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut listed: Vec<String> = names
        .take(MOST_NAMES + 1)
        .map(|name| format!("{:?}", shown(name)))
        .collect();
    if let Some(last) = listed.get_mut(MOST_NAMES) {
        "...".clone_into(last);
    }
    listed.join(", ")
}

fn shown(name: &str) -> String {
    name.chars().take(MOST_SHOWN).collect()
}

impl Node {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attribute.iter().find(|it| it.name == name)
    }

    /// The operator of ONNX itself, or "" for one of another domain.
    fn operator(&self) -> &str {
        match self.domain.as_str() {
            "" | "ai.onnx" => &self.op_type,
            _ => "",
        }
    }
}
