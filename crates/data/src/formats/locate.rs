//! Finds the files of a data set from the paths that a user names.
//!
//! Files are recognized by content. Names matter in three places only: a subfolder of pictures is named after its digit;
//! the file that goes with a single named file is looked for under its usual name; and of several files, as of MNIST's four,
//! or of two folders, the names tell those for training from those for a test. Of files with the same content, such as a
//! file beside its `.gz`, the first is taken. The arrays of an archive are found as the files of a folder are.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::DataError;
use crate::file_kind::FileKind;
use crate::formats::data_file::DataFile;
use crate::formats::detect::{Recognized, detect};
use crate::formats::folder::{Folder, file_name};
use crate::formats::npz;
use crate::formats::part::Part;

/// The files of a data set.
pub(crate) enum Source {
    /// A file of images and one of labels, which may be the same.
    Files { images: PathBuf, labels: PathBuf },
    /// Pictures, each with its digit: at least one.
    Pictures {
        pictures: Vec<(PathBuf, u8)>,
        /// Pictures that belong to no digit.
        skipped: Vec<PathBuf>,
    },
}

/// Finds the files: in a folder, next to a single file, or the two files themselves.
pub(crate) fn locate(paths: &[PathBuf]) -> Result<Source, DataError> {
    if let Some(missing) = paths.iter().find(|path| is_missing(path)) {
        return Err(DataError::NoSuchPath {
            path: missing.clone(),
        });
    }
    match paths {
        [path] if path.is_dir() => locate_in_folder(path),
        [path] => match detect(path)? {
            Recognized::OneOf(kind) => order_by_kind(path, &find_partner(path, kind)?),
            Recognized::Both => of_whole(path),
        },
        [folder, other] | [other, folder] if folder.is_dir() => Err(DataError::FolderAndPath {
            folder: folder.clone(),
            other: other.clone(),
        }),
        [first, second] => order_by_kind(first, second),
        _ => Err(DataError::PathCount { found: paths.len() }),
    }
}

/// Finds the test part of a data set: the paths by which [`read`](crate::read()) and the functions like it read it. `None`
/// if there is none, or only images without labels.
///
/// Only a folder or an archive has one, beside a training part, which these functions read: files or arrays whose names
/// start or end with `t10k` or `test`, of several, or a subfolder named so beside one named `train`.
///
/// # Errors
///
/// A [`DataError`] that names the file or folder: when a file cannot be read or is damaged, or it is unclear which files
/// are meant.
pub fn test_part(paths: &[PathBuf]) -> Result<Option<Vec<PathBuf>>, DataError> {
    let [path] = paths else { return Ok(None) };
    let folder = if path.is_dir() {
        Folder::open(path)?
    } else if npz::is_archive(path) {
        Folder::of_archive(path)?
    } else {
        return Ok(None);
    };
    if let Some([_, test]) = folder.part_folders() {
        return Ok(Some(vec![test.to_owned()]));
    }
    if folder.has_pictures() {
        return Ok(None);
    }
    let all = Candidates::of_folder(&folder)?;
    if !all.are_several() {
        // An archive in the folder may have both parts.
        return if all.whole.is_empty() {
            Ok(None)
        } else {
            test_part(&all.whole)
        };
    }
    let test = all.of_part(Part::Test);
    match test.as_files() {
        Some([images, labels]) if images == labels => Ok(Some(vec![images.clone()])),
        Some(files) => Ok(Some(files.map(Clone::clone).to_vec())),
        None if test.are_several() => Err(test.ambiguous(path)),
        None => Ok(None),
    }
}

fn is_missing(path: &Path) -> bool {
    !npz::is_in_archive(path)
        && fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

fn files(images: &Path, labels: &Path) -> Source {
    Source::Files {
        images: images.into(),
        labels: labels.into(),
    }
}

/// The files of a file of images and labels.
fn of_whole(path: &Path) -> Result<Source, DataError> {
    if npz::is_archive(path) {
        return choose(Folder::of_archive(path)?);
    }
    Ok(files(path, path))
}

fn order_by_kind(first: &Path, second: &Path) -> Result<Source, DataError> {
    use FileKind::{Images, Labels};
    use Recognized::{Both, OneOf};
    match (detect(first)?, detect(second)?) {
        (OneOf(Images), OneOf(Labels)) => Ok(files(first, second)),
        (OneOf(Labels), OneOf(Images)) => Ok(files(second, first)),
        (OneOf(kind), OneOf(_)) => Err(DataError::SameKind {
            first: first.into(),
            second: second.into(),
            kind,
        }),
        (Both, _) => Err(DataError::BesideWhole {
            whole: first.into(),
            other: second.into(),
        }),
        (_, Both) => Err(DataError::BesideWhole {
            whole: second.into(),
            other: first.into(),
        }),
    }
}

/// The words that mark a file of images: two in MNIST's names, and the first letter of the course's.
const IMAGES_WORDS: [&str; 3] = ["images", "idx3", "X"];
/// The words that mark a file of labels, in the same places.
const LABELS_WORDS: [&str; 3] = ["labels", "idx1", "y"];

/// Finds the file that goes with another one, by the names that MNIST and the course use.
fn find_partner(path: &Path, kind: FileKind) -> Result<PathBuf, DataError> {
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

fn locate_in_folder(path: &Path) -> Result<Source, DataError> {
    let folder = Folder::open(path)?;
    match folder.part_folders() {
        Some([training, _]) => choose(Folder::open(training)?),
        None => choose(folder),
    }
}

/// Chooses the files of a folder; of several, those for training.
fn choose(folder: Folder) -> Result<Source, DataError> {
    match (folder.has_files(), folder.has_pictures()) {
        (true, true) => Err(DataError::MixedFolder { path: folder.path }),
        (false, true) => Ok(Source::Pictures {
            pictures: folder.pictures()?,
            skipped: folder.pictures_beside(),
        }),
        (false, false) if folder.whole.is_empty() => Err(folder.without_data()),
        (_, false) => {
            let mut candidates = Candidates::of_folder(&folder)?;
            let ambiguous = candidates.ambiguous(&folder.path);
            if candidates.are_several() {
                candidates = candidates.of_part(Part::Training);
            }
            let missing = |missing| DataError::MissingFile {
                path: folder.path.clone(),
                missing,
            };
            let error = match (
                candidates.as_files(),
                &*candidates.images,
                &*candidates.labels,
            ) {
                (Some([whole, same]), _, _) if whole == same => return of_whole(whole),
                (Some([images, labels]), _, _) => return Ok(files(images, labels)),
                (None, [_], []) => missing(FileKind::Labels),
                (None, [], [_]) => missing(FileKind::Images),
                _ => ambiguous,
            };
            Err(folder.with_reasons(error))
        }
    }
}

/// The data files of a folder, without copies.
struct Candidates {
    images: Vec<PathBuf>,
    labels: Vec<PathBuf>,
    /// Files of both, if there are none of one kind.
    whole: Vec<PathBuf>,
}

impl Candidates {
    fn of_folder(folder: &Folder) -> Result<Self, DataError> {
        let whole: &[PathBuf] = if folder.has_files() {
            &[]
        } else {
            &folder.whole
        };
        Ok(Self {
            images: without_duplicates(&folder.images)?,
            labels: without_duplicates(&folder.labels)?,
            whole: without_duplicates(whole)?,
        })
    }

    /// Says whether the names have to tell which files are meant.
    fn are_several(&self) -> bool {
        let mut lists = [&self.images, &self.labels, &self.whole].into_iter();
        lists.any(|paths| paths.len() > 1)
    }

    fn of_part(&self, part: Part) -> Self {
        let of_part = |paths: &[PathBuf]| {
            let paths = paths.iter();
            let of_part = paths.filter(|path| Part::of_name(path) == Some(part));
            of_part.cloned().collect()
        };
        Self {
            images: of_part(&self.images),
            labels: of_part(&self.labels),
            whole: of_part(&self.whole),
        }
    }

    /// Returns the file of images and the file of labels, if there is one of each.
    fn as_files(&self) -> Option<[&PathBuf; 2]> {
        match (&*self.images, &*self.labels, &*self.whole) {
            ([images], [labels], _) => Some([images, labels]),
            ([], [], [whole]) => Some([whole, whole]),
            _ => None,
        }
    }

    fn ambiguous(&self, folder: &Path) -> DataError {
        let path = folder.to_owned();
        if self.whole.is_empty() {
            let candidates = [self.images.clone(), self.labels.clone()].concat();
            DataError::Ambiguous { path, candidates }
        } else {
            let candidates = self.whole.clone();
            DataError::SeveralWhole { path, candidates }
        }
    }
}

/// Leaves the first of the files that have the same content, decompressed: a data set is often there twice, unpacked and
/// packed.
fn without_duplicates(files: &[PathBuf]) -> Result<Vec<PathBuf>, DataError> {
    let mut different: Vec<PathBuf> = Vec::new();
    'files: for file in files {
        for earlier in &different {
            if DataFile::have_same_content(earlier, file)? {
                continue 'files;
            }
        }
        different.push(file.clone());
    }
    Ok(different)
}
