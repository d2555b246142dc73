//! `app crossval`: for each fold, a network is trained on the other folds and evaluated on this
//! one.

mod fold;
mod settings;
mod stopped;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::{Evaluation, EvaluationMetric, evaluation_metrics, format_metric};
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::crossval::fold::{Fold, folds};
use crate::cli::crossval::settings::{check_settings, hide_unused};
use crate::cli::crossval::stopped::{resume_command, stopped};
use crate::cli::evaluate::width_of_names;
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr;
use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::device::select::open_device;
use crate::device::self_check::checked;
use crate::run::directory::{RunDirectory, fresh_path};
use crate::support::error::Error;
use crate::support::notice::Notice;
use crate::support::parse::within;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
#[command(mut_args(hide_unused))]
pub(crate) struct CrossvalArgs {
    /// Number of folds
    ///
    /// Each has the same proportion of each digit.
    #[arg(long, default_value_t = 5, value_name = "K", value_parser = within(2..=1000, 5))]
    folds: u16,
    /// Settings by name (lab, ten) or a TOML file
    ///
    /// Flags override them. lab is the recipe of the course's notebook, ten one for all ten digits,
    /// default the defaults: the files in configs/, compiled in. A key that a file leaves out has
    /// its default.
    #[arg(long, value_name = "NAME|FILE")]
    config: Option<PathBuf>,
    /// Directory of the folds [default: runs/DATE-AND-TIME]
    ///
    /// Each fold is a run in it. If it exists, the cross-validation is resumed.
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Print JSON Lines, one object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Mean and standard deviation of a metric over the folds; a line of `--json`.
#[derive(Debug, Serialize)]
struct Line {
    /// The metric's key in the JSON of `evaluate`.
    metric: &'static str,
    /// The metric's name in text.
    #[serde(skip)]
    name: &'static str,
    /// None if the metric is undefined in a fold; so is `std`.
    mean: Option<f64>,
    std: Option<f64>,
}

pub(crate) fn crossval(
    args: &CrossvalArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let base = args
        .settings
        .over(&RunConfig::default(), args.config.as_deref())?;
    let given = args.settings.given(args.config.as_deref())?;
    check_settings(&args.settings.flags(), &given)?;
    // All folds are prepared before the first is trained.
    let folds = folds(&base, args.folds.into())?;
    if let Some(fold) = folds.first() {
        fold.note_settings(&given);
    }
    if let Some(folder) = &args.run_dir {
        check_folders(folder, folds.len())?;
    }
    let choice = device.choice();
    let device = open_device(&choice, &mut stderr::notice)?;
    let folder = args.run_dir.clone().unwrap_or_else(fresh_path);
    let count = folds.len();
    let stop = StopRequest::listen_and(|| stderr::notice_over_status(&Notice::Stopping))?;
    // The check takes a while for a large network.
    stderr::note(format_args!(
        "cross-validation with {count} folds on {}; runs in {}",
        device.name,
        quoted(&folder)
    ));
    // The folds differ by few images.
    let settings = folds.first().map_or_else(|| base.clone(), Fold::on_device);
    let device = checked(device, &choice, &settings, &mut stderr::notice)?;
    EngineKind::choose_and_notify(&settings, &device, &mut stderr::notice)?;
    let command = resume_command(args.run_dir.as_deref(), &folder);
    let found = train_all(&folds, &folder, &device, &stop, &command)?;
    let lines = lines(&found);
    let names = width_of_names(lines.iter().map(|line| line.name));
    let width = width_of_means(&lines);
    for line in lines {
        if args.json {
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        } else {
            let name = line.name;
            match (line.mean, line.std) {
                (Some(mean), Some(std)) => {
                    let [mean, std] = [mean, std].map(format_metric);
                    writeln!(out, "{name:<names$} {mean:<width$} ± {std}")?;
                }
                _ => writeln!(out, "{name:<names$} undefined in some fold")?,
            }
        }
    }
    Ok(())
}

/// The run directory of a fold, counted from 1.
fn run_path(folder: &Path, fold: usize) -> PathBuf {
    folder.join(format!("fold-{fold}"))
}

/// Returns an error if something else than a run is where the run of a fold belongs.
fn check_folders(folder: &Path, folds: usize) -> Result<(), Error> {
    let paths = (1..=folds).map(|fold| run_path(folder, fold));
    let mut others = paths.filter(|path| !path.join("config.toml").is_file());
    others.try_for_each(|path| RunDirectory::check_unused(&path))
}

/// The number of columns of the widest mean.
fn width_of_means(lines: &[Line]) -> usize {
    let means = lines.iter().filter_map(|line| line.mean);
    let widths = means.map(|mean| format_metric(mean).len());
    widths.max().unwrap_or(0)
}

/// Trains and evaluates one network per fold, and returns the metrics.
fn train_all(
    folds: &[Fold],
    folder: &Path,
    device: &OpenDevice,
    stop: &StopRequest,
    command: &str,
) -> anyhow::Result<Vec<Evaluation>> {
    let count = folds.len();
    let mut found = Vec::new();
    for (number, fold) in (1..).zip(folds) {
        let path = run_path(folder, number);
        let run = fold.train(&path, device, stop);
        let run = run.map_err(|error| stopped(error, [number, count], command))?;
        let metrics = fold.evaluate(&run, device)?;
        stderr::note(format_args!(
            "fold {number}/{count}  loss {:<7} accuracy {:<7} on {}",
            format_metric(metrics.loss),
            format_metric(metrics.accuracy),
            counted(metrics.examples, "validation image")
        ));
        found.push(metrics);
    }
    Ok(found)
}

/// Mean and standard deviation of each metric.
fn lines(found: &[Evaluation]) -> Vec<Line> {
    let line = |metric: &EvaluationMetric| {
        let values: Option<Vec<f64>> = found.iter().map(|fold| metric.value(fold)).collect();
        let spread = values.and_then(|values| model::spread(&values));
        Line {
            metric: metric.key,
            name: metric.name,
            mean: spread.map(|spread| spread.mean),
            std: spread.map(|spread| spread.std),
        }
    };
    let outputs = found.first().map_or(1, |fold| fold.classes.len());
    evaluation_metrics(outputs).iter().map(line).collect()
}
