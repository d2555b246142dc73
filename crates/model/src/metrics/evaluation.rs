//! The metrics of a network on a data set.

use super::calibration::CalibrationError;
use super::ranking::Ranking;
use super::ratio::{defined_ratio, mean, ratio};
use super::wilson::wilson_interval;
use crate::network::{is_positive, sigmoid};

/// The metrics of a network on a data set; [`EVALUATION_METRICS`](crate::EVALUATION_METRICS) lists them with names and
/// directions.
///
/// A metric that is undefined for these images is `None`, and null in JSON: where scikit-learn warns that it is
/// ill-defined, and with `zero_division=nan` returns NaN. Without any image, loss, accuracy, Brier score and calibration
/// error are 0.
///
/// A logit that is NaN counts as a negative prediction, since a comparison with NaN is
/// false. It makes `loss`, `roc_auc`, `average_precision`, `brier_score` and `calibration_error` NaN.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evaluation {
    /// Number of images.
    pub examples: usize,
    /// Mean binary cross-entropy, in nats: scikit-learn's `log_loss`.
    ///
    /// Computed from the logits, without clipping; `log_loss` clips probabilities, which limits the
    /// loss of an image to 36.
    pub loss: f64,
    /// Share of correct predictions, in [0, 1].
    pub accuracy: f64,
    /// 95 % confidence interval of the accuracy, lower and upper end, both in [0, 1]; [0, 1] if there
    /// are no images.
    ///
    /// Wilson's score interval (Journal of the American Statistical Association 22, 1927).
    pub accuracy_interval: [f64; 2],
    /// Share of the positive predictions that are correct, in [0, 1]: tp / (tp + fp); `None` if no prediction is
    /// positive.
    pub precision: Option<f64>,
    /// Share of the positive images that are found, in [0, 1]: tp / (tp + fn); `None` if no image is positive.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall, in [0, 1]: 2 tp / (2 tp + fp + fn); `None` if neither an image nor a
    /// prediction is positive.
    pub f1: Option<f64>,
    /// Area under the ROC curve, in [0, 1]; `None` if only one class is present.
    pub roc_auc: Option<f64>,
    /// Precision at each threshold, weighted by the increase in recall there, in [0, 1]; `None` if no
    /// image is positive.
    ///
    /// The area under the steps of the precision-recall curve, without interpolation: scikit-learn's
    /// `average_precision_score`.
    pub average_precision: Option<f64>,
    /// Mean squared difference between probability and target, in [0, 1] (Brier, Monthly Weather
    /// Review 78, 1950).
    pub brier_score: f64,
    /// Expected calibration error, in [0, 1] (Naeini, Cooper and Hauskrecht, AAAI 2015).
    ///
    /// Images are put into ten bins of equal width by their probability of the positive digit,
    /// [0, 0.1) to [0.9, 1]. Each bin's |share of positive images - mean probability| is weighted
    /// by the bin's share of all images. Others put images into bins by the probability of the
    /// predicted class (Guo et al., ICML 2017), which gives other values.
    pub calibration_error: f64,
    /// `[[tn, fp], [fn, tp]]`, as scikit-learn's `confusion_matrix` orders it.
    pub confusion_matrix: [[usize; 2]; 2],
}

/// Evaluates a network by [`is_positive`]: a probability of at least `threshold` means the
/// positive digit.
///
/// `positive` says for each logit whether its image shows the positive digit. The time is in
/// O(n log n).
///
/// # Panics
///
/// Panics if `logits` and `positive` differ in length.
#[must_use]
pub fn evaluate(logits: &[f32], positive: &[bool], threshold: f64) -> Evaluation {
    assert_eq!(logits.len(), positive.len(), "one label for each logit");
    let mut counts = [[0; 2]; 2];
    let mut loss = 0.0;
    let mut squared_error = 0.0;
    let mut calibration = CalibrationError::default();
    for (&logit, &positive) in logits.iter().zip(positive) {
        let logit = f64::from(logit);
        let probability = sigmoid(logit);
        let error = probability - f64::from(u8::from(positive));
        let prediction = is_positive(probability, threshold);
        counts[usize::from(positive)][usize::from(prediction)] += 1;
        let margin = if positive { logit } else { -logit };
        loss += softplus(-margin);
        squared_error += error * error;
        calibration.add(probability, error);
    }
    let examples = logits.len();
    let [[tn, fp], [fn_, tp]] = counts;
    let ranking = Ranking::new(logits, positive);
    Evaluation {
        examples,
        loss: mean(loss, examples),
        accuracy: ratio(tn + tp, examples),
        accuracy_interval: wilson_interval(tn + tp, examples),
        precision: defined_ratio(tp, tp + fp),
        recall: defined_ratio(tp, tp + fn_),
        f1: defined_ratio(2 * tp, 2 * tp + fp + fn_),
        roc_auc: ranking.area_under_roc(),
        average_precision: ranking.average_precision(),
        brier_score: mean(squared_error, examples),
        calibration_error: calibration.value(examples),
        confusion_matrix: counts,
    }
}

/// Computes ln(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let found = evaluate(&LOGITS, &POSITIVE, 0.5);
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
        let found = evaluate(&LOGITS, &POSITIVE, 0.7);
        assert_close(found.precision.unwrap(), 1.0);
        assert_close(found.recall.unwrap(), 0.4);
        assert_close(found.f1.unwrap(), 0.571_428_571_428_571_4);
        assert_eq!(found.confusion_matrix, [[5, 0], [3, 2]]);
        let other = evaluate(&LOGITS, &POSITIVE, 0.5);
        assert_close(found.loss, 0.465_915_140_288_711_34);
        assert_close(found.roc_auc.unwrap(), 0.84);
        assert_eq!(found.average_precision, other.average_precision);
        assert_close(found.brier_score, other.brier_score);
        assert_close(found.calibration_error, other.calibration_error);
    }

    #[test]
    fn with_one_class_or_one_prediction_what_scikit_learn_calls_ill_defined_is_none() {
        // scikit-learn 1.x with zero_division=nan: precision nan, recall 0.0, f1 0.0; roc_auc_score nan.
        let found = evaluate(&[-1.0, -2.0, -3.0], &[true; 3], 0.5);
        assert_eq!(
            (found.precision, found.recall, found.f1),
            (None, Some(0.0), Some(0.0))
        );
        assert_eq!((found.roc_auc, found.average_precision), (None, Some(1.0)));
        // precision nan, recall nan, f1 nan.
        let found = evaluate(&[-1.0, -2.0, -3.0], &[false; 3], 0.5);
        assert_eq!(
            (found.precision, found.recall, found.f1),
            (None, None, None)
        );
        assert_eq!((found.roc_auc, found.average_precision), (None, None));
        // precision 0.0, recall nan, f1 0.0.
        let found = evaluate(&[1.0, -2.0], &[false; 2], 0.5);
        assert_eq!(
            (found.precision, found.recall, found.f1),
            (Some(0.0), None, Some(0.0))
        );
        let json = serde_json::to_value(&found).unwrap();
        assert!(json["recall"].is_null() && json["roc_auc"].is_null());
    }

    #[test]
    fn without_images_ratios_are_undefined_means_are_0_and_the_interval_is_0_to_1() {
        let nothing = Evaluation {
            examples: 0,
            loss: 0.0,
            accuracy: 0.0,
            accuracy_interval: [0.0, 1.0],
            precision: None,
            recall: None,
            f1: None,
            roc_auc: None,
            average_precision: None,
            brier_score: 0.0,
            calibration_error: 0.0,
            confusion_matrix: [[0; 2]; 2],
        };
        assert_eq!(evaluate(&[], &[], 0.5), nothing);
    }

    #[test]
    fn a_wrong_prediction_with_a_logit_of_200_has_a_loss_of_200() {
        let found = evaluate(&[200.0, -200.0], &[false, true], 0.5);
        assert_close(found.loss, 200.0);
    }

    #[test]
    fn brier_score_and_calibration_error_agree_with_a_calculation_by_hand() {
        // Probabilities 1/5, 1/5, 3/4 and 1/2; the first two share a bin, half of which is
        // positive: 2/4 |1/2 - 1/5| + 1/4 |1 - 3/4| + 1/4 |0 - 1/2|.
        let logits = [0.25_f32.ln(), 0.25_f32.ln(), 3.0_f32.ln(), 0.0];
        let found = evaluate(&logits, &[true, false, true, false], 0.5);
        let brier = (0.64 + 0.04 + 0.0625 + 0.25) / 4.0;
        // The logits are rounded to f32.
        assert!((found.brier_score - brier).abs() < 1e-7);
        assert!((found.calibration_error - (0.15 + 0.0625 + 0.125)).abs() < 1e-7);
    }

    #[test]
    fn a_nan_is_a_negative_prediction_and_makes_loss_and_areas_nan() {
        let found = evaluate(&[f32::NAN, -f32::NAN, 1.0], &[true, false, true], 0.5);
        assert_eq!(found.confusion_matrix, [[1, 0], [1, 1]]);
        assert_close(found.accuracy, 2.0 / 3.0);
        assert!(found.loss.is_nan() && found.brier_score.is_nan());
        assert!(found.calibration_error.is_nan());
        assert!(found.roc_auc.unwrap().is_nan() && found.average_precision.unwrap().is_nan());
    }

    #[test]
    fn an_infinite_logit_has_a_loss_of_0_or_infinity() {
        let logits = [f32::INFINITY, f32::NEG_INFINITY];
        let found = evaluate(&logits, &[true, false], 0.5);
        assert_close(found.loss, 0.0);
        assert_close(found.brier_score, 0.0);
        assert_eq!(found.confusion_matrix, [[1, 0], [0, 1]]);
        let found = evaluate(&logits, &[false, true], 0.5);
        assert!(found.loss.is_infinite());
        assert_close(found.brier_score, 1.0);
        assert_eq!(found.confusion_matrix, [[0, 1], [1, 0]]);
    }
}
