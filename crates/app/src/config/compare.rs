//! Compares configurations, and lists the settings that may change when a run is resumed.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::config::run_config::RunConfig;
use crate::support::cause::Difference;
use crate::support::error::{Error, Result};

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
        let (ours, theirs) = (Table::try_from(self)?, Table::try_from(other)?);
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

    /// Returns an error if a run would be resumed with other settings than its finished epochs had.
    pub(crate) fn check_same_run(&self, finished: &Self) -> Result<()> {
        let mut changed = finished.differences(self)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_resumed_only_with_its_own_settings() {
        let finished = RunConfig::default();
        let mut config = finished.clone();
        (config.epochs, config.keep_last) = (99, 5);
        config.check_same_run(&finished).unwrap();
        (config.seed, config.clipnorm) = (1, Some(0.5));
        let message = config.check_same_run(&finished).unwrap_err().to_string();
        assert!(message.contains("seed (was 0, is 1)"), "{message}");
        assert!(message.contains("clipnorm (was -, is 0.5)"), "{message}");
        assert!(!message.contains("epochs (was"), "{message}");
    }
}
