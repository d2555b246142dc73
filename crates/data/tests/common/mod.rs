//! Data files for the tests, written byte by byte, and the folders for them.

use std::io::Write;
use std::path::{Path, PathBuf};

use data::{Cache, DataError, Digits, PixelOrder};
use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;

/// A file made by NumPy; see `read.rs` for the recipe.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub(crate) fn read(paths: &[PathBuf]) -> Result<Digits, DataError> {
    data::read(paths, PixelOrder::Column, &Cache::unlimited())
}

/// An IDX file: the magic number's last two bytes, the dimensions, the data.
pub(crate) fn idx(magic: [u8; 2], dimensions: &[u32], data: &[u8]) -> Vec<u8> {
    let dimensions = dimensions.iter().flat_map(|length| length.to_be_bytes());
    [0, 0]
        .into_iter()
        .chain(magic)
        .chain(dimensions)
        .chain(data.iter().copied())
        .collect()
}

/// A `.npy` file of version 1.0, in C order.
pub(crate) fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = u16::try_from(header.len()).expect("a short header");
    let length = length.to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
}

/// IDX images of one pixel each, of these values.
pub(crate) fn idx_images(pixels: &[u8]) -> Vec<u8> {
    idx([8, 3], &[count(pixels), 1, 1], pixels)
}

pub(crate) fn idx_labels(labels: &[u8]) -> Vec<u8> {
    idx([8, 1], &[count(labels)], labels)
}

fn count(bytes: &[u8]) -> u32 {
    bytes.len().try_into().expect("a small test file")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// A temporary folder with these files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        let parent = path.parent().expect("it lies in the folder");
        fs::create_dir_all(parent).expect("a subfolder");
        fs::write(path, bytes).expect("a file");
    }
    folder
}
