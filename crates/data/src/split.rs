//! The examples held out for validation: seeded, and as many of each class in proportion.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::DataError;

/// The rows to train on and the rows held out, each ascending; together every row once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The rows to train on.
    pub train: Vec<usize>,
    /// The rows held out.
    pub validation: Vec<usize>,
}

/// Draws the share `validation_split` of each class's rows, rounded to the nearest whole number, for validation.
///
/// `labels` is `[n]`. The same labels, share and seed give the same split on every machine (`ChaCha8`).
///
/// # Errors
///
/// When `validation_split` is not in `0.0..1.0`, or leaves a class without a row to train on.
pub fn split(labels: &[u8], validation_split: f64, seed: u64) -> Result<Split, DataError> {
    if !(0.0..1.0).contains(&validation_split) {
        return Err(DataError::ValidationSplit {
            found: validation_split,
        });
    }
    let mut classes: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (row, &label) in labels.iter().enumerate() {
        classes.entry(label).or_default().push(row);
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut train = Vec::new();
    let mut validation = Vec::new();
    for (digit, mut rows) in classes {
        let held_out = rounded_share(rows.len(), validation_split);
        if held_out == rows.len() {
            return Err(DataError::NothingToTrain {
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

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a row count is far below 2^53, and a share of it is not negative"
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
    fn each_class_gives_its_share_and_every_row_is_used_once() {
        // 10 * 0.25 = 2.5 rounds to 3; 5 * 0.25 = 1.25 rounds to 1.
        let labels = [[7; 10].as_slice(), &[4; 5]].concat();
        let split = split(&labels, 0.25, 0).unwrap();
        assert_eq!(count(&split.validation, &labels, 7), 3);
        assert_eq!(count(&split.validation, &labels, 4), 1);
        assert!(split.train.is_sorted() && split.validation.is_sorted());
        let mut all = [split.train, split.validation].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..15));
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
            Err(DataError::NothingToTrain {
                digit: 1,
                examples: 1,
                ..
            })
        ));
    }
}
