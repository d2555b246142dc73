//! Measures the duration of calls, with enough repetitions to be reliable.

use std::time::{Duration, Instant};

use burn::tensor::Device;

/// The time for which each measurement is repeated.
const MEASURED: Duration = Duration::from_millis(500);
/// Calls per time measurement, so that a GPU has queued work, as in a training.
const CALLS: u32 = 16;
/// Warm-up calls, which are not measured because they compile kernels and fill caches.
const WARM_UP: u32 = 2;

/// Measures the seconds per call, including the work on the device: the median over as many rounds
/// of [`CALLS`] calls as the time allows, at least three. If calls are slow, a round is a single
/// call.
pub(crate) fn median_seconds(
    device: &Device,
    mut call: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<f64> {
    let mut round = |calls: u32| -> anyhow::Result<f64> {
        let started = Instant::now();
        for _ in 0..calls {
            call()?;
        }
        device.sync()?;
        Ok(started.elapsed().as_secs_f64() / f64::from(calls))
    };
    round(WARM_UP)?;
    let is_slow = round(1)? * f64::from(CALLS) > MEASURED.as_secs_f64() / 3.0;
    let calls = if is_slow { 1 } else { CALLS };
    let mut rounds = Vec::new();
    let started = Instant::now();
    while rounds.len() < 3 || started.elapsed() < MEASURED {
        rounds.push(round(calls)?);
    }
    Ok(median(rounds))
}

/// The middle value; of an even number of them, the greater one of the two in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The speed of a call that takes `seconds` for `images`.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(crate) fn per_second(images: usize, seconds: f64) -> f64 {
    images as f64 / seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_call_is_measured_three_times_after_the_warm_up() {
        let mut calls = 0;
        let seconds = median_seconds(&Device::flex(), || {
            calls += 1;
            if calls > WARM_UP {
                std::thread::sleep(MEASURED / 2);
            }
            Ok(())
        });
        assert!(seconds.unwrap() >= MEASURED.as_secs_f64() / 2.0);
        assert_eq!(calls, WARM_UP + 1 + 3);
    }

    #[test]
    fn a_fast_call_is_measured_for_as_long_as_planned() {
        let started = Instant::now();
        median_seconds(&Device::flex(), || Ok(())).unwrap();
        assert!(started.elapsed() >= MEASURED);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
    fn the_median_is_in_the_middle_in_any_order() {
        assert_eq!(median(vec![5.0, 1.0, 4.0, 9.0, 2.0]), 4.0);
        assert_eq!(median(vec![7.0, 1.0, 3.0, 2.0]), 3.0);
        assert_eq!(median(vec![6.0]), 6.0);
    }

    #[test]
    fn a_call_that_fails_ends_the_measurement() {
        let error = median_seconds(&Device::flex(), || anyhow::bail!("no such device"));
        assert_eq!(error.unwrap_err().to_string(), "no such device");
    }
}
