//! The predictions for some images, counted by class.

use std::cmp::Reverse;

use crate::network::Prediction;

/// Images of one class that are taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confusion {
    /// The class of the images.
    pub label: usize,
    /// The class that is predicted for them.
    pub predicted: usize,
    /// Number of these images, at least one.
    pub images: usize,
}

/// Images counted by their class and by the predicted one.
pub(super) struct Answers {
    /// `[label][prediction]`, without rejected images.
    pub(super) matrix: Vec<Vec<usize>>,
    /// Rejected images by label.
    pub(super) rejected: Vec<usize>,
    /// Images whose class is one of the two most probable.
    pub(super) in_top_2: usize,
}

impl Answers {
    pub(super) fn new(classes: usize) -> Self {
        Self {
            matrix: vec![vec![0; classes]; classes],
            rejected: vec![0; classes],
            in_top_2: 0,
        }
    }

    /// Adds an image of class `label`.
    pub(super) fn add(&mut self, label: usize, prediction: &Prediction) {
        let Prediction {
            class, runner_up, ..
        } = *prediction;
        if prediction.is_rejected {
            self.rejected[label] += 1;
        } else {
            self.matrix[label][class] += 1;
        }
        let two = [(class, prediction.probability), runner_up];
        let has_label =
            |&(class, probability): &(usize, f64)| class == label && !probability.is_nan();
        self.in_top_2 += usize::from(two.iter().any(has_label));
    }

    /// The number of images that show a class.
    pub(super) fn support(&self, label: usize) -> usize {
        self.matrix[label].iter().sum::<usize>() + self.rejected[label]
    }

    /// The number of images that a class is predicted for.
    pub(super) fn predicted(&self, class: usize) -> usize {
        self.matrix.iter().map(|of_label| of_label[class]).sum()
    }

    /// The number of images of a class that it is predicted for.
    pub(super) fn found(&self, class: usize) -> usize {
        self.matrix[class][class]
    }

    /// The number of correct predictions.
    pub(super) fn correct(&self) -> usize {
        correct(&self.matrix)
    }
}

/// The number of correct predictions in a confusion matrix.
pub(super) fn correct(matrix: &[Vec<usize>]) -> usize {
    let diagonal = matrix
        .iter()
        .enumerate()
        .map(|(class, of_label)| of_label[class]);
    diagonal.sum()
}

/// The pairs of classes that are confused, the most frequent first; equally frequent ones in the order of the classes.
pub(super) fn confusions(matrix: &[Vec<usize>]) -> Vec<Confusion> {
    let mut found = Vec::new();
    for (label, of_label) in matrix.iter().enumerate() {
        for (predicted, &images) in of_label.iter().enumerate() {
            if label != predicted && images > 0 {
                found.push(Confusion {
                    label,
                    predicted,
                    images,
                });
            }
        }
    }
    found.sort_by_key(|confusion| Reverse(confusion.images));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decision;

    #[test]
    fn the_most_frequent_confusions_come_first() {
        let matrix = [vec![9, 1, 0], vec![4, 9, 1], vec![0, 0, 9]];
        let found = confusions(&matrix).into_iter();
        let found: Vec<_> = found
            .map(|pair| (pair.label, pair.predicted, pair.images))
            .collect();
        assert_eq!(found, [(1, 0, 4), (0, 1, 1), (1, 2, 1)]);
    }

    #[test]
    fn a_rejected_image_has_no_prediction_but_may_be_in_the_top_2() {
        let rule = Decision {
            reject: 0.5,
            ..Decision::default()
        };
        let mut found = Answers::new(3);
        found.add(2, &rule.predict(&[-3.0, -1.0, -2.0]));
        found.add(2, &rule.predict(&[-3.0, 1.0, 2.0]));
        assert_eq!(found.matrix, [[0, 0, 0], [0, 0, 0], [0, 0, 1]]);
        assert_eq!(found.rejected, [0, 0, 1]);
        assert_eq!(
            (found.in_top_2, found.correct(), found.support(2)),
            (2, 1, 2)
        );
    }

    #[test]
    fn a_nan_is_never_in_the_top_2() {
        let mut found = Answers::new(3);
        let rule = Decision::default();
        found.add(0, &rule.predict(&[f32::NAN; 3]));
        found.add(1, &rule.predict(&[f32::NAN; 3]));
        found.add(1, &rule.predict(&[2.0, f32::NAN, f32::NAN]));
        assert_eq!(found.in_top_2, 0);
        found.add(0, &rule.predict(&[-2.0, f32::NAN, 3.0]));
        assert_eq!(found.in_top_2, 1);
    }
}
