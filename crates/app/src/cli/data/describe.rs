//! Describes a data set.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::{Digits, PIXELS, SIDE};

use crate::cli::arguments::ROWS;
use crate::cli::data::arrays::write_arrays;
use crate::cli::data::description::{Arrays, Description, ShownImage};
use crate::cli::plot::output::check_output_folder;
use crate::cli::source_args::{SourceArgs, data_path};
use crate::config::digit_list::{DIGIT_LIST, DigitList};
use crate::config::run_config::RunConfig;
use crate::dataset::{DataPart, check_rows, image_name};
use crate::support::parse::value;
use crate::support::plural::counted;
use crate::terminal::{image, numpy};

#[derive(Debug, Args)]
pub(crate) struct DescribeArgs {
    /// Data set, as --data: one path, or one for images and one for labels
    #[arg(value_name = "PATH", num_args = 0..=2, conflicts_with = "data", value_parser = data_path())]
    paths: Vec<PathBuf>,
    /// Only these digits: X and y as in the course's notebook
    #[arg(long, value_name = "DIGITS", value_parser = value::<DigitList>(DIGIT_LIST))]
    digits: Option<DigitList>,
    /// Print the pixels of these rows, from 0, such as 0,500
    ///
    /// With --show, draw them.
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "ROWS", value_parser = value::<usize>(ROWS))]
    index: Vec<usize>,
    /// Draw the first image of each digit, or those of --index
    #[arg(long, conflicts_with = "json")]
    show: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write X.npy and y.npy into a folder
    ///
    /// For NumPy: X is [n, 400], 32-bit floats, column by column as in the course, and y is [n, 1].
    #[arg(long, short, value_name = "FOLDER", conflicts_with_all = ["json", "show", "index"])]
    output: Option<PathBuf>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(crate) fn describe(args: &DescribeArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(folder) = &args.output {
        check_output_folder("--output", folder)?;
    }
    let defaults = RunConfig::default();
    let source_args = args.source.with_paths(&args.paths);
    let source = source_args.over(&defaults);
    let digits = source_args.digits(&defaults)?;
    check_rows(&args.index, &digits)?;
    let only = args.digits.as_ref();
    if let Some(folder) = &args.output {
        write_arrays(folder, &digits, only, out)?;
        return Ok(());
    }
    let test = source.test_digits()?;
    let description = Description::new(&source.name(), &digits, only)?;
    let description = description.with_test_part(test.as_ref(), only);
    if args.json {
        let description = description.with_rows(&digits, &args.index)?;
        serde_json::to_writer(&mut *out, &description)?;
        writeln!(out)?;
        return Ok(());
    }
    print(&description, out)?;
    if args.show {
        let firsts = description.digits.iter().map(|digit| digit.first_row);
        let firsts: Vec<usize> = firsts.collect();
        let rows = if args.index.is_empty() {
            &firsts
        } else {
            &args.index
        };
        return draw(&digits, rows, out);
    }
    for row in &description.with_rows(&digits, &args.index)?.rows {
        let ShownImage {
            row, label, pixels, ..
        } = row;
        writeln!(out, "{}, digit {label}:", row_name(&digits, *row))?;
        writeln!(out, "{}", numpy::array(pixels))?;
    }
    Ok(())
}

fn print(description: &Description, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{}", plots::printable(&description.data))?;
    let [images, _] = description.shape;
    writeln!(
        out,
        "images  [{images}, {PIXELS}]  {SIDE} x {SIDE} pixels, column by column"
    )?;
    let (low, high) = (description.min, description.max);
    writeln!(out, "values  {low:.5} to {high:.5}")?;
    for digit in &description.digits {
        writeln!(
            out,
            "digit {}  {}, the first in row {}",
            digit.digit,
            counted(digit.images, "image"),
            digit.first_row
        )?;
    }
    if let Some(images) = description.test_images {
        let images = counted(images, "image");
        writeln!(
            out,
            "test part  {images} besides, on which a network is evaluated"
        )?;
    }
    match &description.arrays {
        Some(arrays) => print_arrays(arrays, out),
        None => Ok(()),
    }
}

/// Prints what the course's notebook prints of X and y.
fn print_arrays(arrays: &Arrays, out: &mut dyn Write) -> anyhow::Result<()> {
    let first = numpy::array(&arrays.x_first);
    writeln!(out, "\nThe first element of X is: {first}")?;
    writeln!(out, "The first element of y is: {}", arrays.y_first)?;
    writeln!(out, "The last element of y is: {}", arrays.y_last)?;
    let [rows, columns] = arrays.x_shape;
    writeln!(out, "The shape of X is: ({rows}, {columns})")?;
    let [rows, columns] = arrays.y_shape;
    writeln!(out, "The shape of y is: ({rows}, {columns})")?;
    Ok(())
}

/// The name of a row, and of a picture its file.
fn row_name(digits: &Digits, row: usize) -> String {
    let name = DataPart::Main.row_name(row);
    match digits.file(row) {
        None => name,
        Some(_) => format!("{name}, {}", image_name(digits, row, row, DataPart::Main)),
    }
}

/// Draws rows of a data set in the terminal.
fn draw(digits: &Digits, rows: &[usize], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut drawn = Vec::new();
    for &row in rows {
        let caption = format!("{}: {}", row_name(digits, row), digits.label(row));
        drawn.push((caption, data::row_major(&digits.image(row)?)));
    }
    write!(out, "\n{}", image::for_terminal(&drawn))?;
    Ok(())
}
