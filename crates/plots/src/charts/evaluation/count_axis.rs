//! The axis of a histogram with bars upwards and downwards: how high a bar is.

use crate::base::count::real;

/// The length of bars by their number of images.
pub(super) struct CountAxis {
    /// The labeled counts besides 0; the last is the end of the axis.
    ticks: Vec<usize>,
    scale: CountScale,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CountScale {
    Linear,
    /// By the logarithm of one more than the images, which is 0 for none.
    Logarithmic,
}

impl CountAxis {
    /// The axis for these counts; `None` if all are 0. Logarithmic if the shortest bar would hardly
    /// be visible otherwise.
    pub(super) fn of<'a>(counts: impl Iterator<Item = &'a usize> + Clone) -> Option<Self> {
        const LARGEST_LINEAR_RATIO: usize = 20;
        let counts = counts.copied().filter(|images| *images > 0);
        let (min, max) = (counts.clone().min()?, counts.max()?);
        let scale = if min.saturating_mul(LARGEST_LINEAR_RATIO) < max {
            CountScale::Logarithmic
        } else {
            CountScale::Linear
        };
        Some(Self {
            ticks: ticks(max, scale),
            scale,
        })
    }

    pub(super) fn is_logarithmic(&self) -> bool {
        self.scale == CountScale::Logarithmic
    }

    /// The length of a bar, in [0, 1].
    pub(super) fn length(&self, images: usize) -> f64 {
        let end = self.ticks.last().copied().unwrap_or(1);
        let (images, end) = (real(images), real(end));
        match self.scale {
            CountScale::Linear => images / end,
            CountScale::Logarithmic => images.ln_1p() / end.ln_1p(),
        }
    }

    /// The labeled counts besides 0.
    pub(super) fn ticks(&self) -> &[usize] {
        &self.ticks
    }
}

/// Round counts, the last of which is at or above the images of the longest bar.
fn ticks(max: usize, scale: CountScale) -> Vec<usize> {
    const MAX_TICKS: usize = 5;
    let powers = (0..19).map(|power| 10_usize.pow(power));
    if scale == CountScale::Logarithmic {
        let below = powers.take_while(|power| *power < max);
        let mut ticks: Vec<usize> = below.collect();
        ticks.push(ticks.last().map_or(1, |last| last.saturating_mul(10)));
        return ticks;
    }
    let mut steps = powers.flat_map(|power| [1, 2, 5].map(|factor| factor * power));
    let step = steps.find(|step| max.div_ceil(*step) <= MAX_TICKS);
    let step = step.unwrap_or(usize::MAX);
    let ticks = 1..=max.div_ceil(step);
    ticks.map(|index| step.saturating_mul(index)).collect()
}

/// A round count in few characters: 500, 20k, 3M.
pub(super) fn short(count: usize) -> String {
    if count >= 1_000_000 && count.is_multiple_of(1_000_000) {
        format!("{}M", count / 1_000_000)
    } else if count >= 10_000 && count.is_multiple_of(1000) {
        format!("{}k", count / 1000)
    } else {
        count.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_image_beside_hundreds_is_visible() {
        assert!(CountAxis::of([0, 0].iter()).is_none());
        let axis = CountAxis::of([20, 0, 1].iter()).unwrap();
        assert!(!axis.is_logarithmic());
        assert_eq!(axis.ticks(), [5, 10, 15, 20]);
        assert!((axis.length(10) - 0.5).abs() < 1e-9);
        let axis = CountAxis::of([10_000, 0, 1].iter()).unwrap();
        assert!(axis.is_logarithmic());
        assert_eq!(axis.ticks(), [1, 10, 100, 1000, 10_000]);
        // ln 2 / ln 10001, and ln 101 / ln 10001.
        assert!((axis.length(1) - 0.075_257).abs() < 1e-6);
        assert!((axis.length(100) - 0.501_074).abs() < 1e-6);
        assert!(axis.length(0).abs() < 1e-9 && (axis.length(10_000) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn no_bar_is_longer_than_the_axis_is_labeled() {
        for (counts, end) in [
            ([1, 1], 1),
            ([6, 21], 25),
            ([400, 499], 500),
            ([90, 101], 150),
            ([1, 101], 1000),
            ([1, 499], 1000),
            ([2, 1_000_000], 1_000_000),
        ] {
            let axis = CountAxis::of(counts.iter()).unwrap();
            assert_eq!(axis.ticks().last(), Some(&end), "{counts:?}");
            assert!(axis.length(counts[1]) <= 1.0);
        }
        for counts in [[1, usize::MAX], [usize::MAX / 2, usize::MAX]] {
            let axis = CountAxis::of(counts.iter()).unwrap();
            assert!(axis.length(usize::MAX) <= 1.02 && axis.ticks().len() < 25);
        }
    }

    #[test]
    fn short_counts() {
        let counts = [1, 500, 5000, 20_000, 1_500_000, 3_000_000];
        assert_eq!(
            counts.map(short),
            ["1", "500", "5000", "20k", "1500k", "3M"]
        );
    }
}
