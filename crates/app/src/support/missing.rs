//! Paths that do not exist, with the nearest name that does.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::support::error::{Error, Result};

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
fn as_typed(path: &Path) -> PathBuf {
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
    let wanted = path.file_name()?.to_str()?.to_lowercase();
    let folder = match path.parent()? {
        folder if folder == Path::new("") => PathBuf::new(),
        folder => nearest(folder)?,
    };
    let listed = if folder == Path::new("") {
        Path::new(".")
    } else {
        &folder
    };
    let names = fs_err::read_dir(listed).ok()?.filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        let distance = edits(&wanted, &name.to_lowercase());
        (distance <= allowed(&wanted)).then_some((distance, name))
    });
    let (_, name) = names.min()?;
    Some(folder.join(name))
}

/// How many letters of a name may be mistaken.
fn allowed(name: &str) -> usize {
    name.chars().count() / 3
}

/// The number of letters to insert, delete, replace or swap with their neighbour (the optimal string
/// alignment distance).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut two_above = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut line = vec![i];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(line[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(two_above[j - 2] + 1);
            }
            line.push(least);
        }
        two_above = std::mem::replace(&mut above, line);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, expected) in [
            ("first", "first", 0),
            ("frist", "first", 1),
            ("kitten", "sitting", 3),
            ("", "abc", 3),
            ("one.png", "one.jpg", 2),
        ] {
            assert_eq!((edits(a, b), edits(b, a)), (expected, expected), "{a} {b}");
        }
    }

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
