//! The digits that are compiled in.

use std::path::PathBuf;

use crate::file::DataFile;
use crate::store::{Cache, StoreWriter};
use crate::{DataError, Digits, idx};

impl Digits {
    /// Unpacks the 5,000 digits that are compiled in: 500 of each, 0 to 9 in turn.
    ///
    /// They are the course's `X.npy` and `y.npy`; `assets/README.md` says where they come from.
    #[must_use]
    pub fn embedded() -> Self {
        Self::unpack(None)
    }

    /// Unpacks those that are compiled in, of two digits alone if `pair` names them.
    pub(crate) fn unpack(pair: Option<[u8; 2]>) -> Self {
        let cache = Cache {
            rows: usize::MAX,
            folder: PathBuf::new(),
        };
        let read = || {
            let labels = idx::read_labels(DataFile::from_bytes(
                "digits-labels.idx1-ubyte.gz",
                include_bytes!("../../../assets/digits-labels.idx1-ubyte.gz"),
            )?)?;
            let is_wanted =
                |pair: [u8; 2]| labels.iter().map(|label| pair.contains(label)).collect();
            let wanted: Option<Vec<bool>> = pair.map(is_wanted);
            let mut images = StoreWriter::new(&cache, wanted.as_deref());
            let file = DataFile::from_bytes(
                "digits-images.idx3-ubyte.gz",
                include_bytes!("../../../assets/digits-images.idx3-ubyte.gz"),
            )?;
            idx::read_images(file, &mut images)?;
            let written = images.finish()?;
            Ok::<_, DataError>(Self::of_written(written, labels, wanted.as_deref()))
        };
        // A test reads them.
        read().expect("the compiled-in files are valid")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::PIXELS;

    /// The smallest and the largest of some pixels.
    fn extremes(pixels: &[f32]) -> (f32, f32) {
        pixels
            .iter()
            .fold((f32::MAX, f32::MIN), |(low, high), &pixel| {
                (low.min(pixel), high.max(pixel))
            })
    }

    fn assert_close(found: (f32, f32), expected: (f32, f32)) {
        let difference = (found.0 - expected.0)
            .abs()
            .max((found.1 - expected.1).abs());
        assert!(difference < 1e-5, "{found:?} is not {expected:?}");
    }

    #[test]
    fn the_embedded_digits_are_500_of_each_in_order_with_the_published_extremes() {
        let digits = Digits::embedded();
        assert_eq!(digits.len(), 5000);
        let in_order = (0..10).flat_map(|digit| [digit; 500]);
        assert!(digits.labels().iter().copied().eq(in_order));
        // From the project's facts about the course's X.npy: the whole set, and the lab's first 1000 rows.
        assert_close(extremes(&digits.images().unwrap()), (-0.13196, 1.12769));
        assert_close(
            extremes(&digits.images().unwrap()[..1000 * PIXELS]),
            (-0.10127, 1.11426),
        );
    }

    #[test]
    fn row_0_agrees_with_the_400_values_that_the_notebook_prints() {
        // X0_printed.npy: 128 bytes of header, then 400 little-endian doubles.
        let printed = include_bytes!("../tests/fixtures/X0_printed.npy");
        let (printed, _) = printed[128..].as_chunks();
        assert_eq!(printed.len(), PIXELS);
        // The first image in the file, after 16 bytes of header.
        let packed = include_bytes!("../../../assets/digits-images.idx3-ubyte.gz");
        let mut start = [0; 16 + 28 * 28];
        flate2::read::GzDecoder::new(packed.as_slice())
            .read_exact(&mut start)
            .unwrap();
        let image: Vec<f64> = start[16..].iter().map(|&b| f64::from(b) / 255.0).collect();

        let resized = crate::resize(&image, 28, 28).unwrap();
        let row_0 = Digits::embedded().image(0).unwrap().to_vec();
        for ((f64, f32), printed) in resized.iter().zip(row_0).zip(printed) {
            let printed = f64::from_le_bytes(*printed);
            assert!((f64 - printed).abs() < 5e-9, "{f64} is not {printed}");
            assert!((f64::from(f32) - printed).abs() < 1e-7);
        }
    }
}
