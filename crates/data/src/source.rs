//! From the paths that somebody names to a data set.
//!
//! A file is recognised by its content. Names count in three places only: subfolders of pictures are named by their
//! digit, the missing half of a pair is looked for under its usual name, and of MNIST's four files those named `train`
//! are taken.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::digits::check_labels;
use crate::half::{self, Half};
use crate::npy::PixelOrder;
use crate::store::{Cache, StoreWriter};
use crate::{DataError, DigitPair, Digits, pair, read_picture};

/// Reads a data set from a folder, from a pair of files, or from one file whose other half lies beside it.
///
/// - A folder of IDX or `.npy` files: one of images and one of labels. Of several, as in MNIST's folder, the pair whose
///   names start with `train`.
/// - A folder with subfolders named `0` to `9`: the PNG and JPEG pictures in each, by name, as [`read_picture`] does.
/// - Two files, images and labels, in either order.
/// - One file: the other is the one with `images-idx3` and `labels-idx1`, or a leading `X` and `y`, exchanged.
///
/// IDX and `.npy` files may be gzipped. Hidden files are left alone. `pixel_order` concerns `.npy` images only, and
/// `cache` says how much of it all is held in memory.
///
/// # Errors
///
/// When a file cannot be read, is damaged, or holds more or less than it announces; when it is unclear which files are
/// meant; when a pixel is not finite or a label is not a digit.
pub fn read(
    paths: &[PathBuf],
    pixel_order: PixelOrder,
    cache: &Cache,
) -> Result<Digits, DataError> {
    let wish = Wish {
        pixel_order,
        cache,
        pair: None,
    };
    read_paths(paths, &wish)
}

/// Reads the images of two digits, the negative and the positive one, as [`read`] does. Others are not kept, and
/// their pixels not looked at.
///
/// # Errors
///
/// Those of [`read`]; and when the two are the same, one is not a digit, or one has no example.
pub fn read_pair(
    paths: &[PathBuf],
    pixel_order: PixelOrder,
    cache: &Cache,
    [negative, positive]: [u8; 2],
) -> Result<DigitPair, DataError> {
    let pair = [negative, positive];
    let wish = Wish {
        pixel_order,
        cache,
        pair: Some(pair),
    };
    Ok(DigitPair::of_two(read_paths(paths, &wish)?, pair))
}

/// What is wanted of a data set, and how.
struct Wish<'a> {
    pixel_order: PixelOrder,
    cache: &'a Cache,
    /// The two digits that are wanted; none means all.
    pair: Option<[u8; 2]>,
}

impl Wish<'_> {
    /// Says which rows are wanted.
    fn rows(&self, labels: &[u8]) -> Result<Option<Vec<bool>>, DataError> {
        let Some(pair) = self.pair else {
            return Ok(None);
        };
        pair::check(labels, pair[0], pair[1])?;
        Ok(Some(
            labels.iter().map(|label| pair.contains(label)).collect(),
        ))
    }
}

fn read_paths(paths: &[PathBuf], wish: &Wish<'_>) -> Result<Digits, DataError> {
    match paths {
        [path] if fs::metadata(path)?.is_dir() => read_folder(path, wish),
        [path] => read_files(path, &other_half(path)?, wish),
        [first, second] => read_files(first, second, wish),
        _ => Err(DataError::PathCount { found: paths.len() }),
    }
}

fn read_files(first: &Path, second: &Path, wish: &Wish<'_>) -> Result<Digits, DataError> {
    let (images_path, labels_path) = match (Half::of_file(first)?, Half::of_file(second)?) {
        (Half::Images, Half::Labels) => (first, second),
        (Half::Labels, Half::Images) => (second, first),
        (half, _) => {
            return Err(DataError::SameHalf {
                first: first.into(),
                second: second.into(),
                found: half.name(),
            });
        }
    };
    // The labels first: they say which images are wanted.
    let labels = half::read_labels(labels_path)?;
    check_labels(&labels).map_err(|error| error.in_file(labels_path))?;
    let wanted = wish.rows(&labels)?;
    let mut images = StoreWriter::new(wish.cache, wanted.as_deref());
    half::read_images(images_path, wish.pixel_order, &mut images)?;
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

/// The words that tell a file of images: in two places of MNIST's names, and at the start of the course's.
const IMAGES_NAMES: [&str; 3] = ["images", "idx3", "X"];
/// The words in the same places for a file of labels.
const LABELS_NAMES: [&str; 3] = ["labels", "idx1", "y"];

/// Finds the half that belongs to a file, by the names that MNIST and the course use.
fn other_half(path: &Path) -> Result<PathBuf, DataError> {
    let half = Half::of_file(path)?;
    let name = file_name(path);
    let ([mnist, kind, course], there) = match half {
        Half::Images => (IMAGES_NAMES, LABELS_NAMES),
        Half::Labels => (LABELS_NAMES, IMAGES_NAMES),
    };
    let renamed = name.replace(mnist, there[0]).replace(kind, there[1]);
    let other = match name.strip_prefix(course) {
        Some(rest) if renamed == name => format!("{}{rest}", there[2]),
        _ => renamed,
    };
    let repacked = match other.strip_suffix(".gz") {
        Some(plain) => plain.to_owned(),
        None => format!("{other}.gz"),
    };
    [other, repacked]
        .into_iter()
        .map(|other| path.with_file_name(other))
        .find(|other| other != path && other.is_file())
        .ok_or_else(|| DataError::MissingHalf {
            path: path.into(),
            missing: half.other().name(),
        })
}

fn read_folder(folder: &Path, wish: &Wish<'_>) -> Result<Digits, DataError> {
    let entries = visible_entries(folder)?;
    if entries.is_empty() {
        return Err(DataError::EmptyFolder {
            path: folder.into(),
        });
    }
    let (mut images, mut labels, mut subfolders) = (Vec::new(), Vec::new(), Vec::new());
    for path in entries {
        let kind = fs::metadata(&path)?;
        if kind.is_dir() {
            subfolders.push(path);
        } else if kind.is_file() {
            match Half::of_file(&path) {
                Ok(Half::Images) => images.push(path),
                Ok(Half::Labels) => labels.push(path),
                Err(error) if is_another_file(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
    let holds_files = !(images.is_empty() && labels.is_empty());
    let holds_pictures = subfolders.iter().any(|path| digit_named(path).is_some());
    match (holds_files, holds_pictures) {
        (true, true) => Err(DataError::MixedFolder {
            path: folder.into(),
        }),
        (true, false) => {
            let (images, labels) = choose_pair(folder, images, labels)?;
            read_files(&images, &labels, wish)
        }
        (false, true) => read_pictures(folder, &subfolders, wish),
        (false, false) => Err(DataError::NothingRecognised {
            path: folder.into(),
        }),
    }
}

/// Says whether a file in a folder is simply no part of a data set, as a README is not.
fn is_another_file(error: &DataError) -> bool {
    match error {
        DataError::InFile { cause, .. } => matches!(**cause, DataError::NpyShape { .. }),
        error => matches!(error, DataError::UnknownFormat { .. }),
    }
}

/// Picks one file of images and one of labels; of several, the ones named `train`.
fn choose_pair(
    folder: &Path,
    mut images: Vec<PathBuf>,
    mut labels: Vec<PathBuf>,
) -> Result<(PathBuf, PathBuf), DataError> {
    let candidates = [images.clone(), labels.clone()].concat();
    if images.len() > 1 || labels.len() > 1 {
        images.retain(|path| file_name(path).starts_with("train"));
        labels.retain(|path| file_name(path).starts_with("train"));
    }
    let missing = |half: Half| DataError::MissingHalf {
        path: folder.into(),
        missing: half.name(),
    };
    match (images.as_slice(), labels.as_slice()) {
        ([image], [label]) => Ok((image.clone(), label.clone())),
        ([_], []) => Err(missing(Half::Labels)),
        ([], [_]) => Err(missing(Half::Images)),
        _ => Err(DataError::Ambiguous {
            path: folder.into(),
            candidates,
        }),
    }
}

/// Reads the pictures of each digit's subfolder, digit by digit and name by name.
fn read_pictures(
    folder: &Path,
    subfolders: &[PathBuf],
    wish: &Wish<'_>,
) -> Result<Digits, DataError> {
    let (mut pictures, mut labels) = (Vec::new(), Vec::new());
    for subfolder in subfolders {
        let digit = digit_named(subfolder).ok_or_else(|| DataError::UnknownSubfolder {
            path: subfolder.clone(),
        })?;
        let entries = visible_entries(subfolder)?;
        labels.extend(entries.iter().map(|_| digit));
        pictures.extend(entries);
    }
    if labels.is_empty() {
        return Err(DataError::NoRows.in_file(folder));
    }
    let wanted = wish.rows(&labels)?;
    let mut images = StoreWriter::new(wish.cache, wanted.as_deref());
    for picture in pictures {
        if !images.skips() {
            images.push(&read_picture(&picture)?)?;
        }
    }
    let written = images.finish()?;
    Ok(Digits::of_written(written, labels, wanted.as_deref()))
}

/// Returns the digit that a folder is named by.
fn digit_named(path: &Path) -> Option<u8> {
    match file_name(path).as_bytes() {
        [digit @ b'0'..=b'9'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Lists what a folder holds, in the order of the names, without hidden files.
fn visible_entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !file_name(&path).starts_with('.') {
            entries.push(path);
        }
    }
    entries.sort();
    Ok(entries)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
