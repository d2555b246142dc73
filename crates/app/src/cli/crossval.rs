//! `app crossval`: for each fold, a network is trained on the other folds and evaluated on this
//! one.

mod fold;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::{EVALUATION_METRICS, Evaluation, EvaluationMetric};
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::crossval::fold::{Fold, folds};
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::self_check::open_checked;
use crate::run::directory::fresh_path;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
pub(crate) struct CrossvalArgs {
    /// Number of folds; each has the same proportion of both digits
    #[arg(long, default_value_t = 5, value_name = "K", value_parser = clap::value_parser!(u16).range(2..=1000))]
    folds: u16,
    /// TOML file with settings; missing keys have the defaults of configs/default.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory for the runs, one per fold; if it exists, the cross-validation is resumed
    /// [default: runs/DATE-AND-TIME]
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
    metric: &'static str,
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
    if base.fold.is_some() {
        return Err(UsageError::FoldInCrossval.into());
    }
    // All folds are prepared before the first is trained.
    let folds = folds(&base, args.folds.into())?;
    let device = open_checked(&device.choice(), &base, &mut |notice| stderr::print(notice))?;
    let folder = args.run_dir.clone().unwrap_or_else(fresh_path);
    let count = folds.len();
    stderr::print(format_args!(
        "cross-validation with {count} folds on {}; runs in {}",
        device.name,
        folder.display()
    ));
    let found = train_all(&folds, &folder, &device)?;
    for line in lines(&found) {
        if args.json {
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        } else {
            let metric = line.metric;
            match (line.mean, line.std) {
                (Some(mean), Some(std)) => writeln!(out, "{metric:<18} {mean:.4} ± {std:.4}")?,
                _ => writeln!(out, "{metric:<18} undefined in some fold")?,
            }
        }
    }
    Ok(())
}

/// Trains and evaluates one network per fold, and returns the metrics.
fn train_all(
    folds: &[Fold],
    folder: &Path,
    device: &OpenDevice,
) -> anyhow::Result<Vec<Evaluation>> {
    let stop = StopRequest::listen()?;
    let count = folds.len();
    let mut found = Vec::new();
    for (number, fold) in (1..).zip(folds) {
        let path = folder.join(format!("fold-{number}"));
        let run = fold.train(&path, device, &stop).map_err(|error| {
            let folder = folder.display();
            error.context(format!(
                "fold {number} of {count}; to continue, run the same command with --run-dir {folder}"
            ))
        })?;
        let metrics = fold.evaluate(&run, device)?;
        stderr::print(format_args!(
            "fold {number}/{count}  loss {:.4}  accuracy {:.4}  on {} validation images",
            metrics.loss, metrics.accuracy, metrics.examples
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
            metric: metric.name,
            mean: spread.map(|spread| spread.mean),
            std: spread.map(|spread| spread.std),
        }
    };
    EVALUATION_METRICS.iter().map(line).collect()
}
