//! Predictions for labelled images.

use data::{Classes, ClassifiedDigits, Digits};
use model::{Decision, Evaluation, Prediction};

use crate::dataset::{DataPart, image_name};

/// Labelled images with the predictions of a network.
#[derive(Debug)]
pub struct Predictions {
    /// The digits that the network tells apart.
    pub classes: Classes,
    /// The images and their labels.
    pub images: Digits,
    /// The row of each image in its part of the data set.
    pub rows: Vec<usize>,
    /// The part of the data set that they are from.
    pub part: DataPart,
    /// The network's logits, `[images, outputs]`.
    pub logits: Vec<f32>,
    /// How logits become predictions.
    pub decision: Decision,
}

impl Predictions {
    /// Takes labelled images of the main part of a data set, their rows and their logits, `[images, outputs]`.
    pub(crate) fn new(
        classes: Classes,
        images: Digits,
        rows: Vec<usize>,
        logits: Vec<f32>,
        decision: Decision,
    ) -> Self {
        Self {
            classes,
            images,
            rows,
            part: DataPart::Main,
            logits,
            decision,
        }
    }

    /// The logits of an image, one for each output.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn logits(&self, index: usize) -> &[f32] {
        let outputs = self.classes.outputs();
        &self.logits[index * outputs..][..outputs]
    }

    /// The prediction for an image, by class.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn prediction(&self, index: usize) -> Prediction {
        self.decision.predict(self.logits(index))
    }

    /// The probability that is shown for an image, in [0, 1]: of two digits that of the positive one, of
    /// more that of the most probable one.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn probability(&self, index: usize) -> f64 {
        match self.logits(index) {
            [logit] => model::sigmoid(f64::from(*logit)),
            _ => self.prediction(index).probability,
        }
    }

    /// Says which part of the data set the rows are counted in; by default it is the main one.
    #[must_use]
    pub fn of_part(self, part: DataPart) -> Self {
        Self { part, ..self }
    }

    /// A short name of an image: its file or its row.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn name(&self, index: usize) -> String {
        image_name(&self.images, index, self.rows[index], self.part)
    }

    /// The digit that is predicted for an image; `None` if the prediction is none of them.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn predicted_digit(&self, index: usize) -> Option<u8> {
        predicted_digit(&self.prediction(index), &self.classes)
    }

    /// Says whether an image of a digit that the network knows is misclassified; a rejected one is not.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn is_wrong(&self, index: usize) -> bool {
        let label = self.images.label(index);
        let predicted = self.predicted_digit(index);
        self.classes.class(label).is_some() && predicted.is_some_and(|digit| digit != label)
    }
}

/// The digit that is predicted; `None` if the prediction is none of them.
#[must_use]
pub fn predicted_digit(prediction: &Prediction, classes: &Classes) -> Option<u8> {
    (!prediction.is_rejected).then(|| classes.digit(prediction.class))
}

/// Computes the metrics of the logits of classified images, `[images, outputs]`.
#[must_use]
pub fn evaluate(logits: &[f32], images: &ClassifiedDigits, decision: Decision) -> Evaluation {
    let outputs = images.classes().outputs();
    model::evaluate(logits, &images.class_labels(), outputs, decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(
        digits: &[u8],
        labels: &[u8],
        logits: &[f32],
        decision: Decision,
    ) -> Predictions {
        Predictions {
            classes: Classes::new(digits).unwrap(),
            images: Digits::new(vec![0.0; labels.len() * 400], labels.to_vec()).unwrap(),
            rows: (0..labels.len()).collect(),
            part: DataPart::Main,
            logits: logits.to_vec(),
            decision,
        }
    }

    #[test]
    fn a_probability_at_the_threshold_is_the_positive_digit() {
        // The sigmoid of 0 is exactly 0.5.
        let digit = |threshold| {
            let decision = Decision {
                threshold,
                reject: 0.0,
            };
            predictions(&[3, 8], &[3], &[0.0], decision).predicted_digit(0)
        };
        assert_eq!(digit(0.5), Some(8));
        assert_eq!(digit(0.500_001), Some(3));
        assert_eq!(digit(0.0), Some(8));
    }

    #[test]
    fn of_several_digits_the_most_probable_is_predicted_or_none_and_an_unknown_label_is_not_wrong()
    {
        let decision = Decision {
            threshold: 0.5,
            reject: 0.5,
        };
        let logits = [2.0, -1.0, 1.0, -3.0, -2.0, -1.0, 0.0, 4.0, -4.0];
        let found = predictions(&[1, 4, 7], &[4, 7, 5], &logits, decision);
        let digits = [0, 1, 2].map(|index| found.predicted_digit(index));
        assert_eq!(digits, [Some(1), None, Some(4)]);
        assert_eq!(
            [0, 1, 2].map(|index| found.is_wrong(index)),
            [true, false, false]
        );
        // 1 / (1 + exp(-2)) = 0.880797.
        assert!((found.probability(0) - 0.880_797).abs() < 1e-6);
    }
}
