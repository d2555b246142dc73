//! What `app train` prints at the end.

use std::io::Write;

use anyhow::Context;
use data::ClassifiedDigits;
use model::{Decision, format_metric};
use plots::grouped;

use crate::device::adapter::OpenDevice;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::predictions::evaluate;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::run::summary::RunSummary;
use crate::support::number_format::format_seconds;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::train::plan::Plan;
use crate::train::session::last_epoch;

/// Prints how the training ended, and the metrics of the network.
pub(crate) fn print_result(
    plan: &Plan,
    run: &RunDirectory,
    device: OpenDevice,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let config = &plan.config.settings;
    let result = run.result()?.context("the training has not ended")?;
    let summary = RunSummary::read(run.clone())?;
    writeln!(
        out,
        "trained {} parameters, {}, in {} on {}",
        grouped(config.parameters()),
        counted(result.epochs, "epoch"),
        format_seconds(summary.seconds()),
        device.name
    )?;
    let monitor = plan.config.monitor.metric;
    if result.stopped_early {
        let patience = config.early_stopping_patience.unwrap_or_default();
        writeln!(
            out,
            "stopped early: {monitor} did not improve in {}",
            counted(patience, "epoch")
        )?;
    }
    let best = summary.best.map_or(result.network, |best| best.epoch);
    if config.restore_best_weights {
        writeln!(
            out,
            "the best weights were restored: the network is from epoch {}, the best by {monitor}",
            result.network
        )?;
    } else if best != result.network {
        writeln!(
            out,
            "the network is from the last epoch, {}; the best by {monitor} is epoch {best}: use it \
             with --checkpoint best",
            result.network
        )?;
    }
    let network = run.load(CheckpointName::Last, config, &device.device)?;
    let batch_size = config.cut_to(plan.digits.training.len()).batch_size;
    let network = DeviceNetwork::new(network, device, batch_size)?;
    print_metrics("training", &network, &plan.digits.training, out)?;
    print_metrics("validation", &network, &plan.digits.validation, out)?;
    match &plan.test {
        Some(test) => print_metrics("test", &network, test, out),
        None => Ok(()),
    }
}

/// Prints how far a training came that `--max-time` stopped.
pub(crate) fn print_out_of_time(
    plan: &Plan,
    run: &RunDirectory,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    writeln!(
        out,
        "stopped by --max-time after epoch {} of {}; resume with: app train --resume {}",
        last_epoch(run)?,
        plan.config.settings.epochs,
        quoted(run.path())
    )?;
    Ok(())
}

/// Prints loss and accuracy on images, if there are any.
fn print_metrics(
    name: &str,
    network: &DeviceNetwork,
    images: &ClassifiedDigits,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if images.is_empty() {
        return Ok(());
    }
    let found = evaluate(
        &network.logits(images.digits())?,
        images,
        Decision::default(),
    );
    writeln!(
        out,
        "{name:<10}  loss {:<7} accuracy {:<7} {} of {} correct",
        format_metric(found.loss),
        format_metric(found.accuracy),
        grouped(found.correct()),
        grouped(found.examples)
    )?;
    Ok(())
}
