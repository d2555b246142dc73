//! `app evaluate`: how well a run's network classifies images.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use model::{Evaluation, EvaluationJson, evaluation_metrics};
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs};

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    #[command(flatten)]
    prediction: PredictionArgs,
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
    /// Which images: `validation`, `training` or `given`.
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
    let (pair, images) = prediction.source.evaluation_images(predictor.config())?;
    let evaluation = predictor.evaluate(&pair, prediction.threshold)?;
    if args.json {
        let evaluated = Evaluated {
            run: predictor.run().path().display().to_string(),
            checkpoint: predictor.checkpoint().to_string(),
            epoch: predictor.epoch(),
            images: images.name(),
            metrics: EvaluationJson::new(&evaluation, &predictor.config().digits),
        };
        serde_json::to_writer(&mut *out, &evaluated)?;
        writeln!(out)?;
        return Ok(());
    }
    let (network, images) = (predictor.name(), images.description(evaluation.examples));
    writeln!(out, "{network}, on {images}")?;
    for (name, value) in metrics(&evaluation) {
        writeln!(out, "{name:<18} {value}")?;
    }
    writeln!(out)?;
    let [negative, positive] = predictor.config().digits;
    let images = |label: usize, prediction: usize| evaluation.confusion_matrix[label][prediction];
    let [tn, fp, fn_, tp] = [images(0, 0), images(0, 1), images(1, 0), images(1, 1)];
    writeln!(out, "         predicted {negative}  predicted {positive}")?;
    writeln!(out, "label {negative}  {tn:>11}  {fp:>11}")?;
    writeln!(out, "label {positive}  {fn_:>11}  {tp:>11}")?;
    Ok(())
}

/// The names of the metrics, and their values as text.
pub(crate) fn metrics(found: &Evaluation) -> Vec<(&'static str, String)> {
    let metrics = evaluation_metrics(found.classes.len()).iter();
    metrics
        .map(|metric| (metric.name, metric.format(found)))
        .collect()
}
