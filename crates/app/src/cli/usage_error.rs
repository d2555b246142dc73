//! Command lines that ask for something impossible.

use std::path::PathBuf;

/// Why a command line cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error("--tui needs a terminal on standard output; leave it out")]
    #[cfg(feature = "tui")]
    DashboardWithoutTerminal,
    #[error("nothing to predict: name picture files, or rows as --index 0,500")]
    NothingToPredict,
    #[error("expected one image: a picture file, or a row as --index 500")]
    NotOneImage,
    #[error("--output {path}: expected a name that ends in {endings}")]
    OutputEnding {
        path: PathBuf,
        endings: &'static str,
    },
    #[error("--output {path}: there is no folder {folder}")]
    NoOutputFolder { path: PathBuf, folder: PathBuf },
    #[error("{runs} runs: at most {most} can be told apart in one picture")]
    TooManyRuns { runs: usize, most: usize },
    #[error("fold: cross-validation holds out each fold in turn; leave it out")]
    FoldInCrossval,
    #[error("{path}: was started with another {key}; name another --run-dir")]
    OtherFold { path: PathBuf, key: String },
    #[error("--values {name}: expected one of {}", names.join(", "))]
    UnknownWeight { name: String, names: Vec<String> },
}
