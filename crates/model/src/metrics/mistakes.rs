//! How well a measure of doubt tells mistakes from correct predictions.

use super::ranking::Ranking;
use super::ratio::defined_ratio;

/// The parts of all images, in percent, of which [`FoundMistakes::accuracy_of_surest`] has the accuracy.
pub const SUREST_PERCENT: [usize; 4] = [50, 80, 90, 95];

/// How well a measure of doubt finds the mistakes among the predictions for some images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundMistakes {
    /// The probability that a mistake has more doubt than a correct prediction, where ties count half, in [0, 1]; `None`
    /// if there is no mistake, or nothing else. It is the area under the ROC curve of mistakes by doubt, 0.5 by chance.
    pub roc_auc: Option<f64>,
    /// The share of correct predictions, in [0, 1], among the [`SUREST_PERCENT`] of the images that have the least doubt,
    /// rounded down; `None` where that is no image. Of equal doubts, the first count as less.
    pub accuracy_of_surest: [Option<f64>; 4],
}

/// Measures how well doubts find mistakes. Each image has a doubt, such as the disagreement of several networks, and says
/// whether its prediction is wrong.
///
/// # Panics
///
/// Panics if there is not one doubt for each image.
#[must_use]
pub fn find_mistakes(doubts: &[f64], is_wrong: &[bool]) -> FoundMistakes {
    let images = doubts.len();
    assert_eq!(images, is_wrong.len(), "one doubt for each image");
    let mut order: Vec<usize> = (0..images).collect();
    order.sort_by(|a, b| doubts[*a].total_cmp(&doubts[*b]));
    let accuracy = |percent: usize| {
        let surest = &order[..images * percent / 100];
        let correct = surest.iter().filter(|image| !is_wrong[**image]);
        defined_ratio(correct.count(), surest.len())
    };
    FoundMistakes {
        roc_auc: Ranking::new(doubts, is_wrong).area_under_roc(),
        accuracy_of_surest: SUREST_PERCENT.map(accuracy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_images_are_those_with_the_least_doubt() {
        // By hand: the mistakes have the doubts 0.9, 0.7 and 0.2, the others 0.8, 0.6, 0.5, 0.4, 0.3, 0.1 and 0.05.
        let doubts = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
        let is_wrong = [
            true, false, true, false, false, false, false, true, false, false,
        ];
        let found = find_mistakes(&doubts, &is_wrong);
        // 7, 6 and 2 of the 7 others have less doubt.
        assert_eq!(found.roc_auc, Some(15.0 / 21.0));
        let expected = [4.0 / 5.0, 6.0 / 8.0, 7.0 / 9.0, 7.0 / 9.0];
        assert_eq!(found.accuracy_of_surest, expected.map(Some));
    }

    #[test]
    fn without_mistakes_or_images_what_has_no_value_is_none() {
        let found = find_mistakes(&[0.1, 0.2], &[false, false]);
        assert_eq!(found.roc_auc, None);
        assert_eq!(found.accuracy_of_surest, [Some(1.0); 4]);
        let found = find_mistakes(&[0.1], &[true]);
        assert_eq!((found.roc_auc, found.accuracy_of_surest), (None, [None; 4]));
        assert_eq!(find_mistakes(&[], &[]).accuracy_of_surest, [None; 4]);
    }
}
