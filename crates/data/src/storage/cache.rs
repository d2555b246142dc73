//! The limit on the rows that a data set keeps in memory.

use std::path::PathBuf;

/// How much of a data set is kept in memory, and where larger ones are written.
#[derive(Debug, Clone)]
pub struct Cache {
    /// The largest data set that is kept in memory, in rows of 400 pixels (1.6 KB each).
    pub rows_in_memory: usize,
    /// The folder for larger data sets. The file there has no name, and the system removes it when it is closed. A plain
    /// `.npy` file of little-endian `f32` in C order, column by column, is not copied but read where it is.
    pub folder: PathBuf,
}

impl Cache {
    /// Keeps every data set in memory, whatever its size.
    #[must_use]
    pub fn unlimited() -> Self {
        Self {
            rows_in_memory: usize::MAX,
            folder: PathBuf::new(),
        }
    }
}
