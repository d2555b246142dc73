//! Two digits to tell apart: the rows of a binary classification.

use std::borrow::Cow;

use crate::{DataError, Digits};

/// The images of two digits, the negative and the positive class, in the order of the data they were taken from.
#[derive(Debug, Clone)]
pub struct DigitPair {
    digits: Digits,
    negative: u8,
    positive: u8,
}

impl DigitPair {
    /// Takes the rows that show `negative` or `positive`. See [`Digits::pair`].
    pub(crate) fn new(source: &Digits, negative: u8, positive: u8) -> Result<Self, DataError> {
        check(source.labels(), negative, positive)?;
        let rows: Vec<usize> = (0..source.len())
            .filter(|&row| [negative, positive].contains(&source.label(row)))
            .collect();
        Ok(Self {
            digits: source.select(&rows),
            negative,
            positive,
        })
    }

    /// Takes over images of the two digits alone, both of which have examples.
    pub(crate) fn of_two(digits: Digits, [negative, positive]: [u8; 2]) -> Self {
        Self {
            digits,
            negative,
            positive,
        }
    }

    /// Takes those of the 5,000 [digits that are compiled in](Digits::embedded) that show one of two.
    ///
    /// # Errors
    ///
    /// When the two are the same or one is not a digit.
    pub fn embedded(negative: u8, positive: u8) -> Result<Self, DataError> {
        check(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], negative, positive)?;
        let pair = [negative, positive];
        Ok(Self::of_two(Digits::unpack(Some(pair)), pair))
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

    /// Says whether there is no image, as after an empty [`select`](Self::select).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    /// Returns the 400 pixels of one image, column by column.
    ///
    /// # Errors
    ///
    /// When they lie on the disk and cannot be read.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    pub fn image(&self, index: usize) -> Result<Cow<'_, [f32]>, DataError> {
        self.digits.image(index)
    }

    /// Returns the digit that one image shows, [`negative`](Self::negative) or [`positive`](Self::positive).
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn label(&self, index: usize) -> u8 {
        self.digits.label(index)
    }

    /// Returns what the network is to answer for one image: 0.0 for the negative digit, 1.0 for the positive one.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn target(&self, index: usize) -> f32 {
        if self.label(index) == self.positive {
            1.0
        } else {
            0.0
        }
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

    /// Returns the row that one image has in the [`Digits`] it was taken from.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn row(&self, index: usize) -> usize {
        self.digits.row(index)
    }

    /// Takes the images at `indices`, in that order; [`row`](Self::row) still counts in the first source.
    ///
    /// # Panics
    ///
    /// When an index is not below [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            digits: self.digits.select(indices),
            ..*self
        }
    }
}

/// Refuses two digits that cannot be told apart with the help of these labels.
pub(crate) fn check(labels: &[u8], negative: u8, positive: u8) -> Result<(), DataError> {
    if let Some(found) = [negative, positive].into_iter().find(|&digit| digit > 9) {
        return Err(DataError::NotADigit { found });
    }
    if negative == positive {
        return Err(DataError::SameDigit { digit: negative });
    }
    for digit in [negative, positive] {
        if !labels.contains(&digit) {
            let is_present = |other: &u8| labels.contains(other);
            let present = (0..=9).filter(is_present).collect();
            return Err(DataError::MissingDigit { digit, present });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PIXELS;

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
        assert_eq!(pair.row(2), 3);
        assert_eq!(*pair.image(2).unwrap(), [0.375; PIXELS]);

        let other_way = digits().pair(1, 3).unwrap();
        assert_eq!(targets(&other_way), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn a_selection_remembers_the_rows_of_the_first_source() {
        let pair = digits().pair(3, 1).unwrap().select(&[3, 1]);
        assert_eq!((pair.row(0), pair.row(1)), (4, 1));
        assert_eq!(targets(&pair), [0.0, 1.0]);
        assert_eq!(*pair.image(0).unwrap(), [0.5; PIXELS]);
    }

    #[test]
    fn any_two_of_the_embedded_digits_make_a_pair_of_1000() {
        let digits = Digits::embedded();
        for negative in 0..10 {
            for positive in (0..10).filter(|&positive| positive != negative) {
                let pair = digits.pair(negative, positive).unwrap();
                assert_eq!(pair.len(), 1000);
                let positives = pair.digits().labels().iter().filter(|&&l| l == positive);
                assert_eq!(positives.count(), 500);
            }
        }
    }

    #[test]
    fn the_embedded_digits_of_a_pair_are_the_pair_of_the_embedded_digits() {
        let expected = Digits::embedded().pair(7, 2).unwrap();
        let found = DigitPair::embedded(7, 2).unwrap();
        assert_eq!((found.negative(), found.positive()), (7, 2));
        assert_eq!(found.digits().labels(), expected.digits().labels());
        assert!(found.digits().images().unwrap() == expected.digits().images().unwrap());
        assert!((0..1000).all(|index| found.row(index) == expected.row(index)));
        assert_eq!(found.select(&[999]).row(0), 3999);
        assert!(DigitPair::embedded(3, 3).is_err() && DigitPair::embedded(3, 10).is_err());
    }

    #[test]
    fn rejects_a_digit_without_an_example_and_lists_those_that_are_there() {
        let message = digits().pair(3, 8).unwrap_err().to_string();
        assert_eq!(
            message,
            "found no example of the digit 8; the data holds the digits [1, 3, 4]"
        );
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
