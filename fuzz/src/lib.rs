//! Functions shared by the fuzz targets.

use std::fs::File;
use std::io::Write;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use data::{Cache, PixelOrder};

/// Reads a data set of one valid file and one file from the fuzzer; the lowest bit of the first byte
/// selects which of them has the labels.
///
/// # Panics
///
/// Panics if files are accepted that are not a valid data set.
pub fn digits(bytes: &[u8]) {
    let Some((selector, bytes)) = bytes.split_first() else {
        return;
    };
    let valid: &[u8] = if selector % 2 == 0 {
        &[0, 0, 8, 1, 0, 0, 0, 2, 0, 1] // Two labels.
    } else {
        &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9] // Two images of one pixel.
    };
    let pair = [file(valid), file(bytes)];
    read(&pair.each_ref().map(|file| file.path.clone()));
}

/// Reads a data set of one file, which has images and labels.
///
/// # Panics
///
/// Panics if a file is accepted that is not a valid data set.
pub fn both(bytes: &[u8]) {
    let file = file(bytes);
    read(&[file.path.clone()]);
}

fn read(paths: &[PathBuf]) {
    // With room for one row in memory, two rows are stored on disk.
    let cache = Cache {
        rows_in_memory: 1,
        folder: "/dev/shm".into(),
    };
    if let Ok(digits) = data::read(paths, PixelOrder::Row, &cache) {
        let images = digits.images().expect("an accepted data set can be read");
        assert_eq!(images.len(), digits.len() * data::PIXELS);
        assert!(images.iter().all(|pixel| pixel.is_finite()));
        assert!(digits.labels().iter().all(|label| *label <= 9));
    }
}

/// An unnamed file in memory, so that nothing is left over, no matter how the process ends.
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

/// Creates a file with these bytes; its path, in `/proc`, is valid while the file is open.
///
/// # Panics
///
/// Panics if the file cannot be written.
#[must_use]
pub fn file(bytes: &[u8]) -> Input {
    let mut open = tempfile::tempfile_in("/dev/shm").expect("the file can be created");
    open.write_all(bytes).expect("the file can be written");
    let path = format!("/proc/self/fd/{}", open.as_raw_fd()).into();
    Input { path, _open: open }
}
