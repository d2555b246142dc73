//! A plane of numbers, one for each pixel, and the filters that the search for ink is made of.

/// Numbers on a grid of pixels, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

impl Plane {
    pub(crate) fn filled(width: usize, height: usize, value: f32) -> Self {
        Self {
            width,
            height,
            values: vec![value; width * height],
        }
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// The shorter side.
    pub(crate) fn side(&self) -> usize {
        self.width.min(self.height)
    }

    pub(crate) fn map(&self, change: impl Fn(f32) -> f32) -> Self {
        Self {
            values: self.values.iter().map(|value| change(*value)).collect(),
            ..*self
        }
    }

    /// The outermost pixels.
    pub(crate) fn border(&self) -> Vec<f32> {
        let (right, bottom) = (self.width - 1, self.height - 1);
        let is_outermost = |at: &usize| {
            let (x, y) = (at % self.width, at / self.width);
            x == 0 || y == 0 || x == right || y == bottom
        };
        let outermost = (0..self.values.len()).filter(is_outermost);
        outermost.map(|at| self.values[at]).collect()
    }

    /// Combines two planes of one size.
    pub(crate) fn with(&self, other: &Self, combine: impl Fn(f32, f32) -> f32) -> Self {
        let pairs = self.values.iter().zip(&other.values);
        Self {
            values: pairs.map(|(a, b)| combine(*a, *b)).collect(),
            ..*self
        }
    }

    pub(crate) fn transposed(&self) -> Self {
        // By blocks that fit into the cache.
        const BLOCK: usize = 32;
        let (width, height) = (self.width, self.height);
        let mut values = vec![0.0; self.values.len()];
        for top in (0..height).step_by(BLOCK) {
            for left in (0..width).step_by(BLOCK) {
                for y in top..(top + BLOCK).min(height) {
                    for x in left..(left + BLOCK).min(width) {
                        values[x * height + y] = self.values[y * width + x];
                    }
                }
            }
        }
        Self {
            width: height,
            height: width,
            values,
        }
    }

    /// The plane seen in a mirror: left is right.
    pub(crate) fn mirrored(mut self) -> Self {
        for row in self.values.chunks_exact_mut(self.width) {
            row.reverse();
        }
        self
    }

    /// The plane turned by 180 degrees.
    pub(crate) fn upside_down(mut self) -> Self {
        self.values.reverse();
        self
    }

    /// The mean of each square of `factor` x `factor` pixels; squares at the right and lower border are cut.
    pub(crate) fn reduced(&self, factor: usize) -> Self {
        if factor <= 1 {
            return self.clone();
        }
        let (width, height) = (self.width.div_ceil(factor), self.height.div_ceil(factor));
        let mut sums = vec![0.0; width * height];
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            let sums = &mut sums[y / factor * width..][..width];
            for (sum, values) in sums.iter_mut().zip(row.chunks(factor)) {
                *sum += values.iter().sum::<f32>();
            }
        }
        let length = |index: usize, all: usize| (all - index * factor).min(factor);
        for (at, sum) in sums.iter_mut().enumerate() {
            *sum /= (length(at % width, self.width) * length(at / width, self.height)) as f32;
        }
        Self {
            width,
            height,
            values: sums,
        }
    }

    /// Interpolates the plane, a [reduced](Self::reduced) one, linearly to the size it had before.
    pub(crate) fn enlarged(&self, factor: usize, width: usize, height: usize) -> Self {
        if factor <= 1 {
            return self.clone();
        }
        let columns: Vec<_> = (0..width)
            .map(|x| neighbours(x, factor, self.width))
            .collect();
        let mut values = Vec::with_capacity(width * height);
        let mut line = vec![0.0; self.width];
        for y in 0..height {
            let (above, below, share) = neighbours(y, factor, self.height);
            let row = |y: usize| &self.values[y * self.width..][..self.width];
            for ((to, a), b) in line.iter_mut().zip(row(above)).zip(row(below)) {
                *to = a + share * (b - a);
            }
            let interpolated = columns
                .iter()
                .map(|&(left, right, share)| line[left] + share * (line[right] - line[left]));
            values.extend(interpolated);
        }
        Self {
            width,
            height,
            values,
        }
    }

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

    /// The value that a fraction of all values is less than, as far as one in several tells.
    pub(crate) fn quantile(&self, fraction: f64) -> f32 {
        let step = (self.values.len() / MOST_SORTED).max(1);
        let mut values: Vec<f32> = self.values.iter().copied().step_by(step).collect();
        quantile(&mut values, fraction)
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

/// That many values, about, are enough for a quantile.
const MOST_SORTED: usize = 10_000;

/// The value that a fraction of all values is less than; 0 if there is none. Of many, some are looked at.
pub(crate) fn quantile(values: &mut [f32], fraction: f64) -> f32 {
    let step = values.len() / MOST_SORTED;
    if step > 1 {
        let mut some: Vec<f32> = values.iter().copied().step_by(step).collect();
        return quantile(&mut some, fraction);
    }
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    let at = (last as f64 * fraction).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// The two places of a reduced line that a place of the whole line lies between, and how near to the second.
fn neighbours(at: usize, factor: usize, length: usize) -> (usize, usize, f32) {
    let place = ((at as f32 + 0.5) / factor as f32 - 0.5).clamp(0.0, (length - 1) as f32);
    let first = place as usize;
    (first, (first + 1).min(length - 1), place - first as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::plane;

    fn row(values: &[f32]) -> Plane {
        plane(values.len(), 1, |x, _| values[x])
    }

    /// Values without an order.
    fn mixed() -> Plane {
        plane(13, 9, |x, y| ((x * 37 + y * 53 + x * y * 7) % 19) as f32)
    }

    #[test]
    fn squares_at_the_border_are_means_of_what_is_there() {
        let nine = plane(3, 3, |x, y| (1 + x + 3 * y) as f32);
        assert_eq!(nine.reduced(2).values, [3.0, 4.5, 7.5, 9.0]);
        assert_eq!(nine.reduced(1), nine);
    }

    #[test]
    fn a_reduced_plane_is_enlarged_linearly_between_the_middles_of_its_pixels() {
        let two = row(&[0.0, 1.0]);
        assert_eq!(two.enlarged(2, 4, 1).values, [0.0, 0.25, 0.75, 1.0]);
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
    fn quantiles_are_those_of_the_sorted_values() {
        let mut values: Vec<f32> = (0..=100).rev().map(|value| value as f32).collect();
        for (fraction, expected) in [(0.0, 0.0), (0.25, 25.0), (0.5, 50.0), (1.0, 100.0)] {
            let found = quantile(&mut values, fraction);
            assert!((found - expected).abs() < 1e-6, "{fraction}: {found}");
        }
        assert!(quantile(&mut [], 0.5).abs() < 1e-6);
        // Of many, some.
        let mut values: Vec<f32> = (0..100_000).map(|value| value as f32).collect();
        let found = quantile(&mut values, 0.5);
        assert!((found - 50_000.0).abs() < 30.0, "{found}");
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

    #[test]
    fn a_plane_is_transposed_mirrored_and_turned() {
        let wide = plane(70, 40, |x, y| (100 * y + x) as f32);
        let tall = plane(40, 70, |x, y| (100 * x + y) as f32);
        assert_eq!(wide.transposed(), tall);
        let mirrored = plane(70, 40, |x, y| (100 * y + 69 - x) as f32);
        assert_eq!(wide.clone().mirrored(), mirrored);
        let turned = plane(70, 40, |x, y| (100 * (39 - y) + 69 - x) as f32);
        assert_eq!(wide.upside_down(), turned);
    }
}
