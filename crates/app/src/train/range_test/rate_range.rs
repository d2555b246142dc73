//! The learning rates of a range test.

use std::str::FromStr;

use model::{Decay, Schedule};

/// The rates of a range test; by default from 1e-6 to 10 in 100 steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRange {
    /// The rate of the first step, above 0.
    pub(crate) from: f64,
    /// The rate of the last step, above that of the first.
    pub(crate) to: f64,
    /// The number of steps, from 20 to 100,000.
    pub(crate) steps: usize,
}

/// The fewest steps that have a trend.
const FEWEST_STEPS: usize = 20;
/// More steps than anybody needs.
const MOST_STEPS: usize = 100_000;

impl RateRange {
    /// A range of so many steps; `None` unless 0 < `from` < `to`, both finite, and there are 20 to 100,000 steps.
    #[must_use]
    pub fn new(from: f64, to: f64, steps: usize) -> Option<Self> {
        let is_range = 0.0 < from && from < to && to.is_finite();
        let is_possible = is_range && (FEWEST_STEPS..=MOST_STEPS).contains(&steps);
        is_possible.then_some(Self { from, to, steps })
    }

    /// The rate of a step, counted from 0: each is the one before times the same factor.
    #[must_use]
    pub fn at(&self, step: usize) -> f64 {
        self.schedule().at(step)
    }

    /// The same as a schedule.
    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            learning_rate: self.from,
            warmup_steps: 0,
            decay: Decay::Exponential {
                decay_steps: self.steps - 1,
                decay_rate: self.to / self.from,
            },
        }
    }

    /// The number of steps on each side by which a loss is smoothed: a twentieth of all.
    pub(super) fn reach(&self) -> usize {
        (self.steps / 20).max(1)
    }
}

impl Default for RateRange {
    fn default() -> Self {
        Self {
            from: 1e-6,
            to: 10.0,
            steps: 100,
        }
    }
}

/// Parses `FROM..TO` and `FROM..TO/STEPS`.
impl FromStr for RateRange {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (ends, steps) = match text.split_once('/') {
            Some((ends, steps)) => (ends, steps.trim().parse().map_err(drop)?),
            None => (text, Self::default().steps),
        };
        let (from, to) = ends.split_once("..").ok_or(())?;
        let number = |end: &str| end.trim().parse().map_err(drop);
        Self::new(number(from)?, number(to)?, steps).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_grow_by_the_same_factor_from_one_end_to_the_other() {
        let rates: RateRange = "1e-4..1/41".parse().unwrap();
        // A tenth of a decade from step to step.
        for (step, expected) in [(0, 1e-4), (1, 1.258_925_4e-4), (10, 1e-3), (40, 1.0)] {
            assert!((rates.at(step) / expected - 1.0).abs() < 1e-7, "{step}");
        }
        assert_eq!("1e-6 .. 10".parse(), Ok(RateRange::default()));
        for wrong in [
            "",
            "1",
            "1e-3..",
            "..1",
            "1..1e-3",
            "0..1",
            "-1..1",
            "1e-3..inf",
            "1e-3..NaN",
            "1e-3..1/19",
            "1e-3..1/ten",
        ] {
            assert_eq!(wrong.parse::<RateRange>(), Err(()), "{wrong}");
        }
    }
}
