//! What a `.npy` array contains, by its shape.

use crate::file_kind::FileKind;

/// How the images of an array are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImageShape {
    /// 20 x 20 pixels, as in the course.
    Course,
    /// Squares of this side, row by row.
    RowMajor { side: usize },
}

/// Says what an array of this shape contains, if it can be part of a data set.
pub(crate) fn kind_of_shape(shape: &[u64]) -> Option<FileKind> {
    match shape {
        [_] | [_, 1] => Some(FileKind::Labels),
        _ => image_shape(shape).map(|_| FileKind::Images),
    }
}

/// Says how an array of this shape lists its images, if it is one of images. A channel, as `[n, 28, 28, 1]` in Keras or
/// `[n, 1, 28, 28]` in `PyTorch`, makes no difference.
pub(crate) fn image_shape(shape: &[u64]) -> Option<ImageShape> {
    match *shape {
        [_, 400] => Some(ImageShape::Course),
        [_, 784] => Some(ImageShape::RowMajor { side: 28 }),
        [_, height, width] | [_, height, width, 1] | [_, 1, height, width]
            if height == width && height > 1 =>
        {
            match usize::try_from(height).ok()? {
                20 => Some(ImageShape::Course),
                side => Some(ImageShape::RowMajor { side }),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_told_by_their_shape() {
        let side = |side| Some(ImageShape::RowMajor { side });
        for (shape, expected) in [
            (&[5, 400][..], Some(ImageShape::Course)),
            (&[5, 20, 20], Some(ImageShape::Course)),
            (&[5, 20, 20, 1], Some(ImageShape::Course)),
            (&[5, 28, 28], side(28)),
            (&[5, 784], side(28)),
            (&[5, 28, 28, 1], side(28)),
            (&[5, 1, 28, 28], side(28)),
            (&[5, 8, 8], side(8)),
            (&[5, 401], None),
            (&[25, 401], None),
            (&[5, 28, 20], None),
            (&[5, 28, 28, 3], None),
            (&[5, 1, 1], None),
            (&[5], None),
            (&[], None),
        ] {
            assert_eq!(image_shape(shape), expected, "{shape:?}");
        }
        assert_eq!(kind_of_shape(&[5]), Some(FileKind::Labels));
        assert_eq!(kind_of_shape(&[5, 1]), Some(FileKind::Labels));
        assert_eq!(kind_of_shape(&[5, 784]), Some(FileKind::Images));
        assert_eq!(kind_of_shape(&[5, 10]), None);
    }
}
