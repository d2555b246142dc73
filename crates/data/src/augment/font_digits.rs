//! The same digit of another hand or print, in the place of an image.

use std::sync::LazyLock;

use crate::augment::random::ImageRandom;
use crate::formats::font_digits;
use crate::pixels::PIXELS;

const DIGITS: usize = 10;

/// Images of each digit, read at their first use.
static FONT_DIGITS: LazyLock<[Vec<[f32; PIXELS]>; DIGITS]> = LazyLock::new(|| {
    let digits = font_digits();
    let images = digits.images().expect("the embedded digits are in memory");
    let mut of_digits = [(); DIGITS].map(|()| Vec::new());
    for (image, &label) in images.as_chunks().0.iter().zip(digits.labels()) {
        of_digits[usize::from(label)].push(*image);
    }
    of_digits
});

/// Returns an image of a font for this fraction of all calls; none for the others.
///
/// # Panics
///
/// If `digit` is more than 9.
pub(super) fn font_digit(
    digit: u8,
    fraction: f32,
    random: &mut ImageRandom,
) -> Option<&'static [f32; PIXELS]> {
    if random.unit() >= fraction {
        return None;
    }
    let images = &FONT_DIGITS[usize::from(digit)];
    images.get(random.below(images.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::augment::random::key;

    #[test]
    fn there_are_as_many_images_of_each_digit_and_they_have_ink_and_ground() {
        for images in FONT_DIGITS.iter() {
            assert_eq!(images.len(), 42);
            for image in images {
                let ink: f32 = image.iter().sum();
                // The finest hairline and the fattest stroke in a box of 14 x 14 pixels.
                assert!((8.0..130.0).contains(&ink), "{ink}");
                assert!(image.iter().all(|pixel| (-0.2..1.25).contains(pixel)));
                assert!(image[..20].iter().all(|pixel| pixel.abs() < 0.05));
            }
        }
    }

    #[test]
    fn the_fraction_is_that_of_replaced_images_and_each_is_drawn() {
        let mut drawn = std::collections::BTreeSet::new();
        let mut replaced = 0;
        for row in 0..4000 {
            let mut random = ImageRandom::new(key(1), 1, row);
            if let Some(image) = font_digit(7, 0.25, &mut random) {
                replaced += 1;
                drawn.insert(std::ptr::from_ref(image));
            }
        }
        // Five standard deviations of a binomial distribution: 137.
        assert!((863..1137).contains(&replaced), "{replaced}");
        assert_eq!(drawn.len(), 42);
    }
}
