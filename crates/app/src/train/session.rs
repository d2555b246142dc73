//! One process's part of a training: the library's way to train.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::run::directory::{Completion, RunDirectory};
use crate::run::sessions::Session;
use crate::support::error::{Error, Result};
use crate::support::notice::Notify;
use crate::train::fit::{Fitted, fit};
use crate::train::job::{Ended, Job, View};
use crate::train::plan::{Extent, Plan};
use crate::train::signals::StopRequest;

/// How a training is run, apart from its settings.
#[derive(Debug, Clone, Default)]
pub struct TrainOptions {
    /// The directory of a new run; `runs/<date and time>` if none is given.
    pub run: Option<PathBuf>,
    /// Stops the training after the current batch.
    pub stop: StopRequest,
    /// Stops the training after this time, finished or not; the run can be resumed.
    pub max_time: Option<Duration>,
}

/// Trains a network as `config` says, and stores everything about it in a new directory.
///
/// # Errors
///
/// Whatever makes a training impossible, before anything is written: [`Error::Setting`] and
/// [`Error::Contradiction`], [`Error::DataSet`], [`Error::RunDirectoryInUse`], ... During the
/// training [`Error::Diverged`] if the loss becomes NaN or infinite, [`Error::Interrupted`] if it
/// was asked to stop, and [`Error::TrainingStopped`] if it failed and can be resumed.
pub fn train(
    config: &RunConfig,
    device: &OpenDevice,
    options: &TrainOptions,
) -> Result<RunDirectory> {
    let plan = Plan::new_run(config.clone().checked()?, Extent::Everything)?;
    run_plan(plan, device, options)
}

/// Resumes a run from its last checkpoint; `change` may raise its number of epochs or change the
/// other settings that finished epochs do not depend on.
///
/// # Errors
///
/// [`Error::RunFinished`] if there is nothing left to train, [`Error::OtherSettings`] and
/// [`Error::OtherData`] if the run was made with others, and as [`train`].
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
    EngineKind::choose(&plan.config.settings, device)?;
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
        deadline: options.max_time.map(|time| started + time),
    })?;
    Ok(run)
}

/// Trains to the end and stores the trained network; an interruption is an error.
pub(crate) fn complete(job: &Job<'_>) -> Result<Ended> {
    let Job { run, config, .. } = job;
    let settings = &config.settings;
    let session = Session::now(&job.device.name, job.finished_epochs());
    session.record(&run.sessions_path())?;
    let Fitted { ended, callbacks } = fit(job).map_err(|error| match error {
        // It would diverge again.
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
