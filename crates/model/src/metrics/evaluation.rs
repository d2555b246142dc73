//! The metrics of a network on a data set.

use super::answers::{Answers, Confusion, confusions, correct};
use super::averages::macro_average;
use super::class_metrics::ClassMetrics;
use super::cross_entropy::binary_cross_entropy;
use super::one_vs_rest::{assert_rows, class_of_output, classes_of, one_vs_rest};
use super::ratio::{defined_ratio, mean, ratio};
use super::several_classes::{SeveralClasses, WeightedAverages, log_loss};
use super::wilson::wilson_interval;
use crate::network::Decision;

/// The metrics of a network on a data set; [`evaluation_metrics`](crate::evaluation_metrics) lists them with names and
/// directions.
///
/// A network with one output gives the probability of the positive digit. One with an output for each of several classes
/// gives of each class the probability that an image belongs to it and not to the rest, whatever the other outputs are:
/// the probabilities of an image need not sum to 1. Each output is therefore measured by itself, in
/// [`classes`](Self::classes). Precision, recall, F1, ROC AUC, average precision, Brier score and calibration error are
/// those of the one output, or the mean of all classes: scikit-learn's `macro` average.
///
/// A metric that is undefined for these images is `None`, and null in JSON: where scikit-learn warns that it is
/// ill-defined, and with `zero_division=nan` returns NaN. The mean is that of the classes for which it is defined. Without
/// any image, loss, accuracy, Brier score and calibration error are 0.
///
/// A rejected image is a wrong answer for the accuracy, is missed in recall, and is no prediction in precision. The
/// other metrics do not depend on the decision.
///
/// A logit that is NaN counts as a negative prediction, since a comparison with NaN is
/// false; of several it is the smallest. It makes `loss`, `roc_auc`, `average_precision`, `brier_score` and
/// `calibration_error` NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// How predictions were made.
    pub decision: Decision,
    /// Number of images.
    pub examples: usize,
    /// Mean binary cross-entropy, summed over the outputs, in nats: what is trained.
    ///
    /// Of one output it is scikit-learn's `log_loss`; of several the sum of `log_loss` over all classes, each against
    /// the rest. Computed from the logits, without clipping; `log_loss` clips probabilities, which limits the
    /// loss of an image to 36.
    pub loss: f64,
    /// Share of correct predictions, in [0, 1].
    pub accuracy: f64,
    /// 95 % confidence interval of the accuracy, lower and upper end, both in [0, 1]; [0, 1] if there
    /// are no images.
    ///
    /// Wilson's score interval (Journal of the American Statistical Association 22, 1927).
    pub accuracy_interval: [f64; 2],
    /// Share of correct predictions among the images that are not rejected, in [0, 1]; `None` if there are none.
    pub accuracy_of_answered: Option<f64>,
    /// [`ClassMetrics::precision`]; `None` if it is undefined in all classes.
    pub precision: Option<f64>,
    /// [`ClassMetrics::recall`]; `None` if it is undefined in all classes.
    pub recall: Option<f64>,
    /// [`ClassMetrics::f1`]; `None` if it is undefined in all classes.
    pub f1: Option<f64>,
    /// [`ClassMetrics::roc_auc`]; `None` if only one class is present.
    pub roc_auc: Option<f64>,
    /// [`ClassMetrics::average_precision`]; `None` if it is undefined in all classes.
    pub average_precision: Option<f64>,
    /// [`ClassMetrics::brier_score`].
    pub brier_score: f64,
    /// [`ClassMetrics::calibration_error`]; of several classes the classwise calibration error (Kull et al., Advances in
    /// Neural Information Processing Systems 32, 2019).
    pub calibration_error: f64,
    /// What a network with one output does not have.
    pub several: Option<SeveralClasses>,
    /// The metrics of each output: of one output those of the positive digit, otherwise those of each class.
    pub classes: Vec<ClassMetrics>,
    /// Number of images by class and prediction, without rejected ones: `[label][prediction]`, as scikit-learn's
    /// `confusion_matrix` orders it; of two digits `[[tn, fp], [fn, tp]]`.
    pub confusion_matrix: Vec<Vec<usize>>,
    /// Number of rejected images by class.
    pub rejected_by_label: Vec<usize>,
}

/// Evaluates a network by the rule of [`Decision::predict`].
///
/// `logits` are `[n, outputs]`, row by row, and `classes` has the class of each image: with one output 0 for the negative
/// digit and 1 for the positive one, with several outputs 0 to `outputs` - 1. The time is in
/// O(n log n) for each output.
///
/// # Panics
///
/// Panics if there is no output, if `logits` has not one row for each of the `classes`, or if there is no such class.
#[must_use]
pub fn evaluate(logits: &[f32], classes: &[u8], outputs: usize, decision: Decision) -> Evaluation {
    assert_rows(logits, classes, outputs);
    let mut answers = Answers::new(classes_of(outputs));
    let mut loss = 0.0;
    for (logits, &class) in logits.chunks_exact(outputs).zip(classes) {
        answers.add(class.into(), &decision.predict(logits));
        loss += binary_cross_entropy(logits, class.into());
    }
    let of_output = |output: usize| {
        let (logits, is_own) = one_vs_rest(logits, classes, outputs, output);
        let class = class_of_output(output, outputs);
        ClassMetrics::new(&logits, &is_own, class, &answers)
    };
    let by_class: Vec<ClassMetrics> = (0..outputs).map(of_output).collect();
    let (examples, correct) = (classes.len(), answers.correct());
    let rejected: usize = answers.rejected.iter().sum();
    let average = |of: fn(&ClassMetrics) -> Option<f64>| macro_average(by_class.iter().map(of));
    let average_of_all =
        |of: fn(&ClassMetrics) -> f64| mean(by_class.iter().map(of).sum(), outputs);
    Evaluation {
        decision,
        examples,
        loss: mean(loss, examples),
        accuracy: ratio(correct, examples),
        accuracy_interval: wilson_interval(correct, examples),
        accuracy_of_answered: defined_ratio(correct, examples - rejected),
        precision: average(|class| class.precision),
        recall: average(|class| class.recall),
        f1: average(|class| class.f1),
        roc_auc: average(|class| class.roc_auc),
        average_precision: average(|class| class.average_precision),
        brier_score: average_of_all(|class| class.brier_score),
        calibration_error: average_of_all(|class| class.calibration_error),
        several: (outputs > 1).then(|| SeveralClasses {
            log_loss: log_loss(logits, classes, outputs),
            top_2_accuracy: ratio(answers.in_top_2, examples),
            weighted: WeightedAverages::new(&by_class),
        }),
        classes: by_class,
        confusion_matrix: answers.matrix,
        rejected_by_label: answers.rejected,
    }
}

impl Evaluation {
    /// Counts the correct predictions.
    #[must_use]
    pub fn correct(&self) -> usize {
        correct(&self.confusion_matrix)
    }

    /// Counts the rejected images.
    #[must_use]
    pub fn rejected(&self) -> usize {
        self.rejected_by_label.iter().sum()
    }

    /// Lists the pairs of classes that are confused, the most frequent first; equally frequent ones in the order of the
    /// classes.
    #[must_use]
    pub fn most_confused(&self) -> Vec<Confusion> {
        confusions(&self.confusion_matrix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evaluates a network that tells two digits apart.
    fn of_two(logits: &[f32], positive: &[bool], threshold: f64) -> Evaluation {
        let classes: Vec<u8> = positive.iter().map(|&positive| positive.into()).collect();
        let decision = Decision {
            threshold,
            ..Decision::default()
        };
        evaluate(logits, &classes, 1, decision)
    }

    // Expected values: scikit-learn 1.x's log_loss, accuracy_score, precision_score,
    // recall_score, f1_score, roc_auc_score and confusion_matrix on sigmoid of these logits.
    // tests/references/evaluation.rs compares every metric on larger sets.
    const LOGITS: [f32; 10] = [-2.0, -1.0, -0.5, 0.0, 0.0, 0.5, 0.5, 1.0, 3.0, -3.0];
    const POSITIVE: [bool; 10] = [
        false, false, true, false, true, true, false, true, true, false,
    ];

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn agrees_with_scikit_learn_where_logits_tie() {
        let found = of_two(&LOGITS, &POSITIVE, 0.5);
        assert_eq!(found.examples, 10);
        assert_close(found.loss, 0.465_915_140_288_711_34);
        assert_close(found.accuracy, 0.7);
        assert_close(found.precision.unwrap(), 2.0 / 3.0);
        assert_close(found.recall.unwrap(), 0.8);
        assert_close(found.f1.unwrap(), 0.727_272_727_272_727_2);
        assert_close(found.roc_auc.unwrap(), 0.84);
        assert_eq!(found.confusion_matrix, [[3, 2], [1, 4]]);
    }

    #[test]
    fn the_threshold_changes_the_predictions_but_neither_loss_nor_ranking() {
        let found = of_two(&LOGITS, &POSITIVE, 0.7);
        assert_close(found.precision.unwrap(), 1.0);
        assert_close(found.recall.unwrap(), 0.4);
        assert_close(found.f1.unwrap(), 0.571_428_571_428_571_4);
        assert_eq!(found.confusion_matrix, [[5, 0], [3, 2]]);
        let other = of_two(&LOGITS, &POSITIVE, 0.5);
        assert_close(found.loss, 0.465_915_140_288_711_34);
        assert_close(found.roc_auc.unwrap(), 0.84);
        assert_eq!(found.average_precision, other.average_precision);
        assert_close(found.brier_score, other.brier_score);
        assert_close(found.calibration_error, other.calibration_error);
    }

    #[test]
    fn with_one_class_or_one_prediction_what_scikit_learn_calls_ill_defined_is_none() {
        // scikit-learn 1.x with zero_division=nan: precision nan, recall 0.0, f1 0.0; roc_auc_score nan.
        let found = of_two(&[-1.0, -2.0, -3.0], &[true; 3], 0.5);
        assert_eq!(
            (found.precision, found.recall, found.f1),
            (None, Some(0.0), Some(0.0))
        );
        assert_eq!((found.roc_auc, found.average_precision), (None, Some(1.0)));
        // precision nan, recall nan, f1 nan.
        let found = of_two(&[-1.0, -2.0, -3.0], &[false; 3], 0.5);
        assert_eq!(
            (found.precision, found.recall, found.f1),
            (None, None, None)
        );
        assert_eq!((found.roc_auc, found.average_precision), (None, None));
        // precision 0.0, recall nan, f1 0.0.
        let found = of_two(&[1.0, -2.0], &[false; 2], 0.5);
        assert_eq!(
            (found.precision, found.recall, found.f1),
            (Some(0.0), None, Some(0.0))
        );
        let json = crate::EvaluationJson::new(&found, &[3, 8]);
        let json = serde_json::to_value(json).unwrap();
        assert!(json["recall"].is_null() && json["roc_auc"].is_null());
    }

    #[test]
    fn without_images_ratios_are_undefined_means_are_0_and_the_interval_is_0_to_1() {
        for outputs in [1, 3] {
            let found = evaluate(&[], &[], outputs, Decision::default());
            assert_eq!((found.examples, found.accuracy_interval), (0, [0.0, 1.0]));
            let means = [
                found.loss,
                found.accuracy,
                found.brier_score,
                found.calibration_error,
            ];
            assert!(means.iter().all(|mean| *mean == 0.0));
            let ratios = [
                found.precision,
                found.recall,
                found.f1,
                found.roc_auc,
                found.average_precision,
                found.accuracy_of_answered,
            ];
            assert_eq!(ratios, [None; 6]);
            assert_eq!(found.correct() + found.rejected(), 0);
            assert_eq!(found.classes.len(), outputs);
        }
    }

    #[test]
    fn a_wrong_prediction_with_a_logit_of_200_has_a_loss_of_200() {
        let found = of_two(&[200.0, -200.0], &[false, true], 0.5);
        assert_close(found.loss, 200.0);
    }

    #[test]
    fn brier_score_and_calibration_error_agree_with_a_calculation_by_hand() {
        // Probabilities 1/5, 1/5, 3/4 and 1/2; the first two share a bin, half of which is
        // positive: 2/4 |1/2 - 1/5| + 1/4 |1 - 3/4| + 1/4 |0 - 1/2|.
        let logits = [0.25_f32.ln(), 0.25_f32.ln(), 3.0_f32.ln(), 0.0];
        let found = of_two(&logits, &[true, false, true, false], 0.5);
        let brier = (0.64 + 0.04 + 0.0625 + 0.25) / 4.0;
        // The logits are rounded to f32.
        assert!((found.brier_score - brier).abs() < 1e-7);
        assert!((found.calibration_error - (0.15 + 0.0625 + 0.125)).abs() < 1e-7);
    }

    #[test]
    fn a_nan_is_a_negative_prediction_and_makes_loss_and_areas_nan() {
        let found = of_two(&[f32::NAN, -f32::NAN, 1.0], &[true, false, true], 0.5);
        assert_eq!(found.confusion_matrix, [[1, 0], [1, 1]]);
        assert_close(found.accuracy, 2.0 / 3.0);
        assert!(found.loss.is_nan() && found.brier_score.is_nan());
        assert!(found.calibration_error.is_nan());
        assert!(found.roc_auc.unwrap().is_nan() && found.average_precision.unwrap().is_nan());
    }

    #[test]
    fn an_infinite_logit_has_a_loss_of_0_or_infinity() {
        let logits = [f32::INFINITY, f32::NEG_INFINITY];
        let found = of_two(&logits, &[true, false], 0.5);
        assert_close(found.loss, 0.0);
        assert_close(found.brier_score, 0.0);
        assert_eq!(found.confusion_matrix, [[1, 0], [0, 1]]);
        let found = of_two(&logits, &[false, true], 0.5);
        assert!(found.loss.is_infinite());
        assert_close(found.brier_score, 1.0);
        assert_eq!(found.confusion_matrix, [[0, 1], [1, 0]]);
    }

    #[test]
    fn of_several_outputs_a_nan_is_the_smallest_and_makes_loss_and_the_areas_of_its_class_nan() {
        let logits = [1.0, f32::NAN, 0.0, -1.0, 2.0, -2.0, 1.0, 0.0, -1.0];
        let found = evaluate(&logits, &[0, 1, 2], 3, Decision::default());
        assert_eq!(found.confusion_matrix, [[1, 0, 0], [0, 1, 0], [1, 0, 0]]);
        let several = found.several.as_ref().unwrap();
        assert!(found.loss.is_nan() && several.log_loss.is_nan());
        assert!(found.roc_auc.unwrap().is_nan() && found.brier_score.is_nan());
        let is_nan = |class: &ClassMetrics| class.roc_auc.unwrap().is_nan();
        let nans: Vec<bool> = found.classes.iter().map(is_nan).collect();
        assert_eq!(nans, [false, true, false]);
        assert_close(several.top_2_accuracy, 2.0 / 3.0);
    }
}
