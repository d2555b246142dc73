//! The runs and the pictures on a command line, of which the runs may be left out.

use std::path::{Path, PathBuf};

use crate::cli::picture_folder::{PictureFolder, is_named_like_a_picture};
use crate::cli::run_paths::is_run_or_sweep;
use crate::cli::usage_error::UsageError;
use crate::run::directory::RunDirectory;
use crate::support::missing::{check_exists, missing};

/// Tells the runs that come first from pictures and folders of pictures, and says what to do with a folder that is
/// neither.
pub(crate) fn runs_and_picture_paths(
    paths: &[PathBuf],
) -> anyhow::Result<(&[PathBuf], &[PathBuf])> {
    let (runs, pictures) = runs_and_pictures(paths)?;
    // Before pictures, the first folder is meant as a run, and opening it says what is wrong.
    let meant = usize::from(!pictures.is_empty()).min(runs.len());
    let mut possible = runs[meant..].iter().chain(pictures);
    match possible.find(|path| is_other_folder(path) && !has_pictures(path)) {
        Some(folder) => Err(UsageError::FolderWithoutPictures {
            folder: folder.clone(),
        }
        .into()),
        None => Ok((runs, pictures)),
    }
}

/// The same where there can be only one run.
pub(crate) fn run_and_picture_files(
    paths: &[PathBuf],
) -> anyhow::Result<(Option<&Path>, &[PathBuf])> {
    let (runs, pictures) = runs_and_picture_paths(paths)?;
    if let Some(folder) = pictures.iter().find(|path| path.is_dir()) {
        let folder = folder.clone();
        return Err(UsageError::FolderAsPicture { folder }.into());
    }
    match (runs, pictures) {
        ([_, second, ..], _) => Err(UsageError::OneNetwork {
            run: second.clone(),
        }
        .into()),
        (runs, pictures) => Ok((runs.first().map(PathBuf::as_path), pictures)),
    }
}

/// Splits off the run directories that may precede the pictures.
///
/// A path after them that does not exist is an error, because it may have been meant as a run, unless it
/// is named like a picture.
fn runs_and_pictures(paths: &[PathBuf]) -> anyhow::Result<(&[PathBuf], &[PathBuf])> {
    let is_run = |path: &&PathBuf| path.is_dir() && !(is_other_folder(path) && has_pictures(path));
    let runs = paths.iter().take_while(is_run).count();
    let (runs, pictures) = paths.split_at(runs);
    let Some((first, others)) = pictures.split_first() else {
        return Ok((runs, pictures));
    };
    if let Some(run) = others.iter().find(|path| is_run_or_sweep(path)) {
        let run = run.clone();
        return Err(UsageError::RunAfterPictures { run }.into());
    }
    if !is_named_like_a_picture(first) {
        check_exists(first, "run or picture")?;
    } else if others.is_empty() && !first.exists() {
        return Err(missing(first, "picture").into());
    }
    Ok((runs, pictures))
}

/// Says whether it is a folder, but neither a run nor a folder of runs.
fn is_other_folder(path: &Path) -> bool {
    path.is_dir()
        && !is_run_or_sweep(path)
        && RunDirectory::all(path).is_ok_and(|runs| runs.is_empty())
}

fn has_pictures(folder: &Path) -> bool {
    PictureFolder::list(folder).is_ok_and(|folder| !folder.pictures.is_empty())
}
