//! The weights and biases of networks as the text of arrays, and read again.
//!
//! Floats are written with the fewest digits that are read as the same float, and weights unit by unit, because a unit's
//! sum takes them in this order. Both languages have the same names, Rust's in capitals.

use std::str::FromStr;

use crate::error::InteropError;
use crate::format::{Format, Precision};
use crate::named_array::transposed;
use crate::network::{LAYERS, Layer, Network};

use super::int8::{Int8Weights, dequantize, of_units, quantize};

/// The most columns of a line.
pub(super) const COLUMNS: usize = 100;

/// The name of the array of digits.
pub(super) const DIGITS: &str = "digits";

/// The text of an array.
pub(super) struct Constant {
    /// The name, in small letters.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) length: usize,
    /// The lines between the brackets.
    pub(super) lines: String,
}

/// The type of an array's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 32-bit floats.
    Float,
    /// 8-bit integers.
    Integer,
}

/// The name of an array of a layer, both counted from 1, such as `network1_layer2_biases`.
pub(super) fn name(network: usize, layer: usize, array: &str) -> String {
    format!("network{network}_layer{layer}_{array}")
}

/// The arrays of all networks, floats with this suffix.
pub(super) fn arrays(networks: &[Network], precision: Precision, suffix: &str) -> Vec<Constant> {
    let mut arrays = Vec::new();
    for (network, layers) in (1..).zip(networks.iter().map(Network::layers)) {
        for (layer, values) in (1..).zip(layers) {
            let name = |array| name(network, layer, array);
            let floats = |array, values: &[f32], row| {
                let texts = values.iter().map(|value| format!("{value:?}{suffix}"));
                constant(name(array), Kind::Float, &texts.collect::<Vec<_>>(), row)
            };
            let weights = of_units(values);
            match precision {
                Precision::F32 => arrays.push(floats("weights", &weights, values.inputs)),
                Precision::Int8 => {
                    let Int8Weights { integers, scales } = quantize(&weights, values.inputs);
                    let texts: Vec<String> = integers.iter().map(i8::to_string).collect();
                    let name = name("weights");
                    arrays.push(constant(name, Kind::Integer, &texts, values.inputs));
                    arrays.push(floats("scales", &scales, values.units));
                }
            }
            arrays.push(floats("biases", &values.bias, values.units));
        }
    }
    arrays
}

/// An array in rows of this many numbers, each of which begins a line.
fn constant(name: String, kind: Kind, numbers: &[String], row: usize) -> Constant {
    let lines = numbers.chunks(row).map(lines);
    Constant {
        name,
        kind,
        length: numbers.len(),
        lines: lines.collect(),
    }
}

/// Numbers in indented lines.
fn lines(numbers: &[String]) -> String {
    let mut text = String::new();
    let mut width = COLUMNS;
    for number in numbers {
        // A space and a comma.
        let needed = number.len() + 2;
        if width + needed > COLUMNS {
            text.push_str(if text.is_empty() { "   " } else { "\n   " });
            width = 3;
        }
        text.push(' ');
        text.push_str(number);
        text.push(',');
        width += needed;
    }
    text.push('\n');
    text
}

/// Reads the array of digits.
pub(super) fn digits(source: &str, format: Format) -> Result<Vec<u8>, InteropError> {
    numbers(&source.to_ascii_lowercase(), DIGITS, format)
}

/// Reads all networks, without their digits.
pub(super) fn networks(source: &str, format: Format) -> Result<Vec<Network>, InteropError> {
    let source = source.to_ascii_lowercase();
    let exists = |network: &usize| declared(&source, &name(*network, 1, "weights")).is_some();
    let networks = (1..).take_while(exists).map(|network| {
        let layers = (1..=LAYERS).map(|layer| read_layer(&source, network, layer, format));
        Network::new(layers.collect::<Result<_, _>>()?)
    });
    let networks: Vec<Network> = networks.collect::<Result<_, _>>()?;
    if networks.is_empty() {
        return Err(InteropError::damaged(format, "it has no weights"));
    }
    Ok(networks)
}

fn read_layer(
    source: &str,
    network: usize,
    layer: usize,
    format: Format,
) -> Result<Layer, InteropError> {
    let name = |array| name(network, layer, array);
    let bias: Vec<f32> = numbers(source, &name("biases"), format)?;
    let scales = name("scales");
    let weights = if declared(source, &scales).is_some() {
        let integers = numbers(source, &name("weights"), format)?;
        let scales: Vec<f32> = numbers(source, &scales, format)?;
        if scales.len() != bias.len() {
            return Err(InteropError::damaged(
                format,
                "scales and biases are not as many",
            ));
        }
        dequantize(&Int8Weights { integers, scales })
    } else {
        numbers(source, &name("weights"), format)?
    };
    let units = bias.len();
    let inputs = weights.len() / units.max(1);
    if units * inputs != weights.len() {
        let reason = format!(
            "layer {layer} has {} weights for {units} units",
            weights.len()
        );
        return Err(InteropError::damaged(format, reason));
    }
    Ok(Layer {
        inputs,
        units,
        kernel: transposed(&weights, units, inputs),
        bias,
    })
}

/// The text after the name of an array where it is declared, as `name[2] = {` in C and `name: [f32; 2] = [` in Rust.
fn declared<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    let found = |start: String| Some(source.split_once(&start)?.1);
    found(format!(" {name}[")).or_else(|| found(format!(" {name}: [")))
}

/// Reads the numbers of an array.
fn numbers<T: FromStr>(source: &str, name: &str, format: Format) -> Result<Vec<T>, InteropError> {
    let damaged = |what: &str| InteropError::damaged(format, format!("{what} {name}"));
    let declared = declared(source, name).ok_or_else(|| damaged("it lacks"))?;
    let body = declared.split_once(" = ").map(|(_, body)| body);
    let body = body.and_then(|body| body.strip_prefix(['{', '[']));
    let body = body.and_then(|body| body.split_once(['}', ']']));
    let (body, _) = body.ok_or_else(|| damaged("there are no brackets around"))?;
    let texts = body.split(',').map(str::trim);
    let texts = texts.filter(|text| !text.is_empty());
    let numbers = texts.map(|text| text.trim_end_matches('f').parse());
    let numbers: Result<Vec<T>, _> = numbers.collect();
    numbers.map_err(|_| damaged("there is something else than a number in"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_begins_a_line_and_no_line_is_too_long() {
        let numbers = vec!["-0.12345678f".to_owned(); 30];
        let array = constant("weights".to_owned(), Kind::Float, &numbers, 15);
        let lines: Vec<&str> = array.lines.lines().collect();
        // 4 columns, then 14 for each number but for the space of the last: 6 to a line, and 3 in the last of a row.
        let columns: Vec<usize> = lines.iter().map(|line| line.len()).collect();
        assert_eq!(columns, [87, 87, 45, 87, 87, 45]);
        assert!(
            lines
                .iter()
                .all(|line| line.starts_with("    -0.12345678f,"))
        );
    }

    #[test]
    fn numbers_are_read_in_both_languages_and_damage_is_named() {
        let read = |text: &str| numbers::<f32>(text, "biases", Format::C);
        let expected = [0.5, -0.0, 1e-45];
        for text in [
            "static const float biases[3] = {\n    0.5f, -0.0f,\n    1e-45f,\n};\n",
            "static biases: [f32; 3] = [\n    0.5, -0.0,\n    1e-45,\n];\n",
        ] {
            let found = read(text).unwrap();
            assert_eq!(
                found.iter().map(|one| one.to_bits()).collect::<Vec<_>>(),
                expected.map(f32::to_bits)
            );
        }
        for (text, message) in [
            ("static const float weights[1] = {1.0f};", "it lacks biases"),
            ("static const float biases[1] = {1.0f", "no brackets"),
            ("static const float biases[1]", "no brackets"),
            (
                "static const float biases[1] = {1.0f, x};",
                "something else",
            ),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
