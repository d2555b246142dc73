//! An HDF5 file by itself: Keras 3's weights, or Keras 2's model or weights.

use crate::about::{DIGITS, with_digits_of};
use crate::error::InteropError;
use crate::format::Format;
use crate::hdf5::File;
use crate::network::Network;

use super::layer::{by_name, error_of};
use super::{version2, version3};

/// Reads the network of such a file.
///
/// # Errors
///
/// [`InteropError::Damaged`] if the file is damaged; [`InteropError::Unsupported`] if it has no layers of Keras, other
/// layers than dense ones with sigmoids, or parts that Keras does not write; those of a network whose layers do not fit.
pub(crate) fn read(bytes: &[u8]) -> Result<(Format, Network), InteropError> {
    let format = Format::KerasWeights;
    let damaged = error_of(format);
    let file = File::open(bytes).map_err(&damaged)?;
    let root = file.root().map_err(&damaged)?;
    if version2::is_of_keras2(&root).map_err(&damaged)? {
        return Ok((Format::Keras2, version2::read(&root)?));
    }
    let layers = version3::layers(&root, format)?;
    if layers.is_empty() {
        return Err(InteropError::Unsupported {
            what: "it is an HDF5 file, but has no weights of Keras".to_owned(),
            instead: "save them with `model.save_weights(\"name.weights.h5\")`",
        });
    }
    let digits = root.text(DIGITS).map_err(&damaged)?;
    let network = with_digits_of(by_name(layers)?, digits.as_deref())?;
    Ok((format, network))
}
