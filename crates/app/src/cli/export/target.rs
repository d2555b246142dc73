//! The format of an exported file, by name or by the ending of the file.

use std::path::Path;

use clap::{Args, ValueEnum};
use interop::{Format, Layout, Precision, Target};

use crate::cli::usage_error::UsageError;

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// NumPy's archive of six arrays
    Npz,
    /// Hugging Face's format, as PyTorch names the weights
    Safetensors,
    /// A whole Keras 3 model, .keras
    Keras,
    /// Weights for a Keras 3 model, .weights.h5
    KerasWeights,
    /// For ONNX Runtime and others
    Onnx,
    /// Theta1, Theta2, Theta3 for the course's MATLAB code
    Mat,
    /// One C99 source file
    C,
    /// One Rust source file, without the standard library
    Rust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LayoutName {
    /// layer1.weight, `[units, inputs]`
    Pytorch,
    /// layer1/kernel, `[inputs, units]`
    Keras,
}

/// What is written.
#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Format [default: by the ending of --output]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<FormatName>,
    /// Names and shapes in safetensors [default: pytorch]
    #[arg(long, value_name = "LAYOUT", value_enum)]
    layout: Option<LayoutName>,
    /// c and rust: 8-bit weights, a quarter of the size
    ///
    /// Each unit's weights are 8-bit integers with a common factor; what that costs in accuracy is
    /// measured on the data set, printed, and written into the file.
    #[arg(long)]
    int8: bool,
}

impl TargetArgs {
    /// The format and its choices, from the flags or from the ending of the output file.
    pub(super) fn target(&self, output: Option<&Path>) -> Result<Target, UsageError> {
        let format = self.format(output)?;
        self.check_choices(format)?;
        let precision = if self.int8 {
            Precision::Int8
        } else {
            Precision::F32
        };
        let layout = match self.layout {
            Some(LayoutName::Keras) => Layout::Keras,
            Some(LayoutName::Pytorch) | None => Layout::PyTorch,
        };
        Ok(match format {
            FormatName::Npz => Target::Npz,
            FormatName::Safetensors => Target::Safetensors(layout),
            FormatName::Keras => Target::Keras,
            FormatName::KerasWeights => Target::KerasWeights,
            FormatName::Onnx => Target::Onnx,
            FormatName::Mat => Target::Mat,
            FormatName::C => Target::C(precision),
            FormatName::Rust => Target::Rust(precision),
        })
    }

    fn format(&self, output: Option<&Path>) -> Result<FormatName, UsageError> {
        let by_ending = output.and_then(Format::of_path);
        let Some(name) = self.format else {
            let known = by_ending.and_then(named);
            return known.ok_or_else(|| UsageError::NoFormat {
                formats: listed_formats(),
            });
        };
        let (format, Some(path)) = (of_name(name), output) else {
            return Ok(name);
        };
        let reason = match format {
            // Keras looks at the ending before it opens a file.
            Format::Keras | Format::KerasWeights if by_ending != Some(format) => {
                "; Keras reads no other"
            }
            _ if by_ending.is_some_and(|other| other != format) => "",
            _ => return Ok(name),
        };
        Err(UsageError::FormatEnding {
            path: path.to_owned(),
            name: format.name(),
            ending: format.ending(),
            reason,
        })
    }

    fn check_choices(&self, format: FormatName) -> Result<(), UsageError> {
        if self.layout.is_some() && format != FormatName::Safetensors {
            let (flag, formats) = ("--layout", "safetensors");
            return Err(UsageError::NotOfFormat { flag, formats });
        }
        if self.int8 && !matches!(format, FormatName::C | FormatName::Rust) {
            let (flag, formats) = ("--int8", "c or rust");
            return Err(UsageError::NotOfFormat { flag, formats });
        }
        Ok(())
    }
}

fn listed_formats() -> String {
    let names = FormatName::value_variants().iter();
    let names: Vec<&str> = names.map(|name| of_name(*name).name()).collect();
    names.join(", ")
}

fn of_name(name: FormatName) -> Format {
    match name {
        FormatName::Npz => Format::Npz,
        FormatName::Safetensors => Format::Safetensors,
        FormatName::Keras => Format::Keras,
        FormatName::KerasWeights => Format::KerasWeights,
        FormatName::Onnx => Format::Onnx,
        FormatName::Mat => Format::Mat,
        FormatName::C => Format::C,
        FormatName::Rust => Format::Rust,
    }
}

/// The name of a format that can be written.
fn named(format: Format) -> Option<FormatName> {
    let mut names = FormatName::value_variants().iter().copied();
    names.find(|name| of_name(*name) == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_has_the_name_that_other_messages_use() {
        for name in FormatName::value_variants() {
            let on_the_command_line = name.to_possible_value().unwrap();
            assert_eq!(on_the_command_line.get_name(), of_name(*name).name());
        }
        assert_eq!(FormatName::value_variants().len(), Format::written().len());
    }
}
