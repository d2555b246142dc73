//! A range of values along an axis: where a value lies on it, and which round numbers stand there.

use crate::canvas::TextStyle;

/// A range of values along an axis, with the numbers that stand there.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    from: f64,
    to: f64,
    step: f64,
    ticks: Vec<f64>,
    unit: Unit,
}

/// How the numbers along an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    One,
    Percent,
}

/// Beyond it, and closer to zero than its inverse, numbers count as it and as zero: steps and
/// ranges stay finite.
const LARGEST: f64 = 1e300;

/// Values that differ by less, in shares of the larger, count as one: their numbers would have too
/// many digits to be read.
const SAME: f64 = 1e-6;

/// Numbers of more characters are written in powers of ten if that is shorter.
const LONGEST: usize = 7;

impl Scale {
    /// Holds all values, from a round number to a round number; `most` is how many ticks there is
    /// room for. Values that are not finite are left out; without any, it is 0 to 1.
    #[must_use]
    pub fn around(values: impl IntoIterator<Item = f64>, most: usize) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self::between(0.0, 1.0, most);
        }
        Self::between(low, high, most)
    }

    /// From a round number at or below `low` to one at or above `high`, with room on both sides of
    /// a single value.
    pub(crate) fn between(low: f64, high: f64, most: usize) -> Self {
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        let largest = low.abs().max(high.abs());
        let (low, high) = if largest < 1.0 / LARGEST {
            (-0.5, 0.5)
        } else if high - low > largest * SAME {
            (low, high)
        } else {
            (low - largest / 2.0, low + largest / 2.0)
        };
        let step = round_step((high - low) / count(most.max(1)));
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        Self {
            from: first * step,
            to: last * step,
            step,
            ticks: multiples(first, last, step),
            unit: Unit::One,
        }
    }

    /// Whole numbers from `first` to `last`, which are the ends; at least two numbers.
    #[must_use]
    pub fn whole(first: usize, last: usize, most: usize) -> Self {
        let (from, to) = (count(first), count(last));
        let to = to.max(from + 1.0);
        let step = round_step((to - from) / count(most.max(1))).max(1.0);
        // Round numbers, and the first one: 1, 5, 10 and not 1, 6, 11.
        let second = (from / step + 0.5).ceil().max(1.0);
        let round = multiples(second, (to / step + 1e-9).floor(), step);
        Self {
            from,
            to,
            step,
            ticks: std::iter::once(from).chain(round).collect(),
            unit: Unit::One,
        }
    }

    /// Room of equal width for each of so many things, counted from 1, whose middles are whole
    /// numbers.
    pub(crate) fn bands(things: usize, most: usize) -> Self {
        let last = count(things.max(1));
        let whole = Self::whole(1, things.max(1), most);
        Self {
            from: 0.5,
            to: last + 0.5,
            ticks: whole
                .ticks
                .into_iter()
                .filter(|tick| *tick <= last)
                .collect(),
            ..whole
        }
    }

    /// The same for shares, whose numbers are written in percent.
    pub(crate) fn in_percent(self) -> Self {
        Self {
            unit: Unit::Percent,
            ..self
        }
    }

    /// Where a value lies, from 0 at the scale's beginning to 1 at its end.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    /// The values at the scale's beginning and end.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    /// The numbers along the axis and how they are written.
    pub fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().copied().zip(self.labels())
    }

    /// The room that the widest of the numbers takes, in pixels.
    pub(crate) fn label_width(&self) -> f64 {
        let widths = self
            .labels()
            .into_iter()
            .map(|label| TextStyle::SMALL.width(&label));
        widths.fold(0.0, f64::max)
    }

    fn labels(&self) -> Vec<String> {
        let (factor, sign) = match self.unit {
            Unit::One => (1.0, ""),
            Unit::Percent => (100.0, " %"),
        };
        let step = self.step * factor;
        let decimals = decimals(step);
        let written = |write: &dyn Fn(f64) -> String| -> Vec<String> {
            let ticks = self.ticks.iter().map(|tick| tick * factor);
            ticks.map(|tick| write(tick) + sign).collect()
        };
        let longest = |labels: &[String]| labels.iter().map(|label| label.chars().count()).max();
        let plain = written(&|tick| number(tick, decimals));
        if longest(&plain) <= Some(LONGEST) {
            return plain;
        }
        let powers = written(&|tick| power(tick, step));
        if longest(&powers) < longest(&plain) {
            powers
        } else {
            plain
        }
    }
}

/// A number as text, with a real minus sign.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text
        .chars()
        .all(|character| matches!(character, '-' | '0' | '.'));
    let text = if is_zero { text.replace('-', "") } else { text };
    text.replace('-', "−")
}

/// A multiple of a step, as a number from 1 to 10 and a power of ten: 1.5e−7.
fn power(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (exponent(value.abs()) - exponent(step)).clamp(0.0, 12.0);
    let text = format!("{value:.*e}", whole(digits));
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let factor = if factor.contains('.') {
        factor.trim_end_matches('0').trim_end_matches('.')
    } else {
        factor
    };
    let text = match exponent {
        "0" => factor.to_owned(),
        _ => format!("{factor}e{exponent}"),
    };
    text.replace('-', "−")
}

/// How many decimals the multiples of a round step need.
fn decimals(step: f64) -> usize {
    whole((-exponent(step)).clamp(0.0, 12.0))
}

/// Of ten, for the first digit of a number; a number a little below a power counts as it.
fn exponent(value: f64) -> f64 {
    (value * 1.000_001).log10().floor()
}

/// The smallest of 1, 2, 5, 10, ... times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// A step's multiples, from the first to the last.
fn multiples(first: f64, last: f64, step: f64) -> Vec<f64> {
    (0..whole(last - first + 1.0))
        .map(|index| (first + count(index)) * step)
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of digits and ticks; below zero there are none"
)]
fn whole(number: f64) -> usize {
    number.round() as usize
}

/// A count as a number to calculate with; at most 2^52, up to which floats hold whole numbers.
#[expect(clippy::cast_precision_loss, reason = "at most 2^52")]
pub(crate) fn count(number: usize) -> f64 {
    number.min(1 << 52) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers_that_hold_all_values() {
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
    fn epochs_are_whole_numbers_from_the_first_to_the_last() {
        assert_eq!(
            labels(&Scale::whole(1, 20, 5)),
            ["1", "5", "10", "15", "20"]
        );
        assert_eq!(labels(&Scale::whole(1, 3, 8)), ["1", "2", "3"]);
        // A single epoch has a scale too.
        assert_eq!(labels(&Scale::whole(1, 1, 8)), ["1", "2"]);
    }

    #[test]
    fn things_in_a_row_have_half_a_step_on_both_sides() {
        let units = Scale::bands(25, 5);
        assert_eq!(units.ends(), (0.5, 25.5));
        assert_eq!(labels(&units), ["1", "5", "10", "15", "20", "25"]);
        for things in [0, 1] {
            let one = Scale::bands(things, 8);
            assert_eq!(
                (one.ends(), labels(&one)),
                ((0.5, 1.5), vec!["1".to_owned()])
            );
        }
    }

    #[test]
    fn one_value_or_none_has_a_scale_with_room_around_it() {
        let (from, to) = Scale::around([0.25], 5).ends();
        assert!(from < 0.25 && to > 0.25);
        assert_eq!(Scale::around([], 5).ends(), (0.0, 1.0));
        assert_eq!(Scale::around([2.0, 2.0], 5).ends(), (1.0, 3.0));
        let (from, to) = Scale::around([0.0], 5).ends();
        assert!(from < 0.0 && to > 0.0);
    }

    #[test]
    fn numbers_of_many_digits_are_written_in_powers_of_ten() {
        let small = Scale::around([0.0, 2.3e-7], 5);
        assert_eq!(
            labels(&small),
            ["0", "5e−8", "1e−7", "1.5e−7", "2e−7", "2.5e−7"]
        );
        let large = Scale::between(-1e9, 1e9, 4);
        assert_eq!(labels(&large), ["−1e9", "−5e8", "0", "5e8", "1e9"]);
        // Up to seven characters are kept as they are.
        let million = Scale::between(0.0, 1e6, 2);
        assert_eq!(labels(&million), ["0", "500000", "1000000"]);
        // And more where powers of ten are no shorter.
        let close = Scale::between(0.712_345, 0.712_347, 2);
        assert_eq!(labels(&close), ["0.712345", "0.712346", "0.712347"]);
    }

    #[test]
    fn shares_are_written_in_percent() {
        let shares = Scale::between(0.5, 1.0, 5).in_percent();
        assert_eq!(
            labels(&shares),
            ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]
        );
        let close = Scale::between(0.99, 1.0, 2).in_percent();
        assert_eq!(labels(&close), ["99.0 %", "99.5 %", "100.0 %"]);
        // Even if they are none.
        let huge = Scale::between(0.0, 1e300, 2).in_percent();
        assert_eq!(labels(&huge), ["0 %", "5e301 %", "1e302 %"]);
    }

    #[test]
    fn any_values_have_a_scale_with_few_ticks_and_finite_places() {
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
            assert!(scale.share(low.max(-1e308)).is_finite());
        }
    }

    #[test]
    fn whole_numbers_far_apart_take_no_longer() {
        assert_eq!(
            labels(&Scale::whole(1, 10_000, 5)),
            ["1", "2000", "4000", "6000", "8000", "10000"]
        );
        let all = Scale::whole(1, usize::MAX, 4);
        assert_eq!(labels(&all), ["1", "2e15", "4e15"]);
        let last = Scale::whole(usize::MAX - 1, usize::MAX, 4);
        assert!(last.share(4.5e15).is_finite());
        // From far above zero, too.
        assert_eq!(labels(&Scale::whole(900_000_001, 900_000_004, 5)).len(), 4);
    }
}
