//! When the files of a run or a sweep were written: what says that there is a new checkpoint.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files of a folder, and when each was written. Files that cannot be looked at are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<(OsString, Option<SystemTime>)>);

impl Stamp {
    /// Looks at folders of runs or sweeps.
    pub(crate) fn of(folders: &[PathBuf]) -> Self {
        let mut files = Vec::new();
        for folder in folders {
            for part in [folder.clone(), folder.join("checkpoint")] {
                files.extend(entries(&part));
            }
        }
        files.sort();
        Self(files)
    }
}

fn entries(folder: &Path) -> Vec<(OsString, Option<SystemTime>)> {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return Vec::new();
    };
    let stamped = entries.flatten().map(|entry| {
        let written = entry.metadata().and_then(|meta| meta.modified()).ok();
        (entry.path().into_os_string(), written)
    });
    stamped.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_stamp_changes_with_a_new_or_a_changed_file_and_a_missing_folder_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let folders = [folder.path().to_owned()];
        assert_eq!(Stamp::of(&folders), Stamp::default());
        fs_err::create_dir(folder.path().join("checkpoint")).unwrap();
        let file = folder.path().join("checkpoint/network-1.bpk");
        let before = Stamp::of(&folders);
        fs_err::write(&file, "1").unwrap();
        let after = Stamp::of(&folders);
        assert_ne!(before, after);
        assert_eq!(after, Stamp::of(&folders));
        let later = SystemTime::now() + Duration::from_secs(5);
        let opened = fs_err::File::options().write(true).open(&file).unwrap();
        opened.set_modified(later).unwrap();
        assert_ne!(after, Stamp::of(&folders));
        assert_eq!(Stamp::of(&["nothing".into()]), Stamp::default());
    }
}
