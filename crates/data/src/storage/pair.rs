//! The data set of a binary classification: the images of two digits, and which of them is the positive class.

use std::borrow::Cow;

use crate::error::DataError;
use crate::storage::digits::Digits;

/// The images of two digits, the negative and the positive class, in the order of the data set they come from. One of the
/// two may be missing where a network is only [evaluated](crate::read_either).
#[derive(Debug, Clone)]
pub struct DigitPair {
    digits: Digits,
    negative: u8,
    positive: u8,
}

impl DigitPair {
    /// Combines images of the two digits only, with at least one example of one of them.
    pub(crate) fn of_two(digits: Digits, [negative, positive]: [u8; 2]) -> Self {
        Self {
            digits,
            negative,
            positive,
        }
    }

    /// Returns the images and labels of the two digits.
    #[must_use]
    pub fn digits(&self) -> &Digits {
        &self.digits
    }

    /// Returns the number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.digits.len()
    }

    /// Says whether there is no image, as after selecting none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    /// Returns the 400 pixels of one image, column-major.
    ///
    /// # Errors
    ///
    /// [`DataError::Io`] when they are on disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    pub fn image(&self, index: usize) -> Result<Cow<'_, [f32]>, DataError> {
        self.digits.image(index)
    }

    /// Returns the digit that one image shows, [`negative`](Self::negative) or [`positive`](Self::positive).
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn label(&self, index: usize) -> u8 {
        self.digits.label(index)
    }

    /// Says whether a label is that of the positive class.
    #[must_use]
    pub fn is_positive(&self, label: u8) -> bool {
        label == self.positive
    }

    /// Says for each image whether it is of the positive class, `[n]`.
    #[must_use]
    pub fn positive_labels(&self) -> Vec<bool> {
        let labels = self.digits.labels().iter();
        labels.map(|&label| self.is_positive(label)).collect()
    }

    /// Returns the target of one image, the probability that the network should output: 0.0 for the negative digit, 1.0
    /// for the positive one.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn target(&self, index: usize) -> f32 {
        f32::from(u8::from(self.is_positive(self.label(index))))
    }

    /// Returns the digit whose target is 0.0.
    #[must_use]
    pub fn negative(&self) -> u8 {
        self.negative
    }

    /// Returns the digit whose target is 1.0.
    #[must_use]
    pub fn positive(&self) -> u8 {
        self.positive
    }

    /// Returns the row of one image in the data set that was read.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn row(&self, index: usize) -> usize {
        self.digits.row(index)
    }

    /// Selects the images at `indices`, in that order; [`row`](Self::row) still is the row in the data set that was read.
    ///
    /// # Panics
    ///
    /// When an index is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            digits: self.digits.select(indices),
            ..*self
        }
    }
}

impl Digits {
    /// Selects the images of two digits, in order, for a binary classification.
    ///
    /// # Errors
    ///
    /// [`DataError::SameDigit`] when the two are the same, [`DataError::NotADigit`] when one is more than 9,
    /// [`DataError::MissingDigit`] when one has no example.
    pub fn pair(&self, negative: u8, positive: u8) -> Result<DigitPair, DataError> {
        self.rows_as_pair([negative, positive], Presence::Both)
    }

    /// Selects the images of two digits, in order, of which one may be missing: enough to evaluate a network, not to
    /// train one.
    ///
    /// # Errors
    ///
    /// [`DataError::SameDigit`] when the two are the same, [`DataError::NotADigit`] when one is more than 9,
    /// [`DataError::MissingPair`] when neither has an example.
    pub fn either(&self, negative: u8, positive: u8) -> Result<DigitPair, DataError> {
        self.rows_as_pair([negative, positive], Presence::Either)
    }

    fn rows_as_pair(&self, pair: [u8; 2], presence: Presence) -> Result<DigitPair, DataError> {
        let is_of_pair = rows_of_pair(self.labels(), pair, presence)?;
        let rows: Vec<usize> = (0..self.len()).filter(|&row| is_of_pair[row]).collect();
        Ok(DigitPair::of_two(self.select(&rows), pair))
    }
}

/// Which of two digits must have examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Both,
    Either,
}

/// Says for each label whether it is one of two digits, after checking that these have the examples that are needed.
pub(crate) fn rows_of_pair(
    labels: &[u8],
    pair: [u8; 2],
    presence: Presence,
) -> Result<Vec<bool>, DataError> {
    if let Some(found) = pair.into_iter().find(|&digit| digit > 9) {
        return Err(DataError::NotADigit { found });
    }
    if pair[0] == pair[1] {
        return Err(DataError::SameDigit { digit: pair[0] });
    }
    let missing: Vec<u8> = pair
        .into_iter()
        .filter(|digit| !labels.contains(digit))
        .collect();
    let present = || (0..=9).filter(|other| labels.contains(other)).collect();
    match (missing.as_slice(), presence) {
        ([digit, ..], Presence::Both) => {
            let (digit, present) = (*digit, present());
            return Err(DataError::MissingDigit { digit, present });
        }
        ([_, _], Presence::Either) => {
            let (digits, present) = (pair, present());
            return Err(DataError::MissingPair { digits, present });
        }
        _ => {}
    }
    Ok(labels.iter().map(|label| pair.contains(label)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::PIXELS;

    /// Five rows that show 3, 1, 4, 1 and 3; the pixels of row r are all r / 8.
    fn digits() -> Digits {
        let images = [0.0, 0.125, 0.25, 0.375, 0.5].map(|pixel| [pixel; PIXELS]);
        Digits::new(images.concat(), vec![3, 1, 4, 1, 3]).unwrap()
    }

    fn targets(pair: &DigitPair) -> Vec<f32> {
        (0..pair.len()).map(|index| pair.target(index)).collect()
    }

    #[test]
    fn holds_the_rows_of_both_digits_in_order_with_the_second_as_the_positive_one() {
        let pair = digits().pair(3, 1).unwrap();
        assert_eq!((pair.negative(), pair.positive()), (3, 1));
        assert_eq!(pair.digits().labels(), [3, 1, 1, 3]);
        assert_eq!(targets(&pair), [0.0, 1.0, 1.0, 0.0]);
        assert_eq!(pair.positive_labels(), [false, true, true, false]);
        assert!(pair.is_positive(1) && !pair.is_positive(3) && !pair.is_positive(4));
        assert_eq!(pair.row(2), 3);
        assert_eq!(*pair.image(2).unwrap(), [0.375; PIXELS]);

        let other_way = digits().pair(1, 3).unwrap();
        assert_eq!(targets(&other_way), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn a_selection_keeps_the_rows_of_the_data_set() {
        let pair = digits().pair(3, 1).unwrap().select(&[3, 1]);
        assert_eq!((pair.row(0), pair.row(1)), (4, 1));
        assert_eq!(targets(&pair), [0.0, 1.0]);
        assert_eq!(*pair.image(0).unwrap(), [0.5; PIXELS]);
    }

    #[test]
    fn rejects_a_digit_without_an_example_and_lists_those_that_are_there() {
        let digits = Digits::new(vec![0.0; 4 * PIXELS], vec![3, 9, 0, 9]).unwrap();
        for (negative, positive) in [(3, 8), (8, 3)] {
            let message = digits.pair(negative, positive).unwrap_err().to_string();
            assert_eq!(
                message,
                "found no example of the digit 8; the data contains the digits [0, 3, 9]"
            );
        }
    }

    #[test]
    fn one_of_two_digits_is_enough_to_evaluate() {
        let pair = digits().either(1, 8).unwrap();
        assert_eq!((pair.negative(), pair.positive()), (1, 8));
        assert_eq!(pair.digits().labels(), [1, 1]);
        assert_eq!(targets(&digits().either(8, 1).unwrap()), [1.0, 1.0]);
        let message = digits().either(8, 0).unwrap_err().to_string();
        assert_eq!(
            message,
            "found no example of the digits 8 and 0; the data contains the digits [1, 3, 4]"
        );
        assert!(matches!(
            digits().either(3, 3),
            Err(DataError::SameDigit { digit: 3 })
        ));
    }

    #[test]
    fn rejects_one_digit_twice_and_a_number_that_is_no_digit() {
        assert!(matches!(
            digits().pair(3, 3),
            Err(DataError::SameDigit { digit: 3 })
        ));
        assert!(matches!(
            digits().pair(3, 10),
            Err(DataError::NotADigit { found: 10 })
        ));
    }
}
