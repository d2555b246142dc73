//! What a run is made with: the settings of defaults, file and flags, resolved, checked once and
//! kept in the run's directory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use model::{Adam, Decay, MlpConfig, Schedule};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::cli::PixelOrderName;
use crate::failure::BadInput;
use crate::monitor::{Monitor, MonitorMode};
use crate::settings::{ScheduleName, Settings};

/// The defaults, and the one place where they stand.
const DEFAULT: &str = include_str!("../../../configs/default.toml");

/// All settings of a run, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunConfig {
    pub(crate) seed: u32,
    /// No path means the digits compiled in.
    pub(crate) data: Vec<PathBuf>,
    pub(crate) pixel_order: PixelOrderName,
    /// The negative digit, then the positive one.
    pub(crate) digits: [u8; 2],
    pub(crate) validation_split: f64,
    /// Which part is held out, from 1, and of how many.
    pub(crate) fold: Option<[usize; 2]>,
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    /// Images that are held in memory and shuffled together.
    #[serde(default = "every_image")]
    pub(crate) shuffle_buffer: usize,
    pub(crate) batch_order: Option<PathBuf>,
    pub(crate) overfit_batches: Option<usize>,
    pub(crate) hidden_units: [usize; 2],
    pub(crate) init: Option<PathBuf>,
    pub(crate) class_weight: Option<[f64; 2]>,
    pub(crate) learning_rate: f64,
    pub(crate) learning_rate_schedule: ScheduleName,
    pub(crate) warmup_steps: usize,
    /// None until the number of steps is known: see [`Self::settle`].
    pub(crate) decay_steps: Option<usize>,
    pub(crate) decay_rate: f64,
    pub(crate) alpha: f64,
    pub(crate) beta_1: f64,
    pub(crate) beta_2: f64,
    pub(crate) epsilon: f64,
    pub(crate) clipnorm: Option<f64>,
    pub(crate) clipvalue: Option<f64>,
    pub(crate) global_clipnorm: Option<f64>,
    /// None until it is known whether anything is held out: see [`Self::settle`].
    pub(crate) monitor: Option<Monitor>,
    pub(crate) monitor_mode: Option<MonitorMode>,
    pub(crate) early_stopping_patience: Option<usize>,
    pub(crate) early_stopping_min_delta: f64,
    pub(crate) restore_best_weights: bool,
    pub(crate) plateau_patience: Option<usize>,
    pub(crate) plateau_factor: f64,
    pub(crate) plateau_min_delta: f64,
    pub(crate) plateau_cooldown: usize,
    pub(crate) plateau_min_learning_rate: f64,
    pub(crate) keep_last: usize,
    pub(crate) keep_every: usize,
    pub(crate) tensorboard: bool,
}

/// The shuffle buffer of runs from before there was one.
fn every_image() -> usize {
    MOST
}

/// What may differ when a run is gone on with: it does not touch the epochs that are over.
const MAY_CHANGE: [&str; 6] = [
    "epochs",
    "early_stopping_patience",
    "restore_best_weights",
    "keep_last",
    "keep_every",
    "tensorboard",
];

impl RunConfig {
    /// Puts the flags over the file, and the file over the defaults.
    pub(crate) fn resolve(file: Option<&Path>, flags: &Settings) -> anyhow::Result<Self> {
        Self::defaults()?.with(file, flags)
    }

    /// Puts the flags over the file, and the file over these settings.
    pub(crate) fn with(&self, file: Option<&Path>, flags: &Settings) -> anyhow::Result<Self> {
        let mut keys = Table::try_from(self)?;
        if let Some(path) = file {
            keys.extend(Table::try_from(read_toml::<Settings>(path)?)?);
        }
        keys.extend(Table::try_from(flags)?);
        let mut config: Self = keys.try_into()?;
        // A run is looked at from other directories than it was started in.
        for path in config
            .data
            .iter_mut()
            .chain(&mut config.init)
            .chain(&mut config.batch_order)
        {
            *path = std::path::absolute(&*path)
                .with_context(|| format!("cannot resolve {}", path.display()))?;
        }
        config.check()?;
        Ok(config)
    }

    /// The settings of `configs/default.toml`.
    pub(crate) fn defaults() -> anyhow::Result<Self> {
        toml::from_str(DEFAULT).context("configs/default.toml, compiled in")
    }

    /// Reads the resolved configuration of a run.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let config: Self = read_toml(path)?;
        config
            .check()
            .map_err(|BadInput(message)| BadInput(format!("{}: {message}", path.display())))?;
        Ok(config)
    }

    /// Writes every key, so that the file alone says what the run was made with.
    pub(crate) fn to_toml(&self) -> anyhow::Result<String> {
        Ok(toml::to_string(self)?)
    }

    pub(crate) fn model(&self) -> MlpConfig {
        MlpConfig {
            hidden_units: self.hidden_units,
        }
    }

    pub(crate) fn adam(&self) -> Adam {
        Adam {
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon,
        }
    }

    /// What the losses of the negative and of the positive digit count.
    pub(crate) fn loss_weights(&self) -> Option<[f32; 2]> {
        #[expect(clippy::cast_possible_truncation, reason = "losses are f32")]
        let number = |weight: f64| weight as f32;
        self.class_weight.map(|weights| weights.map(number))
    }

    /// Fills in the two settings whose default depends on the data.
    pub(crate) fn settle(&mut self, train: usize, validation: usize) -> Result<(), BadInput> {
        let held_out = validation > 0;
        let monitor = *self.monitor.get_or_insert(if held_out {
            Monitor::ValLoss
        } else {
            Monitor::Loss
        });
        if monitor.is_of_validation() && !held_out {
            let message = format!(
                "monitor: nothing is held out, so that there is no {monitor}; set a validation_split, or monitor loss"
            );
            return Err(BadInput(message));
        }
        let epoch = train.div_ceil(self.batch_size);
        let of_all = (epoch * self.epochs)
            .saturating_sub(self.warmup_steps)
            .max(1);
        let steps = match self.learning_rate_schedule {
            ScheduleName::Constant => return Ok(()),
            ScheduleName::Cosine => of_all,
            ScheduleName::Step | ScheduleName::Exponential => epoch,
        };
        self.decay_steps.get_or_insert(steps);
        Ok(())
    }

    /// The learning rate of each step, once the settings are settled.
    pub(crate) fn schedule(&self) -> Schedule {
        let decay_steps = self.decay_steps.unwrap_or(1);
        let decay_rate = self.decay_rate;
        let decay = match self.learning_rate_schedule {
            ScheduleName::Constant => Decay::Constant,
            ScheduleName::Cosine => Decay::Cosine {
                decay_steps,
                alpha: self.alpha,
            },
            ScheduleName::Step => Decay::Step {
                decay_steps,
                decay_rate,
            },
            ScheduleName::Exponential => Decay::Exponential {
                decay_steps,
                decay_rate,
            },
        };
        Schedule {
            learning_rate: self.learning_rate,
            warmup_steps: self.warmup_steps,
            decay,
        }
    }

    /// Lists the keys in which two configurations differ, with both values, `-` for none.
    pub(crate) fn differences(&self, other: &Self) -> anyhow::Result<Vec<Difference>> {
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

    /// Refuses a configuration that is not that of the epochs already done.
    pub(crate) fn check_same_run(&self, done: &Self) -> anyhow::Result<()> {
        let mut changed = done.differences(self)?;
        changed.retain(|difference| !MAY_CHANGE.contains(&difference.key.as_str()));
        if changed.is_empty() {
            return Ok(());
        }
        let changed: Vec<String> = changed
            .into_iter()
            .map(
                |Difference {
                     key,
                     values: [was, is],
                 }| format!("{key} (was {was}, is {is})"),
            )
            .collect();
        let message = format!(
            "the run was made with other settings: {}; only these may change: {}",
            changed.join(", "),
            MAY_CHANGE.join(", ")
        );
        Err(BadInput(message).into())
    }

    fn check(&self) -> Result<(), BadInput> {
        let [negative, positive] = self.digits;
        require(
            "digits",
            negative != positive && negative.max(positive) <= 9,
            "two different digits, 0 to 9",
            self.digits,
        )?;
        let paths = "one path, or one of images and one of labels";
        require("data", self.data.len() <= 2, paths, &self.data)?;
        require(
            "validation_split",
            (0.0..1.0).contains(&self.validation_split),
            "a share from 0 up to, not including, 1",
            self.validation_split,
        )?;
        if let Some([part, parts]) = self.fold {
            let expected = "I,K with I from 1 to K, and K from 2 to 1,000";
            let holds = (2..=1000).contains(&parts) && (1..=parts).contains(&part);
            require("fold", holds, expected, self.fold)?;
        }
        require_steps("epochs", 1, Some(self.epochs))?;
        require_steps("batch_size", 1, Some(self.batch_size))?;
        require_steps("shuffle_buffer", 1, Some(self.shuffle_buffer))?;
        require_steps("overfit_batches", 1, self.overfit_batches)?;
        require(
            "hidden_units",
            self.hidden_units
                .iter()
                .all(|units| (1..=65_536).contains(units)),
            "two layers of 1 to 65,536 units",
            self.hidden_units,
        )?;
        if let Some([negative, positive]) = self.class_weight {
            require_positive("class_weight", Some(negative))?;
            require_positive("class_weight", Some(positive))?;
        }
        require_positive("learning_rate", Some(self.learning_rate))?;
        require_steps("warmup_steps", 0, Some(self.warmup_steps))?;
        require_steps("decay_steps", 1, self.decay_steps)?;
        require_share("decay_rate", self.decay_rate)?;
        require_share("alpha", self.alpha)?;
        for (key, beta) in [("beta_1", self.beta_1), ("beta_2", self.beta_2)] {
            let expected = "a number from 0 up to, not including, 1";
            require(key, (0.0..1.0).contains(&beta), expected, beta)?;
        }
        require_positive("epsilon", Some(self.epsilon))?;
        require_positive("clipnorm", self.clipnorm)?;
        require_positive("clipvalue", self.clipvalue)?;
        require_positive("global_clipnorm", self.global_clipnorm)?;
        require_steps("early_stopping_patience", 0, self.early_stopping_patience)?;
        require_not_negative("early_stopping_min_delta", self.early_stopping_min_delta)?;
        require_steps("plateau_patience", 0, self.plateau_patience)?;
        require(
            "plateau_factor",
            self.plateau_factor > 0.0 && self.plateau_factor < 1.0,
            "a number between 0 and 1",
            self.plateau_factor,
        )?;
        require_not_negative("plateau_min_delta", self.plateau_min_delta)?;
        require_steps("plateau_cooldown", 0, Some(self.plateau_cooldown))?;
        require_not_negative("plateau_min_learning_rate", self.plateau_min_learning_rate)?;
        require_steps("keep_last", 1, Some(self.keep_last))?;
        require_steps("keep_every", 0, Some(self.keep_every))?;
        self.check_contradictions()
    }

    /// Refuses settings that are fine one by one, but not together.
    fn check_contradictions(&self) -> Result<(), BadInput> {
        let clips = [self.clipnorm, self.clipvalue, self.global_clipnorm];
        let schedule = self.learning_rate_schedule;
        let contradictions = [
            (
                clips.iter().flatten().count() > 1,
                "clipnorm, clipvalue, global_clipnorm: only one of them can be set",
            ),
            (
                self.plateau_patience.is_some() && schedule != ScheduleName::Constant,
                "plateau_patience: the learning rate follows a schedule already; set \
                 learning_rate_schedule to \"constant\", or leave plateau_patience out",
            ),
            (
                self.decay_steps.is_some() && schedule == ScheduleName::Constant,
                "decay_steps: a constant learning rate has none; set learning_rate_schedule",
            ),
            (
                self.batch_order.is_some() && self.overfit_batches.is_some(),
                "batch_order, overfit_batches: both say which images an epoch visits; set one",
            ),
            (
                self.fold.is_some() && self.overfit_batches.is_some(),
                "fold, overfit_batches: both say which images are validated; set one",
            ),
        ];
        match contradictions.into_iter().find(|(holds, _)| *holds) {
            Some((_, message)) => Err(BadInput(message.to_owned())),
            None => Ok(()),
        }
    }
}

/// A key that two configurations set differently.
pub(crate) struct Difference {
    pub(crate) key: String,
    /// In TOML, `-` where the key is not set.
    pub(crate) values: [String; 2],
}

fn require(
    key: &str,
    holds: bool,
    expected: &str,
    found: impl std::fmt::Debug,
) -> Result<(), BadInput> {
    if holds {
        Ok(())
    } else {
        let message = format!("{key}: expected {expected}, found {found:?}");
        Err(BadInput(message))
    }
}

/// The largest count of anything: a day of the shortest epochs seen.
const MOST: usize = 1_000_000;

fn require_steps(key: &str, least: usize, found: Option<usize>) -> Result<(), BadInput> {
    let holds = found.is_none_or(|found| (least..=MOST).contains(&found));
    let expected = format!("a whole number from {least} to 1,000,000");
    require(key, holds, &expected, found.unwrap_or_default())
}

fn require_positive(key: &str, found: Option<f64>) -> Result<(), BadInput> {
    let holds = found.is_none_or(|found| found > 0.0 && found.is_finite());
    require(key, holds, "a number above 0", found.unwrap_or_default())
}

fn require_not_negative(key: &str, found: f64) -> Result<(), BadInput> {
    let holds = found >= 0.0 && found.is_finite();
    require(key, holds, "a number from 0 up", found)
}

fn require_share(key: &str, found: f64) -> Result<(), BadInput> {
    let holds = (0.0..=1.0).contains(&found);
    require(key, holds, "a number from 0 to 1", found)
}

fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs_err::read(path).map_err(|error| BadInput(error.to_string()))?;
    let text = String::from_utf8(text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        BadInput(format!("{}: not UTF-8 text at byte {at}", path.display()))
    })?;
    toml::from_str(&text).map_err(|error| {
        // The message shows the line, which in a file that is no text has no end.
        let shown = error.to_string();
        let lines = shown.lines().map(|line| line.chars().take(160).collect());
        let shown = lines.collect::<Vec<String>>().join("\n");
        BadInput(format!("{}: {shown}", path.display())).into()
    })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    fn refused(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.toml");
        fs_err::write(&path, text).unwrap();
        let error = RunConfig::resolve(Some(&path), &Settings::default()).unwrap_err();
        assert!(error.is::<BadInput>(), "{error:#}");
        format!("{error:#}")
    }

    #[test]
    fn the_file_goes_over_the_defaults_and_flags_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.toml");
        fs_err::write(&path, "epochs = 7\nbatch_size = 16\n").unwrap();
        let flags: Settings = toml::from_str("epochs = 3").unwrap();
        let config = RunConfig::resolve(Some(&path), &flags).unwrap();
        assert_eq!((config.epochs, config.batch_size), (3, 16));
        assert_eq!(config.digits, [0, 1]);
    }

    #[test]
    fn the_lab_s_file_is_the_notebook_s_recipe() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs/lab.toml");
        let config = RunConfig::resolve(Some(&path), &Settings::default()).unwrap();
        let mut recipe = RunConfig::defaults().unwrap();
        (recipe.seed, recipe.digits, recipe.validation_split) = (0, [0, 1], 0.0);
        (recipe.epochs, recipe.batch_size, recipe.hidden_units) = (20, 32, [25, 15]);
        (recipe.learning_rate, recipe.learning_rate_schedule) = (0.001, ScheduleName::Constant);
        (recipe.beta_1, recipe.beta_2, recipe.epsilon) = (0.9, 0.999, 1e-7);
        assert_eq!(config, recipe);
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let mut config = RunConfig::defaults().unwrap();
        config.seed = 41;
        config.learning_rate = 0.1 + 0.2;
        fs_err::write(&path, config.to_toml().unwrap()).unwrap();
        assert_eq!(RunConfig::read(&path).unwrap(), config);
    }

    #[test]
    fn refuses_what_it_cannot_mean_and_names_the_place() {
        for (text, names) in [
            ("epoch = 3", "unknown field `epoch`"),
            ("epochs = \"3\"", "epochs"),
            (
                "epochs = 0",
                "epochs: expected a whole number from 1 to 1,000,000, found 0",
            ),
            ("epochs = -1", "line 1"),
            ("\nbatch_size = 0", "batch_size"),
            ("digits = [1, 1]", "digits: expected two different digits"),
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
            ("learning_rate_schedule = \"linear\"", "linear"),
            ("decay_steps = 0", "decay_steps"),
            ("decay_steps = 10", "decay_steps: a constant"),
            ("alpha = 2", "alpha"),
            ("clipnorm = 0", "clipnorm"),
            ("clipnorm = 1\nclipvalue = 1", "only one of them"),
            ("monitor = \"f1\"", "f1"),
            ("plateau_factor = 1", "plateau_factor"),
            (
                "plateau_patience = 1\nlearning_rate_schedule = \"step\"",
                "schedule already",
            ),
            ("early_stopping_min_delta = -1", "early_stopping_min_delta"),
            ("keep_last = 0", "keep_last"),
            (
                "overfit_batches = 1\nbatch_order = \"order.csv\"",
                "set one",
            ),
        ] {
            let message = refused(text);
            assert!(message.contains(names), "{text:?} gave {message:?}");
        }
    }

    #[test]
    fn defaults_that_depend_on_the_data_are_settled() {
        let settled = |schedule, train, validation| {
            let mut config = RunConfig::defaults().unwrap();
            config.learning_rate_schedule = schedule;
            config.warmup_steps = 10;
            config.settle(train, validation).unwrap();
            (config.monitor.unwrap(), config.decay_steps)
        };
        // 801 images are 26 steps of 32 an epoch.
        let cosine = settled(ScheduleName::Cosine, 801, 200);
        assert_eq!(cosine, (Monitor::ValLoss, Some(26 * 20 - 10)));
        let step = settled(ScheduleName::Step, 801, 0);
        assert_eq!(step, (Monitor::Loss, Some(26)));
        assert_eq!(settled(ScheduleName::Constant, 801, 0).1, None);

        let mut config = RunConfig::defaults().unwrap();
        config.monitor = Some(Monitor::ValAccuracy);
        let message = config.settle(800, 0).unwrap_err().to_string();
        assert!(message.contains("no val_accuracy"), "{message}");
    }

    #[test]
    fn a_run_is_gone_on_with_only_under_its_own_settings() {
        let done = RunConfig::defaults().unwrap();
        let mut config = done.clone();
        (config.epochs, config.keep_last) = (99, 5);
        config.check_same_run(&done).unwrap();
        (config.seed, config.clipnorm) = (1, Some(0.5));
        let message = config.check_same_run(&done).unwrap_err().to_string();
        assert!(message.contains("seed (was 0, is 1)"), "{message}");
        assert!(message.contains("clipnorm (was -, is 0.5)"), "{message}");
        assert!(!message.contains("epochs (was"), "{message}");
    }

    #[test]
    fn the_learning_rates_are_those_of_keras_s_schedules() {
        let keras = include_str!("../tests/keras/callbacks.json");
        let keras: serde_json::Value = serde_json::from_str(keras).unwrap();
        let schedules = keras["schedules"].as_object().unwrap();
        assert_eq!(schedules.len(), 4);
        for (name, case) in schedules {
            let mut config = RunConfig::defaults().unwrap();
            let schedule = name.split(' ').next().unwrap();
            config.learning_rate_schedule = ScheduleName::from_str(schedule, false).unwrap();
            for (key, value) in case["parameters"].as_object().unwrap() {
                let count = || usize::try_from(value.as_u64().unwrap()).unwrap();
                match key.as_str() {
                    "learning_rate" => config.learning_rate = value.as_f64().unwrap(),
                    "alpha" => config.alpha = value.as_f64().unwrap(),
                    "decay_rate" => config.decay_rate = value.as_f64().unwrap(),
                    "decay_steps" => config.decay_steps = Some(count()),
                    "warmup_steps" => config.warmup_steps = count(),
                    other => panic!("{other}"),
                }
            }
            let steps = case["steps"].as_array().unwrap();
            let rates = case["learning_rates"].as_array().unwrap();
            for (step, rate) in steps.iter().zip(rates) {
                let step = usize::try_from(step.as_u64().unwrap()).unwrap();
                let (found, expected) = (config.schedule().at(step), rate.as_f64().unwrap());
                // Keras computes in f32.
                assert!(
                    (found - expected).abs() < 1e-9,
                    "{name}, step {step}: {found}"
                );
            }
        }
    }
}
