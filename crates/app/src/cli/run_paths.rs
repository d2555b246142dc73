//! Paths on a command line that are runs.

use std::path::Path;

/// Says whether a path has a trained network, so that it is neither a folder of images nor one of runs.
pub(crate) fn is_run(path: &Path) -> bool {
    path.join("config.toml").is_file()
}
