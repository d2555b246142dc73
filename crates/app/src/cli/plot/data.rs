//! `app plot data`: digits of a data set.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::Digits;
use plots::GridCell;

use crate::cli::plot::choice::{GridArgs, bitmap};
use crate::cli::plot::output::PlotOutput;
use crate::cli::source_args::SourceArgs;
use crate::config::run_config::RunConfig;
use crate::support::error::Result;
use crate::support::parse::two;

#[derive(Debug, Args)]
pub(crate) struct PlotDataArgs {
    #[command(flatten)]
    grid: GridArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// The two digits to choose from
    #[arg(long, value_name = "A,B", value_parser = two::<u8>("two digits, such as 0,1"), default_value = "0,1", conflicts_with = "index")]
    digits: [u8; 2],
    /// Output file; its extension chooses PNG or SVG
    #[arg(long, short, value_name = "FILE", default_value = "digits.png")]
    output: PathBuf,
}

pub(crate) fn data(args: &PlotDataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let output = PlotOutput::file(&args.output)?;
    let defaults = RunConfig::default();
    let source = args.source.over(&defaults);
    let (digits, note) = if args.grid.index.is_empty() {
        random_digits(args, &defaults)?
    } else {
        let note = format!("rows of {}", source.name());
        (args.source.rows(&defaults, &args.grid.index)?, note)
    };
    let mut cells = Vec::new();
    for index in 0..digits.len() {
        cells.push(GridCell {
            image: bitmap(&digits.image(index)?),
            name: String::new(),
            caption: digits.label(index).to_string(),
            wrong: false,
        });
    }
    let figure = plots::grid("Label", &note, &cells, args.grid.columns(&cells));
    output.write(&figure, out)
}

/// Chooses images of the two digits, and returns a description of the choice.
fn random_digits(args: &PlotDataArgs, config: &RunConfig) -> Result<(Digits, String)> {
    let [a, b] = args.digits;
    let pair = args.source.either(config, args.digits)?;
    let chosen = args.grid.random(pair.len());
    let note = format!(
        "{} of {} images of {a} and {b} in {}, chosen at random with seed {}",
        chosen.len(),
        pair.len(),
        args.source.over(config).name(),
        args.grid.seed
    );
    Ok((pair.digits().select(&chosen), note))
}
