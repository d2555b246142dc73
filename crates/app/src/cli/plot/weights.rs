//! `app plot weights`: the weights of the first layer as images, and histograms by layer.

use std::io::Write;

use clap::Args;
use data::SIDE;
use model::NamedWeights;
use plots::{Bitmap, Figure, InitialWeights, LayerWeights};

use crate::cli::arguments::NetworkArgs;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::device::select::{open_cpu, reference_device};
use crate::predictor::Predictor;
use crate::support::error::{Result, with_causes};
use crate::train::initial_weights::network_at_start;

#[derive(Debug, Args)]
pub(crate) struct PlotWeightsArgs {
    #[command(flatten)]
    network: NetworkArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The maximum number of units of the first layer that are drawn.
const MOST_UNITS: usize = 100;

pub(crate) fn weights(args: &PlotWeightsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let run = args.network.open()?;
    // Only differences are computed, so no GPU is needed.
    let predictor = Predictor::open(run, args.network.checkpoint.name, open_cpu()?)?;
    let output = PlotOutput::new(&args.output, predictor.run(), "weights")?;
    output.write(&weights_figure(&predictor)?, out)
}

/// Draws the weights of the first layer, histograms by layer, and the change of the weights during
/// training.
pub(crate) fn weights_figure(predictor: &Predictor) -> Result<Figure> {
    let weights = predictor.weights()?;
    let mut note = vec![predictor.name()];
    let (run, config) = (predictor.run(), predictor.config());
    let initial = match network_at_start(run, config, &reference_device()) {
        Ok(initial) => Some(model::named_weights(&initial)?),
        Err(error) => {
            note.push(format!(
                "without its initial weights: {}",
                with_causes(&error)
            ));
            None
        }
    };
    let units = predictor.config().hidden_units[0];
    if units > MOST_UNITS {
        note.push(format!("the first {MOST_UNITS} of {units} units"));
    }
    let change = initial.as_ref().map(|initial| {
        let pairs = weights[0].values.iter().zip(&initial[0].values);
        pairs.map(|(now, before)| now - before).collect()
    });
    let change: Vec<f32> = change.unwrap_or_default();
    let digits = &predictor.config().digits.0;
    let layers = layers(&weights, initial.as_deref(), digits);
    let responds_to = of_units(&weights[0].values, units);
    Ok(plots::weights(
        "Weights",
        &note.join("; "),
        &responds_to,
        &of_units(&change, units),
        &layers,
    ))
}

/// The weights and biases of each layer, with those before the first step if they are known. The units of
/// the last layer stand for the digits if there is one for each.
fn layers(
    weights: &[NamedWeights],
    initial: Option<&[NamedWeights]>,
    digits: &[u8],
) -> Vec<LayerWeights> {
    let last = weights.len() / 2 - 1;
    weights
        .chunks_exact(2)
        .enumerate()
        .map(|(index, layer)| LayerWeights {
            name: layer_name(&layer[0]),
            inputs: layer[0].shape[0],
            units: layer[0].shape[1],
            digits: if index == last && layer[0].shape[1] == digits.len() {
                digits.to_vec()
            } else {
                Vec::new()
            },
            kernel: layer[0].values.clone(),
            bias: layer[1].values.clone(),
            initial: initial.map(|initial| InitialWeights {
                kernel: initial[2 * index].values.clone(),
                bias: initial[2 * index + 1].values.clone(),
            }),
        })
        .collect()
}

/// `layer1` of `layer1.weight`.
pub(crate) fn layer_name(weights: &NamedWeights) -> String {
    let name = weights.name.split('.').next();
    name.unwrap_or_default().to_owned()
}

/// The weights of each unit as an image in row-major order, from a kernel `[400, units]`; none if
/// it is empty.
fn of_units(kernel: &[f32], units: usize) -> Vec<Bitmap> {
    if kernel.is_empty() {
        return Vec::new();
    }
    let of_unit =
        |unit: usize| -> Vec<f32> { kernel.iter().skip(unit).step_by(units).copied().collect() };
    let shown = 0..units.min(MOST_UNITS);
    shown
        .map(|unit| Bitmap {
            columns: SIDE,
            values: data::row_major(&of_unit(unit)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_has_its_own_weights_upright() {
        // Pixels are numbered column by column: 1 is below 0, at the left edge.
        let (units, mut kernel) = (3, vec![0.0; 400 * 3]);
        kernel[units + 2] = 5.0;
        let tiles = of_units(&kernel, units);
        assert_eq!(tiles.len(), units);
        assert_eq!(tiles[0].values, [0.0; 400]);
        let places = tiles[2].values.iter().enumerate();
        let set: Vec<_> = places.filter(|(_, value)| **value != 0.0).collect();
        assert_eq!((tiles[2].columns, set), (20, vec![(20, &5.0)]));
    }
}
