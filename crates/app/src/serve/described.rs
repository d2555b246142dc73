//! Networks as the server's JSON: what they are, and their weights.

use data::{PIXELS, SIDE};
use server::{LayerWeights, Metric, Model, Weights};

use crate::predictor::member::Member;
use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::serve::served::Served;
use crate::support::error::Result;

/// Describes networks.
///
/// # Errors
///
/// [`Error::Csv`](crate::Error::Csv) if the history of their run is damaged.
pub(crate) fn model(served: &Served) -> Result<Model> {
    let ensemble = served.ensemble();
    let first = ensemble.first();
    let config = first.config.model();
    let [wide, narrow] = config.hidden_units;
    let layers = vec![PIXELS, wide, narrow, config.outputs];
    Ok(Model {
        name: served.name.clone(),
        description: ensemble.name(),
        digits: served.classes.digits().to_vec(),
        networks: ensemble.members().len(),
        parameters: layers.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum(),
        layers,
        epoch: first.epoch,
        metrics: metrics_of(first)?,
        device: served.device.clone(),
    })
}

/// The metrics of the network's epoch; none of a network of a sweep, whose epochs are not kept, or of an imported one.
fn metrics_of(member: &Member) -> Result<Vec<Metric>> {
    if member.point.is_some() {
        return Ok(Vec::new());
    }
    let run = RunDirectory::open(Some(&member.directory))?;
    let history = run.history()?;
    let epoch = history.iter().find(|epoch| epoch.epoch == member.epoch);
    Ok(epoch.map(metrics).unwrap_or_default())
}

/// The metrics of an epoch by name.
pub(crate) fn metrics(epoch: &EpochMetrics) -> Vec<Metric> {
    let named = epoch.named().into_iter();
    named.map(|(name, value)| metric(name, value)).collect()
}

fn metric(name: &str, value: f64) -> Metric {
    Metric {
        name: name.to_owned(),
        value: value.is_finite().then_some(value),
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
