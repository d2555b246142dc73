//! Trains a network: the entry point of the library.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::run::directory::{Completion, RunDirectory};
use crate::run::sessions::Session;
use crate::support::error::{Error, Result};
use crate::support::notice::Notify;
use crate::train::fit::fit;
use crate::train::job::{Ended, Fitted, Job, View};
use crate::train::plan::{Extent, Plan};
use crate::train::signals::StopRequest;

/// Options of a training that are not settings of the run.
#[derive(Debug, Clone, Default)]
pub struct TrainOptions {
    /// The directory of a new run; by default `runs/<date and time>`.
    pub run: Option<PathBuf>,
    /// A request to stop the training after the current batch.
    pub stop: StopRequest,
    /// Stops the training after this time, even if it is not finished; the run can be resumed.
    pub max_time: Option<Duration>,
}

/// Trains a network with `config`, and stores the run in a new directory.
///
/// # Errors
///
/// Before anything is written: [`Error::Setting`], [`Error::Contradiction`], [`Error::DataSet`],
/// [`Error::RunDirectoryInUse`], ... During the training: [`Error::Diverged`] if the loss becomes
/// NaN or infinite, [`Error::Interrupted`] if a stop was requested, and [`Error::TrainingStopped`]
/// if it failed and can be resumed.
pub fn train(
    config: &RunConfig,
    device: &OpenDevice,
    options: &TrainOptions,
) -> Result<RunDirectory> {
    let plan = Plan::new_run(config.clone().checked()?, Extent::Everything)?;
    run_plan(plan, device, options)
}

/// Resumes a run from its last checkpoint; `change` may increase the number of epochs, or change
/// other settings that finished epochs do not depend on.
///
/// # Errors
///
/// [`Error::RunFinished`] if there is nothing left to train, [`Error::OtherSettings`] and
/// [`Error::OtherData`] if settings or data of the run have changed, and as [`train`].
pub fn resume(
    run: &RunDirectory,
    change: impl FnOnce(&mut RunConfig),
    device: &OpenDevice,
    options: &TrainOptions,
    notify: &mut Notify<'_>,
) -> Result<RunDirectory> {
    let changed = |before: &RunConfig| {
        let mut config = before.clone();
        change(&mut config);
        config.checked()
    };
    let plan = Plan::resume(Some(run.path()), changed, notify)?;
    run_plan(plan, device, options)
}

fn run_plan(mut plan: Plan, device: &OpenDevice, options: &TrainOptions) -> Result<RunDirectory> {
    let images = plan.digits.training.len();
    EngineKind::choose(&plan.config.settings.cut_to(images), device)?;
    let started = Instant::now();
    let (run, _lock) = plan.open_run(options.run.as_deref())?;
    complete(&Job {
        run: &run,
        config: &plan.config,
        digits: &plan.digits,
        device,
        from: plan.from.take(),
        view: View::Hidden,
        stop: options.stop.clone(),
        // A time beyond the clock's range is no limit.
        deadline: options.max_time.and_then(|time| started.checked_add(time)),
        on_epoch: None,
    })?;
    Ok(run)
}

/// Trains to the end and stores the final network; an interruption is an error.
pub(crate) fn complete(job: &Job<'_>) -> Result<Ended> {
    let Job { run, config, .. } = job;
    let settings = &config.settings;
    let session = Session::now(&job.device.name, job.finished_epochs());
    session.record(&run.sessions_path())?;
    let Fitted { ended, callbacks } = fit(job).map_err(|error| match error {
        // Resuming would diverge again.
        Error::Diverged { .. } => error,
        error => Error::TrainingStopped {
            run: run.path().to_owned(),
            source: Box::new(error),
        },
    })?;
    match ended {
        Ended::OutOfTime => {}
        Ended::Interrupted { exit_code } => {
            return Err(Error::Interrupted {
                run: run.path().to_owned(),
                finished: last_epoch(run)?,
                epochs: settings.epochs,
                exit_code,
            });
        }
        Ended::AllEpochs | Ended::StoppedEarly => {
            let last = last_epoch(run)?;
            let best = callbacks.best.map_or(last, |best| best.epoch);
            run.complete(Completion {
                epochs: last,
                stopped_early: ended == Ended::StoppedEarly,
                network: if settings.restore_best_weights {
                    best
                } else {
                    last
                },
            })?;
        }
    }
    Ok(ended)
}

/// The last epoch that has a checkpoint.
pub(crate) fn last_epoch(run: &RunDirectory) -> Result<usize> {
    Ok(run.checkpoints().epochs()?.pop().unwrap_or_default())
}
