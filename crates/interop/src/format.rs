//! The formats: their names and the endings of their files.

use std::fmt;
use std::path::Path;

/// A format of a file of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// NumPy's archive of arrays, `.npz`.
    Npz,
    /// `.safetensors`, by Hugging Face.
    Safetensors,
    /// A whole model of Keras 3, `.keras`.
    Keras,
    /// The weights of a model of Keras 3, `.weights.h5`.
    KerasWeights,
    /// A model or weights of Keras 2, `.h5`; read only.
    Keras2,
    /// A state dict of `PyTorch`, `.pt` or `.pth`; read only.
    PyTorch,
    /// An ONNX model, `.onnx`.
    Onnx,
    /// Theta1, Theta2 and Theta3 of the course in a MATLAB file, `.mat`.
    Mat,
    /// C99 source, `.c`; written only.
    C,
    /// Rust source, `.rs`; written only.
    Rust,
}

/// A format to write, with its choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// See [`Format::Npz`].
    Npz,
    /// See [`Format::Safetensors`].
    Safetensors(Layout),
    /// See [`Format::Keras`].
    Keras,
    /// See [`Format::KerasWeights`].
    KerasWeights,
    /// See [`Format::Onnx`].
    Onnx,
    /// See [`Format::Mat`].
    Mat,
    /// See [`Format::C`].
    C(Precision),
    /// See [`Format::Rust`].
    Rust(Precision),
}

/// The names of arrays and the way round of kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// `layer1.weight`, `[units, inputs]`.
    #[default]
    PyTorch,
    /// `layer1/kernel`, `[inputs, units]`.
    Keras,
}

/// The precision of weights in source code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// 32-bit floats.
    #[default]
    F32,
    /// 8-bit integers with a factor for each unit; biases stay 32-bit floats.
    Int8,
}

/// All formats that can be written, in the order of the documentation.
pub(crate) const WRITTEN: [Format; 8] = [
    Format::Npz,
    Format::Safetensors,
    Format::Keras,
    Format::KerasWeights,
    Format::Onnx,
    Format::Mat,
    Format::C,
    Format::Rust,
];

/// All formats that can be read.
const READ: [Format; 8] = [
    Format::Npz,
    Format::Safetensors,
    Format::Keras,
    Format::KerasWeights,
    Format::Keras2,
    Format::PyTorch,
    Format::Onnx,
    Format::Mat,
];

impl Format {
    /// The formats that can be written.
    #[must_use]
    pub fn written() -> &'static [Self] {
        &WRITTEN
    }

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Npz => "npz",
            Self::Safetensors => "safetensors",
            Self::Keras => "keras",
            Self::KerasWeights => "keras-weights",
            Self::Keras2 => "keras2",
            Self::PyTorch => "pytorch",
            Self::Onnx => "onnx",
            Self::Mat => "mat",
            Self::C => "c",
            Self::Rust => "rust",
        }
    }

    /// The ending of its files, without the dot.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Npz => "npz",
            Self::Safetensors => "safetensors",
            Self::Keras => "keras",
            Self::KerasWeights => "weights.h5",
            Self::Keras2 => "h5",
            Self::PyTorch => "pt",
            Self::Onnx => "onnx",
            Self::Mat => "mat",
            Self::C => "c",
            Self::Rust => "rs",
        }
    }

    /// The format that the ending of a path means, upper or lower case; `None` if there is none.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let ends_with = |ending: &str| name.ends_with(&format!(".{ending}"));
        if ends_with("pth") {
            return Some(Self::PyTorch);
        }
        let mut formats = WRITTEN.into_iter().chain([Self::Keras2, Self::PyTorch]);
        formats.find(|format| ends_with(format.ending()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Npz => "NumPy .npz",
            Self::Safetensors => "safetensors",
            Self::Keras => "Keras .keras",
            Self::KerasWeights => "Keras .weights.h5",
            Self::Keras2 => "Keras 2 .h5",
            Self::PyTorch => "PyTorch",
            Self::Onnx => "ONNX",
            Self::Mat => "MATLAB .mat",
            Self::C => "C",
            Self::Rust => "Rust",
        })
    }
}

impl Target {
    /// The format.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::Npz => Format::Npz,
            Self::Safetensors(_) => Format::Safetensors,
            Self::Keras => Format::Keras,
            Self::KerasWeights => Format::KerasWeights,
            Self::Onnx => Format::Onnx,
            Self::Mat => Format::Mat,
            Self::C(_) => Format::C,
            Self::Rust(_) => Format::Rust,
        }
    }
}

/// Lists the formats that can be read, for an error.
pub(crate) fn readable() -> String {
    READ.map(|format| format.to_string()).join(", ")
}
