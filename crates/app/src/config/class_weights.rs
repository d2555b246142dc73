//! Class weights, as a setting.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The factors of the training loss of each class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a list of numbers, one for each digit, or \"balanced\""
)]
pub enum ClassWeights {
    /// One for each digit, in their order.
    Each(Vec<f64>),
    /// Chosen so that all digits have the same weight in total.
    Named(NamedWeights),
}

/// A rule for class weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NamedWeights {
    /// For a class with m of n training images of k classes, n / (k m): scikit-learn's `balanced`.
    Balanced,
}

/// What is accepted on the command line.
pub(crate) const CLASS_WEIGHTS: &str = "a number for each digit, such as 1,2.5, or balanced";

impl ClassWeights {
    /// Returns the factor of each class, in the precision of the loss, for so many training images of
    /// each.
    #[must_use]
    pub fn of_classes(&self, images: &[usize]) -> Vec<f32> {
        #[expect(clippy::cast_possible_truncation, reason = "losses are f32")]
        let in_f32 = |weight: f64| weight as f32;
        match self {
            Self::Each(weights) => weights.iter().copied().map(in_f32).collect(),
            Self::Named(NamedWeights::Balanced) => {
                #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
                let number = |count: usize| count as f64;
                let all = number(images.iter().sum());
                let of_class = |&count: &usize| all / (number(images.len()) * number(count));
                images.iter().map(of_class).map(in_f32).collect()
            }
        }
    }
}

impl FromStr for ClassWeights {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.trim() == "balanced" {
            return Ok(Self::Named(NamedWeights::Balanced));
        }
        let numbers = text
            .split(',')
            .map(|number| number.trim().parse().map_err(|_| ()));
        numbers.collect::<Result<_, _>>().map(Self::Each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_the_name_are_read() {
        assert_eq!("1, 2.5".parse(), Ok(ClassWeights::Each(vec![1.0, 2.5])));
        let balanced = ClassWeights::Named(NamedWeights::Balanced);
        assert_eq!("balanced".parse(), Ok(balanced));
        for wrong in ["", "1,", "heavy", "1;2"] {
            assert!(wrong.parse::<ClassWeights>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn balanced_weights_are_those_of_scikit_learn() {
        // compute_class_weight("balanced", classes=[0, 1, 2], y=[0] * 10 + [1] * 30 + [2] * 20):
        // [2.0, 0.66666667, 1.0].
        let balanced = ClassWeights::Named(NamedWeights::Balanced);
        let found = balanced.of_classes(&[10, 30, 20]);
        for (found, expected) in found.iter().zip([2.0, 0.666_667, 1.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
        let each = ClassWeights::Each(vec![1.0, 3.0]);
        assert_eq!(each.of_classes(&[7, 1]), [1.0, 3.0]);
    }
}
