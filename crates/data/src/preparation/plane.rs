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

    /// As [`map`](Self::map), in place.
    pub(crate) fn changed(mut self, change: impl Fn(f32) -> f32) -> Self {
        for value in &mut self.values {
            *value = change(*value);
        }
        self
    }

    /// The outermost pixels.
    pub(crate) fn border(&self) -> Vec<f32> {
        let mut outermost = Vec::with_capacity(2 * (self.width + self.height));
        let bottom = self.height - 1;
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            match row {
                [left, .., right] if y != 0 && y != bottom => outermost.extend([*left, *right]),
                row => outermost.extend_from_slice(row),
            }
        }
        outermost
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
        // By rows that fill a line of the cache in each column.
        const ROWS: usize = 16;
        let (width, height) = (self.width, self.height);
        let mut values = vec![0.0; self.values.len()];
        for (top, rows) in (0..).step_by(ROWS).zip(self.values.chunks(ROWS * width)) {
            if rows.len() == ROWS * width {
                let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &rows[row * width..][..width]);
                for (x, column) in values.chunks_exact_mut(height).enumerate() {
                    let column = &mut column[top..][..ROWS];
                    for (to, row) in column.iter_mut().zip(rows) {
                        *to = row[x];
                    }
                }
            } else {
                for (y, row) in (top..).zip(rows.chunks_exact(width)) {
                    for (column, value) in values.chunks_exact_mut(height).zip(row) {
                        column[y] = *value;
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
            // A length that is known when compiling takes a third of the time.
            match factor {
                2 => add_sums::<2>(sums, row),
                3 => add_sums::<3>(sums, row),
                4 => add_sums::<4>(sums, row),
                5 => add_sums::<5>(sums, row),
                _ => {
                    for (sum, values) in sums.iter_mut().zip(row.chunks(factor)) {
                        *sum += values.iter().sum::<f32>();
                    }
                }
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
        let columns = (0..width).map(|x| neighbours(x, factor, self.width));
        let columns: Vec<(usize, f32)> = columns.map(|(left, _, share)| (left, share)).collect();
        let spans: Vec<&[(usize, f32)]> = columns.chunk_by(|a, b| a.0 == b.0).collect();
        let mut values = Vec::with_capacity(width * height);
        let mut line = vec![0.0; self.width];
        for y in 0..height {
            let (above, below, share) = neighbours(y, factor, self.height);
            let row = |y: usize| &self.values[y * self.width..][..self.width];
            for ((to, a), b) in line.iter_mut().zip(row(above)).zip(row(below)) {
                *to = a + share * (b - a);
            }
            for span in &spans {
                let left = span[0].0;
                let from = line[left];
                let step = line[(left + 1).min(self.width - 1)] - from;
                values.extend(span.iter().map(|(_, share)| from + share * step));
            }
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

/// The values that `is_kept` says, without a branch that is hard to predict.
pub(crate) fn kept(values: &[f32], is_kept: impl Fn(f32) -> bool) -> Vec<f32> {
    let mut kept = vec![0.0; values.len()];
    let mut count = 0;
    for value in values {
        kept[count] = *value;
        count += usize::from(is_kept(*value));
    }
    kept.truncate(count);
    kept
}

/// Adds the sum of each `N` values of a row.
fn add_sums<const N: usize>(sums: &mut [f32], row: &[f32]) {
    let (whole, rest) = row.as_chunks::<N>();
    for (sum, values) in sums.iter_mut().zip(whole) {
        *sum += values.iter().sum::<f32>();
    }
    if !rest.is_empty() {
        sums[whole.len()] += rest.iter().sum::<f32>();
    }
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
