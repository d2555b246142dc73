//! A run's images for training, validating and evaluating its network.

use std::collections::{BTreeMap, BTreeSet};

use data::{ClassifiedDigits, Sampler, Split};
use plots::grouped;

use crate::config::resolved::ImageCounts;
use crate::config::run_config::RunConfig;
use crate::dataset::DataSource;
use crate::dataset::without::{is_same_list, leave_out, rows_without};
use crate::support::error::Result;
use crate::support::hash::sha256;
use crate::support::plural::counted;

/// Training images and validation images.
#[derive(Debug, Clone)]
pub struct TrainingData {
    /// Training images.
    pub training: ClassifiedDigits,
    /// Validation images; may be empty.
    pub validation: ClassifiedDigits,
}

impl TrainingData {
    /// Reads the digits of a run and splits them according to its configuration.
    ///
    /// # Errors
    ///
    /// [`Error::DataSet`](crate::Error::DataSet) and [`Error::Data`](crate::Error::Data) if they cannot be read or split.
    pub fn read(config: &RunConfig) -> Result<Self> {
        let all = DataSource::of_run(config).classified(config.digits.classes()?)?;
        Self::split(&all, config)
    }

    /// Reads the digits of several runs that were trained on the same data set. The validation images are those of all runs,
    /// on which none was trained; all others are training images, except for those that one of them leaves out. The order is that of the first run if all have the same.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Panics
    ///
    /// Panics if there is no run.
    pub(crate) fn read_for_all(configs: &[RunConfig]) -> Result<Self> {
        // An imported network was not trained on any of them.
        let trained = trained_here(configs);
        let first = trained.first().copied().unwrap_or(&configs[0]);
        if have_same_split(configs) {
            return Self::read(first);
        }
        let source = DataSource {
            without: None,
            ..DataSource::of_run(first)
        };
        let all = source.classified(first.digits.classes()?)?;
        let mut left_out = BTreeSet::new();
        let mut networks = BTreeMap::new();
        for config in &trained {
            let mut own = all.clone();
            if let Some(list) = &config.without {
                left_out.extend(rows_without(list, all.digits())?);
                own = leave_out(list, &all)?;
            }
            for index in split_of(&own, config)?.validation {
                *networks.entry(own.row(index)).or_insert(0) += 1;
            }
        }
        let used = (0..all.len()).filter(|index| !left_out.contains(&all.row(*index)));
        let (validation, training): (Vec<usize>, Vec<usize>) =
            used.partition(|index| networks.get(&all.row(*index)) == Some(&trained.len()));
        Ok(Self {
            training: all.select(&training),
            validation: all.select(&validation),
        })
    }

    /// Splits the digits of a run according to its configuration.
    ///
    /// # Errors
    ///
    /// [`Error::Data`](crate::Error::Data) if a part would be empty.
    pub fn split(images: &ClassifiedDigits, config: &RunConfig) -> Result<Self> {
        let split = split_of(images, config)?;
        let training = images.select(&split.train);
        Ok(match config.overfit_batches {
            Some(batches) => {
                let few = first_batches(&training, config, batches);
                Self {
                    training: few.clone(),
                    validation: few,
                }
            }
            None => Self {
                training,
                validation: images.select(&split.validation),
            },
        })
    }

    /// Reduces training and validation images to one batch each.
    #[must_use]
    pub fn first_batch(&self, config: &RunConfig) -> Self {
        Self {
            training: first_batches(&self.training, config, 1),
            validation: first_batches(&self.validation, config, 1),
        }
    }

    /// The images for evaluating a network: the validation images, or all images if there are none.
    pub(crate) fn for_evaluation(self, config: &RunConfig) -> (ClassifiedDigits, EvaluatedOn) {
        if config.is_imported() {
            (self.training, EvaluatedOn::WholeDataSet)
        } else if self.validation.is_empty() {
            (self.training, EvaluatedOn::Training)
        } else {
            (self.validation, EvaluatedOn::Validation)
        }
    }

    /// The number of images of each part.
    #[must_use]
    pub fn counts(&self) -> ImageCounts {
        ImageCounts {
            training: self.training.len(),
            validation: self.validation.len(),
        }
    }

    /// The rows of the training images in the data set.
    #[must_use]
    pub fn training_rows(&self) -> Vec<usize> {
        let indices = 0..self.training.len();
        indices.map(|index| self.training.row(index)).collect()
    }

    /// A checksum of all images and labels, so that a run is not resumed with different data.
    ///
    /// # Errors
    ///
    /// [`Error::Data`](crate::Error::Data) if rows on disk cannot be read.
    pub fn checksum(&self) -> Result<String> {
        let training = self.training.digits().sha256()?;
        let validation = self.validation.digits().sha256()?;
        Ok(sha256(&[training, validation].concat()))
    }
}

/// The indices of a run's training and validation images, before all but some batches are left out.
fn split_of(images: &ClassifiedDigits, config: &RunConfig) -> Result<Split> {
    let labels = images.digits().labels();
    Ok(match config.fold {
        Some([fold, folds]) => data::fold(labels, fold, folds, config.seed.into())?,
        None => data::split(labels, config.validation_split, config.seed.into())?,
    })
}

/// Says whether runs have the same training and the same validation images of a data set, by their settings.
pub(crate) fn have_same_split(configs: &[RunConfig]) -> bool {
    trained_here(configs)
        .windows(2)
        .all(|pair| splits_alike(pair[0], pair[1]))
}

/// The settings of the networks that were not imported.
fn trained_here(configs: &[RunConfig]) -> Vec<&RunConfig> {
    let trained = configs.iter().filter(|config| !config.is_imported());
    trained.collect()
}

fn splits_alike(first: &RunConfig, other: &RunConfig) -> bool {
    let settings = |config: &RunConfig| {
        let batches = config
            .overfit_batches
            .map(|batches| (batches, config.batch_size));
        (config.fold, config.validation_split, config.seed, batches)
    };
    let trained_on_all =
        |config: &RunConfig| !has_validation(config) && config.overfit_batches.is_none();
    is_same_list(first.without.as_ref(), other.without.as_ref())
        && (settings(first) == settings(other) || (trained_on_all(first) && trained_on_all(other)))
}

/// Says whether a run had images that it was not trained on.
pub(crate) fn has_validation(config: &RunConfig) -> bool {
    config.fold.is_some() || config.validation_split > 0.0
}

/// The first batches in a shuffled order, so that they hold several digits.
pub(crate) fn first_batches(
    images: &ClassifiedDigits,
    config: &RunConfig,
    batches: usize,
) -> ClassifiedDigits {
    let seed = config.seed.into();
    let mut indices = Sampler::Shuffled { seed }.epoch_indices(images.len(), 1);
    indices.truncate(batches.saturating_mul(config.batch_size));
    images.select(&indices)
}

/// The images that a run's network is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluatedOn {
    /// Images that the user chose.
    Given,
    /// The test part of the data set, which took no part in training.
    Test,
    /// The run's validation images, which it was not trained on.
    Validation,
    /// Images that it was trained on: all of the run's, if it has no validation images.
    Training,
    /// All images of the data set of an imported network, which was trained elsewhere.
    WholeDataSet,
    /// Training images, so many, and validation images besides them.
    All {
        /// The number of training images.
        training: usize,
    },
}

impl EvaluatedOn {
    /// A description of so many images, for example "200 validation images".
    #[must_use]
    pub fn description(self, images: usize) -> String {
        match self {
            Self::Given => counted(images, "given image"),
            Self::Test => counted(images, "test image"),
            Self::Validation => counted(images, "validation image"),
            Self::WholeDataSet => format!("{} of the data set", counted(images, "image")),
            Self::Training => {
                format!(
                    "{}, all of which it was trained on",
                    counted(images, "image")
                )
            }
            Self::All { training } => {
                let images = counted(images, "image");
                format!("{images}, {} of which it was trained on", grouped(training))
            }
        }
    }

    /// The same of several networks: "all of which they were trained on".
    #[must_use]
    pub(crate) fn description_for_several(self, images: usize) -> String {
        let description = self.description(images);
        description.replace("it was trained on", "they were trained on")
    }

    /// The word for it in JSON.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Test => "test",
            Self::Validation => "validation",
            Self::Training => "training",
            Self::WholeDataSet | Self::All { .. } => "all",
        }
    }
}

/// Returns the images for evaluating the network of a run: the test part of its data set, otherwise its
/// validation images, or all images if there are none.
///
/// # Errors
///
/// As [`DataSource::test_images`] and [`TrainingData::read`].
pub fn evaluation_images(config: &RunConfig) -> Result<(ClassifiedDigits, EvaluatedOn)> {
    if let Some(test) = DataSource::of_run(config).test_images(config.digits.classes()?)? {
        return Ok((test, EvaluatedOn::Test));
    }
    Ok(TrainingData::read(config)?.for_evaluation(config))
}
