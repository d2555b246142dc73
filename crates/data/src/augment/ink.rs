//! What changes the ink where it is: the thickness of strokes, their contrast, and noise.

use crate::augment::random::ImageRandom;
use crate::pixels::{PIXELS, SIDE};

const PADDED: usize = SIDE + 2;

/// Thickens strokes, or thins them if `amount` is negative, by so much of a pixel on each side.
///
/// A pixel moves from its value towards the most, or least, ink among itself and its four neighbours. Thinned strokes
/// are then as dark as before, so that fine lines become grey only where they were, and none disappears.
pub(super) fn change_thickness(image: &mut [f32; PIXELS], amount: f32) {
    let before = *image;
    // The least of some numbers is the most of the same with the other sign.
    let sign = if amount < 0.0 { -1.0 } else { 1.0 };
    let padded = padded(image, sign);
    let (columns, _) = image.as_chunks_mut::<SIDE>();
    for (x, column) in columns.iter_mut().enumerate() {
        let (left, middle, right) = (&padded[x], &padded[x + 1], &padded[x + 2]);
        for (y, pixel) in column.iter_mut().enumerate() {
            let beside = larger(left[y + 1], right[y + 1]);
            let around = larger(beside, larger(middle[y], middle[y + 2]));
            let extreme = sign * larger(middle[y + 1], around);
            *pixel += amount * sign * (extreme - *pixel);
        }
    }
    if amount < 0.0 {
        let (was, is) = (darkest(&before), darkest(image));
        // Lines of one pixel, thinned by a whole one, are left as they are.
        if is <= 1e-3 * was {
            *image = before;
        } else {
            let factor = was / is;
            for pixel in image {
                *pixel *= factor;
            }
        }
    }
}

/// The larger of two numbers, neither of which is NaN; `f32::max` takes twice as long.
#[inline]
fn larger(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

fn darkest(image: &[f32; PIXELS]) -> f32 {
    // Of each row; the compiler computes several at once.
    let mut of_rows = [0.0; SIDE];
    let (columns, _) = image.as_chunks::<SIDE>();
    for column in columns {
        for (y, most) in of_rows.iter_mut().enumerate() {
            *most = larger(*most, column[y]);
        }
    }
    let mut most = 0.0;
    for of_row in of_rows {
        most = larger(most, of_row);
    }
    most
}

fn padded(image: &[f32; PIXELS], sign: f32) -> [[f32; PADDED]; PADDED] {
    let mut padded = [[0.0; PADDED]; PADDED];
    let (columns, _) = image.as_chunks::<SIDE>();
    for (x, pixels) in columns.iter().enumerate() {
        let column = &mut padded[x + 1];
        for (y, pixel) in pixels.iter().enumerate() {
            column[y + 1] = sign * pixel;
        }
    }
    padded
}

/// Multiplies all pixels by a factor; none becomes more than 1.
pub(super) fn change_contrast(image: &mut [f32; PIXELS], factor: f32) {
    for pixel in image {
        *pixel = (*pixel * factor).min(1.0);
    }
}

/// Adds noise of this standard deviation, and cuts off what is below 0 or above 1.
pub(super) fn add_noise(image: &mut [f32; PIXELS], deviation: f32, random: &mut ImageRandom) {
    for pixel in image {
        *pixel = (*pixel + deviation * random.normal()).clamp(0.0, 1.0);
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "zeros are exact")]
mod tests {
    use super::*;
    use crate::augment::random::key;

    /// A vertical line of these columns, down to the last row but one.
    fn line(columns: &[(usize, f32)]) -> [f32; PIXELS] {
        let mut image = [0.0; PIXELS];
        for (x, value) in columns {
            image[x * SIDE + 1..][..18].fill(*value);
        }
        image
    }

    /// The pixels of the tenth row.
    fn across(image: &[f32; PIXELS]) -> Vec<f32> {
        (4..10).map(|x| image[x * SIDE + 10]).collect()
    }

    #[test]
    fn strokes_become_thicker_or_thinner_by_so_much_on_each_side() {
        let three = line(&[(6, 1.0), (7, 1.0), (8, 0.5)]);
        let changed = |amount| {
            let mut image = three;
            change_thickness(&mut image, amount);
            across(&image)
        };
        assert_eq!(changed(0.0), [0.0, 0.0, 1.0, 1.0, 0.5, 0.0]);
        assert_eq!(changed(0.5), [0.0, 0.5, 1.0, 1.0, 0.75, 0.25]);
        assert_eq!(changed(1.0), [0.0, 1.0, 1.0, 1.0, 1.0, 0.5]);
        // Halfway to 0, 0.5 and 0 it is 0.5, 0.75 and 0.25; then the darkest is 1 again.
        let expected = [0.0, 0.0, 0.5 / 0.75, 1.0, 0.25 / 0.75, 0.0];
        for (found, expected) in changed(-0.5).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found}, {expected}");
        }
    }

    #[test]
    fn a_line_of_one_pixel_does_not_disappear() {
        let fine = line(&[(7, 0.8)]);
        for amount in [-0.3, -1.0] {
            let mut image = fine;
            change_thickness(&mut image, amount);
            for (found, expected) in across(&image).iter().zip(across(&fine)) {
                assert!((found - expected).abs() < 1e-6, "{found}, {expected}");
            }
        }
        let mut blank = [0.0; PIXELS];
        change_thickness(&mut blank, -0.5);
        assert_eq!(blank, [0.0; PIXELS]);
    }

    #[test]
    fn contrast_is_a_factor_and_ink_stays_at_most_1() {
        let mut image = [0.4; PIXELS];
        image[0] = 0.8;
        change_contrast(&mut image, 1.5);
        assert_eq!((image[0], image[1]), (1.0, 0.6));
        change_contrast(&mut image, 0.5);
        assert_eq!((image[0], image[1]), (0.5, 0.3));
    }

    #[test]
    fn noise_has_its_deviation_and_leaves_pixels_from_0_to_1() {
        let mut random = ImageRandom::new(key(1), 1, 1);
        let mut image = [0.5; PIXELS];
        add_noise(&mut image, 0.1, &mut random);
        let squares: f32 = image.iter().map(|it| (it - 0.5) * (it - 0.5)).sum();
        let deviation = (squares / 400.0).sqrt();
        assert!((deviation - 0.1).abs() < 0.015, "{deviation}");
        let mut black = [0.0; PIXELS];
        add_noise(&mut black, 0.3, &mut random);
        assert!(black.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        let changed = black.iter().filter(|pixel| **pixel > 0.0).count();
        assert!((150..250).contains(&changed), "{changed}");
    }
}
