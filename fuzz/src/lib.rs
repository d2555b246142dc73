//! Functions shared by the fuzz targets.

use std::fs::File;
use std::io::Write;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use data::{Cache, PixelOrder};

/// Reads a data set of one valid file and one from the fuzzer; the first bit of `bytes` says which is which.
///
/// # Panics
///
/// When a file is accepted although it is not a valid data set.
pub fn digits(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    let good: &[u8] = if which % 2 == 0 {
        &[0, 0, 8, 1, 0, 0, 0, 2, 0, 1] // Two labels.
    } else {
        &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9] // Two images of a pixel.
    };
    let pair = [file(good), file(bytes)];
    let paths = pair.each_ref().map(|file| file.path.clone());
    // Two rows do not fit in memory, so they go to disk.
    let cache = Cache {
        rows_in_memory: 1,
        folder: "/dev/shm".into(),
    };
    if let Ok(digits) = data::read(&paths, PixelOrder::Row, &cache) {
        let images = digits.images().expect("an accepted data set can be read");
        assert_eq!(images.len(), digits.len() * data::PIXELS);
        assert!(images.iter().all(|pixel| pixel.is_finite()));
        assert!(digits.labels().iter().all(|label| *label <= 9));
    }
}

/// A file in memory that is in no folder, so that nothing is left behind however the process ends.
pub struct Input {
    path: PathBuf,
    _open: File,
}

impl Deref for Input {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

/// Makes a file of these bytes; its path is the one that Linux gives it while it is open.
///
/// # Panics
///
/// When it cannot be written.
#[must_use]
pub fn file(bytes: &[u8]) -> Input {
    let mut open = tempfile::tempfile_in("/dev/shm").expect("a file can be made");
    open.write_all(bytes).expect("the file can be written");
    let path = format!("/proc/self/fd/{}", open.as_raw_fd()).into();
    Input { path, _open: open }
}
