//! A range of numbers that a setting takes.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Value;

use crate::sweep::values_fault::ValuesFault;

/// The values that a grid takes of a range that does not say how many.
const STEPS: usize = 5;
/// More values than anybody means.
const MOST_STEPS: usize = 10_000;

/// A range of numbers, with both ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    #[schemars(with = "f64")]
    pub(crate) from: Value,
    #[schemars(with = "f64")]
    pub(crate) to: Value,
    /// The number of values of a grid.
    #[schemars(range(min = 2, max = MOST_STEPS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) steps: Option<usize>,
    /// By default linear for whole numbers and from 0 or below, and logarithmic for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scale: Option<Scale>,
}

/// How the numbers of a range are distributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scale {
    /// With equal differences.
    Linear,
    /// With equal ratios.
    Log,
}

impl Range {
    /// The values of a grid.
    pub(crate) fn grid(&self) -> Vec<Value> {
        let steps = self.steps.unwrap_or(STEPS);
        #[expect(clippy::cast_precision_loss, reason = "at most 10,000 steps")]
        let part = |step: usize| step as f64 / (steps - 1) as f64;
        let mut values: Vec<Value> = (0..steps)
            .map(|step| self.at(part(step), part(1)))
            .collect();
        // Few whole numbers are some of them twice.
        values.dedup();
        values
    }

    /// A value drawn at random.
    pub(crate) fn draw(&self, random: &mut ChaCha8Rng) -> Value {
        self.at(random.random_range(0.0..1.0), 1.0)
    }

    /// The same for a setting with decimals, of which whole ends are not meant.
    pub(crate) fn with_decimals(self) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^52")]
        let decimal = |end: Value| match end {
            Value::Integer(number) => Value::Float(number as f64),
            end => end,
        };
        Self {
            from: decimal(self.from),
            to: decimal(self.to),
            ..self
        }
    }

    /// Whether its numbers have equal ratios.
    pub(crate) fn has_equal_ratios(&self) -> bool {
        self.scale() == Scale::Log
    }

    fn ends(&self) -> Option<[f64; 2]> {
        let ends = [number(&self.from)?, number(&self.to)?];
        (ends[0] < ends[1] && ends.iter().all(|end| end.is_finite())).then_some(ends)
    }

    fn is_whole(&self) -> bool {
        self.from.is_integer() && self.to.is_integer()
    }

    fn scale(&self) -> Scale {
        let is_positive = self.ends().is_some_and(|[from, _]| from > 0.0);
        let default = if self.is_whole() || !is_positive {
            Scale::Linear
        } else {
            Scale::Log
        };
        self.scale.unwrap_or(default)
    }

    /// Checks ends, scale and steps.
    pub(crate) fn check(&self) -> Result<(), ValuesFault> {
        let [from, _] = self.ends().ok_or(ValuesFault::NotARange)?;
        if self.scale() == Scale::Log && from <= 0.0 {
            return Err(ValuesFault::NotPositive);
        }
        match self.steps {
            Some(steps) if !(2..=MOST_STEPS).contains(&steps) => Err(ValuesFault::Steps),
            _ => Ok(()),
        }
    }

    /// The number at a part of the way from one end to the other, in [0, 1], and `step` such parts from the next.
    fn at(&self, part: f64, step: f64) -> Value {
        // Checked before.
        let [from, to] = self.ends().unwrap_or([0.0, 1.0]);
        let at = |part: f64| match self.scale() {
            Scale::Linear => from + part * (to - from),
            Scale::Log => from * (to / from).powf(part),
        };
        let number = at(part).clamp(from, to);
        let spacing = (at(part + step) - number).abs();
        if self.is_whole() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is between two whole numbers"
            )]
            return Value::Integer(number.round() as i64);
        }
        let is_between = part > 0.0 && part < 1.0;
        Value::Float(if is_between {
            rounded(number, spacing).clamp(from, to)
        } else {
            number
        })
    }
}

/// A number with four significant digits, so that it can be read and typed again, or more if its neighbours are so near.
fn rounded(number: f64, spacing: f64) -> f64 {
    /// An f64 has no more.
    const MOST_DIGITS: usize = 16;
    let candidates =
        (3..MOST_DIGITS).filter_map(|digits| format!("{number:.digits$e}").parse().ok());
    let mut near = candidates.filter(|rounded: &f64| (rounded - number).abs() <= spacing / 20.0);
    near.next().unwrap_or(number)
}

/// The value of an end of a range; none if it is no number.
fn number(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^52")]
    let whole = value.as_integer().map(|number| number as f64);
    value.as_float().or(whole)
}
