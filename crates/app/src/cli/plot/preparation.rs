//! `app plot preparation`: how pictures become what a network gets.

use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, Args};
use data::PictureReading;
use model::{Decision, format_metric};

use crate::cli::arguments::{DeviceArgs, PredictionArgs};
use crate::cli::networks::TopArgs;
use crate::cli::pattern::expanded;
use crate::cli::picture_folder::PictureFolder;
use crate::cli::picture_paths::runs_and_picture_paths;
use crate::cli::plot::output::{OutputArgs, PlotOutput};
use crate::cli::prepared_picture::{ShownPrediction, prepared_picture};
use crate::cli::usage_error::UsageError;
use crate::predictor::ensemble::Ensemble;
use crate::reading::found::Expected;
use crate::reading::picture::{self, ReadPicture};
use crate::reading::refusal::Refusal;
use crate::support::error::Result;
use crate::support::plural::counted;

/// More pictures make a file that no viewer opens.
const MOST_PICTURES: usize = 100;

#[derive(Debug, Args)]
#[command(
    override_usage = "app plot preparation [OPTIONS] [RUN]... <PICTURE>...",
    mut_args(without_data_set)
)]
pub(crate) struct PlotPreparationArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Folders in the first places are runs or sweeps, and files are pictures.
    run: Option<PathBuf>,
    /// PNG or JPEG pictures, or folders of them; at most 100
    #[arg(value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// Read several digits from left to right
    #[arg(long)]
    row: bool,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Hides the flags of data sets in the help, which are refused.
fn without_data_set(argument: Arg) -> Arg {
    let is_refused = ["data", "pixel_order", "pixel_scale"]
        .iter()
        .any(|name| argument.get_id() == *name);
    argument.hide(is_refused)
}

pub(crate) fn preparation(
    args: &PlotPreparationArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let paths = expanded(args.run.iter().chain(&args.pictures).cloned())?;
    let (runs, paths) = runs_and_picture_paths(&paths)?;
    args.prediction.source.refuse_with_pictures()?;
    let mut pictures = Vec::new();
    for path in paths {
        if path.is_dir() {
            pictures.extend(PictureFolder::list(path)?.pictures);
        } else {
            pictures.push(path.clone());
        }
    }
    if pictures.is_empty() {
        return Err(UsageError::NoPictures.into());
    }
    if pictures.len() > MOST_PICTURES {
        return Err(UsageError::TooManyPictures {
            found: pictures.len(),
            most: MOST_PICTURES,
        }
        .into());
    }
    let ensemble = args.prediction.ensemble(runs, args.top, device)?;
    if args.prediction.source.picture_reading(ensemble.config()) == PictureReading::Resized {
        return Err(UsageError::NoPreparation.into());
    }
    let output = PlotOutput::of_networks(&args.output, &ensemble, "preparation")?;
    let decision = args.prediction.decision(ensemble.config())?;
    let digits = ensemble.config().digits.0.clone();
    let expected = if args.row {
        Expected::Row
    } else {
        Expected::One
    };
    let mut shown = Vec::new();
    for path in pictures {
        let read = picture::read(&path, &digits, expected)?;
        let prediction = prediction(&ensemble, decision, &read, &digits)?;
        shown.push(prepared_picture(
            path.display().to_string(),
            &read,
            prediction,
        ));
    }
    let title = format!("Preparation of {}", counted(shown.len(), "picture"));
    let figure = plots::preparation(&title, &ensemble.name(), &shown);
    output.write(&figure, out)
}

/// Predicts the digits of a picture.
fn prediction(
    ensemble: &Ensemble,
    decision: Decision,
    read: &ReadPicture,
    digits: &[u8],
) -> Result<ShownPrediction> {
    let pixels = read.digits.iter().flat_map(|digit| &digit.pixels);
    let pixels: Vec<f32> = pixels.copied().collect();
    let logits = match pixels.as_slice() {
        [] => None,
        pixels => Some(ensemble.logits_of_pixels(pixels)?),
    };
    let classes = ensemble.config().digits.classes()?;
    let (mut labels, mut text, mut refusal) = (Vec::new(), String::new(), read.refusal);
    for (index, digit) in read.digits.iter().enumerate() {
        let found = logits
            .as_ref()
            .map(|logits| decision.predict(logits.mean_of(index)));
        let predicted = found
            .filter(|found| !found.is_rejected)
            .map(|found| (classes.digit(found.class), found.probability));
        let disputed = Refusal::of_dispute(predicted.map(|(digit, _)| digit), digit.looks_like);
        let of_digit = digit.refusal.or(disputed);
        if read.digits.len() == 1 {
            refusal = refusal.or(of_digit);
        }
        if let (None, Some((digit, probability))) = (of_digit, predicted) {
            labels.push(format!("{digit}, P = {}", format_metric(probability)));
            text.push(char::from(b'0' + digit));
        } else {
            labels.push("?".to_owned());
            text.push('?');
        }
    }
    Ok(match refusal {
        Some(refusal) => ShownPrediction {
            labels,
            text: format!("no prediction: {}", refusal.reason(digits)),
            has_prediction: false,
        },
        None => ShownPrediction {
            text: match labels.as_slice() {
                [only] => only.clone(),
                _ => text,
            },
            labels,
            has_prediction: true,
        },
    })
}
