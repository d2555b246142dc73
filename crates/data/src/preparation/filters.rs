//! Means and medians of the pixels around each pixel.

use super::extremes::{larger, smaller};
use super::plane::Plane;

impl Plane {
    /// The mean of the square of `2 * radius + 1` pixels around each pixel, of which what lies outside the plane does not
    /// count.
    pub(crate) fn blurred(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        self.mean_of_rows(radius).mean_of_columns(radius)
    }

    fn mean_of_rows(&self, radius: usize) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        let mut sums = vec![0.0_f64; self.width + 1];
        let inner = radius.min(self.width)
            ..self
                .width
                .saturating_sub(radius)
                .max(radius.min(self.width));
        for row in self.values.chunks_exact(self.width) {
            let mut sum = 0.0;
            for (to, value) in sums[1..].iter_mut().zip(row) {
                sum += f64::from(*value);
                *to = sum;
            }
            let at_border = |x: usize| {
                let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
                ((sums[to] - sums[from]) / (to - from) as f64) as f32
            };
            let window = 2 * radius + 1;
            values.extend((0..inner.start).map(at_border));
            let ends = sums.iter().zip(sums.get(window..).unwrap_or_default());
            let ends = ends.take(inner.len());
            values.extend(ends.map(|(from, to)| ((to - from) / window as f64) as f32));
            values.extend((inner.end..self.width).map(at_border));
        }
        Self { values, ..*self }
    }

    /// As [`mean_of_rows`](Self::mean_of_rows) does in each row.
    fn mean_of_columns(&self, radius: usize) -> Self {
        let (width, height) = (self.width, self.height);
        let mut values = Vec::with_capacity(self.values.len());
        // The sums of all rows above one, for as many rows as a mean needs.
        let kept = (2 * radius + 2).min(height + 1);
        let mut sums = vec![0.0_f64; kept * width];
        let mut latest = vec![0.0_f64; width];
        let mut rows = (1..).zip(self.values.chunks_exact(width));
        let mut summed = 0;
        for y in 0..height {
            let (from, to) = (y.saturating_sub(radius), (y + radius + 1).min(height));
            while summed < to {
                let Some((count, row)) = rows.next() else {
                    break;
                };
                for (sum, value) in latest.iter_mut().zip(row) {
                    *sum += f64::from(*value);
                }
                sums[count % kept * width..][..width].copy_from_slice(&latest);
                summed = count;
            }
            let of = |row: usize| &sums[row % kept * width..][..width];
            let count = (to - from) as f64;
            let ends = of(from).iter().zip(of(to));
            values.extend(ends.map(|(from, to)| ((to - from) / count) as f32));
        }
        Self { values, ..*self }
    }

    /// The medians of the squares of 3 x 3 pixels; the outermost pixels keep their values.
    pub(crate) fn median_of_9(&self) -> Self {
        let mut found = self.clone();
        for y in 1..self.height.saturating_sub(1) {
            let medians = self.medians_of_row(y);
            found.values[y * self.width + 1..][..medians.len()].copy_from_slice(&medians);
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

    /// The medians of the 3 x 3 pixels around each pixel of a row that is not outermost, but for its first and last.
    pub(crate) fn medians_of_row(&self, y: usize) -> Vec<f32> {
        let width = self.width;
        let row = |y: usize| &self.values[y * width..][..width];
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        // The three of each column in order; then the median is that of the largest of the low, the median of the middle
        // and the smallest of the high ones.
        let mut sorted = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
        let [low, middle, high] = &mut sorted;
        let columns = above.iter().zip(here).zip(below);
        let to = low.iter_mut().zip(middle).zip(high);
        for (((a, b), c), ((low, middle), high)) in columns.zip(to) {
            let (least, most) = (smaller(*a, *b), larger(*a, *b));
            *middle = larger(least, smaller(most, *c));
            (*low, *high) = (smaller(least, *c), larger(most, *c));
        }
        let [low, middle, high] = &sorted;
        let threes = low.windows(3).zip(middle.windows(3)).zip(high.windows(3));
        threes
            .map(|((low, middle), high)| {
                median(
                    larger(larger(low[0], low[1]), low[2]),
                    median(middle[0], middle[1], middle[2]),
                    smaller(smaller(high[0], high[1]), high[2]),
                )
            })
            .collect()
    }
}

fn median(a: f32, b: f32, c: f32) -> f32 {
    larger(smaller(a, b), smaller(larger(a, b), c))
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
