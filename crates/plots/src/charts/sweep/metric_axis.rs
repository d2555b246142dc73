//! The axis of a metric: its scale, the place of a value between the worst and the best, and how it is written.

use super::data::{Best, MetricAxis, SweepMetric};
use crate::base::count::real;
use crate::base::number_format::{fixed, significant};
use crate::base::scale::Scale;
use crate::base::style::RAMP_STEPS;

impl SweepMetric {
    /// Whether a value has a place on the axis.
    pub(super) fn shows(&self, value: f64) -> bool {
        value.is_finite() && (self.axis != MetricAxis::Logarithmic || value > 0.0)
    }

    /// Why values are left out by [`shows`](Self::shows).
    pub(super) fn why_left_out(&self) -> &'static str {
        match self.axis {
            MetricAxis::Logarithmic => "not finite or not above 0",
            MetricAxis::Linear | MetricAxis::Percent => "not finite",
        }
    }

    /// The name of the axis.
    pub(super) fn axis_name(&self) -> String {
        match self.axis {
            MetricAxis::Logarithmic => format!("{}, logarithmic", self.name),
            MetricAxis::Linear | MetricAxis::Percent => self.name.clone(),
        }
    }

    /// A value as text.
    pub(super) fn written(&self, value: f64) -> String {
        match self.axis {
            MetricAxis::Percent => format!("{} %", fixed(value * 100.0, 2)),
            MetricAxis::Linear | MetricAxis::Logarithmic => significant(value),
        }
    }

    /// Whether one value is better than another.
    pub(super) fn is_better(&self, one: f64, other: f64) -> bool {
        match self.best {
            Best::Highest => one > other,
            Best::Lowest => one < other,
        }
    }

    /// How many of these values have no place on the axis.
    pub(super) fn count_left_out(&self, values: &[f64]) -> usize {
        values.iter().filter(|value| !self.shows(**value)).count()
    }

    /// The index of the best of these values, the first of several.
    pub(super) fn best_of(&self, values: impl IntoIterator<Item = Option<f64>>) -> Option<usize> {
        let mut best: Option<(usize, f64)> = None;
        for (index, value) in values.into_iter().enumerate() {
            let Some(value) = value.filter(|value| value.is_finite()) else {
                continue;
            };
            if best.is_none_or(|(_, so_far)| self.is_better(value, so_far)) {
                best = Some((index, value));
            }
        }
        best.map(|(index, _)| index)
    }

    /// The scale of an axis with these values.
    pub(super) fn scale(&self, values: &[f64], max_ticks: usize) -> Scale {
        const SAME_FRACTION: f64 = 1e-6;
        let shown = values.iter().copied().filter(|value| self.shows(*value));
        match self.axis {
            MetricAxis::Linear => Scale::around(shown, max_ticks),
            MetricAxis::Logarithmic => Scale::logarithmic(shown, max_ticks),
            MetricAxis::Percent => {
                let [low, high] = ends(shown.clone()).unwrap_or([0.0, 1.0]);
                // A range around a single fraction could go beyond 100 %.
                let widened = (high - low < SAME_FRACTION).then_some([0.0, 1.0]);
                let shown = shown.chain(widened.into_iter().flatten());
                Scale::around(shown, max_ticks).in_percent()
            }
        }
    }

    /// The same for values with intervals of their means. Wide intervals do not squeeze the values much: beyond them, the
    /// scale has up to three times their range on each side, or, if it is logarithmic, half of it.
    pub(super) fn scale_with_intervals(
        &self,
        values: &[f64],
        intervals: &[[f64; 2]],
        max_ticks: usize,
    ) -> Scale {
        /// In halves of the range. The ends of the interval of three folds are at most 2.3 times the range from the mean.
        const MOST: f64 = 6.0;
        let shown = values.iter().copied().filter(|value| self.shows(*value));
        let Some([low, high]) = ends(shown) else {
            return self.scale(values, max_ticks);
        };
        let mut all = values.to_vec();
        let [least, most] = match self.axis {
            MetricAxis::Logarithmic => {
                let ratio = (high / low).sqrt();
                [low / ratio, high * ratio]
            }
            MetricAxis::Linear => {
                let most = MOST * (high / 2.0 - low / 2.0);
                [low - most, high + most]
            }
            MetricAxis::Percent => {
                let most = MOST * (high / 2.0 - low / 2.0);
                [
                    (low - most).max(low.min(0.0)),
                    (high + most).min(high.max(1.0)),
                ]
            }
        };
        let ends = intervals.iter().flatten().copied();
        match self.axis {
            // Towards 0 there is no end: an interval to 0 and below continues beyond any axis.
            MetricAxis::Logarithmic => {
                all.extend(
                    ends.filter(|end| *end > 0.0)
                        .map(|end| end.clamp(least, most)),
                );
            }
            MetricAxis::Linear | MetricAxis::Percent => {
                all.extend(
                    ends.filter(|end| !end.is_nan())
                        .map(|end| end.clamp(least, most)),
                );
            }
        }
        self.scale(&all, max_ticks)
    }
}

/// The least and the largest of some values.
pub(super) fn ends(values: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    values.fold(None, |ends, value| {
        let [low, high] = ends.unwrap_or([value; 2]);
        Some([low.min(value), high.max(value)])
    })
}

/// The colors of values, from the worst to the best.
pub(super) struct Shades<'a> {
    metric: &'a SweepMetric,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl<'a> Shades<'a> {
    /// The shades for these values; `None` if none has a place on the axis.
    pub(super) fn of(metric: &'a SweepMetric, values: impl Iterator<Item = f64>) -> Option<Self> {
        let [low, high] = ends(values.filter(|value| metric.shows(*value)))?;
        Some(Self { metric, low, high })
    }

    /// The step of the ramp: the last for the best value.
    pub(super) fn step(&self, value: f64) -> usize {
        let height = self.height(value);
        let goodness = match self.metric.best {
            Best::Highest => height,
            Best::Lowest => 1.0 - height,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the number of steps"
        )]
        let step = (goodness * real(RAMP_STEPS)).clamp(0.0, real(RAMP_STEPS)) as usize;
        step.min(RAMP_STEPS - 1)
    }

    /// The value in the middle of the colors.
    pub(super) fn middle(&self) -> f64 {
        match self.metric.axis {
            MetricAxis::Logarithmic => self.low.sqrt() * self.high.sqrt(),
            MetricAxis::Linear | MetricAxis::Percent => self.low / 2.0 + self.high / 2.0,
        }
    }

    /// The place of a value from the least, 0, to the largest, 1; the best place if all are equal.
    fn height(&self, value: f64) -> f64 {
        let of = |value: f64| match self.metric.axis {
            MetricAxis::Logarithmic => value.ln(),
            // Halves, so that the difference of the largest numbers is finite.
            MetricAxis::Linear | MetricAxis::Percent => value / 2.0,
        };
        let [low, high] = [self.low, self.high].map(of);
        if high > low {
            (of(value) - low) / (high - low)
        } else if self.metric.best == Best::Highest {
            1.0
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sweep::fixtures::{accuracy, loss};

    #[test]
    fn the_last_shade_is_the_best_in_either_direction() {
        let values = [0.9, 0.5, 0.7];
        let (accuracy, loss) = (accuracy(), loss());
        let of = |metric| -> Vec<usize> {
            let shades = Shades::of(metric, values.into_iter()).unwrap();
            values.map(|value| shades.step(value)).to_vec()
        };
        assert_eq!(of(&accuracy), [8, 0, 4]);
        // Logarithmic: ln(0.7 / 0.9) / ln(0.5 / 0.9) = 0.43 of the way.
        assert_eq!(of(&loss), [0, 8, 3]);
        for metric in [&accuracy, &loss] {
            let equal = Shades::of(metric, [0.5; 3].into_iter()).unwrap();
            assert_eq!(equal.step(0.5), 8);
            assert!(Shades::of(metric, [f64::NAN].into_iter()).is_none());
        }
    }

    #[test]
    fn wide_intervals_do_not_squeeze_the_values_and_percent_stay_below_100() {
        let scale = accuracy().scale_with_intervals(&[0.9, 1.0], &[[-5.0, 7.0]], 5);
        let (from, to) = scale.ends();
        assert!(from > 0.59 && to < 1.01, "{from} {to}");
        let scale = loss().scale_with_intervals(&[0.01, 0.04], &[[-1.0, 1.0]], 5);
        let (from, to) = scale.ends();
        assert!(from > 0.008 && to < 0.11, "{from} {to}");
    }

    /// Three folds with the values 0.012, 0.013 and 0.014, of which the interval by Student's t with the variance of
    /// Nadeau and Bengio (2003) is 0.013 ± 4.303 × 0.001 × √(1/3 + 1/2) = 0.013 ± 0.0039.
    #[test]
    fn a_linear_axis_contains_the_interval_of_three_folds() {
        let loss = SweepMetric {
            axis: MetricAxis::Linear,
            ..loss()
        };
        let interval = [0.0091, 0.0169];
        let scale = loss.scale_with_intervals(&[0.012, 0.013, 0.014], &[interval], 5);
        let (from, to) = scale.ends();
        assert!(from <= interval[0] && to >= interval[1], "{from} {to}");
    }

    #[test]
    fn values_without_place_are_not_shown() {
        let shown = |metric: SweepMetric| [0.5, 0.0, f64::NAN].map(|value| metric.shows(value));
        assert_eq!(shown(accuracy()), [true, true, false]);
        assert_eq!(shown(loss()), [true, false, false]);
    }
}
