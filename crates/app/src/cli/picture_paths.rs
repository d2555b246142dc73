//! The run and the pictures on a command line, of which the run may be left out.

use std::path::{Path, PathBuf};

use crate::cli::arguments::run_and_pictures;
use crate::cli::usage_error::UsageError;
use crate::run::directory::RunDirectory;

/// Tells a run that comes first from pictures, and says what to do with a folder that is neither.
pub(crate) fn run_and_picture_files(
    paths: &[PathBuf],
) -> anyhow::Result<(Option<&Path>, &[PathBuf])> {
    let (run, pictures) = run_and_pictures(paths)?;
    // Before pictures, a folder is meant as a run, and opening it says what is wrong.
    let alone = run.filter(|_| pictures.is_empty());
    let mut possible = alone
        .into_iter()
        .chain(pictures.iter().map(PathBuf::as_path));
    match possible.find(|path| is_other_folder(path)) {
        Some(folder) => Err(UsageError::FolderOfPictures {
            folder: folder.to_owned(),
        }
        .into()),
        None => Ok((run, pictures)),
    }
}

/// Says whether it is a folder, but neither a run nor a folder of runs.
fn is_other_folder(path: &Path) -> bool {
    path.is_dir()
        && !path.join("config.toml").is_file()
        && RunDirectory::all(path).is_ok_and(|runs| runs.is_empty())
}
