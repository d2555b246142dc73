//! The course's MATLAB file, `.mat` of version 5: `Theta1`, `Theta2` and `Theta3`, each `[units, 1 + inputs]` with the biases
//! in the first column.
//!
//! The rows of the last are in the order of the outputs, whose digits are in a variable `digits`. Without one, ten rows are
//! those of the course, 1 to 9 and then 0, because MATLAB counts from 1; such outputs are put into the order 0 to 9. A
//! variable `digits` that is empty says that they are not known.

mod mat;

use data::NumberArray;

use crate::about::{self, DIGITS, PRODUCER};
use crate::error::InteropError;
use crate::format::Format;
use crate::named_array::MAX_NUMBERS;
use crate::network::{LAYERS, Layer, Network};
use crate::theta::mat::Variable;

/// The names of the layers' arrays begin with it.
const THETA: &str = "Theta";

/// The most layers that an error lists.
const MOST_LAYERS: usize = 10;

/// The outputs of the course's networks, one for each digit.
const COURSE_OUTPUTS: usize = 10;

/// Reads the network of a MATLAB file.
///
/// # Errors
///
/// [`InteropError::Damaged`] if it is damaged, [`InteropError::Arrays`] if it has no such arrays,
/// [`InteropError::Unsupported`] if they are those of a network with one hidden layer, as the course's, or turned, and those
/// of [`Network::new`].
pub(crate) fn read(bytes: &[u8]) -> Result<Network, InteropError> {
    let arrays = data::read_mat_arrays("the file", bytes.to_vec(), MAX_NUMBERS);
    let arrays = arrays.map_err(|error| InteropError::of_data(Format::Mat, &error))?;
    let thetas = thetas(&arrays)?;
    if let [first, second] = thetas[..] {
        return Err(one_hidden_layer(first, second));
    }
    let mut layers = Vec::new();
    for (number, theta) in (1..).zip(thetas) {
        layers.push(layer(number, theta)?);
    }
    match only(&arrays, DIGITS)? {
        Some(digits) if digits.values.is_empty() => Network::new(layers),
        Some(digits) => about::with_digits_of(Network::new(layers)?, Some(&texts(digits))),
        None => of_course(layers),
    }
}

/// The arrays `Theta1`, `Theta2` and so on, in order.
fn thetas(arrays: &[(String, NumberArray)]) -> Result<Vec<&NumberArray>, InteropError> {
    let mut thetas = Vec::new();
    while thetas.len() < MOST_LAYERS
        && let Some(theta) = only(arrays, &format!("{THETA}{}", thetas.len() + 1))?
    {
        thetas.push(theta);
    }
    if thetas.len() < 2 {
        let found = arrays
            .iter()
            .map(|(name, array)| format!("{name:?} {:?}", array.shape));
        let found: Vec<String> = found.take(LAYERS * 4).collect();
        return Err(InteropError::Arrays {
            found: match found.len() {
                0 => "there are none".to_owned(),
                _ => found.join(", "),
            },
        });
    }
    Ok(thetas)
}

/// The array of a name, if there is one.
fn only<'a>(
    arrays: &'a [(String, NumberArray)],
    name: &str,
) -> Result<Option<&'a NumberArray>, InteropError> {
    let mut named = arrays.iter().filter(|(found, _)| found == name);
    let first = named.next().map(|(_, array)| array);
    if named.next().is_some() {
        let reason = format!("it has two variables named {name}");
        return Err(InteropError::damaged(Format::Mat, reason));
    }
    Ok(first)
}

/// The error of the course's own `ex4weights.mat`.
fn one_hidden_layer(first: &NumberArray, second: &NumberArray) -> InteropError {
    let [hidden, outputs] = [first, second].map(|theta| theta.shape.first().copied());
    InteropError::Unsupported {
        what: format!(
            "it has one hidden layer of {} units and {} outputs, but networks here have two hidden layers",
            hidden.unwrap_or(0),
            outputs.unwrap_or(0)
        ),
        instead: "train a network with two, and save Theta1, Theta2 and Theta3",
    }
}

/// Takes the biases from the first column, and the kernel `[inputs, units]` from the others.
fn layer(number: usize, theta: &NumberArray) -> Result<Layer, InteropError> {
    // As long as the array itself, which is in memory.
    let shape = theta
        .shape
        .iter()
        .map(|&length| usize::try_from(length).unwrap_or(usize::MAX));
    let shape: Vec<usize> = shape.collect();
    let (units, columns) = match shape[..] {
        [401, columns] if number == 1 && columns != 401 => {
            return Err(InteropError::Unsupported {
                what: format!("its Theta1 is 401 x {columns}, and has a row for each unit here"),
                instead: "save the transposed arrays",
            });
        }
        [units, columns] if columns > 0 => (units, columns),
        _ => {
            let found = format!("{THETA}{number} is {shape:?}");
            return Err(InteropError::Arrays { found });
        }
    };
    #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest")]
    let number = |unit: usize, column: usize| theta.values[unit * columns + column] as f32;
    let weights = (1..columns).flat_map(|column| (0..units).map(move |unit| (unit, column)));
    Ok(Layer {
        inputs: columns - 1,
        units,
        kernel: weights.map(|(unit, column)| number(unit, column)).collect(),
        bias: (0..units).map(|unit| number(unit, 0)).collect(),
    })
}

/// The numbers of `digits` as a description has them; 10 means 0, as everywhere in the course.
fn texts(digits: &NumberArray) -> String {
    let text = |digit: &f64| match digit.to_string() {
        ten if ten == "10" => "0".to_owned(),
        other => other,
    };
    let texts: Vec<String> = digits.values.iter().map(text).collect();
    texts.join(",")
}

/// A network without `digits`: ten outputs are 1 to 9 and then 0, which are put in order.
fn of_course(mut layers: Vec<Layer>) -> Result<Network, InteropError> {
    let is_course = layers
        .last()
        .is_some_and(|layer| layer.units == COURSE_OUTPUTS);
    if !is_course {
        return Network::new(layers);
    }
    if let Some(last) = layers.last_mut() {
        for of_input in last.kernel.chunks_exact_mut(COURSE_OUTPUTS) {
            of_input.rotate_right(1);
        }
        last.bias.rotate_right(1);
    }
    Network::new(layers)?.with_digits(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
}

/// Makes the file of a network, not compressed.
///
/// # Errors
///
/// [`InteropError::NotWritten`] if an array is larger than the format's limit of 4 GiB.
pub(crate) fn write(network: &Network) -> Result<Vec<u8>, InteropError> {
    let mut file = mat::header(&format!(
        "{PRODUCER}; Theta [units, 1 + inputs], bias first; pixels column by column"
    ));
    // First, so that a file that is cut short after an array is not read as a whole one without digits.
    let digits = network.digits().unwrap_or_default();
    let variable = Variable {
        name: DIGITS,
        shape: [1, digits.len()],
        columns: digits.iter().map(|&digit| digit.into()).collect(),
    };
    mat::append(&mut file, &variable)?;
    for (number, layer) in (1..).zip(network.layers()) {
        let biases = layer.bias.iter();
        // A row of the kernel has the weights of one input, and so is a column of Theta.
        let columns = biases.chain(&layer.kernel).map(|&number| f64::from(number));
        let variable = Variable {
            name: &format!("{THETA}{number}"),
            shape: [layer.units, 1 + layer.inputs],
            columns: columns.collect(),
        };
        mat::append(&mut file, &variable)?;
    }
    Ok(file)
}
