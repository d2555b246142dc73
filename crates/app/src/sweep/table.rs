//! The `[sweep]` table of a configuration file: which settings vary, and with which seeds and folds.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::merge::without_types;
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
use crate::sweep::number_list::NumberList;
use crate::sweep::values::Values;

/// The least and the greatest number of folds, of samples, and of combinations of which halving keeps one.
const FOLDS: [usize; 2] = [2, 1000];
const SAMPLES: [usize; 2] = [1, 100_000];
const HALVING: [usize; 2] = [2, 10];

/// What a sweep trains, beside the settings that all of its points have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SweepTable {
    /// The seeds of each combination; by default the setting `seed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seeds: Option<NumberList>,
    /// Cross-validation: each combination holds out each fold of so many once.
    #[schemars(range(min = FOLDS[0], max = FOLDS[1]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) folds: Option<usize>,
    /// So many combinations drawn at random, instead of all; also called `random`.
    #[schemars(range(min = SAMPLES[0], max = SAMPLES[1]))]
    #[serde(alias = "random", skip_serializing_if = "Option::is_none")]
    pub(crate) samples: Option<usize>,
    /// Successive halving: in each round the best of so many combinations is trained on.
    #[schemars(range(min = HALVING[0], max = HALVING[1]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) halving: Option<usize>,
    /// The values of each setting that varies.
    #[serde(default)]
    #[schemars(skip)]
    pub(crate) vary: BTreeMap<String, Values>,
}

impl SweepTable {
    /// Reads the table of a file; without one nothing varies.
    pub(crate) fn read(table: Option<toml::Value>, path: &Path) -> Result<Self> {
        let Some(table) = table else {
            return Ok(Self::default());
        };
        table
            .try_into()
            .map_err(|error: toml::de::Error| Error::Toml {
                path: path.to_owned(),
                excerpt: format!("[sweep]: {}", explained(&error)),
            })
    }

    /// Replaces what another table gives; its varied settings come in addition.
    pub(crate) fn overridden(mut self, by: Self) -> Self {
        self.seeds = by.seeds.or(self.seeds);
        self.folds = by.folds.or(self.folds);
        self.samples = by.samples.or(self.samples);
        self.halving = by.halving.or(self.halving);
        self.vary.extend(by.vary);
        self
    }

    /// Checks the ranges of the numbers.
    pub(crate) fn check(&self) -> Result<()> {
        let ranges = [
            ("folds", self.folds, FOLDS),
            ("samples", self.samples, SAMPLES),
            ("halving", self.halving, HALVING),
        ];
        for (key, found, [first, last]) in ranges {
            if let Some(found) = found.filter(|found| !(first..=last).contains(found)) {
                return Err(Error::Sweep(SweepError::SweepSetting {
                    key: key.to_owned(),
                    expected: format!("a whole number from {first} to {last}"),
                    found: found.to_string(),
                }));
            }
        }
        for (key, values) in &self.vary {
            values.check().map_err(|source| {
                Error::Sweep(SweepError::SweepValues {
                    key: key.clone(),
                    source: source.into(),
                })
            })?;
        }
        Ok(())
    }
}

/// What is wrong with a table, with the key before it.
fn explained(error: &toml::de::Error) -> String {
    let message = without_types(error.message());
    let text = error.to_string();
    let mut keys = text.lines().rev();
    let key = keys.find_map(|line| line.strip_prefix("in `")?.strip_suffix('`'));
    match key {
        Some(key) => format!("{key}: {message}"),
        None => message,
    }
}
