//! Errors of reading, writing and running a model.

use std::path::PathBuf;

use burn::store::RecordError;
use burn::tensor::TensorReadError;

/// Why a model could not be read, written or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file of weights is neither burnpack nor JSON.
    #[error(
        "{path}: expected weights, as a burnpack file (.bpk) or as a JSON object, {}",
        start(found)
    )]
    NotWeights {
        /// The file.
        path: PathBuf,
        /// Its first bytes.
        found: Vec<u8>,
    },
    /// A burnpack file has a newer version than this program knows.
    #[error("{path}: the burnpack file was written by a newer version of Burn")]
    BurnpackVersion {
        /// The file.
        path: PathBuf,
    },
    /// A burnpack file is damaged or cut short.
    #[error("{path}: the burnpack file is damaged or cut short; copy it again")]
    DamagedBurnpack {
        /// The file.
        path: PathBuf,
    },
    /// Burn cannot read one of its files.
    #[error("{path}: cannot read the model")]
    Read {
        /// The file.
        path: PathBuf,
        /// Burn's error.
        source: RecordError,
    },
    /// A burnpack file holds a network of another shape.
    #[error(
        "{path}: the weights do not fit a network of {hidden_units:?} hidden units and {outputs} output{}: {name}: \
         expected shape {expected:?}, found {found:?}",
        if *outputs == 1 { "" } else { "s" }
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// Units of the hidden layers of the network that was expected.
        hidden_units: [usize; 2],
        /// Its outputs.
        outputs: usize,
        /// The parameter, such as `layer1.weight`.
        name: &'static str,
        /// The network's shape.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A burnpack file lacks a parameter of the network.
    #[error("{path}: expected the network's six parameters, found no {name}")]
    MissingWeight {
        /// The file.
        path: PathBuf,
        /// The parameter, such as `layer1.weight`.
        name: &'static str,
    },
    /// A burnpack file holds a tensor that is no parameter of the network.
    #[error("{path}: expected the network's six parameters, found also {name}")]
    UnknownWeight {
        /// The file.
        path: PathBuf,
        /// The tensor's name in the file.
        name: String,
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
    /// A file of weights is missing or unreadable.
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

/// What a file starts with.
fn start(found: &[u8]) -> String {
    if found.is_empty() {
        return "found an empty file".to_owned();
    }
    format!("found a file that starts with {found:02x?}")
}
