//! Directories of runs and sweeps that can be deleted, without what this program did not write.
//!
//! Only files with names that this program writes are deleted. Links are never followed.

use std::path::{Path, PathBuf};

use crate::run::lock::RunLock;
use crate::support::atomic_write::is_temporary;
use crate::support::error::{Error, Result};

/// Deleted last, because it is locked until then.
const LOCK: &str = "run.lock";

/// Says whether a file of this name belongs to a directory.
pub(crate) type IsOwn = fn(&str) -> bool;

/// Which files belong to a kind of directory, beside its lock.
#[derive(Debug)]
pub(crate) struct Contents {
    /// "run" or "sweep".
    pub(crate) noun: &'static str,
    /// The file that makes a directory one of this kind; deleted after the others.
    pub(crate) marker: &'static str,
    /// The other files.
    pub(crate) is_own: IsOwn,
    /// The folders in which files belong to it, and by which names.
    pub(crate) folders: &'static [(&'static str, IsOwn)],
}

/// A directory that can be deleted: locked, and with the files that belong to it.
pub(crate) struct Deletable {
    /// As it was named.
    path: PathBuf,
    lock: RunLock,
    /// The directory itself, wherever the current one is.
    folder: PathBuf,
    /// Without the marker and the lock.
    files: Vec<PathBuf>,
    contents: &'static Contents,
}

impl Deletable {
    /// Opens a directory and locks it; `check` returns an error if it is none of its kind.
    ///
    /// # Errors
    ///
    /// [`Error::LinkToRun`] if the path is a symbolic link, [`Error::OnlyConfig`] if nothing but the marker suggests its
    /// kind, and [`Error::RunInUse`] if a process is training in it.
    pub(crate) fn open(
        path: &Path,
        contents: &'static Contents,
        check: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Self> {
        let noun = contents.noun;
        // Without a final slash, with which a link would be followed.
        let path: PathBuf = path.components().collect();
        if path
            .symlink_metadata()
            .is_ok_and(|found| found.is_symlink())
        {
            return Err(Error::LinkToRun { path, noun });
        }
        check(&path)?;
        let folder = fs_err::canonicalize(&path)?;
        let files = contents.own_files(&folder)?;
        let has_lock = folder.join(LOCK).is_file();
        let marker = folder.join(contents.marker).symlink_metadata();
        if (files.is_empty() && !has_lock) || marker.is_ok_and(|found| !found.is_file()) {
            let marker = contents.marker;
            return Err(Error::OnlyConfig { path, noun, marker });
        }
        let lock = RunLock::acquire(&path).map_err(|error| match error {
            Error::RunLocked { path } => Error::RunInUse { path },
            error => error,
        })?;
        Ok(Self {
            path,
            lock,
            folder,
            files,
            contents,
        })
    }

    /// Its path, as it was named.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory, however its path is spelled.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The number of files to delete.
    pub(crate) fn count(&self) -> usize {
        self.files.len() + [self.contents.marker, LOCK].len()
    }

    /// Deletes its files, and its folders if nothing else is in them. Returns what is left, relative to the directory.
    pub(crate) fn delete(self) -> Result<Vec<PathBuf>> {
        for file in &self.files {
            fs_err::remove_file(file)?;
        }
        for scratch in scratch_folders(&self.folder)? {
            fs_err::remove_dir_all(scratch)?;
        }
        for (name, _) in self.contents.folders {
            let folder = self.folder.join(name);
            if is_real_folder(&folder) && fs_err::read_dir(&folder)?.next().is_none() {
                fs_err::remove_dir(folder)?;
            }
        }
        fs_err::remove_file(self.folder.join(self.contents.marker))?;
        drop(self.lock);
        fs_err::remove_file(self.folder.join(LOCK))?;
        let left = self.contents.left_in(&self.folder)?;
        if left.is_empty() {
            fs_err::remove_dir(&self.folder)?;
        }
        Ok(left)
    }
}

impl Contents {
    /// The files of a directory, those in its folders included, without marker and lock.
    fn own_files(&self, directory: &Path) -> Result<Vec<PathBuf>> {
        let mut files = files_named(directory, self.is_own)?;
        for (name, is_own) in self.folders {
            let folder = directory.join(name);
            if is_real_folder(&folder) {
                files.extend(files_named(&folder, *is_own)?);
            }
        }
        Ok(files)
    }

    /// What is in a directory, one level deep in its own folders.
    fn left_in(&self, directory: &Path) -> Result<Vec<PathBuf>> {
        let mut left = Vec::new();
        for entry in fs_err::read_dir(directory)? {
            let name = PathBuf::from(entry?.file_name());
            let is_own_folder = self.folders.iter().any(|(own, _)| name == Path::new(own));
            if is_own_folder && is_real_folder(&directory.join(&name)) {
                for entry in fs_err::read_dir(directory.join(&name))? {
                    left.push(name.join(entry?.file_name()));
                }
            } else {
                left.push(name);
            }
        }
        left.sort();
        Ok(left)
    }
}

/// The files in a folder, no links and folders, whose name belongs to a run.
fn files_named(folder: &Path, is_own: IsOwn) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_own = name.to_str().is_some_and(is_own) || is_temporary(&entry.path());
        if is_own && entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// The folders that a training which was killed has left.
fn scratch_folders(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(directory)? {
        let path = entry?.path();
        if is_temporary(&path) && is_real_folder(&path) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Says whether a folder is there, and no link to one.
fn is_real_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}
