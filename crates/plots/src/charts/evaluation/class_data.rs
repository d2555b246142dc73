//! The input of the evaluation charts of more than two classes.

use super::data::CalibrationBin;

/// Images by label and then prediction, of two classes or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// The digit of each class, `[classes]`, in the order of the rows and columns.
    pub digits: Vec<u8>,
    /// Numbers of images, `[classes, classes]`: a row for each label, a column for each prediction. A
    /// missing row or number counts as 0.
    pub counts: Vec<Vec<usize>>,
    /// The number of images whose prediction was rejected, which are not in `counts`.
    pub rejected: usize,
}

impl ConfusionMatrix {
    pub(super) fn classes(&self) -> usize {
        self.digits.len()
    }

    pub(super) fn images(&self, label: usize, prediction: usize) -> usize {
        let row = self.counts.get(label);
        row.and_then(|row| row.get(prediction))
            .copied()
            .unwrap_or(0)
    }

    /// The number of images with this label.
    pub(super) fn images_of(&self, label: usize) -> usize {
        let predictions = 0..self.classes();
        sum(predictions.map(|prediction| self.images(label, prediction)))
    }

    /// The number of images, and how many of them are predicted correctly.
    pub(super) fn totals(&self) -> (usize, usize) {
        let labels = 0..self.classes();
        let all = sum(labels.clone().map(|label| self.images_of(label)));
        (all, sum(labels.map(|label| self.images(label, label))))
    }

    /// The largest number of images with one label and one wrong prediction.
    pub(super) fn largest_mistake(&self) -> usize {
        let labels = 0..self.classes();
        let pairs = labels.flat_map(|label| (0..self.classes()).map(move |other| (label, other)));
        let wrong = pairs.filter(|(label, prediction)| label != prediction);
        wrong
            .map(|(label, prediction)| self.images(label, prediction))
            .max()
            .unwrap_or(0)
    }
}

fn sum(counts: impl Iterator<Item = usize>) -> usize {
    counts.fold(0, usize::saturating_add)
}

/// What a network with one output for each class predicted for images with known labels.
///
/// The classes are those of the confusion matrix, in its order; there should be at most ten, because
/// colors and marks repeat after that.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassEvaluation {
    /// Images by label and prediction.
    pub confusion_matrix: ConfusionMatrix,
    /// Each class against all others, `[classes]`.
    pub classes: Vec<ClassResults>,
    /// The largest output of each image, in [0, 1] or NaN: of the images that are predicted wrongly,
    /// and of those that are predicted correctly.
    pub largest_outputs: [Vec<f64>; 2],
    /// The largest output, in [0, 1], below which the prediction is rejected; 0 if none is.
    pub reject: f64,
}

/// How well the output of one class distinguishes its images from those of all other classes.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassResults {
    /// False and true positive rate, both in [0, 1], from the largest threshold, `[0, 0]`, to the
    /// smallest, `[1, 1]`; empty if there are no images of the class or only such, or an output is NaN.
    pub roc: Vec<[f64; 2]>,
    /// Area under `roc`, in [0, 1]; `None` where `roc` is undefined.
    pub roc_auc: Option<f64>,
    /// Recall and precision, both in [0, 1], a point for each threshold, the largest first, so that
    /// recall rises; empty if there are no images of the class or an output is NaN.
    pub precision_recall: Vec<[f64; 2]>,
    /// Sum of the precisions, each weighted by the increase in recall, in [0, 1]; `None` without images
    /// of the class.
    pub average_precision: Option<f64>,
    /// All images by the output of this class: its mean, and the fraction of images of this class; bins
    /// without images are ignored.
    pub calibration: Vec<CalibrationBin>,
    /// Expected calibration error of this output, in [0, 1]; `None` without images.
    pub calibration_error: Option<f64>,
}

/// For tests: ten images each of so many classes, of which `9 - class` in ten are predicted correctly
/// and the others as the next class; all curves are one step.
#[cfg(test)]
pub(crate) fn classes(count: u8) -> ClassEvaluation {
    let all = 0..usize::from(count);
    let row = |label: usize| {
        let mut row = vec![0; all.len()];
        row[label] += 10_usize.saturating_sub(label);
        row[(label + 1) % all.len()] += label;
        row
    };
    let class = |class: usize| {
        let miss = crate::base::count::real(class) / 10.0;
        let bin = |mean_probability, positive_fraction, images| CalibrationBin {
            mean_probability,
            positive_fraction,
            images,
        };
        ClassResults {
            roc: vec![[0.0, 0.0], [0.0, 1.0 - miss], [miss, 1.0], [1.0, 1.0]],
            roc_auc: Some(1.0 - miss * miss / 2.0),
            precision_recall: vec![[1.0 - miss, 1.0], [1.0, 1.0 - miss]],
            average_precision: Some(1.0 - miss * miss),
            calibration: vec![bin(0.05, miss, 90), bin(0.95, 1.0 - miss, 10)],
            calibration_error: Some(miss / 2.0),
        }
    };
    ClassEvaluation {
        confusion_matrix: ConfusionMatrix {
            digits: (0..count).collect(),
            counts: all.clone().map(row).collect(),
            rejected: 0,
        },
        classes: all.clone().map(class).collect(),
        largest_outputs: [vec![0.42, 0.61], vec![0.98; 8]],
        reject: 0.0,
    }
}
