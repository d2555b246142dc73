//! `app plot data`: digits of a data set.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use data::Digits;
use plots::GridCell;

use crate::cli::arguments::SourceArgs;
use crate::cli::plot::choice::{GridArgs, bitmap};
use crate::cli::plot::output::PlotOutput;
use crate::config::choices::two;
use crate::config::run_config::RunConfig;
use crate::dataset::check_rows;

#[derive(Debug, Args)]
pub(crate) struct PlotDataArgs {
    #[command(flatten)]
    grid: GridArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// The two digits to choose from
    #[arg(long, value_name = "A,B", value_parser = two::<u8>, default_value = "0,1")]
    digits: [u8; 2],
    /// Output file; its extension chooses PNG or SVG
    #[arg(long, short, value_name = "FILE", default_value = "digits.png")]
    output: PathBuf,
}

pub(crate) fn data(args: &PlotDataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let output = PlotOutput::file(&args.output)?;
    let defaults = RunConfig::default();
    let source = args.source.over(&defaults);
    let digits = args.source.digits(&defaults)?;
    check_rows(&args.grid.index, &digits)?;
    let (rows, note) = if args.grid.index.is_empty() {
        random_rows(args, &digits, &source.name())?
    } else {
        let note = format!("rows of {}", source.name());
        (args.grid.index.clone(), note)
    };
    let mut cells = Vec::new();
    for &row in &rows {
        cells.push(GridCell {
            image: bitmap(&digits.image(row)?),
            caption: digits.label(row).to_string(),
            wrong: false,
        });
    }
    let figure = plots::grid("Label", &note, &cells, args.grid.columns(&cells));
    output.write(&figure, out)
}

/// Chooses rows of the two digits, and returns a description of the choice.
fn random_rows(
    args: &PlotDataArgs,
    digits: &Digits,
    name: &str,
) -> anyhow::Result<(Vec<usize>, String)> {
    let [a, b] = args.digits;
    let pair = digits.either(a, b)?;
    let chosen = args.grid.random(pair.len());
    let note = format!(
        "{} of {} images of {a} and {b} in {name}, chosen at random with seed {}",
        chosen.len(),
        pair.len(),
        args.grid.seed
    );
    let rows = chosen.into_iter().map(|index| pair.row(index));
    Ok((rows.collect(), note))
}
