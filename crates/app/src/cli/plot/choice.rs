//! The choice of images for a grid.

use clap::Args;
use data::{SIDE, Sampler};
use plots::{Bitmap, GridCell};

use crate::cli::arguments::ROWS;
use crate::predictor::predictions::Predictions;
use crate::support::parse::{value, within};

/// The size of a grid, and its images.
#[derive(Debug, Args)]
pub(crate) struct GridArgs {
    /// Rows of the grid
    #[arg(long, default_value_t = 8, value_parser = within(1..=100, 8), conflicts_with = "index")]
    pub(crate) rows: u16,
    /// Columns of the grid
    #[arg(long, default_value_t = 8, value_parser = within(1..=100, 8))]
    pub(crate) cols: u16,
    /// Seed of the random choice
    #[arg(long, default_value_t = 0, value_parser = value::<u64>("a whole number, such as 1"), conflicts_with = "index")]
    pub(crate) seed: u64,
    /// Show these rows of the data set instead
    ///
    /// Counted from 0, such as `0,500`.
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "N,...", value_parser = value::<usize>(ROWS))]
    pub(crate) index: Vec<usize>,
}

impl GridArgs {
    /// The number of images that fit in the grid.
    pub(crate) fn room(&self) -> usize {
        usize::from(self.rows) * usize::from(self.cols)
    }

    /// Chooses as many images as fit in the grid, in random order.
    pub(crate) fn random(&self, images: usize) -> Vec<usize> {
        let mut order = Sampler::Shuffled { seed: self.seed }.epoch_indices(images, 1);
        order.truncate(self.room());
        order
    }

    /// The number of columns, at most the number of cells.
    pub(crate) fn columns(&self, cells: &[GridCell]) -> usize {
        usize::from(self.cols).min(cells.len()).max(1)
    }
}

/// Which of a network's predictions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Random,
    /// All requested rows.
    Rows,
    /// The mistakes, the most confident first.
    Errors,
    /// The probabilities nearest to 0.5, the nearest first.
    Uncertain,
}

impl Choice {
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Random | Self::Rows => "predictions",
            Self::Errors => "errors",
            Self::Uncertain => "uncertain",
        }
    }

    /// Chooses images by their index in the predictions.
    pub(crate) fn of(self, predictions: &Predictions, grid: &GridArgs) -> Vec<usize> {
        let all = 0..predictions.logits.len();
        // Compares logits, because near 0 and 1, different logits can have equal probabilities in
        // f64.
        let logit = |index: &usize| f64::from(predictions.logits[*index]);
        let at_threshold = (predictions.threshold / (1.0 - predictions.threshold)).ln();
        let confidence = |index: &usize| (logit(index) - at_threshold).abs();
        match self {
            Self::Random => grid.random(all.len()),
            Self::Rows => all.collect(),
            Self::Errors => {
                let mut wrong: Vec<usize> =
                    all.filter(|index| predictions.is_wrong(*index)).collect();
                wrong.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
                wrong
            }
            Self::Uncertain => {
                let mut all: Vec<usize> = all.collect();
                all.sort_by(|a, b| logit(a).abs().total_cmp(&logit(b).abs()));
                all
            }
        }
    }
}

/// Converts an image of the data set to a bitmap, row by row.
pub(crate) fn bitmap(image: &[f32]) -> Bitmap {
    Bitmap {
        columns: SIDE,
        values: data::row_major(image),
    }
}
