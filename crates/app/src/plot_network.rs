//! `app plot weights`, `activations`, `model` and `embedding`: the network from the inside.

use std::io::Write;

use data::{DigitPair, Order, SIDE};
use model::NamedWeights;
use plots::{
    Activations, Bitmap, DenseLayer, EmbeddedImage, Figure, InitialWeights, LayerActivations,
    LayerWeights,
};

use crate::answers::RunNetwork;
use crate::backend;
use crate::cli::DeviceArgs;
use crate::config::RunConfig;
use crate::dataset;
use crate::failure::BadInput;
use crate::init;
use crate::notice::notice;
use crate::plot_cli::{PlotActivationsArgs, PlotEmbeddingArgs, PlotModelArgs, PlotWeightsArgs};
use crate::plot_digits;
use crate::plot_output::{self, PlotOutput};
use crate::predict::run_and_pictures;
use crate::run_dir::RunDir;

/// Units of the first layer that have a picture each.
const MOST_UNITS: usize = 100;
/// Images of an embedding; more would lie on each other.
const MOST_POINTS: usize = 5000;

pub(crate) fn weights(args: &PlotWeightsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let run = args.network.run.as_deref();
    // Nothing is computed but differences, which needs no GPU.
    let network = RunNetwork::open_on_cpu(run, args.network.checkpoint)?;
    let output = PlotOutput::new(&args.output, &network.run, "weights")?;
    output.write(&weights_figure(&network)?, out)
}

/// Draws what the units of a network look for, and how far they came since the first step.
pub(crate) fn weights_figure(network: &RunNetwork) -> anyhow::Result<Figure> {
    let weights = model::named_weights(&network.on_cpu()?)?;
    let mut note = vec![network.name()];
    let initial = match init::network(&network.config, &backend::reference()) {
        Ok(initial) => Some(model::named_weights(&initial)?),
        Err(error) => {
            note.push(format!("without its initial weights: {error:#}"));
            None
        }
    };
    let units = network.config.hidden_units[0];
    if units > MOST_UNITS {
        note.push(format!("the first {MOST_UNITS} of {units} units"));
    }
    let change = initial.as_ref().map(|initial| {
        let pairs = weights[0].values.iter().zip(&initial[0].values);
        pairs.map(|(now, before)| now - before).collect()
    });
    let change: Vec<f32> = change.unwrap_or_default();
    let layers: Vec<LayerWeights> = weights
        .chunks_exact(2)
        .enumerate()
        .map(|(index, layer)| LayerWeights {
            name: layer_name(&layer[0]),
            inputs: layer[0].shape[0],
            units: layer[0].shape[1],
            kernel: layer[0].values.clone(),
            bias: layer[1].values.clone(),
            initial: initial.as_ref().map(|initial| InitialWeights {
                kernel: initial[2 * index].values.clone(),
                bias: initial[2 * index + 1].values.clone(),
            }),
        })
        .collect();
    let looked_for = of_units(&weights[0].values, units);
    Ok(plots::weights(
        "Weights",
        &note.join("; "),
        &looked_for,
        &of_units(&change, units),
        &layers,
    ))
}

/// `layer1` of `layer1.weight`.
fn layer_name(weights: &NamedWeights) -> String {
    let name = weights.name.split('.').next();
    name.unwrap_or_default().to_owned()
}

/// The weights that lead from the pixels to each unit, upright, of a kernel `[400, units]`; none
/// of an empty one.
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
            values: data::upright(&of_unit(unit)),
        })
        .collect()
}

pub(crate) fn activations(
    args: &PlotActivationsArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (run, pictures) = run_and_pictures(&args.paths);
    let wanted = match (args.index, pictures) {
        (None, [picture]) => Ok(picture),
        (Some(row), []) => Err(row),
        _ => {
            let message = "expected one image: a picture file, or a row as --index 500";
            return Err(BadInput(message.to_owned()).into());
        }
    };
    let (network, device) = RunNetwork::open(run, args.answers.checkpoint, chosen)?;
    let output = PlotOutput::new(&args.output, &network.run, "activations")?;
    let (image, name, label) = match wanted {
        Ok(picture) => {
            let name = picture.display().to_string();
            (data::read_picture(picture)?, name, None)
        }
        Err(row) => {
            let digits = dataset::read_for(&network.config, &args.answers.source)?;
            dataset::check_rows(&[row], &digits)?;
            let image = digits.image(row)?.into_owned();
            (image, format!("row {row}"), Some(digits.label(row)))
        }
    };
    if let Some(device) = device {
        notice(device);
    }
    let threshold = args.answers.threshold;
    let figure = activations_figure(&network, &image, &name, label, threshold)?;
    output.write(&figure, out)
}

/// Draws the way of one image, 400 pixels, through a network.
pub(crate) fn activations_figure(
    network: &RunNetwork,
    image: &[f32],
    name: &str,
    label: Option<u8>,
    threshold: f64,
) -> anyhow::Result<Figure> {
    let logits = network.logits_of(image)?;
    let [first, second] = network.hidden_activations(image)?;
    let probability = model::sigmoid(f64::from(logits[0]));
    let [negative, positive] = network.config.digits;
    #[expect(clippy::cast_possible_truncation, reason = "drawn with a few digits")]
    let last = vec![probability as f32];
    let weights = model::named_weights(&network.on_cpu()?)?;
    let layers = weights.chunks_exact(2).zip([first, second, last]);
    let shown = Activations {
        image: plot_digits::bitmap(image),
        layers: layers
            .map(|(layer, values)| LayerActivations {
                name: layer_name(&layer[0]),
                values,
                kernel: layer[0].values.clone(),
            })
            .collect(),
        digits: network.config.digits,
        label,
        prediction: if probability >= threshold {
            positive
        } else {
            negative
        },
    };
    let title = format!("Activations for {name}");
    Ok(plots::activations(&title, &network.name(), &shown))
}

pub(crate) fn model(args: &PlotModelArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let run = RunDir::open(args.run.as_deref())?;
    let layers = layers(&run.config()?);
    let text = match args
        .output
        .as_deref()
        .map(|path| (path, plot_output::ending(path)))
    {
        Some((path, ending)) if ending == "mmd" => Some((path, plots::mermaid(&layers))),
        Some((path, ending)) if ending == "dot" => Some((path, plots::dot(&layers))),
        _ => None,
    };
    if let Some((path, text)) = text {
        plot_output::check_folder(path)?;
        return plot_output::write_file(path, text.as_bytes(), out);
    }
    let output = match &args.output {
        None => PlotOutput::in_run(&run, "model"),
        Some(path) => PlotOutput::file(path)
            .map_err(|BadInput(message)| BadInput(format!("{message}, .mmd or .dot")))?,
    };
    output.write(&model_figure(&run, &layers), out)
}

pub(crate) fn model_figure(run: &RunDir, layers: &[DenseLayer]) -> Figure {
    let title = format!("Model of {}", run.path().display());
    plots::model_diagram(&title, layers)
}

/// The layers of a run's network.
pub(crate) fn layers(config: &RunConfig) -> Vec<DenseLayer> {
    let layers = config.model().layers().into_iter();
    layers
        .map(|layer| DenseLayer {
            name: layer.name.to_owned(),
            inputs: layer.inputs,
            units: layer.units,
            activation: "sigmoid".to_owned(),
        })
        .collect()
}

pub(crate) fn embedding(
    args: &PlotEmbeddingArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (network, device) = RunNetwork::open(args.run.as_deref(), args.answers.checkpoint, chosen)?;
    let output = PlotOutput::new(&args.output, &network.run, "embedding")?;
    let pair = dataset::pair_for(&network.config, &args.answers.source)?;
    if let Some(device) = device {
        notice(device);
    }
    let figure = embedding_figure(&network, &pair, args.answers.threshold)?;
    output.write(&figure, out)
}

/// Draws where the second hidden layer puts images: all of them, or a random choice of many.
pub(crate) fn embedding_figure(
    network: &RunNetwork,
    pair: &DigitPair,
    threshold: f64,
) -> anyhow::Result<Figure> {
    let mut order = Order::Shuffled(0).of_epoch(pair.len(), 1);
    order.truncate(MOST_POINTS);
    let pair = pair.select(&order);
    let rows = (0..pair.len()).map(|index| pair.row(index)).collect();
    let answered = network.answer(pair.digits().clone(), rows, threshold)?;
    let [_, second] = network.hidden_activations(&answered.images.images()?)?;
    let units = network.config.hidden_units[1];
    let projection = model::principal_components(&second, units);
    let [negative, positive] = answered.digits;
    let points = projection.points.iter().enumerate();
    let points: Vec<EmbeddedImage> = points
        .map(|(index, at)| EmbeddedImage {
            at: *at,
            positive: answered.images.label(index) == positive,
            wrong: answered.is_wrong(index),
            name: format!("row {}: {}", answered.rows[index], answered.answer(index)),
        })
        .collect();
    let note = format!(
        "{}: what its second hidden layer of {units} units makes of {} images of {negative} and {positive}",
        network.name(),
        points.len()
    );
    Ok(plots::embedding(
        "Embedding",
        &note,
        answered.digits,
        &points,
        projection.explained,
    ))
}
