//! The logits of several networks for the same images: their mean, and how much they disagree.

use model::{Decision, Prediction, disagreement, mean_logits, sigmoid};

/// The logits of one or several networks for the same images.
#[derive(Debug)]
pub struct EnsembleLogits {
    /// Those of the mean of the probabilities, `[images, outputs]`.
    mean: Vec<f32>,
    /// Those of each network, `[images, outputs]`.
    members: Vec<Vec<f32>>,
    outputs: usize,
}

/// What several networks predict for one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointPrediction {
    /// What the mean of their probabilities predicts.
    pub prediction: Prediction,
    /// The standard deviation of their probabilities of the predicted class, in [0, 0.5]: [`model::disagreement`].
    pub disagreement: f64,
    /// The number of networks that predict the same class, whatever is rejected.
    pub agreeing: usize,
}

impl EnsembleLogits {
    /// Takes the logits of each network, at least one, `[images, outputs]`.
    pub(crate) fn new(members: Vec<Vec<f32>>, outputs: usize) -> Self {
        Self {
            mean: mean_logits(&members),
            members,
            outputs,
        }
    }

    /// The logits of the mean of the probabilities, `[images, outputs]`; those of one network as they are.
    #[must_use]
    pub fn mean(&self) -> &[f32] {
        &self.mean
    }

    pub(crate) fn into_mean(self) -> Vec<f32> {
        self.mean
    }

    /// The logits of each network, `[images, outputs]`.
    #[must_use]
    pub fn members(&self) -> &[Vec<f32>] {
        &self.members
    }

    /// The number of images.
    #[must_use]
    pub fn images(&self) -> usize {
        self.mean.len() / self.outputs
    }

    /// The mean's logits of one image, one for each output.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn mean_of(&self, index: usize) -> &[f32] {
        self.row(&self.mean, index)
    }

    /// The logits of one image, one for each output, by each network.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    pub fn members_of(&self, index: usize) -> impl Iterator<Item = &[f32]> {
        let members = self.members.iter();
        members.map(move |logits| self.row(logits, index))
    }

    /// Predicts one image.
    ///
    /// # Panics
    ///
    /// Panics if there is no image `index`.
    #[must_use]
    pub fn predict(&self, index: usize, decision: Decision) -> JointPrediction {
        let prediction = decision.predict(self.mean_of(index));
        let class = prediction.class;
        let probabilities = self.members_of(index).map(|logits| match logits {
            [logit] if class == 0 => 1.0 - sigmoid(f64::from(*logit)),
            [logit] => sigmoid(f64::from(*logit)),
            logits => sigmoid(f64::from(logits[class])),
        });
        let probabilities: Vec<f64> = probabilities.collect();
        let classes = self.members_of(index).map(|of| decision.predict(of).class);
        JointPrediction {
            prediction,
            disagreement: disagreement(&probabilities),
            agreeing: classes.filter(|of_one| *of_one == class).count(),
        }
    }

    /// The logits of some of the images.
    ///
    /// # Panics
    ///
    /// Panics if there are not so many images.
    #[cfg(feature = "serve")]
    pub(crate) fn part(&self, first: usize, images: usize) -> Self {
        let part =
            |logits: &Vec<f32>| logits[first * self.outputs..][..images * self.outputs].to_vec();
        Self {
            mean: part(&self.mean),
            members: self.members.iter().map(part).collect(),
            outputs: self.outputs,
        }
    }

    fn row<'a>(&self, logits: &'a [f32], index: usize) -> &'a [f32] {
        &logits[index * self.outputs..][..self.outputs]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-7, "{found} {expected}");
    }

    #[test]
    fn two_digits_are_predicted_by_the_mean_and_the_threshold_is_that_of_the_mean() {
        // ln 3 and ln 9 are the logits of 3/4 and 9/10; the means are 33/40 and 7/40.
        let (sure, surer) = (3.0_f32.ln(), 9.0_f32.ln());
        let found = EnsembleLogits::new(vec![vec![sure, -sure], vec![surer, -surer]], 1);
        let predict = |index, threshold| {
            let decision = Decision {
                threshold,
                reject: 0.0,
            };
            found.predict(index, decision)
        };
        assert_eq!(found.images(), 2);
        let first = predict(0, 0.5);
        assert_eq!((first.prediction.class, first.agreeing), (1, 2));
        assert_close(first.prediction.probability, 0.825);
        assert_close(first.disagreement, 0.075);
        // Above the mean, but not above the second network's probability.
        let first = predict(0, 0.85);
        assert_eq!((first.prediction.class, first.agreeing), (0, 1));
        assert_close(first.disagreement, 0.075);
        let second = predict(1, 0.5);
        assert_eq!((second.prediction.class, second.agreeing), (0, 2));
        assert_close(second.prediction.probability, 0.825);
        assert_close(second.disagreement, 0.075);
    }

    #[cfg(feature = "serve")]
    #[test]
    fn a_part_has_the_logits_of_its_images() {
        let found = EnsembleLogits::new(vec![vec![0.5, -1.0, 2.0], vec![1.5, 1.0, -2.0]], 1);
        let part = found.part(1, 2);
        assert_eq!(part.images(), 2);
        assert_eq!(part.mean(), &found.mean()[1..]);
        assert_eq!(part.members(), [vec![-1.0, 2.0], vec![1.0, -2.0]]);
    }

    #[test]
    fn of_several_digits_the_disagreement_is_about_the_predicted_one() {
        // Probabilities of 3/4, 1/10 and 9/10; of 1/4, 1/2 and 1/2.
        let (three, nine) = (3.0_f32.ln(), 9.0_f32.ln());
        let found = EnsembleLogits::new(vec![vec![three, -nine, nine], vec![-three, 0.0, 0.0]], 3);
        let all = found.predict(0, Decision::default());
        assert_eq!(all.prediction.class, 2);
        assert_close(all.prediction.probability, 0.7);
        assert_close(all.disagreement, 0.2);
        // The second network predicts the first of its two equal ones.
        assert_eq!(all.agreeing, 1);
        let rejected = Decision {
            reject: 0.8,
            ..Decision::default()
        };
        let all = found.predict(0, rejected);
        assert!(all.prediction.is_rejected && all.agreeing == 1);
    }
}
