//! Which rows of a data set are read.

use crate::error::DataError;
use crate::storage::{Classes, Digits, Presence, rows_of_classes};

/// The rows that are wanted; pixels of others are neither stored nor checked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    All,
    /// The images of some digits.
    OfClasses(Classes, Presence),
    /// These rows, in any order.
    Rows(&'a [usize]),
}

impl Wanted<'_> {
    /// Says for each row whether it is wanted, from the labels of all rows; `None` means that all are.
    ///
    /// # Errors
    ///
    /// Those of [`rows_of_classes`], and [`DataError::NoSuchRow`] for the first row that is not there.
    pub(crate) fn mask(self, labels: &[u8]) -> Result<Option<Vec<bool>>, DataError> {
        match self {
            Self::All => Ok(None),
            Self::OfClasses(classes, presence) => {
                rows_of_classes(labels, &classes, presence).map(Some)
            }
            Self::Rows(rows) => {
                let mut mask = vec![false; labels.len()];
                for &row in rows {
                    let is_wanted = mask.get_mut(row).ok_or(DataError::NoSuchRow {
                        row,
                        rows: labels.len(),
                    })?;
                    *is_wanted = true;
                }
                Ok(Some(mask))
            }
        }
    }
}

/// Puts images, which were read because they are [`Wanted::Rows`], into the order of `rows`, of which each may occur
/// several times.
pub(crate) fn in_order(read: &Digits, rows: &[usize]) -> Digits {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let position = |row: &usize| sorted.partition_point(|other| other < row);
    let positions: Vec<usize> = rows.iter().map(position).collect();
    read.select(&positions)
}
