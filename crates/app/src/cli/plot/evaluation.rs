//! `app plot evaluation`: charts that evaluate a network's predictions.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use data::ClassifiedDigits;
use model::Decision;
use plots::{EvaluationPart, EvaluationResults};

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::images::ImageArgs;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::plot::shown::Shown;
use crate::predictor::Predictor;
use crate::predictor::predictions::evaluate;

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
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    /// Draw only this part
    #[arg(long, value_enum)]
    only: Option<EvaluationPartName>,
    #[command(flatten)]
    prediction: PredictionArgs,
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
    let predictor = args.prediction.predictor(args.run.as_deref(), device)?;
    let output = PlotOutput::new(&args.output, predictor.run(), file_name(args.only))?;
    let source = &args.prediction.source;
    let shown = Shown::read(&args.images, source, predictor.config())?;
    let logits = predictor.logits(shown.pair.digits())?;
    let decision = args.prediction.decision(predictor.config())?;
    let results = evaluation_results(&shown.pair, &logits, decision);
    let note = note(&predictor, &shown, decision);
    let figure = match args.only {
        None => plots::evaluation(TITLE, &note, &results),
        Some(part) => plots::evaluation_part(title(part), &note, &results, part.into()),
    };
    output.write(&figure, out)
}

/// The title of the page with all parts.
pub(crate) const TITLE: &str = "Evaluation";

/// The subtitle: network, images and decision.
pub(crate) fn note(predictor: &Predictor, shown: &Shown, decision: Decision) -> String {
    let (name, images) = (predictor.name(), shown.description());
    let at = at(decision, predictor.config().model().outputs);
    format!("{name} on {images}{at}")
}

/// The threshold of two digits, and the probability below which predictions are rejected.
pub(crate) fn at(decision: Decision, outputs: usize) -> String {
    let threshold = (outputs == 1).then(|| format!(", threshold {}", decision.threshold));
    let reject = (decision.reject > 0.0).then(|| format!(", rejected below {}", decision.reject));
    threshold.into_iter().chain(reject).collect()
}

/// Computes the data of all charts from the logits.
pub(crate) fn evaluation_results(
    pair: &ClassifiedDigits,
    logits: &[f32],
    decision: Decision,
) -> EvaluationResults {
    let positive: Vec<bool> = pair
        .class_labels()
        .iter()
        .map(|&class| class == 1)
        .collect();
    let found = evaluate(logits, pair, decision);
    let of = |wanted: bool| {
        let images = logits.iter().zip(&positive);
        let of_digit = images.filter(|(_, positive)| **positive == wanted);
        of_digit
            .map(|(logit, _)| model::sigmoid(f64::from(*logit)))
            .collect()
    };
    let bins = model::calibration_curve(logits, &positive).into_iter();
    EvaluationResults {
        digits: [pair.classes().digit(0), pair.classes().digit(1)],
        threshold: decision.threshold,
        confusion_matrix: [0, 1]
            .map(|label| [0, 1].map(|class| found.confusion_matrix[label][class])),
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

#[cfg(test)]
mod tests {
    use data::Digits;

    use super::*;

    /// Four images of 3 and two of 8.
    fn pair() -> ClassifiedDigits {
        let digits = Digits::new(vec![0.0; 6 * 400], vec![3, 3, 3, 3, 8, 8]).unwrap();
        digits
            .classified(data::Classes::new(&[3, 8]).unwrap())
            .unwrap()
    }

    const AT_0_7: Decision = Decision {
        threshold: 0.7,
        reject: 0.0,
    };

    const LOGITS: [f32; 6] = [-3.0, -2.0, -1.0, 1.0, 0.5, 2.0];

    /// The logit of the threshold 0.7 is 0.847: it turns the 8 of 0.5 into a 3. Counted by hand.
    #[test]
    fn each_chart_is_computed_from_the_images_of_its_digit() {
        let found = evaluation_results(&pair(), &LOGITS, AT_0_7);
        assert_eq!(found.digits, [3, 8]);
        assert!((found.threshold - 0.7).abs() < 1e-12);
        assert_eq!(found.confusion_matrix, [[3, 1], [1, 1]]);
        // False and true positives at the thresholds 2, 1, 0.5 and below all others.
        let corners = [[0.0, 0.0], [0.0, 0.5], [0.25, 0.5], [0.25, 1.0], [1.0, 1.0]];
        assert_eq!(found.roc, corners);
        // Of the 8 pairs of a 3 and an 8, one is in the wrong order: 1 and 0.5.
        assert_eq!(found.roc_auc, Some(7.0 / 8.0));
        // Half of the 8s with precision 1, the other half with 2 of 3.
        let precision = found.average_precision.unwrap();
        assert!((precision - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
        assert!(found.precision_recall.contains(&[1.0, 2.0 / 3.0]));
    }

    #[test]
    fn each_probability_belongs_to_its_digit_and_its_bin() {
        let found = evaluation_results(&pair(), &LOGITS, Decision::default());
        let probability = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        let expected = [vec![-3.0, -2.0, -1.0, 1.0], vec![0.5, 2.0]];
        for (found, logits) in found.probabilities.iter().zip(expected) {
            assert_eq!(found.len(), logits.len());
            for (found, logit) in found.iter().zip(logits) {
                assert!((found - probability(logit)).abs() < 1e-12, "{found}");
            }
        }
        // A bin for each image: 0.047, 0.119, 0.269, 0.622, 0.731 and 0.881.
        let fractions = found.calibration.iter().map(|bin| bin.positive_fraction);
        assert_eq!(
            fractions.collect::<Vec<_>>(),
            [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]
        );
        let means = found.calibration.iter().map(|bin| bin.mean_probability);
        for (mean, logit) in means.zip([-3.0, -2.0, -1.0, 0.5, 1.0, 2.0]) {
            assert!((mean - probability(logit)).abs() < 1e-12, "{mean}");
        }
        assert!(found.calibration.iter().all(|bin| bin.images == 1));
        let errors = [-3.0, -2.0, -1.0, 1.0].map(probability).iter().sum::<f64>()
            + [0.5, 2.0]
                .map(|logit| 1.0 - probability(logit))
                .iter()
                .sum::<f64>();
        assert!((found.calibration_error.unwrap() - errors / 6.0).abs() < 1e-12);
    }
}
