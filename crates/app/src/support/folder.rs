//! Folders that files are written to.

use std::path::Path;

use crate::support::error::{Error, Result};
use crate::support::write_obstacle::WriteObstacle;

/// Creates a folder and those above it, as far as they do not exist.
///
/// # Errors
///
/// [`Error::CannotWrite`] with what is in the way.
pub(crate) fn create_folder(path: &Path) -> Result<()> {
    fs_err::create_dir_all(path).map_err(|error| Error::CannotWrite {
        obstacle: WriteObstacle::of(path, &error),
        path: path.to_owned(),
    })
}
