//! NumPy's archive of arrays, `.npz`: `layer1/kernel`, `layer1/bias` and so on, in the order of Keras's `get_weights()`.
//!
//! ```python
//! model.set_weights(list(numpy.load("network.npz").values()))
//! ```
//!
//! It has these six arrays and no other, so the description is the comment of the archive, which NumPy does not read.
//! Archives with other names of arrays are read as well, and so are floats of 16 or 64 bits, either byte order, either
//! memory order, and compressed ones.

use crate::about;
use crate::archive::{self, Archive};
use crate::error::InteropError;
use crate::format::Format;
use crate::named_array::{MAX_NUMBERS, NamedArray, network_of};
use crate::network::{LAYERS, Network};

/// What `NumPy` appends to the name of an array.
const ENDING: &str = ".npy";

/// The entries of each layer.
const ENTRIES: [[&str; 2]; LAYERS] = [
    ["layer1/kernel.npy", "layer1/bias.npy"],
    ["layer2/kernel.npy", "layer2/bias.npy"],
    ["layer3/kernel.npy", "layer3/bias.npy"],
];

/// Reads the network of an archive.
///
/// # Errors
///
/// Those of [`Archive`] and [`network_of`]; [`InteropError::Damaged`] and [`InteropError::Unsupported`] if an array cannot
/// be read.
pub(crate) fn read(bytes: &[u8]) -> Result<Network, InteropError> {
    let mut archive = Archive::open(bytes, Format::Npz)?;
    let digits = about::digits_in_json(&archive.comment());
    let names = archive.names().filter(|name| name.ends_with(ENDING));
    let names: Vec<String> = names.map(str::to_owned).collect();
    let mut left = MAX_NUMBERS;
    let mut arrays = Vec::new();
    for entry in names {
        let array = data::read_npy_array(&entry, archive.read(&entry)?, left);
        let array = array.map_err(|error| InteropError::of_data(Format::Npz, &error))?;
        left -= array.values.len() as u64;
        arrays.push(NamedArray::new(entry.trim_end_matches(ENDING), array)?);
    }
    about::with_digits_of(network_of(arrays)?, digits.as_deref())
}

/// Makes the archive of a network, not compressed.
///
/// # Errors
///
/// [`InteropError::NotWritten`] if an array is larger than an archive's limit of 4 GiB.
pub(crate) fn write(network: &Network) -> Result<Vec<u8>, InteropError> {
    let mut entries = Vec::new();
    for (layer, [kernel, bias]) in network.layers().iter().zip(ENTRIES) {
        entries.push((kernel, npy(&[layer.inputs, layer.units], &layer.kernel)));
        entries.push((bias, npy(&[layer.units], &layer.bias)));
    }
    archive::write(&entries, &about::json(network)).map_err(|error| InteropError::NotWritten {
        format: Format::Npz,
        reason: error.to_string(),
    })
}

/// The file of one array in C order.
fn npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let mut file = data::npy_header("<f4", shape);
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    file
}
