//! One process's part of a training: the library's way to train.

use std::path::Path;

use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::run::directory::{Completion, RunDirectory};
use crate::run::sessions::Session;
use crate::support::error::{Error, Result};
use crate::train::fit::{Fitted, fit};
use crate::train::job::{Ended, Job, View};
use crate::train::plan::{Extent, Plan};
use crate::train::signals::StopRequest;

/// Trains a network as `config` says, and stores everything about it in a new directory: `run`, or
/// `runs/<date and time>` if none is named.
///
/// # Errors
///
/// Whatever makes a training impossible, before anything is written: [`Error::Setting`] and
/// [`Error::Contradiction`], [`Error::DataSet`], [`Error::RunDirectoryInUse`], ... During the
/// training [`Error::Diverged`] if the loss becomes NaN or infinite, and [`Error::TrainingStopped`]
/// if it failed and can be resumed.
pub fn train(config: &RunConfig, device: &OpenDevice, run: Option<&Path>) -> Result<RunDirectory> {
    let mut plan = Plan::new_run(config.clone().checked()?, Extent::Everything)?;
    EngineKind::choose(&plan.config.settings, device)?;
    let (run, _lock) = plan.open_run(run)?;
    complete(&Job {
        run: &run,
        config: &plan.config,
        digits: &plan.digits,
        device,
        from: None,
        view: View::Hidden,
        stop: StopRequest::default(),
        deadline: None,
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
