//! `app plot embedding`: the activations of the second hidden layer, projected to two dimensions.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::Sampler;
use model::Decision;
use plots::{EmbeddedImage, Figure, grouped};

use crate::cli::arguments::{DeviceArgs, OtherRuns, PredictionArgs};
use crate::cli::images::ImageArgs;
use crate::cli::plot::evaluation::unusual;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::plot::shown::Shown;
use crate::cli::usage_error::UsageError;
use crate::predictor::Predictor;
use crate::support::error::Result;

#[derive(Debug, Args)]
pub(crate) struct PlotEmbeddingArgs {
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    #[command(flatten)]
    others: OtherRuns,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    images: ImageArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The minimum number of images: two points lie on one line, of which the second component is 0.
pub(crate) const LEAST_POINTS: usize = 3;
/// The maximum number of images; the points of more would overlap.
const MOST_POINTS: usize = 5000;

pub(crate) fn embedding(
    args: &PlotEmbeddingArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    args.others.refuse()?;
    let predictor = args.prediction.predictor(args.run.as_deref(), device)?;
    let output = PlotOutput::new(&args.output, predictor.run(), "embedding")?;
    let source = &args.prediction.source;
    let shown = Shown::read(&args.images, source, predictor.config())?;
    let (images, least) = (shown.images.len(), LEAST_POINTS);
    if images < least {
        return Err(UsageError::TooFewImages { images, least }.into());
    }
    let decision = args.prediction.decision(predictor.config())?;
    let figure = embedding_figure(&predictor, &shown, decision)?;
    output.write(&figure, out)
}

/// Draws the activations of the second hidden layer for all images, or for a random choice if there
/// are too many.
pub(crate) fn embedding_figure(
    predictor: &Predictor,
    shown: &Shown,
    decision: Decision,
) -> Result<Figure> {
    let mut order = Sampler::Shuffled { seed: 0 }.epoch_indices(shown.images.len(), 1);
    order.truncate(MOST_POINTS);
    let images = shown.images.select(&order);
    let rows = (0..images.len()).map(|index| images.row(index)).collect();
    let predictions = predictor.predict(images.digits().clone(), rows, decision)?;
    let predictions = predictions.of_part(shown.part());
    let [_, second] = predictor.hidden_activations(&predictions.images.images()?)?;
    let units = predictor.config().hidden_units[1];
    let projection = model::principal_components(&second, units);
    let points = projection.points.iter().enumerate();
    let points: Vec<EmbeddedImage> = points
        .map(|(index, at)| EmbeddedImage {
            at: *at,
            class: usize::from(images.class(index)),
            wrong: predictions.is_wrong(index),
            name: match predictions.predicted_digit(index) {
                Some(digit) => format!("{}: {digit}", predictions.name(index)),
                None => format!("{}: none", predictions.name(index)),
            },
        })
        .collect();
    let chosen = if points.len() < shown.images.len() {
        format!("{} of ", grouped(points.len()))
    } else {
        String::new()
    };
    let note = format!(
        "{}{}: the activations of its second hidden layer of {units} units for {chosen}{}",
        predictor.name(),
        unusual(decision, predictions.classes.outputs()),
        shown.description_with_digits()
    );
    Ok(plots::embedding(
        "Embedding",
        &note,
        predictions.classes.digits(),
        &points,
        projection.explained,
    ))
}
