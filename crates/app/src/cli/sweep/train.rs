//! Trains a sweep, a new one or the rest of one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use data::ClassifiedDigits;
use plots::grouped;

use crate::cli::arguments::DeviceArgs;
use crate::cli::stderr;
use crate::cli::sweep::SweepArgs;
use crate::cli::sweep::table::print_ranking;
use crate::cli::sweep::training::{has_validation, train_all};
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::{DataSource, notify_images};
use crate::device::select::open_device;
use crate::device::self_check::checked;
use crate::run::lock::RunLock;
use crate::support::error::{Error, Result};
use crate::support::notice::Notice;
use crate::support::number_format::format_seconds;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::support::sweep_error::SweepError;
use crate::sweep::create::fresh_path;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::halving::is_finished;
use crate::sweep::inputs::Inputs;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{PointRecord, PointState};
use crate::sweep::results::{check_not_all_failed, monitored};
use crate::sweep::setting_notes::note_settings;
use crate::sweep::table::SweepTable;
use crate::sweep::train_points::{Circumstances, PointEngine};
use crate::sweep::unfinished::Unfinished;
use crate::train::signals::StopRequest;

/// Combinations that are printed at the end.
const SHOWN: usize = 10;

pub(super) fn train(
    args: &SweepArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let resumed = match &args.resume {
        Some(sweep) => Some(SweepDirectory::open_unfinished(sweep.as_deref())?),
        None => None,
    };
    let plan = match &resumed {
        Some(sweep) => resumed_plan(args, sweep)?,
        None => plan(args)?,
    };
    if args.dry_run {
        return print_plan(&plan, out);
    }
    if let Some(path) = &args.sweep_dir {
        SweepDirectory::check_unused(path)?;
    }
    let source = DataSource::of_run(&plan.base);
    let classes = plan.base.digits.classes()?;
    let images = source.classified(classes)?;
    notify_images(images.digits(), &mut stderr::notice);
    stderr::detail(format_args!("data: {}", source.name()));
    plan.check_with(&images)?;
    if resumed.is_none() {
        note_settings(&plan, &images, &given(args)?, &mut stderr::notice)?;
    }
    let test = source.test_images(classes)?;
    let choice = match &resumed {
        Some(sweep) => sweep.inputs()?.device(device.choice(), &mut stderr::notice),
        None => device.choice(),
    };
    let device = open_device(&choice, &mut stderr::notice)?;
    let settings = plan.base.cut_to(images.len());
    let device = checked(device, &choice, &settings, &mut stderr::notice)?;
    let engine = PointEngine::choose(&plan, &device, images.len(), &mut stderr::notice)?;
    let stop = StopRequest::listen_and(|| stderr::notice_over_status(&Notice::Stopping))?;
    let inputs = Inputs::of(&plan, &images)?.on(&device);
    let (sweep, _lock) = open(args, resumed, &plan, &inputs)?;
    let records = sweep.records(&plan)?;
    announce(
        &plan,
        &sweep,
        &format!("{} {engine}", device.name),
        &images,
        test.as_ref(),
        &records,
    );
    let circumstances = Circumstances {
        plan: &plan,
        engine,
        images: &images,
        test: test.as_ref(),
        device: &device,
        stop: &stop,
        epochs: &AtomicUsize::new(0),
        unfinished: &Unfinished::of(&sweep, &device)?,
    };
    let started = Instant::now();
    let before = records.len();
    let records = train_all(&circumstances, &sweep, records);
    let records = records.map_err(|error| resumable(error, &sweep))?;
    let (metric, mode) = monitored(&plan, has_validation(&plan, &images));
    if records.len() > before {
        stderr::note(format_args!(
            "trained {} in {}{}",
            counted(records.len() - before, "point"),
            format_seconds(started.elapsed().as_secs_f64()),
            dropped(&records)
        ));
    }
    print_ranking(&plan, &records, (metric, mode), SHOWN, out)?;
    writeln!(out, "stored in {}", quoted(sweep.path()))?;
    check_not_all_failed(sweep.path(), &records)?;
    stderr::note(format_args!(
        "next: app sweep show {}",
        quoted(sweep.path())
    ));
    Ok(())
}

/// Adds to an error how the sweep is resumed.
fn resumable(error: anyhow::Error, sweep: &SweepDirectory) -> anyhow::Error {
    match error.downcast::<Error>() {
        Ok(
            error @ (Error::SweepInterrupted { .. } | Error::Sweep(SweepError::SweepGone { .. })),
        ) => error.into(),
        Ok(source) => Error::SweepStopped {
            sweep: sweep.path().to_owned(),
            source: Box::new(source),
        }
        .into(),
        Err(error) => error,
    }
}

/// The plan of a sweep that is resumed. Files may have been moved, and their content is compared later; other settings
/// than those that it was started with are refused.
fn resumed_plan(args: &SweepArgs, sweep: &SweepDirectory) -> anyhow::Result<SweepPlan> {
    let plan = sweep.plan()?;
    let flags = args.settings.flags();
    let wanted = args.settings.over(&plan.base, None)?;
    let varies = flags.iter().any(|key| plan.table.vary.contains_key(key));
    let differences = plan.base.differences(&wanted)?;
    let may_move = |key: &str| match key {
        "data" => true,
        "init" => plan.base.init.is_some() && wanted.init.is_some(),
        "without" => plan.base.without.is_some() && wanted.without.is_some(),
        _ => false,
    };
    if varies || !differences.iter().all(|found| may_move(&found.key)) {
        let (sweep, flags) = (sweep.path().to_owned(), args.settings.typed());
        return Err(UsageError::ResumedSweep { sweep, flags }.into());
    }
    if differences.is_empty() {
        return Ok(plan);
    }
    Ok(SweepPlan::new(wanted, plan.table)?)
}

/// `: 1 to the end, 19 dropped by halving`; nothing if none was dropped.
fn dropped(records: &BTreeMap<usize, PointRecord>) -> String {
    let count = |state| records.values().filter(|it| it.state == state).count();
    match count(PointState::Paused) {
        0 => String::new(),
        dropped => format!(
            ": {} to the end, {} dropped by halving",
            grouped(count(PointState::Trained)),
            grouped(dropped)
        ),
    }
}

/// The settings that were given, as flags or in the configuration file.
fn given(args: &SweepArgs) -> Result<BTreeSet<String>> {
    match &args.config {
        Some(path) => {
            let (of_file, _) = RunConfig::default().with_sweep_file(path)?;
            args.settings.given_beside(&of_file)
        }
        None => Ok(args.settings.flags()),
    }
}

/// The plan of the flags and the configuration file.
fn plan(args: &SweepArgs) -> anyhow::Result<SweepPlan> {
    let (base, table) = match &args.config {
        Some(path) => {
            let (config, table) = RunConfig::default().with_sweep_file(path)?;
            (config, SweepTable::read(table, path)?)
        }
        None => (RunConfig::default(), SweepTable::default()),
    };
    let base = args.settings.over(&base, None)?;
    for (index, varied) in args.vary.iter().enumerate() {
        if args.vary[..index]
            .iter()
            .any(|before| before.key == varied.key)
        {
            let key = varied.key.clone();
            return Err(UsageError::VariedTwice { key }.into());
        }
    }
    let by_flags = SweepTable {
        seeds: args.seeds.clone(),
        folds: args.folds.map(Into::into),
        samples: args.samples.map(Into::into),
        halving: args.halving.map(Into::into),
        vary: args
            .vary
            .iter()
            .map(|varied| (varied.key.clone(), varied.values.clone()))
            .collect(),
    };
    Ok(SweepPlan::new(base, table.overridden(by_flags))?)
}

fn print_plan(plan: &SweepPlan, out: &mut dyn Write) -> anyhow::Result<()> {
    for (number, combination) in (1..).zip(&plan.combinations) {
        writeln!(out, "{number:>5}  {}", combination.name())?;
    }
    let seeds = counted(plan.seeds.len(), "seed");
    let folds = plan
        .table
        .folds
        .map(|folds| format!(" x {}", counted(folds, "fold")));
    writeln!(
        out,
        "{} x {seeds}{} = {}",
        counted(plan.combinations.len(), "combination"),
        folds.unwrap_or_default(),
        counted(plan.size(), "point")
    )?;
    Ok(())
}

/// Opens the sweep to resume, or creates the directory of a new one.
fn open(
    args: &SweepArgs,
    resumed: Option<SweepDirectory>,
    plan: &SweepPlan,
    inputs: &Inputs,
) -> anyhow::Result<(SweepDirectory, RunLock)> {
    let Some(sweep) = resumed else {
        let path = args.sweep_dir.clone().unwrap_or_else(fresh_path);
        return Ok(SweepDirectory::create(Some(&path), plan, inputs)?);
    };
    let lock = sweep.lock()?;
    inputs.check_same(&sweep.inputs()?, sweep.path())?;
    sweep.store_places(plan)?;
    Ok((sweep, lock))
}

fn announce(
    plan: &SweepPlan,
    sweep: &SweepDirectory,
    device: &str,
    images: &ClassifiedDigits,
    test: Option<&ClassifiedDigits>,
    records: &BTreeMap<usize, PointRecord>,
) {
    let test = test.map_or_else(String::new, |test| {
        format!(", {} for the test", grouped(test.len()))
    });
    let folds = plan
        .table
        .folds
        .map(|folds| format!(" x {}", counted(folds, "fold")));
    stderr::note(format_args!(
        "sweep of {} on {device}: {} x {}{}; {} of {}{test}; sweep {}",
        counted(plan.size(), "point"),
        counted(plan.combinations.len(), "combination"),
        counted(plan.seeds.len(), "seed"),
        folds.unwrap_or_default(),
        counted(images.len(), "image"),
        plan.base.digits,
        quoted(sweep.path())
    ));
    let trained = counted(records.len(), "point");
    if is_finished(plan, records) {
        stderr::note(format_args!("all {trained} were already trained"));
    } else if records.len() >= plan.size() {
        stderr::note(format_args!(
            "all {trained} were trained for a part of the epochs; the best are trained further"
        ));
    } else if !records.is_empty() {
        stderr::note(format_args!("{trained} trained before"));
    }
}
