//! The learning-rate range test: one short training in which the learning rate rises from step to step, to find the
//! rates with which a network learns.
//!
//! Smith, "Cyclical Learning Rates for Training Neural Networks" (WACV 2017, section 3.3, arXiv:1506.01186). The rates
//! grow by the same factor from step to step, and the test ends when the loss is a multiple of its lowest value, as in
//! fastai's `lr_find` (Howard and Gugger, "fastai: A Layered API for Deep Learning", 2020).

mod by_burn;
mod by_fused_step;
mod losses;
pub(crate) mod rate_range;
mod trend;

use serde::Serialize;

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
use crate::train::range_test::losses::Losses;
use crate::train::range_test::rate_range::RateRange;
use crate::train::range_test::trend::{Trend, trends};

/// What a range test found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RangeTest {
    /// The suggested learning rate: that at which the smoothed loss falls fastest, by equal ratios of the rate, before it
    /// is lowest. None if it never falls.
    pub suggested: Option<f64>,
    /// The rate at which the smoothed loss is lowest.
    pub lowest: Option<f64>,
    /// The rate at which the test ended early: the mean of the last losses was more than four times its lowest
    /// value, or a loss was NaN or infinite.
    pub diverges: Option<f64>,
    /// The steps that were taken, all with a finite loss.
    pub steps: Vec<RangeTestStep>,
}

/// A step of a range test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RangeTestStep {
    /// Number of the step, from 1.
    pub step: usize,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Mean loss of its batch before the step, in nats.
    pub loss: f64,
    /// The value of a line through the losses of the steps around it, a tenth of all, by least squares.
    pub smoothed: f64,
}

/// Trains a new network of a configuration with rising learning rates, and throws it away.
///
/// Network, optimizer, training images, batches and their order are those of a training with this configuration. Its
/// learning rate, schedule, epochs and callbacks are not used: the images are gone through as often as the steps need.
///
/// # Errors
///
/// [`SweepError::NotInRangeTest`] for a recorded order of images; [`Error::Device`] as of a training; others if
/// the initial weights or the images cannot be read, or the device fails.
pub fn range_test(
    config: &RunConfig,
    digits: &TrainingData,
    device: &OpenDevice,
    rates: RateRange,
) -> Result<RangeTest> {
    if config.batch_order.is_some() {
        return Err(Error::Sweep(SweepError::NotInRangeTest {
            key: "batch_order",
            reason: "which does not train for whole epochs",
        }));
    }
    let mut losses = Losses::new(rates);
    match EngineKind::choose(&config.cut_to(digits.training.len()), device)? {
        EngineKind::Fused => by_fused_step::train(config, digits, &mut losses)?,
        EngineKind::Kernels => by_fused_step::train_on_gpu(config, digits, device, &mut losses)?,
        EngineKind::Burn => by_burn::train(config, digits, device, &mut losses)?,
    }
    Ok(result(rates, &losses))
}

fn result(rates: RateRange, losses: &Losses) -> RangeTest {
    let trends = trends(losses.all(), rates.reach());
    let rate = |index: usize| rates.at(index);
    let falls = falls(losses.all(), &trends, rates.reach());
    let lowest = (0..trends.len()).min_by(|a, b| trends[*a].value.total_cmp(&trends[*b].value));
    let steps = losses.all().iter().zip(&trends).enumerate();
    RangeTest {
        suggested: lowest
            .filter(|lowest| falls(*lowest))
            .and_then(|lowest| steepest(&trends, rates.reach(), lowest))
            .map(rate),
        lowest: lowest.map(rate),
        diverges: losses.diverged_at().map(rate),
        steps: steps
            .map(|(index, (loss, trend))| RangeTestStep {
                step: index + 1,
                learning_rate: rate(index),
                loss: *loss,
                smoothed: trend.value,
            })
            .collect(),
    }
}

/// Says whether the smoothed loss falls to a step by more than noise does: five standard errors of the difference of two
/// means of as many losses as are smoothed. Among a hundred steps some differences are above two.
fn falls(losses: &[f64], trends: &[Trend], reach: usize) -> impl Fn(usize) -> bool {
    move |lowest| {
        let Some(start) = trends.get(reach) else {
            return false;
        };
        let noise = losses[..=lowest].iter().zip(trends);
        let squares: f64 = noise
            .map(|(loss, trend)| (loss - trend.value).powi(2))
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let [steps, smoothed] = [lowest + 1, 2 * reach + 1].map(|count| count as f64);
        let standard_error = (squares / steps * 2.0 / smoothed).sqrt();
        // Where there are neighbours on both sides, so that the trend is such a mean.
        let last = trends.len().saturating_sub(reach + 1);
        let place = lowest.min(last).max(reach);
        start.value - trends[place].value > 5.0 * standard_error
    }
}

/// The step before the lowest one at which the loss falls fastest, of those with neighbours on both sides.
fn steepest(trends: &[Trend], reach: usize, lowest: usize) -> Option<usize> {
    let last = lowest.min(trends.len().saturating_sub(reach + 1));
    let falling = (reach..=last).filter(|index| trends[*index].slope < 0.0);
    falling.min_by(|a, b| trends[*a].slope.total_cmp(&trends[*b].slope))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rates: RateRange, loss: impl Fn(f64) -> f64) -> RangeTest {
        let mut losses = Losses::new(rates);
        while losses.add(loss(losses.next_rate())).is_none() {}
        result(rates, &losses)
    }

    #[test]
    fn the_suggested_rate_is_where_the_loss_falls_fastest() {
        // A logistic curve falls fastest in its middle, here at 0.001, and a parabola rises from 0.1 on.
        let loss = |rate: f64| {
            let decades = rate.log10();
            0.1 + 0.6 / (1.0 + (3.0 * (decades + 3.0)).exp()) + (decades + 1.0).max(0.0).powi(2)
        };
        let found = found("1e-6..10/141".parse().unwrap(), loss);
        let decades = |rate: Option<f64>| rate.unwrap().log10();
        let suggested = decades(found.suggested);
        assert!((suggested + 3.0).abs() < 0.06, "{suggested}");
        // Smoothed by 0.35 decades on both sides, in which it already rises.
        let lowest = decades(found.lowest);
        assert!((-1.35..-1.0).contains(&lowest), "{lowest}");
        // The loss is 4 x 0.1 at sqrt(0.3) of a decade after 0.1, the mean of the last 0.7 decades later.
        let diverges = decades(found.diverges);
        assert!((-0.45..0.25).contains(&diverges), "{diverges}");
        let last = found.steps.last().map(|step| step.learning_rate);
        assert_eq!(last, found.diverges);
    }

    #[test]
    fn a_loss_that_never_falls_suggests_nothing() {
        let rates = RateRange::default();
        let found = found(rates, |rate| 0.7 + rate / 100.0);
        assert_eq!(found.suggested, None);
        assert_eq!(found.steps.len(), rates.steps);
        assert_eq!(found.diverges, None);
    }

    /// Noise between -0.05 and 0.05, as of small batches, around a loss that stays where it is.
    #[test]
    fn noise_alone_suggests_nothing() {
        for seed in 0..50_u64 {
            let mut state = seed * 7919 + 1;
            let mut noise = move || {
                // The generator of Knuth's MMIX.
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX) * 0.1 - 0.05
            };
            let rates = RateRange::default();
            let mut losses = Losses::new(rates);
            while losses.add(0.7 + noise()).is_none() {}
            assert_eq!(result(rates, &losses).suggested, None, "seed {seed}");
            // A fall to a tenth among the same noise is found.
            let mut losses = Losses::new(rates);
            let falling = |rate: f64| if rate < 1e-3 { 0.7 } else { 0.1 };
            while losses.add(falling(losses.next_rate()) + noise()).is_none() {}
            let decades = result(rates, &losses).suggested.unwrap().log10();
            assert!((decades + 3.0).abs() < 0.4, "{decades}");
        }
    }

    #[test]
    fn a_loss_that_is_not_finite_ends_the_test_at_its_rate() {
        let rates = RateRange::default();
        let found = found(rates, |rate| if rate < 0.1 { 0.7 - rate } else { f64::NAN });
        // 1e-6 x 10^(7 x 71 / 99) is 0.105, and the step before it below 0.1.
        assert_eq!(found.steps.len(), 71);
        assert_eq!(found.diverges, Some(rates.at(71)));
        assert!(found.steps.iter().all(|step| step.smoothed.is_finite()));
    }
}
