//! Recognizes IDX, `.npy`, `.npz`, `.mat` and CSV files by content, and calls the reader of their format.

use std::path::{Path, PathBuf};

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::foreign_file::ForeignFile;
use crate::formats::data_file::DataFile;
use crate::formats::npy_header::{self, Header};
use crate::formats::npy_number::NumberType;
use crate::formats::npy_shape::kind_of_shape;
use crate::formats::pixel_decoder::ImageOptions;
use crate::formats::scale::StoredPixels;
use crate::formats::{csv, csv_layout, idx, mat, mat_file, npy, npz};
use crate::storage::StoreWriter;

/// The bytes of an unknown file that an error shows.
const SHOWN: usize = 6;

/// What a data file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recognized {
    /// Images or labels.
    OneOf(FileKind),
    /// Images and labels.
    Both,
}

/// Opens a file and says what it contains.
///
/// # Errors
///
/// When the file cannot be read, has an unknown format, is an array whose shape is neither that of images nor that of
/// labels, or has arrays, but not one of each.
pub(crate) fn detect(path: &Path) -> Result<Recognized, DataError> {
    let mut file = DataFile::open(path)?;
    if let Some(kind) = idx::kind_of_magic(file.magic()) {
        return Ok(Recognized::OneOf(kind));
    }
    if is_npy(&file) {
        let found = Header::read(&mut file)?.shape;
        let kind = kind_of_shape(&found).map(Recognized::OneOf);
        return kind.ok_or_else(|| DataError::NpyShape { found }.in_file(path));
    }
    if is_mat(&file) {
        return mat::check(file).map(|()| Recognized::Both);
    }
    if is_plain_archive(&file) {
        return check_archive(path).map(|()| Recognized::Both);
    }
    if is_text(&file) && csv_layout::recognize(DataFile::open(path)?)? {
        return Ok(Recognized::Both);
    }
    if let Some(found) = ForeignFile::of_start(file.magic()) {
        let path = path.into();
        return Err(DataError::ForeignFile { path, found });
    }
    Err(unknown_format(&file))
}

/// Reads the images of a file that was recognized into `images`, column-major.
pub(crate) fn read_images<'a>(
    path: &'a Path,
    options: ImageOptions,
    images: &mut StoreWriter<'a>,
) -> Result<StoredPixels, DataError> {
    let file = DataFile::open(path)?;
    if is_npy(&file) {
        npy::read_images(file, path, options, images)
    } else if is_mat(&file) {
        mat::read_images(file, options, images)
    } else if is_text(&file) {
        csv::read_images(path, options, images)
    } else {
        idx::read_images(file, options.full_ink, images)
    }
}

/// Reads the labels of a file that was recognized, `[n]`.
pub(crate) fn read_labels(path: &Path) -> Result<Vec<u8>, DataError> {
    let file = DataFile::open(path)?;
    if is_npy(&file) {
        npy::read_labels(file)
    } else if is_mat(&file) {
        mat::read_labels(file)
    } else if is_text(&file) {
        csv::read_labels(path)
    } else {
        idx::read_labels(file)
    }
}

/// An array of an archive.
pub(crate) struct ArchivedArray {
    pub(crate) path: PathBuf,
    /// What it contains, or why it is not read.
    pub(crate) kind: Result<FileKind, DataError>,
}

/// Lists the arrays of an archive.
///
/// # Errors
///
/// When the archive is damaged, or is not one of NumPy's.
pub(crate) fn arrays(archive: &Path) -> Result<Vec<ArchivedArray>, DataError> {
    let paths = npz::arrays(archive)?;
    if paths.is_empty() {
        return Err(DataError::ForeignFile {
            path: archive.into(),
            found: ForeignFile::Zip,
        });
    }
    let with_kind = |path: PathBuf| {
        let kind = kind_of_array(&path);
        ArchivedArray { path, kind }
    };
    Ok(paths.into_iter().map(with_kind).collect())
}

/// Says what an array of an archive contains, by its shape, if it has numbers.
fn kind_of_array(path: &Path) -> Result<FileKind, DataError> {
    let mut file = DataFile::open(path)?;
    if !is_npy(&file) {
        return Err(unknown_format(&file));
    }
    let Header { descr, shape, .. } = Header::read(&mut file)?;
    match kind_of_shape(&shape) {
        Some(kind) if NumberType::parse(&descr).is_some() => Ok(kind),
        Some(kind) => Err(DataError::NpyType { kind, found: descr }.in_file(path)),
        None => Err(DataError::NpyShape { found: shape }.in_file(path)),
    }
}

/// Checks that an archive has images and labels.
fn check_archive(path: &Path) -> Result<(), DataError> {
    let (mut kinds, mut names, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for array in arrays(path)? {
        names.extend(npz::split(&array.path).map(|(_, name)| name.to_owned()));
        match array.kind {
            Ok(kind) => kinds.push(kind),
            Err(error) => unread.push(error),
        }
    }
    if kinds.contains(&FileKind::Images) && kinds.contains(&FileKind::Labels) {
        return Ok(());
    }
    let path = path.into();
    Err(DataError::NpzArrays { path, names }.because_of(unread))
}

fn unknown_format(file: &DataFile) -> DataError {
    DataError::UnknownFormat {
        path: file.path().into(),
        found: file.magic().iter().copied().take(SHOWN).collect(),
    }
}

/// Says whether a file is a zip archive that is not compressed again.
fn is_plain_archive(file: &DataFile) -> bool {
    file.magic().starts_with(&npz::MAGIC) && file.position_in_plain_file().is_some()
}

/// Says whether a file may be CSV.
pub(crate) fn is_text(file: &DataFile) -> bool {
    ForeignFile::of_start(file.magic()) == Some(ForeignFile::Text)
}

/// Says whether a file is in NumPy's format.
pub(crate) fn is_npy(file: &DataFile) -> bool {
    file.magic().starts_with(&npy_header::MAGIC)
}

pub(crate) fn is_mat(file: &DataFile) -> bool {
    file.magic().starts_with(&mat_file::MAGIC)
}
