//! The names of the settings, and which of them a mistyped one is meant to be.

use clap::Args;

use crate::config::run_config::RunConfig;
use crate::config::setting_table::{TABLE, key_in_table};
use crate::support::similar::most_similar;

/// The keys of all settings.
pub(crate) fn keys() -> Vec<String> {
    let keys = RunConfig::augment_args(clap::Command::new(""));
    let keys = keys.get_arguments().map(|key| key.get_id().to_string());
    keys.collect()
}

/// Says that there is no setting of this name, and which one may be meant; none if there is.
pub(crate) fn unknown_setting(key: &str) -> Option<String> {
    let keys = keys();
    if keys.iter().any(|known| known == key) {
        return None;
    }
    let similar = most_similar(key, keys.iter().cloned());
    if let Some(key) = key_in_table(key) {
        let in_table = keys.iter().filter_map(|known| key_in_table(known));
        let similar = most_similar(key, in_table.map(str::to_owned));
        return Some(match similar {
            Some(similar) => format!("no such setting; a similar one exists: {similar}"),
            None => format!("no such setting of [{TABLE}]; configs/default.toml has all"),
        });
    }
    Some(match similar.or_else(|| abbreviated(key, &keys)) {
        Some(similar) => format!("no such setting; a similar one exists: {similar}"),
        None => "no such setting; configs/default.toml has all".to_owned(),
    })
}

/// The setting of which the initials are `key`, such as `lr` for `learning_rate`.
fn abbreviated(key: &str, keys: &[String]) -> Option<String> {
    let initials =
        |name: &str| -> String { name.split('_').filter_map(|it| it.chars().next()).collect() };
    let found = keys
        .iter()
        .find(|name| name.contains('_') && initials(name) == key);
    found.cloned()
}
