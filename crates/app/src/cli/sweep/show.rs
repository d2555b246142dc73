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
use crate::sweep::directory::SweepDirectory;
use crate::sweep::results::{SweepMetric, metric_of};

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Sweep [default: the newest in sweeps/]
    sweep: Option<PathBuf>,
    /// Metric to compare by [default: the settings' monitor]
    #[arg(long, value_name = "METRIC", value_enum)]
    metric: Option<SweepMetric>,
    /// Combinations to print
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = within(1..=65535, 5))]
    top: u16,
    /// Print CSV, a row for each combination
    #[arg(long, conflicts_with_all = ["json", "top"])]
    csv: bool,
    /// Print JSON Lines, an object for each combination
    #[arg(long, conflicts_with = "top")]
    json: bool,
    /// Print each point instead, as CSV or JSON Lines
    #[arg(long, conflicts_with_all = ["metric", "top"])]
    points: bool,
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
        return Err(Error::NothingTrained {
            sweep: sweep.path().to_owned(),
        }
        .into());
    }
    let (metric, mode) = metric_of(sweep.path(), &plan, &records, args.metric)?;
    if args.json {
        return combinations::print_json(&plan, &records, (metric, mode), out);
    }
    if args.csv {
        return combinations::print_csv(&plan, &records, (metric, mode), out);
    }
    writeln!(
        out,
        "{}: {} of {}",
        quoted(sweep.path()),
        plots::grouped(records.len()),
        counted(plan.size(), "point")
    )?;
    print_ranking(&plan, &records, (metric, mode), args.top.into(), out)
}
