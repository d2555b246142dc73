//! The largest and the smallest of the pixels around each pixel.

use super::plane::Plane;

impl Plane {
    /// The largest value in the square of `2 * radius + 1` pixels around each pixel.
    pub(crate) fn dilated(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        self.best_of_columns(radius, larger)
            .transposed()
            .best_of_columns(radius, larger)
            .transposed()
    }

    /// The smallest value in the square of `2 * radius + 1` pixels around each pixel.
    pub(crate) fn eroded(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        self.best_of_columns(radius, smaller)
            .transposed()
            .best_of_columns(radius, smaller)
            .transposed()
    }

    /// The plane eroded and then dilated: without what is brighter and thinner than the square.
    pub(crate) fn opened(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        self.best_of_columns(radius, smaller)
            .transposed()
            .best_of_columns(radius, smaller)
            .best_of_columns(radius, larger)
            .transposed()
            .best_of_columns(radius, larger)
    }

    /// Of the `2 * radius + 1` rows around each row the best value of each column, by the method of van Herk and of Gil
    /// and Werman: three comparisons a pixel, whatever the radius.
    fn best_of_columns(&self, radius: usize, better: impl Fn(f32, f32) -> f32) -> Self {
        let (width, height) = (self.width, self.height);
        let window = 2 * radius + 1;
        let row = |y: usize| &self.values[y * width..][..width];
        let choose = |to: &mut [f32], from: &[f32]| {
            for (to, from) in to.iter_mut().zip(from) {
                *to = better(*to, *from);
            }
        };
        let mut values = Vec::with_capacity(self.values.len());
        // Of a block of `window` rows from `radius` above the first of its results: the best of each row and those below.
        let mut below = vec![0.0; window.min(height + radius) * width];
        let mut after = vec![0.0; width];
        for first in (0..height).step_by(window) {
            let last = (first + radius).min(height - 1);
            let mut best = row(last).to_vec();
            let results = window.min(height - first);
            for y in (0..window).rev() {
                // Rows beyond the picture change nothing.
                if let Some(y) = (first + y).checked_sub(radius).filter(|y| *y <= last) {
                    choose(&mut best, row(y));
                }
                if y < results {
                    below[y * width..][..width].copy_from_slice(&best);
                }
            }
            for y in 0..results {
                let next = first + y + radius;
                if y == 1 && next < height {
                    after.copy_from_slice(row(next));
                } else if y > 1 && next < height {
                    choose(&mut after, row(next));
                }
                let start = values.len();
                values.extend_from_slice(&below[y * width..][..width]);
                if y > 0 && first + radius + 1 < height {
                    choose(&mut values[start..], &after);
                }
            }
        }
        Self { values, ..*self }
    }
}

// `f32::max` and `f32::min` look for NaN, which no plane has, and take three times as long.
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

pub(crate) fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use crate::preparation::drawn::plane;

    #[test]
    fn a_dilated_pixel_is_the_largest_of_the_square_around_it_and_an_eroded_one_the_smallest() {
        let mixed = plane(13, 9, |x, y| ((x * 37 + y * 53 + x * y * 7) % 19) as f32);
        for radius in 0..8 {
            let of_square = |choose: fn(f32, f32) -> f32| {
                plane(13, 9, |x, y| {
                    let near = |at: usize, x: usize| {
                        x.abs_diff(at % 13) <= radius && y.abs_diff(at / 13) <= radius
                    };
                    let values = mixed.values.iter().enumerate();
                    let values = values.filter(|(at, _)| near(*at, x));
                    values.map(|(_, value)| *value).reduce(choose).unwrap()
                })
            };
            assert_eq!(mixed.dilated(radius), of_square(f32::max), "{radius}");
            let smallest = of_square(f32::min);
            assert_eq!(mixed.eroded(radius), smallest, "{radius}");
            let opened = smallest.dilated(radius);
            assert_eq!(mixed.opened(radius), opened, "{radius}");
        }
    }
}
