//! The range of values along an axis, with ticks at round numbers.

use super::count::real;
use super::round_numbers::{
    logarithmic_ticks, multiples, round_number, round_number_near, round_step,
};
use super::tick_labels::{Unit, plain_labels, tick_labels};

/// The range of values along an axis, with ticks at round numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    from: f64,
    to: f64,
    step: f64,
    ticks: Vec<f64>,
    unit: Unit,
    spacing: Spacing,
    /// The labels of the ticks, if they are no numbers.
    names: Vec<String>,
}

/// What has equal distances along a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spacing {
    /// Equal differences.
    Linear,
    /// Equal ratios.
    Logarithmic,
}

/// Larger numbers count as this one, and numbers closer to zero than its inverse as zero, so that
/// steps and ranges stay finite.
const LARGEST: f64 = 1e300;

/// Values whose relative difference is smaller count as equal: their labels would have too many
/// digits to be read.
const SMALLEST_DIFFERENCE: f64 = 1e-6;

/// The largest integer of an integer scale: up to here, `f64` represents each of them.
const LARGEST_INTEGER: usize = 1 << 52;

impl Scale {
    /// Contains all finite values, from a round number to a round number; 0 to 1 if there are none.
    ///
    /// `max_ticks` is the number of steps that there is room for.
    #[must_use]
    pub fn around(values: impl IntoIterator<Item = f64>, max_ticks: usize) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self::between(0.0, 1.0, max_ticks);
        }
        Self::between(low, high, max_ticks)
    }

    /// From a round number at or below `low` to one at or above `high`; a range around the value if
    /// both are equal.
    pub(crate) fn between(low: f64, high: f64, max_ticks: usize) -> Self {
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        let largest = low.abs().max(high.abs());
        let (low, high) = if largest < 1.0 / LARGEST {
            (-0.5, 0.5)
        } else if high - low > largest * SMALLEST_DIFFERENCE {
            (low, high)
        } else {
            (low - largest / 2.0, low + largest / 2.0)
        };
        let step = round_step((high - low) / real(max_ticks.max(1)));
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        Self {
            from: first * step,
            to: last * step,
            step,
            ticks: multiples(first, last, step),
            unit: Unit::One,
            spacing: Spacing::Linear,
            names: Vec::new(),
        }
    }

    /// Contains all finite values above 0 at equal distances for equal ratios, from a round number to
    /// a round number; 0.1 to 1 if there are none.
    #[must_use]
    pub fn logarithmic(values: impl IntoIterator<Item = f64>, max_ticks: usize) -> Self {
        let positive = values
            .into_iter()
            .filter(|value| value.is_finite() && *value > 0.0);
        let (low, high) = positive.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let (low, high) = if low > high { (0.1, 1.0) } else { (low, high) };
        let [low, high] = [low, high].map(|value| value.clamp(1.0 / LARGEST, LARGEST));
        let mut first = round_number_near(low);
        while round_number(first) > low * (1.0 + 1e-9) {
            first -= 1;
        }
        let mut last = first + 1;
        while round_number(last) < high * (1.0 - 1e-9) {
            last += 1;
        }
        Self {
            from: round_number(first),
            to: round_number(last),
            step: 1.0,
            ticks: logarithmic_ticks(first, last, max_ticks.max(1)),
            unit: Unit::One,
            spacing: Spacing::Logarithmic,
            names: Vec::new(),
        }
    }

    /// Integers from `first` to `last`, which are the ends; at least two integers.
    #[must_use]
    pub fn integers(first: usize, last: usize, max_ticks: usize) -> Self {
        let [from, to] = [first, last].map(|end| real(end.min(LARGEST_INTEGER)));
        let to = to.max(from + 1.0);
        let step = round_step((to - from) / real(max_ticks.max(1))).max(1.0);
        // The first integer, then round numbers: 1, 5, 10 and not 1, 6, 11.
        let second = (from / step + 0.5).ceil().max(1.0);
        let round = multiples(second, (to / step + 1e-9).floor(), step);
        Self {
            from,
            to,
            step,
            ticks: std::iter::once(from).chain(round).collect(),
            unit: Unit::One,
            spacing: Spacing::Linear,
            names: Vec::new(),
        }
    }

    /// Bands of equal width for items counted from 1, each centered on its number.
    pub(crate) fn bands(items: usize, max_ticks: usize) -> Self {
        let last = real(items.max(1));
        let integers = Self::integers(1, items.max(1), max_ticks);
        Self {
            from: 0.5,
            to: last + 0.5,
            ticks: integers
                .ticks
                .into_iter()
                .filter(|tick| *tick <= last)
                .collect(),
            ..integers
        }
    }

    /// Bands of equal width, each with its name.
    pub(crate) fn named_bands(names: Vec<String>) -> Self {
        let items = names.len();
        Self {
            ticks: (1..=items).map(real).collect(),
            names,
            ..Self::bands(items, 1)
        }
    }

    /// The same scale with labels in percent.
    pub(crate) fn in_percent(self) -> Self {
        Self {
            unit: Unit::Percent,
            ..self
        }
    }

    /// The position of a value, from 0 at the start of the scale to 1 at its end.
    #[must_use]
    pub fn fraction(&self, value: f64) -> f64 {
        match self.spacing {
            Spacing::Linear => (value - self.from) / (self.to - self.from),
            Spacing::Logarithmic => (value.ln() - self.from.ln()) / (self.to.ln() - self.from.ln()),
        }
    }

    /// The values at the start and the end of the scale.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    /// The ticks and their labels.
    pub fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        let labels = match self.spacing {
            _ if !self.names.is_empty() => self.names.clone(),
            Spacing::Linear => tick_labels(&self.ticks, self.step, self.unit),
            Spacing::Logarithmic => plain_labels(&self.ticks),
        };
        self.ticks.iter().copied().zip(labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_around_all_values() {
        let losses = Scale::around([0.0209, 0.6254], 5);
        assert_eq!(labels(&losses), ["0.0", "0.2", "0.4", "0.6", "0.8"]);
        let weights = Scale::around([-1.3, 0.9, f64::NAN], 5);
        assert_eq!(
            labels(&weights),
            ["−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(&Scale::around([0.999, 1.0], 5)).last().unwrap(),
            "1.0000"
        );
    }

    #[test]
    fn epochs_are_integers_from_the_first_to_the_last() {
        assert_eq!(
            labels(&Scale::integers(1, 20, 5)),
            ["1", "5", "10", "15", "20"]
        );
        assert_eq!(labels(&Scale::integers(1, 3, 8)), ["1", "2", "3"]);
        // A single epoch has a scale, too.
        assert_eq!(labels(&Scale::integers(1, 1, 8)), ["1", "2"]);
    }

    #[test]
    fn bands_start_and_end_half_a_step_outside() {
        let units = Scale::bands(25, 5);
        assert_eq!(units.ends(), (0.5, 25.5));
        assert_eq!(labels(&units), ["1", "5", "10", "15", "20", "25"]);
        for items in [0, 1] {
            let one = Scale::bands(items, 8);
            assert_eq!(
                (one.ends(), labels(&one)),
                ((0.5, 1.5), vec!["1".to_owned()])
            );
        }
    }

    #[test]
    fn bands_may_have_names() {
        let digits = Scale::named_bands(["7", "1"].map(str::to_owned).to_vec());
        assert_eq!(digits.ends(), (0.5, 2.5));
        let ticks: Vec<(f64, String)> = digits.ticks().collect();
        assert_eq!(ticks, [(1.0, "7".to_owned()), (2.0, "1".to_owned())]);
    }

    #[test]
    fn one_value_or_none_has_a_range_around_it() {
        let (from, to) = Scale::around([0.25], 5).ends();
        assert!(from < 0.25 && to > 0.25);
        assert_eq!(Scale::around([], 5).ends(), (0.0, 1.0));
        assert_eq!(Scale::around([2.0, 2.0], 5).ends(), (1.0, 3.0));
        let (from, to) = Scale::around([0.0], 5).ends();
        assert!(from < 0.0 && to > 0.0);
    }

    #[test]
    fn a_logarithmic_scale_has_equal_distances_for_equal_ratios() {
        let decades = Scale::logarithmic([0.0007, 0.4, 0.0, f64::NAN], 6);
        assert_eq!(decades.ends(), (0.0005, 0.5));
        assert_eq!(labels(&decades), ["0.001", "0.01", "0.1"]);
        let distance = decades.fraction(0.1) - decades.fraction(0.01);
        assert!((distance - 1.0 / 3.0).abs() < 1e-9, "{distance}");
        assert!((decades.fraction(0.5) - 1.0).abs() < 1e-9);

        let few = Scale::logarithmic([0.03, 0.4], 6);
        assert_eq!(labels(&few), ["0.02", "0.05", "0.1", "0.2", "0.5"]);
        let one = Scale::logarithmic([0.1], 6);
        assert_eq!(labels(&one), ["0.1", "0.2"]);
        assert_eq!(Scale::logarithmic([], 6).ends(), (0.1, 1.0));
        let tiny = Scale::logarithmic([3e-9, 0.5], 5);
        assert_eq!(labels(&tiny), ["1e−8", "1e−6", "0.0001", "0.01"]);
        for (low, high) in [(5e-324, 1e308), (1e-9, 1e9), (2.0, 2.0)] {
            let scale = Scale::logarithmic([low, high], 6);
            let ticks = labels(&scale);
            assert!((2..=7).contains(&ticks.len()), "{ticks:?}");
            assert!(scale.fraction(high).is_finite());
        }
    }

    #[test]
    fn any_values_have_a_scale_with_few_ticks_and_finite_positions() {
        let extremes = [
            (f64::MIN, f64::MAX),
            (f64::MAX, f64::MAX),
            (0.0, 5e-324),
            (-1e-310, 1e-310),
            (1.0, 1.0 + f64::EPSILON),
            (1e15, 1e15 + 1.0),
            (f64::NEG_INFINITY, 3.0),
        ];
        for (low, high) in extremes {
            let scale = Scale::around([low, high], 5);
            let ticks = labels(&scale);
            assert!((2..=8).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(
                ticks.iter().all(|tick| tick.chars().count() < 16),
                "{ticks:?}"
            );
            let mut different = ticks.clone();
            different.dedup();
            assert_eq!(different, ticks);
            assert!(scale.fraction(low.max(-1e308)).is_finite());
        }
    }

    #[test]
    fn integers_far_apart_have_few_ticks() {
        assert_eq!(
            labels(&Scale::integers(1, 10_000, 5)),
            ["1", "2000", "4000", "6000", "8000", "10000"]
        );
        let all = Scale::integers(1, usize::MAX, 4);
        assert_eq!(labels(&all), ["1", "2e15", "4e15"]);
        let last = Scale::integers(usize::MAX - 1, usize::MAX, 4);
        assert!(last.fraction(4.5e15).is_finite());
        // Far above zero, too.
        assert_eq!(
            labels(&Scale::integers(900_000_001, 900_000_004, 5)).len(),
            4
        );
    }

    /// The labels of a scale.
    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks().map(|(_, label)| label).collect()
    }

    #[test]
    fn long_labels_use_scientific_notation() {
        let small = Scale::around([0.0, 2.3e-7], 5);
        assert_eq!(
            labels(&small),
            ["0", "5e−8", "1e−7", "1.5e−7", "2e−7", "2.5e−7"]
        );
        let large = Scale::between(-1e9, 1e9, 4);
        assert_eq!(labels(&large), ["−1e9", "−5e8", "0", "5e8", "1e9"]);
        // Up to seven characters stay as they are.
        let million = Scale::between(0.0, 1e6, 2);
        assert_eq!(labels(&million), ["0", "500000", "1000000"]);
        // And more where scientific notation is not shorter.
        let close = Scale::between(0.712_345, 0.712_347, 2);
        assert_eq!(labels(&close), ["0.712345", "0.712346", "0.712347"]);
    }

    #[test]
    fn fractions_are_written_in_percent() {
        let fractions = Scale::between(0.5, 1.0, 5).in_percent();
        assert_eq!(
            labels(&fractions),
            ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]
        );
        let close = Scale::between(0.99, 1.0, 2).in_percent();
        assert_eq!(labels(&close), ["99.0 %", "99.5 %", "100.0 %"]);
        // Even if they are not fractions.
        let huge = Scale::between(0.0, 1e300, 2).in_percent();
        assert_eq!(labels(&huge), ["0 %", "5e301 %", "1e302 %"]);
    }
}
