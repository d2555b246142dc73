//! The folder for files that can be had again, as each system has one for every user.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The program's folder in the user's cache: `$XDG_CACHE_HOME/digits`, or else `~/.cache/digits`,
/// `~/Library/Caches/digits` on macOS, `%LOCALAPPDATA%\digits` on Windows. None if the user has no home directory.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    let variable = if cfg!(windows) {
        "LOCALAPPDATA"
    } else {
        "XDG_CACHE_HOME"
    };
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let folder = cache_of_user(std::env::var_os(variable), home.as_deref())?;
    Some(folder.join("digits"))
}

/// The cache of the user. By the XDG Base Directory Specification, a relative path in the variable is ignored.
fn cache_of_user(variable: Option<OsString>, home: Option<&Path>) -> Option<PathBuf> {
    let below_home = if cfg!(windows) {
        "AppData/Local"
    } else if cfg!(target_os = "macos") {
        "Library/Caches"
    } else {
        ".cache"
    };
    let named = variable.map(PathBuf::from);
    let named = named.filter(|folder| folder.is_absolute());
    named.or_else(|| Some(home?.join(below_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_the_system_has_it_unless_a_variable_says_another_place() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let of = |variable: Option<&Path>| {
            cache_of_user(
                variable.map(|path| path.as_os_str().to_owned()),
                Some(&home),
            )
        };
        let usual = of(None).unwrap();
        assert!(usual.starts_with(&home) && usual != home);
        assert_eq!(of(Some(folder.path())), Some(folder.path().to_owned()));
        for ignored in ["", "relative/path"] {
            assert_eq!(
                of(Some(Path::new(ignored))),
                Some(usual.clone()),
                "{ignored}"
            );
        }
        assert_eq!(cache_of_user(None, None), None);
        #[cfg(target_os = "linux")]
        assert_eq!(usual, home.join(".cache"));
    }
}
