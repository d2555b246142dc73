//! `app plot data`: digits of a data set.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::Digits;
use plots::{GridCell, grouped};

use crate::cli::plot::choice::{GridArgs, bitmap};
use crate::cli::plot::output::PlotOutput;
use crate::cli::source_args::SourceArgs;
use crate::cli::stderr;
use crate::config::digit_list::{DIGIT_LIST, DigitList};
use crate::config::run_config::RunConfig;
use crate::dataset::{DataPart, image_name};
use crate::support::error::Result;
use crate::support::parse::value;

#[derive(Debug, Args)]
pub(crate) struct PlotDataArgs {
    #[command(flatten)]
    grid: GridArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// The digits to choose from
    #[arg(long, value_name = "DIGITS", value_parser = value::<DigitList>(DIGIT_LIST), default_value = "0,1", conflicts_with = "index")]
    digits: DigitList,
    /// Output file, .png or .svg
    #[arg(long, short, value_name = "FILE", default_value = "digits.png")]
    output: PathBuf,
}

pub(crate) fn data(args: &PlotDataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let output = PlotOutput::file(&args.output)?;
    let defaults = RunConfig::default();
    let source = args.source.over(&defaults);
    stderr::detail(format_args!("data: {}", source.name()));
    let (digits, note) = if args.grid.index.is_empty() {
        random_digits(args, &defaults)?
    } else {
        let note = format!("rows of {}", source.name());
        (
            args.source
                .rows(&defaults, &args.grid.index, DataPart::Main)?,
            note,
        )
    };
    let mut cells = Vec::new();
    for index in 0..digits.len() {
        cells.push(GridCell {
            image: bitmap(&digits.image(index)?),
            name: match digits.file(index) {
                Some(_) if !args.grid.index.is_empty() => {
                    image_name(&digits, index, digits.row(index), DataPart::Main)
                }
                _ => String::new(),
            },
            caption: digits.label(index).to_string(),
            wrong: false,
        });
    }
    let figure = plots::grid("Label", &note, &cells, args.grid.columns(&cells));
    output.write(&figure, out)
}

/// Chooses images of the digits, and returns a description of the choice.
fn random_digits(args: &PlotDataArgs, config: &RunConfig) -> Result<(Digits, String)> {
    let images = args.source.classified_in_part(config, &args.digits)?;
    let chosen = args.grid.random(images.len());
    let note = format!(
        "{} of {} images of {} in {}, chosen at random with seed {}",
        grouped(chosen.len()),
        grouped(images.len()),
        args.digits,
        args.source.over(config).name(),
        args.grid.seed
    );
    Ok((images.digits().select(&chosen), note))
}
