//! Why a file of weights cannot be read or written.

use data::DataError;
use thiserror::Error;

use crate::format::Format;

/// The most sizes of layers that an error lists.
const MOST_LISTED: usize = 8;

/// A file of weights that cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InteropError {
    /// The network has other than three layers.
    #[error("it has {} ({}), but networks here have 3: 400 inputs, two hidden layers, the outputs", layers(found.len()), sizes(found))]
    LayerCount {
        /// Inputs and units of each layer.
        found: Vec<[usize; 2]>,
    },
    /// The first layer does not take 400 inputs.
    #[error("its first layer takes {found} inputs, but the images here have 400 pixels (20 x 20){}", hint(*found))]
    Inputs {
        /// Its inputs.
        found: usize,
    },
    /// A layer does not take what the one before gives.
    #[error("layer {layer} takes {found} inputs, but layer {} has {expected} units; is its kernel transposed?", layer - 1)]
    LayerInputs {
        /// The number of the layer, from 1.
        layer: usize,
        /// The units of the layer before.
        expected: usize,
        /// Its inputs.
        found: usize,
    },
    /// A layer has no units.
    #[error("layer {layer} has no units")]
    Units {
        /// The number of the layer, from 1.
        layer: usize,
    },
    /// The network has more outputs than there are digits.
    #[error("its last layer has {found} outputs, but there are 10 digits")]
    Outputs {
        /// Its outputs.
        found: usize,
    },
    /// The numbers of weights and biases are not those of the sizes.
    #[error("layer {layer} has {} inputs and {} units, but {} weights and {} biases", sizes[0], sizes[1], lengths[0], lengths[1])]
    Length {
        /// The number of the layer, from 1.
        layer: usize,
        /// Its inputs and units.
        sizes: [usize; 2],
        /// Its weights and biases.
        lengths: [usize; 2],
    },
    /// A weight or bias is NaN or infinite.
    #[error("layer {layer} has a weight or bias that is NaN or infinite")]
    NonFinite {
        /// The number of the layer, from 1.
        layer: usize,
    },
    /// The digits do not fit the outputs.
    #[error(
        "the digits {found:?} do not fit a network with {outputs} output(s): 1 output tells two digits apart, more outputs one each"
    )]
    Digits {
        /// The digits.
        found: Vec<u8>,
        /// The outputs of the network.
        outputs: usize,
    },
    /// The description of a file has digits that are none.
    #[error("its description names the digits {found:?}, which is no list such as \"0,1\"")]
    DigitsText {
        /// The first characters.
        found: String,
    },
    /// The layers cannot be told from the arrays.
    #[error("its arrays are not the kernels and biases of three layers: {found}")]
    Arrays {
        /// The names and shapes that were found, and what is missing.
        found: String,
    },
    /// A file is of another format than expected, or of none that is known.
    #[error(
        "the format is not known: it begins with {found:02x?}; known are {}",
        crate::format::readable()
    )]
    UnknownFormat {
        /// The first bytes.
        found: Vec<u8>,
    },
    /// The file is recognized, but holds something else than weights, or in a way that cannot be read.
    #[error("{what}; {instead}")]
    Unsupported {
        /// What it is.
        what: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// The file is damaged or cut short.
    #[error("it is no intact {format} file: {reason}")]
    Damaged {
        /// The format that it seems to have.
        format: Format,
        /// What is wrong.
        reason: String,
    },
    /// An archive or an array is larger than any network here.
    #[error("it announces {found} bytes, and at most {limit} are read")]
    TooLarge {
        /// The bytes that it announces or holds.
        found: u64,
        /// The most bytes that are read.
        limit: u64,
    },
    /// Several networks cannot be written to one file of this format.
    #[error("{format} holds one network; several can be written as onnx, c or rust")]
    Several {
        /// The format.
        format: Format,
    },
    /// There is no network to write.
    #[error("there is no network to write")]
    NoNetwork,
    /// Several networks do not have the same outputs and digits.
    #[error("the networks do not tell the same digits apart")]
    OtherDigits,
    /// A network is too large for a format.
    #[error("it cannot be written as {format}: {reason}")]
    NotWritten {
        /// The format.
        format: Format,
        /// What does not fit.
        reason: String,
    },
}

impl InteropError {
    /// The error of a damaged file.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a closure passes the error that it gets"
    )]
    pub(crate) fn damaged(format: Format, reason: impl ToString) -> Self {
        Self::Damaged {
            format,
            reason: reason.to_string(),
        }
    }

    /// The error of arrays in a file of a format.
    pub(crate) fn of_data(format: Format, error: &DataError) -> Self {
        match error {
            DataError::InFile { cause, .. } if matches!(**cause, DataError::ArrayType { .. }) => {
                Self::Unsupported {
                    what: error.to_string(),
                    instead: "save the weights as arrays of 32-bit floats",
                }
            }
            _ => Self::damaged(format, error),
        }
    }
}

fn layers(count: usize) -> String {
    match count {
        1 => "1 layer".to_owned(),
        _ => format!("{count} layers"),
    }
}

/// Lists sizes as `400 x 25, 25 x 15`.
fn sizes(found: &[[usize; 2]]) -> String {
    let listed = found.iter().take(MOST_LISTED);
    let mut sizes: Vec<String> = listed
        .map(|[inputs, units]| format!("{inputs} x {units}"))
        .collect();
    if found.len() > MOST_LISTED {
        sizes.push("...".to_owned());
    }
    sizes.join(", ")
}

/// What a number of inputs suggests.
fn hint(inputs: usize) -> &'static str {
    match inputs {
        784 => "; train it on images resized to 20 x 20, as `app data` shows them",
        401 => "; the bias belongs into an array of its own, unless it is a MATLAB Theta",
        _ => "",
    }
}
