//! Which errors say where they are.

use crate::error::DataError;

impl DataError {
    /// Says whether the message names a file or folder of the data set. Others are about its images as a whole, or about
    /// a part of a file, and whoever read them knows which.
    #[must_use]
    pub fn names_its_file(&self) -> bool {
        matches!(
            self,
            Self::Io(_)
                | Self::InFile { .. }
                | Self::NoSuchPath { .. }
                | Self::NotAFile { .. }
                | Self::EmptyFile { .. }
                | Self::EmptyFolder { .. }
                | Self::UnknownFormat { .. }
                | Self::ForeignFile { .. }
                | Self::Gzip { .. }
                | Self::Header { .. }
                | Self::Truncated { .. }
                | Self::TrailingBytes { .. }
                | Self::NoDataFiles { .. }
                | Self::DataInSubfolder { .. }
                | Self::MixedFolder { .. }
                | Self::UnknownSubfolder { .. }
                | Self::Ambiguous { .. }
                | Self::MissingFile { .. }
                | Self::UnreadFiles { .. }
                | Self::FolderAndPath { .. }
                | Self::SameKind { .. }
                | Self::Picture { .. }
                | Self::PictureCutShort { .. }
                | Self::PictureDamaged { .. }
                | Self::RowCount { .. }
                | Self::RowCountInFile { .. }
                | Self::SeveralWhole { .. }
                | Self::BesideWhole { .. }
                | Self::MatDamaged { .. }
                | Self::ForeignPicture { .. }
                | Self::Npz { .. }
                | Self::NpzEntries { .. }
                | Self::NpzName { .. }
                | Self::NpzNoArray { .. }
                | Self::NpzArrays { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foreign_file::ForeignFile;

    #[test]
    fn an_error_that_begins_with_a_path_names_its_file() {
        for error in [
            DataError::MatDamaged {
                path: "a".into(),
                at: 128,
            },
            DataError::SeveralWhole {
                path: "a".into(),
                candidates: Vec::new(),
            },
            DataError::BesideWhole {
                whole: "a".into(),
                other: "b".into(),
            },
            DataError::Npz {
                path: "a".into(),
                source: std::io::ErrorKind::InvalidData.into(),
            },
            DataError::NpzEntries {
                path: "a".into(),
                limit: 256,
                found: 257,
            },
            DataError::NpzName {
                path: "a".into(),
                name: "../b".into(),
            },
            DataError::NpzNoArray {
                path: "a".into(),
                name: "b".into(),
                names: Vec::new(),
            },
            DataError::NpzArrays {
                path: "a".into(),
                names: Vec::new(),
            },
            DataError::ForeignPicture {
                path: "a".into(),
                found: ForeignFile::Html,
            },
            DataError::RowCountInFile {
                path: "a".into(),
                images: 2,
                labels: 3,
            },
        ] {
            assert!(error.to_string().starts_with("a: "), "{error}");
            assert!(error.names_its_file(), "{error}");
        }
    }

    #[test]
    fn an_error_in_a_file_has_its_name_and_one_about_all_images_has_none() {
        let missing = || DataError::MissingDigit {
            digit: 7,
            present: vec![0, 1],
        };
        assert!(!missing().names_its_file());
        let in_file = missing().in_file("y.npy");
        assert!(in_file.names_its_file());
        assert!(in_file.to_string().starts_with("y.npy: "), "{in_file}");
    }
}
