//! `app evaluate`: how well a run's network answers.

use std::io::Write;

use anyhow::Context;
use data::DigitPair;
use model::Evaluation;

use crate::answers;
use crate::backend;
use crate::cli::{DeviceArgs, EvaluateArgs};
use crate::dataset;
use crate::notice::notice;
use crate::run_dir::RunDir;

pub(crate) fn evaluate(
    args: &EvaluateArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let run = RunDir::open(args.run.as_deref())?;
    let config = run.config()?;
    let [negative, positive] = config.digits;
    let (pair, what) = if args.answers.source.data.is_some() {
        let digits = dataset::read_for(&config, &args.answers.source)?;
        (
            digits.pair(negative, positive).context("--data")?,
            "images given",
        )
    } else {
        // What the network has not seen says most.
        let digits = dataset::training_data(&config)?;
        if digits.validation.is_empty() {
            (digits.train, "images, all of which it was trained on")
        } else {
            (digits.validation, "images held out from training")
        }
    };
    let (opened, note) = backend::open(chosen)?;
    if let Some(note) = note.filter(|_| !args.answers.json) {
        notice(note);
    }
    let images = pair.digits().images();
    let logits = answers::logits(&run, args.answers.checkpoint, &config, images, &opened)?;
    let found = figures(&logits, &pair, args.answers.threshold);
    if args.answers.json {
        serde_json::to_writer(&mut *out, &found)?;
        writeln!(out)?;
        return Ok(());
    }
    writeln!(out, "{} on {} {what}", run.path().display(), found.examples)?;
    for (name, value) in shown(&found) {
        writeln!(out, "{name:<18} {value}")?;
    }
    writeln!(out)?;
    let [[tn, fp], [fn_, tp]] = found.confusion_matrix;
    writeln!(out, "         answered {negative}  answered {positive}")?;
    writeln!(out, "is {negative}  {tn:>14}  {fp:>10}")?;
    writeln!(out, "is {positive}  {fn_:>14}  {tp:>10}")?;
    Ok(())
}

/// The figures by name, as people read them.
fn shown(found: &Evaluation) -> [(&'static str, String); 9] {
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

/// Compares the answers that logits give with the labels of the images they were computed from.
pub(crate) fn figures(logits: &[f32], pair: &DigitPair, threshold: f64) -> Evaluation {
    let labels = pair.digits().labels().iter();
    let positive: Vec<bool> = labels.map(|label| *label == pair.positive()).collect();
    model::evaluate(logits, &positive, threshold)
}
