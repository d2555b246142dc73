//! Stratified splits into training and validation images, repeatable by their seed.
//!
//! [`split()`] holds out a share of each class; [`fold()`] holds out one of k parts, so that k folds hold out every image
//! once.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::error::DataError;

/// The indices of the training and of the validation images, each ascending; together they list every image once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The images to train on.
    pub train: Vec<usize>,
    /// The images held out for validation.
    pub validation: Vec<usize>,
}

/// Holds out the share `validation_split` of each class, rounded to the nearest whole number of images and drawn at
/// random.
///
/// `labels` is `[n]`. The same labels, share and seed give the same split on every machine (`ChaCha8`).
///
/// # Errors
///
/// [`DataError::ValidationSplit`] when `validation_split` is not in `0.0..1.0`, [`DataError::NoTrainingExamples`] when it
/// leaves a class without a training image.
pub fn split(labels: &[u8], validation_split: f64, seed: u64) -> Result<Split, DataError> {
    if !(0.0..1.0).contains(&validation_split) {
        return Err(DataError::ValidationSplit {
            found: validation_split,
        });
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut train = Vec::new();
    let mut validation = Vec::new();
    for (digit, mut rows) in rows_by_class(labels) {
        let held_out = rounded_share(rows.len(), validation_split);
        if held_out == rows.len() {
            return Err(DataError::NoTrainingExamples {
                validation_split,
                digit,
                examples: rows.len(),
            });
        }
        rows.shuffle(&mut random);
        validation.extend(rows.drain(..held_out));
        train.append(&mut rows);
    }
    train.sort_unstable();
    validation.sort_unstable();
    Ok(Split { train, validation })
}

/// Holds out one of the `folds` parts of a stratified k-fold cross-validation.
///
/// `labels` is `[n]`; `fold` counts from 1 to `folds`. The same labels, number of folds and seed give the same folds on
/// every machine (`ChaCha8`). Each image is held out in exactly one fold. The sizes of two folds differ by at most one
/// image, in each class and in total.
///
/// # Errors
///
/// [`DataError::Folds`] when `folds` is less than 2 or `fold` is out of range, [`DataError::TooFewForFolds`] when a class
/// has fewer images than there are folds.
pub fn fold(labels: &[u8], fold: usize, folds: usize, seed: u64) -> Result<Split, DataError> {
    if folds < 2 || !(1..=folds).contains(&fold) {
        return Err(DataError::Folds { fold, folds });
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut train = Vec::new();
    let mut validation = Vec::new();
    // Dealing a class starts where the one before ended, so that remainders are spread over the folds.
    let mut next_fold = (1..=folds).cycle();
    for (digit, mut rows) in rows_by_class(labels) {
        if rows.len() < folds {
            return Err(DataError::TooFewForFolds {
                folds,
                digit,
                examples: rows.len(),
            });
        }
        rows.shuffle(&mut random);
        for (row, held_out_in) in rows.into_iter().zip(&mut next_fold) {
            if held_out_in == fold {
                validation.push(row);
            } else {
                train.push(row);
            }
        }
    }
    train.sort_unstable();
    validation.sort_unstable();
    Ok(Split { train, validation })
}

/// Lists the indices of each class, ascending.
fn rows_by_class(labels: &[u8]) -> BTreeMap<u8, Vec<usize>> {
    let mut classes: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (row, &label) in labels.iter().enumerate() {
        classes.entry(label).or_default().push(row);
    }
    classes
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of images is far below 2^53, and a share of it is not negative"
)]
fn rounded_share(count: usize, share: f64) -> usize {
    (count as f64 * share).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(rows: &[usize], labels: &[u8], label: u8) -> usize {
        rows.iter().filter(|&&row| labels[row] == label).count()
    }

    #[test]
    fn each_class_gives_its_share_whatever_the_seed() {
        // 10 * 0.25 = 2.5 rounds to 3; 5 * 0.25 = 1.25 rounds to 1. Without regard to classes, a draw of 4 of the 15
        // has 3 and 1 with probability 120 * 5 / 1365 = 0.44, and in all of 20 draws with 7e-8.
        let labels = [[7; 10].as_slice(), &[4; 5]].concat();
        for seed in 0..20 {
            let split = split(&labels, 0.25, seed).unwrap();
            let of_class = |digit| count(&split.validation, &labels, digit);
            assert_eq!((of_class(7), of_class(4)), (3, 1), "seed {seed}");
            assert!(split.train.is_sorted() && split.validation.is_sorted());
            let mut all = [split.train, split.validation].concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..15));
        }
    }

    #[test]
    fn every_image_of_a_class_is_held_out_by_some_seed() {
        // An image is held out with probability 0.3, and by none of 100 seeds with 3e-16.
        let labels = [0; 10];
        let splits = (0..100).map(|seed| split(&labels, 0.3, seed).unwrap());
        let mut held_out: Vec<usize> = splits.flat_map(|split| split.validation).collect();
        held_out.sort_unstable();
        held_out.dedup();
        assert!(held_out.into_iter().eq(0..10));
    }

    #[test]
    fn the_seed_alone_decides_which_rows_are_held_out() {
        let labels: Vec<u8> = (0..100).map(|row| row % 2).collect();
        let first = split(&labels, 0.2, 1).unwrap();
        assert_eq!(first, split(&labels, 0.2, 1).unwrap());
        assert_ne!(first, split(&labels, 0.2, 2).unwrap());
        // Held out at random, not the first or last rows of a class.
        assert_ne!(first.validation, (0..20).collect::<Vec<_>>());
        assert_ne!(first.validation, (80..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_seed_means_the_same_rows_in_every_version() {
        // Recorded by this program in version 0.1.0: a changed split would make an old run validate on other images.
        let labels: Vec<u8> = (0..12).map(|row| row % 2).collect();
        assert_eq!(split(&labels, 0.34, 5).unwrap().validation, [0, 3, 7, 10]);
        assert_eq!(fold(&labels, 2, 3, 5).unwrap().validation, [1, 3, 8, 10]);
    }

    #[test]
    fn a_split_of_zero_holds_nothing_out() {
        let split = split(&[0, 1, 0], 0.0, 0).unwrap();
        assert_eq!(split.train, [0, 1, 2]);
        assert_eq!(split.validation, [0; 0]);
    }

    #[test]
    fn rejects_a_split_outside_zero_to_one() {
        for found in [-0.1, 1.0, 1.5, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                split(&[0, 1], found, 0),
                Err(DataError::ValidationSplit { .. })
            ));
        }
    }

    #[test]
    fn rejects_a_split_that_leaves_a_class_without_a_training_example() {
        assert!(matches!(
            split(&[0, 0, 0, 0, 1], 0.5, 0),
            Err(DataError::NoTrainingExamples {
                digit: 1,
                examples: 1,
                ..
            })
        ));
    }

    /// All folds of the labels, in order.
    fn folds_of(labels: &[u8], folds: usize, seed: u64) -> Vec<Split> {
        (1..=folds)
            .map(|number| fold(labels, number, folds, seed).unwrap())
            .collect()
    }

    /// 13 rows of the digit 7, 8 of the digit 4 and 6 of the digit 0, mixed.
    fn three_classes() -> Vec<u8> {
        let mut labels = [[7; 13].as_slice(), &[4; 8], &[0; 6]].concat();
        labels.shuffle(&mut ChaCha8Rng::seed_from_u64(99));
        labels
    }

    #[test]
    fn every_row_is_held_out_in_exactly_one_fold_and_trains_the_others() {
        for folds in 2..=6 {
            let mut held_out = Vec::new();
            for split in folds_of(&three_classes(), folds, 3) {
                assert!(split.train.is_sorted() && split.validation.is_sorted());
                let mut all = [split.train, split.validation.clone()].concat();
                all.sort_unstable();
                assert!(all.into_iter().eq(0..27));
                held_out.extend(split.validation);
            }
            held_out.sort_unstable();
            assert!(held_out.into_iter().eq(0..27));
        }
    }

    #[test]
    fn folds_differ_by_at_most_one_row_in_each_class_and_altogether() {
        let labels = three_classes();
        for folds in 2..=6 {
            let splits = folds_of(&labels, folds, 3);
            for digit in [0, 4, 7] {
                let size = |split: &Split| count(&split.validation, &labels, digit);
                let smallest = splits.iter().map(size).min().unwrap();
                assert!(splits.iter().all(|split| size(split) - smallest <= 1));
            }
            let sizes = splits.iter().map(|split| split.validation.len());
            let smallest = sizes.clone().min().unwrap();
            assert!(sizes.max().unwrap() - smallest <= 1);
        }
    }

    #[test]
    fn dealing_a_class_starts_where_the_one_before_ended() {
        // The digit 1 goes to folds 1, 2, 3, 1 and the digit 2 to folds 2, 3, 1, 2.
        let labels = [1, 1, 1, 1, 2, 2, 2, 2];
        let counts: Vec<[usize; 2]> = folds_of(&labels, 3, 0)
            .iter()
            .map(|split| [1, 2].map(|digit| count(&split.validation, &labels, digit)))
            .collect();
        assert_eq!(counts, [[2, 1], [1, 2], [1, 1]]);
    }

    #[test]
    fn the_seed_alone_decides_which_rows_a_fold_holds_out() {
        let labels: Vec<u8> = (0..100).map(|row| row % 2).collect();
        let first = folds_of(&labels, 5, 1);
        assert_eq!(first, folds_of(&labels, 5, 1));
        assert_ne!(first, folds_of(&labels, 5, 2));
        // Held out at random, not every fifth row of a class.
        assert_ne!(
            first[0].validation,
            (0..100).filter(|row| row % 10 < 2).collect::<Vec<usize>>()
        );
    }

    #[test]
    fn rejects_a_fold_that_is_not_one_of_two_or_more() {
        let labels = [0, 1].repeat(4);
        for (number, folds) in [(1, 0), (1, 1), (0, 3), (4, 3)] {
            let message = fold(&labels, number, folds, 0).unwrap_err().to_string();
            let expected = format!(
                "expected at least 2 folds, and a fold from 1 to the number of folds, found fold {number} of {folds}"
            );
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn rejects_more_folds_than_a_class_has_examples() {
        assert!(fold(&[0, 0, 0, 1, 1, 1], 1, 3, 0).is_ok());
        let message = fold(&[0, 0, 0, 0, 1, 1, 1], 2, 4, 0).unwrap_err();
        assert_eq!(
            message.to_string(),
            "found 3 examples of the digit 1, expected at least 4, one per fold; use fewer folds or more data"
        );
    }
}
