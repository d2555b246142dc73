//! Whether the settings of order, scale and pictures can change the pixels that are read.

use data::{ImageKind, ScaleNotice};

/// Where pixels come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PixelSource {
    /// The digits in the program.
    BuiltIn,
    /// Files.
    Files(ImageKind),
}

/// Why the settings change nothing; none for a setting that may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UnusedPixelSettings {
    pub(crate) order: Option<&'static str>,
    pub(crate) scale: Option<&'static str>,
    /// How pictures are read.
    pub(crate) pictures: Option<&'static str>,
}

impl PixelSource {
    /// The settings without effect; `notice` is what the reader had to say about the scale.
    pub(crate) fn unused_settings(self, notice: Option<&ScaleNotice>) -> UnusedPixelSettings {
        use ImageKind::{Idx, Pictures, ResizedNpy, Unrolled};
        let order = match self {
            Self::BuiltIn | Self::Files(Pictures | Idx) => {
                Some("the images are not in .npy, .mat or CSV files")
            }
            Self::Files(ResizedNpy) => {
                Some("only images of 20 x 20 have one; those of other sizes are read row by row")
            }
            Self::Files(Unrolled) => None,
        };
        let scale = match (self, notice) {
            (Self::BuiltIn, _) => Some("the scale of the built-in digits is known"),
            (Self::Files(Pictures), _) => Some("the scale of pictures is known"),
            (Self::Files(_), None) => Some("the pixels have the usual scale of their type"),
            (Self::Files(_), Some(_)) => None,
        };
        let pictures = match self {
            Self::Files(Pictures) => None,
            Self::BuiltIn | Self::Files(_) => Some("the images are no pictures"),
        };
        UnusedPixelSettings {
            order,
            scale,
            pictures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_scale_matter_where_files_leave_them_open() {
        let notice = ScaleNotice::AsStored {
            path: "X.npy".into(),
            range: [0.0, 255.0],
        };
        let files = PixelSource::Files;
        for (source, notice, has_order, has_scale) in [
            (PixelSource::BuiltIn, None, false, false),
            (files(ImageKind::Pictures), None, false, false),
            (files(ImageKind::Idx), None, false, false),
            (files(ImageKind::Idx), Some(&notice), false, true),
            (files(ImageKind::ResizedNpy), None, false, false),
            (files(ImageKind::ResizedNpy), Some(&notice), false, true),
            (files(ImageKind::Unrolled), None, true, false),
            (files(ImageKind::Unrolled), Some(&notice), true, true),
        ] {
            let unused = source.unused_settings(notice);
            let found = (unused.order.is_none(), unused.scale.is_none());
            assert_eq!(found, (has_order, has_scale), "{source:?}");
            let is_of_pictures = source == files(ImageKind::Pictures);
            assert_eq!(unused.pictures.is_none(), is_of_pictures, "{source:?}");
        }
    }
}
