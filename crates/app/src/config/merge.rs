//! The defaults, configuration files that override them, and the `config.toml` of a run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Spanned, Table, Value};

use crate::config::built_in::{BUILT_IN, built_in, expected, expected_for_sweep, similar};
use crate::config::file_text::{Given, given, read_text, toml_error};
use crate::config::run_config::RunConfig;
use crate::config::setting_names::unknown_setting;
use crate::config::setting_table::{config_of, settings_of};
use crate::fetch::data_set::resolved;
use crate::support::error::{Error, Result};
use crate::support::missing::check_exists;

/// The defaults; they are defined only here.
pub(crate) const DEFAULTS: &str = BUILT_IN[0].text;

/// What the value of a setting with two numbers is.
const PAIR: &str = "expected a pair, such as [25, 15]";

impl Default for RunConfig {
    /// The settings of `configs/default.toml`.
    fn default() -> Self {
        // The file is compiled in and every test that trains reads it.
        toml::from_str(DEFAULTS).expect("configs/default.toml has every key")
    }
}

impl RunConfig {
    /// Overrides these settings with those of a configuration file, or with those of a built-in
    /// configuration that `path` names: `default`, `lab`, `ten` or `robust`.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::Unreadable`], [`Error::NotUtf8`] and [`Error::Toml`] if the file
    /// is not a valid configuration. The values are checked by [`checked`](Self::checked).
    pub fn with_file(&self, path: &Path) -> Result<Self> {
        match self.merged_with(path, expected(path))? {
            (config, None) => Ok(config),
            (_, Some(_)) => Err(Error::Toml {
                path: path.to_owned(),
                excerpt: "[sweep]: only `app sweep` uses this table".to_owned(),
            }),
        }
    }

    /// The same for a file that may have a table `sweep`, which is returned as it is.
    ///
    /// # Errors
    ///
    /// As [`with_file`](Self::with_file).
    pub(crate) fn with_sweep_file(&self, path: &Path) -> Result<(Self, Option<Value>)> {
        self.merged_with(path, expected_for_sweep(path))
    }

    /// Reads a file, which is to be what `expected` says.
    fn merged_with(&self, path: &Path, expected: &'static str) -> Result<(Self, Option<Value>)> {
        let text = if let Some(text) = built_in(path) {
            text.to_owned()
        } else {
            check_exists(path, expected).map_err(|error| match error {
                Error::Missing {
                    path: typed,
                    expected,
                    similar: None,
                } => Error::Missing {
                    path: typed,
                    expected,
                    similar: similar(path),
                },
                error => error,
            })?;
            read_text(path)?
        };
        let mut keys: BTreeMap<String, Spanned<Value>> =
            toml::from_str(&text).map_err(|error| toml_error(path, &error))?;
        let sweep = keys.remove("sweep").map(Spanned::into_inner);
        let mut merged = settings_of(self)?;
        let mut config = self.clone();
        for Given { name, value, line } in given(keys, &text, path)? {
            merged.insert(name.clone(), value);
            // One key at a time, so that an error can name its line.
            config = config_of(merged.clone()).map_err(|error| Error::Toml {
                path: path.to_owned(),
                excerpt: format!("{line}: {}", explained(&name, &error)),
            })?;
        }
        Ok((config, sweep))
    }

    /// Overrides some settings.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] for a value of another type than its key has.
    pub(crate) fn with_settings(&self, settings: &Table) -> Result<Self> {
        let mut merged = settings_of(self)?;
        let mut config = self.clone();
        for (key, value) in settings {
            merged.insert(key.clone(), value.clone());
            config = config_of(merged.clone()).map_err(|error| Error::Value {
                key: key.clone(),
                message: first_line(explained(key, &error).trim()),
            })?;
        }
        Ok(config)
    }

    /// Makes the paths absolute, so that a run can be opened from any directory, with the folder of
    /// a downloaded data set in the place of its name, and checks all settings.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] and [`Error::Contradiction`] for invalid settings.
    pub fn checked(mut self) -> Result<Self> {
        let lists = self.batch_order.iter_mut().chain(&mut self.without);
        let files = self.init.iter_mut().chain(lists);
        for path in &mut self.data {
            *path = resolved(path);
        }
        for path in self.data.iter_mut().chain(files) {
            *path = absolute(path)?;
        }
        self.check()?;
        Ok(self)
    }

    /// Reads the `config.toml` of a run directory.
    ///
    /// # Errors
    ///
    /// As [`with_file`](Self::with_file) and [`checked`](Self::checked).
    pub fn read(path: &Path) -> Result<Self> {
        let text = read_text(path)?;
        let config: Self = toml::from_str(&text).map_err(|error| toml_error(path, &error))?;
        let epochs = if config.is_imported() {
            1
        } else {
            config.epochs
        };
        let trained = Self {
            epochs,
            ..config.clone()
        };
        trained.check().map_err(|source| Error::InFile {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Ok(config)
    }

    /// Writes every key, so that the file describes the run completely.
    ///
    /// # Errors
    ///
    /// [`Error::ToToml`] if a setting cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String> {
        Ok(toml::to_string(self)?)
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(Error::Unreadable)
}

/// What is wrong with the value of a key, without the names of Rust's types.
fn explained(key: &str, error: &toml::de::Error) -> String {
    if let Some(unknown) = unknown_setting(key) {
        return unknown;
    }
    without_types(&error.to_string())
}

/// The same message without the names of Rust's types.
pub(crate) fn without_types(message: &str) -> String {
    let mut message = message.to_owned();
    for (rust, plain) in [
        ("expected usize", "expected a whole number"),
        ("expected u32", "expected a whole number up to 4294967295"),
        ("expected u8", "expected a whole number up to 255"),
        ("expected f64", "expected a number"),
        ("expected an array of length 2", PAIR),
        ("expected struct SweepTable", "expected a table"),
        ("expected a map", "expected a table"),
        ("invalid type: sequence", "invalid type: list"),
    ] {
        message = message.replace(rust, plain);
    }
    message
}

/// The first line of a message about a key, because the second names the key again; of a pair with how several of them are
/// written.
fn first_line(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    if first.ends_with(PAIR) {
        format!("{first}; write several pairs as '[[25,15],[100,50]]'")
    } else {
        first.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::choices::ScheduleName;
    use crate::support::error_kind::ErrorKind;

    fn of_file(text: &str) -> Result<RunConfig> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.toml");
        fs_err::write(&path, text).unwrap();
        RunConfig::default().with_file(&path)?.checked()
    }

    #[test]
    fn a_file_overrides_the_defaults_and_nothing_else() {
        let config = of_file("epochs = 7\nbatch_size = 16\n").unwrap();
        let expected = RunConfig {
            epochs: 7,
            batch_size: 16,
            ..RunConfig::default()
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn the_lab_s_file_is_the_notebook_s_recipe() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs/lab.toml");
        let config = RunConfig::default().with_file(&path).unwrap();
        let mut recipe = RunConfig::default();
        (recipe.seed, recipe.digits.0, recipe.validation_split) = (0, vec![0, 1], 0.0);
        (recipe.epochs, recipe.batch_size, recipe.hidden_units) = (20, 32, [25, 15]);
        (recipe.learning_rate, recipe.learning_rate_schedule) = (0.001, ScheduleName::Constant);
        (recipe.beta_1, recipe.beta_2, recipe.epsilon) = (0.9, 0.999, 1e-7);
        assert_eq!(config, recipe);
    }

    #[test]
    fn a_written_configuration_is_read_back_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let config = RunConfig {
            seed: 41,
            learning_rate: 0.1 + 0.2,
            ..RunConfig::default()
        };
        fs_err::write(&path, config.to_toml().unwrap()).unwrap();
        assert_eq!(RunConfig::read(&path).unwrap(), config);
    }

    #[test]
    fn an_old_run_s_configuration_without_newer_keys_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let text = RunConfig::default().to_toml().unwrap();
        let newer = ["engine", "shuffle_buffer"];
        // A table stands at the end.
        let (text, _) = text.split_once("[augment]").unwrap();
        let old = text.lines();
        let old = old.filter(|line| !newer.iter().any(|key| line.starts_with(key)));
        fs_err::write(&path, old.collect::<Vec<_>>().join("\n")).unwrap();
        let expected = RunConfig {
            shuffle_buffer: 1_000_000,
            ..RunConfig::default()
        };
        assert_eq!(RunConfig::read(&path).unwrap(), expected);
    }

    #[test]
    fn invalid_settings_are_refused_with_their_key_or_line() {
        for (text, names) in [
            ("epoch = 3", "no such setting"),
            ("epochs = \"3\"", "epochs"),
            (
                "epochs = 0",
                "epochs: expected a whole number from 1 to 1,000,000, found 0",
            ),
            ("\n\nepochs = -1", "line 3: epochs = -1"),
            ("\nbatch_size = 0", "batch_size"),
            (
                "digits = [1, 1]",
                "digits: expected at least two different digits",
            ),
            ("digits = [1, 10]", "digits"),
            ("digits = [1]", "digits"),
            ("validation_split = 1.0", "validation_split"),
            ("learning_rate = nan", "learning_rate"),
            ("learning_rate = -0.1", "learning_rate"),
            ("beta_1 = 1", "beta_1"),
            ("epsilon = 0", "epsilon"),
            ("hidden_units = [0, 5]", "hidden_units"),
            ("pixel_order = \"diagonal\"", "diagonal"),
            ("epochs = 3\nepochs = 4", "duplicate"),
            ("epochs", "line 1"),
            ("fold = [6, 5]", "fold"),
            ("class_weight = [1.0, -1.0]", "class_weight"),
            ("engine = \"keras\"", "line 1: engine = \"keras\""),
            ("learning_rate_schedule = \"linear\"", "linear"),
            ("decay_steps = 0", "decay_steps"),
            ("alpha = 2", "alpha"),
            ("clipnorm = 0", "clipnorm"),
            ("clipnorm = 1\nclipvalue = 1", "only one of them"),
            ("monitor = \"f1\"", "f1"),
            ("plateau_factor = 1", "plateau_factor"),
            (
                "plateau_patience = 1\nlearning_rate_schedule = \"step\"",
                "already follows a schedule",
            ),
            ("early_stopping_min_delta = -1", "early_stopping_min_delta"),
            ("keep_last = 0", "keep_last"),
            (
                "overfit_batches = 1\nbatch_order = \"order.csv\"",
                "set only one",
            ),
        ] {
            assert_refused(text, names);
        }
    }

    #[track_caller]
    fn assert_refused(text: &str, names: &str) {
        let error = of_file(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadInput, "{text:?} gave {error}");
        assert!(error.to_string().contains(names), "{text:?} gave {error}");
    }

    #[test]
    fn the_table_of_augmentation_is_strict_and_its_numbers_have_ranges() {
        for (text, names) in [
            (
                "epochs = 3\n[augment]\nshift = 1\nrotat = 3",
                "line 4: rotat = 3: no such setting; a similar one exists: rotate",
            ),
            ("\naugment.rotat = 3", "line 2: augment.rotat = 3: no such"),
            (
                "augment = { brightness = 3 }",
                "line 1: augment = { brightness = 3 }: no such setting of [augment]",
            ),
            (
                "[augment]\n  rotate = \"far\"",
                "line 2: rotate = \"far\": ",
            ),
            (
                "augment = 3",
                "line 1: augment = 3: expected a table, [augment]",
            ),
            (
                "augment_rotate = 3",
                "no such setting; rotate in the table [augment] is meant",
            ),
            (
                "[augment]\nrotate = 181",
                "augment_rotate: expected a number from 0 to 180, found 181.0",
            ),
            (
                "[augment]\nshift = -1",
                "augment_shift: expected a number from 0 to 10",
            ),
            (
                "[augment]\nscale = 0.95",
                "augment_scale: expected a number from 0 to 0.9",
            ),
            (
                "[augment]\nshear = 61",
                "augment_shear: expected a number from 0 to 60",
            ),
            (
                "[augment]\nthickness = 1.5",
                "augment_thickness: expected a number from 0 to 1",
            ),
            (
                "[augment]\nelastic = nan",
                "augment_elastic: expected a number from 0 to 5",
            ),
            (
                "[augment]\nnoise = inf",
                "augment_noise: expected a number from 0 to 1",
            ),
            (
                "[augment]\ncontrast = 1",
                "augment_contrast: expected a number from 0 to 0.9",
            ),
        ] {
            assert_refused(text, names);
        }
    }
}
