//! `app sweep best` and `app sweep extract`: the best networks of a sweep, and a run of one.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::{FusedState, format_metric};
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::stderr;
use crate::dataset::DataSource;
use crate::device::select::{open_device, reference_device};
use crate::device::self_check::checked;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::{Error, Result};
use crate::support::parse::within;
use crate::support::shell::quoted;
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::inputs::Inputs;
use crate::sweep::members::best_points;
use crate::sweep::point::PointRecord;
use crate::sweep::results::SweepMetric;
use crate::train::job::{Job, View};
use crate::train::plan::{Extent, Plan};
use crate::train::session::complete;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
pub(crate) struct BestArgs {
    /// Sweep [default: the newest in sweeps/]
    sweep: Option<PathBuf>,
    /// Networks to list
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = within(1..=65535, 5))]
    top: u16,
    /// Metric to compare by [default: the settings' monitor]
    #[arg(long, value_name = "METRIC", value_enum)]
    metric: Option<SweepMetric>,
    /// Print JSON Lines, an object for each network
    #[arg(long)]
    json: bool,
}

/// A network; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    /// From 1, the best first.
    rank: usize,
    point: usize,
    combination: usize,
    seed: u32,
    /// The number of its fold, from 1.
    fold: Option<usize>,
    /// The settings that vary.
    settings: &'a toml::Table,
    metric: SweepMetric,
    value: f64,
}

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// Sweep
    sweep: PathBuf,
    /// Number of the point, as `sweep best` lists it
    point: usize,
    /// Directory to create [default: runs/DATE-AND-TIME]
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
}

pub(super) fn best(args: &BestArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let sweep = SweepDirectory::open(args.sweep.as_deref())?;
    let plan = sweep.plan()?;
    let records = sweep.records(&plan)?;
    let (metric, best) = best_points(&sweep, &plan, &records, args.metric)?;
    let best = best.into_iter().take(args.top.into());
    if args.json {
        for (rank, (record, value)) in (1..).zip(best) {
            let listed = Listed {
                rank,
                point: record.point,
                combination: record.combination,
                seed: record.seed,
                fold: record.fold,
                settings: &plan.combinations[record.combination - 1].settings,
                metric,
                value,
            };
            serde_json::to_writer(&mut *out, &listed)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    for (record, value) in best {
        let fold = record
            .fold
            .map_or(String::new(), |fold| format!(", fold {fold}"));
        writeln!(
            out,
            "point {}: {metric} {}, seed {}{fold}, {}",
            record.point,
            format_metric(value),
            record.seed,
            plan.combinations[record.combination - 1].name()
        )?;
    }
    Ok(())
}

pub(super) fn extract(
    args: &ExtractArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if let Some(path) = &args.run_dir {
        RunDirectory::check_unused(path)?;
    }
    let sweep = SweepDirectory::open(Some(&args.sweep))?;
    let plan = sweep.plan()?;
    let no_such = || {
        Error::Sweep(SweepError::NoSuchPoint {
            sweep: sweep.path().to_owned(),
            point: args.point,
            points: plan.size(),
        })
    };
    let point = plan.point(args.point).ok_or_else(no_such)?;
    let records = sweep.records(&plan)?;
    let config = plan.config(&point);
    let stored = match records.get(&args.point) {
        Some(record) => sweep.network(record, &config.model())?,
        None => return Err(not_trained(&sweep, args.point, &records)?.into()),
    };
    let inputs = sweep.inputs()?;
    let images = DataSource::of_run(&plan.base).classified(plan.base.digits.classes()?)?;
    Inputs::of(&plan, &images)?.check_same(&inputs, sweep.path())?;
    let choice = inputs.device(device.choice(), &mut stderr::notice);
    let device = open_device(&choice, &mut stderr::notice)?;
    let mut plan = Plan::new_run(config, Extent::Everything)?;
    let settings = plan.config.settings.cut_to(plan.digits.training.len());
    let device = checked(device, &choice, &settings, &mut stderr::notice)?;
    let stop = StopRequest::listen()?;
    let path = plan.run_path(args.run_dir.as_deref());
    let (run, _lock) = plan.open_run(Some(&path))?;
    complete(&Job {
        run: &run,
        config: &plan.config,
        digits: &plan.digits,
        device: &device,
        from: None,
        view: View::Hidden,
        stop,
        deadline: None,
        on_epoch: None,
    })?;
    let network = run.load(
        CheckpointName::Last,
        &plan.config.settings,
        &reference_device(),
    )?;
    let trained = FusedState::read(&network, None)?.weights;
    writeln!(out, "point {} stored in {}", args.point, quoted(run.path()))?;
    if trained != stored {
        stderr::print(format_args!(
            "warning: its weights are not bit for bit those of the sweep, which was trained on another machine or by \
             another version"
        ));
    }
    next(run.path());
    Ok(())
}

/// The error for a point without a record.
fn not_trained(
    sweep: &SweepDirectory,
    point: usize,
    records: &BTreeMap<usize, PointRecord>,
) -> Result<Error> {
    let path = sweep.path().to_owned();
    Ok(Error::Sweep(
        match sweep.half_trained(records)?.get(&point) {
            Some(&epochs) => SweepError::PointHalfTrained {
                sweep: path,
                point,
                epochs,
            },
            None => SweepError::PointWithoutNetwork {
                sweep: path,
                point,
                state: "not trained yet",
            },
        },
    ))
}

fn next(run: &Path) {
    stderr::note(format_args!("next: app evaluate {}", quoted(run)));
}
