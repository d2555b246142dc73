//! `app predict`: which digit an image shows, by a run's network.

use std::io::Write;
use std::path::{Path, PathBuf};

use data::PIXELS;
use serde::Serialize;

use crate::answers::RunNetwork;
use crate::cli::{DeviceArgs, PredictArgs};
use crate::config::RunConfig;
use crate::dataset;
use crate::failure::BadInput;
use crate::half_blocks;
use crate::notice::notice;

/// One answer; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Prediction {
    /// `row N`, or the picture's path.
    source: String,
    /// That the image shows the positive digit, in [0, 1].
    probability: f64,
    /// The answer.
    digit: u8,
    /// The digit it is, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<u8>,
}

/// Images to be answered, `[n, 400]`, each with its source and, where known, its digit.
#[derive(Default)]
struct Questions {
    images: Vec<f32>,
    sources: Vec<(String, Option<u8>)>,
}

pub(crate) fn predict(
    args: &PredictArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (run, pictures) = run_and_pictures(&args.paths);
    if pictures.is_empty() && args.index.is_empty() {
        let message = "nothing to predict: name picture files, or rows as --index 0,500";
        return Err(BadInput(message.to_owned()).into());
    }
    let (network, note) = RunNetwork::open(run, args.answers.checkpoint, chosen)?;
    let questions = questions(args, pictures, &network.config)?;
    if let Some(note) = note.filter(|_| !args.json) {
        notice(note);
    }
    let logits = network.logits_of(&questions.images)?;

    let [negative, positive] = network.config.digits;
    let mut shown = Vec::new();
    let images = questions.images.chunks(PIXELS);
    for (((source, label), logit), image) in questions.sources.into_iter().zip(logits).zip(images) {
        let probability = model::sigmoid(f64::from(logit));
        let digit = if model::is_positive(probability, args.answers.threshold) {
            positive
        } else {
            negative
        };
        let answer = Prediction {
            source,
            probability,
            digit,
            label,
        };
        if args.json {
            serde_json::to_writer(&mut *out, &answer)?;
            writeln!(out)?;
        } else {
            print(&answer, positive, out)?;
        }
        if args.show {
            let caption = format!("{}: {digit}, {probability:.4}", answer.source);
            shown.push((caption, data::upright(image)));
        }
    }
    if args.show {
        write!(out, "\n{}", half_blocks::for_terminal(&shown))?;
    }
    Ok(())
}

/// Takes the run that may stand before pictures.
pub(crate) fn run_and_pictures(paths: &[PathBuf]) -> (Option<&Path>, &[PathBuf]) {
    match paths.split_first() {
        Some((first, pictures)) if first.is_dir() => (Some(first.as_path()), pictures),
        _ => (None, paths),
    }
}

fn questions(
    args: &PredictArgs,
    pictures: &[PathBuf],
    config: &RunConfig,
) -> anyhow::Result<Questions> {
    let mut questions = Questions::default();
    if !args.index.is_empty() {
        let digits = dataset::read_for(config, &args.answers.source)?;
        dataset::check_rows(&args.index, &digits)?;
        for &row in &args.index {
            questions.images.extend_from_slice(&digits.image(row)?);
            let source = format!("row {row}");
            questions.sources.push((source, Some(digits.label(row))));
        }
    }
    for picture in pictures {
        questions.images.extend(data::read_picture(picture)?);
        let source = picture.display().to_string();
        questions.sources.push((source, None));
    }
    Ok(questions)
}

fn print(answer: &Prediction, positive: u8, out: &mut dyn Write) -> std::io::Result<()> {
    let Prediction {
        source,
        probability,
        digit,
        label,
    } = answer;
    write!(out, "{source}: {digit}, P({positive}) = {probability:.4}")?;
    match label {
        Some(label) if label == digit => writeln!(out, ", right"),
        Some(label) => writeln!(out, ", wrong: it is a {label}"),
        None => writeln!(out),
    }
}
