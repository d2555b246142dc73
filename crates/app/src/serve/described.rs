//! Networks as the server's JSON: what they are, and their weights.

use data::{PIXELS, SIDE};
use server::{LayerWeights, Model, Weights};

use crate::serve::names::description;
use crate::serve::served::Served;

/// Describes networks, without the folders that they are in.
pub(crate) fn model(served: &Served) -> Model {
    let ensemble = served.ensemble();
    let first = ensemble.first();
    let config = first.config.model();
    let [wide, narrow] = config.hidden_units;
    let layers = vec![PIXELS, wide, narrow, config.outputs];
    Model {
        name: served.name.clone(),
        description: description(ensemble),
        digits: served.classes.digits().to_vec(),
        networks: ensemble.members().len(),
        parameters: layers.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum(),
        layers,
        epoch: first.epoch,
        metrics: served.metrics.clone(),
        device: served.device.clone(),
    }
}

/// The weights of the first network, those of the pixels row by row.
pub(crate) fn weights(served: &Served) -> Weights {
    let values = &served.ensemble().first().weights;
    let layers = values.kernels.iter().zip(&values.biases).enumerate();
    let layer = |(index, (kernel, bias)): (usize, (&Vec<f32>, &Vec<f32>))| LayerWeights {
        inputs: kernel.len() / bias.len().max(1),
        units: bias.len(),
        kernel: match index {
            0 => by_rows(kernel, bias.len()),
            _ => kernel.clone(),
        },
        bias: bias.clone(),
    };
    Weights {
        model: served.name.clone(),
        layers: layers.map(layer).collect(),
    }
}

/// The kernel `[400, units]` of pixels column by column, with its rows in the order of pixels row by row.
fn by_rows(kernel: &[f32], units: usize) -> Vec<f32> {
    let rows = (0..PIXELS).map(|at| SIDE * (at % SIDE) + at / SIDE);
    rows.flat_map(|row| &kernel[row * units..][..units])
        .copied()
        .collect()
}

/// The weights of the first layer's units, each as 20 x 20 numbers row by row.
pub(crate) fn images_of_units(kernel: &[f32], units: usize) -> Vec<Vec<f32>> {
    let kernel = by_rows(kernel, units);
    let image = |unit| kernel.iter().skip(unit).step_by(units).copied().collect();
    (0..units).map(image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_a_unit_are_an_image_row_by_row() {
        // Pixel (row 3, column 7) is number 7 * 20 + 3 of those column by column, and 3 * 20 + 7 row by row.
        let units = 2;
        let mut kernel = vec![0.0; PIXELS * units];
        kernel[(7 * 20 + 3) * units + 1] = 0.5;
        let images = images_of_units(&kernel, units);
        assert_eq!(images.len(), 2);
        let place = images[1].iter().position(|weight| *weight > 0.0);
        assert_eq!((place, images[1].len()), (Some(3 * 20 + 7), PIXELS));
        assert!(images[0].iter().all(|weight| weight.abs() < 1e-9));
    }
}
