//! `app plot activations`: the activations of every layer for one image.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use model::Decision;
use plots::{Activations, Figure, LayerActivations};

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::pattern::expanded;
use crate::cli::picture_paths::run_and_picture_files;
use crate::cli::plot::choice::bitmap;
use crate::cli::plot::evaluation::unusual;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::plot::weights::layer_name;
use crate::cli::row_part::RowPartArgs;
use crate::cli::usage_error::UsageError;
use crate::dataset::image_name;
use crate::predictor::Predictor;
use crate::predictor::predictions::predicted_digit;
use crate::reading::picture::read_pixels;
use crate::support::error::Result;
use crate::support::parse::value;

#[derive(Debug, Args)]
pub(crate) struct PlotActivationsArgs {
    /// Run directory [default: the newest in runs/]
    ///
    /// A folder in the first place is a run, and a file a picture.
    run: Option<PathBuf>,
    /// PNG or JPEG picture
    picture: Option<PathBuf>,
    /// Row of the data set, counted from 0, instead of a picture
    #[arg(long, value_name = "ROW", value_parser = value::<usize>("a row number, such as 500"))]
    index: Option<usize>,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    part: RowPartArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The image that is shown.
enum Input<'a> {
    Picture(&'a PathBuf),
    Row(usize),
}

pub(crate) fn activations(
    args: &PlotActivationsArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let paths = expanded(args.run.iter().chain(&args.picture).cloned())?;
    let (run, pictures) = run_and_picture_files(&paths)?;
    let input = match (args.index, pictures) {
        (None, [picture]) => {
            args.prediction.source.refuse_with_pictures()?;
            Input::Picture(picture)
        }
        (Some(row), []) => Input::Row(row),
        _ => return Err(UsageError::NotOneImage.into()),
    };
    let predictor = args.prediction.predictor(run, device)?;
    let output = PlotOutput::new(&args.output, predictor.run(), "activations")?;
    let (pixels, name, label) = match input {
        Input::Picture(picture) => {
            let name = picture.display().to_string();
            let reading = args.prediction.source.picture_reading(predictor.config());
            (read_pixels(picture, reading)?, name, None)
        }
        Input::Row(row) => {
            let (source, part) = (&args.prediction.source, args.part.part());
            let digits = source.rows(predictor.config(), &[row], part)?;
            let pixels = digits.image(0)?.into_owned();
            let (name, label) = (image_name(&digits, 0, row, part), digits.label(0));
            if predictor.config().digits.0.contains(&label) {
                (pixels, name, Some(label))
            } else {
                let name = format!("{name}, a {label}, which the network does not know");
                (pixels, name, None)
            }
        }
    };
    let decision = args.prediction.decision(predictor.config())?;
    let figure = activations_figure(&predictor, &pixels, &name, label, decision)?;
    output.write(&figure, out)
}

/// Draws the activations of every layer for one image, 400 pixels.
pub(crate) fn activations_figure(
    predictor: &Predictor,
    image: &[f32],
    name: &str,
    label: Option<u8>,
    decision: Decision,
) -> Result<Figure> {
    let logits = predictor.logits_of_pixels(image)?;
    let [first, second] = predictor.hidden_activations(image)?;
    let classes = predictor.config().digits.classes()?;
    #[expect(clippy::cast_possible_truncation, reason = "drawn with a few digits")]
    let probability = |logit: &f32| model::sigmoid(f64::from(*logit)) as f32;
    let last = logits.iter().map(probability).collect();
    let weights = predictor.weights()?;
    let layers = weights.chunks_exact(2).zip([first, second, last]);
    let shown = Activations {
        image: bitmap(image),
        layers: layers
            .map(|(layer, values)| LayerActivations {
                name: layer_name(&layer[0]),
                values,
                kernel: layer[0].values.clone(),
            })
            .collect(),
        digits: classes.digits().to_vec(),
        label,
        prediction: predicted_digit(&decision.predict(&logits), &classes),
    };
    let title = format!("Activations for {name}");
    let note = format!(
        "{}{}",
        predictor.name(),
        unusual(decision, classes.outputs())
    );
    Ok(plots::activations(&title, &note, &shown))
}
