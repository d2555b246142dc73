//! Reads a data set from files: all ten digits, or some of them.

use std::path::{Path, PathBuf};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::error::DataError;
use crate::formats::detect;
use crate::formats::locate::{Source, locate};
use crate::formats::picture::{PictureReading, read_labelled};
use crate::formats::pixel_decoder::ImageOptions;
use crate::formats::scale::{StoredPixels, Verdict, is_usual_for_some, judge};
use crate::formats::wanted::{Wanted, in_order};
use crate::pixels::{PixelOrder, PixelScale, ScaleNotice};
use crate::storage::{
    Cache, Classes, ClassifiedDigits, Digits, PictureFiles, Presence, StoreWriter, UnclearPicture,
    Written, check_labels,
};

/// Pictures that are read by all cores before those after them, so that few wait for their place in the data set.
const AT_A_TIME: usize = 256;

/// How the pixels of IDX, `.npy`, `.mat` and CSV images are read.
#[derive(Debug, Clone, Copy)]
pub struct PixelFormat {
    /// The order of the pixels in `.npy` and CSV images of 20 x 20, and in `.mat` images.
    pub order: PixelOrder,
    /// How the scale of the pixels is found.
    pub scale: PixelScale,
    /// How PNG and JPEG pictures become pixels.
    pub pictures: PictureReading,
}

impl From<PixelOrder> for PixelFormat {
    fn from(order: PixelOrder) -> Self {
        let scale = PixelScale::Recognized;
        Self {
            order,
            scale,
            pictures: PictureReading::default(),
        }
    }
}

/// Reads a data set from a folder, from two files, or from one file, with the other next to it if it needs one.
///
/// - A folder of IDX or `.npy` files: one of images and one of labels. Of several, as in MNIST's folder, those whose
///   names start or end with `train`, the training part. Those named so with `t10k` or `test` are the
///   [test part](crate::test_part).
/// - A folder with subfolders named `0` to `9`: the PNG and JPEG pictures in each, sorted by name; see [`PictureReading`].
/// - A folder with two such folders and no data of its own, one named so with `train` and one with `t10k` or `test`: the
///   first of them.
/// - A MATLAB file with images `X` and labels `y`, as the course's `ex4data1.mat`, or a folder with such a file and no
///   other data files; of several, the training part.
/// - An archive of arrays, `.npz`, is read as a folder of `.npy` files, and an array in it has a path:
///   `mnist.npz/x_train`.
/// - A CSV file with a label and the 784 or 400 pixels of an image in each line, as Kaggle's `train.csv`, or a folder with
///   such a file. The label is in the first or last column, or in one that is named `label` or `class`.
/// - Two files, images and labels, in either order.
/// - One file: the other has the same name but with `images` and `labels` swapped, `idx3` and `idx1`, or a leading `X`
///   and `y`.
///
/// All these files but archives may be gzipped. Hidden files are ignored; of files with the same content, one is read. The order in
/// `format`, which may be a [`PixelOrder`] alone, applies to `.npy` and CSV images of 20 x 20, and to `X` in a MATLAB file. In the
/// labels of a MATLAB file 10 means 0, unless there is a 0. Data sets larger than the [`Cache`] allows stay on disk.
///
/// Floats up to 255 and integers up to 1 are rescaled, unless `format` says otherwise, and other unusual values are left
/// as they are: [`Digits::scale_notice`] tells, also of values that are left because `format` says so.
///
/// # Errors
///
/// A [`DataError`] that names the file: when it cannot be read, is damaged, or is longer or shorter than its header says;
/// when it is unclear which files are meant; when a pixel is not finite or in no range of pixels, or a label is not a
/// digit.
pub fn read(
    paths: &[PathBuf],
    format: impl Into<PixelFormat>,
    cache: &Cache,
) -> Result<Digits, DataError> {
    read_wanted(paths, format.into(), cache, Wanted::All)
}

/// Reads the images of some digits as [`read`] does. Other images are skipped: they take no memory, and their pixels are not
/// checked.
///
/// # Errors
///
/// Those of [`read`], and those of [`Digits::classified`].
pub fn read_classes(
    paths: &[PathBuf],
    format: impl Into<PixelFormat>,
    cache: &Cache,
    classes: Classes,
) -> Result<ClassifiedDigits, DataError> {
    let wanted = Wanted::OfClasses(classes, Presence::Every);
    let digits = read_wanted(paths, format.into(), cache, wanted)?;
    Ok(ClassifiedDigits::of_classes(digits, classes))
}

/// Does the same where not every one of the digits needs an image: to evaluate a network, not to train one.
///
/// # Errors
///
/// Those of [`read`], and those of [`Digits::classified_in_part`].
pub fn read_some_classes(
    paths: &[PathBuf],
    format: impl Into<PixelFormat>,
    cache: &Cache,
    classes: Classes,
) -> Result<ClassifiedDigits, DataError> {
    let wanted = Wanted::OfClasses(classes, Presence::Any);
    let digits = read_wanted(paths, format.into(), cache, wanted)?;
    Ok(ClassifiedDigits::of_classes(digits, classes))
}

/// Reads some rows, counted from 0, in the order of `rows`, as [`read`] does. Other images are skipped, without reading
/// them where the file is not compressed. Only if the wanted rows may be of an unusual scale, all are read to judge it.
///
/// # Errors
///
/// Those of [`read`], and [`DataError::NoSuchRow`] for the first row that the data set does not have.
pub fn read_rows(
    paths: &[PathBuf],
    format: impl Into<PixelFormat>,
    cache: &Cache,
    rows: &[usize],
) -> Result<Digits, DataError> {
    let digits = read_wanted(paths, format.into(), cache, Wanted::Rows(rows))?;
    Ok(in_order(&digits, rows))
}

fn read_wanted(
    paths: &[PathBuf],
    format: PixelFormat,
    cache: &Cache,
    wanted: Wanted<'_>,
) -> Result<Digits, DataError> {
    let options = ReadOptions {
        format,
        cache,
        wanted,
    };
    match locate(paths)? {
        Source::Files { images, labels } => options.read_files(&images, &labels),
        Source::Pictures { pictures, skipped } => options.read_pictures(pictures, skipped),
    }
}

struct ReadOptions<'a> {
    format: PixelFormat,
    cache: &'a Cache,
    wanted: Wanted<'a>,
}

impl ReadOptions<'_> {
    fn read_files(&self, images_path: &Path, labels_path: &Path) -> Result<Digits, DataError> {
        // The labels first, because they say which images are wanted.
        let labels = detect::read_labels(labels_path)?;
        check_labels(&labels).map_err(|error| error.in_file(labels_path))?;
        let wanted = self.wanted.mask(&labels)?;
        let (mut written, stored) = self.store_images(images_path, wanted.as_deref(), None)?;
        if written.seen != labels.len() && images_path == labels_path {
            return Err(DataError::RowCountInFile {
                path: images_path.into(),
                images: written.seen,
                labels: labels.len(),
            });
        }
        if written.seen != labels.len() {
            return Err(DataError::RowCount {
                images_path: images_path.into(),
                images: written.seen,
                labels_path: labels_path.into(),
                labels: labels.len(),
            });
        }
        if self.format.scale == PixelScale::Stored {
            let notice = (!self.is_usual(&stored)).then(|| ScaleNotice::AsStored {
                path: images_path.to_owned(),
                range: stored.range(),
            });
            let digits = Digits::of_written(written, labels, wanted.as_deref());
            return Ok(digits.with_scale_notice(notice));
        }
        let (path, usual) = (images_path.to_owned(), stored.number.full_ink());
        let (verdict, range) = self.verdict(images_path, stored)?;
        let full_ink = match verdict {
            Verdict::FullInk(full_ink) | Verdict::Inverted { full_ink, .. } => full_ink,
            Verdict::Uniform | Verdict::Unclear => usual,
            Verdict::Impossible => {
                let [low, high] = range;
                return Err(DataError::PixelRange { low, high }.in_file(path));
            }
        };
        let rescaled = (full_ink.to_bits() != usual.to_bits()).then_some(full_ink);
        if rescaled.is_some() {
            // Such files are rare; only they are read twice.
            let wanted = wanted.as_deref();
            (written, _) = self.store_images(images_path, wanted, rescaled)?;
        }
        let notice = match verdict {
            Verdict::Uniform => Some(ScaleNotice::Uniform {
                path,
                value: range[0],
            }),
            Verdict::Unclear | Verdict::Impossible => Some(ScaleNotice::Unclear { path, range }),
            Verdict::Inverted { fraction, .. } => Some(ScaleNotice::Inverted {
                path,
                range,
                fraction,
                rescaled,
            }),
            Verdict::FullInk(_) => rescaled.map(|full_ink| ScaleNotice::Rescaled {
                path,
                range,
                full_ink,
            }),
        };
        let digits = Digits::of_written(written, labels, wanted.as_deref());
        Ok(digits.with_scale_notice(notice))
    }

    /// Stores the wanted images of a file, in which `full_ink` becomes 1; `None` means the usual value of the type.
    fn store_images(
        &self,
        path: &Path,
        wanted: Option<&[bool]>,
        full_ink: Option<f64>,
    ) -> Result<(Written, StoredPixels), DataError> {
        let options = ImageOptions {
            pixel_order: self.format.order,
            full_ink,
        };
        let mut images = StoreWriter::new(self.cache, wanted);
        let stored = detect::read_images(path, options, &mut images)?;
        Ok((images.finish()?, stored))
    }

    /// Judges the values of the images that were read, or of all in the file where a few rows could belong to a file of
    /// another scale; returns the range that was judged too.
    fn verdict(
        &self,
        path: &Path,
        mut stored: StoredPixels,
    ) -> Result<(Verdict, [f64; 2]), DataError> {
        if matches!(self.wanted, Wanted::Rows(_)) {
            if is_usual_for_some(&stored) {
                let usual = Verdict::FullInk(stored.number.full_ink());
                return Ok((usual, stored.range()));
            }
            (_, stored) = self.store_images(path, None, None)?;
        }
        Ok((judge(&stored), stored.range()))
    }

    /// Says whether the values are those of the type's scale, as far as the images that were read tell.
    fn is_usual(&self, stored: &StoredPixels) -> bool {
        match self.wanted {
            Wanted::Rows(_) => is_usual_for_some(stored),
            _ => judge(stored) == Verdict::FullInk(stored.number.full_ink()),
        }
    }

    fn read_pictures(
        &self,
        pictures: Vec<(PathBuf, u8)>,
        skipped: Vec<PathBuf>,
    ) -> Result<Digits, DataError> {
        let (pictures, labels): (Vec<PathBuf>, Vec<u8>) = pictures.into_iter().unzip();
        let wanted = self.wanted.mask(&labels)?;
        let is_wanted = |row: usize| wanted.as_deref().is_none_or(|wanted| wanted[row]);
        let mut images = StoreWriter::new(self.cache, wanted.as_deref());
        let mut unclear = Vec::new();
        for (start, some) in (0..).step_by(AT_A_TIME).zip(pictures.chunks(AT_A_TIME)) {
            let of_row = |(index, picture): (usize, &PathBuf)| {
                is_wanted(start + index).then(|| read_labelled(picture, self.format.pictures))
            };
            let read: Vec<_> = some.par_iter().enumerate().map(of_row).collect();
            for (image, path) in read.into_iter().zip(some) {
                let Some(image) = image else {
                    images.skip_unwanted();
                    continue;
                };
                let (pixels, shows) = image?;
                images.push(&pixels)?;
                unclear.extend(shows.map(|shows| UnclearPicture {
                    path: path.clone(),
                    shows,
                }));
            }
        }
        let written = images.finish()?;
        let digits = Digits::of_written(written, labels, wanted.as_deref());
        Ok(digits.with_pictures(PictureFiles {
            of_rows: pictures,
            skipped,
            unclear,
        }))
    }
}
