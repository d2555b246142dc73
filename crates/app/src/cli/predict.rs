//! `app predict`: classifies images with a run's network.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::PIXELS;
use model::format_metric;
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs, ROWS, run_and_pictures};
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::read_picture;
use crate::predictor::Predictor;
use crate::predictor::predictions::classify;
use crate::support::error::with_causes;
use crate::support::error_kind::ErrorKind;
use crate::support::parse::value;
use crate::terminal::image;

#[derive(Debug, Args)]
pub(crate) struct PredictArgs {
    /// Run [default: the newest in runs/], then PNG or JPEG pictures
    #[arg(value_name = "[RUN] PICTURE")]
    paths: Vec<PathBuf>,
    /// Rows of the data set, from 0, such as 0,500
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "ROWS", value_parser = value::<usize>(ROWS))]
    index: Vec<usize>,
    /// Draw the images in the terminal
    #[arg(long, conflicts_with = "json")]
    show: bool,
    /// Print JSON Lines, one object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    prediction: PredictionArgs,
}

/// One prediction; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Prediction<'a> {
    run: &'a str,
    /// The name by which the checkpoint was chosen.
    checkpoint: &'a str,
    /// The epoch of the network.
    epoch: usize,
    /// `row N`, or the picture's path.
    source: String,
    /// The probability of the positive digit, in [0, 1].
    probability: f64,
    /// The positive digit.
    probability_of: u8,
    /// The predicted digit.
    digit: u8,
    /// Its label, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<u8>,
}

/// Images to classify, `[n, 400]`, each with its source and, if known, its label.
#[derive(Default)]
struct Inputs {
    pixels: Vec<f32>,
    sources: Vec<(String, Option<u8>)>,
    /// Pictures that could not be read.
    unreadable: usize,
}

pub(crate) fn predict(
    args: &PredictArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (run, pictures) = run_and_pictures(&args.paths)?;
    if pictures.is_empty() && args.index.is_empty() {
        return Err(UsageError::NothingToPredict.into());
    }
    if args.index.is_empty() {
        args.prediction.source.refuse_with_pictures()?;
    }
    let predictor = args.prediction.predictor(run, device)?;
    let inputs = inputs(args, pictures, predictor.config())?;
    let unreadable = inputs.unreadable;
    if !inputs.sources.is_empty() {
        print_all(args, &predictor, inputs, out)?;
    }
    if unreadable > 0 {
        let pictures = pictures.len();
        return Err(UsageError::UnreadablePictures {
            unreadable,
            pictures,
        }
        .into());
    }
    Ok(())
}

/// Predicts all images, and prints a line for each.
fn print_all(
    args: &PredictArgs,
    predictor: &Predictor,
    inputs: Inputs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let digits = predictor.config().digits;
    let run = predictor.run().path().display().to_string();
    let checkpoint = predictor.checkpoint().to_string();
    let logits = predictor.logits_of_pixels(&inputs.pixels)?;
    let mut shown = Vec::new();
    let images = inputs.pixels.chunks(PIXELS);
    for (((source, label), logit), pixels) in inputs.sources.into_iter().zip(logits).zip(images) {
        let probability = model::sigmoid(f64::from(logit));
        let prediction = Prediction {
            run: &run,
            checkpoint: &checkpoint,
            epoch: predictor.epoch(),
            source,
            probability,
            probability_of: digits[1],
            digit: classify(probability, digits, args.prediction.threshold),
            label,
        };
        if args.json {
            serde_json::to_writer(&mut *out, &prediction)?;
            writeln!(out)?;
        } else {
            print(&prediction, digits, out)?;
        }
        let Prediction { source, digit, .. } = prediction;
        let caption = format!("{source}: {digit}, {}", format_metric(probability));
        shown.push((caption, data::row_major(pixels)));
    }
    if args.show {
        write!(out, "\n{}", image::for_terminal(&shown))?;
    }
    Ok(())
}

/// Reads all images. If there are several pictures, one that cannot be read is reported, and the
/// others are still predicted.
fn inputs(args: &PredictArgs, pictures: &[PathBuf], config: &RunConfig) -> anyhow::Result<Inputs> {
    let mut inputs = Inputs::default();
    if !args.index.is_empty() {
        let digits = args.prediction.source.rows(config, &args.index)?;
        inputs.pixels.extend_from_slice(&digits.images()?);
        for (index, row) in args.index.iter().enumerate() {
            let file = digits.file(index).map(|file| file.display().to_string());
            let source = file.unwrap_or_else(|| format!("row {row}"));
            inputs.sources.push((source, Some(digits.label(index))));
        }
    }
    for picture in pictures {
        match read_picture(picture) {
            Ok(pixels) => {
                inputs.pixels.extend(pixels);
                let source = picture.display().to_string();
                inputs.sources.push((source, None));
            }
            Err(error) if pictures.len() > 1 && error.kind() == ErrorKind::BadInput => {
                stderr::print(format_args!("not predicted: {}", with_causes(&error)));
                inputs.unreadable += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(inputs)
}

fn print(
    prediction: &Prediction<'_>,
    [negative, positive]: [u8; 2],
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Prediction {
        source,
        probability,
        digit,
        label,
        ..
    } = prediction;
    let probability = format_metric(*probability);
    write!(out, "{source}: {digit}, P({positive}) = {probability}")?;
    match label {
        Some(label) if label == digit => writeln!(out, ", correct"),
        Some(label) if [negative, positive].contains(label) => {
            writeln!(out, ", wrong: the label is {label}")
        }
        Some(label) => writeln!(
            out,
            ", but the label is {label}: the network only knows {negative} and {positive}"
        ),
        None => writeln!(out),
    }
}
