//! What the charts of an evaluation show, computed from logits.

use data::ClassifiedDigits;
use model::{CalibrationBin, Decision, Evaluation, one_vs_rest};
use plots::{ClassEvaluation, ClassResults, ConfusionMatrix, EvaluationResults};

use crate::predictor::predictions::evaluate;

/// The data of the charts.
#[derive(Debug)]
pub(crate) enum Results {
    /// Of a network with one output.
    OfTwo(EvaluationResults),
    /// Of a network with an output for each digit.
    OfSeveral(ClassEvaluation),
}

impl Results {
    /// Evaluates logits, `[images, outputs]`.
    pub(crate) fn new(images: &ClassifiedDigits, logits: &[f32], decision: Decision) -> Self {
        match images.classes().outputs() {
            1 => Self::OfTwo(of_two(images, logits, decision)),
            outputs => Self::OfSeveral(of_several(images, logits, outputs, decision)),
        }
    }
}

fn of_two(images: &ClassifiedDigits, logits: &[f32], decision: Decision) -> EvaluationResults {
    let (_, positive) = one_vs_rest(logits, &images.class_labels(), 1, 0);
    let found = evaluate(logits, images, decision);
    let of = |wanted: bool| {
        let images = logits.iter().zip(&positive);
        let of_digit = images.filter(|(_, positive)| **positive == wanted);
        of_digit
            .map(|(logit, _)| model::sigmoid(f64::from(*logit)))
            .collect()
    };
    EvaluationResults {
        digits: [images.classes().digit(0), images.classes().digit(1)],
        threshold: decision.threshold,
        confusion_matrix: [0, 1]
            .map(|label| [0, 1].map(|class| found.confusion_matrix[label][class])),
        rejected: found.rejected(),
        roc: model::roc_curve(logits, &positive).unwrap_or_default(),
        roc_auc: found.roc_auc,
        precision_recall: model::precision_recall_curve(logits, &positive).unwrap_or_default(),
        average_precision: found.average_precision,
        calibration: bins(model::calibration_curve(logits, &positive)),
        calibration_error: Some(found.calibration_error),
        probabilities: [of(false), of(true)],
    }
}

fn of_several(
    images: &ClassifiedDigits,
    logits: &[f32],
    outputs: usize,
    decision: Decision,
) -> ClassEvaluation {
    let classes = images.class_labels();
    let found = evaluate(logits, images, decision);
    let mut largest_outputs = [Vec::new(), Vec::new()];
    for (logits, &class) in logits.chunks_exact(outputs).zip(&classes) {
        let prediction = decision.predict(logits);
        let is_correct = prediction.class == usize::from(class);
        largest_outputs[usize::from(is_correct)].push(prediction.probability);
    }
    let of_output = |output: usize| of_class(logits, &classes, [output, outputs], &found);
    ClassEvaluation {
        classes: (0..outputs).map(of_output).collect(),
        largest_outputs,
        confusion_matrix: ConfusionMatrix {
            digits: images.classes().digits().to_vec(),
            counts: found.confusion_matrix.clone(),
            rejected: found.rejected(),
        },
        reject: decision.reject,
    }
}

fn of_class(
    logits: &[f32],
    classes: &[u8],
    [output, outputs]: [usize; 2],
    found: &Evaluation,
) -> ClassResults {
    let (logits, is_own) = one_vs_rest(logits, classes, outputs, output);
    let metrics = &found.classes[output];
    ClassResults {
        roc: model::roc_curve(&logits, &is_own).unwrap_or_default(),
        roc_auc: metrics.roc_auc,
        precision_recall: model::precision_recall_curve(&logits, &is_own).unwrap_or_default(),
        average_precision: metrics.average_precision,
        calibration: bins(model::calibration_curve(&logits, &is_own)),
        calibration_error: Some(metrics.calibration_error),
    }
}

fn bins(bins: Vec<CalibrationBin>) -> Vec<plots::CalibrationBin> {
    let bins = bins.into_iter().map(|bin| plots::CalibrationBin {
        mean_probability: bin.mean_probability,
        positive_fraction: bin.positive_share,
        images: bin.images,
    });
    bins.collect()
}

#[cfg(test)]
mod tests {
    use data::Digits;

    use super::*;

    /// Four images of 3 and two of 8.
    fn threes_and_eights() -> ClassifiedDigits {
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
        let found = of_two(&threes_and_eights(), &LOGITS, AT_0_7);
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
        let found = of_two(&threes_and_eights(), &LOGITS, Decision::default());
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

    #[test]
    fn of_several_digits_each_output_is_measured_against_the_rest() {
        let digits = Digits::new(vec![0.0; 4 * 400], vec![1, 4, 7, 7]).unwrap();
        let images = digits
            .classified(data::Classes::new(&[1, 4, 7]).unwrap())
            .unwrap();
        // Predicted are 1, 4, 7 and 4.
        let logits = [
            [2.0, -1.0, -2.0],
            [-1.0, 1.0, 0.0],
            [-3.0, -2.0, 3.0],
            [-2.0, 2.0, -1.0],
        ];
        let results = Results::new(&images, logits.as_flattened(), Decision::default());
        let Results::OfSeveral(found) = results else {
            panic!("{results:?}");
        };
        let matrix = &found.confusion_matrix;
        assert_eq!(matrix.digits, [1, 4, 7]);
        assert_eq!(matrix.counts, [[1, 0, 0], [0, 1, 0], [0, 1, 1]]);
        // Of the outputs of 4, the only 4 has the second: two of three pairs are in order.
        let areas = found.classes.iter().map(|class| class.roc_auc.unwrap());
        let expected = [1.0, 2.0 / 3.0, 0.75];
        assert!(
            areas
                .zip(expected)
                .all(|(area, expected)| (area - expected).abs() < 1e-12)
        );
        // 1 / (1 + exp(-2)) = 0.8808 and so on.
        let [wrong, right] = &found.largest_outputs;
        assert_eq!((wrong.len(), right.len()), (1, 3));
        assert!((wrong[0] - 0.880_797).abs() < 1e-6 && (right[1] - 0.731_059).abs() < 1e-6);
        let bins: usize = found.classes[0]
            .calibration
            .iter()
            .map(|bin| bin.images)
            .sum();
        assert_eq!(bins, 4);
    }
}
