//! The data set of a classification: the images of some digits, and the class of each.

use std::borrow::Cow;

use crate::error::DataError;
use crate::storage::classes::Classes;
use crate::storage::digits::Digits;

/// The images of the digits that a network tells apart, in the order of the data set they come from. Where a network is
/// only [evaluated](crate::read_some_classes), some of these digits may have no image.
#[derive(Debug, Clone)]
pub struct ClassifiedDigits {
    digits: Digits,
    classes: Classes,
}

impl ClassifiedDigits {
    /// Combines images of these classes only.
    pub(crate) fn of_classes(digits: Digits, classes: Classes) -> Self {
        Self { digits, classes }
    }

    /// Returns the images and labels.
    #[must_use]
    pub fn digits(&self) -> &Digits {
        &self.digits
    }

    /// Returns the digits that are told apart.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        &self.classes
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

    /// Returns the digit that one image shows, one of the [classes](Self::classes).
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn label(&self, index: usize) -> u8 {
        self.digits.label(index)
    }

    /// Returns the class of each image, `[n]`.
    #[must_use]
    pub fn class_labels(&self) -> Vec<u8> {
        self.classes_of(self.digits.labels())
    }

    /// Returns the class of each of some labels, all of which are digits of the [classes](Self::classes).
    #[must_use]
    pub fn classes_of(&self, labels: &[u8]) -> Vec<u8> {
        let mut by_digit = [0; 10];
        for (class, &digit) in (0_u8..).zip(self.classes.digits()) {
            by_digit[usize::from(digit)] = class;
        }
        labels
            .iter()
            .map(|&label| by_digit[usize::from(label)])
            .collect()
    }

    /// Returns the class of one image, less than the number of classes.
    ///
    /// # Panics
    ///
    /// When `index` is not less than [`len`](Self::len), as indexing a slice does.
    #[must_use]
    pub fn class(&self, index: usize) -> u8 {
        self.classes_of(&[self.label(index)])[0]
    }

    /// Counts the images of each class.
    #[must_use]
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.digits().len()];
        for class in self.class_labels() {
            counts[usize::from(class)] += 1;
        }
        counts
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
    /// Selects the images of some digits, in order, for a classification.
    ///
    /// # Errors
    ///
    /// [`DataError::MissingDigit`] when one of them has no example, [`DataError::MissingDigits`] when several have none.
    pub fn classified(&self, classes: Classes) -> Result<ClassifiedDigits, DataError> {
        self.rows_of(classes, Presence::Every)
    }

    /// Selects the images of some digits, in order, of which not every one has to be there: enough to evaluate a network,
    /// not to train one.
    ///
    /// # Errors
    ///
    /// [`DataError::MissingDigits`] when none of them has an example.
    pub fn classified_in_part(&self, classes: Classes) -> Result<ClassifiedDigits, DataError> {
        self.rows_of(classes, Presence::Any)
    }

    fn rows_of(&self, classes: Classes, presence: Presence) -> Result<ClassifiedDigits, DataError> {
        let is_wanted = rows_of_classes(self.labels(), &classes, presence)?;
        let rows: Vec<usize> = (0..self.len()).filter(|&row| is_wanted[row]).collect();
        Ok(ClassifiedDigits::of_classes(self.select(&rows), classes))
    }
}

/// Which of the digits must have examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Every,
    Any,
}

/// Says for each label whether it is of one of the classes, after checking that these have the examples that are needed.
pub(crate) fn rows_of_classes(
    labels: &[u8],
    classes: &Classes,
    presence: Presence,
) -> Result<Vec<bool>, DataError> {
    let mut is_present = [false; 256];
    for &label in labels {
        is_present[usize::from(label)] = true;
    }
    let is_present = |digit: u8| is_present[usize::from(digit)];
    let missing = classes.digits().iter().copied();
    let missing: Vec<u8> = missing.filter(|&digit| !is_present(digit)).collect();
    let present = || (0..=9).filter(|&digit| is_present(digit)).collect();
    let is_enough = match presence {
        Presence::Every => missing.is_empty(),
        Presence::Any => missing.len() < classes.digits().len(),
    };
    match *missing {
        _ if is_enough => {}
        [digit] => {
            let present = present();
            return Err(DataError::MissingDigit { digit, present });
        }
        _ => {
            let (digits, present) = (missing, present());
            return Err(DataError::MissingDigits { digits, present });
        }
    }
    let mut is_wanted = [false; 256];
    for &digit in classes.digits() {
        is_wanted[usize::from(digit)] = true;
    }
    Ok(labels
        .iter()
        .map(|&label| is_wanted[usize::from(label)])
        .collect())
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

    fn classes(list: &[u8]) -> Classes {
        Classes::new(list).unwrap()
    }

    #[test]
    fn holds_the_rows_of_its_classes_in_order_with_the_class_of_each() {
        let two = digits().classified(classes(&[3, 1])).unwrap();
        assert_eq!(two.digits().labels(), [3, 1, 1, 3]);
        assert_eq!(two.class_labels(), [0, 1, 1, 0]);
        assert_eq!(two.row(2), 3);
        assert_eq!(*two.image(2).unwrap(), [0.375; PIXELS]);
        assert_eq!(two.class_counts(), [2, 2]);
        let other_way = digits().classified(classes(&[1, 3])).unwrap();
        assert_eq!(other_way.class_labels(), [1, 0, 0, 1]);
        let three = digits().classified(classes(&[4, 3, 1])).unwrap();
        assert_eq!(three.class_labels(), [1, 2, 0, 2, 1]);
        assert_eq!((three.class(2), three.label(2)), (0, 4));
        assert_eq!(three.class_counts(), [1, 2, 2]);
    }

    #[test]
    fn a_selection_keeps_the_rows_of_the_data_set() {
        let two = digits()
            .classified(classes(&[3, 1]))
            .unwrap()
            .select(&[3, 1]);
        assert_eq!((two.row(0), two.row(1)), (4, 1));
        assert_eq!(two.class_labels(), [0, 1]);
        assert_eq!(*two.image(0).unwrap(), [0.5; PIXELS]);
    }

    #[test]
    fn rejects_a_digit_without_an_example_and_lists_those_that_are_there() {
        let digits = Digits::new(vec![0.0; 4 * PIXELS], vec![3, 9, 0, 9]).unwrap();
        for list in [&[3, 8][..], &[8, 3], &[0, 3, 8, 9]] {
            let message = digits.classified(classes(list)).unwrap_err().to_string();
            assert_eq!(
                message,
                "found no example of the digit 8; the data contains the digits [0, 3, 9]"
            );
        }
        let several = digits.classified(classes(&[0, 1, 2, 3])).unwrap_err();
        let expected =
            "found no example of the digits 1 and 2; the data contains the digits [0, 3, 9]";
        assert_eq!(several.to_string(), expected);
    }

    #[test]
    fn one_of_the_digits_is_enough_to_evaluate() {
        let part = digits().classified_in_part(classes(&[1, 8])).unwrap();
        assert_eq!(
            (part.digits().labels(), part.class_labels()),
            (&[1, 1][..], vec![0, 0])
        );
        let part = digits().classified_in_part(classes(&[8, 1])).unwrap();
        assert_eq!(part.class_labels(), [1, 1]);
        let part = digits().classified_in_part(classes(&[0, 1, 4])).unwrap();
        assert_eq!(part.class_labels(), [1, 2, 1]);
        let message = |list| {
            let error = digits().classified_in_part(classes(list)).unwrap_err();
            error.to_string()
        };
        let present = "the data contains the digits [1, 3, 4]";
        assert_eq!(
            message(&[8, 0]),
            format!("found no example of the digits 8 and 0; {present}")
        );
        assert_eq!(
            message(&[8, 0, 2]),
            format!("found no example of the digits 8, 0 and 2; {present}")
        );
    }
}
