//! Which part of a data set the rows of `--index` are counted in.

use clap::{Args, ValueEnum};

use crate::dataset::DataPart;

/// A part of a data set, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PartName {
    /// The images for training and validation
    All,
    /// The test part, such as MNIST's t10k files
    Test,
}

#[derive(Debug, Args)]
pub(crate) struct RowPartArgs {
    /// Part in which --index counts rows [default: all]
    #[arg(
        long = "on",
        value_name = "PART",
        value_enum,
        requires = "index",
        help_heading = "Data"
    )]
    part: Option<PartName>,
}

impl RowPartArgs {
    pub(crate) fn part(&self) -> DataPart {
        match self.part {
            None | Some(PartName::All) => DataPart::Main,
            Some(PartName::Test) => DataPart::Test,
        }
    }
}
