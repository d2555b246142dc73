//! `app crossval`: each part of the data is held out once, and measured by a network that was
//! trained on the others.

use std::io::Write;
use std::path::Path;

use model::{EVALUATION_METRICS, Evaluation, EvaluationMetric};
use serde::Serialize;

use crate::cli::{CheckpointName, CrossvalArgs, DeviceArgs};
use crate::config::RunConfig;
use crate::dataset;
use crate::evaluate;
use crate::failure::BadInput;
use crate::fit::{Ended, Job, View};
use crate::notice::notice;
use crate::run_dir::{RunDir, fresh_path};
use crate::signals::StopRequest;
use crate::train;

/// The mean and the spread of a figure over the folds; a line of `--json`.
#[derive(Debug, Serialize)]
struct Line {
    figure: &'static str,
    mean: f64,
    std: f64,
}

pub(crate) fn crossval(
    args: &CrossvalArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let folds = usize::from(args.folds);
    let base = RunConfig::resolve(args.config.as_deref(), &args.settings)?;
    if base.fold.is_some() {
        let message = "fold: cross-validation holds out each part in turn; leave it out";
        return Err(BadInput(message.to_owned()).into());
    }
    // All folds are looked at before the first is trained.
    let mut parts = Vec::new();
    let all = dataset::trained_on(&base)?;
    for fold in 1..=folds {
        let mut config = base.clone();
        config.fold = Some([fold, folds]);
        let digits = dataset::split(&all, &config)?;
        config.settle(digits.train.len(), digits.validation.len())?;
        parts.push((config, digits));
    }
    let opened = train::open_checked(chosen, &base)?;
    let folder = args.run_dir.clone().unwrap_or_else(fresh_path);
    let stop = StopRequest::listen()?;
    notice(format_args!(
        "cross-validation in {folds} parts on {}; runs in {}",
        opened.name,
        folder.display()
    ));
    let mut found = Vec::new();
    for (fold, (config, digits)) in (1..).zip(&parts) {
        let path = folder.join(format!("fold-{fold}"));
        let run = trained(&path, config, digits, &opened, &stop).map_err(|error| {
            let folder = folder.display();
            error.context(format!(
                "fold {fold} of {folds}; to go on, give the same command with --run-dir {folder}"
            ))
        })?;
        let network = run.load(CheckpointName::Last, config, &opened.device)?;
        let logits = opened.logits(&network, digits.validation.digits(), config)?;
        let figures = evaluate::figures(&logits, &digits.validation, model::DEFAULT_THRESHOLD);
        notice(format_args!(
            "fold {fold}/{folds}  loss {:.4}  accuracy {:.4}  on {} images held out",
            figures.loss, figures.accuracy, figures.examples
        ));
        found.push(figures);
    }
    for line in lines(&found) {
        if args.json {
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        } else {
            let Line { figure, mean, std } = line;
            writeln!(out, "{figure:<18} {mean:.4} ± {std:.4}")?;
        }
    }
    Ok(())
}

/// Trains one fold, or goes on with it, or finds it finished.
fn trained(
    path: &Path,
    config: &RunConfig,
    digits: &dataset::TrainingData,
    opened: &crate::adapter::Opened,
    stop: &StopRequest,
) -> anyhow::Result<RunDir> {
    let is_there = path.join("config.toml").is_file();
    let (run, _lock) = if is_there {
        let run = RunDir::open(Some(path))?;
        let lock = run.lock()?;
        (run, lock)
    } else {
        RunDir::create(Some(path), config)?
    };
    if is_there {
        let differences = run.config()?.differences(config)?;
        if let Some(difference) = differences.first() {
            let message = format!(
                "{}: was begun with another {}; name another --run-dir",
                path.display(),
                difference.key
            );
            return Err(BadInput(message).into());
        }
        if run.outcome()?.is_some() {
            return Ok(run);
        }
    }
    let job = Job {
        run: &run,
        config,
        digits,
        opened,
        from: train::last_state(&run)?,
        view: View::Hidden,
        stop: stop.clone(),
        deadline: None,
    };
    match train::complete(job)? {
        Ended::Whole | Ended::Early => Ok(run),
        ended @ (Ended::Interrupted(_) | Ended::OutOfTime) => {
            anyhow::bail!("the training ended before its time: {ended:?}")
        }
    }
}

/// Mean and spread of each figure that every fold has.
fn lines(found: &[Evaluation]) -> Vec<Line> {
    let line = |metric: &EvaluationMetric| {
        let values: Option<Vec<f64>> = found.iter().map(|of| metric.value(of)).collect();
        let spread = model::spread(&values?)?;
        Some(Line {
            figure: metric.name,
            mean: spread.mean,
            std: spread.std,
        })
    };
    EVALUATION_METRICS.iter().filter_map(line).collect()
}
