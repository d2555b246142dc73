//! The data set of the loaders' tests.

use crate::pixels::PIXELS;
use crate::storage::{Classes, ClassifiedDigits, Digits};

/// `rows` images of the digits 0 and 1 in turn; the first pixel of each is its row number.
pub(crate) fn numbered(rows: u16) -> ClassifiedDigits {
    let mut images = vec![0.0; usize::from(rows) * PIXELS];
    for row in 0..rows {
        images[usize::from(row) * PIXELS] = f32::from(row);
    }
    let labels = (0..rows).map(|row| u8::from(row % 2 == 1)).collect();
    Digits::new(images, labels)
        .unwrap()
        .classified(Classes::new(&[0, 1]).unwrap())
        .unwrap()
}
