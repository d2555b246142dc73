//! The data sets that are compiled into the program: 5,000 written digits, and those of fonts.

use crate::error::DataError;
use crate::formats::data_file::DataFile;
use crate::formats::idx;
use crate::formats::wanted::{Wanted, in_order};
use crate::storage::{Cache, Classes, ClassifiedDigits, Digits, Presence, StoreWriter};

impl Digits {
    /// Returns the 5,000 embedded digits, 500 of each, sorted from 0 to 9.
    ///
    /// They are the course's `X.npy` and `y.npy`; `assets/README.md` says where they come from.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not panic: a test reads the embedded files"
    )]
    pub fn embedded() -> Self {
        read_embedded(Wanted::All).expect("the embedded files are valid")
    }

    /// Returns some of the [embedded digits](Self::embedded), in the order of `rows`. Others are not decompressed.
    ///
    /// # Errors
    ///
    /// [`DataError::NoSuchRow`] for the first row that is not below 5,000.
    pub fn embedded_rows(rows: &[usize]) -> Result<Self, DataError> {
        Ok(in_order(&read_embedded(Wanted::Rows(rows))?, rows))
    }
}

/// Returns the embedded digits of fonts, as many of each, sorted from 0 to 9. `assets/README.md` says which fonts.
pub(crate) fn font_digits() -> Digits {
    read_fonts().expect("the embedded files are valid: a test reads them")
}

impl ClassifiedDigits {
    /// Returns the images of some of the [embedded digits](Digits::embedded), 500 of each.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not panic: the embedded files have every digit"
    )]
    pub fn embedded(classes: Classes) -> Self {
        let wanted = Wanted::OfClasses(classes, Presence::Every);
        let digits = read_embedded(wanted).expect("the embedded files have every digit");
        Self::of_classes(digits, classes)
    }
}

fn read_embedded(wanted: Wanted<'_>) -> Result<Digits, DataError> {
    let labels = idx::read_labels(DataFile::from_gzip(
        "digits-labels.idx1-ubyte.gz",
        include_bytes!("../../../../assets/digits-labels.idx1-ubyte.gz"),
    )?)?;
    let mask = wanted.mask(&labels)?;
    let cache = Cache::unlimited();
    let mut images = StoreWriter::new(&cache, mask.as_deref());
    let file = DataFile::from_blocks(
        "digits-images.idx3-ubyte.gz",
        include_bytes!("../../../../assets/digits-images.idx3-ubyte.gz"),
    )?;
    idx::read_images(file, None, &mut images)?;
    let written = images.finish()?;
    Ok(Digits::of_written(written, labels, mask.as_deref()))
}

fn read_fonts() -> Result<Digits, DataError> {
    let labels = idx::read_labels(DataFile::from_gzip(
        "labels.idx1-ubyte.gz",
        include_bytes!("../../../../assets/font-digits/labels.idx1-ubyte.gz"),
    )?)?;
    let cache = Cache::unlimited();
    let mut images = StoreWriter::new(&cache, None);
    let file = DataFile::from_gzip(
        "images.idx3-ubyte.gz",
        include_bytes!("../../../../assets/font-digits/images.idx3-ubyte.gz"),
    )?;
    idx::read_images(file, None, &mut images)?;
    Ok(Digits::of_written(images.finish()?, labels, None))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::pixels::{PIXELS, resize};

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
        // From the project's notes on the course's X.npy: the whole set, and the lab's first 1000 rows.
        assert_close(extremes(&digits.images().unwrap()), (-0.13196, 1.12769));
        assert_close(
            extremes(&digits.images().unwrap()[..1000 * PIXELS]),
            (-0.10127, 1.11426),
        );
    }

    #[test]
    fn the_embedded_digits_have_the_pixels_that_numpy_computes() {
        // Python, with `resize_taps` of crates/app/tests/keras/make_fixtures.py:
        // d = numpy.frombuffer(gzip.open(images).read()[16:], numpy.uint8).reshape(-1, 28, 28) / 255.0
        // rows = numpy.stack([sum(w * d[:, p, :] for p, w in tap) for tap in resize_taps()], axis=1)
        // resized = numpy.stack([sum(w * rows[:, :, p] for p, w in tap) for tap in resize_taps()], axis=1)
        // pixels = resized.reshape(-1, 400).astype("<f4").tobytes()
        // hashlib.sha256(pixels + gzip.open(labels).read()[8:]).hexdigest()
        let expected = "91b10b21f2141b8ea94ef7f70a3a9d6ef4b791356ef0b0ac6fc5706ee8831561";
        let found = Digits::embedded().sha256().unwrap();
        let found = found.map(|byte| format!("{byte:02x}"));
        assert_eq!(found.concat(), expected);
    }

    #[test]
    fn some_rows_of_the_embedded_digits_are_those_of_all_of_them_in_the_order_asked_for() {
        let all = Digits::embedded();
        for rows in [
            vec![0],
            vec![4999, 0, 50, 49, 0],
            (0..5000).step_by(7).collect(),
            vec![],
        ] {
            let found = Digits::embedded_rows(&rows).unwrap();
            assert_eq!(found.len(), rows.len());
            assert!(found.images().unwrap() == all.images_at(&rows).unwrap());
            assert!((0..rows.len()).all(|index| found.row(index) == rows[index]));
            assert_eq!(found.labels(), all.select(&rows).labels());
        }
        let message = Digits::embedded_rows(&[7, 5000]).unwrap_err().to_string();
        assert_eq!(message, "row 5000: the data set has rows 0 to 4999");
    }

    #[test]
    fn the_embedded_digits_of_some_classes_are_500_of_each() {
        for list in [
            &[7, 2][..],
            &[0, 1],
            &[9, 4, 6],
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        ] {
            let classes = Classes::new(list).unwrap();
            let expected = Digits::embedded().classified(classes).unwrap();
            let found = ClassifiedDigits::embedded(classes);
            assert_eq!(found.class_counts(), vec![500; list.len()]);
            assert_eq!(found.digits().labels(), expected.digits().labels());
            assert!((0..found.len()).all(|index| found.row(index) == expected.row(index)));
            assert!(found.digits().images().unwrap() == expected.digits().images().unwrap());
        }
    }

    #[test]
    fn row_0_agrees_with_the_400_values_that_the_notebook_prints() {
        // X0_printed.npy: 128 bytes of header, then 400 little-endian doubles.
        let printed = include_bytes!("../../tests/fixtures/X0_printed.npy");
        let (printed, _) = printed[128..].as_chunks();
        assert_eq!(printed.len(), PIXELS);
        // The first image in the file, after 16 bytes of header.
        let packed = include_bytes!("../../../../assets/digits-images.idx3-ubyte.gz");
        let mut start = [0; 16 + 28 * 28];
        flate2::read::MultiGzDecoder::new(packed.as_slice())
            .read_exact(&mut start)
            .unwrap();
        let image: Vec<f64> = start[16..].iter().map(|&b| f64::from(b) / 255.0).collect();

        let resized = resize(&image, 28, 28).unwrap();
        let row_0 = Digits::embedded().image(0).unwrap().to_vec();
        for ((f64, f32), printed) in resized.iter().zip(row_0).zip(printed) {
            let printed = f64::from_le_bytes(*printed);
            assert!((f64 - printed).abs() < 5e-9, "{f64} is not {printed}");
            assert!((f64::from(f32) - printed).abs() < 1e-7);
        }
    }
}
