//! `app data`: describes a data set.

use std::io::Write;

use clap::Args;
use data::{DataError, Digits, PIXELS, SIDE};

use crate::cli::arguments::SourceArgs;
use crate::config::run_config::RunConfig;
use crate::dataset::check_rows;
use crate::terminal::image;

#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Also print the 400 pixels of these rows, counted from 0, such as `0,500`; with --show, draw
    /// them
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    index: Vec<usize>,
    /// Draw images in the terminal: the first of each digit, or those of --index
    #[arg(long)]
    show: bool,
}

pub(crate) fn describe(args: &DataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let defaults = RunConfig::default();
    let source = args.source.over(&defaults);
    let digits = args.source.digits(&defaults)?;
    check_rows(&args.index, &digits)?;

    writeln!(out, "{}", source.name())?;
    writeln!(
        out,
        "images  [{}, {PIXELS}]  {SIDE} x {SIDE} pixels, column by column",
        digits.len()
    )?;
    let (low, high) = range(&digits)?;
    writeln!(out, "values  {low:.5} to {high:.5}")?;
    let firsts = print_counts(&digits, out)?;
    if args.show {
        let rows = if args.index.is_empty() {
            &firsts
        } else {
            &args.index
        };
        return draw(&digits, rows, out);
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

/// The smallest and the largest pixel.
fn range(digits: &Digits) -> Result<(f32, f32), DataError> {
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    digits.stream(digits.sequential_chunks(), |chunk| {
        for row in chunk.rows {
            for &pixel in &chunk.buffer[row * PIXELS..][..PIXELS] {
                (low, high) = (low.min(pixel), high.max(pixel));
            }
        }
        Ok::<_, DataError>(())
    })?;
    Ok((low, high))
}

/// Prints the number of images of each digit, and returns the row of the first of each.
fn print_counts(digits: &Digits, out: &mut dyn Write) -> anyhow::Result<Vec<usize>> {
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
    Ok(firsts)
}

/// Draws rows of a data set in the terminal.
fn draw(digits: &Digits, rows: &[usize], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut drawn = Vec::new();
    for &row in rows {
        let caption = format!("row {row}: {}", digits.label(row));
        drawn.push((caption, data::row_major(&digits.image(row)?)));
    }
    write!(out, "\n{}", image::for_terminal(&drawn))?;
    Ok(())
}
