//! `.safetensors`, by Hugging Face: `layer1.weight` as `[units, inputs]` and `layer1.bias`, as `PyTorch` names and lays them
//! out, or `layer1/kernel` as `[inputs, units]`, as Keras does. The description is in the metadata.
//!
//! Writing is ours, because the crate `safetensors` writes the metadata in another order each time.

use std::collections::BTreeMap;
use std::fmt;

use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

use crate::about::{self, DIGITS};
use crate::element::{ByteOrder, Element};
use crate::error::InteropError;
use crate::format::{Format, Layout};
use crate::named_array::{NamedArray, network_of, transposed};
use crate::network::Network;

/// The bytes that hold the length of the header.
const LENGTH_BYTES: usize = 8;

/// The longest header that is read, in bytes; that of a network here has a thousand.
const MAX_HEADER: u64 = 1024 * 1024;

/// The key of the metadata in the header.
const METADATA: &str = "__metadata__";

/// Reads the network of a file, in either layout, of floats of 16, 32 or 64 bits.
///
/// # Errors
///
/// [`InteropError::Damaged`] and [`InteropError::TooLarge`] if the header or its offsets are wrong,
/// [`InteropError::Unsupported`] if a tensor has other numbers than floats, and those of [`network_of`].
pub(crate) fn read(bytes: &[u8]) -> Result<Network, InteropError> {
    let damaged = |error: &dyn fmt::Display| InteropError::damaged(Format::Safetensors, error);
    if let Some(length) = bytes.first_chunk() {
        let found = u64::from_le_bytes(*length);
        if found > MAX_HEADER {
            let limit = MAX_HEADER;
            return Err(InteropError::TooLarge { found, limit });
        }
    }
    let (length, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(&error))?;
    let (header, numbers) = bytes[LENGTH_BYTES..].split_at(length);
    if let Some(name) = repeated_name(header) {
        return Err(damaged(&format!("it has two tensors named {name:?}")));
    }
    let arrays = metadata.offset_keys().into_iter().filter_map(|name| {
        let info = metadata.info(&name)?;
        Some(array(name, info, numbers))
    });
    let network = network_of(arrays.collect::<Result<_, _>>()?)?;
    about::with_digits_of(network, digits(&metadata))
}

fn digits(metadata: &Metadata) -> Option<&str> {
    let texts = metadata.metadata().as_ref()?;
    texts.get(DIGITS).map(String::as_str)
}

/// Decodes a tensor; the crate has checked that its offsets are within the numbers, and fit its shape.
fn array(name: String, info: &TensorInfo, numbers: &[u8]) -> Result<NamedArray, InteropError> {
    let (start, end) = info.data_offsets;
    let stored = &numbers[start..end];
    let element = element(info.dtype).ok_or_else(|| InteropError::Unsupported {
        what: format!("its tensor {name:?} has numbers of type {:?}", info.dtype),
        instead: "save the weights as F32, F16, BF16 or F64",
    })?;
    let count = stored.len() / element.size();
    let values = (0..count).filter_map(|index| element.get(stored, index, ByteOrder::Little));
    Ok(NamedArray {
        name,
        shape: info.shape.clone(),
        values: values.collect(),
    })
}

fn element(dtype: Dtype) -> Option<Element> {
    match dtype {
        Dtype::F16 => Some(Element::F16),
        Dtype::BF16 => Some(Element::Bf16),
        Dtype::F32 => Some(Element::F32),
        Dtype::F64 => Some(Element::F64),
        _ => None,
    }
}

/// Finds a name that is twice in a header; the crate takes the last.
fn repeated_name(header: &[u8]) -> Option<String> {
    let Names(mut names) = serde_json::from_slice(header).ok()?;
    names.sort_unstable();
    let mut pairs = names.windows(2);
    let pair = pairs.find(|pair| pair[0] == pair[1])?;
    Some(pair[0].clone())
}

/// The keys of an object, each as often as it is there.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// Makes the file of a network: the length of the header, the header in JSON, and the tensors in its order.
///
/// The same network gives the same bytes.
pub(crate) fn write(network: &Network, layout: Layout) -> Vec<u8> {
    let mut numbers = Vec::with_capacity(4 * network.parameters());
    // Sorted, so that their order does not depend on the features of serde_json.
    let mut header = BTreeMap::from([(METADATA.to_owned(), metadata(network))]);
    for (number, layer) in (1..).zip(network.layers()) {
        let (name, shape, kernel) = match layout {
            Layout::PyTorch => (
                format!("layer{number}.weight"),
                [layer.units, layer.inputs],
                transposed(&layer.kernel, layer.inputs, layer.units),
            ),
            Layout::Keras => (
                format!("layer{number}/kernel"),
                [layer.inputs, layer.units],
                layer.kernel.clone(),
            ),
        };
        header.insert(name, append(&mut numbers, &kernel, &shape));
        header.insert(
            bias_name(number, layout),
            append(&mut numbers, &layer.bias, &[layer.units]),
        );
    }
    let mut header = Value::Object(header.into_iter().collect()).to_string();
    // The numbers start at a multiple of 8 bytes.
    let length = header.len().next_multiple_of(LENGTH_BYTES);
    header.extend(std::iter::repeat_n(' ', length - header.len()));
    let mut file = (length as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(numbers);
    file
}

fn bias_name(number: usize, layout: Layout) -> String {
    match layout {
        Layout::PyTorch => format!("layer{number}.bias"),
        Layout::Keras => format!("layer{number}/bias"),
    }
}

/// Appends a tensor to the numbers, and describes it.
fn append(numbers: &mut Vec<u8>, values: &[f32], shape: &[usize]) -> Value {
    let start = numbers.len();
    numbers.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    json!({ "data_offsets": [start, numbers.len()], "dtype": "F32", "shape": shape })
}

/// The description, and what transformers and other programs look for: that `PyTorch` can load the tensors.
fn metadata(network: &Network) -> Value {
    let mut texts = about::description(network);
    texts.push(("format", "pt".to_owned()));
    texts.sort_unstable();
    let texts = texts.into_iter();
    let texts = texts.map(|(key, text)| (key.to_owned(), Value::String(text)));
    Value::Object(texts.collect())
}
