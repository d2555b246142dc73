//! What a folder holds: data files, subfolders of pictures, and other things, with the reason why they are not read.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::{CsvError, DataError};
use crate::file_kind::FileKind;
use crate::foreign_file::ForeignFile;
use crate::formats::detect::{Recognized, arrays, detect};
use crate::formats::part::Part;

/// The visible entries of a folder, sorted by name.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) images: Vec<PathBuf>,
    pub(crate) labels: Vec<PathBuf>,
    /// Files of both images and labels.
    pub(crate) whole: Vec<PathBuf>,
    subfolders: Vec<PathBuf>,
    /// Why other files are not read.
    unread: Vec<DataError>,
}

impl Folder {
    /// Opens each file of the folder and recognizes it.
    ///
    /// # Errors
    ///
    /// When the folder is empty or cannot be read, or a data file is damaged.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        let entries = visible_entries(path)?;
        if entries.is_empty() {
            let path = path.to_owned();
            return Err(DataError::EmptyFolder { path });
        }
        let mut folder = Self::empty(path);
        for entry in entries {
            let meta = fs::metadata(&entry)?;
            if meta.is_dir() {
                folder.subfolders.push(entry);
            } else if meta.is_file() {
                folder.add_file(entry)?;
            }
        }
        Ok(folder)
    }

    /// Lists the arrays of an archive as the files of a folder.
    ///
    /// # Errors
    ///
    /// When the archive is damaged, or is not one of NumPy's.
    pub(crate) fn of_archive(path: &Path) -> Result<Self, DataError> {
        let mut folder = Self::empty(path);
        for array in arrays(path)? {
            match array.kind {
                Ok(FileKind::Images) => folder.images.push(array.path),
                Ok(FileKind::Labels) => folder.labels.push(array.path),
                Err(error) => folder.unread.push(error),
            }
        }
        Ok(folder)
    }

    fn empty(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            images: Vec::new(),
            labels: Vec::new(),
            whole: Vec::new(),
            subfolders: Vec::new(),
            unread: Vec::new(),
        }
    }

    fn add_file(&mut self, file: PathBuf) -> Result<(), DataError> {
        match detect(&file) {
            Ok(Recognized::OneOf(FileKind::Images)) => self.images.push(file),
            Ok(Recognized::OneOf(FileKind::Labels)) => self.labels.push(file),
            Ok(Recognized::Both) => self.whole.push(file),
            Err(error) if is_unrelated(&error) => self.unread.push(error),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Says whether there is a file of images or one of labels.
    pub(crate) fn has_files(&self) -> bool {
        !(self.images.is_empty() && self.labels.is_empty())
    }

    /// Says whether there is a subfolder of pictures.
    pub(crate) fn has_pictures(&self) -> bool {
        has_digit(&self.subfolders)
    }

    /// Returns the subfolders of the training part and of the test part, if the folder has nothing but these to read.
    pub(crate) fn part_folders(&self) -> Option<[&Path; 2]> {
        if self.has_files() || self.has_pictures() || !self.whole.is_empty() {
            return None;
        }
        let only = |part| {
            let of_part = |path: &&PathBuf| Part::of_name(path) == Some(part) && has_data(path);
            let mut folders = self.subfolders.iter().filter(of_part);
            let first = folders.next();
            first.filter(|_| folders.next().is_none())
        };
        Some([only(Part::Training)?, only(Part::Test)?])
    }

    /// Lists the pictures in the subfolder of each digit, by digit and then by name: at least one.
    ///
    /// # Errors
    ///
    /// When there is none, or a subfolder is not named after a digit.
    pub(crate) fn pictures(&self) -> Result<Vec<(PathBuf, u8)>, DataError> {
        let mut pictures = Vec::new();
        for subfolder in &self.subfolders {
            let digit = digit_named(subfolder).ok_or_else(|| DataError::UnknownSubfolder {
                path: subfolder.clone(),
            })?;
            let entries = visible_entries(subfolder)?;
            pictures.extend(entries.into_iter().map(|picture| (picture, digit)));
        }
        if pictures.is_empty() {
            return Err(DataError::NoRows.in_file(&self.path));
        }
        Ok(pictures)
    }

    /// Lists the pictures that lie beside the subfolders, sorted by name.
    pub(crate) fn pictures_beside(&self) -> Vec<PathBuf> {
        let pictures = self.unread.iter().filter_map(|error| match error {
            DataError::ForeignFile {
                path,
                found: ForeignFile::Picture,
            } => Some(path.clone()),
            _ => None,
        });
        pictures.collect()
    }

    /// Returns the error that there is nothing to read, with the folders that were meant or the reasons of the files.
    pub(crate) fn without_data(self) -> DataError {
        let folders = folders_with_data(&self.subfolders);
        let path = self.path.clone();
        if folders.is_empty() {
            return self.with_reasons(DataError::NoDataFiles { path });
        }
        DataError::DataInSubfolder { path, folders }
    }

    /// Adds to an error about files that are missing why those that are there were not read, with the most telling reasons
    /// first.
    pub(crate) fn with_reasons(self, error: DataError) -> DataError {
        let is_missing = matches!(
            error,
            DataError::NoDataFiles { .. } | DataError::MissingFile { .. }
        );
        if !is_missing || self.unread.is_empty() {
            return error;
        }
        let mut unread = self.unread;
        unread.sort_by_key(|error| {
            matches!(
                error,
                DataError::UnknownFormat { .. }
                    | DataError::ForeignFile {
                        found: ForeignFile::Text,
                        ..
                    }
            )
        });
        error.because_of(unread)
    }
}

/// Says whether a file in a folder is not part of the data set, such as a README. A MATLAB file or an archive is none even
/// if it is damaged: it is only read where there is nothing else.
fn is_unrelated(error: &DataError) -> bool {
    match error {
        DataError::UnreadFiles { error, .. } => is_unrelated(error),
        DataError::InFile { cause, .. } => matches!(
            **cause,
            DataError::NpyShape { .. }
                | DataError::MatVariables { .. }
                | DataError::MatContent { .. }
                | DataError::MatImagesShape { .. }
                | DataError::MatLabelsShape { .. }
                | DataError::Csv(CsvError::Columns { .. } | CsvError::Unlabelled { .. })
        ),
        error => matches!(
            error,
            DataError::UnknownFormat { .. }
                | DataError::ForeignFile { .. }
                | DataError::MatDamaged { .. }
                | DataError::Npz { .. }
                | DataError::NpzEntries { .. }
                | DataError::NpzName { .. }
                | DataError::NpzArrays { .. }
        ),
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
            if has_data(&folder) {
                found.push(folder);
            } else {
                next.extend(subfolders_of(&folder));
            }
        }
        level = next;
    }
    found.truncate(NAMED_FOLDERS);
    found
}

/// Says whether a folder has data files or subfolders of pictures; one that cannot be read has none.
fn has_data(folder: &Path) -> bool {
    let (folders, files) = searched_entries(folder);
    has_digit(&folders) || files.iter().any(|path| detect(path).is_ok())
}

fn subfolders_of(folder: &Path) -> Vec<PathBuf> {
    searched_entries(folder).0
}

/// Returns folders and files.
fn searched_entries(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut entries = visible_entries(folder).unwrap_or_default();
    entries.truncate(SEARCHED_ENTRIES);
    entries.into_iter().partition(|path| path.is_dir())
}

fn has_digit(folders: &[PathBuf]) -> bool {
    folders.iter().any(|path| digit_named(path).is_some())
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

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
