//! Reads a data set from files: all ten digits, or two of them.

use std::path::{Path, PathBuf};

use crate::error::DataError;
use crate::formats::detect;
use crate::formats::locate::{Source, locate};
use crate::formats::picture::read_picture;
use crate::formats::wanted::{Wanted, in_order};
use crate::pixels::PixelOrder;
use crate::storage::{Cache, DigitPair, Digits, StoreWriter, check_labels};

/// Reads a data set from a folder, from two files, or from one file with the other next to it.
///
/// - A folder of IDX or `.npy` files: one of images and one of labels. Of several, as in MNIST's folder, those whose
///   names start with `train`.
/// - A folder with subfolders named `0` to `9`: the PNG and JPEG pictures in each, sorted by name; see [`read_picture`].
/// - Two files, images and labels, in either order.
/// - One file: the other has the same name but with `images` and `labels` swapped, `idx3` and `idx1`, or a leading `X`
///   and `y`.
///
/// IDX and `.npy` files may be gzipped. Hidden files are ignored. `pixel_order` applies to `.npy` images only. Data sets
/// larger than the [`Cache`] allows stay on disk.
///
/// # Errors
///
/// A [`DataError`] that names the file: when it cannot be read, is damaged, or is longer or shorter than its header says;
/// when it is unclear which files are meant; when a pixel is not finite or a label is not a digit.
pub fn read(
    paths: &[PathBuf],
    pixel_order: PixelOrder,
    cache: &Cache,
) -> Result<Digits, DataError> {
    let options = ReadOptions {
        pixel_order,
        cache,
        wanted: Wanted::All,
    };
    options.read(paths)
}

/// Reads the images of two digits, the negative and the positive one, as [`read`] does. Other images are skipped: they
/// take no memory, and their pixels are not checked.
///
/// # Errors
///
/// Those of [`read`], and those of [`Digits::pair`].
pub fn read_pair(
    paths: &[PathBuf],
    pixel_order: PixelOrder,
    cache: &Cache,
    [negative, positive]: [u8; 2],
) -> Result<DigitPair, DataError> {
    let pair = [negative, positive];
    let options = ReadOptions {
        pixel_order,
        cache,
        wanted: Wanted::OfPair(pair),
    };
    Ok(DigitPair::of_two(options.read(paths)?, pair))
}

/// Reads some rows, counted from 0, in the order of `rows`, as [`read`] does. Other images are skipped, without reading
/// them where the file is not compressed.
///
/// # Errors
///
/// Those of [`read`], and [`DataError::NoSuchRow`] for the first row that the data set does not have.
pub fn read_rows(
    paths: &[PathBuf],
    pixel_order: PixelOrder,
    cache: &Cache,
    rows: &[usize],
) -> Result<Digits, DataError> {
    let options = ReadOptions {
        pixel_order,
        cache,
        wanted: Wanted::Rows(rows),
    };
    Ok(in_order(&options.read(paths)?, rows))
}

struct ReadOptions<'a> {
    pixel_order: PixelOrder,
    cache: &'a Cache,
    wanted: Wanted<'a>,
}

impl ReadOptions<'_> {
    fn read(&self, paths: &[PathBuf]) -> Result<Digits, DataError> {
        match locate(paths)? {
            Source::Files { images, labels } => self.read_files(&images, &labels),
            Source::Pictures(pictures) => self.read_pictures(pictures),
        }
    }

    fn read_files(&self, images_path: &Path, labels_path: &Path) -> Result<Digits, DataError> {
        // The labels first, because they say which images are wanted.
        let labels = detect::read_labels(labels_path)?;
        check_labels(&labels).map_err(|error| error.in_file(labels_path))?;
        let wanted = self.wanted.mask(&labels)?;
        let mut images = StoreWriter::new(self.cache, wanted.as_deref());
        detect::read_images(images_path, self.pixel_order, &mut images)?;
        let written = images.finish()?;
        if written.seen != labels.len() {
            return Err(DataError::RowCount {
                images_path: images_path.into(),
                images: written.seen,
                labels_path: labels_path.into(),
                labels: labels.len(),
            });
        }
        Ok(Digits::of_written(written, labels, wanted.as_deref()))
    }

    fn read_pictures(&self, pictures: Vec<(PathBuf, u8)>) -> Result<Digits, DataError> {
        let (pictures, labels): (Vec<PathBuf>, Vec<u8>) = pictures.into_iter().unzip();
        let wanted = self.wanted.mask(&labels)?;
        let mut images = StoreWriter::new(self.cache, wanted.as_deref());
        for picture in &pictures {
            if !images.skip_unwanted() {
                images.push(&read_picture(picture)?)?;
            }
        }
        let written = images.finish()?;
        let digits = Digits::of_written(written, labels, wanted.as_deref());
        Ok(digits.with_files(pictures))
    }
}
