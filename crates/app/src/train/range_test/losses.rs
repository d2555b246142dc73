//! The losses of a range test, and when it is over.

use crate::train::job::Ended;
use crate::train::range_test::rate_range::RateRange;

/// The test ends when the loss is so many times its lowest value, as in fastai.
const DIVERGENCE: f64 = 4.0;

/// The losses so far.
pub(super) struct Losses {
    rates: RateRange,
    losses: Vec<f64>,
    /// The lowest mean of neighbouring losses.
    lowest: f64,
    /// The step, counted from 0, at which the loss diverged.
    diverged_at: Option<usize>,
}

impl Losses {
    pub(super) fn new(rates: RateRange) -> Self {
        Self {
            rates,
            losses: Vec::with_capacity(rates.steps),
            lowest: f64::INFINITY,
            diverged_at: None,
        }
    }

    /// The range of the rates.
    pub(super) fn rates(&self) -> RateRange {
        self.rates
    }

    /// The rate of the next step.
    pub(super) fn next_rate(&self) -> f64 {
        self.rates.at(self.losses.len())
    }

    /// Adds the mean loss of the next batch; returns why the test is over, if it is.
    pub(super) fn add(&mut self, loss: f64) -> Option<Ended> {
        if !loss.is_finite() {
            self.diverged_at = Some(self.losses.len());
            return Some(Ended::StoppedEarly);
        }
        self.losses.push(loss);
        // So many losses as are smoothed by, so that one batch with a high loss does not end the test.
        let width = 2 * self.rates.reach() + 1;
        if let Some(start) = self.losses.len().checked_sub(width) {
            let recent = mean(&self.losses[start..]);
            self.lowest = self.lowest.min(recent);
            if recent > DIVERGENCE * self.lowest {
                self.diverged_at = Some(self.losses.len() - 1);
                return Some(Ended::StoppedEarly);
            }
        }
        (self.losses.len() == self.rates.steps).then_some(Ended::AllEpochs)
    }

    /// The finite losses of all steps.
    pub(super) fn all(&self) -> &[f64] {
        &self.losses
    }

    pub(super) fn diverged_at(&self) -> Option<usize> {
        self.diverged_at
    }
}

fn mean(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let count = values.len() as f64;
    values.iter().sum::<f64>() / count
}
