//! `app plot evaluation`: how far a network's answers can be trusted.

use std::io::Write;

use data::DigitPair;
use plots::{EvaluationPart, EvaluationResults};

use crate::answers::RunNetwork;
use crate::cli::DeviceArgs;
use crate::dataset;
use crate::evaluate;
use crate::notice::notice;
use crate::plot_cli::{EvaluationPartName, PlotEvaluationArgs};
use crate::plot_output::PlotOutput;

pub(crate) fn evaluation(
    args: &PlotEvaluationArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let threshold = args.answers.threshold;
    let (network, device) = RunNetwork::open(args.run.as_deref(), args.answers.checkpoint, chosen)?;
    let output = PlotOutput::new(&args.output, &network.run, file_name(args.only))?;
    let (pair, what) = dataset::evaluated(&network.config, &args.answers.source)?;
    if let Some(device) = device {
        notice(device);
    }
    let logits = network.logits(pair.digits())?;
    let answers = answers(&pair, &logits, threshold);
    let note = note(&network, &pair, what, threshold);
    let figure = match args.only {
        None => plots::evaluation(TITLE, &note, &answers),
        Some(part) => plots::evaluation_part(title(part), &note, &answers, part.into()),
    };
    output.write(&figure, out)
}

/// What the page of all parts is called.
pub(crate) const TITLE: &str = "Evaluation";

/// Says whose answers to what are shown.
pub(crate) fn note(network: &RunNetwork, pair: &DigitPair, what: &str, threshold: f64) -> String {
    let name = network.name();
    format!("{name} on {} {what}, threshold {threshold}", pair.len())
}

/// Computes all that is drawn, from the logits of a pair's images.
pub(crate) fn answers(pair: &DigitPair, logits: &[f32], threshold: f64) -> EvaluationResults {
    let labels = pair.digits().labels().iter();
    let positive: Vec<bool> = labels.map(|label| *label == pair.positive()).collect();
    let found = evaluate::figures(logits, pair, threshold);
    let of = |wanted: bool| {
        let images = logits.iter().zip(&positive);
        let of_digit = images.filter(|(_, positive)| **positive == wanted);
        of_digit
            .map(|(logit, _)| model::sigmoid(f64::from(*logit)))
            .collect()
    };
    let bins = model::calibration_curve(logits, &positive).into_iter();
    EvaluationResults {
        digits: [pair.negative(), pair.positive()],
        threshold,
        confusion_matrix: found.confusion_matrix,
        roc: model::roc_curve(logits, &positive).unwrap_or_default(),
        roc_auc: found.roc_auc,
        precision_recall: model::precision_recall_curve(logits, &positive).unwrap_or_default(),
        average_precision: found.average_precision,
        calibration: bins
            .map(|bin| plots::CalibrationBin {
                mean_probability: bin.mean_probability,
                positive_fraction: bin.positive_share,
                images: bin.images,
            })
            .collect(),
        calibration_error: Some(found.calibration_error),
        probabilities: [of(false), of(true)],
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
