//! Trains a point by Burn's learner, in a run directory of its own.

use model::FusedState;

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::run::callbacks::CallbackState;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::{Error, Result};
use crate::sweep::train_points::{Circumstances, Task};
use crate::train::course::Paused;
use crate::train::job::{Ended, Job, View};
use crate::train::session::complete;

impl Circumstances<'_> {
    /// Trains a point in its folder, which is deleted when the point is stored; resumes the run there if the task says from
    /// where.
    pub(super) fn trained_in_run(
        &self,
        config: &ResolvedConfig,
        digits: &TrainingData,
        task: &Task,
    ) -> Result<Option<Paused>> {
        let folder = self.unfinished.point(task.point.number);
        let settings = &config.settings;
        let (run, _lock, from) = if let Some(from) = &task.from {
            let run = RunDirectory::open(Some(&folder))?;
            let manifest = run.checkpoints().read(from.epoch)?;
            let lock = run.lock()?;
            (run, lock, Some(manifest))
        } else {
            let (run, lock) = RunDirectory::create(Some(&folder), settings)?;
            (run, lock, None)
        };
        let ended = complete(&Job {
            run: &run,
            config,
            digits,
            device: self.device,
            from,
            view: View::Hidden,
            stop: self.stop.clone(),
            deadline: None,
            on_epoch: None,
        });
        match ended {
            Err(Error::Interrupted { .. }) => return Ok(None),
            Err(Error::TrainingStopped { source, .. }) => return Err(*source),
            Err(error) => return Err(error),
            Ok(
                Ended::AllEpochs
                | Ended::StoppedEarly
                | Ended::Interrupted { .. }
                | Ended::OutOfTime,
            ) => {}
        }
        let (network, epoch) =
            run.load_numbered(CheckpointName::Last, settings, &reference_device())?;
        let history = run.history()?;
        let metrics = history.iter().find(|metrics| metrics.epoch == epoch);
        let metrics = metrics
            .or(history.last())
            .cloned()
            .ok_or(Error::NotStarted)?;
        Ok(Some(Paused {
            epoch: history.len(),
            state: FusedState::read(&network, None)?,
            callbacks: CallbackState::after(&history, config),
            best: None,
            metrics,
        }))
    }
}
