//! The files of a run directory that belong to the run, and their deletion.
//!
//! Only files with names that this program writes are deleted. Links are never followed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::run::checkpoint::RECORDS;
use crate::run::directory::RunDirectory;
use crate::run::lock::RunLock;
use crate::support::atomic_write::is_temporary;
use crate::support::error::{Error, Result};

/// Deleted last, because it makes the directory a run.
const CONFIG: &str = "config.toml";
/// Deleted after it, because it is locked until then.
const LOCK: &str = "run.lock";

/// The other files of a run, beside TensorBoard's event files and those in folders.
const FILES: [&str; 18] = [
    "batch_order.csv",
    "ensemble.c",
    "ensemble.onnx",
    "ensemble.rs",
    "history.csv",
    "model.bpk",
    "model.c",
    "model.keras",
    "model.mat",
    "model.npz",
    "model.onnx",
    "model.rs",
    "model.safetensors",
    "model.weights.h5",
    "report.html",
    "result.toml",
    "sessions.csv",
    "without.txt",
];

/// The pictures in `plots/`, each as .png and .svg.
const PICTURES: [&str; 16] = [
    "activations",
    "calibration",
    "confusion-matrix",
    "embedding",
    "errors",
    "evaluation",
    "history",
    "history-compared",
    "model",
    "precision-recall",
    "predictions",
    "preparation",
    "probabilities",
    "roc",
    "uncertain",
    "weights",
];

/// A run that can be deleted: locked, and with the files that belong to it.
pub(crate) struct DeletableRun {
    run: RunDirectory,
    lock: RunLock,
    /// The directory itself, wherever the current one is.
    folder: PathBuf,
    /// Without `config.toml` and `run.lock`.
    files: Vec<PathBuf>,
}

/// Says whether a file of this name belongs to a run.
type IsOwn = fn(&str) -> bool;

/// The folders of a run in which files belong to it, and by which names.
const FOLDERS: [(&str, IsOwn); 2] = [("checkpoint", is_of_checkpoint), ("plots", is_picture)];

impl DeletableRun {
    /// Opens a run and locks it.
    ///
    /// # Errors
    ///
    /// As [`RunDirectory::open`]; [`Error::LinkToRun`] if the path is a symbolic link, [`Error::OnlyConfig`] if nothing
    /// but a `config.toml` suggests a run, and [`Error::RunInUse`] if a process is training in it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        // Without a final slash, with which a link would be followed.
        let path: PathBuf = path.components().collect();
        if path
            .symlink_metadata()
            .is_ok_and(|found| found.is_symlink())
        {
            return Err(Error::LinkToRun { path });
        }
        let run = RunDirectory::open(Some(&path))?;
        let folder = fs_err::canonicalize(&path)?;
        let files = own_files(&folder)?;
        let has_lock = folder.join(LOCK).is_file();
        let config = folder.join(CONFIG).symlink_metadata();
        if (files.is_empty() && !has_lock) || config.is_ok_and(|found| !found.is_file()) {
            return Err(Error::OnlyConfig { path });
        }
        let lock = run.lock().map_err(|error| match error {
            Error::RunLocked { path } => Error::RunInUse { path },
            error => error,
        })?;
        Ok(Self {
            run,
            lock,
            folder,
            files,
        })
    }

    /// The run.
    pub(crate) fn run(&self) -> &RunDirectory {
        &self.run
    }

    /// The directory, however its path is spelled.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The number of files to delete.
    pub(crate) fn count(&self) -> usize {
        self.files.len() + [CONFIG, LOCK].len()
    }

    /// Deletes the run's files, and its folders if nothing else is in them. Returns what is left, relative to the run.
    pub(crate) fn delete(self) -> Result<Vec<PathBuf>> {
        for file in &self.files {
            fs_err::remove_file(file)?;
        }
        for (name, _) in FOLDERS {
            let folder = self.folder.join(name);
            if is_real_folder(&folder) && fs_err::read_dir(&folder)?.next().is_none() {
                fs_err::remove_dir(folder)?;
            }
        }
        fs_err::remove_file(self.folder.join(CONFIG))?;
        drop(self.lock);
        fs_err::remove_file(self.folder.join(LOCK))?;
        let left = left_in(&self.folder)?;
        if left.is_empty() {
            fs_err::remove_dir(&self.folder)?;
        }
        Ok(left)
    }
}

/// The files of a run, those in its folders included, without `config.toml` and `run.lock`.
fn own_files(run: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files_named(run, is_of_run)?;
    for (name, is_own) in FOLDERS {
        let folder = run.join(name);
        if is_real_folder(&folder) {
            files.extend(files_named(&folder, is_own)?);
        }
    }
    Ok(files)
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

/// What is in a run directory, one level deep in its own folders.
fn left_in(run: &Path) -> Result<Vec<PathBuf>> {
    let mut left = Vec::new();
    for entry in fs_err::read_dir(run)? {
        let name = PathBuf::from(entry?.file_name());
        let is_own_folder = FOLDERS.iter().any(|(own, _)| name == Path::new(own));
        if is_own_folder && is_real_folder(&run.join(&name)) {
            for entry in fs_err::read_dir(run.join(&name))? {
                left.push(name.join(entry?.file_name()));
            }
        } else {
            left.push(name);
        }
    }
    left.sort();
    Ok(left)
}

/// Says whether a folder is there, and no link to one.
fn is_real_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

fn is_of_run(name: &str) -> bool {
    FILES.contains(&name) || name.starts_with("events.out.tfevents.")
}

fn is_of_checkpoint(name: &str) -> bool {
    let numbered = |start: &str, end: &str| {
        let number = name
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        number.is_some_and(|number| number.parse::<usize>().is_ok())
    };
    let mut records = RECORDS.iter();
    numbered("epoch-", ".toml") || records.any(|record| numbered(&format!("{record}-"), ".bpk"))
}

fn is_picture(name: &str) -> bool {
    let path = Path::new(name);
    let is_format = ["png", "svg"]
        .iter()
        .any(|format| path.extension() == Some(OsStr::new(format)));
    let stem = path.file_stem().and_then(OsStr::to_str);
    is_format && stem.is_some_and(|stem| PICTURES.contains(&stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_like_those_of_a_run_are_not_its_own() {
        for (name, expected) in [
            ("model-12.bpk", true),
            ("optim-1.bpk", true),
            ("scheduler-1.bpk", true),
            ("epoch-7.toml", true),
            ("model-best.bpk", false),
            ("model-1.bpk.bak", false),
            ("weights-1.bpk", false),
            ("epoch-.toml", false),
        ] {
            assert_eq!(is_of_checkpoint(name), expected, "{name}");
        }
        for (name, expected) in [
            ("history.png", true),
            ("roc.svg", true),
            ("history.csv", false),
            ("history", false),
            ("mine.png", false),
        ] {
            assert_eq!(is_picture(name), expected, "{name}");
        }
        assert!(is_of_run("events.out.tfevents.1.host.2.0") && !is_of_run("events.out"));
    }
}
