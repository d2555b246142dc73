//! The checksum that identifies a data set, wherever its pixels are.

use sha2::{Digest, Sha256};

use crate::error::DataError;
use crate::pixels::PIXELS;
use crate::storage::digits::Digits;

impl Digits {
    /// Computes the SHA-256 of all images, as little-endian `f32`, followed by all labels, a byte each.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] when the images are on disk and cannot be read.
    pub fn sha256(&self) -> Result<[u8; 32], DataError> {
        let mut hasher = Sha256::new();
        self.stream(self.sequential_chunks(), |chunk| {
            let mut bytes = [0; PIXELS * size_of::<f32>()];
            for image in chunk.images().chunks(PIXELS) {
                for (bytes, pixel) in bytes.as_chunks_mut().0.iter_mut().zip(image) {
                    *bytes = pixel.to_le_bytes();
                }
                hasher.update(bytes);
            }
            Ok::<_, DataError>(())
        })?;
        hasher.update(self.labels());
        Ok(hasher.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use crate::storage::numbered::numbered;

    #[test]
    fn the_checksum_is_that_of_the_bytes_in_memory_and_on_disk() {
        // Python: hashlib.sha256(np.repeat(np.arange(3, dtype="<f4"), 400).tobytes() + bytes([0, 1, 2]))
        let expected = "0426ba0c96835c68aed7d57df5a6e08f963146161a0478e3240dac45333d25c6";
        for rows_in_memory in [3, 1] {
            let (digits, _folder) = numbered(3, rows_in_memory);
            let found = digits.sha256().unwrap().map(|byte| format!("{byte:02x}"));
            assert_eq!(found.concat(), expected);
        }
    }
}
