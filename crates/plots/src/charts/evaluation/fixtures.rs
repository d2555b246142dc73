//! Results that the tests of the evaluation charts draw, besides the six images in `data`.

use super::data::{CalibrationBin, EvaluationResults, six_images};

/// No images.
pub(super) fn empty() -> EvaluationResults {
    EvaluationResults {
        confusion_matrix: [[0; 2]; 2],
        roc: Vec::new(),
        roc_auc: None,
        precision_recall: Vec::new(),
        average_precision: None,
        calibration: Vec::new(),
        calibration_error: None,
        probabilities: [Vec::new(), Vec::new()],
        ..six_images()
    }
}

/// A single image of the negative digit.
pub(super) fn single() -> EvaluationResults {
    EvaluationResults {
        confusion_matrix: [[1, 0], [0, 0]],
        calibration: vec![six_images().calibration[0]],
        calibration_error: Some(0.1),
        probabilities: [vec![0.1], Vec::new()],
        ..empty()
    }
}

/// Two hundred thousand images, and larger counts than any data set has.
pub(super) fn huge() -> EvaluationResults {
    let shares = || (0..=100_000).map(|step| f64::from(step) / 100_000.0);
    let bin = |tenth: u32| CalibrationBin {
        mean_probability: (f64::from(tenth) + 0.5) / 10.0,
        positive_fraction: f64::from(tenth % 2),
        images: usize::MAX / (1 + tenth as usize),
    };
    EvaluationResults {
        digits: [0, 255],
        threshold: 0.123_456_789,
        confusion_matrix: [[usize::MAX, 12_345_678_901], [1, usize::MAX]],
        rejected: usize::MAX,
        roc: shares().map(|x| [x, x.sqrt()]).collect(),
        roc_auc: Some(0.999_999_987_654),
        precision_recall: shares().map(|x| [x, 1.0 - x / 2.0]).collect(),
        average_precision: Some(1e-9),
        calibration: (0..10).map(bin).collect(),
        calibration_error: Some(0.5),
        probabilities: [shares().collect(), shares().map(|x| x * x).collect()],
    }
}
