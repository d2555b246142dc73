//! The parts of a data set, training and test, by the names of files and folders.

use std::path::Path;

/// A part of a data set that comes in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Training,
    Test,
}

impl Part {
    /// Returns the part that a file or folder is named after: `train-images-idx3-ubyte.gz`, `x_train.npy`, `t10k-...`,
    /// `x_test.npy`, `testing`.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        let is_marked = |mark| stem.starts_with(mark) || stem.ends_with(mark);
        if is_marked("train") {
            Some(Self::Training)
        } else if is_marked("t10k") || is_marked("test") {
            Some(Self::Test)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_by_the_names_that_mnist_keras_and_folders_of_pictures_have() {
        for (name, expected) in [
            ("data/train-images-idx3-ubyte.gz", Some(Part::Training)),
            ("t10k-images-idx3-ubyte", Some(Part::Test)),
            ("t10k-labels.idx1-ubyte", Some(Part::Test)),
            ("x_train.npy", Some(Part::Training)),
            ("y_test.npy.gz", Some(Part::Test)),
            ("Test", Some(Part::Test)),
            ("training", Some(Part::Training)),
            ("testing", Some(Part::Test)),
            ("test/X.npy", None),
            ("validation", None),
        ] {
            assert_eq!(Part::of_name(Path::new(name)), expected, "{name}");
        }
    }
}
