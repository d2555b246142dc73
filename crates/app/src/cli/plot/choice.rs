//! The choice of images for a grid.

use clap::Args;
use data::{SIDE, Sampler};
use model::Decision;
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

    /// Chooses at most so many images, in random order.
    pub(crate) fn random(&self, images: usize, most: usize) -> Vec<usize> {
        let mut order = Sampler::Shuffled { seed: self.seed }.epoch_indices(images, 1);
        order.truncate(most);
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
    /// The probabilities nearest to 0.5, or of several digits the two largest ones nearest to each other,
    /// the nearest first.
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
        let all = 0..predictions.rows.len();
        let confidence = |index: &usize| confidence(predictions, *index);
        let certainty = |index: &usize| certainty(predictions.logits(*index));
        match self {
            Self::Random => grid.random(all.len(), grid.room()),
            Self::Rows => all.collect(),
            Self::Errors => {
                let mut wrong: Vec<usize> =
                    all.filter(|index| predictions.is_wrong(*index)).collect();
                wrong.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
                wrong
            }
            Self::Uncertain => {
                let mut all: Vec<usize> = all.collect();
                all.sort_by(|a, b| certainty(a).total_cmp(&certainty(b)));
                all
            }
        }
    }
}

/// How far a prediction is from another one. Compares logits, because near 0 and 1, different logits can
/// have equal probabilities in f64.
fn confidence(predictions: &Predictions, index: usize) -> f64 {
    match predictions.logits(index) {
        [logit] => {
            let threshold = predictions.decision.threshold;
            (f64::from(*logit) - (threshold / (1.0 - threshold)).ln()).abs()
        }
        logits => {
            let label = predictions.classes.class(predictions.images.label(index));
            let of_label = label.map_or(f32::NEG_INFINITY, |class| logits[class]);
            f64::from(logits[model::predicted_class(logits)]) - f64::from(of_label)
        }
    }
}

/// How far a logit is from 0; of several, how far the largest is from the second.
fn certainty(logits: &[f32]) -> f64 {
    let [largest, second] = match logits {
        [logit] => [logit.abs(), 0.0],
        logits => {
            let found = Decision::default().predict(logits);
            [found.class, found.runner_up.0].map(|class| logits[class])
        }
    };
    f64::from(largest) - f64::from(second)
}

/// Converts an image of the data set to a bitmap, row by row.
pub(crate) fn bitmap(image: &[f32]) -> Bitmap {
    Bitmap {
        columns: SIDE,
        values: data::row_major(image),
    }
}
