//! A condition on a setting of a run, written `learning_rate=0.001` or `epochs>=20`.

use std::cmp::Ordering;

use clap::{Args, Command, FromArgMatches};
use toml::Value;

use crate::config::run_config::RunConfig;
use crate::config::setting_names::unknown_setting;
use crate::config::setting_table::settings_of;
use crate::support::error::{Result, with_causes};

/// A setting, and the value that it should have, or be compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SettingFilter {
    key: String,
    comparison: Comparison,
    /// None for a setting that is not set.
    value: Option<Value>,
}

/// How a setting is compared with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    /// Only of numbers, like the next three.
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Each as it is written; `<=` before `<`, with which it starts.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// The error for a condition that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilterError {
    #[error("expected a setting and its value, such as learning_rate=0.001")]
    NoValue,
    #[error("{key}: {reason}")]
    UnknownKey { key: String, reason: String },
    #[error(
        "{key}: only numbers can be compared by < and >; expected {key}=VALUE or {key}!=VALUE, such as digits=0,1"
    )]
    NoNumber { key: String },
    #[error("{reason}")]
    Value { reason: String },
}

impl SettingFilter {
    /// Parses `KEY=VALUE`: the key of a configuration file, and a value as the flag of that name takes it, or `-` for a
    /// setting that is not set. Instead of `=`, one of the other [`COMPARISONS`].
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, FilterError> {
        let start = text.find(['=', '!', '<', '>']);
        let (key, rest) = text.split_at(start.ok_or(FilterError::NoValue)?);
        let mut comparisons = COMPARISONS.into_iter();
        let found =
            comparisons.find_map(|(sign, comparison)| Some((comparison, rest.strip_prefix(sign)?)));
        let (comparison, value) = found.ok_or(FilterError::NoValue)?;
        let (key, value) = (key.trim().replace(['-', '.'], "_"), value.trim());
        if key.is_empty() || value.is_empty() {
            return Err(FilterError::NoValue);
        }
        if let Some(reason) = unknown_setting(&key) {
            return Err(FilterError::UnknownKey { key, reason });
        }
        let value = match value {
            "-" => None,
            value => Some(parse_value(&key, value)?),
        };
        let is_ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if is_ordered && number(value.as_ref()).is_none() {
            return Err(FilterError::NoNumber { key });
        }
        Ok(Self {
            key,
            comparison,
            value,
        })
    }

    /// Says whether a run has such a setting. One that is not set is neither less nor greater than a number.
    pub(crate) fn holds(&self, config: &RunConfig) -> Result<bool> {
        let settings = settings_of(config)?;
        let (found, value) = (settings.get(&self.key), self.value.as_ref());
        let order = match (number(found), number(value)) {
            (Some(found), Some(value)) => found.partial_cmp(&value),
            _ => None,
        };
        Ok(match self.comparison {
            Comparison::Equal => found == value,
            Comparison::NotEqual => found != value,
            Comparison::Less => order.is_some_and(Ordering::is_lt),
            Comparison::AtMost => order.is_some_and(Ordering::is_le),
            Comparison::Greater => order.is_some_and(Ordering::is_gt),
            Comparison::AtLeast => order.is_some_and(Ordering::is_ge),
        })
    }
}

/// The value of a setting that is a number.
fn number(value: Option<&Value>) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "only compared")]
    match value? {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// Parses a value by the flag of that name, so that `0..9` or `1e-3` mean the same as in a training.
fn parse_value(key: &str, value: &str) -> std::result::Result<Value, FilterError> {
    let refused = |reason: String| FilterError::Value { reason };
    let flags = RunConfig::augment_args_for_update(Command::new("").no_binary_name(true));
    let flag = format!("--{}", key.replace('_', "-"));
    let words = match (key, value.split_once(',')) {
        ("data", Some((images, labels))) => vec![flag, images.to_owned(), labels.to_owned()],
        _ => vec![format!("{flag}={value}")],
    };
    let matches = flags.try_get_matches_from(words);
    let matches = matches.map_err(|error| refused(first_paragraph(&error)))?;
    let mut config = RunConfig::default();
    let updated = config.update_from_arg_matches(&matches);
    updated.map_err(|error| refused(first_paragraph(&error)))?;
    // With absolute paths, as in a run.
    let config = config.checked();
    let config = config.map_err(|error| refused(with_causes(&error)))?;
    let mut settings = settings_of(&config).map_err(|error| refused(error.to_string()))?;
    settings.remove(key).ok_or(FilterError::NoValue)
}

/// What clap says first, on one line.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let first = text.split("\n\n").next().unwrap_or(text);
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::class_weights::{ClassWeights, NamedWeights};

    #[track_caller]
    fn holds(text: &str, config: &RunConfig) -> bool {
        SettingFilter::parse(text).unwrap().holds(config).unwrap()
    }

    #[test]
    fn values_are_those_of_the_flags_however_they_are_written() {
        let config = RunConfig {
            learning_rate: 0.001,
            digits: "0..9".parse().unwrap(),
            class_weight: Some(ClassWeights::Named(NamedWeights::Balanced)),
            clipnorm: None,
            ..RunConfig::default()
        };
        for yes in [
            "learning_rate=0.001",
            "learning-rate = 1e-3",
            "digits=all",
            "hidden_units=25,15",
            "class_weight=balanced",
            "restore_best_weights=false",
            "engine=auto",
            "clipnorm=-",
            "epochs=20",
            "epochs>=20",
            "epochs<=20",
            "epochs > 19",
            "learning_rate<0.01",
            "learning_rate!=0.01",
            "digits!=0,1",
            "clipnorm!=1",
            "epochs!=-",
        ] {
            assert!(holds(yes, &config), "{yes}");
        }
        for no in [
            "learning_rate=0.002",
            "digits=0,1",
            "clipnorm=1",
            "class_weight=-",
            "engine=burn",
            "epochs>20",
            "epochs<20",
            "learning_rate>=0.01",
            "learning_rate<=1e-4",
            "learning_rate!=0.001",
            "clipnorm<1",
            "clipnorm>=1",
            "clipnorm!=-",
        ] {
            assert!(!holds(no, &config), "{no}");
        }
    }

    #[test]
    fn paths_are_compared_as_absolute_ones() {
        let config = RunConfig {
            data: vec!["x".into(), "y".into()],
            ..RunConfig::default()
        };
        let config = config.checked().unwrap();
        assert!(holds("data=x,y", &config) && !holds("data=x", &config));
    }

    #[test]
    fn what_is_no_condition_is_refused_with_the_reason() {
        for (text, reason) in [
            ("epochs", "such as learning_rate=0.001"),
            ("epochs=", "such as learning_rate=0.001"),
            ("=3", "such as learning_rate=0.001"),
            ("epochs!3", "such as learning_rate=0.001"),
            ("epochs>", "such as learning_rate=0.001"),
            (
                "digits<3,8",
                "digits: only numbers can be compared by < and >",
            ),
            (
                "clipnorm<-",
                "clipnorm: only numbers can be compared by < and >",
            ),
            (
                "epohcs=3",
                "epohcs: no such setting; a similar one exists: epochs",
            ),
            ("model=3", "no such setting; configs/default.toml has all"),
            ("epochs=many", "expected a whole number, such as 20"),
            ("epochs=0", "expected a whole number from 1 to 1,000,000"),
            ("engine=fast", "[possible values: auto, burn, fused]"),
        ] {
            let message = SettingFilter::parse(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }
}
