//! The name of a checkpoint of a run.

/// A network of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckpointName {
    /// The network of the epoch with the best monitored metric.
    Best,
    /// The final network, or that of the last finished epoch while the run is not finished.
    #[default]
    Last,
    /// The network after this epoch, counted from 1.
    Epoch(usize),
}

/// The error for text that is not the name of a checkpoint.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("expected `best`, `last` or an epoch number of at least 1, such as 20")]
pub struct UnknownCheckpoint;

impl std::fmt::Display for CheckpointName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Best => f.write_str("best"),
            Self::Last => f.write_str("last"),
            Self::Epoch(epoch) => write!(f, "{epoch}"),
        }
    }
}

impl std::str::FromStr for CheckpointName {
    type Err = UnknownCheckpoint;

    fn from_str(text: &str) -> Result<Self, UnknownCheckpoint> {
        match text {
            "best" => Ok(Self::Best),
            "last" => Ok(Self::Last),
            number => match number.parse() {
                Ok(epoch @ 1..) => Ok(Self::Epoch(epoch)),
                _ => Err(UnknownCheckpoint),
            },
        }
    }
}
