//! `app sweep list`: a table of the sweeps, or a line of JSON for each.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use model::format_metric;
use serde::Serialize;

use crate::cli::listing::{age_column, age_seconds, print_table};
use crate::cli::stderr;
use crate::support::error::{Result, with_causes};
use crate::support::missing::check_exists;
use crate::support::shell::quoted;
use crate::sweep::combination::Combination;
use crate::sweep::directory::{SWEEPS, SweepDirectory, all};
use crate::sweep::results::{SweepMetric, metric_of, ranked};
use crate::sweep::state::SweepState;
use crate::terminal::table::Column;
use crate::terminal::truncate::truncate;

/// Columns of the settings on a narrow terminal.
const SHORT_SETTINGS: usize = 24;

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Directory of sweeps, or one sweep
    #[arg(default_value = SWEEPS)]
    folder: PathBuf,
    /// List only sweeps in this state
    #[arg(long, value_name = "STATE", value_enum)]
    state: Option<StateFilter>,
    /// Print JSON Lines, one object per line
    ///
    /// `points` are trained, of those in `of`, and some of them `failed`; `half_trained` are others, which --resume resumes; `best` is the mean of `metric`, over seeds and
    /// folds, of the best combination so far, and `settings` are those of it that vary. `age_seconds` is the time since
    /// the sweep was last written to.
    #[arg(long)]
    json: bool,
}

/// Two kinds of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateFilter {
    /// All points are trained
    Finished,
    /// Interrupted, or being trained
    Unfinished,
}

/// A row of the list; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    sweep: String,
    /// The same as a word of a shell.
    #[serde(skip)]
    quoted: String,
    state: SweepState,
    points: usize,
    of: usize,
    failed: usize,
    half_trained: usize,
    metric: SweepMetric,
    best: Option<f64>,
    settings: Option<toml::Table>,
    /// The settings as text.
    #[serde(skip)]
    combination: String,
    age_seconds: u64,
}

pub(super) fn list(args: &ListArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let sweeps = sweeps_at(&args.folder)?;
    if sweeps.is_empty() && !args.json {
        let folder = quoted(&args.folder);
        writeln!(out, "no sweep in {folder}; create one with `app sweep`")?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for sweep in sweeps {
        // If a sweep cannot be read, the others are still listed.
        match Listed::new(&sweep) {
            Ok(row) if args.state.is_none_or(|filter| filter.holds(row.state)) => rows.push(row),
            Ok(_) => {}
            Err(error) => stderr::print(format_args!("warning: {}", with_causes(&error))),
        }
    }
    if args.json {
        for row in rows {
            serde_json::to_writer(&mut *out, &row)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    if rows.is_empty() && args.state.is_some() {
        writeln!(out, "no such sweep in {}", quoted(&args.folder))?;
        return Ok(());
    }
    print(&rows, out)
}

/// The sweeps in a folder, the oldest first, or the folder itself if it is a sweep.
fn sweeps_at(folder: &Path) -> Result<Vec<SweepDirectory>> {
    let sweeps = all(folder)?;
    if !sweeps.is_empty() {
        return Ok(sweeps);
    }
    if folder != Path::new(SWEEPS) {
        check_exists(folder, "sweep or folder of sweeps")?;
    }
    Ok(SweepDirectory::open(Some(folder)).into_iter().collect())
}

impl Listed {
    fn new(sweep: &SweepDirectory) -> Result<Self> {
        let plan = sweep.plan()?;
        let records = sweep.records(&plan)?;
        let (metric, mode) = metric_of(sweep.path(), &plan, &records, None)?;
        let ranking = ranked(plan.combinations.len(), records.values(), metric, mode);
        let best = ranking.first();
        let best = best.and_then(|best| Some((best.spread?.mean, best.combination)));
        let combination = best.map(|(_, combination)| &plan.combinations[combination]);
        let failed = records.values().filter(|record| record.error.is_some());
        Ok(Self {
            sweep: sweep.path().display().to_string(),
            quoted: quoted(sweep.path()),
            state: SweepState::of(sweep, &plan, &records),
            points: records.len(),
            of: plan.size(),
            failed: failed.count(),
            half_trained: sweep.half_trained(&records)?.len(),
            metric,
            best: best.map(|(mean, _)| mean),
            settings: combination.map(|combination| combination.settings.clone()),
            combination: combination
                .filter(|combination| !combination.settings.is_empty())
                .map_or_else(|| "-".to_owned(), Combination::name),
            age_seconds: age_seconds(&[sweep.config_path(), sweep.points_path()]),
        })
    }
}

impl StateFilter {
    fn holds(self, state: SweepState) -> bool {
        (state == SweepState::Finished) == (self == Self::Finished)
    }
}

fn print(rows: &[Listed], out: &mut dyn Write) -> anyhow::Result<()> {
    let column = |heading: &str, cell: &dyn Fn(&Listed) -> String| {
        Column::new(heading, rows.iter().map(cell))
    };
    let points = |row: &Listed| {
        let mut parts = vec![format!("{}/{}", row.points, row.of)];
        for (count, word) in [(row.failed, "failed"), (row.half_trained, "half-trained")] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        parts.join(", ")
    };
    let best = |row: &Listed| match row.best {
        Some(best) => format!("{} {}", row.metric, format_metric(best)),
        None => "-".to_owned(),
    };
    let columns = [
        column("SWEEP", &|row| row.quoted.clone()),
        column("STATE", &|row| row.state.to_string()),
        column("POINTS", &points).right(),
        column("BEST", &best),
        age_column(rows.iter().map(|row| row.age_seconds)),
        column("SETTINGS", &|row| row.combination.clone())
            .or_short(
                rows.iter()
                    .map(|row| truncate(&row.combination, SHORT_SETTINGS)),
            )
            .optional(),
    ];
    print_table(&columns, "--json", out)?;
    Ok(())
}
