//! Settings that take one of several names.

use clap::ValueEnum;
use data::{PictureReading, PixelOrder, PixelScale};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The implementation of the training step.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum EngineName {
    /// The fused step if it supports the run, otherwise Burn
    #[default]
    Auto,
    /// Burn's learner, on every backend
    Burn,
    /// One hand-written step without tensors, on a GPU one kernel for many steps; without gradient clipping
    Fused,
}

/// How the learning rate changes, named after the formulas of [`model::Decay`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScheduleName {
    /// Constant learning rate
    Constant,
    /// Cosine decay to --alpha times the initial rate over --decay-steps
    Cosine,
    /// Step decay: multiplied by --decay-rate every --decay-steps
    Step,
    /// Exponential decay by the factor --decay-rate over --decay-steps
    Exponential,
}

/// How the 400 pixels of an image in a .npy or .mat file are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PixelOrderName {
    /// Column by column, as in the course's files
    Column,
    /// Row by row
    Row,
}

impl From<PixelOrderName> for PixelOrder {
    fn from(name: PixelOrderName) -> Self {
        match name {
            PixelOrderName::Column => Self::Column,
            PixelOrderName::Row => Self::Row,
        }
    }
}

impl std::fmt::Display for ScheduleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_name(self, f)
    }
}

/// How the scale of the pixels in .npy, .mat and IDX files is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PixelScaleName {
    /// By the range of the pixels: floats of 0 to 255 and bytes of 0 and 1 are rescaled
    Auto,
    /// By their type alone: 1 is full ink in floats, 255 in integers
    Stored,
}

impl From<PixelScaleName> for PixelScale {
    fn from(name: PixelScaleName) -> Self {
        match name {
            PixelScaleName::Auto => Self::Recognized,
            PixelScaleName::Stored => Self::Stored,
        }
    }
}

/// How a PNG or JPEG picture becomes the 400 pixels of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PicturesName {
    /// The digit's ink is found, scaled and centred as in MNIST
    Prepared,
    /// The whole picture is resized, as programs before this setting did
    Resized,
}

impl From<PicturesName> for PictureReading {
    fn from(name: PicturesName) -> Self {
        match name {
            PicturesName::Prepared => Self::Prepared,
            PicturesName::Resized => Self::Resized,
        }
    }
}

impl std::fmt::Display for EngineName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_name(self, f)
    }
}

/// Writes the name of a choice on the command line.
pub(crate) fn write_name(
    choice: &impl ValueEnum,
    f: &mut std::fmt::Formatter<'_>,
) -> std::fmt::Result {
    let value = choice.to_possible_value();
    f.write_str(value.as_ref().map_or("", |value| value.get_name()))
}
