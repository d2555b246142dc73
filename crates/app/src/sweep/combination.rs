//! The combinations of the values of settings that vary.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use toml::{Table, Value};

use crate::config::run_config::RunConfig;
use crate::support::error::{Error, Result};
use crate::support::similar::most_similar;
use crate::support::sweep_error::SweepError;
use crate::sweep::table::SweepTable;

/// More points than anybody means.
pub(crate) const MOST_POINTS: usize = 1_000_000;
/// Draws of the same combination after which no other one is expected.
const REPEATED_DRAWS: usize = 1000;

/// The settings that cannot vary, and why.
const FIXED: [(&str, &str); 16] = [
    ("seed", "give --seeds"),
    ("fold", "give --folds"),
    ("data", "all points are trained on the same images"),
    ("without", "all points are trained on the same images"),
    ("pixel_order", "all points are trained on the same images"),
    ("pixel_scale", "all points are trained on the same images"),
    ("pictures", "all points are trained on the same images"),
    ("digits", "all points are trained on the same images"),
    (
        "shuffle_buffer",
        "all points are trained on the same images",
    ),
    (
        "validation_split",
        "points are compared on the same number of images",
    ),
    ("monitor", "points are compared by the same metric"),
    ("monitor_mode", "points are compared by the same metric"),
    ("keep_last", "a sweep keeps no checkpoints"),
    ("keep_every", "a sweep keeps no checkpoints"),
    ("tensorboard", "a sweep writes no event files"),
    ("engine", "points are trained by the same step"),
];

/// The settings that a sweep does not use at all, and why.
pub(crate) const UNUSED: [(&str, &str); 2] = [
    ("batch_order", "each point has an order of its own"),
    ("overfit_batches", "validation would be on the same images"),
];

/// Values of the settings that vary, one each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Combination {
    /// The settings that vary, with their values.
    pub(crate) settings: Table,
    /// All settings; the seed and the fold are those of a point.
    pub(crate) config: RunConfig,
}

impl Combination {
    /// `learning_rate = 0.001, batch_size = 32`; "all settings as given" if nothing varies.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        if self.settings.is_empty() {
            return "all settings as given".to_owned();
        }
        let parts = self
            .settings
            .iter()
            .map(|(key, value)| format!("{key} = {}", shown(value)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// A value of a setting for people: texts without quotation marks, numbers as they are typed.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(number) => format!("{number:?}"),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    }
}

/// Returns an error for a setting that does not exist or cannot vary.
pub(crate) fn check_key(key: &str) -> Result<()> {
    let fixed = FIXED.iter().chain(&UNUSED).find(|(fixed, _)| *fixed == key);
    if let Some((_, reason)) = fixed {
        let key = key.to_owned();
        return Err(Error::Sweep(SweepError::CannotVary { key, reason }));
    }
    let keys = crate::config::setting_names::keys();
    if keys.iter().any(|known| known == key) {
        return Ok(());
    }
    Err(Error::Sweep(SweepError::NoSuchSetting {
        similar: most_similar(key, keys.into_iter()),
        key: key.to_owned(),
    }))
}

/// Says whether a setting is a number with decimals.
pub(crate) fn has_decimals(key: &str) -> bool {
    let settings = Table::from_iter([(key.to_owned(), Value::Float(0.5))]);
    RunConfig::default().with_settings(&settings).is_ok()
}

/// The combinations of a table, in the order of their numbers.
pub(crate) fn combinations(base: &RunConfig, table: &SweepTable) -> Result<Vec<Combination>> {
    let of = |settings: Table| {
        let config = base.with_settings(&settings).and_then(RunConfig::checked);
        match config {
            Ok(config) => Ok(Combination { settings, config }),
            Err(source) => Err(Error::Combination {
                settings: settings.to_string().trim().replace('\n', ", "),
                source: Box::new(source),
            }),
        }
    };
    let settings = match table.samples {
        None => grid(table)?,
        Some(samples) => drawn(table, samples, base.seed),
    };
    settings.into_iter().map(of).collect()
}

/// All combinations; the values of the last setting change fastest.
fn grid(table: &SweepTable) -> Result<Vec<Table>> {
    let mut all = vec![Table::new()];
    for (key, values) in &table.vary {
        let values = values.grid();
        if all.len().saturating_mul(values.len()) > MOST_POINTS {
            return Err(Error::Sweep(SweepError::SweepSetting {
                key: "vary".to_owned(),
                expected: "at most 1,000,000 combinations".to_owned(),
                found: format!("{} x {}", all.len(), values.len()),
            }));
        }
        let extended = all.iter().flat_map(|settings| {
            values.iter().map(|value| {
                let mut settings = settings.clone();
                settings.insert(key.clone(), value.clone());
                settings
            })
        });
        all = extended.collect();
    }
    Ok(all)
}

/// Different combinations, drawn at random; fewer than asked for if there are no more.
fn drawn(table: &SweepTable, samples: usize, seed: u32) -> Vec<Table> {
    let mut random = ChaCha8Rng::seed_from_u64(seed.into());
    let (mut known, mut all) = (BTreeSet::new(), Vec::new());
    let mut repeated = 0;
    while all.len() < samples && repeated < REPEATED_DRAWS {
        let settings = table.vary.iter();
        let settings = settings.map(|(key, values)| (key.clone(), values.draw(&mut random)));
        let settings: Table = settings.collect();
        if known.insert(settings.to_string()) {
            repeated = 0;
            all.push(settings);
        } else {
            repeated += 1;
        }
    }
    all
}
