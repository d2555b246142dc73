//! `app sweep show`: the combinations of a sweep, ranked, or its points.

mod combinations;
mod points;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::sweep::table::print_ranking;
use crate::support::error::Error;
use crate::support::parse::within;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::results::{SweepMetric, metric_of};

/// Combinations that are printed as text by default.
const SHOWN: usize = 50;

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Sweep [default: the newest in sweeps/]
    sweep: Option<PathBuf>,
    /// Metric to compare by [default: the settings' monitor]
    #[arg(long, value_name = "METRIC", value_enum)]
    metric: Option<SweepMetric>,
    /// Combinations to print [default: 50; CSV, JSON: all]
    #[arg(long, value_name = "N", value_parser = within(1..=65535, 5))]
    top: Option<u16>,
    /// Print CSV, a row for each combination
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print JSON Lines, an object for each combination
    #[arg(long)]
    json: bool,
    /// Print each point instead, as CSV or JSON Lines
    #[arg(long, conflicts_with_all = ["metric", "top"])]
    points: bool,
}

/// The column of a setting that varies: its name, unless that of another column is the same.
fn setting_column(key: &str) -> &str {
    match key {
        "epochs" => "setting_epochs",
        key => key,
    }
}

pub(super) fn show(args: &ShowArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let sweep = SweepDirectory::open(args.sweep.as_deref())?;
    let plan = sweep.plan()?;
    let records = sweep.records(&plan)?;
    if args.points && args.json {
        return points::print_json(&plan, records.values(), out);
    }
    if args.points {
        return points::print_csv(&plan, records.values(), out);
    }
    if records.is_empty() {
        return Err(Error::Sweep(SweepError::NothingTrained {
            sweep: sweep.path().to_owned(),
        })
        .into());
    }
    let (metric, mode) = metric_of(sweep.path(), &plan, &records, args.metric)?;
    let top = args.top.map(usize::from);
    if args.json {
        let most = top.unwrap_or(usize::MAX);
        return combinations::print_json(&plan, &records, (metric, mode), most, out);
    }
    if args.csv {
        let most = top.unwrap_or(usize::MAX);
        return combinations::print_csv(&plan, &records, (metric, mode), most, out);
    }
    let half_trained = match sweep.half_trained(&records)?.len() {
        0 => String::new(),
        half => format!(", {} half-trained", plots::grouped(half)),
    };
    writeln!(
        out,
        "{}: {} of {}{half_trained}",
        quoted(sweep.path()),
        plots::grouped(records.len()),
        counted(plan.size(), "point")
    )?;
    print_ranking(&plan, &records, (metric, mode), top.unwrap_or(SHOWN), out)
}
