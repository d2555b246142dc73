//! `app evaluate`: how well a run's network classifies images.

pub(crate) mod tables;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use model::{Evaluation, EvaluationJson, evaluation_metrics, format_metric};
use plots::{grouped, printable};
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::evaluate::tables::{print_confusion, print_digits};
use crate::cli::images::ImageArgs;

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    images: ImageArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The network, the images and the metrics; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Evaluated<'a> {
    run: String,
    /// The name by which the checkpoint was chosen.
    checkpoint: String,
    /// The epoch of the network.
    epoch: usize,
    /// Which images: `test`, `validation`, `training`, `all` or `given`.
    images: &'static str,
    #[serde(flatten)]
    metrics: EvaluationJson<'a>,
}

pub(crate) fn evaluate(
    args: &EvaluateArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let prediction = &args.prediction;
    let predictor = prediction.predictor(args.run.as_deref(), device)?;
    let (images, which) = args.images.read(&prediction.source, predictor.config())?;
    let decision = prediction.decision(predictor.config())?;
    let evaluation = predictor.evaluate(&images, decision)?;
    if args.json {
        let evaluated = Evaluated {
            run: predictor.run().path().display().to_string(),
            checkpoint: predictor.checkpoint().to_string(),
            epoch: predictor.epoch(),
            images: which.name(),
            metrics: EvaluationJson::new(&evaluation, &predictor.config().digits.0),
        };
        serde_json::to_writer(&mut *out, &evaluated)?;
        writeln!(out)?;
        return Ok(());
    }
    let (network, images) = (predictor.name(), which.description(evaluation.examples));
    writeln!(out, "{}, on {images}", printable(&network))?;
    let metrics = metrics(&evaluation);
    let width = width_of_names(metrics.iter().map(|(name, _)| *name));
    for (name, value) in metrics {
        writeln!(out, "{name:<width$} {value}")?;
    }
    writeln!(out)?;
    let digits = &predictor.config().digits.0;
    if digits.len() > 2 {
        print_digits(&evaluation, digits, out)?;
    }
    print_confusion(&evaluation, digits, out)
}

/// The width of a column of metrics' names: the same for all networks of two digits, more if there are longer ones.
pub(crate) fn width_of_names<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    const OF_TWO_DIGITS: usize = 18;
    let widths = names.map(str::len);
    widths.max().unwrap_or(0).max(OF_TWO_DIGITS)
}

/// The names of the metrics, and their values as text.
pub(crate) fn metrics(found: &Evaluation) -> Vec<(&'static str, String)> {
    let metrics = evaluation_metrics(found.classes.len()).iter();
    let mut metrics: Vec<_> = metrics
        .map(|metric| (metric.name, metric.format(found)))
        .collect();
    let answered = "accuracy of answered";
    if found.decision.reject > 0.0 {
        let (rejected, all) = (grouped(found.rejected()), grouped(found.examples));
        let accuracy = found.accuracy_of_answered.map(format_metric);
        let accuracy = accuracy.unwrap_or_else(|| "undefined, no prediction".to_owned());
        metrics.push(("rejected", format!("{rejected} of {all}, counted as wrong")));
        metrics.push((answered, accuracy));
    }
    metrics
}
