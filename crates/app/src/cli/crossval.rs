//! `app crossval`: for each fold, a network is trained on the other folds and evaluated on this
//! one.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::{DEFAULT_THRESHOLD, EVALUATION_METRICS, Evaluation, EvaluationMetric};
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::dataset::{DataSource, TrainingData};
use crate::device::adapter::OpenDevice;
use crate::device::self_check::open_checked;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::predictions::evaluate;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::{RunDirectory, fresh_path};
use crate::train::job::{Ended, Job, View};
use crate::train::plan::last_checkpoint;
use crate::train::session::complete;
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
    /// [default: runs/<date and time>]
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
    #[serde(rename = "figure")]
    metric: &'static str,
    mean: f64,
    std: f64,
}

/// A fold: the configuration and the data of its run.
struct Fold {
    config: ResolvedConfig,
    digits: TrainingData,
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
    let stop = StopRequest::listen()?;
    let count = folds.len();
    stderr::print(format_args!(
        "cross-validation with {count} folds on {}; runs in {}",
        device.name,
        folder.display()
    ));
    let mut found = Vec::new();
    for (number, fold) in (1..).zip(&folds) {
        let path = folder.join(format!("fold-{number}"));
        let run = fold.train(&path, &device, &stop).map_err(|error| {
            let folder = folder.display();
            error.context(format!(
                "fold {number} of {count}; to continue, run the same command with --run-dir {folder}"
            ))
        })?;
        let metrics = fold.evaluate(&run, &device)?;
        stderr::print(format_args!(
            "fold {number}/{count}  loss {:.4}  accuracy {:.4}  on {} validation images",
            metrics.loss, metrics.accuracy, metrics.examples
        ));
        found.push(metrics);
    }
    for line in lines(&found) {
        if args.json {
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        } else {
            let Line { metric, mean, std } = line;
            writeln!(out, "{metric:<18} {mean:.4} ± {std:.4}")?;
        }
    }
    Ok(())
}

fn folds(base: &RunConfig, count: usize) -> anyhow::Result<Vec<Fold>> {
    let all = DataSource::of_run(base).pair(base.digits)?;
    let mut folds = Vec::new();
    for number in 1..=count {
        let config = RunConfig {
            fold: Some([number, count]),
            ..base.clone()
        };
        let digits = TrainingData::split(&all, &config)?;
        let config = ResolvedConfig::new(config, digits.counts())?;
        folds.push(Fold { config, digits });
    }
    Ok(folds)
}

impl Fold {
    /// Trains the network of a fold, or resumes it, unless it is finished.
    fn train(
        &self,
        path: &Path,
        device: &OpenDevice,
        stop: &StopRequest,
    ) -> anyhow::Result<RunDirectory> {
        let settings = &self.config.settings;
        let exists = path.join("config.toml").is_file();
        let (run, _lock) = if exists {
            let run = RunDirectory::open(Some(path))?;
            let lock = run.lock()?;
            (run, lock)
        } else {
            RunDirectory::create(Some(path), settings)?
        };
        if exists {
            if let Some(difference) = run.config()?.differences(settings)?.into_iter().next() {
                let (path, key) = (path.to_owned(), difference.key);
                return Err(UsageError::OtherFold { path, key }.into());
            }
            if run.result()?.is_some() {
                return Ok(run);
            }
        }
        let job = Job {
            run: &run,
            config: &self.config,
            digits: &self.digits,
            device,
            from: last_checkpoint(&run, &mut |notice| stderr::print(notice))?,
            view: View::Hidden,
            stop: stop.clone(),
            deadline: None,
        };
        match complete(&job)? {
            Ended::AllEpochs | Ended::StoppedEarly => Ok(run),
            ended @ (Ended::Interrupted { .. } | Ended::OutOfTime) => {
                anyhow::bail!("the training ended early: {ended:?}")
            }
        }
    }

    /// Computes the metrics of the fold's network on its validation images.
    fn evaluate(&self, run: &RunDirectory, device: &OpenDevice) -> anyhow::Result<Evaluation> {
        let (settings, pair) = (&self.config.settings, &self.digits.validation);
        let network = run.load(CheckpointName::Last, settings, &device.device)?;
        let network = DeviceNetwork::new(network, device.clone(), settings.batch_size)?;
        Ok(evaluate(
            &network.logits(pair.digits())?,
            pair,
            DEFAULT_THRESHOLD,
        ))
    }
}

/// Mean and standard deviation of each metric that every fold has.
fn lines(found: &[Evaluation]) -> Vec<Line> {
    let line = |metric: &EvaluationMetric| {
        let values: Option<Vec<f64>> = found.iter().map(|fold| metric.value(fold)).collect();
        let spread = model::spread(&values?)?;
        Some(Line {
            metric: metric.name,
            mean: spread.mean,
            std: spread.std,
        })
    };
    EVALUATION_METRICS.iter().filter_map(line).collect()
}
