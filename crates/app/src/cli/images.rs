//! Which images of a run a command uses: those that it was not trained on, or those of `--on`.

use clap::{Args, ValueEnum};
use data::ClassifiedDigits;

use crate::cli::source_args::SourceArgs;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::training_data::{EvaluatedOn, TrainingData};

/// Which images of a run are used.
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
pub(crate) struct ImageArgs {
    /// Images of the run [default: validation, if it has validation images]
    #[arg(
        long,
        value_name = "IMAGES",
        value_enum,
        conflicts_with = "data",
        help_heading = "Data"
    )]
    on: Option<ImagesOf>,
}

impl ImageArgs {
    /// Checks that no images were chosen, because others are used.
    pub(crate) fn refuse_with_index(&self) -> Result<(), UsageError> {
        match self.on {
            None => Ok(()),
            Some(_) => Err(UsageError::OnWithIndex),
        }
    }

    /// Reads the images of a run, or those of `--data`, and prints notices about them.
    pub(crate) fn read(
        &self,
        source: &SourceArgs,
        config: &RunConfig,
    ) -> anyhow::Result<(ClassifiedDigits, EvaluatedOn)> {
        if source.is_given() {
            let pair = source.classified_in_part(config, &config.digits)?;
            return Ok((pair, EvaluatedOn::Given));
        }
        let images = source.training_data(config)?;
        let Some(on) = self.on else {
            return Ok(images.for_evaluation());
        };
        let TrainingData {
            training,
            validation,
        } = images;
        Ok(match on {
            ImagesOf::Validation if validation.is_empty() => {
                return Err(UsageError::NoValidationImages.into());
            }
            ImagesOf::Validation => (validation, EvaluatedOn::Validation),
            ImagesOf::All if !validation.is_empty() => {
                let training = training.len();
                let all = source
                    .over(config)
                    .classified_in_part(config.digits.classes()?)?;
                (all, EvaluatedOn::All { training })
            }
            ImagesOf::Training | ImagesOf::All => (training, EvaluatedOn::Training),
        })
    }
}
