//! The file of a range test: a picture, or its numbers.

use std::io::Write;
use std::path::{Path, PathBuf};

use plots::{RateTestChart, RateTestStep};

use crate::cli::plot::output::{PlotOutput, check_folder, extension, write_file};
use crate::cli::usage_error::UsageError;
use crate::support::csv_log::{Header, to_csv};
use crate::train::range_test::RangeTest;

/// The file, checked before anything is computed.
pub(super) enum Output {
    Picture(PlotOutput),
    Csv(PathBuf),
}

impl Output {
    /// Chooses the format by the extension.
    pub(super) fn new(path: &Path) -> Result<Self, UsageError> {
        match extension(path).as_str() {
            "png" | "svg" => Ok(Self::Picture(PlotOutput::file(path)?)),
            "csv" => {
                check_folder("--output", path)?;
                Ok(Self::Csv(path.to_owned()))
            }
            _ => Err(UsageError::OutputExtension {
                flag: "--output",
                path: path.to_owned(),
                extensions: ".png, .svg or .csv",
            }),
        }
    }

    /// Writes the file, and prints its path.
    pub(super) fn write(
        &self,
        test: &RangeTest,
        note: &str,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        match self {
            Self::Csv(path) => write_file(path, &to_csv(path, &test.steps, Header::Included)?, out),
            Self::Picture(output) => {
                let chart = chart(test);
                output.write(
                    &plots::learning_rate_test("Learning-rate range test", note, &chart),
                    out,
                )
            }
        }
    }
}

fn chart(test: &RangeTest) -> RateTestChart {
    let steps = test.steps.iter().map(|step| RateTestStep {
        learning_rate: step.learning_rate,
        loss: step.loss,
        smoothed: step.smoothed,
    });
    RateTestChart {
        steps: steps.collect(),
        suggested: test.suggested,
        diverges: test.diverges,
    }
}
