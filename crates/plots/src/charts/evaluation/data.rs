//! The input of the evaluation charts.

use crate::base::count::fraction;

/// What a network predicted for images with known labels.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationResults {
    /// The negative and the positive digit.
    pub digits: [u8; 2],
    /// The probability, in [0, 1], from which the prediction is the positive digit.
    pub threshold: f64,
    /// Images by label and then prediction, the negative digit first: `[[tn, fp], [fn, tp]]`.
    pub confusion_matrix: [[usize; 2]; 2],
    /// The number of images whose prediction was rejected, which are not in the confusion matrix.
    pub rejected: usize,
    /// False and true positive rate, both in [0, 1], from the largest threshold, `[0, 0]`, to the
    /// smallest, `[1, 1]`; empty if one digit is missing or a probability is NaN.
    pub roc: Vec<[f64; 2]>,
    /// Area under `roc`, in [0, 1]; `None` if one digit is missing.
    pub roc_auc: Option<f64>,
    /// Recall and precision, both in [0, 1], a point for each threshold, the largest first, so that
    /// recall rises; empty if no image is positive or a probability is NaN.
    pub precision_recall: Vec<[f64; 2]>,
    /// Sum of the precisions, each weighted by the increase in recall, in [0, 1]; `None` if no
    /// image is positive.
    pub average_precision: Option<f64>,
    /// Images by probability; bins without images are ignored.
    pub calibration: Vec<CalibrationBin>,
    /// Expected calibration error, in [0, 1]; `None` without images.
    pub calibration_error: Option<f64>,
    /// Probabilities of the positive digit, in [0, 1] or NaN, of the images of the negative and of
    /// the positive digit.
    pub probabilities: [Vec<f64>; 2],
}

/// Images with a similar probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Mean probability of the positive digit, in [0, 1].
    pub mean_probability: f64,
    /// Fraction of images of the positive digit, in [0, 1].
    pub positive_fraction: f64,
    /// Number of images.
    pub images: usize,
}

impl EvaluationResults {
    /// The number of images of the negative and of the positive digit.
    pub(super) fn images_by_label(&self) -> [usize; 2] {
        self.confusion_matrix
            .map(|[negative, positive]| negative.saturating_add(positive))
    }

    /// False and true positive rate at the threshold; `None` if one digit is missing.
    pub(super) fn rates(&self) -> Option<[f64; 2]> {
        let [[_, fp], [_, tp]] = self.confusion_matrix;
        let [negatives, positives] = self.images_by_label();
        Some([fraction(fp, negatives)?, fraction(tp, positives)?])
    }

    /// Recall and precision at the threshold; `None` if one of them is undefined.
    pub(super) fn recall_and_precision(&self) -> Option<[f64; 2]> {
        let [[_, fp], [_, tp]] = self.confusion_matrix;
        let [_, positives] = self.images_by_label();
        Some([
            fraction(tp, positives)?,
            fraction(tp, tp.saturating_add(fp))?,
        ])
    }
}

/// For tests: three images of the digit 3 with the probabilities 0.1, 0.4 and 0.6, three of the
/// digit 8 with 0.35, 0.8 and 0.9; curves and areas by hand.
#[cfg(test)]
pub(crate) fn six_images() -> EvaluationResults {
    let third = 1.0 / 3.0;
    let bin = |mean_probability, positive_fraction| CalibrationBin {
        mean_probability,
        positive_fraction,
        images: 1,
    };
    EvaluationResults {
        digits: [3, 8],
        threshold: 0.5,
        confusion_matrix: [[2, 1], [1, 2]],
        rejected: 0,
        roc: vec![
            [0.0, 0.0],
            [0.0, third],
            [0.0, 2.0 * third],
            [third, 2.0 * third],
            [2.0 * third, 2.0 * third],
            [2.0 * third, 1.0],
            [1.0, 1.0],
        ],
        roc_auc: Some(7.0 / 9.0),
        precision_recall: vec![
            [0.0, 1.0],
            [third, 1.0],
            [2.0 * third, 1.0],
            [2.0 * third, 0.5],
            [1.0, 0.6],
            [1.0, 0.5],
        ],
        average_precision: Some(13.0 / 15.0),
        calibration: vec![
            bin(0.1, 0.0),
            bin(0.35, 1.0),
            bin(0.4, 0.0),
            bin(0.6, 0.0),
            bin(0.8, 1.0),
            bin(0.9, 1.0),
        ],
        calibration_error: Some(0.3417),
        probabilities: [vec![0.1, 0.4, 0.6], vec![0.35, 0.8, 0.9]],
    }
}
