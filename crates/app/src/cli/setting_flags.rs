//! The settings of a run as flags; those that are given override a configuration.

use std::collections::BTreeSet;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use toml::{Table, Value};

use crate::cli::help::help_with_default;
use crate::config::run_config::{HEADINGS, RunConfig};
use crate::config::setting_names::keys;
use crate::config::setting_table::settings_of;
use crate::support::error::Result;
use crate::support::shell::word;

/// The given flags that are named after keys of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct SettingFlags(ArgMatches);

impl SettingFlags {
    /// Overrides `config` with a configuration file, if there is one, and then with the flags.
    pub(crate) fn over(&self, config: &RunConfig, file: Option<&Path>) -> Result<RunConfig> {
        let mut config = match file {
            Some(file) => config.with_file(file)?,
            None => config.clone(),
        };
        config
            .update_from_arg_matches(&self.0)
            // The command line was already parsed with the same arguments.
            .expect("the flags were already parsed");
        config.checked()
    }
}

impl SettingFlags {
    /// The keys that were given as flags.
    pub(crate) fn flags(&self) -> BTreeSet<String> {
        // The struct is a group of its own, which is no key.
        let ids = self.0.ids().map(clap::Id::as_str);
        let ids = ids.filter(|id| *id != "RunConfig");
        let given = ids.filter(|id| self.0.value_source(id) == Some(ValueSource::CommandLine));
        given.map(str::to_owned).collect()
    }

    /// The given flags as they are typed in a shell.
    pub(crate) fn typed(&self) -> String {
        // Beside them there are those of the whole program, such as the backend.
        let settings = keys();
        let flags = self.flags().into_iter();
        let flags = flags.filter(|key| settings.contains(key)).map(|key| {
            let values = self.0.get_raw(&key).into_iter().flatten().map(word);
            let name = format!("--{}", key.replace('_', "-"));
            let words: Vec<String> = std::iter::once(name).chain(values).collect();
            words.join(" ")
        });
        flags.collect::<Vec<_>>().join(" ")
    }

    /// The keys that were given: all flags, and the keys of the file that are not the defaults,
    /// because a file may be a copy of all settings.
    pub(crate) fn given(&self, file: Option<&Path>) -> Result<BTreeSet<String>> {
        match file {
            Some(file) => self.given_beside(&RunConfig::default().with_file(file)?),
            None => Ok(self.flags()),
        }
    }

    /// The same for the settings of a file that is already read.
    pub(crate) fn given_beside(&self, of_file: &RunConfig) -> Result<BTreeSet<String>> {
        let mut given = self.flags();
        let differences = RunConfig::default().differences(of_file)?;
        given.extend(differences.into_iter().map(|difference| difference.key));
        Ok(given)
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        command.args(settings())
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.args(settings())
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

/// The flags in the order of their headings, with the default of each in its help.
fn settings() -> Vec<Arg> {
    let defaults = settings_of(&RunConfig::default());
    // Every setting can be written as TOML.
    let defaults = defaults.expect("the defaults are TOML");
    let flags = RunConfig::augment_args_for_update(Command::new("settings"));
    let flags = flags.get_arguments().cloned();
    let mut flags: Vec<Arg> = flags.map(|flag| with_default(flag, &defaults)).collect();
    flags.sort_by_key(|flag| {
        let heading = flag.get_help_heading();
        HEADINGS.iter().position(|found| Some(*found) == heading)
    });
    flags
}

/// Adds ` [default: 20]` to the help of a flag, if it has a default.
fn with_default(flag: Arg, defaults: &Table) -> Arg {
    // `--epochs -1` is a number out of range, and not an unknown flag.
    let flag = flag.allow_negative_numbers(true);
    let Some(default) = defaults.get(flag.get_id().as_str()).and_then(shown) else {
        return flag;
    };
    help_with_default(flag, &default)
}

/// A value as it is written on the command line; none for an empty list.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(values) if values.is_empty() => None,
        Value::Array(values) => {
            let values: Vec<String> = values.iter().filter_map(shown).collect();
            Some(values.join(","))
        }
        // 1e-7 and not 0.0000001.
        Value::Float(number) => Some(format!("{number:?}")),
        value => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Flags {
        #[command(flatten)]
        settings: SettingFlags,
    }

    fn given(flags: &[&str], file: Option<&Path>) -> RunConfig {
        let flags = Flags::parse_from([&["app"], flags].concat());
        flags.settings.over(&RunConfig::default(), file).unwrap()
    }

    #[test]
    fn flags_override_the_file_and_the_file_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.toml");
        fs_err::write(&file, "epochs = 7\nbatch_size = 16\n").unwrap();
        let expected = RunConfig {
            epochs: 3,
            batch_size: 16,
            ..RunConfig::default()
        };
        assert_eq!(given(&["--epochs", "3"], Some(&file)), expected);
        assert_eq!(given(&[], None), RunConfig::default());
    }

    #[test]
    fn given_are_all_flags_and_what_a_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.toml");
        fs_err::write(&file, "epochs = 20\nbatch_size = 16\n").unwrap();
        let flags = Flags::parse_from(["app", "--alpha", "0", "--seed=0"]);
        let given = flags.settings.given(Some(&file)).unwrap();
        let keys: Vec<&str> = given.iter().map(String::as_str).collect();
        // 20 epochs are the default.
        assert_eq!(keys, ["alpha", "batch_size", "seed"]);
    }

    #[test]
    fn a_switch_can_be_set_and_unset() {
        let set = |flags: &[&str]| given(flags, None).tensorboard;
        assert!(!set(&[]));
        assert!(set(&["--tensorboard"]));
        assert!(set(&["--tensorboard", "true"]));
        assert!(!set(&["--tensorboard", "false"]));
    }

    #[test]
    fn pairs_and_choices_are_read() {
        let config = given(
            &["--digits", "3,8", "--fold", "2,5", "--engine", "burn"],
            None,
        );
        assert_eq!((config.digits.0, config.fold), (vec![3, 8], Some([2, 5])));
        assert_eq!(config.engine, crate::config::choices::EngineName::Burn);
    }
}
