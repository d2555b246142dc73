//! The steps of a range test by Burn, on any device, also with clipped gradients.

use burn_train::TrainStep;
use model::DigitOutput;

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::OpenDevice;
use crate::support::error::{Error, Result};
use crate::train::engine::burn::optimizer;
use crate::train::epoch_metrics::{MetricsError, RunningMetrics};
use crate::train::initial_weights::initial_network;
use crate::train::loader::{Purpose, data_loader, order_of};
use crate::train::range_test::losses::Losses;

pub(super) fn train(
    config: &RunConfig,
    digits: &TrainingData,
    device: &OpenDevice,
    losses: &mut Losses,
) -> Result<()> {
    let training_device = device.device.clone().autodiff();
    let mut network = initial_network(config, &training_device)?;
    let mut optimizer = optimizer(config);
    let images = &digits.training;
    let loader = data_loader(
        images,
        &config.cut_to(images.len()),
        order_of(config, images.len()),
        1,
        &training_device,
        device.kind,
        Purpose::Training {
            class_weight: config.loss_weights(images).as_deref(),
        },
    )?;
    loop {
        // Another epoch each time.
        for batch in loader.iter() {
            let output = TrainStep::step(&network, batch.map_err(Error::burn)?);
            let gradients = match config.global_clipnorm {
                Some(limit) => model::clip_by_global_norm(&network, output.grads, limit),
                None => output.grads,
            };
            network = optimizer.step(losses.next_rate(), network, gradients);
            if losses.add(mean(output.item)?).is_some() {
                return Ok(());
            }
        }
    }
}

/// The mean loss of a batch; NaN or infinite if it is.
fn mean(output: DigitOutput) -> Result<f64> {
    let mut metrics = RunningMetrics::new();
    let read = metrics.add(output).and_then(|_| metrics.read());
    match read {
        Ok(()) => Ok(metrics.loss()),
        Err(MetricsError::Diverged(_)) => Ok(f64::NAN),
        Err(error @ MetricsError::Device(_)) => Err(error.in_training(1, 0.0)),
    }
}
