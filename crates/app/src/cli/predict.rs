//! `app predict`: classifies images with a run's network, or with the mean of several.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::{Classes, PIXELS};
use model::{Decision, format_metric};
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs, ROWS};
use crate::cli::networks::{NetworkJson, TopArgs, check_same_data};
use crate::cli::picture_paths::runs_and_picture_files;
use crate::cli::row_part::RowPartArgs;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::read_picture;
use crate::predictor::ensemble::Ensemble;
use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::predictor::predictions::predicted_digit;
use crate::support::error::with_causes;
use crate::support::error_kind::ErrorKind;
use crate::support::listing::listed_digits;
use crate::support::parse::value;
use crate::terminal::image;

#[derive(Debug, Args)]
#[command(override_usage = "app predict [OPTIONS] [RUN]... [PICTURE]...")]
pub(crate) struct PredictArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Folders in the first places are runs or sweeps, and files are pictures. Several networks
    /// predict by the mean of their probabilities; their disagreement is the standard deviation of
    /// those of the predicted digit. --top says how many networks of a sweep.
    run: Option<PathBuf>,
    /// PNG or JPEG pictures
    #[arg(value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
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
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    part: RowPartArgs,
}

/// One prediction; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Predicted<'a> {
    /// None if there are several.
    #[serde(flatten)]
    network: Option<&'a NetworkJson>,
    /// `row N`, `test row N`, or the picture's path.
    source: String,
    /// The probability of a digit, in [0, 1].
    probability: f64,
    /// That digit: of two the positive one, of more the most probable one.
    probability_of: u8,
    /// The predicted digit; null if the prediction is none of the digits.
    digit: Option<u8>,
    /// Of more than two digits, the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    runner_up: Option<DigitProbability>,
    /// Of more than two digits, each in the order of the run's digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    probabilities: Vec<DigitProbability>,
    /// Its label, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<u8>,
    #[serde(flatten)]
    joint: Option<Joint<'a>>,
}

/// What only several networks have.
#[derive(Debug, Serialize)]
struct Joint<'a> {
    /// The standard deviation of the networks' probabilities of the predicted digit, in [0, 0.5].
    disagreement: f64,
    /// The number of networks whose most probable digit is that of their mean.
    agreeing: usize,
    networks: Vec<OfNetwork<'a>>,
}

/// What one of several networks predicts.
#[derive(Debug, Serialize)]
struct OfNetwork<'a> {
    #[serde(flatten)]
    network: &'a NetworkJson,
    /// Its own prediction; null if that is none of the digits.
    digit: Option<u8>,
    /// Its probability of the digit that `probability_of` names.
    probability: f64,
}

/// A digit and its probability, in [0, 1].
#[derive(Debug, Clone, Copy, Serialize)]
struct DigitProbability {
    digit: u8,
    probability: f64,
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
    let paths: Vec<PathBuf> = args.run.iter().chain(&args.pictures).cloned().collect();
    let (runs, pictures) = runs_and_picture_files(&paths)?;
    if pictures.is_empty() && args.index.is_empty() {
        return Err(UsageError::NothingToPredict.into());
    }
    if args.index.is_empty() {
        args.prediction.source.refuse_with_pictures()?;
    }
    let ensemble = args.prediction.ensemble(runs, args.top, device)?;
    if !args.index.is_empty() {
        check_same_data(&args.prediction.source, ensemble.members())?;
    }
    let inputs = inputs(args, pictures, ensemble.config())?;
    let unreadable = inputs.unreadable;
    if !inputs.sources.is_empty() {
        print_all(args, &ensemble, inputs, out)?;
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
    ensemble: &Ensemble,
    inputs: Inputs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let classes = ensemble.config().digits.classes()?;
    let decision = args.prediction.decision(ensemble.config())?;
    let members = ensemble.members().iter();
    let networks: Vec<NetworkJson> = members.map(NetworkJson::of).collect();
    let all_logits = ensemble.logits_of_pixels(&inputs.pixels)?;
    let mut shown = Vec::new();
    let images = inputs.pixels.chunks(PIXELS).enumerate();
    for ((source, label), (index, pixels)) in inputs.sources.into_iter().zip(images) {
        let logits = all_logits.mean_of(index);
        let found = decision.predict(logits);
        let of_positive = DigitProbability {
            digit: classes.output_digits()[0],
            probability: model::sigmoid(f64::from(logits[0])),
        };
        let (named, runner_up, probabilities) = if let [_] = logits {
            (of_positive, None, Vec::new())
        } else {
            let probability = |class: usize| DigitProbability {
                digit: classes.digit(class),
                probability: model::sigmoid(f64::from(logits[class])),
            };
            (
                probability(found.class),
                Some(probability(found.runner_up.0)),
                (0..logits.len()).map(probability).collect(),
            )
        };
        let several = ensemble.has_several();
        let joint = several.then(|| joint(&all_logits, index, decision, &classes, &networks));
        let predicted = Predicted {
            network: (!several).then(|| &networks[0]),
            source,
            probability: named.probability,
            probability_of: named.digit,
            digit: predicted_digit(&found, &classes),
            runner_up,
            probabilities,
            label,
            joint,
        };
        if args.json {
            serde_json::to_writer(&mut *out, &predicted)?;
            writeln!(out)?;
        } else {
            print(&predicted, &classes, out)?;
        }
        let digit = predicted.digit.map(|digit| digit.to_string());
        let caption = format!(
            "{}: {}, {}",
            predicted.source,
            // There is no room for more words.
            digit.as_deref().unwrap_or("none"),
            format_metric(predicted.probability)
        );
        shown.push((caption, data::row_major(pixels)));
    }
    if args.show {
        write!(out, "\n{}", image::for_terminal(&shown))?;
    }
    Ok(())
}

/// What several networks predict for one image, together and one by one.
fn joint<'a>(
    logits: &EnsembleLogits,
    index: usize,
    decision: Decision,
    classes: &Classes,
    networks: &'a [NetworkJson],
) -> Joint<'a> {
    let found = logits.predict(index, decision);
    let members = networks.iter().zip(logits.members_of(index));
    let networks = members.map(|(network, logits)| {
        let of_named = match logits {
            [logit] => *logit,
            logits => logits[found.prediction.class],
        };
        OfNetwork {
            network,
            digit: predicted_digit(&decision.predict(logits), classes),
            probability: model::sigmoid(f64::from(of_named)),
        }
    });
    Joint {
        disagreement: found.disagreement,
        agreeing: found.agreeing,
        networks: networks.collect(),
    }
}

/// The predicted digit, or that there is none.
fn name(digit: Option<u8>) -> String {
    digit.map_or_else(|| "none of them".to_owned(), |digit| digit.to_string())
}

/// Reads all images. If there are several pictures, one that cannot be read is reported, and the
/// others are still predicted.
fn inputs(args: &PredictArgs, pictures: &[PathBuf], config: &RunConfig) -> anyhow::Result<Inputs> {
    let mut inputs = Inputs::default();
    if !args.index.is_empty() {
        let part = args.part.part();
        let digits = args.prediction.source.rows(config, &args.index, part)?;
        inputs.pixels.extend_from_slice(&digits.images()?);
        for (index, row) in args.index.iter().enumerate() {
            let file = digits.file(index).map(|file| file.display().to_string());
            let source = file.unwrap_or_else(|| part.row_name(*row));
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

fn print(predicted: &Predicted<'_>, classes: &Classes, out: &mut dyn Write) -> std::io::Result<()> {
    let Predicted {
        source,
        probability,
        probability_of,
        digit,
        label,
        ..
    } = predicted;
    let probability = format_metric(*probability);
    let source = plots::printable(source);
    write!(
        out,
        "{source}: {}, P({probability_of}) = {probability}",
        name(*digit)
    )?;
    if let Some(second) = predicted.runner_up {
        let probability = format_metric(second.probability);
        write!(out, ", then P({}) = {probability}", second.digit)?;
    }
    if let Some(joint) = &predicted.joint {
        let disagreement = format_metric(joint.disagreement);
        let (agreeing, networks) = (joint.agreeing, joint.networks.len());
        write!(
            out,
            ", disagreement {disagreement}, {agreeing} of {networks} networks agree"
        )?;
    }
    match label {
        Some(label) if Some(*label) == *digit => writeln!(out, ", correct"),
        Some(label) if classes.class(*label).is_some() => match digit {
            Some(_) => writeln!(out, ", wrong: the label is {label}"),
            None => writeln!(out, ", rejected: the label is {label}"),
        },
        Some(label) => writeln!(
            out,
            ", but the label is {label}: the network only knows {}",
            listed_digits(classes.digits())
        ),
        None => writeln!(out),
    }
}
