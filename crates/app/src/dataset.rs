//! `app data`, and the digits that the other commands work on.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use data::{DataError, DigitPair, Digits, Order, PixelOrder, SIDE};
use sha2::{Digest, Sha256};

use crate::checkpoint::hex;
use crate::cli::{DescribeArgs, PixelOrderName, SourceArgs};
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::half_blocks;

/// Reads digits from the named paths, or takes those compiled in.
pub(crate) fn read(paths: &[PathBuf], order: PixelOrderName) -> Result<Digits, DataError> {
    if paths.is_empty() {
        return Ok(Digits::embedded());
    }
    let order = match order {
        PixelOrderName::Column => PixelOrder::Column,
        PixelOrderName::Row => PixelOrder::Row,
    };
    data::read(paths, order)
}

/// Reads what the flags name, or else what the run was trained on.
pub(crate) fn read_for(run: &RunConfig, source: &SourceArgs) -> Result<Digits, DataError> {
    let paths = source.data.as_deref().unwrap_or(&run.data);
    read(paths, source.pixel_order.unwrap_or(run.pixel_order))
}

/// Reads a run's digits and splits them as its configuration says.
pub(crate) fn training_data(config: &RunConfig) -> anyhow::Result<TrainingData> {
    let [negative, positive] = config.digits;
    let pair = read(&config.data, config.pixel_order)?
        .pair(negative, positive)
        .with_context(|| name(&config.data))?;
    let labels = pair.digits().labels();
    let split = match config.fold {
        Some([fold, folds]) => data::fold(labels, fold, folds, config.seed.into())?,
        None => data::split(labels, config.validation_split, config.seed.into())?,
    };
    let train = pair.select(&split.train);
    Ok(match config.overfit_batches {
        Some(batches) => {
            let few = first(&train, config, batches);
            TrainingData {
                train: few.clone(),
                validation: few,
            }
        }
        None => TrainingData {
            train,
            validation: pair.select(&split.validation),
        },
    })
}

/// Takes the images on which a run's network is measured, with what people call them: those that
/// the flags name, or those it has not seen, which say most, or all.
pub(crate) fn evaluated(
    config: &RunConfig,
    source: &SourceArgs,
) -> anyhow::Result<(DigitPair, &'static str)> {
    if source.data.is_some() {
        return Ok((pair_for(config, source)?, "images given"));
    }
    let digits = training_data(config)?;
    Ok(if digits.validation.is_empty() {
        (digits.train, "images, all of which it was trained on")
    } else {
        (digits.validation, "images held out from training")
    })
}

/// Takes all images of a run's two digits, from what the flags name or else from what the run was
/// trained on.
pub(crate) fn pair_for(config: &RunConfig, source: &SourceArgs) -> anyhow::Result<DigitPair> {
    let [negative, positive] = config.digits;
    let paths = source.data.as_deref().unwrap_or(&config.data);
    let digits = read_for(config, source)?;
    digits.pair(negative, positive).with_context(|| name(paths))
}

/// The images trained on, and those held out.
pub(crate) struct TrainingData {
    pub(crate) train: DigitPair,
    pub(crate) validation: DigitPair,
}

impl TrainingData {
    /// Leaves one batch of each.
    pub(crate) fn first_batch(&self, config: &RunConfig) -> Self {
        Self {
            train: first(&self.train, config, 1),
            validation: first(&self.validation, config, 1),
        }
    }

    /// The rows of the data set that are trained on.
    pub(crate) fn train_rows(&self) -> Vec<usize> {
        let indices = 0..self.train.len();
        indices.map(|index| self.train.row(index)).collect()
    }

    /// SHA-256 of all images and labels, so that a run is not gone on with on other ones.
    pub(crate) fn checksum(&self) -> String {
        let mut hasher = Sha256::new();
        for pair in [&self.train, &self.validation] {
            let pixels = pair.digits().images().iter();
            let bytes: Vec<u8> = pixels.flat_map(|pixel| pixel.to_le_bytes()).collect();
            hasher.update(&bytes);
            hasher.update(pair.digits().labels());
        }
        hex(&hasher.finalize())
    }
}

/// The first batches in a shuffled order, so that both digits are in them.
fn first(pair: &DigitPair, config: &RunConfig, batches: usize) -> DigitPair {
    let mut indices = Order::Shuffled(config.seed.into()).of_epoch(pair.len(), 1);
    indices.truncate(batches.saturating_mul(config.batch_size));
    pair.select(&indices)
}

/// Checks row numbers that came from outside.
pub(crate) fn check_rows(rows: &[usize], digits: &Digits) -> Result<(), BadInput> {
    match rows.iter().find(|row| **row >= digits.len()) {
        None => Ok(()),
        Some(row) => Err(BadInput(format!(
            "--index {row}: the data set has rows 0 to {}",
            digits.len() - 1
        ))),
    }
}

/// Reads what the flags name, or takes the digits compiled in.
pub(crate) fn read_from(source: &SourceArgs) -> Result<Digits, DataError> {
    let paths = source.data.as_deref().unwrap_or_default();
    read(paths, source.pixel_order.unwrap_or(PixelOrderName::Column))
}

pub(crate) fn describe(args: &DescribeArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let digits = read_from(&args.source)?;
    check_rows(&args.index, &digits)?;

    let paths = args.source.data.as_deref().unwrap_or_default();
    writeln!(out, "{}", name(paths))?;
    let pixels = digits.images().len() / digits.len();
    writeln!(
        out,
        "images  [{}, {pixels}]  {SIDE} x {SIDE} pixels, column by column",
        digits.len()
    )?;
    let (low, high) = digits
        .images()
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &pixel| {
            (low.min(pixel), high.max(pixel))
        });
    writeln!(out, "values  {low:.5} to {high:.5}")?;
    let mut firsts = Vec::new();
    for digit in 0..=9 {
        let rows = digits.labels().iter().enumerate();
        let mut rows = rows
            .filter(|(_, label)| **label == digit)
            .map(|(row, _)| row);
        if let Some(first) = rows.next() {
            let count = rows.count() + 1;
            writeln!(
                out,
                "digit {digit}  {count} images, the first in row {first}"
            )?;
            firsts.push(first);
        }
    }
    if args.show {
        let rows = if args.index.is_empty() {
            &firsts
        } else {
            &args.index
        };
        return show(&digits, rows, out);
    }
    for &row in &args.index {
        writeln!(out, "row {row}, digit {}:", digits.label(row))?;
        for column in digits.image(row).chunks(SIDE) {
            let values: Vec<String> = column.iter().map(|pixel| format!("{pixel:e}")).collect();
            writeln!(out, "{}", values.join(" "))?;
        }
    }
    Ok(())
}

/// Draws rows of a data set in the terminal.
fn show(digits: &Digits, rows: &[usize], out: &mut dyn Write) -> anyhow::Result<()> {
    let drawn = rows.iter().map(|&row| {
        let caption = format!("row {row}: {}", digits.label(row));
        (caption, data::upright(digits.image(row)))
    });
    write!(
        out,
        "\n{}",
        half_blocks::for_terminal(&drawn.collect::<Vec<_>>())
    )?;
    Ok(())
}

/// What people call the digits from these paths.
pub(crate) fn name(paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return "the digits compiled in".to_owned();
    }
    let names = paths.iter().map(|path| path.display().to_string());
    names.collect::<Vec<_>>().join(" and ")
}
