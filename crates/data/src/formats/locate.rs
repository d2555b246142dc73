//! Finds the files of a data set from the paths that a user names.
//!
//! Files are recognized by content. Names matter in three places only: a subfolder of pictures is named after its digit;
//! the file that goes with a single named file is looked for under its usual name; and of several files, as of MNIST's four,
//! those whose names start or end with `train` are taken. Of files with the same content, such as a file beside its `.gz`, the first is taken.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::formats::data_file::DataFile;
use crate::formats::detect::detect;

/// The files of a data set.
pub(crate) enum Source {
    /// A file of images and one of labels.
    Files { images: PathBuf, labels: PathBuf },
    /// Pictures, each with its digit: at least one.
    Pictures(Vec<(PathBuf, u8)>),
}

/// Finds the files: in a folder, next to a single file, or the two files themselves.
pub(crate) fn locate(paths: &[PathBuf]) -> Result<Source, DataError> {
    if let Some(missing) = paths.iter().find(|path| is_missing(path)) {
        return Err(DataError::NoSuchPath {
            path: missing.clone(),
        });
    }
    match paths {
        [path] if fs::metadata(path)?.is_dir() => locate_in_folder(path),
        [path] => order_by_kind(path, &find_partner(path)?),
        [folder, other] | [other, folder] if folder.is_dir() => Err(DataError::FolderAndPath {
            folder: folder.clone(),
            other: other.clone(),
        }),
        [first, second] => order_by_kind(first, second),
        _ => Err(DataError::PathCount { found: paths.len() }),
    }
}

fn is_missing(path: &Path) -> bool {
    fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

fn order_by_kind(first: &Path, second: &Path) -> Result<Source, DataError> {
    let (images, labels) = match (detect(first)?, detect(second)?) {
        (FileKind::Images, FileKind::Labels) => (first, second),
        (FileKind::Labels, FileKind::Images) => (second, first),
        (kind, _) => {
            return Err(DataError::SameKind {
                first: first.into(),
                second: second.into(),
                kind,
            });
        }
    };
    Ok(Source::Files {
        images: images.into(),
        labels: labels.into(),
    })
}

/// The words that mark a file of images: two in MNIST's names, and the first letter of the course's.
const IMAGES_WORDS: [&str; 3] = ["images", "idx3", "X"];
/// The words that mark a file of labels, in the same places.
const LABELS_WORDS: [&str; 3] = ["labels", "idx1", "y"];

/// Finds the file that goes with another one, by the names that MNIST and the course use.
fn find_partner(path: &Path) -> Result<PathBuf, DataError> {
    let kind = detect(path)?;
    let name = file_name(path);
    let ([content, dimensions, letter], other) = match kind {
        FileKind::Images => (IMAGES_WORDS, LABELS_WORDS),
        FileKind::Labels => (LABELS_WORDS, IMAGES_WORDS),
    };
    let renamed = name
        .replace(content, other[0])
        .replace(dimensions, other[1]);
    let partner = match name.strip_prefix(letter) {
        Some(rest) if renamed == name => format!("{}{rest}", other[2]),
        _ => renamed,
    };
    let with_other_compression = match partner.strip_suffix(".gz") {
        Some(plain) => plain.to_owned(),
        None => format!("{partner}.gz"),
    };
    [partner, with_other_compression]
        .into_iter()
        .map(|name| path.with_file_name(name))
        .find(|partner| partner != path && partner.is_file())
        .ok_or_else(|| DataError::MissingFile {
            path: path.into(),
            missing: kind.other(),
        })
}

fn locate_in_folder(folder: &Path) -> Result<Source, DataError> {
    let entries = visible_entries(folder)?;
    if entries.is_empty() {
        return Err(DataError::EmptyFolder {
            path: folder.into(),
        });
    }
    let (mut images, mut labels, mut subfolders) = (Vec::new(), Vec::new(), Vec::new());
    let mut unread = Vec::new();
    for path in entries {
        let meta = fs::metadata(&path)?;
        if meta.is_dir() {
            subfolders.push(path);
        } else if meta.is_file() {
            match detect(&path) {
                Ok(FileKind::Images) => images.push(path),
                Ok(FileKind::Labels) => labels.push(path),
                Err(error) if is_unrelated(&error) => unread.push(error),
                Err(error) => return Err(error),
            }
        }
    }
    let has_files = !(images.is_empty() && labels.is_empty());
    let has_pictures = subfolders.iter().any(|path| digit_named(path).is_some());
    match (has_files, has_pictures) {
        (true, true) => Err(DataError::MixedFolder {
            path: folder.into(),
        }),
        (true, false) => {
            choose_files(folder, images, labels).map_err(|error| with_reasons(error, unread))
        }
        (false, true) => list_pictures(folder, &subfolders),
        (false, false) => {
            let folders = folders_with_data(&subfolders);
            let path = folder.into();
            if folders.is_empty() {
                return Err(with_reasons(DataError::NoDataFiles { path }, unread));
            }
            Err(DataError::DataInSubfolder { path, folders })
        }
    }
}

/// Adds to an error about files that are missing why those that are there were not read, with the most telling reasons
/// first.
fn with_reasons(error: DataError, mut unread: Vec<DataError>) -> DataError {
    let is_missing = matches!(
        error,
        DataError::NoDataFiles { .. } | DataError::MissingFile { .. }
    );
    if !is_missing || unread.is_empty() {
        return error;
    }
    unread.sort_by_key(|error| matches!(error, DataError::UnknownFormat { .. }));
    DataError::UnreadFiles {
        error: Box::new(error),
        unread,
    }
}

/// How many levels of subfolders are searched: torchvision's `data` has `MNIST/raw`.
const SEARCHED_LEVELS: usize = 2;
/// The most entries of a folder that are searched.
const SEARCHED_ENTRIES: usize = 100;
/// The most folders that are named.
const NAMED_FOLDERS: usize = 3;

/// Finds those among `subfolders`, and among theirs, that a user may have meant; what cannot be read is none of them.
fn folders_with_data(subfolders: &[PathBuf]) -> Vec<PathBuf> {
    let mut level = subfolders.to_vec();
    let mut found = Vec::new();
    for _ in 0..SEARCHED_LEVELS {
        let mut next = Vec::new();
        for folder in level.into_iter().take(SEARCHED_ENTRIES) {
            let mut entries = visible_entries(&folder).unwrap_or_default();
            entries.truncate(SEARCHED_ENTRIES);
            let (folders, files): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|path| path.is_dir());
            let has_data = folders.iter().any(|path| digit_named(path).is_some())
                || files.iter().any(|path| detect(path).is_ok());
            if has_data {
                found.push(folder);
            } else {
                next.extend(folders);
            }
        }
        level = next;
    }
    found.truncate(NAMED_FOLDERS);
    found
}

/// Says whether a file in a folder is not part of the data set, such as a README.
fn is_unrelated(error: &DataError) -> bool {
    match error {
        DataError::InFile { cause, .. } => matches!(**cause, DataError::NpyShape { .. }),
        error => matches!(
            error,
            DataError::UnknownFormat { .. } | DataError::ForeignFile { .. }
        ),
    }
}

/// Chooses one file of images and one of labels; of several, those for training.
fn choose_files(
    folder: &Path,
    mut images: Vec<PathBuf>,
    mut labels: Vec<PathBuf>,
) -> Result<Source, DataError> {
    images = without_duplicates(images)?;
    labels = without_duplicates(labels)?;
    let candidates = [images.clone(), labels.clone()].concat();
    if images.len() > 1 || labels.len() > 1 {
        images.retain(|path| is_for_training(path));
        labels.retain(|path| is_for_training(path));
    }
    let missing = |missing| DataError::MissingFile {
        path: folder.into(),
        missing,
    };
    match (images.as_slice(), labels.as_slice()) {
        ([images], [labels]) => Ok(Source::Files {
            images: images.clone(),
            labels: labels.clone(),
        }),
        ([_], []) => Err(missing(FileKind::Labels)),
        ([], [_]) => Err(missing(FileKind::Images)),
        _ => Err(DataError::Ambiguous {
            path: folder.into(),
            candidates,
        }),
    }
}

/// Says whether a file is named as those for training are: `train-images-idx3-ubyte.gz`, `x_train.npy`.
fn is_for_training(path: &Path) -> bool {
    let name = file_name(path).to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    stem.starts_with("train") || stem.ends_with("train")
}

/// Leaves the first of the files that have the same content, decompressed: a data set is often there twice, unpacked and
/// packed.
fn without_duplicates(files: Vec<PathBuf>) -> Result<Vec<PathBuf>, DataError> {
    let mut different: Vec<PathBuf> = Vec::new();
    'files: for file in files {
        for earlier in &different {
            if DataFile::have_same_content(earlier, &file)? {
                continue 'files;
            }
        }
        different.push(file);
    }
    Ok(different)
}

/// Lists the pictures in the subfolder of each digit, by digit and then by name.
fn list_pictures(folder: &Path, subfolders: &[PathBuf]) -> Result<Source, DataError> {
    let mut pictures = Vec::new();
    for subfolder in subfolders {
        let digit = digit_named(subfolder).ok_or_else(|| DataError::UnknownSubfolder {
            path: subfolder.clone(),
        })?;
        let entries = visible_entries(subfolder)?;
        pictures.extend(entries.into_iter().map(|picture| (picture, digit)));
    }
    if pictures.is_empty() {
        return Err(DataError::NoRows.in_file(folder));
    }
    Ok(Source::Pictures(pictures))
}

/// Returns the digit that a folder is named after.
fn digit_named(path: &Path) -> Option<u8> {
    match file_name(path).as_bytes() {
        [digit @ b'0'..=b'9'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Lists the entries of a folder in the order of their names, without hidden ones.
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
