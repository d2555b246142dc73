//! Predictions for labelled images.

use data::{DigitPair, Digits};
use model::{Decision, Evaluation};

use crate::dataset::image_name;

/// Labelled images with the predictions of a network.
#[derive(Debug)]
pub struct Predictions {
    /// The negative digit, then the positive one.
    pub digits: [u8; 2],
    /// The images and their labels.
    pub images: Digits,
    /// The row of each image in the data set.
    pub rows: Vec<usize>,
    /// The network's logit for each image.
    pub logits: Vec<f32>,
    /// The decision threshold: an image with at least this probability is classified as the
    /// positive digit.
    pub threshold: f64,
}

impl Predictions {
    /// The probability of the positive digit, in [0, 1].
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn probability(&self, index: usize) -> f64 {
        model::sigmoid(f64::from(self.logits[index]))
    }

    /// A short name of an image: its file or its row.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn name(&self, index: usize) -> String {
        match self.images.file(index) {
            Some(_) => image_name(&self.images, index),
            None => format!("row {}", self.rows[index]),
        }
    }

    /// The digit that an image is classified as.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn predicted_digit(&self, index: usize) -> u8 {
        classify(self.probability(index), self.digits, self.threshold)
    }

    /// Says whether an image of one of the two digits is misclassified. Of other digits the network
    /// knows nothing.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn is_wrong(&self, index: usize) -> bool {
        let label = self.images.label(index);
        self.digits.contains(&label) && self.predicted_digit(index) != label
    }
}

/// The digit that an image with this probability of the positive digit is classified as.
#[must_use]
pub fn classify(probability: f64, [negative, positive]: [u8; 2], threshold: f64) -> u8 {
    if model::is_positive(probability, threshold) {
        positive
    } else {
        negative
    }
}

/// Computes the metrics of the logits of a pair's images.
#[must_use]
pub fn evaluate(logits: &[f32], pair: &DigitPair, threshold: f64) -> Evaluation {
    let positive = pair.positive_labels().into_iter();
    let classes: Vec<u8> = positive.map(u8::from).collect();
    let decision = Decision {
        threshold,
        ..Decision::default()
    };
    model::evaluate(logits, &classes, 1, decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_at_the_threshold_is_the_positive_digit() {
        assert_eq!(classify(0.7, [3, 8], 0.7), 8);
        assert_eq!(classify(0.699_999, [3, 8], 0.7), 3);
        assert_eq!(classify(0.0, [3, 8], 0.0), 8);
    }
}
