//! The images for training, validating and evaluating a run, from the data source in its
//! configuration.

use std::io::Read;
use std::path::{Path, PathBuf};

use data::{Cache, DataError, DigitPair, Digits, PixelFormat, Sampler};

use crate::config::choices::{PixelOrderName, PixelScaleName};
use crate::config::resolved::ImageCounts;
use crate::config::run_config::RunConfig;
use crate::config::without_effect::PixelSource;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;
use crate::support::missing::check_exists;
use crate::support::notice::{Notice, Notify};
use crate::support::plural::counted;

/// Where images are read from.
#[derive(Debug, Clone, Copy)]
pub struct DataSource<'a> {
    /// One path, or one for images and one for labels; no path means the built-in digits.
    pub paths: &'a [PathBuf],
    /// How the pixels of .npy and .mat images are ordered.
    pub pixel_order: PixelOrderName,
    /// How the scale of .npy, .mat and IDX pixels is found.
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
    /// [`Error::Missing`], [`Error::Data`] and [`Error::DataSet`] if they cannot be read.
    pub fn digits(&self) -> Result<Digits> {
        if self.paths.is_empty() {
            return Ok(Digits::embedded());
        }
        self.check_paths()?;
        let read = data::read(self.paths, self.format(), &self.cache());
        read.map_err(|source| self.error(source))
    }

    /// Reads some rows, in the order of `rows`, and no other images where that is possible.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRow`] for the first row that the data set does not have, [`Error::Missing`],
    /// [`Error::Data`] and [`Error::DataSet`] if they cannot be read.
    pub fn rows(&self, rows: &[usize]) -> Result<Digits> {
        self.check_paths()?;
        let read = if self.paths.is_empty() {
            Digits::embedded_rows(rows)
        } else {
            data::read_rows(self.paths, self.format(), &self.cache(), rows)
        };
        read.map_err(|error| match error {
            DataError::NoSuchRow { row, rows } => Error::NoSuchRow { row, rows },
            error => self.error(error),
        })
    }

    /// Reads the images of two digits, the negative and the positive one.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Data`] and [`Error::DataSet`] if they cannot be read, or if one
    /// digit has no images.
    pub fn pair(&self, digits: [u8; 2]) -> Result<DigitPair> {
        self.check_paths()?;
        let read = if self.paths.is_empty() {
            let [negative, positive] = digits;
            DigitPair::embedded(negative, positive)
        } else {
            data::read_pair(self.paths, self.format(), &self.cache(), digits)
        };
        read.map_err(|source| self.error(source))
    }

    fn check_paths(&self) -> Result<()> {
        let mut paths = self.paths.iter();
        paths.try_for_each(|path| check_exists(path, "file or folder of digits"))
    }

    /// Adds the name of the data set to an error that does not name one of its files.
    fn error(&self, source: DataError) -> Error {
        let message = source.to_string();
        let mut names = self.paths.iter().map(|path| path.display().to_string());
        if names.any(|name| message.contains(&name)) {
            return Error::Data(source);
        }
        Error::DataSet {
            name: self.name(),
            source,
        }
    }

    /// Whether there are .npy or .mat files, whose pixel order has to be known. A file is recognized by
    /// its content, in a folder by its name.
    pub(crate) fn pixels(&self) -> PixelSource {
        let has_arrays = |path: &PathBuf| match files_to_read(path) {
            Some(files) => files.iter().any(|file| is_named_as_array(file)),
            None => is_named_as_array(path) || begins_as_array(path),
        };
        if self.paths.iter().any(has_arrays) {
            PixelSource::Arrays
        } else {
            PixelSource::KnownOrder
        }
    }

    /// Reads the images of two digits, of which one may be missing, to evaluate a network.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Data`] and [`Error::DataSet`] if they cannot be read, or if
    /// neither digit has images.
    pub fn either(&self, digits: [u8; 2]) -> Result<DigitPair> {
        if self.paths.is_empty() {
            return self.pair(digits);
        }
        self.check_paths()?;
        let read = data::read_either(self.paths, self.format(), &self.cache(), digits);
        read.map_err(|source| self.error(source))
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
            return "the built-in digits".to_owned();
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

/// The files of a folder, and those of a folder in it with the training images; `None` for a file.
fn files_to_read(path: &Path) -> Option<Vec<PathBuf>> {
    let list = |folder: &Path| -> Option<Vec<PathBuf>> {
        let entries = fs_err::read_dir(folder).ok()?;
        Some(entries.flatten().map(|entry| entry.path()).collect())
    };
    let mut files = list(path)?;
    let is_training = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_ascii_lowercase()
            .to_string_lossy()
            .contains("train")
    };
    let training: Vec<PathBuf> = files.iter().filter(is_training).cloned().collect();
    files.extend(training.iter().filter_map(|folder| list(folder)).flatten());
    Some(files)
}

fn is_named_as_array(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.contains(".npy") || name.contains(".mat")
}

fn begins_as_array(path: &Path) -> bool {
    let mut first = [0; 6];
    let read = fs_err::File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && [*b"\x93NUMPY", *b"MATLAB"].contains(&first)
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
    /// A description of so many images, for example "200 validation images".
    #[must_use]
    pub fn description(self, images: usize) -> String {
        match self {
            Self::Given => counted(images, "given image"),
            Self::Validation => counted(images, "validation image"),
            Self::Training => {
                format!(
                    "{}, all of which it was trained on",
                    counted(images, "image")
                )
            }
        }
    }

    /// The word for it in JSON.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Validation => "validation",
            Self::Training => "training",
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

/// A short name of an image: its file with the folder above it, or else its row.
#[must_use]
pub(crate) fn image_name(digits: &Digits, index: usize) -> String {
    let Some(file) = digits.file(index) else {
        return format!("row {}", digits.row(index));
    };
    let folder = file.parent().and_then(Path::file_name);
    let names = folder.into_iter().chain(file.file_name());
    names.collect::<PathBuf>().display().to_string()
}

/// Reads a picture that the user named, 400 pixels, column by column.
///
/// # Errors
///
/// [`Error::Missing`] if there is none, [`Error::Data`] if it cannot be read.
pub(crate) fn read_picture(path: &Path) -> Result<Vec<f32>> {
    check_exists(path, "picture")?;
    Ok(data::read_picture(path)?)
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
