//! Our epoch loop in the form in which Burn's learner runs one.

use std::sync::{Mutex, PoisonError};

use burn::tensor::Device;
use burn_train::{
    Learner, SupervisedLearningStrategy, SupervisedTrainingEventProcessor, TrainLoader,
    TrainingComponents, ValidLoader,
};
use data::Sampler;
#[cfg(feature = "wgpu")]
use model::GpuDevice;
use model::{FusedState, Mlp};

use crate::device::engine_choice::EngineKind;
use crate::device::select::reference_device;
use crate::run::callbacks::CallbackState;
use crate::run::manifest::Provenance;
use crate::support::error::{Error, Result};
use crate::train::checkpoint_writer::CheckpointWriter;
use crate::train::dashboard::Killed;
use crate::train::engine::Engine;
use crate::train::engine::burn::BurnEngine;
use crate::train::engine::fused::FusedEngine;
#[cfg(feature = "wgpu")]
use crate::train::engine::gpu::GpuEngine;
use crate::train::epoch_loop::EpochLoop;
use crate::train::job::{Ended, Fitted, Job, View};
use crate::train::progress::{Extent, Progress, Selection};
use crate::train::records::Records;
use crate::train::signals::{CTRL_C, StopRequest};
use crate::train::tensorboard::EventFile;
use crate::train::watch::Watch;

/// Our epoch loop as a training strategy of Burn's learner.
pub(crate) struct Strategy {
    epochs: Mutex<EpochLoop>,
    /// Taken when the learner calls [`Strategy::fit`].
    prepared: Mutex<Option<Prepared>>,
    ended: Mutex<Option<Result<Ended>>>,
}

/// The parts of the engine and its watch that do not come from Burn.
struct Prepared {
    device: Device,
    global_clipnorm: Option<f64>,
    records: Records,
    /// Creates a fused engine from the learner's network, if the run uses one.
    fused: Option<MakeFused>,
    progress: Progress,
    view: View,
    stop: StopRequest,
    deadline: Option<std::time::Instant>,
}

type MakeFused = Box<dyn FnOnce(Mlp) -> Result<Engine> + Send>;

impl Strategy {
    pub(crate) fn new(
        job: &Job<'_>,
        callbacks: CallbackState,
        sampler: Sampler,
        model: &Mlp,
        records: Records,
    ) -> Result<Self> {
        let config = &job.config.settings;
        let event_file = config
            .tensorboard
            .then(|| EventFile::create(job.run.path(), job.finished_epochs() + 1));
        let progress = progress(job);
        let writer =
            CheckpointWriter::start(job.run.clone(), event_file.transpose()?, progress.clone());
        let epochs = EpochLoop {
            config: job.config.clone(),
            provenance: Provenance {
                backend: job.device.backend.to_string(),
                data: job.digits.checksum()?,
                init: job.initial_weights_checksum()?,
                config: config.clone(),
            },
            steps_per_epoch: job.steps_per_epoch(),
            callbacks,
            writer,
            on_epoch: job.on_epoch.clone(),
        };
        let prepared = Prepared {
            device: job.learner_device()?.device.autodiff(),
            global_clipnorm: config.global_clipnorm,
            records,
            fused: fused(job, model, sampler, &epochs)?,
            progress,
            view: job.view,
            stop: job.stop.clone(),
            deadline: job.deadline,
        };
        Ok(Self {
            epochs: Mutex::new(epochs),
            prepared: Mutex::new(Some(prepared)),
            ended: Mutex::new(None),
        })
    }

    pub(crate) fn scheduler(&self, epoch: usize) -> model::Scheduler {
        lock(&self.epochs).scheduler(epoch)
    }

    /// The result of the learner's launch.
    pub(crate) fn result(&self, launched: std::result::Result<(), Killed>) -> Result<Fitted> {
        let ended = match (lock(&self.ended).take(), launched) {
            (Some(ended), _) => ended?,
            (None, Err(Killed)) => Ended::Interrupted { exit_code: CTRL_C },
            (None, Ok(())) => return Err(Error::NotStarted),
        };
        let callbacks = lock(&self.epochs).callbacks;
        Ok(Fitted { ended, callbacks })
    }
}

fn progress(job: &Job<'_>) -> Progress {
    let extent = Extent {
        epochs: job.config.settings.epochs,
        training_images: job.digits.training.len(),
        validation_images: job.digits.validation.len(),
        deadline: job.deadline,
    };
    let shown = |selection| Progress::new(extent, selection, job.stop.clone());
    match job.view {
        View::Lines => shown(Selection::Thinned),
        View::EveryLine => shown(Selection::All),
        #[cfg(feature = "tui")]
        View::Dashboard => Progress::hidden(),
        View::Hidden => Progress::hidden(),
    }
}

/// Locks a mutex even if it is poisoned: after a kill in the dashboard, only the state of the
/// callbacks is read, which is always replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prepares a fused engine, if the run uses one, from a new network or from the checkpoint that the
/// run is resumed from.
fn fused(
    job: &Job<'_>,
    new: &Mlp,
    sampler: Sampler,
    epochs: &EpochLoop,
) -> Result<Option<MakeFused>> {
    let config = &job.config.settings;
    let engine = job.engine()?;
    if engine == EngineKind::Burn {
        return Ok(None);
    }
    let state = match &job.from {
        None => FusedState::read(new, None)?,
        Some(manifest) => {
            let checkpoints = job.run.checkpoints();
            let network = checkpoints.network(manifest.epoch);
            let network = model::load(&config.model(), &network, &reference_device())?;
            FusedState::read(&network, Some(&checkpoints.optimizer(manifest.epoch)))?
        }
    };
    let (config, digits) = (config.clone(), job.digits.clone());
    let scheduler = epochs.scheduler(job.finished_epochs());
    #[cfg(feature = "wgpu")]
    if engine == EngineKind::Kernels {
        let device = GpuDevice::new(&job.device.device)?;
        return Ok(Some(Box::new(move |network| {
            let engine = GpuEngine::new(
                &config, &digits, &device, sampler, state, scheduler, network,
            )?;
            Ok(Engine::Gpu(Box::new(engine)))
        })));
    }
    Ok(Some(Box::new(move |network| {
        let engine = FusedEngine::new(&config, &digits, sampler, state, scheduler, network);
        Ok(Engine::Fused(Box::new(engine)))
    })))
}

impl SupervisedLearningStrategy<Mlp> for Strategy {
    fn fit(
        &self,
        components: TrainingComponents<Mlp>,
        mut learner: Learner<Mlp>,
        training: TrainLoader<Mlp>,
        validation: ValidLoader<Mlp>,
        first_epoch: usize,
    ) -> (Mlp, SupervisedTrainingEventProcessor<Mlp>) {
        let Some(prepared) = lock(&self.prepared).take() else {
            // Burn calls a strategy once; `result` reports a second call as a training not started.
            return (learner.model(), components.event_processor);
        };
        learner.fork(&prepared.device);
        let mut engine = match prepared.fused {
            Some(fused) => match fused(learner.model()) {
                Ok(engine) => engine,
                Err(error) => {
                    *lock(&self.ended) = Some(Err(error));
                    return (learner.model(), components.event_processor);
                }
            },
            None => Engine::Burn(Box::new(BurnEngine {
                learner,
                checkpointer: components.checkpointer,
                store: components.event_store,
                records: prepared.records,
                training,
                validation,
                global_clipnorm: prepared.global_clipnorm,
            })),
        };
        let mut watch = Watch {
            progress: prepared.progress,
            view: prepared.view,
            events: components.event_processor,
            interrupter: components.interrupter,
            stop: prepared.stop,
            deadline: prepared.deadline,
        };
        let ended = lock(&self.epochs).run(&mut engine, &mut watch, first_epoch);
        *lock(&self.ended) = Some(ended);
        (engine.into_network(), watch.events)
    }
}
