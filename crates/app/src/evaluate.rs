//! `app evaluate`: how well a run's network answers.

use std::io::Write;

use data::DigitPair;
use model::Evaluation;

use crate::answers::RunNetwork;
use crate::cli::{AnswerArgs, DeviceArgs, EvaluateArgs};
use crate::dataset;
use crate::notice::notice;

pub(crate) fn evaluate(
    args: &EvaluateArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let AnswerArgs {
        checkpoint,
        source,
        threshold,
    } = &args.answers;
    let (network, note) = RunNetwork::open(args.run.as_deref(), *checkpoint, chosen)?;
    let (pair, what) = dataset::evaluated(&network.config, source)?;
    if let Some(note) = note.filter(|_| !args.json) {
        notice(note);
    }
    let logits = network.logits(pair.digits())?;
    let found = figures(&logits, &pair, *threshold);
    if args.json {
        serde_json::to_writer(&mut *out, &found)?;
        writeln!(out)?;
        return Ok(());
    }
    let run = network.run.path().display();
    writeln!(out, "{run} on {} {what}", found.examples)?;
    for (name, value) in shown(&found) {
        writeln!(out, "{name:<18} {value}")?;
    }
    writeln!(out)?;
    let [negative, positive] = network.config.digits;
    let [[tn, fp], [fn_, tp]] = found.confusion_matrix;
    writeln!(out, "         answered {negative}  answered {positive}")?;
    writeln!(out, "is {negative}  {tn:>14}  {fp:>10}")?;
    writeln!(out, "is {positive}  {fn_:>14}  {tp:>10}")?;
    Ok(())
}

/// The figures by name, as people read them.
pub(crate) fn shown(found: &Evaluation) -> [(&'static str, String); 9] {
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
    let positive = pair.positive_labels();
    model::evaluate(logits, &positive, threshold)
}
