//! The arguments that say where digits are read from, and how.

use std::path::{Path, PathBuf};

use ::data::{ClassifiedDigits, Digits, PictureReading};
use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser};

use crate::cli::run_paths::is_run_or_sweep;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::choices::{PicturesName, PixelOrderName, PixelScaleName};
use crate::config::digit_list::DigitList;
use crate::config::run_config::RunConfig;
use crate::dataset::training_data::{TrainingData, have_same_split};
use crate::dataset::{self, DataPart, DataSource};
use crate::fetch::data_set::resolved;
use crate::reading::picture::reading_for;
use crate::support::error::Result;
use crate::support::notice::Notice;
use crate::support::plural::counted;

/// Where digits are read from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    /// Data set instead of the run's or the built-in one
    ///
    /// IDX files (MNIST's), X.npy and y.npy, .npz (Keras's), CSV (Kaggle's), a MATLAB file (the
    /// course's ex4data1.mat), a folder of these, or one of pictures with a subfolder for each digit.
    /// mnist: what `app data fetch mnist` downloads, unless something here has this name. Where there is a
    /// test part, such as MNIST's t10k files, a network is evaluated on it.
    #[arg(long, value_name = "PATH", num_args = 1..=2, help_heading = "Data", value_parser = data_path())]
    data: Option<Vec<PathBuf>>,
    /// Order of .npy, .mat and CSV pixels
    #[arg(long, value_name = "ORDER", value_enum, help_heading = "Data")]
    pixel_order: Option<PixelOrderName>,
    /// How the scale of pixels is found
    ///
    /// auto: by the values of the pixels of .npy, .mat, CSV and IDX files, stored: by their type alone.
    #[arg(long, value_name = "HOW", value_enum, help_heading = "Data")]
    pixel_scale: Option<PixelScaleName>,
    /// How pictures are read
    ///
    /// prepared: the digit's ink is found, scaled and centred as in MNIST, resized: the whole picture
    /// is resized.
    // The pictures of a command are an argument of that name.
    #[arg(
        id = "picture_reading",
        long = "pictures",
        value_name = "HOW",
        value_enum,
        help_heading = "Data"
    )]
    pictures: Option<PicturesName>,
}

/// Reads a path, or the name of a data set that is downloaded.
pub(crate) fn data_path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(|path| resolved(&path))
}

impl SourceArgs {
    /// The same for a data set that was named as an argument instead of by `--data`.
    pub(crate) fn with_paths(&self, paths: &[PathBuf]) -> Self {
        let named = (!paths.is_empty()).then(|| paths.to_vec());
        Self {
            data: named.or_else(|| self.data.clone()),
            ..self.clone()
        }
    }

    /// The data source from the flags, by default that of `config`.
    pub(crate) fn over<'a>(&'a self, config: &'a RunConfig) -> DataSource<'a> {
        let of_run = DataSource::of_run(config);
        DataSource {
            paths: self.paths().unwrap_or(of_run.paths),
            // The list of a run is one of its own data set.
            without: of_run.without.filter(|_| self.paths().is_none()),
            pixel_order: self.pixel_order.unwrap_or(of_run.pixel_order),
            pixel_scale: self.pixel_scale.unwrap_or(of_run.pixel_scale),
            pictures: self.pictures.unwrap_or(of_run.pictures),
            ..of_run
        }
    }

    /// How pictures are read for a network: as its training pictures were, if it was trained on whole ones.
    pub(crate) fn picture_reading(&self, config: &RunConfig) -> PictureReading {
        self.pictures
            .map_or_else(|| reading_for(config), PictureReading::from)
    }

    /// The settings of a run with the data source from the flags.
    #[cfg(feature = "serve")]
    pub(crate) fn applied_to(&self, config: &RunConfig) -> RunConfig {
        let source = self.over(config);
        RunConfig {
            data: source.paths.to_vec(),
            without: source.without.map(Path::to_owned),
            pixel_order: source.pixel_order,
            pixel_scale: source.pixel_scale,
            pictures: source.pictures,
            ..config.clone()
        }
    }

    /// Says whether a data set was given.
    pub(crate) fn is_given(&self) -> bool {
        self.data.is_some()
    }

    /// Returns an error if a flag says where images are read from, or how, but all images are
    /// pictures.
    pub(crate) fn refuse_with_pictures(&self) -> Result<(), UsageError> {
        let flags = [
            ("--data", self.data.is_some()),
            ("--pixel-order", self.pixel_order.is_some()),
            ("--pixel-scale", self.pixel_scale.is_some()),
        ];
        match flags.into_iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => Err(UsageError::SourceOfPictures { flag }),
            None => Ok(()),
        }
    }

    /// Reads the data set of a run if a flag says how, prints notices about it, and returns an error if the flag changes
    /// nothing in the run's own.
    #[cfg(feature = "serve")]
    pub(crate) fn check_for_examples(&self, config: &RunConfig) -> anyhow::Result<()> {
        if self.pixel_order.is_none() && self.pixel_scale.is_none() {
            return Ok(());
        }
        let images = self
            .over(config)
            .classified_in_part(config.digits.classes()?)?;
        if self.is_given() {
            self.print_notices_of_rows(config, images.digits());
            return Ok(());
        }
        match self.unused_flags(config, images.digits()).first() {
            Some(&(flag, reason)) => Err(UsageError::ServedDataFlag { flag, reason }.into()),
            None => Ok(()),
        }
    }

    /// Prints what is to be known about the scale of pixels that were read, and which flags made no
    /// difference to them.
    fn print_notices(&self, config: &RunConfig, digits: &Digits) {
        self.print_notices_of_rows(config, digits);
        if self.pictures.is_some() {
            let unused = self.over(config).unused_pixel_settings(digits);
            note_unused("--pictures", unused.pictures);
        }
    }

    /// The same of rows, beside which there may be pictures.
    fn print_notices_of_rows(&self, config: &RunConfig, digits: &Digits) {
        print_image_notices(digits);
        if self.pixel_order.is_none() && self.pixel_scale.is_none() {
            return;
        }
        for (flag, reason) in self.unused_flags(config, digits) {
            note_unused(flag, Some(reason));
        }
    }

    /// The flags of order and scale that were given and made no difference to pixels that were read, and why.
    fn unused_flags(
        &self,
        config: &RunConfig,
        digits: &Digits,
    ) -> Vec<(&'static str, &'static str)> {
        let unused = self.over(config).unused_pixel_settings(digits);
        let order = unused.order.filter(|_| self.pixel_order.is_some());
        let scale = unused.scale.filter(|_| self.pixel_scale.is_some());
        let flags = [("--pixel-order", order), ("--pixel-scale", scale)].into_iter();
        let unused = flags.filter_map(|(flag, reason)| Some((flag, reason?)));
        unused.collect()
    }

    /// The paths of the data set that was given: one or two.
    fn paths(&self) -> Option<&[PathBuf]> {
        match self.data.as_deref()? {
            [data, run] if is_run_or_sweep(run) => Some(std::slice::from_ref(data)),
            paths => Some(paths),
        }
    }

    /// The run that was named: as an argument, or after `--data FOLDER`, which takes up to two
    /// paths.
    pub(crate) fn run<'a>(
        &'a self,
        named: Option<&'a Path>,
    ) -> Result<Option<&'a Path>, UsageError> {
        match (named, self.run_after_data()?) {
            (Some(first), Some(second)) => Err(UsageError::TwoRuns {
                first: first.to_owned(),
                second: second.to_owned(),
            }),
            (run, last) => Ok(run.or(last)),
        }
    }

    /// The runs that were named: the one after `--data FOLDER`, if there is one, and all arguments.
    pub(crate) fn runs<'a>(&'a self, named: &'a [PathBuf]) -> Result<Vec<&'a Path>, UsageError> {
        let after_data = self.run_after_data()?;
        let named = named.iter().map(PathBuf::as_path);
        Ok(after_data.into_iter().chain(named).collect())
    }

    fn run_after_data(&self) -> Result<Option<&Path>, UsageError> {
        match self.data.as_deref() {
            Some([run]) if is_run_or_sweep(run) => Err(UsageError::RunAsData { run: run.clone() }),
            Some([_, run]) if is_run_or_sweep(run) => Ok(Some(run)),
            Some([folder, other]) if folder.is_dir() => {
                let (folder, other) = (folder.clone(), other.clone());
                Err(UsageError::SecondDataPath { folder, other })
            }
            _ => Ok(None),
        }
    }

    /// Reads all digits, and prints notices about them.
    pub(crate) fn digits(&self, config: &RunConfig) -> Result<Digits> {
        let digits = self.over(config).digits()?;
        self.print_notices(config, &digits);
        Ok(digits)
    }

    /// Reads some rows of a part of the data set, in the order of `rows`, and prints notices about them.
    pub(crate) fn rows(
        &self,
        config: &RunConfig,
        rows: &[usize],
        part: DataPart,
    ) -> anyhow::Result<Digits> {
        let source = self.over(config);
        let digits = match part {
            DataPart::Main => source.rows(rows)?,
            DataPart::Test => source.test_rows(rows)?.ok_or(UsageError::NoTestImages)?,
        };
        self.print_notices_of_rows(config, &digits);
        Ok(digits)
    }

    /// Reads the images of some digits, not all of which need be there, and prints notices about them.
    pub(crate) fn classified_in_part(
        &self,
        config: &RunConfig,
        digits: &DigitList,
    ) -> Result<ClassifiedDigits> {
        let images = self.over(config).classified_in_part(digits.classes()?)?;
        self.print_notices(config, images.digits());
        Ok(images)
    }

    /// Reads the test part of the data set, if it has one, and prints notices about it.
    pub(crate) fn test_images(&self, config: &RunConfig) -> Result<Option<ClassifiedDigits>> {
        let classes = config.digits.classes()?;
        let images = self.over(config).test_images(classes)?;
        if let Some(images) = &images {
            self.print_notices(config, images.digits());
        }
        Ok(images)
    }

    /// Reads the training and validation images of one or several runs with the same data set, and prints notices about
    /// them. The validation images of several are those that none was trained on.
    pub(crate) fn training_data(&self, configs: &[&RunConfig]) -> Result<TrainingData> {
        let configs = configs.iter().map(|config| RunConfig {
            pixel_order: self.pixel_order.unwrap_or(config.pixel_order),
            pixel_scale: self.pixel_scale.unwrap_or(config.pixel_scale),
            pictures: self.pictures.unwrap_or(config.pictures),
            ..(*config).clone()
        });
        let configs: Vec<RunConfig> = configs.collect();
        let read = TrainingData::read_for_all(&configs)?;
        // Of none, the caller says what to do.
        if !have_same_split(&configs) && !read.validation.is_empty() {
            stderr::note(format_args!(
                "the networks have different validation images: using the {} that no network was trained on",
                counted(read.validation.len(), "image")
            ));
        }
        self.print_notices(&configs[0], read.training.digits());
        Ok(read)
    }
}

/// Says that a flag has no effect, if there is a reason for it.
fn note_unused(key: &'static str, reason: Option<&'static str>) {
    if let Some(reason) = reason {
        let reason = reason.to_owned();
        stderr::notice(Notice::WithoutEffect { key, reason });
    }
}

/// Prints what is to be known about images that were read.
pub(crate) fn print_image_notices(digits: &Digits) {
    dataset::notify_images(digits, &mut stderr::notice);
}
