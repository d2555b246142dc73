//! `app predict`: classifies images with a run's network.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::PIXELS;
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs, run_and_pictures};
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::check_rows;
use crate::predictor::predictions::classify;
use crate::terminal::image;

#[derive(Debug, Args)]
pub(crate) struct PredictArgs {
    /// Run directory [default: the newest in runs/], then picture files, PNG or JPEG
    #[arg(value_name = "[RUN] PICTURE")]
    paths: Vec<PathBuf>,
    /// Rows of the data set, counted from 0, such as `0,500`
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    index: Vec<usize>,
    #[command(flatten)]
    prediction: PredictionArgs,
    /// Draw the images in the terminal
    #[arg(long, conflicts_with = "json")]
    show: bool,
    /// Print JSON Lines, one object per line
    #[arg(long)]
    json: bool,
}

/// One prediction; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Prediction {
    /// `row N`, or the picture's path.
    source: String,
    /// The probability of the positive digit, in [0, 1].
    probability: f64,
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
}

pub(crate) fn predict(
    args: &PredictArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (run, pictures) = run_and_pictures(&args.paths);
    if pictures.is_empty() && args.index.is_empty() {
        return Err(UsageError::NothingToPredict.into());
    }
    let predictor = args.prediction.predictor(run, device)?;
    let digits = predictor.config().digits;
    let inputs = inputs(args, pictures, predictor.config())?;
    let logits = predictor.logits_of_pixels(&inputs.pixels)?;

    let mut shown = Vec::new();
    let images = inputs.pixels.chunks(PIXELS);
    for (((source, label), logit), pixels) in inputs.sources.into_iter().zip(logits).zip(images) {
        let probability = model::sigmoid(f64::from(logit));
        let prediction = Prediction {
            source,
            probability,
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
        let caption = format!("{source}: {digit}, {probability:.4}");
        shown.push((caption, data::row_major(pixels)));
    }
    if args.show {
        write!(out, "\n{}", image::for_terminal(&shown))?;
    }
    Ok(())
}

fn inputs(args: &PredictArgs, pictures: &[PathBuf], config: &RunConfig) -> anyhow::Result<Inputs> {
    let mut inputs = Inputs::default();
    if !args.index.is_empty() {
        let digits = args.prediction.source.digits(config)?;
        check_rows(&args.index, &digits)?;
        for &row in &args.index {
            inputs.pixels.extend_from_slice(&digits.image(row)?);
            let source = format!("row {row}");
            inputs.sources.push((source, Some(digits.label(row))));
        }
    }
    for picture in pictures {
        inputs.pixels.extend(data::read_picture(picture)?);
        let source = picture.display().to_string();
        inputs.sources.push((source, None));
    }
    Ok(inputs)
}

fn print(
    prediction: &Prediction,
    [_, positive]: [u8; 2],
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Prediction {
        source,
        probability,
        digit,
        label,
    } = prediction;
    write!(out, "{source}: {digit}, P({positive}) = {probability:.4}")?;
    match label {
        Some(label) if label == digit => writeln!(out, ", correct"),
        Some(label) => writeln!(out, ", wrong: the label is {label}"),
        None => writeln!(out),
    }
}
