//! Rows of pixels in a file, read in any order.

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use fs_err as fs;

use crate::error::DataError;
use crate::pixels::PIXELS;

/// The bytes of a row in the file.
const ROW: usize = PIXELS * size_of::<f32>();
/// The most rows that one read takes: 400 KB, which fit a processor's cache.
const ROWS_PER_READ: usize = 256;

/// Rows of 400 little-endian `f32` in a file.
#[derive(Debug)]
pub(crate) struct RowFile {
    file: Mutex<fs::File>,
    /// The position in bytes of the first row.
    start: u64,
}

impl RowFile {
    pub(crate) fn new(file: fs::File, start: u64) -> Self {
        Self {
            file: Mutex::new(file),
            start,
        }
    }

    /// Copies rows to `out`, `[rows, 400]`, in the order of `rows`.
    ///
    /// Consecutive rows are read together, and in the order of the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or has become shorter.
    pub(crate) fn copy(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut positions: Vec<usize> = (0..rows.len()).collect();
        if !rows.is_sorted() {
            positions.sort_unstable_by_key(|&position| rows[position]);
        }
        let (out, _) = out.as_chunks_mut::<PIXELS>();
        let mut read = vec![0.0_f32; ROWS_PER_READ.min(rows.len()) * PIXELS];
        let consecutive = positions.chunk_by(|&a, &b| rows[b] == rows[a] + 1);
        for positions in consecutive.flat_map(|run| run.chunks(ROWS_PER_READ)) {
            let images = &mut read[..positions.len() * PIXELS];
            let first = self.start + (rows[positions[0]] * ROW) as u64;
            file.seek(SeekFrom::Start(first))?;
            file.read_exact(bytemuck::cast_slice_mut(images))?;
            for pixel in &mut *images {
                *pixel = f32::from_bits(u32::from_le(pixel.to_bits()));
            }
            let (images, _) = images.as_chunks::<PIXELS>();
            for (&position, image) in positions.iter().zip(images) {
                out[position] = *image;
            }
        }
        Ok(())
    }
}

/// Appends pixels as little-endian `f32`.
pub(crate) fn write(file: &mut impl Write, pixels: &[f32]) -> std::io::Result<()> {
    if cfg!(target_endian = "little") {
        return file.write_all(bytemuck::cast_slice(pixels));
    }
    pixels
        .iter()
        .try_for_each(|pixel| file.write_all(&pixel.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seven bytes of header, and rows whose pixels are all the row's number.
    fn row_file(rows: u16) -> RowFile {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"headers").unwrap();
        for row in 0..rows {
            write(&mut file, &[f32::from(row); PIXELS]).unwrap();
        }
        RowFile::new(fs::File::from_parts(file, "rows"), 7)
    }

    #[test]
    fn rows_come_in_the_order_asked_for_also_in_runs_longer_than_a_read() {
        let file = row_file(600);
        let asked: Vec<u16> = [599, 0].into_iter().chain(1..=598).chain([7, 7]).collect();
        let rows: Vec<usize> = asked.iter().map(|&row| row.into()).collect();
        let mut out = vec![f32::NAN; rows.len() * PIXELS];
        file.copy(&rows, &mut out).unwrap();
        for (image, row) in out.chunks(PIXELS).zip(asked) {
            assert_eq!(image, [f32::from(row); PIXELS], "row {row}");
        }
    }

    #[test]
    fn pixels_are_stored_as_little_endian_floats() {
        let mut bytes = Vec::new();
        write(&mut bytes, &[1.0, -0.5]).unwrap();
        // IEEE 754: 1.0 is 3f800000, -0.5 is bf000000.
        assert_eq!(bytes, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf]);
    }

    #[test]
    fn a_row_beyond_the_end_is_an_error() {
        let mut out = [0.0; PIXELS];
        assert!(row_file(3).copy(&[2], &mut out).is_ok());
        assert!(row_file(3).copy(&[3], &mut out).is_err());
    }
}
