//! `app crossval`: for each fold, a network is trained on the other folds and evaluated on this one; a sweep over folds.

mod fold;
mod settings;
mod stopped;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use clap::Args;
use model::{Evaluation, EvaluationMetric, evaluation_metrics, format_metric};
use plots::grouped;
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::crossval::fold::{Fold, folds};
use crate::cli::crossval::settings::{check_settings, hide_unused};
use crate::cli::crossval::stopped::{resume_command, stopped};
use crate::cli::evaluate::width_of_names;
use crate::cli::setting_flags::SettingFlags;
use crate::cli::source_args::print_image_notices;
use crate::cli::stderr;
use crate::cli::sweep::training::train_all;
use crate::cli::usage_error::UsageError;
use crate::config::compare::{Compared, ComparedFiles};
use crate::config::run_config::RunConfig;
use crate::dataset::DataSource;
use crate::device::adapter::OpenDevice;
use crate::device::select::{open_device, reference_device};
use crate::device::self_check::checked;
use crate::support::notice::Notice;
use crate::support::parse::within;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::sweep::create::fresh_path;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::inputs::Inputs;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::setting_notes::note_not_written;
use crate::sweep::table::SweepTable;
use crate::sweep::train_points::{Circumstances, PointEngine};
use crate::sweep::unfinished::Unfinished;
use crate::train::initial_weights::initial_network;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
#[command(mut_args(hide_unused))]
pub(crate) struct CrossvalArgs {
    /// Number of folds
    ///
    /// Each has the same proportion of each digit.
    #[arg(long, default_value_t = 5, value_name = "K", value_parser = within(2..=1000, 5))]
    folds: u16,
    /// Settings by name (lab, ten, robust) or a TOML file
    ///
    /// Flags override them. lab is the recipe of the course's notebook, ten one for all ten digits,
    /// robust the same for digits that people draw and photograph, default the defaults: the files in
    /// configs/, compiled in. A key that a file leaves out has its default.
    #[arg(long, value_name = "NAME|FILE")]
    config: Option<PathBuf>,
    /// Directory to create [default: sweeps/DATE-AND-TIME]
    ///
    /// It is a sweep's, with a network for each fold. If it exists, the cross-validation is resumed.
    #[arg(long, value_name = "DIR")]
    sweep_dir: Option<PathBuf>,
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
    let path = args.sweep_dir.clone().unwrap_or_else(fresh_path);
    let base = if SweepDirectory::is_sweep(&path) {
        SweepDirectory::open(Some(&path))?.with_list_in_place_of_lost(base)?
    } else {
        SweepDirectory::check_unused(&path)?;
        base
    };
    let table = SweepTable {
        folds: Some(args.folds.into()),
        ..SweepTable::default()
    };
    let plan = SweepPlan::new(base, table)?;
    let source = DataSource::of_run(&plan.base);
    let images = source.classified(plan.base.digits.classes()?)?;
    print_image_notices(images.digits());
    stderr::detail(format_args!("data: {}", source.name()));
    if plan.base.init.is_some() {
        initial_network(&plan.base, &reference_device())?;
    }
    // All folds are prepared before the first is trained.
    let folds = folds(&plan, &images)?;
    let given = note_not_written(&given, &mut stderr::notice);
    if let Some(fold) = folds.first() {
        fold.note_settings(&given);
    }
    let inputs = Inputs::of(&plan, &images)?;
    let resumed = resumed(&path, &plan, &inputs)?;
    let choice = match &resumed {
        Some(sweep) => sweep.inputs()?.device(device.choice(), &mut stderr::notice),
        None => device.choice(),
    };
    let device = open_device(&choice, &mut stderr::notice)?;
    let stop = StopRequest::listen_and(|| stderr::notice_over_status(&Notice::Stopping))?;
    // The check takes a while for a large network.
    stderr::note(format_args!(
        "cross-validation with {} on {}; sweep {}",
        counted(folds.len(), "fold"),
        device.name,
        quoted(&path)
    ));
    // The folds differ by few images.
    let settings = folds
        .first()
        .map_or_else(|| plan.base.clone(), Fold::on_device);
    let device = checked(device, &choice, &settings, &mut stderr::notice)?;
    let engine = PointEngine::choose(&plan, &device, images.len(), &mut stderr::notice)?;
    let (sweep, _lock) = match resumed {
        Some(sweep) => {
            let lock = sweep.lock()?;
            (sweep, lock)
        }
        None => SweepDirectory::create(Some(&path), &plan, &inputs.on(&device))?,
    };
    let circumstances = Circumstances {
        plan: &plan,
        engine,
        images: &images,
        test: None,
        device: &device,
        stop: &stop,
        epochs: &AtomicUsize::new(0),
        unfinished: &Unfinished::of(&sweep, &device)?,
    };
    let command = resume_command(args.sweep_dir.as_deref(), &path);
    let records = sweep.records(&plan)?;
    if !records.is_empty() {
        stderr::note(format_args!(
            "resuming {}: {} of {} trained before",
            quoted(&path),
            grouped(records.len()),
            counted(folds.len(), "fold")
        ));
    }
    let records =
        train_all(&circumstances, &sweep, records).map_err(|error| stopped(error, command))?;
    let found = evaluate_all(&folds, &sweep, &records, &device)?;
    let lines = lines(&found);
    if args.json {
        for line in lines {
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        }
    } else {
        print(&lines, folds.len(), out)?;
    }
    stderr::note(format_args!("stored in {}", quoted(&path)));
    stderr::note(format_args!("next: app sweep show {}", quoted(&path)));
    Ok(())
}

/// Prints the metrics of so many folds, each with its mean and its standard deviation.
fn print(lines: &[Line], folds: usize, out: &mut dyn Write) -> anyhow::Result<()> {
    let names = width_of_names(lines.iter().map(|line| line.name));
    let width = width_of_means(lines);
    writeln!(
        out,
        "mean and standard deviation over {}",
        counted(folds, "fold")
    )?;
    for line in lines {
        let name = line.name;
        match (line.mean, line.std) {
            (Some(mean), Some(std)) => {
                let [mean, std] = [mean, std].map(format_metric);
                writeln!(out, "{name:<names$} {mean:<width$}  {std}")?;
            }
            _ => writeln!(out, "{name:<names$} undefined in some fold")?,
        }
    }
    Ok(())
}

/// The sweep at a path, if there is one, which must be one of the same cross-validation.
fn resumed(
    path: &Path,
    plan: &SweepPlan,
    inputs: &Inputs,
) -> anyhow::Result<Option<SweepDirectory>> {
    /// The content of files is compared by [`Inputs`].
    const FILES: ComparedFiles = ComparedFiles {
        data: Compared::ByContent,
        init: Compared::ByContent,
        batch_order: Compared::ByPath,
        without: Compared::ByContent,
    };
    if !SweepDirectory::is_sweep(path) {
        return Ok(None);
    }
    let sweep = SweepDirectory::open(Some(path))?;
    let before = sweep.plan()?;
    let changed = plan.base.changed_since(&before.base, FILES)?;
    let key = match changed.into_iter().next() {
        Some(difference) => difference.key,
        None if plan.table != before.table => "number of folds".to_owned(),
        None => {
            inputs.check_same(&sweep.inputs()?, path)?;
            return Ok(Some(sweep));
        }
    };
    let path = path.to_owned();
    Err(UsageError::OtherSweep { path, key }.into())
}

/// The number of columns of the widest mean.
fn width_of_means(lines: &[Line]) -> usize {
    let means = lines.iter().filter_map(|line| line.mean);
    let widths = means.map(|mean| format_metric(mean).len());
    widths.max().unwrap_or(0)
}

/// Evaluates the network of each fold, and returns the metrics.
fn evaluate_all(
    folds: &[Fold],
    sweep: &SweepDirectory,
    records: &BTreeMap<usize, PointRecord>,
    device: &OpenDevice,
) -> anyhow::Result<Vec<Evaluation>> {
    let count = folds.len();
    let mut found = Vec::new();
    for (record, fold) in records.values().zip(folds) {
        let number = record.point;
        if let Some(error) = &record.error {
            anyhow::bail!("fold {number} of {count}: {error}");
        }
        let metrics = fold.evaluate(&sweep.network(record, &fold.model())?, device)?;
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
