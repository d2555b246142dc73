//! Arrays with names become the layers of a network, whatever the program that wrote them calls them.
//!
//! A kernel has two dimensions and a bias one. Their order is that of their names, in which numbers count as numbers
//! (`layer2` before `layer10`), or else the only one in which each layer takes what the one before gives. Whether kernels
//! are `[inputs, units]`, as in Keras, or `[units, inputs]`, as in `PyTorch`, follows from the 400 inputs of the first.

use std::cmp::Ordering;

use data::{NumberArray, PIXELS};

use crate::error::InteropError;
use crate::network::{LAYERS, Layer, MAX_OUTPUTS, Network};

/// The most numbers of all arrays in a file that are decoded; a first layer of 65,536 units has 26 million.
pub(crate) const MAX_NUMBERS: u64 = 32 * 1024 * 1024;

/// The most arrays that an error lists.
const MOST_LISTED: usize = 12;

/// An array of numbers with a name, in C order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NamedArray {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    /// As many as the product of `shape`, the last index fastest.
    pub(crate) values: Vec<f32>,
}

impl NamedArray {
    /// Rounds the numbers of an array to 32 bits.
    ///
    /// # Errors
    ///
    /// [`InteropError::Unsupported`] if they are integers.
    pub(crate) fn new(name: &str, array: NumberArray) -> Result<Self, InteropError> {
        if !array.is_float {
            return Err(InteropError::Unsupported {
                what: format!("its array {name:?} has integers, and weights are floats"),
                instead: "save the weights as arrays of 32-bit floats",
            });
        }
        let shape = array.shape.into_iter();
        // Longer dimensions than an address holds are those of an empty array.
        let shape = shape.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest")]
        let values = array.values.into_iter().map(|value| value as f32);
        Ok(Self {
            name: name.to_owned(),
            shape: shape.collect(),
            values: values.collect(),
        })
    }
}

/// Which way round the kernels of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kernels {
    InputsUnits,
    UnitsInputs,
}

/// Makes the network of three kernels and three biases, in any order.
///
/// # Errors
///
/// [`InteropError::Arrays`] if there are others, or no order in which they fit each other; those of [`Network::new`].
pub(crate) fn network_of(mut arrays: Vec<NamedArray>) -> Result<Network, InteropError> {
    arrays.sort_by(|one, other| natural_order(&one.name, &other.name));
    let (kernels, biases): (Vec<&NamedArray>, Vec<&NamedArray>) = {
        let known = arrays.iter().filter(|array| array.shape.len() <= 2);
        known.partition(|array| array.shape.len() == 2)
    };
    if kernels.len() + biases.len() < arrays.len()
        || biases.iter().any(|bias| bias.shape.len() != 1)
    {
        return Err(other_arrays(&arrays));
    }
    if kernels.len() != LAYERS && kernels.len() == biases.len() && !kernels.is_empty() {
        let way = way_round(&kernels).unwrap_or(Kernels::InputsUnits);
        let found = kernels.iter().map(|kernel| sizes(kernel, way)).collect();
        return Err(InteropError::LayerCount { found });
    }
    let (Ok(kernels), Ok(biases)) = (
        <[&NamedArray; LAYERS]>::try_from(kernels),
        <[&NamedArray; LAYERS]>::try_from(biases),
    ) else {
        return Err(other_arrays(&arrays));
    };
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for order in orders {
        let kernels = order.map(|at| kernels[at]);
        let biases = order.map(|at| biases[at]);
        for way in [Kernels::InputsUnits, Kernels::UnitsInputs] {
            if is_chain(kernels, way) && biases_fit(kernels, biases, way) {
                let layers = kernels.into_iter().zip(biases);
                return Network::new(
                    layers
                        .map(|(kernel, bias)| layer(kernel, bias, way))
                        .collect(),
                );
            }
        }
    }
    misfit(kernels, &arrays)
}

/// The error of three kernels that do not fit each other.
fn misfit(kernels: [&NamedArray; LAYERS], arrays: &[NamedArray]) -> Result<Network, InteropError> {
    let Some(way) = way_round(&kernels) else {
        let first = kernels[0].shape.iter().max().copied();
        return Err(InteropError::Inputs {
            found: first.unwrap_or_default(),
        });
    };
    let all = kernels.map(|kernel| sizes(kernel, way));
    for (layer, pair) in (2..).zip(all.windows(2)) {
        if pair[0][1] != pair[1][0] {
            return Err(InteropError::LayerInputs {
                layer,
                expected: pair[0][1],
                found: pair[1][0],
            });
        }
    }
    let [.., [_, outputs]] = all;
    if outputs > MAX_OUTPUTS {
        return Err(InteropError::Outputs { found: outputs });
    }
    Err(other_arrays(arrays))
}

/// Which way round the kernels are, by the first that has a side of 400.
fn way_round(kernels: &[&NamedArray]) -> Option<Kernels> {
    kernels.iter().find_map(|kernel| match kernel.shape[..] {
        [PIXELS, _] => Some(Kernels::InputsUnits),
        [_, PIXELS] => Some(Kernels::UnitsInputs),
        _ => None,
    })
}

/// Inputs and units of a kernel.
fn sizes(kernel: &NamedArray, way: Kernels) -> [usize; 2] {
    let [rows, columns] = [kernel.shape[0], kernel.shape[1]];
    match way {
        Kernels::InputsUnits => [rows, columns],
        Kernels::UnitsInputs => [columns, rows],
    }
}

fn is_chain(kernels: [&NamedArray; LAYERS], way: Kernels) -> bool {
    let [first, second, third] = kernels.map(|kernel| sizes(kernel, way));
    first[0] == PIXELS && second[0] == first[1] && third[0] == second[1] && third[1] <= MAX_OUTPUTS
}

/// Says whether each bias has as many numbers as its kernel has units.
fn biases_fit(kernels: [&NamedArray; LAYERS], biases: [&NamedArray; LAYERS], way: Kernels) -> bool {
    let mut pairs = kernels.iter().zip(biases);
    pairs.all(|(kernel, bias)| bias.shape[0] == sizes(kernel, way)[1])
}

fn layer(kernel: &NamedArray, bias: &NamedArray, way: Kernels) -> Layer {
    let [inputs, units] = sizes(kernel, way);
    Layer {
        inputs,
        units,
        kernel: match way {
            Kernels::InputsUnits => kernel.values.clone(),
            Kernels::UnitsInputs => transposed(&kernel.values, units, inputs),
        },
        bias: bias.values.clone(),
    }
}

/// The transpose of an array `[rows, columns]`.
pub(crate) fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let of_column = |column| (0..rows).map(move |row| values[row * columns + column]);
    (0..columns).flat_map(of_column).collect()
}

/// Compares names part by part: numbers as numbers, other characters as they are.
fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (parts(one), parts(other));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(one), Some(other)) => match one.cmp(&other) {
                Ordering::Equal => {}
                different => return different,
            },
        }
    }
}

/// A run of digits as its length and digits, without leading zeros, so that longer is larger; or a run of others.
fn parts(name: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number);
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        let number = part.trim_start_matches('0');
        Some(if is_number {
            (number.len() + 1, number)
        } else {
            (usize::MAX, part)
        })
    })
}

fn other_arrays(arrays: &[NamedArray]) -> InteropError {
    let listed = arrays.iter().take(MOST_LISTED);
    let mut found: Vec<String> = listed
        .map(|array| format!("{:?} {:?}", array.name, array.shape))
        .collect();
    if arrays.len() > MOST_LISTED {
        found.push("...".to_owned());
    }
    let found = if found.is_empty() {
        "there are none".to_owned()
    } else {
        found.join(", ")
    };
    InteropError::Arrays { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::test_support::network;

    /// The arrays of a network with these names for each layer, kernels as Keras has them.
    fn arrays(network: &Network, names: [&str; LAYERS]) -> Vec<NamedArray> {
        let layers = network.layers().iter().zip(names);
        let pair = layers.flat_map(|(layer, name)| {
            [
                NamedArray {
                    name: format!("{name}/kernel"),
                    shape: vec![layer.inputs, layer.units],
                    values: layer.kernel.clone(),
                },
                NamedArray {
                    name: format!("{name}/bias"),
                    shape: vec![layer.units],
                    values: layer.bias.clone(),
                },
            ]
        });
        pair.collect()
    }

    fn as_pytorch(arrays: Vec<NamedArray>) -> Vec<NamedArray> {
        let turned = arrays.into_iter().map(|array| match array.shape[..] {
            [rows, columns] => NamedArray {
                values: transposed(&array.values, rows, columns),
                shape: vec![columns, rows],
                ..array
            },
            _ => array,
        });
        turned.collect()
    }

    #[test]
    fn both_layouts_and_any_names_and_order_give_the_same_network() {
        for sizes in [
            [25, 15, 1],
            [15, 15, 10],
            [400, 10, 10],
            [400, 400, 1],
            [1, 1, 1],
            [10, 10, 10],
        ] {
            let expected = network(sizes);
            for names in [
                ["layer1", "layer2", "layer3"],
                ["dense", "dense_1", "dense_2"],
                ["dense_9", "dense_10", "dense_11"],
                ["0", "2", "4"],
                ["fc1", "fc2", "out"],
            ] {
                let mut keras = arrays(&expected, names);
                keras.reverse();
                let pytorch = as_pytorch(keras.clone());
                assert_eq!(network_of(keras).unwrap(), expected, "{sizes:?} {names:?}");
                assert_eq!(
                    network_of(pytorch).unwrap(),
                    expected,
                    "{sizes:?} {names:?}"
                );
            }
        }
    }

    #[test]
    fn names_in_another_order_are_put_in_the_only_one_that_fits() {
        let expected = network([25, 15, 10]);
        let found = network_of(arrays(&expected, ["input", "hidden", "output"]));
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn transposing_swaps_rows_and_columns() {
        assert_eq!(
            transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3),
            [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
        );
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_named() {
        let names = ["layer1", "layer2", "layer3"];
        let all = arrays(&network([25, 15, 1]), names);
        let error = |arrays: Vec<NamedArray>| network_of(arrays).unwrap_err().to_string();
        assert!(error(all[..5].to_vec()).contains("\"layer3/kernel\" [15, 1]"));
        assert!(error(all[..4].to_vec()).contains("2 layers (400 x 25, 25 x 15)"));
        assert!(error(Vec::new()).contains("none"));
        let mut other = all.clone();
        other[2].shape = vec![24, 15];
        assert!(error(other).contains("layer 2 takes 24 inputs"));
        let mut large = all.clone();
        large[0].shape = vec![784, 25];
        assert!(error(large).contains("784"));
        let mut cube = all;
        cube[0].shape = vec![3, 3, 1];
        assert!(error(cube).contains("[3, 3, 1]"));
    }
}
