//! Recognizes the format of a file, and calls its reader or writer.

use crate::archive::{self, Archive};
use crate::error::InteropError;
use crate::format::{Format, Target};
use crate::keras;
use crate::network::Network;
use crate::source::{self, Language};
use crate::{npz, onnx, pytorch, safetensors, theta};

/// The bytes of an unknown file that an error shows.
const SHOWN: usize = 8;

/// The first bytes of HDF5 files.
const HDF5: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// The first byte of a pickle of protocol 2 or later, as `PyTorch` wrote until version 1.5.
const PICKLE: u8 = 0x80;

/// Reads the network of a file, whose format is told by its content.
///
/// # Errors
///
/// [`InteropError::UnknownFormat`] and [`InteropError::Unsupported`] if it is no file of weights that can be read,
/// [`InteropError::Damaged`] and [`InteropError::TooLarge`] if it is damaged, [`InteropError::Arrays`] if its arrays are
/// not those of three layers, and those of [`Network::new`].
pub fn read(bytes: &[u8]) -> Result<(Format, Network), InteropError> {
    let format = detect(bytes)?;
    let network = match format {
        Format::Npz => npz::read(bytes)?,
        Format::Safetensors => safetensors::read(bytes)?,
        Format::PyTorch => pytorch::read(bytes)?,
        Format::Onnx => onnx::read(bytes)?,
        Format::Mat => theta::read(bytes)?,
        Format::Keras => keras::read_archive(&mut Archive::open(bytes, format)?)?,
        Format::KerasWeights => return keras::read_hdf5(bytes),
        // Not told by content: Keras 2 is told by its HDF5 file, and source code is not read.
        Format::Keras2 | Format::C | Format::Rust => return Err(unknown(bytes)),
    };
    Ok((format, network))
}

/// Reads a file that [`write()`] made, to compare it: its networks, of which there may be several, and of source code too.
///
/// Of source code with [`Precision::Int8`](crate::Precision::Int8) they are the [`quantized`](crate::quantized) ones.
///
/// # Errors
///
/// As [`read`].
pub fn read_back(bytes: &[u8], format: Format) -> Result<Vec<Network>, InteropError> {
    match format {
        Format::Onnx => onnx::read_several(bytes),
        Format::C | Format::Rust => source::read(bytes, format),
        _ => Ok(vec![read(bytes)?.1]),
    }
}

/// Says whether these are the first bytes, or all, of a file that [`read`] recognizes.
#[must_use]
pub fn is_readable(bytes: &[u8]) -> bool {
    !matches!(detect(bytes), Err(InteropError::UnknownFormat { .. }))
}

/// Makes the file of one network, or of several whose probabilities are averaged, of the same digits.
///
/// # Errors
///
/// [`InteropError::Several`] if the format holds one network only, and [`InteropError::OtherDigits`] if several networks
/// do not tell the same digits apart.
pub fn write(networks: &[Network], target: Target) -> Result<Vec<u8>, InteropError> {
    write_noted(networks, target, None)
}

/// Makes the same file as [`write()`], with a note in the comment at the top of source code. Other formats have no place for
/// one.
///
/// # Errors
///
/// Those of [`write()`].
pub fn write_with_note(
    networks: &[Network],
    target: Target,
    note: &str,
) -> Result<Vec<u8>, InteropError> {
    write_noted(networks, target, Some(note))
}

fn write_noted(
    networks: &[Network],
    target: Target,
    note: Option<&str>,
) -> Result<Vec<u8>, InteropError> {
    match target {
        Target::Npz => npz::write(only(networks, target)?),
        Target::Safetensors(layout) => Ok(safetensors::write(only(networks, target)?, layout)),
        Target::Keras => keras::write_archive(only(networks, target)?),
        Target::KerasWeights => Ok(keras::write_weights(only(networks, target)?)),
        Target::Onnx => onnx::write(networks),
        Target::Mat => theta::write(only(networks, target)?),
        Target::C(precision) => source::write(networks, Language::C, precision, note),
        Target::Rust(precision) => source::write(networks, Language::Rust, precision, note),
    }
}

/// The network of a format that holds one.
fn only(networks: &[Network], target: Target) -> Result<&Network, InteropError> {
    match networks {
        [network] => Ok(network),
        _ => Err(InteropError::Several {
            format: target.format(),
        }),
    }
}

/// Tells the format by the first bytes, and that of an archive by its entries.
fn detect(bytes: &[u8]) -> Result<Format, InteropError> {
    if bytes.starts_with(&archive::MAGIC) {
        return detect_archive(bytes);
    }
    if bytes.starts_with(&HDF5) {
        return Ok(Format::KerasWeights);
    }
    if bytes.starts_with(b"MATLAB 5.0 MAT-file") {
        return Ok(Format::Mat);
    }
    if bytes.starts_with(b"MATLAB 7.3") {
        return Err(unsupported(
            "it is a MATLAB file of version 7.3",
            "save it with `save -v7`",
        ));
    }
    if bytes.starts_with(b"\x93NUMPY") {
        return Err(unsupported(
            "it is a single NumPy array",
            "save all six with `numpy.savez(\"weights.npz\", *model.get_weights())`",
        ));
    }
    if bytes.starts_with(b"/*") || bytes.starts_with(b"//") {
        return Err(unsupported(
            "it is source code, which is written, and not read",
            "import the file that it was made from",
        ));
    }
    if bytes.first() == Some(&PICKLE) {
        return Err(unsupported(
            "it is a Python pickle, which can run any program when it is loaded",
            "save the state dict with `torch.save` of PyTorch 1.6 or later, or as safetensors",
        ));
    }
    if is_safetensors(bytes) {
        return Ok(Format::Safetensors);
    }
    // Field 1 of a ModelProto is its `ir_version`, a varint, below 128.
    if let [0x08, 1..=127, ..] = bytes {
        return Ok(Format::Onnx);
    }
    Err(unknown(bytes))
}

fn unknown(bytes: &[u8]) -> InteropError {
    InteropError::UnknownFormat {
        found: bytes.iter().copied().take(SHOWN).collect(),
    }
}

/// A safetensors file begins with the length of its header, which is JSON.
fn is_safetensors(bytes: &[u8]) -> bool {
    matches!(bytes, [_, _, _, _, _, 0, 0, 0, b'{', ..])
}

fn detect_archive(bytes: &[u8]) -> Result<Format, InteropError> {
    let archive = Archive::open(bytes, Format::Npz)?;
    let has = |ending: &str| archive.names().any(|name| name.ends_with(ending));
    if has("model.weights.h5") {
        Ok(Format::Keras)
    } else if has("data.pkl") {
        Ok(Format::PyTorch)
    } else if has(".npy") {
        Ok(Format::Npz)
    } else {
        Err(unsupported(
            "it is a zip archive, but none of NumPy, Keras or PyTorch",
            "unpack it if the weights are in it",
        ))
    }
}

fn unsupported(what: &str, instead: &'static str) -> InteropError {
    InteropError::Unsupported {
        what: what.to_owned(),
        instead,
    }
}
