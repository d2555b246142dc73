//! The images for training, validating and evaluating a run, from the data source in its
//! configuration.

use std::path::{Path, PathBuf};

use data::{Cache, DigitPair, Digits, PixelFormat, Sampler};

use crate::config::choices::{PixelOrderName, PixelScaleName};
use crate::config::resolved::ImageCounts;
use crate::config::run_config::RunConfig;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;
use crate::support::notice::{Notice, Notify};

/// Where images are read from.
#[derive(Debug, Clone, Copy)]
pub struct DataSource<'a> {
    /// One path, or one for images and one for labels; no path means the embedded digits.
    pub paths: &'a [PathBuf],
    /// How the pixels of .npy images are ordered.
    pub pixel_order: PixelOrderName,
    /// How the scale of .npy and IDX pixels is found.
    pub pixel_scale: PixelScaleName,
    /// The maximum number of images in memory; larger data sets are read from disk.
    pub max_in_memory: usize,
}

impl<'a> DataSource<'a> {
    /// The data source of a run.
    #[must_use]
    pub fn of_run(config: &'a RunConfig) -> Self {
        Self {
            paths: &config.data,
            pixel_order: config.pixel_order,
            pixel_scale: config.pixel_scale,
            max_in_memory: config.shuffle_buffer,
        }
    }

    /// Reads all digits.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if they cannot be read.
    pub fn digits(&self) -> Result<Digits> {
        if self.paths.is_empty() {
            return Ok(Digits::embedded());
        }
        Ok(data::read(self.paths, self.format(), &self.cache())?)
    }

    /// Reads the images of two digits, the negative and the positive one.
    ///
    /// # Errors
    ///
    /// [`Error::DataSet`] if they cannot be read, or if one digit has no images.
    pub fn pair(&self, digits: [u8; 2]) -> Result<DigitPair> {
        let read = if self.paths.is_empty() {
            let [negative, positive] = digits;
            DigitPair::embedded(negative, positive)
        } else {
            data::read_pair(self.paths, self.format(), &self.cache(), digits)
        };
        read.map_err(|source| Error::DataSet {
            name: self.name(),
            source,
        })
    }

    /// Reads the images of two digits, of which one may be missing, to evaluate a network.
    ///
    /// # Errors
    ///
    /// [`Error::DataSet`] if they cannot be read, or if neither digit has images.
    pub fn either(&self, digits: [u8; 2]) -> Result<DigitPair> {
        if self.paths.is_empty() {
            return self.pair(digits);
        }
        let read = data::read_either(self.paths, self.format(), &self.cache(), digits);
        read.map_err(|source| Error::DataSet {
            name: self.name(),
            source,
        })
    }

    fn format(&self) -> PixelFormat {
        PixelFormat {
            order: self.pixel_order.into(),
            scale: self.pixel_scale.into(),
        }
    }

    /// A name of the data set for users.
    #[must_use]
    pub fn name(&self) -> String {
        if self.paths.is_empty() {
            return "the embedded digits".to_owned();
        }
        let names = self.paths.iter().map(|path| path.display().to_string());
        names.collect::<Vec<_>>().join(" and ")
    }

    fn cache(&self) -> Cache {
        Cache {
            rows_in_memory: self.max_in_memory,
            folder: large_temporary_folder(),
        }
    }
}

/// Tells the caller what is to be known about the scale of the pixels, if it is not as usual.
pub fn notify_scale(digits: &Digits, notify: &mut Notify<'_>) {
    if let Some(notice) = digits.scale_notice() {
        notify(Notice::PixelScale(notice.clone()));
    }
}

/// The folder for large temporary files: `TMPDIR` if it is set, otherwise `/var/tmp`, because
/// `/tmp` is often in memory.
fn large_temporary_folder() -> PathBuf {
    let customary = Path::new("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && customary.is_dir() {
        return customary.to_owned();
    }
    std::env::temp_dir()
}

/// Training images and validation images.
#[derive(Debug, Clone)]
pub struct TrainingData {
    /// Training images.
    pub training: DigitPair,
    /// Validation images; may be empty.
    pub validation: DigitPair,
}

impl TrainingData {
    /// Reads the digits of a run and splits them according to its configuration.
    ///
    /// # Errors
    ///
    /// [`Error::DataSet`] and [`Error::Data`] if they cannot be read or split.
    pub fn read(config: &RunConfig) -> Result<Self> {
        Self::split(&DataSource::of_run(config).pair(config.digits)?, config)
    }

    /// Splits the digits of a run according to its configuration.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if a part would be empty.
    pub fn split(pair: &DigitPair, config: &RunConfig) -> Result<Self> {
        let labels = pair.digits().labels();
        let split = match config.fold {
            Some([fold, folds]) => data::fold(labels, fold, folds, config.seed.into())?,
            None => data::split(labels, config.validation_split, config.seed.into())?,
        };
        let training = pair.select(&split.train);
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
                validation: pair.select(&split.validation),
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
    /// [`Error::Data`] if rows on disk cannot be read.
    pub fn checksum(&self) -> Result<String> {
        let training = self.training.digits().sha256()?;
        let validation = self.validation.digits().sha256()?;
        Ok(sha256(&[training, validation].concat()))
    }
}

/// The first batches in a shuffled order, so that they contain both digits.
fn first_batches(pair: &DigitPair, config: &RunConfig, batches: usize) -> DigitPair {
    let seed = config.seed.into();
    let mut indices = Sampler::Shuffled { seed }.epoch_indices(pair.len(), 1);
    indices.truncate(batches.saturating_mul(config.batch_size));
    pair.select(&indices)
}

/// The images that a run's network is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluatedOn {
    /// Images that the user chose.
    Given,
    /// The run's validation images, which it was not trained on.
    Validation,
    /// All of the run's images, because there are no validation images.
    Training,
}

impl EvaluatedOn {
    /// A description that follows the number of images, for example "validation images".
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Given => "given images",
            Self::Validation => "validation images",
            Self::Training => "images, all of which it was trained on",
        }
    }
}

/// Returns the images for evaluating the network of a run: the validation images, or all images if
/// there are none.
///
/// # Errors
///
/// As [`TrainingData::read`].
pub fn evaluation_images(config: &RunConfig) -> Result<(DigitPair, EvaluatedOn)> {
    let digits = TrainingData::read(config)?;
    Ok(if digits.validation.is_empty() {
        (digits.training, EvaluatedOn::Training)
    } else {
        (digits.validation, EvaluatedOn::Validation)
    })
}

/// Checks row numbers from the user.
///
/// # Errors
///
/// [`Error::NoSuchRow`] for the first row that the data set does not have.
pub fn check_rows(rows: &[usize], digits: &Digits) -> Result<()> {
    match rows.iter().find(|row| **row >= digits.len()) {
        None => Ok(()),
        Some(row) => Err(Error::NoSuchRow {
            row: *row,
            rows: digits.len(),
        }),
    }
}
