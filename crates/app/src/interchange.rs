//! Networks in the files of other programs: from a file to weights, and from weights to what `interop` writes.

pub(crate) mod predictions;

use std::path::Path;

use data::{DataError, PIXELS};
use interop::{Format, InteropError, LAYERS, Layer, Network};
use model::{LayerValues, MlpConfig};

use crate::support::error::{Error, Result};

/// The most bytes of a file that is read: 256 MiB, as many as 67 million weights take.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// A network that was read from a file of another program.
#[derive(Debug, Clone)]
pub(crate) struct ForeignNetwork {
    pub(crate) format: Format,
    pub(crate) network: Network,
}

/// Reads a file of weights, of any format that `interop` recognizes.
pub(crate) fn read_file(path: &Path) -> Result<ForeignNetwork> {
    let length = length_of_file(path)?;
    if length > MAX_FILE {
        return Err(Error::WeightsFileTooLarge {
            path: path.to_owned(),
            length,
            limit: MAX_FILE,
        });
    }
    let bytes = fs_err::read(path).map_err(Error::Unreadable)?;
    read_bytes(path, &bytes)
}

/// The length of a regular file in bytes; a device or a pipe, which may have no end, is refused.
pub(crate) fn length_of_file(path: &Path) -> Result<u64> {
    let found = fs_err::metadata(path).map_err(Error::Unreadable)?;
    if !found.is_file() {
        let path = path.to_owned();
        return Err(DataError::NotAFile { path }.into());
    }
    Ok(found.len())
}

/// Reads the content of a file of weights.
pub(crate) fn read_bytes(path: &Path, bytes: &[u8]) -> Result<ForeignNetwork> {
    let read = interop::read(bytes);
    let (format, network) = read.map_err(|source| Error::ForeignWeights {
        path: path.to_owned(),
        source,
    })?;
    Ok(ForeignNetwork { format, network })
}

/// The network for other programs that these weights and digits make.
///
/// # Errors
///
/// [`InteropError`] if a weight is NaN or infinite.
pub(crate) fn network(
    weights: &LayerValues,
    config: &MlpConfig,
    digits: &[u8],
) -> Result<Network, InteropError> {
    let parameters = weights.kernels.iter().zip(&weights.biases);
    let layers = config.layers().into_iter().zip(parameters);
    let layers = layers.map(|(sizes, (kernel, bias))| Layer {
        inputs: sizes.inputs,
        units: sizes.units,
        kernel: kernel.clone(),
        bias: bias.clone(),
    });
    Network::new(layers.collect())?.with_digits(digits)
}

/// The sizes of a network.
pub(crate) fn sizes(network: &Network) -> MlpConfig {
    // A network has three layers.
    let units: [usize; LAYERS] = std::array::from_fn(|at| network.layers()[at].units);
    let [first, second, outputs] = units;
    MlpConfig {
        hidden_units: [first, second],
        outputs,
    }
}

/// The weights of a network.
pub(crate) fn weights(network: &Network) -> LayerValues {
    let layers = network.layers();
    LayerValues {
        kernels: std::array::from_fn(|at| layers[at].kernel.clone()),
        biases: std::array::from_fn(|at| layers[at].bias.clone()),
    }
}

/// The network that answers for an image as `network` does for its transpose: that of images whose pixels are row by row
/// becomes one of images whose pixels are column by column.
pub(crate) fn with_transposed_images(network: &Network) -> Result<Network, InteropError> {
    let mut layers = network.layers().to_vec();
    if let Some(first) = layers.first_mut() {
        let of_unit = |unit: usize| {
            let weights = first.kernel.iter().skip(unit).step_by(first.units);
            data::row_major(&weights.copied().collect::<Vec<_>>())
        };
        let units: Vec<Vec<f32>> = (0..first.units).map(of_unit).collect();
        let row = |pixel: usize| units.iter().map(move |weights| weights[pixel]);
        first.kernel = (0..PIXELS).flat_map(row).collect();
    }
    let transposed = Network::new(layers)?;
    match network.digits() {
        Some(digits) => transposed.with_digits(digits),
        None => Ok(transposed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_come_back_from_the_network_for_other_programs_as_they_were() {
        let config = MlpConfig {
            hidden_units: [3, 2],
            outputs: 4,
        };
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let numbers: Vec<f32> = (0..1223).map(|number| number as f32 / 1000.0).collect();
        let values = LayerValues::from_numbers(&config, &numbers).unwrap();
        let network = network(&values, &config, &[0, 1, 2, 3]).unwrap();
        assert_eq!(network.digits(), Some(&[0, 1, 2, 3][..]));
        assert_eq!(network.layers()[1].kernel, numbers[1203..1209]);
        assert_eq!((sizes(&network), weights(&network)), (config, values));
    }

    #[test]
    fn a_network_of_images_row_by_row_answers_for_those_column_by_column() {
        let layer = |inputs: usize, units: usize| Layer {
            inputs,
            units,
            kernel: vec![0.5; inputs * units],
            bias: vec![-0.25; units],
        };
        let mut layers = vec![layer(400, 2), layer(2, 2), layer(2, 1)];
        // The second unit sees the pixel of row 1, column 3 alone, which is 1 * 20 + 3 row by row.
        for (at, weight) in layers[0].kernel.iter_mut().enumerate() {
            *weight = if at == 23 * 2 + 1 { 8.0 } else { 0.0 };
        }
        let by_row = Network::new(layers).unwrap();
        let by_column = with_transposed_images(&by_row).unwrap();
        let mut image = [0.0; PIXELS];
        // Column by column it is 3 * 20 + 1.
        image[61] = 1.0;
        let mut transposed = [0.0; PIXELS];
        transposed[23] = 1.0;
        let [found, expected] = [
            by_column.probabilities(&image),
            by_row.probabilities(&transposed),
        ];
        assert!((found[0] - expected[0]).abs() < 1e-15);
        assert!((found[0] - by_row.probabilities(&image)[0]).abs() > 1e-3);
    }
}
