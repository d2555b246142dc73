//! Errors of reading, writing and running a model.

use std::path::PathBuf;

use burn::store::RecordError;
use burn::tensor::TensorReadError;

/// Why a model could not be read, written or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A burnpack file is missing, unreadable or damaged.
    #[error("{path}: cannot read the model")]
    Read {
        /// The file.
        path: PathBuf,
        /// Burn's error.
        source: RecordError,
    },
    /// A burnpack file holds a network of another shape.
    #[error(
        "{path}: the weights do not fit a network of {hidden_units:?} hidden units and {}",
        if *outputs == 1 { "one output".to_owned() } else { format!("{outputs} outputs") }
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// Units of the hidden layers of the network that was expected.
        hidden_units: [usize; 2],
        /// Outputs of the network that was expected.
        outputs: usize,
        /// Burn's error, which names the parameter.
        source: RecordError,
    },
    /// A burnpack file holds a tensor whose elements are not f32.
    #[error("{path}: {name}: expected numbers of type F32, found another type")]
    WeightType {
        /// The file.
        path: PathBuf,
        /// The tensor's name in the file.
        name: String,
    },
    /// A burnpack file could not be written.
    #[error("{path}: cannot write the model")]
    Write {
        /// The file.
        path: PathBuf,
        /// Burn's error.
        source: RecordError,
    },
    /// The optimizer's state could not be serialized.
    #[error("cannot serialize the optimizer's state")]
    Record(#[from] RecordError),
    /// The device failed to return a tensor's values.
    #[error("cannot read a tensor back from the device")]
    Device(#[from] TensorReadError),
    /// A JSON file of weights is missing or unreadable.
    #[error("{path}: cannot read the weights")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A JSON file is not an object with the six parameters.
    #[error("{path}: expected a JSON object with the network's six parameters")]
    Json {
        /// The file.
        path: PathBuf,
        /// The JSON parser's error, with line and column.
        source: serde_json::Error,
    },
    /// A parameter in a JSON file has another shape than the network's.
    #[error("{path}: {name}: expected shape {expected:?}, found {found:?}")]
    WeightShape {
        /// The file.
        path: PathBuf,
        /// The parameter, such as `layer1.weight`.
        name: &'static str,
        /// The network's shape.
        expected: Vec<usize>,
        /// The shape in the file; of rows of different lengths, the first that differs.
        found: Vec<usize>,
    },
    /// A weight in a JSON file is too large for an f32.
    #[error("{path}: {name}: expected finite numbers, found {found}")]
    NonFiniteWeight {
        /// The file.
        path: PathBuf,
        /// The parameter, such as `layer1.weight`.
        name: &'static str,
        /// The value as an f32.
        found: f32,
    },
}
