//! Takes the nodes of a graph, one after the other, into layers.

use crate::error::InteropError;
use crate::format::Format;

use super::constant::{Array, Constants};
use super::proto::Node;
use super::refusal::{described, refused, shown};

/// `TensorProto.DataType` of f32, f16, f64 and bf16, to which `Cast` changes at most the last digits.
const FLOATS: [i64; 4] = [1, 10, 11, 16];

/// A layer as the graph has it.
pub(super) struct Found<'a> {
    /// `[inputs, units]`.
    pub(super) kernel: Array<'a>,
    /// None where all biases are 0.
    pub(super) bias: Option<Array<'a>>,
    pub(super) has_sigmoid: bool,
}

/// Takes a node into the layers, and returns the value that it gives.
pub(super) fn step<'a>(
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
