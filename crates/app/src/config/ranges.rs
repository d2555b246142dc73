//! The numbers that each setting may be, for the checks and for the schema of the configuration file.

use std::ops::Bound::{self, Excluded, Included};
use std::ops::RangeBounds;

use crate::config::run_config::MAX_COUNT;

/// The range of numbers that are used in f32, whose normal numbers reach from 1.2e-38 to 3.4e38.
const SMALLEST_F32: f64 = 1e-37;
const LARGEST_F32: f64 = 1e38;

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
const MOST: f64 = MAX_COUNT as f64;

/// The numbers that a setting, or each number of a list, may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NumberRange {
    pub(crate) from: Bound<f64>,
    pub(crate) to: Bound<f64>,
    /// A number outside that is accepted as well.
    pub(crate) or: Option<f64>,
    /// As it is said in a message.
    pub(crate) expected: &'static str,
}

impl NumberRange {
    /// Says whether a number is one of them; NaN never is.
    pub(crate) fn holds(&self, number: f64) -> bool {
        self.or == Some(number) || (self.from, self.to).contains(&number)
    }
}

const fn range(from: f64, to: f64, expected: &'static str) -> NumberRange {
    NumberRange {
        from: Included(from),
        to: Included(to),
        or: None,
        expected,
    }
}

const COUNT: NumberRange = range(1.0, MOST, "a whole number from 1 to 1,000,000");
const COUNT_OR_0: NumberRange = range(0.0, MOST, "a whole number from 0 to 1,000,000");
const FRACTION: NumberRange = range(0.0, 1.0, "a number from 0 to 1");
const F32: NumberRange = range(SMALLEST_F32, LARGEST_F32, "a number from 1e-37 to 1e38");
/// 0, or a number that is neither 0 nor infinite in f32.
const F32_OR_0: NumberRange = NumberRange {
    or: Some(0.0),
    expected: "0, or a number from 1e-37 to 1e38",
    ..F32
};
/// Numbers that are closer to 1 can become 1 in f32, where a moment never changes.
const BETA: NumberRange = range(0.0, 0.999_999_9, "a number from 0 to 0.9999999");
/// Gradients below Adam's epsilon change nothing; of the largest, f32 holds the reciprocal.
const CLIPPING: NumberRange = range(1e-6, 1e37, "a number from 1e-6 to 1e37");

/// The ranges of the settings that are numbers or lists of numbers.
pub(crate) const RANGES: [(&str, NumberRange); 39] = [
    (
        "seed",
        range(0.0, 4_294_967_295.0, "a whole number up to 4294967295"),
    ),
    (
        "digits",
        range(0.0, 9.0, "at least two different digits from 0 to 9"),
    ),
    (
        "validation_split",
        NumberRange {
            to: Excluded(1.0),
            expected: "a number from 0 up to, but not including, 1",
            ..FRACTION
        },
    ),
    (
        "fold",
        range(1.0, 1000.0, "I,K with I from 1 to K, and K from 2 to 1,000"),
    ),
    ("epochs", COUNT),
    ("batch_size", COUNT),
    ("shuffle_buffer", COUNT),
    ("overfit_batches", COUNT),
    (
        "hidden_units",
        range(1.0, 65_536.0, "two layers of 1 to 65,536 units"),
    ),
    // A gradient is at most as large as its weight, and Adam squares it in f32. Below, gradients come near Adam's
    // epsilon.
    ("class_weight", range(1e-4, 1e9, "numbers from 1e-4 to 1e9")),
    ("learning_rate", F32),
    ("warmup_steps", COUNT_OR_0),
    // The steps of a million epochs over a billion images one by one: a run fills in its own, and must be readable.
    (
        "decay_steps",
        range(1.0, 1e15, "a whole number from 1 to 1e15"),
    ),
    ("decay_rate", FRACTION),
    ("alpha", FRACTION),
    ("beta_1", BETA),
    ("beta_2", BETA),
    // With a larger epsilon steps hardly change a weight; a smaller one is lost in f32.
    ("epsilon", range(1e-20, 10.0, "a number from 1e-20 to 10")),
    ("clipnorm", CLIPPING),
    ("clipvalue", CLIPPING),
    ("global_clipnorm", CLIPPING),
    ("early_stopping_patience", COUNT_OR_0),
    ("early_stopping_min_delta", F32_OR_0),
    ("plateau_patience", COUNT_OR_0),
    (
        "plateau_factor",
        NumberRange {
            from: Excluded(0.0),
            to: Excluded(1.0),
            or: None,
            expected: "a number between 0 and 1",
        },
    ),
    ("plateau_min_delta", F32_OR_0),
    ("plateau_cooldown", COUNT_OR_0),
    ("plateau_min_learning_rate", F32_OR_0),
    ("keep_last", COUNT),
    ("keep_every", COUNT_OR_0),
    ("augment_fonts", FRACTION),
    // Half an image; more is a blank one.
    ("augment_shift", range(0.0, 10.0, "a number from 0 to 10")),
    (
        "augment_rotate",
        range(0.0, 180.0, "a number from 0 to 180"),
    ),
    ("augment_scale", range(0.0, 0.9, "a number from 0 to 0.9")),
    ("augment_shear", range(0.0, 60.0, "a number from 0 to 60")),
    ("augment_thickness", FRACTION),
    ("augment_elastic", range(0.0, 5.0, "a number from 0 to 5")),
    ("augment_noise", FRACTION),
    (
        "augment_contrast",
        range(0.0, 0.9, "a number from 0 to 0.9"),
    ),
];

/// The range of a setting; none if it is no number.
pub(crate) fn range_of(key: &str) -> Option<NumberRange> {
    let found = RANGES.iter().find(|(name, _)| *name == key);
    found.map(|(_, range)| *range)
}
