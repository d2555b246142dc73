//! What `app train` prints at the end.

use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use data::DigitPair;

use crate::device::adapter::OpenDevice;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::predictions::evaluate;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::train::plan::Plan;
use crate::train::session::last_epoch;

/// Prints how the training ended, and the metrics of the network.
pub(crate) fn print_result(
    plan: &Plan,
    run: &RunDirectory,
    device: OpenDevice,
    time: Duration,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let config = &plan.config.settings;
    let result = run.result()?.context("the training has not ended")?;
    writeln!(
        out,
        "trained {} parameters, {}, in {:.*} s on {}",
        config.parameters(),
        counted(result.epochs, "epoch"),
        if time.as_secs() == 0 { 3 } else { 2 },
        time.as_secs_f64(),
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
    if config.restore_best_weights {
        writeln!(
            out,
            "the final network is from epoch {}, the best by {monitor}",
            result.network
        )?;
    }
    let network = run.load(CheckpointName::Last, config, &device.device)?;
    let network = DeviceNetwork::new(network, device, config.batch_size)?;
    print_metrics("training", &network, &plan.digits.training, out)?;
    print_metrics("validation", &network, &plan.digits.validation, out)
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
    pair: &DigitPair,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if pair.is_empty() {
        return Ok(());
    }
    let found = evaluate(
        &network.logits(pair.digits())?,
        pair,
        model::DEFAULT_THRESHOLD,
    );
    writeln!(
        out,
        "{name:<10}  loss {:.4}  accuracy {:.4}  {} of {} correct",
        found.loss,
        found.accuracy,
        found.confusion_matrix[0][0] + found.confusion_matrix[1][1],
        found.examples
    )?;
    Ok(())
}
