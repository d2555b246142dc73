//! A training from its start, or from its last checkpoint, to its end: Burn's learner, with an
//! epoch loop of ours.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use burn::data::dataloader::DataLoader;
use burn::grad_clipping::GradientClipping;
use burn::optim::ModuleOptimizer;
use burn_train::logger::InMemoryMetricLogger;
use burn_train::{
    Interrupter, Learner, SupervisedLearningStrategy, SupervisedTraining,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, TrainingStrategy,
    ValidLoader,
};
use data::{
    DigitBatch, DigitBatcher, DigitLoader, DigitPair, LoaderConfig, ResidentLoader, Sampler,
};
use model::{FusedState, Mlp, Scheduler};

use crate::adapter::{AdapterKind, Opened};
use crate::backend;
use crate::checkpoint::{self, SaveAlways, State};
use crate::config::RunConfig;
use crate::csv_lines;
use crate::dashboard::{Killed, Silence, catch_kill};
use crate::dataset::TrainingData;
use crate::epochs::{Burn, Epochs};
use crate::failure::INTERRUPTED;
use crate::fused_epochs::{self, FusedEpochs};
use crate::history;
use crate::init;
use crate::keeper::Keeper;
use crate::monitor::Verdict;
use crate::progress::Progress;
use crate::run_dir::RunDir;
use crate::signals::StopRequest;
use crate::tensorboard::EventFile;

/// A training that is about to start or to go on.
pub(crate) struct Job<'a> {
    pub(crate) run: &'a RunDir,
    pub(crate) config: &'a RunConfig,
    pub(crate) digits: &'a TrainingData,
    pub(crate) opened: &'a Opened,
    /// The checkpoint to go on from; none for a fresh run.
    pub(crate) from: Option<State>,
    pub(crate) view: View,
    pub(crate) stop: StopRequest,
    /// When to stop, done or not.
    pub(crate) deadline: Option<Instant>,
}

/// How a training is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// A progress bar, and a line for each epoch.
    Lines,
    /// Burn's dashboard.
    #[cfg(feature = "tui")]
    Dashboard,
    Hidden,
}

/// Why a training ended, if no error ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All epochs are done.
    Whole,
    /// The figure monitored did not get better for too long.
    Early,
    /// Somebody asked for it; with the exit code that says so.
    Interrupted(u8),
    /// `--max-time` is over.
    OutOfTime,
}

/// Trains until the last epoch or until something ends it before.
pub(crate) fn fit(job: Job<'_>) -> anyhow::Result<(Ended, Verdict)> {
    let Job { run, config, .. } = job;
    run.tidy(config)?;
    let order = order(&job)?;
    let done = job.from.as_ref().map_or(0, |state| state.epoch);
    let verdict = match &job.from {
        Some(state) => state.verdict,
        None => Verdict::new(config),
    };
    forget_after(run, job.from.as_ref())?;
    if verdict.stop && done > 0 {
        return Ok((Ended::Early, verdict));
    }
    if done >= config.epochs {
        return Ok((Ended::Whole, verdict));
    }

    let training_device = job.opened.device.clone().autodiff();
    let TrainingData { train, validation } = job.digits;
    let (order_of_train, inner) = (order.clone(), &job.opened.device);
    let kind = job.opened.kind;
    let train = loader(train, config, order_of_train, done, &training_device, kind)?;
    let validation = loader(validation, config, Sampler::Sequential, done, inner, kind)?;
    let scheduler = Scheduler {
        schedule: config.schedule(),
        next_step: done * job.digits.train.len().div_ceil(config.batch_size),
    };
    // Loaded by the learner from the last checkpoint, if there is one.
    let model = match &job.from {
        None => init::network(config, &training_device)?,
        Some(_) => config.model().init(config.seed.into(), &training_device),
    };
    let fused = fused(&job, &model, order)?;
    let learner = Learner::new(model, optimizer(config), scheduler);

    let interrupter = Interrupter::new();
    let (checkpointers, parts) = checkpoint::parts(&run.checkpoints());
    let event_file = config
        .tensorboard
        .then(|| EventFile::create(run.path(), done + 1));
    let progress = if job.view == View::Lines {
        Progress::new(config.epochs)
    } else {
        Progress::hidden(config.epochs)
    };
    let keeper = Keeper::start(run.clone(), event_file.transpose()?, progress.clone());
    let epochs = Epochs {
        config: config.clone(),
        backend: job.opened.backend.to_string(),
        data: job.digits.checksum()?,
        device: training_device,
        steps_per_epoch: job.digits.train.len().div_ceil(config.batch_size),
        verdict,
        parts,
        keeper,
        progress,
        view: job.view,
        stop: job.stop,
        deadline: job.deadline,
        held_out: !job.digits.validation.is_empty(),
        fused,
    };
    let strategy = Arc::new(Strategy {
        epochs: Mutex::new(epochs),
        ended: Mutex::new(None),
    });
    let [network, adam, rate] = checkpointers;
    let mut training = SupervisedTraining::<Mlp>::new(run.path(), train, validation)
        .with_custom_checkpointers(network, adam, rate)
        .with_checkpointing_strategy(SaveAlways)
        .with_application_logger(None)
        .with_metric_logger(InMemoryMetricLogger::new())
        .with_interrupter(interrupter.clone())
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()))
        .num_epochs(config.epochs);
    training = match job.view {
        #[cfg(feature = "tui")]
        View::Dashboard => with_dashboard(training, &interrupter, done, job.digits),
        _ => training.renderer(Box::new(Silence)),
    };
    if job.from.is_some() {
        training = training.checkpoint(done);
    }
    // The renderer goes with what is launched: its end may be where a kill is noticed.
    let launched = catch_kill(|| drop(training.launch(learner)));

    let ended = strategy
        .ended
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let ended = match (ended, launched) {
        (Some(ended), _) => ended?,
        (None, Err(Killed)) => Ended::Interrupted(INTERRUPTED),
        (None, Ok(())) => anyhow::bail!("the training ended before it began"),
    };
    let epochs = strategy
        .epochs
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    Ok((ended, epochs.verdict))
}

/// Takes back what came after the checkpoint that the run goes on from: lines of the history, and
/// checkpoints that are damaged or were not finished.
fn forget_after(run: &RunDir, from: Option<&State>) -> anyhow::Result<()> {
    let done = from.map_or(0, |state| state.epoch);
    let read = history::read(run)?;
    let mut epochs = read.clone();
    epochs.retain(|epoch| epoch.epoch <= done);
    let last = epochs.last().map_or(0, |epoch| epoch.epoch);
    if let Some(figures) = from.and_then(|state| state.figures.clone())
        && last < done
    {
        epochs.push(figures);
    }
    if epochs != read || run.history().is_file() {
        csv_lines::write(&run.history(), &epochs)?;
    }
    run.checkpoints().prune(|epoch| epoch <= done)
}

/// The order in which epochs visit the images.
fn order(job: &Job<'_>) -> anyhow::Result<Sampler> {
    let config = job.config;
    if config.overfit_batches.is_some() {
        return Ok(Sampler::Sequential);
    }
    let Some(path) = job.run.batch_order(config) else {
        let (seed, images) = (config.seed.into(), job.digits.train.len());
        return Ok(match whole_batches(config) {
            buffer if images <= buffer => Sampler::Shuffled { seed },
            buffer => Sampler::Buffered { seed, buffer },
        });
    };
    let rows = job.digits.train_rows();
    let epochs = data::read_batch_order(&path, &rows, config.epochs)?;
    Ok(Sampler::Recorded(Arc::new(epochs)))
}

/// The shuffle buffer, rounded down to whole batches: at least one.
pub(crate) fn whole_batches(config: &RunConfig) -> usize {
    let batch = config.batch_size;
    (config.shuffle_buffer / batch).max(1) * batch
}

/// Hands out the images in batches; on a GPU in batches of one size, from its own memory where they
/// fit.
fn loader(
    digits: &DigitPair,
    config: &RunConfig,
    order: Sampler,
    done: usize,
    device: &burn::tensor::Device,
    kind: AdapterKind,
) -> anyhow::Result<Arc<dyn DataLoader<DigitBatch>>> {
    let batch_size = config.batch_size;
    let batcher = DigitBatcher {
        class_weight: config.loss_weights(),
        pad_to: (kind != AdapterKind::Cpu).then_some(batch_size),
    };
    let loader_config = LoaderConfig {
        batcher,
        batch_size,
        sampler: order,
        first_epoch: done + 1,
    };
    if kind != AdapterKind::Cpu && ResidentLoader::fits(digits.len()) {
        let loader = ResidentLoader::new(digits, loader_config, device)?;
        return Ok(Arc::new(loader));
    }
    let dataset = Arc::new(digits.clone());
    let loader = DigitLoader::new(dataset, loader_config, device.clone());
    Ok(Arc::new(loader))
}

/// Starts the fused training, where it applies, from a new network or from the checkpoint that the
/// run goes on from.
fn fused(job: &Job<'_>, fresh: &Mlp, order: Sampler) -> anyhow::Result<Option<FusedEpochs>> {
    let Job { run, config, .. } = job;
    if !fused_epochs::applies(config, job.opened) {
        return Ok(None);
    }
    let state = match &job.from {
        None => FusedState::read(fresh, None)?,
        Some(from) => {
            let checkpoints = run.checkpoints();
            let network = checkpoints.network(from.epoch);
            let network = model::load(&config.model(), &network, &backend::reference())?;
            FusedState::read(&network, Some(&checkpoints.optimizer(from.epoch)))?
        }
    };
    Ok(Some(FusedEpochs::new(config, job.digits, order, state)))
}

fn optimizer(config: &RunConfig) -> ModuleOptimizer {
    #[expect(clippy::cast_possible_truncation, reason = "gradients are f32")]
    let number = |number: f64| number as f32;
    let adam = ModuleOptimizer::from(config.adam());
    // The norm of all gradients together is for `epochs` to clip.
    if let Some(norm) = config.clipnorm {
        return adam.with_grad_clipping(GradientClipping::Norm(number(norm)));
    }
    match config.clipvalue {
        Some(value) => adam.with_grad_clipping(GradientClipping::Value(number(value))),
        None => adam,
    }
}

#[cfg(feature = "tui")]
fn with_dashboard(
    training: SupervisedTraining<Mlp>,
    interrupter: &Interrupter,
    done: usize,
    digits: &TrainingData,
) -> SupervisedTraining<Mlp> {
    use burn_train::metric::LossMetric;
    use model::BinaryAccuracy;

    let training = training
        .renderer(crate::dashboard::dashboard(interrupter, done))
        .metric_train_numeric(LossMetric::new())
        .metric_train_numeric(BinaryAccuracy::default());
    if digits.validation.is_empty() {
        return training; // Figures of no images would be NaN.
    }
    training
        .metric_valid_numeric(LossMetric::new())
        .metric_valid_numeric(BinaryAccuracy::default())
}

/// [`Epochs`] in the form in which Burn's learner runs a loop of one's own.
struct Strategy {
    epochs: Mutex<Epochs>,
    ended: Mutex<Option<anyhow::Result<Ended>>>,
}

impl SupervisedLearningStrategy<Mlp> for Strategy {
    fn fit(
        &self,
        components: TrainingComponents<Mlp>,
        mut learner: Learner<Mlp>,
        train: TrainLoader<Mlp>,
        validation: ValidLoader<Mlp>,
        first_epoch: usize,
    ) -> (Mlp, SupervisedTrainingEventProcessor<Mlp>) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        learner.fork(&epochs.device);
        let mut burn = Burn {
            learner,
            checkpointer: components.checkpointer,
            store: components.event_store,
            events: components.event_processor,
            interrupter: components.interrupter,
            train,
            validation,
        };
        let ended = epochs.run(&mut burn, first_epoch);
        // What was trained is kept, whatever ended the training.
        let kept = epochs.keeper.end();
        let ended = ended.and_then(|ended| kept.map(|()| ended));
        epochs.progress.end();
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        (burn.learner.model(), burn.events)
    }
}
