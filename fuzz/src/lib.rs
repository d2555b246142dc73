//! What the fuzz targets share.

use std::path::PathBuf;
use std::sync::OnceLock;

use data::PixelOrder;

/// Reads a data set of one good file and one that the fuzzer made; its first bit says which.
///
/// # Panics
///
/// Panics if what was read is no data set.
pub fn digits(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    let (good, name) = if which % 2 == 0 {
        let labels = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1];
        (file("good", &labels), "images")
    } else {
        let header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1];
        (file("good", &[header.as_slice(), &[7, 9]].concat()), "labels")
    };
    if let Ok(digits) = data::read(&[good, file(name, bytes)], PixelOrder::Row) {
        assert_eq!(digits.images().len(), digits.len() * data::PIXELS);
        assert!(digits.images().iter().all(|pixel| pixel.is_finite()));
        assert!(digits.labels().iter().all(|label| *label <= 9));
    }
}

/// A file for the fuzzer's bytes, in a folder of this process's own.
///
/// # Panics
///
/// Panics if it cannot be written.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder().join(name);
    fs_err::write(&path, bytes).expect("the folder can be written");
    path
}

/// The folder; in memory where the system has one there.
///
/// # Panics
///
/// Panics if it cannot be made.
pub fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = PathBuf::from("/dev/shm");
        let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let folder = tempfile::tempdir_in(parent).expect("a folder can be made");
        folder.keep()
    })
}
