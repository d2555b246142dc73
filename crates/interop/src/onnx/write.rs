//! Writes one network, or the mean of several, as an ONNX model.

use prost::Message;

use crate::about;
use crate::error::InteropError;
use crate::network::{Layer, Network};

use super::proto::{
    Dimension, Entry, FLOAT, Graph, Model, Node, OperatorSet, Shape, Size, Tensor, TensorType,
    Type, ValueInfo,
};

/// The versions of the format and of its operators. `Gemm`, `Sigmoid` and `Mean` are the same since opset 13.
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;

/// The name of the first dimension, the number of images.
const IMAGES: &str = "N";

const INPUT: &str = "pixels";
const OUTPUT: &str = "probabilities";

/// The key of the number of networks in an ensemble.
pub(super) const NETWORKS: &str = "networks";

/// Makes the model of networks that tell the same digits apart: `pixels` `[N, 400]` in, `probabilities` `[N, outputs]`
/// out, of several networks their mean.
///
/// # Errors
///
/// [`InteropError::OtherDigits`] if the networks do not have the same outputs and digits, or if there is none.
pub(crate) fn write(networks: &[Network]) -> Result<Vec<u8>, InteropError> {
    let [first, others @ ..] = networks else {
        return Err(InteropError::OtherDigits);
    };
    let tells_the_same =
        |other: &Network| (other.outputs(), other.digits()) == (first.outputs(), first.digits());
    if !others.iter().all(tells_the_same) {
        return Err(InteropError::OtherDigits);
    }
    let mut description = about::description(first);
    if !others.is_empty() {
        description.push((NETWORKS, networks.len().to_string()));
    }
    let text = |key| {
        let entry = description.iter().find(|(known, _)| *known == key);
        entry.map_or("", |(_, text)| text.as_str())
    };
    let graph = Graph {
        name: "digits".to_owned(),
        input: vec![value(INPUT, first.layers()[0].inputs, text("input"))],
        output: vec![value(OUTPUT, first.outputs(), text("output"))],
        ..graph(networks)
    };
    let model = Model {
        ir_version: IR_VERSION,
        producer_name: "digits".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: doc_string(networks, &description),
        graph: Some(graph),
        opset_import: vec![OperatorSet {
            domain: String::new(),
            version: OPSET,
        }],
        metadata_props: description.into_iter().map(entry).collect(),
    };
    Ok(model.encode_to_vec())
}

/// What the model is, in words, and its description.
fn doc_string(networks: &[Network], description: &[(&str, String)]) -> String {
    let mut kinds: Vec<String> = networks.iter().map(units).collect();
    kinds.dedup();
    let kinds = kinds.join(", ");
    let what = match networks.len() {
        1 => format!("{kinds} units, each with a sigmoid"),
        several => format!(
            "the mean of the probabilities of {several} networks: {kinds} units, each with a sigmoid"
        ),
    };
    let entries = description.iter();
    let entries = entries.map(|(key, text)| format!("\n{key}: {text}"));
    std::iter::once(what).chain(entries).collect()
}

/// The inputs and the units of each layer, as `400-25-15-1`.
fn units(network: &Network) -> String {
    let sizes = network.layers().iter().map(|layer| layer.units);
    let sizes = std::iter::once(network.layers()[0].inputs).chain(sizes);
    let sizes: Vec<String> = sizes.map(|size| size.to_string()).collect();
    sizes.join("-")
}

fn entry((key, value): (&str, String)) -> Entry {
    Entry {
        key: key.to_owned(),
        value,
    }
}

/// The nodes and arrays.
fn graph(networks: &[Network]) -> Graph {
    let mut graph = Graph::default();
    if let [network] = networks {
        add_network(&mut graph, network, "", OUTPUT);
        return graph;
    }
    let prefixes = (1..=networks.len()).map(|number| format!("network{number}"));
    let mut outputs = Vec::new();
    for (network, prefix) in networks.iter().zip(prefixes) {
        let output = format!("{prefix}/{OUTPUT}");
        add_network(&mut graph, network, &format!("{prefix}/"), &output);
        outputs.push(output);
    }
    graph.node.push(node("Mean", "mean", outputs, OUTPUT));
    graph
}

/// Adds the nodes and arrays of a network, whose names begin with `prefix`.
fn add_network(graph: &mut Graph, network: &Network, prefix: &str, output: &str) {
    let mut input = INPUT.to_owned();
    for (number, layer) in (1..).zip(network.layers()) {
        let name = format!("{prefix}layer{number}");
        let [kernel, bias] = ["kernel", "bias"].map(|array| format!("{name}.{array}"));
        let sums = format!("{name}/sums");
        let activations = if number == network.layers().len() {
            output.to_owned()
        } else {
            format!("{name}/activations")
        };
        graph.initializer.extend(arrays(layer, [&kernel, &bias]));
        let gemm = node(
            "Gemm",
            &format!("{name}/Gemm"),
            vec![input, kernel, bias],
            &sums,
        );
        let sigmoid = node(
            "Sigmoid",
            &format!("{name}/Sigmoid"),
            vec![sums],
            &activations,
        );
        graph.node.extend([gemm, sigmoid]);
        input = activations;
    }
}

fn node(operator: &str, name: &str, input: Vec<String>, output: &str) -> Node {
    Node {
        input,
        output: vec![output.to_owned()],
        name: name.to_owned(),
        op_type: operator.to_owned(),
        ..Node::default()
    }
}

/// The kernel `[inputs, units]`, which `Gemm` takes without being told to transpose it, and the bias.
fn arrays(layer: &Layer, [kernel, bias]: [&str; 2]) -> [Tensor; 2] {
    [
        array(kernel, &[layer.inputs, layer.units], &layer.kernel),
        array(bias, &[layer.units], &layer.bias),
    ]
}

fn array(name: &str, shape: &[usize], values: &[f32]) -> Tensor {
    Tensor {
        dims: shape.iter().map(|size| dimension(*size)).collect(),
        data_type: FLOAT,
        name: name.to_owned(),
        raw_data: values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
        ..Tensor::default()
    }
}

/// A size as ONNX has it; one of an array in memory always fits.
fn dimension(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// An input or output `[N, size]` of f32.
fn value(name: &str, size: usize, doc_string: &str) -> ValueInfo {
    let sizes = [Size::Name(IMAGES.to_owned()), Size::Value(dimension(size))];
    let dim = sizes.map(|size| Dimension { size: Some(size) });
    let tensor = TensorType {
        elem_type: FLOAT,
        shape: Some(Shape { dim: dim.into() }),
    };
    ValueInfo {
        name: name.to_owned(),
        kind: Some(Type {
            tensor: Some(tensor),
        }),
        doc_string: doc_string.to_owned(),
    }
}
