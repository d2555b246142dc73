//! Compares configurations, and lists the settings that may change when a run is resumed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::config::run_config::RunConfig;
use crate::config::setting_table::settings_of;
use crate::support::cause::Difference;
use crate::support::error::{Error, Result};

/// How files of a run are compared with those that it is resumed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// By their paths, because nothing is known about their content.
    ByPath,
    /// By their content, elsewhere; here their paths may differ.
    ByContent,
}

/// The same for each setting that names files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ComparedFiles {
    pub(crate) data: Compared,
    pub(crate) init: Compared,
    pub(crate) batch_order: Compared,
    pub(crate) without: Compared,
}

/// The settings that may change when a run is resumed: finished epochs do not depend on them.
const MAY_CHANGE: [&str; 6] = [
    "epochs",
    "early_stopping_patience",
    "restore_best_weights",
    "keep_last",
    "keep_every",
    "tensorboard",
];

impl RunConfig {
    /// Lists the keys in which two configurations differ, with both values.
    ///
    /// # Errors
    ///
    /// [`Error::ToToml`] if a setting cannot be written as TOML.
    pub fn differences(&self, other: &Self) -> Result<Vec<Difference>> {
        let (ours, theirs) = (settings_of(self)?, settings_of(other)?);
        let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        let shown =
            |table: &Table, key: &String| table.get(key).map_or("-".to_owned(), Value::to_string);
        Ok(keys
            .into_iter()
            .filter(|key| ours.get(*key) != theirs.get(*key))
            .map(|key| Difference {
                key: key.clone(),
                values: [shown(&ours, key), shown(&theirs, key)],
            })
            .collect())
    }

    /// Lists the settings that have changed since a run was trained, without files that are the
    /// same, or whose content is compared elsewhere.
    pub(crate) fn changed_since(
        &self,
        finished: &Self,
        files: ComparedFiles,
    ) -> Result<Vec<Difference>> {
        let mut changed = finished.differences(self)?;
        changed.retain(|difference| match difference.key.as_str() {
            "data" if files.data == Compared::ByContent => false,
            "data" => !are_same_files(&self.data, &finished.data),
            "init" => !is_same_file(self.init.as_ref(), finished.init.as_ref(), files.init),
            "batch_order" => {
                let (ours, theirs) = (self.batch_order.as_ref(), finished.batch_order.as_ref());
                !is_same_file(ours, theirs, files.batch_order)
            }
            "without" => {
                let (ours, theirs) = (self.without.as_ref(), finished.without.as_ref());
                !is_same_file(ours, theirs, files.without)
            }
            _ => true,
        });
        Ok(changed)
    }

    /// Returns an error if a run would be resumed with other settings than its finished epochs had.
    pub(crate) fn check_same_run(&self, finished: &Self, files: ComparedFiles) -> Result<()> {
        let mut changed = self.changed_since(finished, files)?;
        changed.retain(|difference| !MAY_CHANGE.contains(&difference.key.as_str()));
        if changed.is_empty() {
            return Ok(());
        }
        Err(Error::OtherSettings {
            changed,
            may_change: &MAY_CHANGE,
        })
    }
}

/// Says whether a file is the same, or may be by its path.
fn is_same_file(ours: Option<&PathBuf>, theirs: Option<&PathBuf>, compared: Compared) -> bool {
    match compared {
        Compared::ByPath => are_same_files(ours, theirs),
        Compared::ByContent => ours.is_some() == theirs.is_some(),
    }
}

/// Says whether paths lead to the same files, however they are spelled.
fn are_same_files<'a>(
    ours: impl IntoIterator<Item = &'a PathBuf>,
    theirs: impl IntoIterator<Item = &'a PathBuf>,
) -> bool {
    let resolved = |path: &PathBuf| resolve(path);
    ours.into_iter()
        .map(resolved)
        .eq(theirs.into_iter().map(resolved))
}

fn resolve(path: &Path) -> PathBuf {
    // A path that does not exist stays as it is.
    fs_err::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn all(compared: Compared) -> ComparedFiles {
        ComparedFiles {
            data: compared,
            init: compared,
            batch_order: compared,
            without: compared,
        }
    }

    const BY_PATH: ComparedFiles = all(Compared::ByPath);
    const BY_CONTENT: ComparedFiles = all(Compared::ByContent);

    #[test]
    fn a_moved_file_may_be_the_same_but_not_one_that_is_gone_from_the_settings() {
        let config = |init: Option<&str>| RunConfig {
            init: init.map(PathBuf::from),
            batch_order: init.map(PathBuf::from),
            without: init.map(PathBuf::from),
            ..RunConfig::default()
        };
        let finished = config(Some("/a"));
        for (now, files, keys) in [
            (Some("/a"), BY_PATH, 0),
            (Some("/b"), BY_PATH, 3),
            (Some("/b"), BY_CONTENT, 0),
            (None, BY_CONTENT, 3),
        ] {
            let changed = config(now).changed_since(&finished, files).unwrap();
            assert_eq!(changed.len(), keys, "{now:?} {files:?}");
        }
    }

    #[test]
    fn another_spelling_of_a_path_is_the_same_path_and_other_data_may_be_compared_by_content() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir(folder.path().join("digits")).unwrap();
        let config = |data: &str| RunConfig {
            data: vec![folder.path().join(data)],
            ..RunConfig::default()
        };
        let finished = config("digits");
        let check = |data, compared| config(data).check_same_run(&finished, compared);
        check("digits/../digits/", BY_PATH).unwrap();
        check("moved", BY_CONTENT).unwrap();
        let message = check("moved", BY_PATH).unwrap_err().to_string();
        assert!(message.contains("data (was "), "{message}");
    }

    #[test]
    fn a_run_is_resumed_only_with_its_own_settings() {
        let finished = RunConfig::default();
        let mut config = finished.clone();
        (config.epochs, config.keep_last) = (99, 5);
        config.check_same_run(&finished, BY_CONTENT).unwrap();
        (config.seed, config.clipnorm) = (1, Some(0.5));
        let error = config.check_same_run(&finished, BY_CONTENT).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("seed (was 0, is 1)"), "{message}");
        assert!(message.contains("clipnorm (was -, is 0.5)"), "{message}");
        assert!(!message.contains("epochs (was"), "{message}");
    }
}
