//! How the scale of stored pixels is found, and what a reader has to say about it.

use std::fmt;
use std::path::PathBuf;

/// How the scale of the pixels is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PixelScale {
    /// By their range: floats up to 255 and integers up to 1 are rescaled.
    #[default]
    Recognized,
    /// By their type alone: 1 is full ink in floats, and 255 in integers.
    Stored,
}

/// What the range of the pixels in a file says about their scale.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ScaleNotice {
    /// The scale is not that of the file's type, but clear.
    Rescaled {
        /// The file of images.
        path: PathBuf,
        /// The smallest and the largest stored value.
        range: [f64; 2],
        /// The stored value that became 1.
        full_ink: f64,
    },
    /// The scale is unclear; the values are left as they are.
    Unclear {
        /// The file of images.
        path: PathBuf,
        /// The smallest and the largest stored value.
        range: [f64; 2],
    },
    /// The background is bright, as on paper; the values are not inverted.
    Inverted {
        /// The file of images.
        path: PathBuf,
        /// The smallest and the largest stored value.
        range: [f64; 2],
        /// The fraction of the pixels that are brighter than half of full ink.
        fraction: f64,
        /// The stored value that became 1; `None` if it is the usual one of the type.
        rescaled: Option<f64>,
    },
    /// The values are not of the usual scale of their type, and left as they are because of [`PixelScale::Stored`].
    AsStored {
        /// The file of images.
        path: PathBuf,
        /// The smallest and the largest stored value.
        range: [f64; 2],
    },
    /// All pixels are the same.
    Uniform {
        /// The file of images.
        path: PathBuf,
        /// The stored value.
        value: f64,
    },
}

impl fmt::Display for ScaleNotice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rescaled {
                path,
                range: [low, high],
                full_ink,
            } => write!(
                formatter,
                "{}: pixels from {} to {}; rescaled, with {full_ink} as ink",
                path.display(),
                rounded(*low),
                rounded(*high),
            ),
            Self::Unclear {
                path,
                range: [low, high],
            } => write!(
                formatter,
                "warning: {}: pixels from {} to {}, expected about 0 (background) to 1 or to 255 (ink); a network \
                 trained on them recognizes no pictures, which are read as 0 to 1",
                path.display(),
                rounded(*low),
                rounded(*high),
            ),
            Self::Inverted {
                path,
                range: [low, high],
                fraction,
                rescaled,
            } => {
                let rescaled =
                    rescaled.map(|full_ink| format!(", rescaled with {full_ink} as ink"));
                write!(
                    formatter,
                    "warning: {}: pixels from {} to {}{}, {:.0} % of them brighter than half of full ink, expected \
                     bright ink on a dark background (0); invert them, as a network trained on them recognizes no \
                     pictures",
                    path.display(),
                    rounded(*low),
                    rounded(*high),
                    rescaled.unwrap_or_default(),
                    100.0 * fraction,
                )
            }
            Self::AsStored {
                path,
                range: [low, high],
            } => write!(
                formatter,
                "{}: pixels from {} to {}; left as they are stored",
                path.display(),
                rounded(*low),
                rounded(*high),
            ),
            Self::Uniform { path, value } => write!(
                formatter,
                "warning: {}: all pixels are {}, expected 0 (background) to 1 or to 255 (ink); there is nothing to \
                 learn from them",
                path.display(),
                rounded(*value),
            ),
        }
    }
}

/// Four decimals are enough to tell scales apart.
fn rounded(value: f64) -> f64 {
    // Adding 0 turns -0 into 0.
    (value * 1e4).round() / 1e4 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_name_the_file_and_the_range() {
        let (path, range) = ("X.npy".into(), [-22.378_443, 284.136_23]);
        let message = ScaleNotice::Rescaled {
            path,
            range,
            full_ink: 255.0,
        }
        .to_string();
        assert_eq!(
            message,
            "X.npy: pixels from -22.3784 to 284.1362; rescaled, with 255 as ink"
        );
        let (path, range) = ("X.npy".into(), [-1.0, 1.0]);
        let message = ScaleNotice::Unclear { path, range }.to_string();
        assert!(
            message.starts_with("warning: X.npy: pixels from -1 to 1, expected"),
            "{message}"
        );
        let message = ScaleNotice::Inverted {
            path: "X.npy".into(),
            range: [0.0, 255.0],
            fraction: 0.846,
            rescaled: Some(255.0),
        }
        .to_string();
        let expected =
            "warning: X.npy: pixels from 0 to 255, rescaled with 255 as ink, 85 % of them brighter";
        assert!(message.starts_with(expected), "{message}");
        let (path, value) = ("X.npy".into(), 0.0);
        let message = ScaleNotice::Uniform { path, value }.to_string();
        let expected = "warning: X.npy: all pixels are 0, expected";
        assert!(message.starts_with(expected), "{message}");
    }
}
