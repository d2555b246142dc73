//! `app plot evaluation`: how far a network's predictions can be trusted.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use data::DigitPair;
use plots::{EvaluationPart, EvaluationResults};

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::dataset::EvaluatedOn;
use crate::predictor::Predictor;
use crate::predictor::predictions::evaluate;

/// A part of `plot evaluation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EvaluationPartName {
    /// Labels against predictions
    ConfusionMatrix,
    /// True against false positives at each threshold
    Roc,
    /// Precision against recall at each threshold
    PrecisionRecall,
    /// Predicted probabilities against observed frequencies
    Calibration,
    /// Histogram of the probabilities by digit
    Probabilities,
}

#[derive(Debug, Args)]
pub(crate) struct PlotEvaluationArgs {
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    /// Draw only this part
    #[arg(long, value_enum)]
    only: Option<EvaluationPartName>,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn evaluation(
    args: &PlotEvaluationArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let threshold = args.prediction.threshold;
    let predictor = args.prediction.predictor(args.run.as_deref(), device)?;
    let output = PlotOutput::new(&args.output, predictor.run(), file_name(args.only))?;
    let source = &args.prediction.source;
    let (pair, evaluated_on) = source.evaluation_images(predictor.config())?;
    let logits = predictor.logits(pair.digits())?;
    let answers = answers(&pair, &logits, threshold);
    let note = note(&predictor, pair.len(), evaluated_on, threshold);
    let figure = match args.only {
        None => plots::evaluation(TITLE, &note, &answers),
        Some(part) => plots::evaluation_part(title(part), &note, &answers, part.into()),
    };
    output.write(&figure, out)
}

/// The title of the page with all parts.
pub(crate) const TITLE: &str = "Evaluation";

/// Says which network's predictions of which images are shown.
pub(crate) fn note(
    predictor: &Predictor,
    images: usize,
    evaluated_on: EvaluatedOn,
    threshold: f64,
) -> String {
    let (name, images_of) = (predictor.name(), evaluated_on.description());
    format!("{name} on {images} {images_of}, threshold {threshold}")
}

/// Computes everything that is drawn from the logits of a pair's images.
pub(crate) fn answers(pair: &DigitPair, logits: &[f32], threshold: f64) -> EvaluationResults {
    let positive = pair.positive_labels();
    let found = evaluate(logits, pair, threshold);
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
