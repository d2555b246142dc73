//! The size of an image, and the order in which its pixels are stored.

/// Pixels along one side of an image.
pub const SIDE: usize = 20;
/// Pixels of an image: the length of a row of a data set.
pub const PIXELS: usize = SIDE * SIDE;

/// The order in which a `.npy`, `.mat` or CSV file stores the pixels of an image.
///
/// This holds for arrays `[n, 400]` and `[n, 20, 20]` alike: in `X.reshape(n, 20, 20)` of the course's `X`, the second
/// index is the column and the third is the row, which is [`Column`](Self::Column). MATLAB's `reshape(X(1, :), 20, 20)` is
/// the image as it looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PixelOrder {
    /// Column by column (column-major), as in the course's `X.npy`.
    #[default]
    Column,
    /// Row by row (row-major).
    Row,
}

/// Returns 400 column-major values, the pixels of an image or the weights of a unit, in row-major order: as a picture
/// is drawn, from the upper left corner to the lower right one.
///
/// # Panics
///
/// When `image` does not hold 400 values.
#[must_use]
pub fn row_major(image: &[f32]) -> Vec<f32> {
    let image = image
        .as_array()
        .expect("an image of 400 pixels, as documented");
    transposed(image).to_vec()
}

/// Swaps rows and columns; this turns each of the two pixel orders into the other.
pub(crate) fn transposed(image: &[f32; PIXELS]) -> [f32; PIXELS] {
    std::array::from_fn(|at| image[at % SIDE * SIDE + at / SIDE])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        // MATLAB's order: down the first column, then down the second.
        let position = |row: usize, column: usize| column * SIDE + row;
        let mut column_major = [0.0; PIXELS];
        column_major[position(0, 3)] = 1.0; // In the first row, the fourth from the left.
        column_major[position(19, 0)] = 2.0; // The lower left corner.
        let rows = row_major(&column_major);
        assert_eq!((rows[3], rows[19 * SIDE]), (1.0, 2.0));
        assert_eq!(rows.iter().filter(|value| **value != 0.0).count(), 2);
    }
}
