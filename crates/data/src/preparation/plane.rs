//! A plane of numbers, one for each pixel.

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

    /// The value that a fraction of all values is less than, as far as one in several tells.
    pub(crate) fn quantile(&self, fraction: f64) -> f32 {
        let step = (self.values.len() / MOST_SORTED).max(1);
        let mut values: Vec<f32> = self.values.iter().copied().step_by(step).collect();
        quantile(&mut values, fraction)
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
    quantile_of_all(values, fraction)
}

/// The value that a fraction of all values is less than; 0 if there is none. All are looked at.
pub(crate) fn quantile_of_all(values: &mut [f32], fraction: f64) -> f32 {
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
