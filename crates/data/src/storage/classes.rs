//! The digits that a network tells apart: its classes.

use crate::error::DataError;

/// The digits that a network tells apart, from two to all ten, in the order of its classes.
///
/// Class 0 is the first of them. Of two digits, class 0 is the negative and class 1 the positive one, and the network has
/// one output, for the positive class. Of more, it has one output for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classes {
    /// Zeros from `count` on.
    digits: [u8; 10],
    count: usize,
}

impl Classes {
    /// Checks a list of digits.
    ///
    /// # Errors
    ///
    /// [`DataError::NotADigit`] when one is more than 9, [`DataError::SameDigit`] when one is there twice,
    /// [`DataError::OneClass`] when there are fewer than two.
    pub fn new(list: &[u8]) -> Result<Self, DataError> {
        if let Some(&found) = list.iter().find(|&&digit| digit > 9) {
            return Err(DataError::NotADigit { found });
        }
        for (index, &digit) in list.iter().enumerate() {
            if list[..index].contains(&digit) {
                return Err(DataError::SameDigit { digit });
            }
        }
        if list.len() < 2 {
            return Err(DataError::OneClass { found: list.len() });
        }
        // Different digits are at most ten.
        let mut digits = [0; 10];
        digits[..list.len()].copy_from_slice(list);
        let count = list.len();
        Ok(Self { digits, count })
    }

    /// Returns the digit of each class.
    #[must_use]
    pub fn digits(&self) -> &[u8] {
        &self.digits[..self.count]
    }

    /// Returns the digit of each output of a network: the positive one of two, or all.
    #[must_use]
    pub fn output_digits(&self) -> &[u8] {
        match self.digits() {
            [_, positive] => std::slice::from_ref(positive),
            digits => digits,
        }
    }

    /// Returns the number of outputs of a network: 1 for two digits, otherwise one for each.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.output_digits().len()
    }

    /// Returns the class of a digit, or `None` if it is none of them.
    #[must_use]
    pub fn class(&self, digit: u8) -> Option<usize> {
        self.digits().iter().position(|&of_class| of_class == digit)
    }

    /// Returns the digit of a class.
    ///
    /// # Panics
    ///
    /// When there is no such class, as indexing a slice does.
    #[must_use]
    pub fn digit(&self, class: usize) -> u8 {
        self.digits()[class]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_have_one_output_and_more_have_one_each() {
        let two = Classes::new(&[3, 8]).unwrap();
        assert_eq!((two.digits(), two.output_digits()), (&[3, 8][..], &[8][..]));
        assert_eq!(
            (two.class(8), two.class(3), two.class(0)),
            (Some(1), Some(0), None)
        );
        let three = Classes::new(&[7, 0, 2]).unwrap();
        assert_eq!(
            (three.output_digits(), three.outputs()),
            (&[7, 0, 2][..], 3)
        );
        assert_eq!((three.class(0), three.digit(2)), (Some(1), 2));
        let all = Classes::new(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).unwrap();
        assert_eq!(all.outputs(), 10);
    }

    #[test]
    fn rejects_one_digit_twice_a_number_that_is_no_digit_and_fewer_than_two() {
        let error = |list: &[u8]| Classes::new(list).unwrap_err();
        assert!(matches!(error(&[3, 3]), DataError::SameDigit { digit: 3 }));
        assert!(matches!(
            error(&[1, 2, 0, 2]),
            DataError::SameDigit { digit: 2 }
        ));
        assert!(matches!(
            error(&[3, 10]),
            DataError::NotADigit { found: 10 }
        ));
        assert!(matches!(error(&[4]), DataError::OneClass { found: 1 }));
        assert!(matches!(error(&[]), DataError::OneClass { found: 0 }));
    }
}
