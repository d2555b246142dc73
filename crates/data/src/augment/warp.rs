//! One resampling for everything that moves pixels: shift, rotation, scale, shear and elastic displacement.

use crate::augment::random::ImageRandom;
use crate::augment::settings::Augment;
use crate::pixels::{PIXELS, SIDE};

/// The middle of an image, from the middle of its first pixel.
const MIDDLE: f32 = 9.5;

/// The columns, and the rows, of an image with background around it: one pixel before, and two behind for the neighbours
/// of what lies outside.
const PADDED: usize = SIDE + 3;

#[expect(clippy::cast_precision_loss, reason = "23")]
const STRIDE: f32 = PADDED as f32;

/// 3 times 2^22: from here on, numbers of f32 are whole, and the last bits of their representation are the number.
const WHOLE_NUMBERS: f32 = 12_582_912.0;

/// Where the pixels of the new image come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Warp {
    /// Pixels by which the image is moved to the right and downwards, after the rest.
    pub(super) shift: [f32; 2],
    /// The angle by which it is turned counterclockwise, in degrees.
    pub(super) rotation: f32,
    /// The factors of its width and height.
    pub(super) scale: [f32; 2],
    /// The angle by which vertical lines are slanted, in degrees: positive, to the right at the top.
    pub(super) slant: f32,
}

impl Warp {
    /// Always draws six numbers, so that those of other changes do not depend on the settings.
    pub(super) fn draw(settings: &Augment, random: &mut ImageRandom) -> Self {
        Self {
            shift: [(); 2].map(|()| settings.shift * random.symmetric()),
            rotation: settings.rotate * random.symmetric(),
            scale: [(); 2].map(|()| 1.0 + settings.scale * random.symmetric()),
            slant: settings.shear * random.symmetric(),
        }
    }

    /// Resamples `image` into `out`, both column-major, with background where there is no image. `displacements` are
    /// those of each pixel to the right and downwards, in the image that is read.
    pub(super) fn resample(
        &self,
        image: &[f32; PIXELS],
        displacements: Option<&[[f32; PIXELS]; 2]>,
        out: &mut [f32; PIXELS],
    ) {
        let padded = padded(image);
        let [mut across, mut down] = self.sources();
        if let Some([right, downwards]) = displacements {
            for at in 0..PIXELS {
                across[at] += right[at];
                down[at] += downwards[at];
            }
        }
        let (mut corners, mut right, mut below) = ([0; PIXELS], [0.0; PIXELS], [0.0; PIXELS]);
        for at in 0..PIXELS {
            let (column, rest) = whole_and_rest(across[at]);
            right[at] = rest;
            let (row, rest) = whole_and_rest(down[at]);
            below[at] = rest;
            corners[at] = (column * STRIDE + row + WHOLE_NUMBERS).to_bits() & 0xffff;
        }
        for at in 0..PIXELS {
            let corner = corners[at] as usize;
            // Bilinear interpolation between four pixels.
            let around = &padded[corner..corner + PADDED + 2];
            let left = around[0] + below[at] * (around[1] - around[0]);
            let next = around[PADDED] + below[at] * (around[PADDED + 1] - around[PADDED]);
            out[at] = left + right[at] * (next - left);
        }
    }

    /// For each pixel of the new image, its place in the old one, in columns and in rows.
    fn sources(&self) -> [[f32; PIXELS]; 2] {
        let [cos, sin] = cos_sin(self.rotation);
        let [slant_cos, slant_sin] = cos_sin(self.slant);
        let slant = slant_sin / slant_cos;
        // The inverse of: scale, then slant, then turn. Rows count downwards.
        let down = [sin / self.scale[1], cos / self.scale[1]];
        let across = [
            (cos + slant * sin) / self.scale[0],
            (slant * cos - sin) / self.scale[0],
        ];
        let mut sources = [[0.0; PIXELS]; 2];
        for (source, by) in sources.iter_mut().zip([across, down]) {
            let (columns, _) = source.as_chunks_mut::<SIDE>();
            for (x, column) in columns.iter_mut().enumerate() {
                let of_column = by[0] * (place(x) - self.shift[0]) + MIDDLE;
                for (y, place_in_image) in column.iter_mut().enumerate() {
                    *place_in_image = of_column + by[1] * (place(y) - self.shift[1]);
                }
            }
        }
        sources
    }
}

/// The place of a column or row, from the middle of the image.
#[inline]
fn place(index: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "below 20")]
    let index = index as f32;
    index - MIDDLE
}

fn padded(image: &[f32; PIXELS]) -> [f32; PADDED * PADDED] {
    let mut padded = [0.0; PADDED * PADDED];
    let (columns, _) = image.as_chunks::<SIDE>();
    for (x, pixels) in columns.iter().enumerate() {
        padded[(x + 1) * PADDED + 1..][..SIDE].copy_from_slice(pixels);
    }
    padded
}

/// The padded column or row before a place, and how far behind it the place is. What is outside counts as at the edge.
///
/// A conversion to an integer has no vectors on every processor, and takes longer than the rest of the resampling.
#[inline]
fn whole_and_rest(place: f32) -> (f32, f32) {
    #[expect(clippy::cast_precision_loss, reason = "20")]
    const OUTSIDE: f32 = SIDE as f32 + 1.0;
    let place = (place + 1.0).clamp(0.0, OUTSIDE);
    // Rounded to the nearest whole number; of an odd one itself the one before, from where the place is 1 further.
    let whole = (place - 0.5 + WHOLE_NUMBERS) - WHOLE_NUMBERS;
    (whole, place - whole)
}

/// Cosine and sine of an angle of at most 180 degrees, by additions and multiplications alone: the functions of the
/// standard library may round differently on another system.
fn cos_sin(degrees: f32) -> [f32; 2] {
    // A 16th of the angle is at most 0.2; the series is cut where its terms are below 1e-13. Squaring a complex number
    // doubles its angle.
    let angle = f64::from(degrees).to_radians() / 16.0;
    let square = angle * angle;
    let mut cos =
        1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)));
    let mut sin = angle
        * (1.0
            - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0 * (1.0 - square / 72.0))));
    for _ in 0..4 {
        [cos, sin] = [cos * cos - sin * sin, 2.0 * cos * sin];
    }
    #[expect(clippy::cast_possible_truncation, reason = "rounded to f32")]
    [cos as f32, sin as f32]
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "zeros, halves and ones are exact")]
mod tests {
    use super::*;

    const NONE: Warp = Warp {
        shift: [0.0; 2],
        rotation: 0.0,
        scale: [1.0; 2],
        slant: 0.0,
    };

    /// An image whose pixel in this column and row has this value.
    fn image(value: impl Fn(f32, f32) -> f32) -> [f32; PIXELS] {
        std::array::from_fn(|at| value(place(at / SIDE), place(at % SIDE)))
    }

    fn warped(warp: Warp, image: &[f32; PIXELS]) -> [f32; PIXELS] {
        let mut out = [f32::NAN; PIXELS];
        warp.resample(image, None, &mut out);
        out
    }

    /// Compares where both are far enough from the edge: in the middle 10 x 10 pixels.
    #[track_caller]
    fn assert_close(found: &[f32; PIXELS], expected: &[f32; PIXELS]) {
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            if [at / SIDE, at % SIDE].iter().all(|at| (5..15).contains(at)) {
                assert!((found - expected).abs() < 1e-5, "{at}: {found}, {expected}");
            }
        }
    }

    #[test]
    fn nothing_is_changed_by_nothing() {
        let image = image(|x, y| (x * 3.7 + y).sin());
        for (found, expected) in warped(NONE, &image).iter().zip(image) {
            assert!((found - expected).abs() < 1e-6, "{found}, {expected}");
        }
    }

    #[test]
    fn a_quarter_turn_moves_each_pixel_to_where_it_belongs() {
        // Counterclockwise: what was on the right is on top. 3 right of the middle and 1 above it comes 3 above it and 1
        // left of it.
        let mut dot = [0.0; PIXELS];
        dot[12 * SIDE + 8] = 1.0; // x = 2.5, y = -1.5
        let turned = warped(
            Warp {
                rotation: 90.0,
                ..NONE
            },
            &dot,
        );
        let mut expected = [0.0; PIXELS];
        expected[8 * SIDE + 7] = 1.0; // x = -1.5, y = -2.5
        for (found, expected) in turned.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn a_ramp_is_turned_slanted_scaled_and_shifted_as_computed_by_hand() {
        // Bilinear interpolation is exact for a plane. Turned counterclockwise by 30 degrees, the direction in which it
        // rises, to the right, points 30 degrees upwards: it rises by cos 30 to the right and by -sin 30 downwards.
        let to_the_right = image(|x, _| x);
        let turn = Warp {
            rotation: 30.0,
            ..NONE
        };
        let expected = image(|x, y| 0.866_025_4 * x - 0.5 * y);
        assert_close(&warped(turn, &to_the_right), &expected);
        let downwards = image(|_, y| y);
        let expected = image(|x, y| 0.5 * x + 0.866_025_4 * y);
        assert_close(&warped(turn, &downwards), &expected);
        // Slanted by 45 degrees, what is one pixel higher comes from one pixel further left.
        let slant = Warp {
            slant: 45.0,
            ..NONE
        };
        let small = image(|x, _| 0.1 * x);
        assert_close(&warped(slant, &small), &image(|x, y| 0.1 * (x + y)));
        let scale = Warp {
            scale: [2.0, 1.25],
            ..NONE
        };
        assert_close(&warped(scale, &to_the_right), &image(|x, _| x / 2.0));
        assert_close(&warped(scale, &downwards), &image(|_, y| y / 1.25));
        let shift = Warp {
            shift: [1.5, -0.25],
            ..NONE
        };
        assert_close(&warped(shift, &to_the_right), &image(|x, _| x - 1.5));
        assert_close(&warped(shift, &downwards), &image(|_, y| y + 0.25));
    }

    #[test]
    fn outside_there_is_background_however_far() {
        let white = [1.0; PIXELS];
        for shift in [20.0, -20.0, 1e6, -1e6] {
            let shift = Warp {
                shift: [shift, 0.0],
                ..NONE
            };
            assert_eq!(warped(shift, &white), [0.0; PIXELS]);
        }
        // Half a pixel to the right: the first column is half background.
        let shift = Warp {
            shift: [0.5, 0.0],
            ..NONE
        };
        let found = warped(shift, &white);
        assert!(found[..SIDE].iter().all(|pixel| *pixel == 0.5));
        assert!(found[SIDE..].iter().all(|pixel| *pixel == 1.0));
    }

    #[test]
    fn displacements_are_those_of_the_image_that_is_read() {
        let mut out = [0.0; PIXELS];
        let displacements = [[0.5; PIXELS], [-2.0; PIXELS]];
        NONE.resample(&image(|x, y| x + 10.0 * y), Some(&displacements), &mut out);
        assert_close(&out, &image(|x, y| x + 0.5 + 10.0 * (y - 2.0)));
    }

    #[test]
    fn cosine_and_sine_are_those_of_the_standard_library() {
        for degrees in -180_i16..=180 {
            let degrees = f32::from(degrees);
            let radians = f64::from(degrees).to_radians();
            let [cos, sin] = cos_sin(degrees);
            assert!((f64::from(cos) - radians.cos()).abs() < 1e-7, "{degrees}");
            assert!((f64::from(sin) - radians.sin()).abs() < 1e-7, "{degrees}");
        }
    }
}
