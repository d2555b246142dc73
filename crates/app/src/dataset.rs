//! The images of a run, from the data source in its configuration; `training_data` splits them.

pub(crate) mod training_data;
pub(crate) mod without;

use std::path::{Path, PathBuf};

use data::{Cache, Classes, ClassifiedDigits, DataError, Digits, PixelFormat, ScaleNotice};

use crate::config::choices::{PicturesName, PixelOrderName, PixelScaleName};
use crate::config::pixel_source::{PixelSource, UnusedPixelSettings};
use crate::config::run_config::RunConfig;
use crate::fetch::data_set::check_fetched;
use crate::support::error::{Error, Result};
use crate::support::missing::check_exists;
use crate::support::notice::{Notice, Notify};

/// Where images are read from.
#[derive(Debug, Clone, Copy)]
pub struct DataSource<'a> {
    /// One path, or one for images and one for labels; no path means the built-in digits.
    pub paths: &'a [PathBuf],
    /// How the pixels of .npy and .mat images are ordered.
    pub pixel_order: PixelOrderName,
    /// How the scale of .npy, .mat and IDX pixels is found.
    pub pixel_scale: PixelScaleName,
    /// How pictures become pixels.
    pub pictures: PicturesName,
    /// A list of images that [`classified`](Self::classified) and [`classified_in_part`](Self::classified_in_part) leave
    /// out, each by its row or file in a line.
    pub without: Option<&'a Path>,
    /// The maximum number of images in memory; larger data sets are read from disk.
    pub max_in_memory: usize,
}

/// The part of a data set whose rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataPart {
    /// The images for training and validation.
    #[default]
    Main,
    /// The images for a test, where the data set has such a part.
    Test,
}

impl DataPart {
    /// The name of a row: "row 7" or "test row 7".
    #[must_use]
    pub fn row_name(self, row: usize) -> String {
        match self {
            Self::Main => format!("row {row}"),
            Self::Test => format!("test row {row}"),
        }
    }
}

impl<'a> DataSource<'a> {
    /// The data source of a run.
    #[must_use]
    pub fn of_run(config: &'a RunConfig) -> Self {
        Self {
            paths: &config.data,
            pixel_order: config.pixel_order,
            pixel_scale: config.pixel_scale,
            pictures: config.pictures,
            without: config.without.as_deref(),
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

    /// Reads the images of the digits that a network tells apart.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Data`] and [`Error::DataSet`] if they cannot be read, or if one
    /// digit has no images, and [`Error::WithoutLine`] and others if the list of images to leave out cannot be used.
    pub fn classified(&self, classes: Classes) -> Result<ClassifiedDigits> {
        if self.paths.is_empty() {
            return self.left(ClassifiedDigits::embedded(classes));
        }
        self.check_paths()?;
        let read = data::read_classes(self.paths, self.format(), &self.cache(), classes);
        self.left(read.map_err(|source| self.error(source))?)
    }

    /// What is left of images without those of the list.
    fn left(&self, images: ClassifiedDigits) -> Result<ClassifiedDigits> {
        match self.without {
            None => Ok(images),
            Some(list) => without::leave_out(list, &images),
        }
    }

    fn check_paths(&self) -> Result<()> {
        for path in self.paths {
            check_fetched(path)?;
            if !data::is_in_archive(path) {
                check_exists(path, "file or folder of digits")?;
            }
        }
        Ok(())
    }

    /// Adds the name of the data set to an error that does not name one of its files.
    fn error(&self, source: DataError) -> Error {
        if source.names_its_file() {
            return Error::Data(source);
        }
        Error::DataSet {
            name: self.name(),
            source,
        }
    }

    /// Says whether the order and the scale of the pixels made no difference to `digits`, which
    /// were read from here.
    pub(crate) fn unused_pixel_settings(&self, digits: &Digits) -> UnusedPixelSettings {
        let source = if self.paths.is_empty() {
            Ok(PixelSource::BuiltIn)
        } else {
            data::image_kind(self.paths).map(PixelSource::Files)
        };
        // The digits could be read, so that an error is that of files that have just changed.
        source.map_or_else(
            |_| UnusedPixelSettings::default(),
            |source| source.unused_settings(digits.scale_notice()),
        )
    }

    /// Reads the images of the digits that a network tells apart, to evaluate it: some digits may be
    /// missing.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Data`] and [`Error::DataSet`] if they cannot be read, or if
    /// none of the digits has images.
    pub fn classified_in_part(&self, classes: Classes) -> Result<ClassifiedDigits> {
        if self.paths.is_empty() {
            return self.classified(classes);
        }
        self.check_paths()?;
        let read = data::read_some_classes(self.paths, self.format(), &self.cache(), classes);
        self.left(read.map_err(|source| self.error(source))?)
    }

    /// Reads the images of these digits in the test part of the data set, such as MNIST's `t10k` files;
    /// `None` if it has no such part.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Data`] and [`Error::DataSet`] if they cannot be read, or if
    /// none of the digits has images.
    pub fn test_images(&self, classes: Classes) -> Result<Option<ClassifiedDigits>> {
        self.in_test_part(|part| part.classified_in_part(classes))
    }

    /// Reads some rows of the test part, in the order of `rows`; `None` if the data set has no such part.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchTestRow`] for the first row that the part does not have, and as [`rows`](Self::rows).
    pub fn test_rows(&self, rows: &[usize]) -> Result<Option<Digits>> {
        self.in_test_part(|part| part.rows(rows))
            .map_err(|error| match error {
                Error::NoSuchRow { row, rows } => Error::NoSuchTestRow { row, rows },
                error => error,
            })
    }

    /// Reads all digits of the test part; `None` if the data set has no such part.
    ///
    /// # Errors
    ///
    /// As [`digits`](Self::digits).
    pub fn test_digits(&self) -> Result<Option<Digits>> {
        self.in_test_part(|part: &DataSource<'_>| part.digits())
    }

    /// Reads from the test part, if there is one.
    fn in_test_part<T>(
        &self,
        read: impl FnOnce(&DataSource<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.check_paths()?;
        let part = data::test_part(self.paths).map_err(|source| self.error(source))?;
        let read = |paths: Vec<PathBuf>| {
            let paths = &paths;
            // The list is one of rows of the main part.
            let without = None;
            read(&DataSource {
                paths,
                without,
                ..*self
            })
        };
        part.map(read).transpose()
    }

    fn format(&self) -> PixelFormat {
        PixelFormat {
            order: self.pixel_order.into(),
            scale: self.pixel_scale.into(),
            pictures: self.pictures.into(),
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

/// Tells the caller what is to be known about images that were read: that the scale of their pixels is not as usual,
/// that pictures beside them were skipped, and that pictures among them do not show one digit.
pub fn notify_images(digits: &Digits, notify: &mut Notify<'_>) {
    match digits.scale_notice() {
        // As the caller asked for.
        None | Some(ScaleNotice::AsStored { .. }) => {}
        Some(notice) => notify(Notice::PixelScale(notice.clone())),
    }
    if let [first, ..] = digits.skipped_pictures() {
        notify(Notice::SkippedPictures {
            pictures: digits.skipped_pictures().len(),
            first: first.clone(),
        });
    }
    if !digits.unclear_pictures().is_empty() {
        notify(Notice::UnclearPictures(digits.unclear_pictures().to_vec()));
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

/// A short name of an image: its file with the folder above it, or else its `row` in a part of the data set.
#[must_use]
pub(crate) fn image_name(digits: &Digits, index: usize, row: usize, part: DataPart) -> String {
    let Some(file) = digits.file(index) else {
        return part.row_name(row);
    };
    let folder = file.parent().and_then(Path::file_name);
    let names = folder.into_iter().chain(file.file_name());
    names.collect::<PathBuf>().display().to_string()
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
