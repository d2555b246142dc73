//! Padding to a square, so that a resize keeps the shape of what an image shows.

/// Copies an image, row-major and `width` pixels wide, to the centre of a square of `side` x `side` pixels.
///
/// `convert` turns a stored value into a pixel. Pixels of the square outside the image keep their value: the background.
/// Where the margins cannot be equal, the lower or the right one is wider by a pixel.
pub(crate) fn copy_to_centre<S: Copy, P>(
    image: &[S],
    width: usize,
    square: &mut [P],
    side: usize,
    convert: impl Fn(S) -> P,
) {
    let top = (side - image.len() / width) / 2;
    let left = (side - width) / 2;
    let rows = square.chunks_exact_mut(side).skip(top);
    for (source, target) in image.chunks_exact(width).zip(rows) {
        for (value, pixel) in source.iter().zip(&mut target[left..]) {
            *pixel = convert(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_image_gets_margins_above_and_below_the_wider_one_below() {
        let mut square = [9; 16];
        copy_to_centre(&[1, 2, 3, 4], 4, &mut square, 4, |value| 10 * value);
        assert_eq!(square[..8], [9, 9, 9, 9, 10, 20, 30, 40]);
        assert_eq!(square[8..], [9; 8]);
    }

    #[test]
    fn a_narrow_image_gets_margins_left_and_right_the_wider_one_right() {
        let mut square = [0; 16];
        copy_to_centre(&[1, 2, 3, 4], 1, &mut square, 4, |value| value);
        assert_eq!(square, [0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0]);
    }
}
