//! The arrays of a model that do not depend on its input.

use std::collections::HashMap;

use crate::element::{ByteOrder, Element};
use crate::error::InteropError;
use crate::format::Format;
use crate::named_array::transposed;

use super::proto::{FLOAT, Graph, Node, Tensor};

/// `TensorProto.DataType` of the other kinds that are read.
const FLOAT16: i32 = 10;
const DOUBLE: i32 = 11;
const BFLOAT16: i32 = 16;

/// `TensorProto.DataLocation.EXTERNAL`.
const EXTERNAL: i32 = 1;

/// The most nodes through which an array goes, such as `Transpose`.
const MOST_NODES: usize = 8;

/// Finds arrays by name.
pub(super) struct Constants<'a> {
    initializers: HashMap<&'a str, &'a Tensor>,
    /// The node that computes each value.
    producers: HashMap<&'a str, &'a Node>,
}

/// An array of floating-point numbers.
pub(super) struct Array<'a> {
    name: &'a str,
    numbers: Numbers<'a>,
    /// The shape before it is transposed.
    shape: Vec<usize>,
    is_transposed: bool,
}

enum Numbers<'a> {
    OfTensor(&'a Tensor),
    Floats(&'a [f32]),
}

impl<'a> Constants<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        let initializers = graph.initializer.iter();
        let outputs = |node: &'a Node| node.output.iter().map(move |name| (name.as_str(), node));
        Self {
            initializers: initializers
                .map(|tensor| (tensor.name.as_str(), tensor))
                .collect(),
            producers: graph.node.iter().flat_map(outputs).collect(),
        }
    }

    pub(super) fn is_initializer(&self, name: &str) -> bool {
        self.initializers.contains_key(name)
    }

    /// Finds an array, also one that is a node's or that others only pass on or transpose; `None` if the value is
    /// computed in another way.
    ///
    /// # Errors
    ///
    /// [`InteropError::Damaged`] if its shape is none.
    pub(super) fn find(&self, name: &'a str) -> Result<Option<Array<'a>>, InteropError> {
        let (mut source, mut is_transposed) = (name, false);
        for _ in 0..MOST_NODES {
            if let Some(tensor) = self.initializers.get(source) {
                return Array::of_tensor(name, tensor, is_transposed).map(Some);
            }
            let Some(node) = self.producers.get(source) else {
                return Ok(None);
            };
            match (node.op_type.as_str(), node.input.first()) {
                ("Constant", _) => return constant(name, node, is_transposed),
                ("Identity" | "Cast", Some(input)) => source = input,
                ("Transpose", Some(input)) => {
                    is_transposed ^= node.attribute("perm").is_none_or(|it| it.ints == [1, 0]);
                    source = input;
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// The array of a `Constant` node.
fn constant<'a>(
    name: &'a str,
    node: &'a Node,
    is_transposed: bool,
) -> Result<Option<Array<'a>>, InteropError> {
    if let Some(tensor) = node.attribute("value").and_then(|it| it.t.as_ref()) {
        return Array::of_tensor(name, tensor, is_transposed).map(Some);
    }
    let floats = node.attribute("value_floats").map(|it| &it.floats);
    Ok(floats.map(|floats| Array {
        name,
        shape: vec![floats.len()],
        numbers: Numbers::Floats(floats),
        is_transposed,
    }))
}

impl<'a> Array<'a> {
    fn of_tensor(
        name: &'a str,
        tensor: &'a Tensor,
        is_transposed: bool,
    ) -> Result<Self, InteropError> {
        let shape: Result<Vec<usize>, _> = tensor.dims.iter().map(|&it| it.try_into()).collect();
        let negative = |_| damaged(name, &format!("the shape {:?}", tensor.dims));
        Ok(Self {
            name,
            numbers: Numbers::OfTensor(tensor),
            shape: shape.map_err(negative)?,
            is_transposed,
        })
    }

    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    pub(super) fn shape(&self) -> Vec<usize> {
        if self.is_transposed {
            self.shape.iter().rev().copied().collect()
        } else {
            self.shape.clone()
        }
    }

    /// The numbers that its shape announces.
    pub(super) fn count(&self) -> usize {
        let sizes = self.shape.iter();
        sizes.fold(1, |count, size| count.saturating_mul(*size))
    }

    /// Transposes an array of two dimensions.
    pub(super) fn transposed(self) -> Self {
        Self {
            is_transposed: !self.is_transposed,
            ..self
        }
    }

    /// The numbers, row by row.
    ///
    /// # Errors
    ///
    /// [`InteropError::Damaged`] if they are not as many as the shape says, and [`InteropError::Unsupported`] if they are
    /// in another file or no floating-point numbers.
    pub(super) fn values(&self) -> Result<Vec<f32>, InteropError> {
        let values = match self.numbers {
            Numbers::OfTensor(tensor) => self.of_numbers(tensor)?,
            Numbers::Floats(floats) => floats.to_vec(),
        };
        if values.len() != self.count() {
            let reason = format!("{} numbers for the shape {:?}", values.len(), self.shape);
            return Err(damaged(self.name, &reason));
        }
        Ok(match (self.is_transposed, self.shape.as_slice()) {
            (true, [rows, columns]) => transposed(&values, *rows, *columns),
            _ => values,
        })
    }

    fn of_numbers(&self, tensor: &Tensor) -> Result<Vec<f32>, InteropError> {
        if tensor.data_location == EXTERNAL {
            return Err(InteropError::Unsupported {
                what: format!(
                    "the numbers of its array {:?} are in another file",
                    self.name
                ),
                instead: "write one file, in PyTorch with `torch.onnx.export(..., external_data=False)`",
            });
        }
        let element = element(tensor.data_type).ok_or_else(|| InteropError::Unsupported {
            what: format!(
                "its array {:?} has ONNX's type {}",
                self.name, tensor.data_type
            ),
            instead: "only floating-point numbers of 16, 32 and 64 bits are read",
        })?;
        let raw = &tensor.raw_data;
        if !raw.is_empty() {
            if !(tensor.float_data.is_empty() && tensor.double_data.is_empty()) {
                return Err(damaged(self.name, "its numbers stand there twice"));
            }
            if !raw.len().is_multiple_of(element.size()) {
                let reason = format!("{} bytes for numbers of {}", raw.len(), element.size());
                return Err(damaged(self.name, &reason));
            }
            let numbers = 0..raw.len() / element.size();
            let get = |index| element.get(raw, index, ByteOrder::Little);
            return Ok(numbers.filter_map(get).collect());
        }
        Ok(match element {
            Element::F32 => tensor.float_data.clone(),
            Element::F64 => rounded(&tensor.double_data),
            Element::F16 | Element::Bf16 => of_bits(element, &tensor.int32_data),
        })
    }
}

fn element(data_type: i32) -> Option<Element> {
    match data_type {
        FLOAT => Some(Element::F32),
        FLOAT16 => Some(Element::F16),
        DOUBLE => Some(Element::F64),
        BFLOAT16 => Some(Element::Bf16),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "networks here are of f32")]
fn rounded(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|number| *number as f32).collect()
}

/// Numbers of 16 bits, each in the lower half of an integer.
fn of_bits(element: Element, integers: &[i32]) -> Vec<f32> {
    let number = |integer: &i32| element.get(&integer.to_le_bytes(), 0, ByteOrder::Little);
    integers.iter().filter_map(number).collect()
}

fn damaged(name: &str, reason: &str) -> InteropError {
    InteropError::damaged(Format::Onnx, format!("its array {name:?} has {reason}"))
}
