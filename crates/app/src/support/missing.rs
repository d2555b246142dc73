//! Paths that do not exist, with the nearest name that does.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::support::error::{Error, Result};
use crate::support::similar::most_similar;

/// Returns an error if a path from the user does not exist; `expected` says what it should be, such
/// as "run" or "picture".
pub(crate) fn check_exists(path: &Path, expected: &'static str) -> Result<()> {
    match path.metadata() {
        Err(error) if is_missing(&error) => Err(missing(path, expected)),
        // Other errors are reported by whoever reads it.
        _ => Ok(()),
    }
}

/// The error for a path that does not exist.
pub(crate) fn missing(path: &Path, expected: &'static str) -> Error {
    let path = as_typed(path);
    Error::Missing {
        similar: nearest(&path),
        expected,
        path,
    }
}

fn is_missing(error: &std::io::Error) -> bool {
    // A path below a file, such as `a.toml/b`, is not there either.
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
    )
}

/// Settings hold absolute paths; one below the current directory is shown as it was typed.
pub(crate) fn as_typed(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    match below {
        Some(below) if below != Path::new("") => below,
        _ => path.to_owned(),
    }
}

/// The existing path with the most similar name, if one is similar enough; mistakes in the names of
/// its folders are corrected as well.
fn nearest(path: &Path) -> Option<PathBuf> {
    if path.exists() {
        return Some(path.to_owned());
    }
    let wanted = path.file_name()?.to_str()?;
    let folder = match path.parent()? {
        folder if folder == Path::new("") => PathBuf::new(),
        folder => nearest(folder)?,
    };
    let listed = if folder == Path::new("") {
        Path::new(".")
    } else {
        &folder
    };
    let entries = fs_err::read_dir(listed).ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Some(folder.join(most_similar(wanted, names)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_also_where_a_folder_is_mistyped() {
        let folder = tempfile::tempdir().unwrap();
        let first = folder.path().join("runs/first");
        fs_err::create_dir_all(&first).unwrap();
        fs_err::create_dir_all(folder.path().join("runs/other")).unwrap();
        let suggested = |name: &str| nearest(&folder.path().join(name));
        for typed in ["runs/frist", "run/first", "rnus/fisrt", "runs/FIRST"] {
            assert_eq!(suggested(typed), Some(first.clone()), "{typed}");
        }
        for typed in ["runs/second", "pictures/first", "runs/first/a.png"] {
            assert_eq!(suggested(typed), None, "{typed}");
        }
        let message = missing(&folder.path().join("runs/frist"), "run").to_string();
        let expected = format!(
            "runs/frist: no such run; a similar name exists: {}",
            first.display()
        );
        assert!(message.ends_with(&expected), "{message}");
        check_exists(&first, "run").unwrap();
    }
}
