//! `app plot evaluation`: charts that evaluate a network's predictions.

pub(crate) mod results;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use model::Decision;
use plots::{EvaluationPart, Figure};

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::images::ImageArgs;
use crate::cli::networks::TopArgs;
use crate::cli::plot::evaluation::results::Results;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::plot::shown::Shown;

/// A part of `plot evaluation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EvaluationPartName {
    /// Number of images by label and prediction
    ConfusionMatrix,
    /// True and false positive rate at each threshold
    Roc,
    /// Precision and recall at each threshold
    PrecisionRecall,
    /// Predicted probabilities and observed frequencies
    Calibration,
    /// Histogram of the probabilities by digit
    Probabilities,
}

#[derive(Debug, Args)]
pub(crate) struct PlotEvaluationArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Of several networks the mean of their probabilities is evaluated. --top says how many
    /// networks of a sweep.
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Draw only this part
    #[arg(long, value_enum)]
    only: Option<EvaluationPartName>,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    images: ImageArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn evaluation(
    args: &PlotEvaluationArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let ensemble = args.prediction.ensemble(&args.runs, args.top, device)?;
    let output = PlotOutput::of_networks(&args.output, &ensemble, file_name(args.only))?;
    let source = &args.prediction.source;
    let shown = Shown::read_for(&args.images, source, &ensemble)?;
    let logits = ensemble.logits(shown.images.digits())?.into_mean();
    let decision = args.prediction.decision(ensemble.config())?;
    let note = note(&ensemble.name(), &shown, decision);
    let results = Results::new(&shown.images, &logits, decision);
    let figure = match (args.only, &results) {
        (None, results) => all_parts(&note, results),
        (Some(part), Results::OfTwo(results)) => {
            plots::evaluation_part(title(part), &note, results, part.into())
        }
        (Some(part), Results::OfSeveral(results)) => {
            plots::class_evaluation_part(title_of_several(part), &note, results, part.into())
        }
    };
    output.write(&figure, out)
}

/// Draws all parts of an evaluation.
pub(crate) fn all_parts(note: &str, results: &Results) -> Figure {
    match results {
        Results::OfTwo(results) => plots::evaluation(TITLE, note, results),
        Results::OfSeveral(results) => plots::class_evaluation(TITLE, note, results),
    }
}

/// The title of the page with all parts.
const TITLE: &str = "Evaluation";

/// The subtitle: network, images and decision.
pub(crate) fn note(network: &str, shown: &Shown, decision: Decision) -> String {
    let at = at(decision, shown.images.classes().outputs());
    format!("{network} on {}{at}", shown.description())
}

/// The threshold of two digits, and the probability below which predictions are rejected.
fn at(decision: Decision, outputs: usize) -> String {
    let threshold = (outputs == 1).then(|| format!(", threshold {}", decision.threshold));
    let reject = (decision.reject > 0.0).then(|| format!(", rejected below {}", decision.reject));
    threshold.into_iter().chain(reject).collect()
}

/// The same where it is not the usual decision.
pub(crate) fn unusual(decision: Decision, outputs: usize) -> String {
    if decision == Decision::default() {
        String::new()
    } else {
        at(decision, outputs)
    }
}

fn title(part: EvaluationPartName) -> &'static str {
    match part {
        EvaluationPartName::ConfusionMatrix => "Confusion matrix",
        EvaluationPartName::Roc => "ROC curve",
        EvaluationPartName::PrecisionRecall => "Precision-recall curve",
        EvaluationPartName::Calibration => "Reliability diagram",
        EvaluationPartName::Probabilities => "Probabilities by digit",
    }
}

fn title_of_several(part: EvaluationPartName) -> &'static str {
    match part {
        EvaluationPartName::ConfusionMatrix => "Confusion matrix",
        EvaluationPartName::Roc => "ROC curves, each digit against the rest",
        EvaluationPartName::PrecisionRecall => {
            "Precision-recall curves, each digit against the rest"
        }
        EvaluationPartName::Calibration => "Reliability diagrams, each digit against the rest",
        EvaluationPartName::Probabilities => "Probability of the predicted digit",
    }
}

fn file_name(part: Option<EvaluationPartName>) -> &'static str {
    match part {
        None => "evaluation",
        Some(EvaluationPartName::ConfusionMatrix) => "confusion-matrix",
        Some(EvaluationPartName::Roc) => "roc",
        Some(EvaluationPartName::PrecisionRecall) => "precision-recall",
        Some(EvaluationPartName::Calibration) => "calibration",
        Some(EvaluationPartName::Probabilities) => "probabilities",
    }
}

impl From<EvaluationPartName> for EvaluationPart {
    fn from(name: EvaluationPartName) -> Self {
        match name {
            EvaluationPartName::ConfusionMatrix => Self::ConfusionMatrix,
            EvaluationPartName::Roc => Self::Roc,
            EvaluationPartName::PrecisionRecall => Self::PrecisionRecall,
            EvaluationPartName::Calibration => Self::Calibration,
            EvaluationPartName::Probabilities => Self::Probabilities,
        }
    }
}
