//! The metrics of one class against all others.

use super::answers::Answers;
use super::calibration::CalibrationError;
use super::ranking::Ranking;
use super::ratio::{defined_ratio, mean};
use crate::network::sigmoid;

/// The metrics of one class, which an output gives the probability of, against all others.
///
/// A metric that is undefined for these images is `None`, and null in JSON: where scikit-learn warns that it is
/// ill-defined, and with `zero_division=nan` returns NaN.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ClassMetrics {
    /// Number of images of the class, scikit-learn's `support`.
    pub support: usize,
    /// Share of the predictions of this class that are correct, in [0, 1]: tp / (tp + fp); `None` if it is never
    /// predicted.
    pub precision: Option<f64>,
    /// Share of the images of this class that are found, in [0, 1]: tp / (tp + fn); `None` if there are none. Rejected
    /// ones are not found.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall, in [0, 1]: 2 tp / (2 tp + fp + fn); `None` if there is neither an image
    /// nor a prediction of this class.
    pub f1: Option<f64>,
    /// Area under the ROC curve of this class against the rest, in [0, 1]; `None` without images of the class or of
    /// others.
    pub roc_auc: Option<f64>,
    /// Precision at each threshold, weighted by the increase in recall there, in [0, 1]; `None` if there are no images
    /// of this class.
    ///
    /// The area under the steps of the precision-recall curve, without interpolation: scikit-learn's
    /// `average_precision_score`.
    pub average_precision: Option<f64>,
    /// Mean squared difference between probability and target, in [0, 1] (Brier, Monthly Weather
    /// Review 78, 1950).
    pub brier_score: f64,
    /// Expected calibration error, in [0, 1] (Naeini, Cooper and Hauskrecht, AAAI 2015).
    ///
    /// Images are put into ten bins of equal width by their probability of this class,
    /// [0, 0.1) to [0.9, 1]. Each bin's |share of images of this class - mean probability| is weighted
    /// by the bin's share of all images. Others put images into bins by the probability of the
    /// predicted class (Guo et al., ICML 2017), which gives other values.
    pub calibration_error: f64,
}

impl ClassMetrics {
    /// Computes the metrics of `class` from its logits, the images that belong to it, and all predictions.
    pub(super) fn new(logits: &[f32], is_own: &[bool], class: usize, answers: &Answers) -> Self {
        let mut squared_error = 0.0;
        let mut calibration = CalibrationError::default();
        for (&logit, &is_own) in logits.iter().zip(is_own) {
            let probability = sigmoid(f64::from(logit));
            let error = probability - f64::from(u8::from(is_own));
            squared_error += error * error;
            calibration.add(probability, error);
        }
        let examples = logits.len();
        let found = answers.found(class);
        let [support, predicted] = [answers.support(class), answers.predicted(class)];
        let ranking = Ranking::new(logits, is_own);
        Self {
            support,
            precision: defined_ratio(found, predicted),
            recall: defined_ratio(found, support),
            f1: defined_ratio(2 * found, predicted + support),
            roc_auc: ranking.area_under_roc(),
            average_precision: ranking.average_precision(),
            brier_score: mean(squared_error, examples),
            calibration_error: calibration.value(examples),
        }
    }
}
