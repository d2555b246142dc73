//! Filters that look at the pixels around each pixel.

use super::plane::Plane;

impl Plane {
    /// The mean of the square of `2 * radius + 1` pixels around each pixel, of which what lies outside the plane does not
    /// count.
    pub(crate) fn blurred(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        self.mean_of_rows(radius)
            .transposed()
            .mean_of_rows(radius)
            .transposed()
    }

    fn mean_of_rows(&self, radius: usize) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        let mut sums = vec![0.0_f64; self.width + 1];
        for row in self.values.chunks_exact(self.width) {
            for (at, value) in row.iter().enumerate() {
                sums[at + 1] = sums[at] + f64::from(*value);
            }
            values.extend((0..self.width).map(|x| {
                let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
                ((sums[to] - sums[from]) / (to - from) as f64) as f32
            }));
        }
        Self { values, ..*self }
    }

    /// The largest value in the square of `2 * radius + 1` pixels around each pixel.
    pub(crate) fn dilated(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        self.largest_of_rows(radius)
            .transposed()
            .largest_of_rows(radius)
            .transposed()
    }

    /// The smallest value in the square of `2 * radius + 1` pixels around each pixel.
    pub(crate) fn eroded(&self, radius: usize) -> Self {
        self.map(|value| -value).dilated(radius).map(|value| -value)
    }

    /// By the method of van Herk and of Gil and Werman: three comparisons a pixel, whatever the radius.
    fn largest_of_rows(&self, radius: usize) -> Self {
        let window = 2 * radius + 1;
        let padded = (self.width + 2 * radius).next_multiple_of(window);
        let mut line = vec![f32::NEG_INFINITY; padded];
        let (mut forward, mut backward) = (line.clone(), line.clone());
        let mut values = Vec::with_capacity(self.values.len());
        for row in self.values.chunks_exact(self.width) {
            line[radius..radius + self.width].copy_from_slice(row);
            for start in (0..padded).step_by(window) {
                let mut largest = f32::NEG_INFINITY;
                for at in start..start + window {
                    largest = largest.max(line[at]);
                    forward[at] = largest;
                }
                largest = f32::NEG_INFINITY;
                for at in (start..start + window).rev() {
                    largest = largest.max(line[at]);
                    backward[at] = largest;
                }
            }
            values.extend((0..self.width).map(|x| backward[x].max(forward[x + window - 1])));
        }
        Self { values, ..*self }
    }

    /// The medians of the squares of 3 x 3 pixels; the outermost pixels keep their values.
    pub(crate) fn median_of_9(&self) -> Self {
        let mut found = self.clone();
        let width = self.width;
        for y in 1..self.height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                found.values[y * width + x] = self.median_around(x, y);
            }
        }
        found
    }

    /// Gives the outermost pixels the values of those beside them; neither side may be less than 3.
    pub(crate) fn with_inner_border(&self) -> Self {
        let mut found = self.clone();
        for (at, value) in found.values.iter_mut().enumerate() {
            let (x, y) = (at % self.width, at / self.width);
            *value = self.at(x.clamp(1, self.width - 2), y.clamp(1, self.height - 2));
        }
        found
    }

    /// The median of the 3 x 3 pixels around one that is not outermost, by a network of comparisons (J. L. Smith,
    /// "Implementing median filters in XC4000E FPGAs", 1996).
    pub(crate) fn median_around(&self, x: usize, y: usize) -> f32 {
        const NETWORK: [(usize, usize); 19] = [
            (1, 2),
            (4, 5),
            (7, 8),
            (0, 1),
            (3, 4),
            (6, 7),
            (1, 2),
            (4, 5),
            (7, 8),
            (0, 3),
            (5, 8),
            (4, 7),
            (3, 6),
            (1, 4),
            (2, 5),
            (4, 7),
            (4, 2),
            (6, 4),
            (4, 2),
        ];
        let mut nine = [0.0_f32; 9];
        for (three, y) in nine.as_chunks_mut::<3>().0.iter_mut().zip(y - 1..) {
            three.copy_from_slice(&self.values[y * self.width + x - 1..][..3]);
        }
        for (low, high) in NETWORK {
            (nine[low], nine[high]) = (nine[low].min(nine[high]), nine[low].max(nine[high]));
        }
        nine[4]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::plane;

    fn row(values: &[f32]) -> Plane {
        plane(values.len(), 1, |x, _| values[x])
    }

    fn mixed() -> Plane {
        plane(13, 9, |x, y| ((x * 37 + y * 53 + x * y * 7) % 19) as f32)
    }

    #[test]
    fn a_blurred_pixel_is_the_mean_of_those_around_it_that_exist() {
        assert_eq!(row(&[3.0, 0.0, 6.0]).blurred(1).values, [1.5, 3.0, 3.0]);
        let square = plane(3, 3, |x, y| (1 + x + 3 * y) as f32);
        let blurred = square.blurred(1);
        assert_eq!(
            [blurred.at(0, 0), blurred.at(1, 1)].to_vec(),
            [3.0, 5.0].to_vec()
        );
    }

    #[test]
    fn a_dilated_pixel_is_the_largest_of_the_square_around_it_and_an_eroded_one_the_smallest() {
        let mixed = mixed();
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
            assert_eq!(mixed.eroded(radius), of_square(f32::min), "{radius}");
        }
    }

    #[test]
    fn the_median_of_nine_is_the_fifth_of_them_and_outermost_pixels_stay() {
        let mixed = mixed();
        let found = mixed.median_of_9();
        for y in 0..9 {
            for x in 0..13 {
                let is_inner = (1..12).contains(&x) && (1..8).contains(&y);
                let expected = if is_inner {
                    let nine = (0..9).map(|at| mixed.at(x + at % 3 - 1, y + at / 3 - 1));
                    let mut nine: Vec<f32> = nine.collect();
                    nine.sort_by(f32::total_cmp);
                    nine[4]
                } else {
                    mixed.at(x, y)
                };
                assert!((found.at(x, y) - expected).abs() < 1e-6, "{x} {y}");
            }
        }
    }

    #[test]
    fn outermost_pixels_get_the_values_beside_them() {
        let numbered = plane(4, 3, |x, y| (4 * y + x) as f32);
        let row = [5.0, 5.0, 6.0, 6.0];
        assert_eq!(
            numbered.with_inner_border().values,
            [row, row, row].concat()
        );
    }
}
