//! Runs a training, from its start or from its last checkpoint, with Burn's `SupervisedTraining`
//! and our own epoch loop.

use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Device;
use burn_train::logger::InMemoryMetricLogger;
use burn_train::{
    Interrupter, Learner, SupervisedLearningStrategy, SupervisedTraining,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, TrainingStrategy,
    ValidLoader,
};
use data::Sampler;
use model::{FusedState, Mlp};

use crate::dataset::TrainingData;
use crate::device::engine_choice::EngineKind;
use crate::device::select::reference_device;
use crate::run::callbacks::CallbackState;
use crate::run::directory::RunDirectory;
use crate::run::manifest::{Manifest, Provenance};
use crate::support::csv_log;
use crate::support::error::{Error, Result};
use crate::train::checkpoint_writer::CheckpointWriter;
use crate::train::dashboard::{Killed, NoRenderer, catch_kill};
use crate::train::engine::Engine;
use crate::train::engine::burn::{BurnEngine, optimizer};
use crate::train::engine::fused::FusedEngine;
use crate::train::epoch_loop::EpochLoop;
use crate::train::initial_weights::initial_network;
use crate::train::job::{Ended, Job, View};
use crate::train::loader::{data_loader, training_sampler};
use crate::train::progress::Progress;
use crate::train::records::{Records, SaveAlways, checkpointers};
use crate::train::signals::{CTRL_C, StopRequest};
use crate::train::tensorboard::EventFile;
use crate::train::watch::Watch;

/// The result of a training.
pub(crate) struct Fitted {
    pub(crate) ended: Ended,
    pub(crate) callbacks: CallbackState,
}

/// Trains until the last epoch, or until something stops it.
pub(crate) fn fit(job: &Job<'_>) -> Result<Fitted> {
    let config = &job.config.settings;
    job.run.tidy(config)?;
    discard_newer(job.run, job.from.as_ref())?;
    let finished = job.finished_epochs();
    let callbacks = match &job.from {
        Some(manifest) => manifest.callbacks,
        None => CallbackState::new(config),
    };
    if callbacks.stop && finished > 0 {
        let ended = Ended::StoppedEarly;
        return Ok(Fitted { ended, callbacks });
    }
    if finished >= config.epochs {
        let ended = Ended::AllEpochs;
        return Ok(Fitted { ended, callbacks });
    }
    launch(job, callbacks)
}

/// Discards history rows and checkpoints newer than the resume point.
fn discard_newer(run: &RunDirectory, from: Option<&Manifest>) -> Result<()> {
    let finished = from.map_or(0, |manifest| manifest.epoch);
    let read = run.history()?;
    let mut epochs = read.clone();
    epochs.retain(|epoch| epoch.epoch <= finished);
    let last = epochs.last().map_or(0, |epoch| epoch.epoch);
    if let Some(metrics) = from.and_then(|manifest| manifest.metrics.clone())
        && last < finished
    {
        epochs.push(metrics);
    }
    if epochs != read || run.history_path().is_file() {
        csv_log::write(&run.history_path(), &epochs)?;
    }
    run.checkpoints().prune(|epoch| epoch <= finished)
}

/// Starts Burn's learner, which calls [`Strategy::fit`].
fn launch(job: &Job<'_>, callbacks: CallbackState) -> Result<Fitted> {
    let finished = job.finished_epochs();
    let config = &job.config.settings;
    let sampler = training_sampler(job)?;
    let kind = job.device.kind;
    let (device, training_device) = (&job.device.device, job.device.device.clone().autodiff());
    let TrainingData {
        training,
        validation,
    } = job.digits;
    let first = finished + 1;
    let in_order = Sampler::Sequential;
    let training = data_loader(
        training,
        config,
        sampler.clone(),
        first,
        &training_device,
        kind,
    )?;
    let validation = data_loader(validation, config, in_order, first, device, kind)?;
    // A resumed run's network is loaded by the learner from the last checkpoint.
    let model = match &job.from {
        None => initial_network(config, &training_device)?,
        Some(_) => config.model().init(config.seed.into(), &training_device),
    };

    let (senders, records) = checkpointers(&job.run.checkpoints());
    let strategy = Arc::new(Strategy::new(job, callbacks, sampler, &model, records)?);
    let scheduler = strategy.scheduler(finished);
    let learner = Learner::new(model, optimizer(config), scheduler);
    let interrupter = Interrupter::new();
    let [network, adam, schedule] = senders;
    let mut supervised = SupervisedTraining::<Mlp>::new(job.run.path(), training, validation)
        .with_custom_checkpointers(network, adam, schedule)
        .with_checkpointing_strategy(SaveAlways)
        .with_application_logger(None)
        .with_metric_logger(InMemoryMetricLogger::new())
        .with_interrupter(interrupter.clone())
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()))
        .num_epochs(config.epochs);
    supervised = match job.view {
        #[cfg(feature = "tui")]
        View::Dashboard => with_dashboard(supervised, &interrupter, finished, job.digits),
        _ => supervised.renderer(Box::new(NoRenderer)),
    };
    if job.from.is_some() {
        supervised = supervised.checkpoint(finished);
    }
    // Burn's renderer is dropped here, too: a kill in the dashboard can surface at that moment.
    let launched = catch_kill(|| drop(supervised.launch(learner)));
    strategy.result(launched)
}

#[cfg(feature = "tui")]
fn with_dashboard(
    training: SupervisedTraining<Mlp>,
    interrupter: &Interrupter,
    finished: usize,
    digits: &TrainingData,
) -> SupervisedTraining<Mlp> {
    use burn_train::metric::LossMetric;
    use model::BinaryAccuracy;

    let training = training
        .renderer(crate::train::dashboard::dashboard(interrupter, finished))
        .metric_train_numeric(LossMetric::new())
        .metric_train_numeric(BinaryAccuracy::default());
    if digits.validation.is_empty() {
        return training; // Metrics of no images would be NaN.
    }
    training
        .metric_valid_numeric(LossMetric::new())
        .metric_valid_numeric(BinaryAccuracy::default())
}

/// Our epoch loop as a training strategy of Burn's learner.
struct Strategy {
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
    /// Creates the fused engine from the learner's network, if the run uses it.
    fused: Option<MakeFused>,
    progress: Progress,
    view: View,
    stop: StopRequest,
    deadline: Option<std::time::Instant>,
}

type MakeFused = Box<dyn FnOnce(Mlp) -> FusedEngine + Send>;

impl Strategy {
    fn new(
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
        let progress = match job.view {
            View::Lines => Progress::new(config.epochs),
            _ => Progress::hidden(config.epochs),
        };
        let writer =
            CheckpointWriter::start(job.run.clone(), event_file.transpose()?, progress.clone());
        let epochs = EpochLoop {
            config: job.config.clone(),
            provenance: Provenance {
                backend: job.device.backend.to_string(),
                data: job.digits.checksum()?,
                config: config.clone(),
            },
            steps_per_epoch: job.steps_per_epoch(),
            callbacks,
            writer,
        };
        let prepared = Prepared {
            device: job.device.device.clone().autodiff(),
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

    fn scheduler(&self, epoch: usize) -> model::Scheduler {
        lock(&self.epochs).scheduler(epoch)
    }

    /// The result of the learner's launch.
    fn result(&self, launched: std::result::Result<(), Killed>) -> Result<Fitted> {
        let ended = match (lock(&self.ended).take(), launched) {
            (Some(ended), _) => ended?,
            (None, Err(Killed)) => Ended::Interrupted { exit_code: CTRL_C },
            (None, Ok(())) => return Err(Error::NotStarted),
        };
        let callbacks = lock(&self.epochs).callbacks;
        Ok(Fitted { ended, callbacks })
    }
}

/// Locks a mutex even if it is poisoned: after a kill in the dashboard, only the state of the
/// callbacks is read, which is always replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prepares the fused engine, if the run uses it, from a new network or from the checkpoint that the
/// run is resumed from.
fn fused(
    job: &Job<'_>,
    new: &Mlp,
    sampler: Sampler,
    epochs: &EpochLoop,
) -> Result<Option<MakeFused>> {
    let config = &job.config.settings;
    if EngineKind::choose(config, job.device)? != EngineKind::Fused {
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
    Ok(Some(Box::new(move |network| {
        FusedEngine::new(&config, &digits, sampler, state, scheduler, network)
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
            Some(fused) => Engine::Fused(Box::new(fused(learner.model()))),
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
