//! `app evaluate`: how well a run's network answers.

use std::io::Write;

use data::DigitPair;
use model::{EVALUATION_METRICS, Evaluation};

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

/// The metrics by name, formatted for people.
pub(crate) fn shown(found: &Evaluation) -> Vec<(&'static str, String)> {
    EVALUATION_METRICS
        .iter()
        .map(|metric| (metric.name, metric.format(found)))
        .collect()
}

/// Compares the answers that logits give with the labels of the images they were computed from.
pub(crate) fn figures(logits: &[f32], pair: &DigitPair, threshold: f64) -> Evaluation {
    let labels = pair.digits().labels().iter();
    let positive: Vec<bool> = labels.map(|label| *label == pair.positive()).collect();
    model::evaluate(logits, &positive, threshold)
}
