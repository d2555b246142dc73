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
    /// A page to draw on, one file that needs no server
    #[cfg(feature = "serve")]
    Html,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    /// A file of weights or source code.
    Network(Target),
    /// The page of `app serve` with the networks in it.
    #[cfg(feature = "serve")]
    Page,
}

impl Product {
    /// The ending of its files, without the dot.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Network(target) => target.format().ending(),
            #[cfg(feature = "serve")]
            Self::Page => HTML,
        }
    }
}

/// The name of a page's format, and the ending of its files.
#[cfg(feature = "serve")]
const HTML: &str = "html";

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
    pub(super) fn product(&self, output: Option<&Path>) -> Result<Product, UsageError> {
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
        Ok(Product::Network(match format {
            FormatName::Npz => Target::Npz,
            FormatName::Safetensors => Target::Safetensors(layout),
            FormatName::Keras => Target::Keras,
            FormatName::KerasWeights => Target::KerasWeights,
            FormatName::Onnx => Target::Onnx,
            FormatName::Mat => Target::Mat,
            FormatName::C => Target::C(precision),
            FormatName::Rust => Target::Rust(precision),
            #[cfg(feature = "serve")]
            FormatName::Html => return Ok(Product::Page),
        }))
    }

    fn format(&self, output: Option<&Path>) -> Result<FormatName, UsageError> {
        let by_ending = output.and_then(Format::of_path);
        let Some(name) = self.format else {
            let known = output.and_then(by_ending_of);
            return known.ok_or_else(|| UsageError::NoFormat {
                formats: listed_formats(),
            });
        };
        let (Some(format), Some(path)) = (of_name(name), output) else {
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
    let names: Vec<String> = names.filter_map(|name| name_of(*name)).collect();
    names.join(", ")
}

/// The name on the command line.
fn name_of(format: FormatName) -> Option<String> {
    Some(format.to_possible_value()?.get_name().to_owned())
}

/// The format that the ending of a path means.
fn by_ending_of(path: &Path) -> Option<FormatName> {
    #[cfg(feature = "serve")]
    if path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case(HTML))
    {
        return Some(FormatName::Html);
    }
    let format = Format::of_path(path)?;
    let mut names = FormatName::value_variants().iter().copied();
    names.find(|name| of_name(*name) == Some(format))
}

/// The format of weights or source code; `None` for a page.
fn of_name(name: FormatName) -> Option<Format> {
    let format = match name {
        #[cfg(feature = "serve")]
        FormatName::Html => return None,
        FormatName::Npz => Format::Npz,
        FormatName::Safetensors => Format::Safetensors,
        FormatName::Keras => Format::Keras,
        FormatName::KerasWeights => Format::KerasWeights,
        FormatName::Onnx => Format::Onnx,
        FormatName::Mat => Format::Mat,
        FormatName::C => Format::C,
        FormatName::Rust => Format::Rust,
    };
    Some(format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_has_the_name_that_other_messages_use() {
        let names = FormatName::value_variants().iter();
        let formats = names.filter_map(|name| Some((name_of(*name)?, of_name(*name)?)));
        let formats: Vec<(String, Format)> = formats.collect();
        for (name, format) in &formats {
            assert_eq!(name, format.name());
        }
        assert_eq!(formats.len(), Format::written().len());
    }
}
