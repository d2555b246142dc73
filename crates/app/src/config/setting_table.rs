//! The settings by key, each with one name: `rotate` in the table `[augment]` of a file is `augment_rotate`, as its flag.

use toml::{Table, Value};

use crate::config::run_config::RunConfig;
use crate::support::error::Result;

/// The only table of settings in a file.
pub(crate) const TABLE: &str = "augment";

/// The name of a setting in the table.
pub(crate) fn name_in_table(key: &str) -> String {
    format!("{TABLE}_{key}")
}

/// The key in the table of a setting with this name, if it belongs there.
pub(crate) fn key_in_table(name: &str) -> Option<&str> {
    name.strip_prefix(TABLE)?.strip_prefix('_')
}

/// All settings that are set, by their names.
pub(crate) fn settings_of(config: &RunConfig) -> Result<Table> {
    let mut settings = Table::try_from(config)?;
    if let Some(Value::Table(of_table)) = settings.remove(TABLE) {
        let named = of_table.into_iter();
        settings.extend(named.map(|(key, value)| (name_in_table(&key), value)));
    }
    Ok(settings)
}

/// The configuration of these settings, the reverse of [`settings_of`].
pub(crate) fn config_of(settings: Table) -> Result<RunConfig, toml::de::Error> {
    let (mut file, mut table) = (Table::new(), Table::new());
    for (name, value) in settings {
        match key_in_table(&name) {
            Some(key) => _ = table.insert(key.to_owned(), value),
            None => _ = file.insert(name, value),
        }
    }
    file.insert(TABLE.to_owned(), Value::Table(table));
    file.try_into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::setting_names::keys;

    #[test]
    fn settings_have_the_names_of_their_flags_and_come_back_unchanged() {
        let mut config = RunConfig::default();
        config.augment.rotate = 7.5;
        config.epochs = 3;
        let settings = settings_of(&config).unwrap();
        assert_eq!(settings["augment_rotate"].as_float(), Some(7.5));
        assert_eq!(settings["epochs"].as_integer(), Some(3));
        let keys = keys();
        assert!(settings.keys().all(|name| keys.contains(name)));
        for name in keys.iter().filter(|key| key.starts_with("augment")) {
            assert!(settings.contains_key(name), "{name}");
        }
        assert_eq!(config_of(settings).unwrap(), config);
    }
}
