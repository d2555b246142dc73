//! Why a model could not be read, written or run.

use std::path::PathBuf;

use burn::store::RecordError;
use burn::tensor::TensorReadError;

/// Why a model could not be read, written or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum ModelError {
    #[error("{path}: cannot read the model")]
    Read { path: PathBuf, source: RecordError },
    #[error("{path}: the weights do not fit a network of {hidden_units:?} hidden units")]
    Shape {
        path: PathBuf,
        hidden_units: [usize; 2],
        source: RecordError,
    },
    #[error("{path}: {name}: expected numbers of type F32, found others")]
    WeightType { path: PathBuf, name: String },
    #[error("{path}: cannot write the model")]
    Write { path: PathBuf, source: RecordError },
    #[error("cannot write the optimizer's state to memory")]
    Record(#[from] RecordError),
    #[error("the device did not hand back its result")]
    Device(#[from] TensorReadError),
    #[error("{path}: cannot read the weights")]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path}: not the weights that `app weights --json` prints")]
    Json {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{path}: {name}: expected shape {expected:?}, found {found:?}")]
    WeightShape {
        path: PathBuf,
        name: &'static str,
        expected: Vec<usize>,
        found: Vec<usize>,
    },
    #[error("{path}: {name}: expected finite numbers, found {found}")]
    NonFiniteWeight {
        path: PathBuf,
        name: &'static str,
        found: f32,
    },
}
