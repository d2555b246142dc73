//! Runs a training, from its start or from its last checkpoint, with Burn's `SupervisedTraining`
//! and our own epoch loop.

use std::sync::Arc;

use burn_train::logger::InMemoryMetricLogger;
use burn_train::{Interrupter, Learner, SupervisedTraining, TrainingStrategy};
use data::Sampler;
use model::Mlp;

#[cfg(feature = "tui")]
use crate::dataset::training_data::TrainingData;
use crate::run::callbacks::CallbackState;
use crate::run::directory::RunDirectory;
use crate::run::manifest::Manifest;
use crate::support::csv_log;
use crate::support::error::Result;
use crate::train::dashboard::{NoRenderer, catch_kill};
use crate::train::engine::burn::optimizer;
use crate::train::initial_weights::initial_network;
use crate::train::job::{Ended, Fitted, Job};
use crate::train::loader::{Purpose, data_loader, training_sampler};
use crate::train::records::{RecordSender, SaveAlways, checkpointers};
use crate::train::strategy::Strategy;

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

/// Starts Burn's learner, which calls the fit function of [`Strategy`].
fn launch(job: &Job<'_>, callbacks: CallbackState) -> Result<Fitted> {
    let finished = job.finished_epochs();
    let config = &job.config.settings;
    let sampler = training_sampler(job)?;
    let training_device = job.learner_device()?.device.autodiff();
    // A resumed run's network is loaded by the learner from the last checkpoint.
    let model = match &job.from {
        None => initial_network(config, &training_device)?,
        Some(_) => config.model().init(config.seed.into(), &training_device),
    };
    let (senders, records) = checkpointers(&job.run.checkpoints());
    let strategy = Strategy::new(job, callbacks, sampler.clone(), &model, records)?;
    let strategy = Arc::new(strategy);
    let learner = Learner::new(model, optimizer(config), strategy.scheduler(finished));
    let supervised = supervised_training(job, sampler, senders)?
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()));
    // Burn's renderer is dropped here, too: a kill in the dashboard can surface at that moment.
    let launched = catch_kill(|| drop(supervised.launch(learner)));
    strategy.result(launched)
}

/// Burn's training with the images, checkpointers and renderer of a job.
fn supervised_training(
    job: &Job<'_>,
    sampler: Sampler,
    [network, adam, schedule]: [RecordSender; 3],
) -> Result<SupervisedTraining<Mlp>> {
    let (config, finished) = (&job.config.settings, job.finished_epochs());
    let learner_device = job.learner_device()?;
    let (device, kind, first) = (&learner_device.device, learner_device.kind, finished + 1);
    let training_device = device.clone().autodiff();
    let (training, validation) = (&job.digits.training, &job.digits.validation);
    let weight = config.loss_weights(training);
    let purpose = Purpose::Training {
        class_weight: weight.as_deref(),
    };
    let batches = &config.cut_to(training.len());
    let training = data_loader(
        training,
        batches,
        sampler,
        first,
        &training_device,
        kind,
        purpose,
    )?;
    let in_order = Sampler::Sequential;
    let validation = data_loader(
        validation,
        batches,
        in_order,
        first,
        device,
        kind,
        Purpose::Validation,
    )?;
    let interrupter = Interrupter::new();
    let mut supervised = SupervisedTraining::<Mlp>::new(job.run.path(), training, validation)
        .with_custom_checkpointers(network, adam, schedule)
        .with_checkpointing_strategy(SaveAlways)
        .with_application_logger(None)
        .with_metric_logger(InMemoryMetricLogger::new())
        .with_interrupter(interrupter.clone())
        .num_epochs(config.epochs);
    supervised = match job.view {
        #[cfg(feature = "tui")]
        crate::train::job::View::Dashboard => {
            with_dashboard(supervised, &interrupter, finished, job.digits)
        }
        _ => supervised.renderer(Box::new(NoRenderer)),
    };
    if job.from.is_some() {
        supervised = supervised.checkpoint(finished);
    }
    Ok(supervised)
}

#[cfg(feature = "tui")]
fn with_dashboard(
    training: SupervisedTraining<Mlp>,
    interrupter: &Interrupter,
    finished: usize,
    digits: &TrainingData,
) -> SupervisedTraining<Mlp> {
    use burn_train::metric::LossMetric;
    use model::DigitAccuracy;

    let training = training
        .renderer(crate::train::dashboard::dashboard(interrupter, finished))
        .metric_train_numeric(LossMetric::new())
        .metric_train_numeric(DigitAccuracy::default());
    if digits.validation.is_empty() {
        return training; // Metrics of no images would be NaN.
    }
    training
        .metric_valid_numeric(LossMetric::new())
        .metric_valid_numeric(DigitAccuracy::default())
}
