//! Augments the images of a training.

use rayon::prelude::*;

use crate::augment::elastic::displacements;
use crate::augment::font_digits::font_digit;
use crate::augment::ink::{add_noise, change_contrast, change_thickness};
use crate::augment::random::{ImageRandom, key};
use crate::augment::settings::Augment;
use crate::augment::warp::Warp;
use crate::pixels::PIXELS;

/// Images that are worth a thread, 50 to 100 microseconds.
const LEAST_IMAGES: usize = 32;

/// Changes each image a little, in each epoch differently.
///
/// What an image becomes depends on its pixels, its digit, the settings, the seed, the epoch and its row in the data set alone: not
/// on the batch, the thread, the device or what was trained before.
#[derive(Debug, Clone, PartialEq)]
pub struct Augmenter {
    settings: Augment,
    key: u64,
}

/// An image of a data set, before it is changed.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// 400 pixels, column-major.
    pub pixels: &'a [f32],
    /// The digit that it shows, 0 to 9.
    pub digit: u8,
    /// Its row in the data set.
    pub row: usize,
}

impl Augmenter {
    /// Returns the augmenter of a training with this seed; `None` if the settings change nothing.
    #[must_use]
    pub fn new(settings: Augment, seed: u64) -> Option<Self> {
        let key = key(seed);
        (!settings.is_off()).then_some(Self { settings, key })
    }

    /// Puts what an image is in an epoch, counted from 1, into `out`, 400 pixels, column-major.
    ///
    /// # Panics
    ///
    /// When the image or `out` does not have 400 pixels, or the digit is more than 9.
    pub fn augment(&self, original: Original<'_>, epoch: usize, out: &mut [f32]) {
        let Original { pixels, digit, row } = original;
        let image: &[f32; PIXELS] = pixels.try_into().expect("400 pixels");
        let out: &mut [f32; PIXELS] = out.try_into().expect("room for 400 pixels");
        let settings = &self.settings;
        // Other numbers than those of the changes, which so do not depend on this setting.
        let mut choice = ImageRandom::new(!self.key, epoch, row);
        let of_font = (settings.fonts > 0.0)
            .then(|| font_digit(digit, settings.fonts, &mut choice))
            .flatten();
        let image = of_font.unwrap_or(image);
        let mut random = ImageRandom::new(self.key, epoch, row);
        let warp = Warp::draw(settings, &mut random);
        let [thickness, contrast] =
            [settings.thickness, settings.contrast].map(|limit| limit * random.symmetric());
        if settings.elastic > 0.0 {
            let displacements = [(); 2].map(|()| displacements(&mut random, settings.elastic));
            warp.resample(image, Some(&displacements), out);
        } else if settings.moves() {
            warp.resample(image, None, out);
        } else {
            *out = *image;
        }
        if settings.thickness > 0.0 {
            change_thickness(out, thickness);
        }
        if settings.contrast > 0.0 {
            change_contrast(out, 1.0 + contrast);
        }
        if settings.noise > 0.0 {
            add_noise(out, settings.noise, &mut random);
        }
    }

    /// Does the same for several images, on the threads of the current rayon pool; `original` gives each of them. `out`
    /// becomes `[images, 400]`.
    ///
    /// # Panics
    ///
    /// When an image does not have 400 pixels, or a digit is more than 9.
    pub fn augment_all<'a>(
        &self,
        images: usize,
        original: impl Fn(usize) -> Original<'a> + Sync,
        epoch: usize,
        out: &mut Vec<f32>,
    ) {
        out.resize(images * PIXELS, 0.0);
        let out = out.par_chunks_exact_mut(PIXELS).with_min_len(LEAST_IMAGES);
        out.enumerate().for_each(|(at, out)| {
            self.augment(original(at), epoch, out);
        });
    }
}

impl Augment {
    /// Says whether pixels move in other ways than by elastic displacements.
    fn moves(&self) -> bool {
        let Self {
            shift,
            rotate,
            scale,
            shear,
            ..
        } = self;
        [shift, rotate, scale, shear].iter().any(|it| **it > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::font_digits;
    use crate::storage::Digits;

    const ALL: Augment = Augment {
        fonts: 0.0,
        shift: 1.5,
        rotate: 12.0,
        scale: 0.15,
        shear: 10.0,
        thickness: 0.5,
        elastic: 0.8,
        noise: 0.05,
        contrast: 0.2,
    };

    fn augmented(settings: Augment, seed: u64, epoch: usize, row: usize) -> Vec<f32> {
        let digits = Digits::embedded();
        let mut out = vec![f32::NAN; PIXELS];
        let augmenter = Augmenter::new(settings, seed).unwrap();
        let original = Original {
            pixels: &digits.image(500).unwrap(),
            digit: 1,
            row,
        };
        augmenter.augment(original, epoch, &mut out);
        out
    }

    #[test]
    fn nothing_to_change_is_no_augmenter() {
        assert_eq!(Augmenter::new(Augment::default(), 1), None);
    }

    #[test]
    fn seed_epoch_and_row_alone_decide() {
        let first = augmented(ALL, 1, 1, 500);
        assert_eq!(augmented(ALL, 1, 1, 500), first);
        for other in [
            augmented(ALL, 2, 1, 500),
            augmented(ALL, 1, 2, 500),
            augmented(ALL, 1, 1, 501),
        ] {
            assert_ne!(other, first);
        }
    }

    #[test]
    fn each_setting_changes_the_image_by_itself() {
        let digits = Digits::embedded();
        let original = digits.image(500).unwrap().into_owned();
        let changes: [fn(&mut Augment); 9] = [
            |it| it.fonts = 1.0,
            |it| it.shift = 1.0,
            |it| it.rotate = 10.0,
            |it| it.scale = 0.2,
            |it| it.shear = 10.0,
            |it| it.thickness = 0.5,
            |it| it.elastic = 0.5,
            |it| it.noise = 0.1,
            |it| it.contrast = 0.3,
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut settings = Augment::default();
            change(&mut settings);
            let found = augmented(settings, 1, 1, 500);
            assert!(found.iter().all(|pixel| pixel.is_finite()));
            let mean = |pixels: &[f32]| {
                let differences = pixels.iter().zip(&original);
                differences.map(|(a, b)| (a - b).abs()).sum::<f32>() / 400.0
            };
            let difference = mean(&found);
            // Of two different digits it is about 0.2.
            assert!((0.001..0.15).contains(&difference), "{at}: {difference}");
        }
    }

    #[test]
    fn some_images_become_the_same_digit_of_a_font_and_the_others_stay_as_they_were() {
        let digits = Digits::embedded();
        let settings = Augment {
            fonts: 0.4,
            ..Augment::default()
        };
        let [alone, moved, not_replaced] = [settings, Augment { fonts: 0.4, ..ALL }, ALL]
            .map(|settings| Augmenter::new(settings, 1).unwrap());
        let mut replaced = 0;
        for row in (0..5000).step_by(50) {
            let pixels = digits.image(row).unwrap();
            let digit = digits.label(row);
            let original = Original {
                pixels: &pixels,
                digit,
                row,
            };
            let [found, all, without] = [&alone, &moved, &not_replaced].map(|augmenter| {
                let mut out = vec![f32::NAN; PIXELS];
                augmenter.augment(original, 2, &mut out);
                out
            });
            let is_replaced = found != *pixels;
            if is_replaced {
                replaced += 1;
                let of_font = font_digits();
                let images = of_font.images().unwrap();
                let place = images.chunks(PIXELS).position(|image| image == found);
                assert_eq!(of_font.label(place.unwrap()), digit);
            }
            assert_eq!(all != without, is_replaced);
        }
        // Five standard deviations of a binomial distribution: 24.
        assert!((16..64).contains(&replaced), "{replaced} of 100");
    }

    #[test]
    fn images_are_the_same_together_and_one_by_one() {
        let digits = Digits::embedded();
        let images = digits.images().unwrap();
        let settings = Augment { fonts: 0.3, ..ALL };
        let augmenter = Augmenter::new(settings, 3).unwrap();
        let original = |at: usize| Original {
            pixels: &images[7 * at * PIXELS..][..PIXELS],
            digit: digits.label(7 * at),
            row: 7 * at,
        };
        let mut together = vec![1.0; 3];
        augmenter.augment_all(300, original, 4, &mut together);
        assert_eq!(together.len(), 300 * PIXELS);
        for (at, found) in together.chunks(PIXELS).enumerate() {
            let mut expected = [0.0; PIXELS];
            augmenter.augment(original(at), 4, &mut expected);
            assert_eq!(found, expected);
        }
    }

    /// A change of these numbers would make an old run resume with other images.
    #[test]
    fn a_seed_means_the_same_images_in_every_version() {
        let found = augmented(ALL, 1, 1, 500);
        let sum: f64 = found.iter().map(|pixel| f64::from(*pixel)).sum();
        // Recorded by this program in version 0.1.0.
        assert!((sum - 48.549_94).abs() < 1e-4, "{sum}");
    }
}
