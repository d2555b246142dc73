//! `app data`, and the digits that the other commands work on.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use data::{DataError, Digits, PixelOrder, SIDE};

use crate::cli::{DescribeArgs, PixelOrderName, SourceArgs};
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::train::TrainingData;

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
    let split = data::split(labels, config.validation_split, config.seed)?;
    Ok(TrainingData {
        train: pair.select(&split.train),
        validation: pair.select(&split.validation),
    })
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

pub(crate) fn describe(args: &DescribeArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let paths = args.source.data.as_deref().unwrap_or_default();
    let order = args.source.pixel_order.unwrap_or(PixelOrderName::Column);
    let digits = read(paths, order)?;
    check_rows(&args.index, &digits)?;

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
        }
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

/// What people call the digits from these paths.
fn name(paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return "the digits compiled in".to_owned();
    }
    let names = paths.iter().map(|path| path.display().to_string());
    names.collect::<Vec<_>>().join(" and ")
}
