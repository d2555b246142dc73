//! `app runs`: a table of the runs, or a line of JSON for each.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use model::format_metric;

use crate::cli::listing::{age_column, print_table};
use crate::cli::runs::listed::Listed;
use crate::cli::runs::order::{Direction, SortKey, sort};
use crate::cli::stderr;
use crate::config::setting_filter::SettingFilter;
use crate::run::directory::{RUNS, RunDirectory};
use crate::run::summary::{RunState, RunSummary};
use crate::support::error::Result;
use crate::support::missing::check_exists;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::sweep::directory::all as sweeps_in;
use crate::terminal::table::Column;

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Directory of runs, or one run
    #[arg(default_value = RUNS)]
    folder: PathBuf,
    /// Sort by this [default: the oldest run first]
    #[arg(long, value_name = "KEY", value_enum)]
    sort: Option<SortKey>,
    /// Reverse the order
    #[arg(long)]
    reverse: bool,
    /// List only runs in this state
    #[arg(long, value_name = "STATE", value_enum)]
    state: Option<StateFilter>,
    /// List only runs with this setting
    ///
    /// The setting is named as in config.toml, and the value is written as on the command line of a
    /// training, or - where it is not set. Beside = there are !=, and for numbers <, <=, > and >=,
    /// which a shell needs in quotes: 'epochs<20'. Several must all hold.
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = SettingFilter::parse)]
    settings: Vec<SettingFilter>,
    /// Print JSON Lines, one object per line
    ///
    /// `epochs` are finished, of those in `of`; `monitor` is the metric that `best` is the best value
    /// of. `age_seconds` is the time since the run was last written to; `age` is the same number, for
    /// scripts that know it by its former name.
    #[arg(long)]
    json: bool,
}

/// Two kinds of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateFilter {
    /// Trained to the end, or until early stopping
    Finished,
    /// Interrupted, or being trained
    Unfinished,
}

pub(super) fn list(args: &ListArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let runs = runs_at(&args.folder)?;
    if runs.is_empty() && !args.json {
        return no_run(&args.folder, out);
    }
    let mut rows = Vec::new();
    for run in runs {
        // If a run cannot be read, the others are still listed.
        match listed(run, args) {
            Ok(row) => rows.extend(row),
            Err(error) => stderr::print(format_args!("warning: {error:#}")),
        }
    }
    let direction = if args.reverse {
        Direction::Reversed
    } else {
        Direction::Usual
    };
    sort(&mut rows, args.sort, direction);
    if args.json {
        for row in rows {
            serde_json::to_writer(&mut *out, &row)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    let is_filtered = args.state.is_some() || !args.settings.is_empty();
    if rows.is_empty() && is_filtered {
        let folder = quoted(&args.folder);
        writeln!(out, "no such run in {folder}")?;
        return Ok(());
    }
    print(&rows, out)
}

/// Says that a folder has no run, and which sweeps it has.
fn no_run(folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let sweeps = sweeps_in(folder)?;
    let name = quoted(folder);
    match sweeps.last() {
        None => writeln!(out, "no run in {name}; create one with `app train`")?,
        Some(newest) => {
            let newest = quoted(newest.path());
            writeln!(
                out,
                "no run in {name}, but {}, such as {newest}: app sweep list {name}",
                counted(sweeps.len(), "sweep")
            )?;
        }
    }
    Ok(())
}

/// The runs in a folder, or the folder itself if it is a run.
fn runs_at(folder: &Path) -> Result<Vec<RunDirectory>> {
    let runs = RunDirectory::all(folder)?;
    if !runs.is_empty() {
        return Ok(runs);
    }
    if folder != Path::new(RUNS) {
        check_exists(folder, "run or folder of runs")?;
    }
    Ok(RunDirectory::open(Some(folder)).into_iter().collect())
}

/// The row of a run; none if it is filtered out.
fn listed(run: RunDirectory, args: &ListArgs) -> anyhow::Result<Option<Listed>> {
    let state = RunState::of(&run)?;
    if args.state.is_some_and(|filter| !filter.holds(state)) {
        return Ok(None);
    }
    let summary = RunSummary::read(run)?;
    for filter in &args.settings {
        if !filter.holds(&summary.config.settings)? {
            return Ok(None);
        }
    }
    Ok(Some(Listed::new(&summary, state)))
}

impl StateFilter {
    fn holds(self, state: RunState) -> bool {
        let is_finished = matches!(state, RunState::Finished | RunState::Stopped);
        is_finished == (self == Self::Finished)
    }
}

fn print(rows: &[Listed], out: &mut dyn Write) -> anyhow::Result<()> {
    let column = |heading: &str, cell: &dyn Fn(&Listed) -> String| {
        Column::new(heading, rows.iter().map(cell))
    };
    let best = |row: &Listed| {
        row.best.map_or("-".to_owned(), |best| {
            let value = format_metric(best.value);
            format!("{} {value} in epoch {}", row.monitor, best.epoch)
        })
    };
    let columns = [
        column("RUN", &|row| row.quoted.clone()),
        column("STATE", &|row| row.state.to_string()).at_least(11),
        column("EPOCHS", &|row| format!("{}/{}", row.epochs, row.of))
            .right()
            .at_least(9)
            .optional(),
        column("BEST", &best).at_least(32).or_short(
            rows.iter()
                .map(|row| best(row).replace(" in epoch ", ", epoch ")),
        ),
        age_column(rows.iter().map(|row| row.age_seconds)),
    ];
    print_table(&columns, "--json", out)?;
    Ok(())
}
