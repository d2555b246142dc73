//! `app evaluate`: how well a run's network classifies images.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use model::Evaluation;

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
        serde_json::to_writer(&mut *out, &evaluation)?;
        writeln!(out)?;
        return Ok(());
    }
    let run = predictor.run().path().display();
    writeln!(
        out,
        "{run} on {} {}",
        evaluation.examples,
        images.description()
    )?;
    for (name, value) in metrics(&evaluation) {
        writeln!(out, "{name:<18} {value}")?;
    }
    writeln!(out)?;
    let [negative, positive] = predictor.config().digits;
    let [[tn, fp], [fn_, tp]] = evaluation.confusion_matrix;
    writeln!(out, "         answered {negative}  answered {positive}")?;
    writeln!(out, "is {negative}  {tn:>14}  {fp:>10}")?;
    writeln!(out, "is {positive}  {fn_:>14}  {tp:>10}")?;
    Ok(())
}

/// The metrics by name, as people read them.
pub(crate) fn metrics(found: &Evaluation) -> [(&'static str, String); 9] {
    let number = |value: f64| format!("{value:.4}");
    let of_both = |value: Option<f64>| value.map_or("none, one class only".to_owned(), number);
    let [low, high] = found.accuracy_interval;
    let accuracy = format!("{:.4}  95 % interval {low:.4} to {high:.4}", found.accuracy);
    [
        ("loss", number(found.loss)),
        ("accuracy", accuracy),
        ("precision", number(found.precision)),
        ("recall", number(found.recall)),
        ("f1", number(found.f1)),
        ("roc auc", of_both(found.roc_auc)),
        ("average precision", of_both(found.average_precision)),
        ("brier score", number(found.brier_score)),
        ("calibration error", number(found.calibration_error)),
    ]
}
