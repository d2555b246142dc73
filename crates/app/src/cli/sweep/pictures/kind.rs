//! The kinds of pictures of a sweep.

use clap::ValueEnum;

use crate::config::choices::write_name;

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum PictureKind {
    /// The metric by each setting that varies, in files by-KEY
    BySetting,
    /// All settings and the metric, a line for each combination, in parallel-coordinates
    Parallel,
    /// The mean for each pair of values of two settings
    HeatMap,
    /// The values of each combination over seeds and folds
    Spread,
    /// Training time and metric of each combination
    Time,
}

impl PictureKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::BySetting,
        Self::Parallel,
        Self::HeatMap,
        Self::Spread,
        Self::Time,
    ];

    /// The name of its file, or the start of it.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::BySetting => "by",
            Self::Parallel => "parallel-coordinates",
            Self::HeatMap => "heat-map",
            Self::Spread => "spread",
            Self::Time => "time",
        }
    }
}

impl std::fmt::Display for PictureKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_name(self, f)
    }
}
