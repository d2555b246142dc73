//! Which images of a run its pictures show: those that `evaluate` uses, or those of `--on`.

use clap::{Args, ValueEnum};
use data::ClassifiedDigits;
use plots::grouped;

use crate::cli::arguments::SourceArgs;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::{EvaluatedOn, TrainingData};
use crate::support::listing::listed_digits;
use crate::support::plural::counted;

/// Which images of a run are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImagesOf {
    /// Those that it was not trained on
    Validation,
    /// Those that it was trained on
    Training,
    /// Both
    All,
}

#[derive(Debug, Args)]
pub(crate) struct ShownArgs {
    /// Images of the run [default: validation]
    ///
    /// By default all images if none were for validation.
    #[arg(
        long,
        value_name = "IMAGES",
        value_enum,
        conflicts_with = "data",
        help_heading = "Data"
    )]
    on: Option<ImagesOf>,
}

/// Images of the network's digits, and which ones they are.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) pair: ClassifiedDigits,
    which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Images that the user named.
    Given,
    Validation,
    Training,
    /// As many training images, and validation images besides them.
    All {
        training: usize,
    },
}

impl Which {
    /// Validation images, unless the run was validated on its training images.
    fn validation(config: &RunConfig) -> Self {
        match config.overfit_batches {
            None => Self::Validation,
            Some(_) => Self::Training,
        }
    }
}

impl ShownArgs {
    /// Checks that no images were chosen, because others are shown.
    pub(crate) fn refuse_with_index(&self) -> Result<(), UsageError> {
        match self.on {
            None => Ok(()),
            Some(_) => Err(UsageError::OnWithIndex),
        }
    }

    /// Reads the images of a run, or those of `--data`.
    pub(crate) fn images(&self, source: &SourceArgs, config: &RunConfig) -> anyhow::Result<Shown> {
        let Some(on) = self.on else {
            let (pair, evaluated_on) = source.evaluation_images(config)?;
            let which = match evaluated_on {
                EvaluatedOn::Given => Which::Given,
                EvaluatedOn::Validation => Which::validation(config),
                EvaluatedOn::Training => Which::Training,
            };
            return Ok(Shown { pair, which });
        };
        let TrainingData {
            training,
            validation,
        } = TrainingData::read(config)?;
        let (pair, which) = match on {
            ImagesOf::Validation if validation.is_empty() => {
                return Err(UsageError::NoValidationImages.into());
            }
            ImagesOf::Validation => (validation, Which::validation(config)),
            ImagesOf::All if !validation.is_empty() => {
                let training = training.len();
                let all = source.classified_in_part(config, &config.digits)?;
                (all, Which::All { training })
            }
            ImagesOf::Training | ImagesOf::All => (training, Which::Training),
        };
        Ok(Shown { pair, which })
    }
}

impl Shown {
    /// How many images of which kind, such as "200 validation images".
    pub(crate) fn description(&self) -> String {
        let images = self.pair.len();
        match self.which {
            Which::Given => counted(images, "given image"),
            Which::Validation => counted(images, "validation image"),
            Which::Training => counted(images, "training image"),
            Which::All { training } => format!(
                "{}, {} of which it was trained on",
                counted(images, "image"),
                grouped(training)
            ),
        }
    }

    /// The same with the digits, such as "200 validation images of 0 and 1".
    pub(crate) fn description_with_digits(&self) -> String {
        let (images, pair) = (self.pair.len(), &self.pair);
        let digits = listed_digits(pair.classes().digits());
        let of = |noun: &str| format!("{} of {digits}", counted(images, noun));
        match self.which {
            Which::Given => of("given image"),
            Which::Validation => of("validation image"),
            Which::Training => of("training image"),
            Which::All { training } => {
                let training = grouped(training);
                format!("{} ({training} of them training images)", of("image"))
            }
        }
    }
}
