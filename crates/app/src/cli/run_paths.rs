//! Paths on a command line that have trained networks.

use std::path::Path;

use crate::sweep::directory::SweepDirectory;

/// Says whether a path is a run or a sweep, so that it is neither a folder of images nor one of runs.
pub(crate) fn is_run_or_sweep(path: &Path) -> bool {
    path.join("config.toml").is_file() || SweepDirectory::is_sweep(path)
}
