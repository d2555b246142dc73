//! Where digits come from: MNIST's test images or the built-in digits, hands of other people, fonts.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::fonts::{self, Font};
use super::geometry::Size;
use super::glyph::{Form, Glyph};
use super::hand::Hand;
use super::mask::Mask;
use super::random::Random;

/// People who write.
const HANDS: usize = 24;

/// From which of the sources a kind takes its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Images,
    Hands,
    Fonts,
    /// Images and hands equally, and some fonts.
    All,
}

pub(crate) struct Sources {
    /// Of each digit, with its row in the file.
    images: Vec<Vec<(usize, Mask)>>,
    images_name: &'static str,
    pub(crate) hands: Vec<Hand>,
    pub(crate) fonts: Vec<Font>,
}

impl Sources {
    /// Reads the first images of each digit from MNIST's test files in a folder, or else of the built-in digits.
    pub(crate) fn open(mnist: Option<&Path>, images_per_digit: usize) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
        let (images_name, images, labels) = match mnist {
            Some(folder) => (
                "mnist",
                folder.join("t10k-images-idx3-ubyte.gz"),
                folder.join("t10k-labels-idx1-ubyte.gz"),
            ),
            None => (
                "digits",
                root.join("digits-images.idx3-ubyte.gz"),
                root.join("digits-labels.idx1-ubyte.gz"),
            ),
        };
        Self {
            images: read_images(&images, &labels, images_per_digit),
            images_name,
            hands: (1..=HANDS).map(Hand::of_person).collect(),
            fonts: fonts::find(&[PathBuf::from("/usr/share/fonts"), root.join("fonts")]),
        }
    }

    pub(crate) fn digit(&self, digit: usize, origin: Origin, random: &mut Random) -> Glyph {
        let one = match origin {
            Origin::All => {
                let share = random.between(0.0, 1.0);
                if share < 0.45 {
                    Origin::Images
                } else if share < 0.9 {
                    Origin::Hands
                } else {
                    Origin::Fonts
                }
            }
            one => one,
        };
        match one {
            Origin::Images => {
                let (row, image) = random.pick(&self.images[digit]);
                Glyph::new(
                    Form::Raster(image.clone()),
                    format!("{}{row:05}", self.images_name),
                )
            }
            Origin::Hands | Origin::All => random.pick(&self.hands).digit(digit, random),
            Origin::Fonts => {
                let character = char::from_digit(digit as u32, 10).expect("a digit");
                random
                    .pick(&self.fonts)
                    .character(character)
                    .expect("fonts without digits were left out")
            }
        }
    }
}

/// Reads IDX files, the first `per_digit` images of each digit.
fn read_images(images: &Path, labels: &Path, per_digit: usize) -> Vec<Vec<(usize, Mask)>> {
    let read = |path: &Path| {
        let mut bytes = Vec::new();
        let file = fs_err::File::open(path).expect("the digits are there");
        MultiGzDecoder::new(file)
            .read_to_end(&mut bytes)
            .expect("a gzipped file");
        bytes
    };
    let (images, labels) = (read(images), read(labels));
    let size = Size::square(usize::from(images[11]));
    assert_eq!(size.width, 28, "images of 28 x 28 pixels");
    let mut of_digits = vec![Vec::new(); 10];
    for (row, (pixels, label)) in images[16..]
        .chunks_exact(size.pixels())
        .zip(&labels[8..])
        .enumerate()
    {
        let found: &mut Vec<_> = &mut of_digits[usize::from(*label)];
        if found.len() < per_digit {
            let values = pixels
                .iter()
                .map(|pixel| f32::from(*pixel) / 255.0)
                .collect();
            found.push((row, Mask { size, values }));
        }
    }
    of_digits
}
