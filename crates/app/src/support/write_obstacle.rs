//! Why a file or a folder cannot be created.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use crate::support::shell::shown;

/// Why a file or a folder cannot be created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum WriteObstacle {
    #[error("{} is a file, not a folder", shown(file))]
    BelowFile { file: PathBuf },
    #[error("you have no permission to write in {}", shown(folder))]
    NoPermission { folder: PathBuf },
    #[error("nothing can be created in {}", shown(folder))]
    NotInThere { folder: PathBuf },
    #[error("its file system is read-only")]
    ReadOnly,
    #[error("the disk is full")]
    Full,
    #[error("the name is too long")]
    TooLong,
    #[error("{0}")]
    Other(String),
}

impl WriteObstacle {
    /// The obstacle that an error stands for, in creating this folder and those above it, or a file in
    /// it.
    pub(crate) fn of(folder: &Path, error: &Error) -> Self {
        // The nearest one that exists; a relative path starts in the current directory.
        let existing = folder.ancestors().find(|path| path.exists());
        let existing = existing.filter(|path| !path.as_os_str().is_empty());
        let existing = existing.unwrap_or_else(|| Path::new(".")).to_owned();
        match error.kind() {
            _ if existing.is_file() => Self::BelowFile { file: existing },
            ErrorKind::PermissionDenied => Self::NoPermission { folder: existing },
            // Such as /proc.
            ErrorKind::NotFound | ErrorKind::Unsupported => Self::NotInThere { folder: existing },
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::InvalidFilename => Self::TooLong,
            _ => Self::Other(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obstacle_names_what_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs_err::write(&file, b"").unwrap();
        let obstacle = |path: &Path| {
            let error = fs_err::create_dir_all(path).unwrap_err();
            WriteObstacle::of(path, &error).to_string()
        };
        assert_eq!(
            obstacle(&file.join("runs/first")),
            format!("{} is a file, not a folder", file.display())
        );
        assert_eq!(
            obstacle(&folder.path().join("n".repeat(300))),
            "the name is too long"
        );
        #[cfg(target_os = "linux")]
        assert_eq!(
            obstacle(Path::new("/proc/runs/first")),
            "nothing can be created in /proc"
        );
        // Root is refused nothing, so the error is made by hand.
        let denied = Error::from(ErrorKind::PermissionDenied);
        assert_eq!(
            WriteObstacle::of(Path::new("runs/first"), &denied).to_string(),
            "you have no permission to write in ."
        );
    }
}
