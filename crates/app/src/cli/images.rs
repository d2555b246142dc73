//! Which images of a run a command uses: test images, those that it was not trained on, or those of `--on`.

use clap::{Args, ValueEnum};
use data::ClassifiedDigits;

use crate::cli::networks::check_same_data;
use crate::cli::source_args::SourceArgs;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::DataPart;
use crate::dataset::training_data::{EvaluatedOn, TrainingData, has_validation};
use crate::predictor::ensemble::Ensemble;

/// Which images of a run are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImagesOf {
    /// The test part of the data set
    Test,
    /// Those that it was not trained on
    Validation,
    /// Those that it was trained on
    Training,
    /// Training and validation images
    All,
}

#[derive(Debug, Args)]
pub(crate) struct ImageArgs {
    /// Images of the run [default: test, validation]
    ///
    /// By default the test part of the data set, if it has one, otherwise the validation images, or
    /// all images if none were for validation. Of another data set, --data, only test can be chosen.
    /// Validation images of several networks are those that none was trained on.
    #[arg(long, value_name = "IMAGES", value_enum, help_heading = "Data")]
    on: Option<ImagesOf>,
}

impl ImageArgs {
    /// Returns the part of the data set that rows are counted in, where rows are chosen instead of images of
    /// the run.
    pub(crate) fn part_of_rows(&self) -> Result<DataPart, UsageError> {
        match self.on {
            None => Ok(DataPart::Main),
            Some(ImagesOf::Test) => Ok(DataPart::Test),
            Some(_) => Err(UsageError::OnWithIndex),
        }
    }

    /// Reads the images of one or several networks that were trained on the same data set, or those of `--data`, and
    /// prints notices about them.
    pub(crate) fn read_for(
        &self,
        source: &SourceArgs,
        ensemble: &Ensemble,
    ) -> anyhow::Result<(ClassifiedDigits, EvaluatedOn)> {
        check_same_data(source, ensemble.members())?;
        let configs = ensemble.members().iter().map(|member| &member.config);
        self.of_all(source, &configs.collect::<Vec<_>>())
    }

    /// Reads the images of a run, or those of `--data`, and prints notices about them.
    pub(crate) fn read(
        &self,
        source: &SourceArgs,
        config: &RunConfig,
    ) -> anyhow::Result<(ClassifiedDigits, EvaluatedOn)> {
        self.of_all(source, &[config])
    }

    fn of_all(
        &self,
        source: &SourceArgs,
        configs: &[&RunConfig],
    ) -> anyhow::Result<(ClassifiedDigits, EvaluatedOn)> {
        let config = configs[0];
        let wants_test = matches!(self.on, None | Some(ImagesOf::Test));
        if wants_test && let Some(images) = source.test_images(config)? {
            return Ok((images, EvaluatedOn::Test));
        }
        if self.on == Some(ImagesOf::Test) {
            return Err(UsageError::NoTestImages.into());
        }
        if source.is_given() {
            if self.on.is_some() {
                return Err(UsageError::OnWithData.into());
            }
            let images = source.classified_in_part(config, &config.digits)?;
            return Ok((images, EvaluatedOn::Given));
        }
        let images = source.training_data(configs)?;
        let networks = configs.len();
        let wants_validation = matches!(self.on, None | Some(ImagesOf::Validation));
        let have_validation = configs.iter().any(|config| has_validation(config));
        if networks > 1 && wants_validation && have_validation && images.validation.is_empty() {
            return Err(UsageError::NoCommonValidationImages { networks }.into());
        }
        let trained = configs.iter().find(|config| !config.is_imported());
        let on = match self.on {
            None => return Ok(images.for_evaluation(trained.unwrap_or(&config))),
            Some(ImagesOf::All) if trained.is_none() => {
                return Ok(images.for_evaluation(config));
            }
            Some(ImagesOf::Training | ImagesOf::Validation) if trained.is_none() => {
                return Err(UsageError::PartOfImported.into());
            }
            Some(on) => on,
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
            // Test images were returned above.
            ImagesOf::Training | ImagesOf::All | ImagesOf::Test => {
                (training, EvaluatedOn::Training)
            }
        })
    }
}
