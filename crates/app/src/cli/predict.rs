//! `app predict`: classifies images with a run's network, or with the mean of several.

mod csv_file;
mod inputs;
mod output;
mod predicted;
mod refused;
mod row;
mod saved;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use crate::cli::arguments::{DeviceArgs, PredictionArgs, ROWS};
use crate::cli::networks::{NetworkJson, TopArgs, check_same_data};
use crate::cli::pattern::expanded;
use crate::cli::picture_paths::runs_and_picture_paths;
use crate::cli::predict::inputs::{Batch, HowRead, Inputs, Item, Source};
use crate::cli::predict::output::{Output, PredictOutputArgs};
use crate::cli::predict::predicted::Networks;
use crate::cli::row_part::RowPartArgs;
use crate::cli::usage_error::UsageError;
use crate::predictor::ensemble::Ensemble;
use crate::reading::found::Expected;
use crate::support::error::Error;
use crate::support::parse::value;

#[derive(Debug, Args)]
#[command(override_usage = "app predict [OPTIONS] [RUN]... [PICTURE]...")]
pub(crate) struct PredictArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Folders in the first places are runs or sweeps, and files are pictures. Several networks
    /// predict by the mean of their probabilities; their disagreement is the standard deviation of
    /// those of the predicted digit. --top says how many networks of a sweep.
    run: Option<PathBuf>,
    /// PNG or JPEG pictures, or folders of them
    ///
    /// Of a folder all pictures in it, 2.png before 10.png, without its subfolders. A pattern such as
    /// 'scans/*.png' stands for the names that match. Of several, what cannot be read is named, and the
    /// others are predicted; the exit code is then 1.
    #[arg(value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// Read several digits from left to right
    ///
    /// Zip codes, amounts: digits with gaps, and pairs that touch each other where they can be divided.
    /// Without it a picture with several digits gets no prediction.
    #[arg(long)]
    row: bool,
    /// Rows of the data set, from 0, such as 0,500
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "ROWS", value_parser = value::<usize>(ROWS))]
    index: Vec<usize>,
    #[command(flatten)]
    output: PredictOutputArgs,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    part: RowPartArgs,
}

pub(crate) fn predict(
    args: &PredictArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let paths = expanded(args.run.iter().chain(&args.pictures).cloned())?;
    let (runs, paths) = runs_and_picture_paths(&paths)?;
    if paths.is_empty() && args.index.is_empty() {
        return Err(UsageError::NothingToPredict.into());
    }
    if args.index.is_empty() {
        args.prediction.source.refuse_with_pictures()?;
    }
    args.output.check_paths()?;
    let ensemble = args.prediction.ensemble(runs, args.top, device)?;
    if !args.index.is_empty() {
        check_same_data(&args.prediction.source, ensemble.members())?;
    }
    let mut inputs = Inputs::new(paths)?;
    if args.output.csv.is_some() || !std::io::stdout().is_terminal() {
        inputs.show_progress();
    }
    let networks = Networks {
        names: ensemble.members().iter().map(NetworkJson::of).collect(),
        classes: ensemble.config().digits.classes()?,
        decision: args.prediction.decision(ensemble.config())?,
    };
    let how = HowRead {
        reading: args.prediction.source.picture_reading(ensemble.config()),
        expected: if args.row {
            Expected::Row
        } else {
            Expected::One
        },
        digits: networks.classes.digits(),
        keeps_pictures: args.output.show || args.output.save.is_some(),
    };
    let mut output = Output::new(&args.output, &networks)?;
    if !args.index.is_empty() {
        output.write(&ensemble, rows(args, &ensemble)?, out)?;
    }
    while let Some(batch) = inputs.next_batch(&how)? {
        output.write(&ensemble, batch, out)?;
    }
    output.finish(&inputs, out)?;
    match inputs.unreadable() {
        0 => Ok(()),
        unreadable => Err(Error::UnreadablePictures {
            unreadable,
            pictures: inputs.pictures(),
        }
        .into()),
    }
}

/// Reads the rows of the data set.
fn rows(args: &PredictArgs, ensemble: &Ensemble) -> anyhow::Result<Batch> {
    let part = args.part.part();
    let source = &args.prediction.source;
    let digits = source.rows(ensemble.config(), &args.index, part)?;
    let item = |(index, row): (usize, &usize)| {
        let file = digits.file(index).map(|file| file.display().to_string());
        let source = Source {
            name: file.unwrap_or_else(|| part.row_name(*row)),
            label: Some(digits.label(index)),
            ..Source::default()
        };
        Item::Digit(source, None)
    };
    Ok(Batch {
        pixels: digits.images()?.to_vec(),
        items: args.index.iter().enumerate().map(item).collect(),
    })
}
