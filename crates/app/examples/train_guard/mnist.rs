//! MNIST's files, 28 x 28 bytes an image.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;

const PIXELS: usize = 28 * 28;

/// Images and labels.
pub(crate) struct Mnist {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Mnist {
    /// Reads `PART-images-idx3-ubyte.gz` and `PART-labels-idx1-ubyte.gz`; a part is `train` or `t10k`.
    pub(crate) fn read(folder: &Path, part: &str) -> Result<Self> {
        let images = unpacked(&folder.join(format!("{part}-images-idx3-ubyte.gz")), 16)?;
        let labels = unpacked(&folder.join(format!("{part}-labels-idx1-ubyte.gz")), 8)?;
        ensure!(
            images.len() == labels.len() * PIXELS,
            "{part}: images and labels differ in number"
        );
        Ok(Self { images, labels })
    }

    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    pub(crate) fn image(&self, row: usize) -> &[u8] {
        &self.images[row * PIXELS..][..PIXELS]
    }

    pub(crate) fn digit(&self, row: usize) -> u8 {
        self.labels[row]
    }
}

/// Returns what is in a gzipped file after a header.
fn unpacked(path: &Path, header: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(fs_err::File::open(path)?).read_to_end(&mut bytes)?;
    let contents = bytes.get(header..);
    Ok(contents
        .with_context(|| format!("{}: too short", path.display()))?
        .to_vec())
}
