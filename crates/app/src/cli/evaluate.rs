//! `app evaluate`: how well a run's network, or the mean of several, classifies images.

pub(crate) mod several;
pub(crate) mod tables;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use model::{Evaluation, EvaluationJson, evaluation_metrics, format_metric};
use plots::{grouped, printable};
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::evaluate::several::{Several, SeveralJson};
use crate::cli::evaluate::tables::{print_confusion, print_digits};
use crate::cli::images::ImageArgs;
use crate::cli::networks::{NetworkJson, TopArgs};
use crate::predictor::predictions::evaluate as evaluate_logits;

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Of several networks the mean of their probabilities is evaluated, each network for itself,
    /// and how well their disagreement finds mistakes: the standard deviation of their
    /// probabilities of the predicted digit. --top says how many networks of a sweep.
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    images: ImageArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The network, the images and the metrics; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Evaluated<'a> {
    /// None if there are several.
    #[serde(flatten)]
    network: Option<NetworkJson>,
    /// Which images: `test`, `validation`, `training`, `all` or `given`.
    images: &'static str,
    #[serde(flatten)]
    metrics: EvaluationJson<'a>,
    #[serde(flatten)]
    several: Option<SeveralJson>,
}

pub(crate) fn evaluate(
    args: &EvaluateArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let prediction = &args.prediction;
    let ensemble = prediction.ensemble(&args.runs, args.top, device)?;
    let (images, which) = args.images.read_for(&prediction.source, &ensemble)?;
    let decision = prediction.decision(ensemble.config())?;
    let logits = ensemble.logits(images.digits())?;
    let evaluation = evaluate_logits(logits.mean(), &images, decision);
    let digits = &ensemble.config().digits.0;
    let several = ensemble.has_several();
    let several = several.then(|| Several::new(&ensemble, &logits, &images, decision));
    if args.json {
        let evaluated = Evaluated {
            network: several.is_none().then(|| NetworkJson::of(ensemble.first())),
            images: which.name(),
            metrics: EvaluationJson::new(&evaluation, digits),
            several: several.as_ref().map(Several::json),
        };
        serde_json::to_writer(&mut *out, &evaluated)?;
        writeln!(out)?;
        return Ok(());
    }
    let examples = evaluation.examples;
    let images = match several {
        Some(_) => which.description_for_several(examples),
        None => which.description(examples),
    };
    let network = ensemble.name();
    writeln!(out, "{}, on {images}", printable(&network))?;
    let metrics = metrics(&evaluation);
    let width = width_of_names(metrics.iter().map(|(name, _)| *name));
    for (name, value) in metrics {
        writeln!(out, "{name:<width$} {value}")?;
    }
    writeln!(out)?;
    if let Some(several) = &several {
        several.print(out)?;
    }
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
    let of_predicted = "accuracy of predicted";
    if found.decision.reject > 0.0 {
        let (rejected, all) = (grouped(found.rejected()), grouped(found.examples));
        let accuracy = found.accuracy_of_answered.map(format_metric);
        let accuracy = accuracy.unwrap_or_else(|| "undefined, no prediction".to_owned());
        metrics.push(("rejected", format!("{rejected} of {all}, counted as wrong")));
        metrics.push((of_predicted, accuracy));
    }
    metrics
}
