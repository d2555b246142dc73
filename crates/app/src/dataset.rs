//! `app data`, and the digits that the other commands work on.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use data::{Cache, DataError, DigitPair, Digits, PIXELS, SIDE, Sampler};

use crate::checkpoint::sha256;
use crate::cli::{DescribeArgs, PixelOrderName, SourceArgs};
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::half_blocks;

/// Reads digits from the named paths, or takes those compiled in; those of more than
/// `shuffle_buffer` images stay on the disk.
fn read(
    paths: &[PathBuf],
    order: PixelOrderName,
    shuffle_buffer: usize,
) -> Result<Digits, DataError> {
    if paths.is_empty() {
        return Ok(Digits::embedded());
    }
    data::read(paths, order.into(), &cache(shuffle_buffer))
}

/// The same for a run's two digits.
fn read_pair(
    paths: &[PathBuf],
    order: PixelOrderName,
    config: &RunConfig,
) -> anyhow::Result<DigitPair> {
    let [negative, positive] = config.digits;
    let read = if paths.is_empty() {
        DigitPair::embedded(negative, positive)
    } else {
        let cache = cache(config.shuffle_buffer);
        data::read_pair(paths, order.into(), &cache, config.digits)
    };
    read.with_context(|| name(paths))
}

fn cache(rows: usize) -> Cache {
    Cache {
        rows_in_memory: rows,
        folder: large_temporary_folder(),
    }
}

/// Where large temporary files go: where `TMPDIR` says, or else to `/var/tmp`, since `/tmp` often
/// is memory.
fn large_temporary_folder() -> PathBuf {
    let customary = Path::new("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && customary.is_dir() {
        return customary.to_owned();
    }
    std::env::temp_dir()
}

/// Reads what the flags name, or else what the run was trained on.
pub(crate) fn read_for(run: &RunConfig, source: &SourceArgs) -> Result<Digits, DataError> {
    let paths = source.data.as_deref().unwrap_or(&run.data);
    let order = source.pixel_order.unwrap_or(run.pixel_order);
    read(paths, order, run.shuffle_buffer)
}

/// Reads a run's digits and splits them as its configuration says.
pub(crate) fn training_data(config: &RunConfig) -> anyhow::Result<TrainingData> {
    split(&trained_on(config)?, config)
}

/// Reads all images of a run's two digits.
pub(crate) fn trained_on(config: &RunConfig) -> anyhow::Result<DigitPair> {
    read_pair(&config.data, config.pixel_order, config)
}

/// Splits a run's digits as its configuration says.
pub(crate) fn split(pair: &DigitPair, config: &RunConfig) -> anyhow::Result<TrainingData> {
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
    let paths = source.data.as_deref().unwrap_or(&config.data);
    let order = source.pixel_order.unwrap_or(config.pixel_order);
    read_pair(paths, order, config)
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

    /// Stands for all images and labels, so that a run is not gone on with on other ones.
    pub(crate) fn checksum(&self) -> Result<String, DataError> {
        let train = self.train.digits().sha256()?;
        let validation = self.validation.digits().sha256()?;
        Ok(sha256(&[train, validation].concat()))
    }
}

/// The first batches in a shuffled order, so that both digits are in them.
fn first(pair: &DigitPair, config: &RunConfig, batches: usize) -> DigitPair {
    let seed = config.seed.into();
    let mut indices = Sampler::Shuffled { seed }.epoch_indices(pair.len(), 1);
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
pub(crate) fn read_from(source: &SourceArgs) -> anyhow::Result<Digits> {
    let paths = source.data.as_deref().unwrap_or_default();
    let order = source.pixel_order.unwrap_or(PixelOrderName::Column);
    Ok(read(paths, order, RunConfig::defaults()?.shuffle_buffer)?)
}

pub(crate) fn describe(args: &DescribeArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let digits = read_from(&args.source)?;
    check_rows(&args.index, &digits)?;

    let paths = args.source.data.as_deref().unwrap_or_default();
    writeln!(out, "{}", name(paths))?;
    writeln!(
        out,
        "images  [{}, {PIXELS}]  {SIDE} x {SIDE} pixels, column by column",
        digits.len()
    )?;
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    digits.stream(digits.sequential_chunks(), |chunk| {
        for row in chunk.rows {
            for &pixel in &chunk.buffer[row * PIXELS..][..PIXELS] {
                (low, high) = (low.min(pixel), high.max(pixel));
            }
        }
        Ok::<_, DataError>(())
    })?;
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
        for column in digits.image(row)?.chunks(SIDE) {
            let values: Vec<String> = column.iter().map(|pixel| format!("{pixel:e}")).collect();
            writeln!(out, "{}", values.join(" "))?;
        }
    }
    Ok(())
}

/// Draws rows of a data set in the terminal.
fn show(digits: &Digits, rows: &[usize], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut drawn = Vec::new();
    for &row in rows {
        let caption = format!("row {row}: {}", digits.label(row));
        drawn.push((caption, data::row_major(&digits.image(row)?)));
    }
    write!(out, "\n{}", half_blocks::for_terminal(&drawn))?;
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
