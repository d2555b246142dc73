//! What a run is made with: the keys of `configs/*.toml`, the flags of the same names, and the
//! resolved configuration that a run directory keeps.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use model::MlpConfig;
use serde::{Deserialize, Serialize};

use crate::cli::PixelOrderName;
use crate::failure::BadInput;

/// The defaults, and the one place where they stand.
const DEFAULT: &str = include_str!("../../../configs/default.toml");

/// Some of the settings: what a configuration file names, or the flags given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields)]
#[command(next_help_heading = "Settings, over those of the configuration file")]
pub(crate) struct Settings {
    /// Seed of the initial weights, of the split and of each epoch's order
    #[arg(long)]
    seed: Option<u64>,
    /// Digits: a folder or pair of IDX files (MNIST's, gzipped or not), of X.npy and y.npy, or a
    /// folder of pictures with a subfolder for each digit; told apart by content [default: the
    /// 5,000 digits compiled in]
    #[arg(long, value_name = "PATH", num_args = 1..=2)]
    data: Option<Vec<PathBuf>>,
    /// How .npy images are unrolled: the course's column by column, or row by row
    #[arg(long, value_enum)]
    pixel_order: Option<PixelOrderName>,
    /// The two digits to tell apart; the second is the positive one
    #[arg(long, value_name = "A,B", value_parser = two::<u8>)]
    digits: Option<[u8; 2]>,
    /// Share of each digit's images held out for validation, from 0 up to, not including, 1
    #[arg(long, value_name = "SHARE")]
    validation_split: Option<f64>,
    /// Passes over the training images
    #[arg(long)]
    epochs: Option<usize>,
    /// Images a training step
    #[arg(long)]
    batch_size: Option<usize>,
    /// Units of the two hidden layers
    #[arg(long, value_name = "A,B", value_parser = two::<usize>)]
    hidden_units: Option<[usize; 2]>,
    /// Adam's step size
    #[arg(long)]
    learning_rate: Option<f64>,
    /// Adam's decay of the mean of gradients
    #[arg(long = "beta-1", value_name = "BETA")]
    beta_1: Option<f64>,
    /// Adam's decay of the mean of squared gradients
    #[arg(long = "beta-2", value_name = "BETA")]
    beta_2: Option<f64>,
    /// Adam's guard against division by zero
    #[arg(long)]
    epsilon: Option<f64>,
}

/// All settings of a run, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunConfig {
    pub(crate) seed: u64,
    /// No path means the digits compiled in.
    pub(crate) data: Vec<PathBuf>,
    pub(crate) pixel_order: PixelOrderName,
    /// The negative digit, then the positive one.
    pub(crate) digits: [u8; 2],
    pub(crate) validation_split: f64,
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    pub(crate) hidden_units: [usize; 2],
    pub(crate) learning_rate: f64,
    pub(crate) beta_1: f64,
    pub(crate) beta_2: f64,
    pub(crate) epsilon: f64,
}

impl RunConfig {
    /// Puts the flags over the file, and the file over the defaults.
    pub(crate) fn resolve(file: Option<&Path>, flags: &Settings) -> anyhow::Result<Self> {
        let mut config = Self::defaults()?;
        if let Some(path) = file {
            config.replace(&read_toml(path)?);
        }
        config.replace(flags);
        // A run is looked at from other directories than it was started in.
        for path in &mut config.data {
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
        config.check()?;
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

    fn replace(&mut self, over: &Settings) {
        fn put<T: Clone>(value: &mut T, over: Option<&T>) {
            if let Some(over) = over {
                value.clone_from(over);
            }
        }
        put(&mut self.seed, over.seed.as_ref());
        put(&mut self.data, over.data.as_ref());
        put(&mut self.pixel_order, over.pixel_order.as_ref());
        put(&mut self.digits, over.digits.as_ref());
        put(&mut self.validation_split, over.validation_split.as_ref());
        put(&mut self.epochs, over.epochs.as_ref());
        put(&mut self.batch_size, over.batch_size.as_ref());
        put(&mut self.hidden_units, over.hidden_units.as_ref());
        put(&mut self.learning_rate, over.learning_rate.as_ref());
        put(&mut self.beta_1, over.beta_1.as_ref());
        put(&mut self.beta_2, over.beta_2.as_ref());
        put(&mut self.epsilon, over.epsilon.as_ref());
    }

    fn check(&self) -> Result<(), BadInput> {
        let require = |holds: bool, key: &str, expected: &str, found: &dyn std::fmt::Debug| {
            if holds {
                Ok(())
            } else {
                let message = format!("{key}: expected {expected}, found {found:?}");
                Err(BadInput(message))
            }
        };
        // TOML has no larger integers.
        require(
            i64::try_from(self.seed).is_ok(),
            "seed",
            "a number up to 2^63 - 1",
            &self.seed,
        )?;
        let [negative, positive] = self.digits;
        require(
            negative != positive && negative.max(positive) <= 9,
            "digits",
            "two different digits, 0 to 9",
            &self.digits,
        )?;
        require(
            self.data.len() <= 2,
            "data",
            "one path, or one of images and one of labels",
            &self.data,
        )?;
        require(
            (0.0..1.0).contains(&self.validation_split),
            "validation_split",
            "a share from 0 up to, not including, 1",
            &self.validation_split,
        )?;
        require(
            (1..=1_000_000).contains(&self.epochs),
            "epochs",
            "1 to 1,000,000",
            &self.epochs,
        )?;
        require(
            (1..=1_000_000).contains(&self.batch_size),
            "batch_size",
            "1 to 1,000,000",
            &self.batch_size,
        )?;
        require(
            self.hidden_units
                .iter()
                .all(|units| (1..=65_536).contains(units)),
            "hidden_units",
            "two layers of 1 to 65,536 units",
            &self.hidden_units,
        )?;
        require(
            self.learning_rate > 0.0 && self.learning_rate.is_finite(),
            "learning_rate",
            "a number above 0",
            &self.learning_rate,
        )?;
        for (key, beta) in [("beta_1", self.beta_1), ("beta_2", self.beta_2)] {
            let expected = "a number from 0 up to, not including, 1";
            require((0.0..1.0).contains(&beta), key, expected, &beta)?;
        }
        require(
            self.epsilon > 0.0 && self.epsilon.is_finite(),
            "epsilon",
            "a number above 0",
            &self.epsilon,
        )
    }
}

fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs_err::read(path).map_err(|error| BadInput(error.to_string()))?;
    let text = String::from_utf8(text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        BadInput(format!("{}: not UTF-8 text at byte {at}", path.display()))
    })?;
    toml::from_str(&text).map_err(|error| {
        BadInput(format!("{}: {error}", path.display()).trim_end().to_owned()).into()
    })
}

/// Reads `A,B`.
fn two<T: std::str::FromStr>(text: &str) -> Result<[T; 2], String> {
    let parse = |part: &str| part.trim().parse::<T>().ok();
    text.split_once(',')
        .and_then(|(first, second)| Some([parse(first)?, parse(second)?]))
        .ok_or_else(|| "expected two numbers, as 0,1".to_owned())
}

#[cfg(test)]
mod tests {
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
        let flags = Settings {
            epochs: Some(3),
            ..Settings::default()
        };
        let config = RunConfig::resolve(Some(&path), &flags).unwrap();
        assert_eq!((config.epochs, config.batch_size), (3, 16));
        assert_eq!(config.digits, [0, 1]);
    }

    #[test]
    fn the_lab_s_file_is_the_notebook_s_recipe() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs/lab.toml");
        let config = RunConfig::resolve(Some(&path), &Settings::default()).unwrap();
        let recipe = RunConfig {
            seed: 0,
            data: Vec::new(),
            pixel_order: PixelOrderName::Column,
            digits: [0, 1],
            validation_split: 0.0,
            epochs: 20,
            batch_size: 32,
            hidden_units: [25, 15],
            learning_rate: 0.001,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        };
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
            ("epochs = 0", "epochs: expected 1 to 1,000,000, found 0"),
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
        ] {
            let message = refused(text);
            assert!(message.contains(names), "{text:?} gave {message:?}");
        }
    }
}
