//! `app train`: from a configuration to a trained network in a run directory.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::tensor::Device;
use burn_train::checkpoint::{CheckpointingAction, CheckpointingStrategy};
use burn_train::metric::LossMetric;
use burn_train::metric::store::EventStoreClient;
use burn_train::renderer::MetricsRenderer;
use burn_train::{ExecutionStrategy, Interrupter, Learner, SupervisedTraining};
use data::{DigitLoader, DigitPair, Order};
use model::{BinaryAccuracy, Mlp};

use crate::adapter::{AdapterKind, Opened};
use crate::backend::{self, BackendName};
use crate::cli::{DeviceArgs, TrainArgs};
use crate::config::RunConfig;
use crate::dataset;
use crate::ending::{Ending, stop_on_ctrl_c};
use crate::evaluate;
use crate::failure::{BadInput, Interrupted};
use crate::history::{self, Epoch, History};
use crate::notice::notice;
use crate::progress::Progress;
use crate::run_dir::RunDir;
use crate::self_check;

pub(crate) fn train(
    args: &TrainArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    #[cfg(feature = "tui")]
    if args.tui && !std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        let message = "--tui needs a terminal on standard output; leave it out";
        return Err(BadInput(message.to_owned()).into());
    }
    let resumed = match &args.resume {
        Some(run) => Some(unfinished(run.as_deref())?),
        None => None,
    };
    let config = match &resumed {
        Some(run) => run.config()?,
        None => RunConfig::resolve(args.config.as_deref(), &args.settings)?,
    };
    let digits = dataset::training_data(&config)?;
    let opened = open_checked(chosen, &config)?;
    let run = match resumed {
        Some(run) => run,
        None => RunDir::create(args.run_dir.as_deref(), &config)?,
    };
    notice(format_args!(
        "training on {}: {} images of {} and {}, {} held out; run {}",
        opened.name,
        digits.train.len(),
        config.digits[0],
        config.digits[1],
        digits.validation.len(),
        run.path().display()
    ));

    let started = Instant::now();
    let model = fit(args, &config, &digits, &run, &opened.device)?;
    let seconds = started.elapsed().as_secs_f64();
    model::save(&model, &run.trained_model())?;
    report(&model, &config, &digits, &run, &opened, seconds, out)
}

/// The images trained on, and those held out.
pub(crate) struct TrainingData {
    pub(crate) train: DigitPair,
    pub(crate) validation: DigitPair,
}

/// Runs the learner from the run's last checkpoint, or from the start, to the last epoch.
fn fit(
    args: &TrainArgs,
    config: &RunConfig,
    digits: &TrainingData,
    run: &RunDir,
    device: &Device,
) -> anyhow::Result<Mlp> {
    // An epoch counts when both its checkpoint and its figures are there.
    let mut epochs = history::read(&run.history())?;
    let last_row = epochs.last().map_or(0, |epoch| epoch.epoch);
    let done = run.last_checkpoint()?.min(last_row);
    epochs.retain(|epoch| epoch.epoch <= done);
    if done >= config.epochs {
        let last = crate::cli::CheckpointName::Epoch(done);
        return run.load(last, config, device);
    }

    let interrupter = Interrupter::new();
    let asked_to_stop = stop_on_ctrl_c(&interrupter)?;
    let ending = Ending::new(interrupter.clone());
    let progress = Progress::new(done + 1, config.epochs);
    let (renderer, on_epoch) = display(args, progress, &interrupter, done);
    let epochs = Arc::new(Mutex::new(epochs));
    let history = History::new(run.history(), epochs.clone(), interrupter.clone(), on_epoch);

    let train = loader(
        &digits.train,
        config,
        Order::Shuffled(config.seed),
        done,
        device,
    );
    let validation = loader(&digits.validation, config, Order::Sequential, done, device);
    let mut training = SupervisedTraining::<Mlp>::new(run.path(), train, validation)
        .metric_train_numeric(LossMetric::new())
        .metric_train_numeric(BinaryAccuracy::default())
        .with_metric_logger(history)
        .with_progress_logger(ending.clone())
        .with_default_checkpointers()
        .with_checkpointing_strategy(KeepEvery)
        .with_application_logger(None)
        .with_interrupter(interrupter)
        .with_training_strategy(ExecutionStrategy::single(device.clone()).into())
        .renderer(renderer)
        .num_epochs(config.epochs);
    // Figures of no images would be NaN.
    if !digits.validation.is_empty() {
        training = training
            .metric_valid_numeric(LossMetric::new())
            .metric_valid_numeric(BinaryAccuracy::default());
    }
    if done > 0 {
        run.check_checkpoint(done, config)?;
        training = training.checkpoint(done);
    }

    let model = config.model().init(config.seed, &device.clone().autodiff());
    let learner = Learner::new(model, adam(config).init(), config.learning_rate);
    let result = training.launch(learner);

    if let Some(error) = ending.error() {
        anyhow::bail!(
            "training stopped: {error}; once that is mended, go on with: app train --resume {}",
            run.path().display()
        );
    }
    let finished = run.last_checkpoint()?.min(config.epochs);
    let mut epochs = epochs.lock().unwrap_or_else(PoisonError::into_inner);
    epochs.retain(|epoch| epoch.epoch <= finished);
    history::write(&run.history(), &epochs)?;
    if finished < config.epochs {
        let by = if asked_to_stop.load(Ordering::Relaxed) {
            "interrupted"
        } else {
            "stopped from the dashboard"
        };
        let message = format!(
            "{by} after epoch {finished} of {}; go on with: app train --resume {}",
            config.epochs,
            run.path().display()
        );
        return Err(Interrupted(message).into());
    }
    Ok(result.model)
}

fn adam(config: &RunConfig) -> AdamConfig {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the optimizer computes in f32"
    )]
    let [beta_1, beta_2, epsilon] =
        [config.beta_1, config.beta_2, config.epsilon].map(|number| number as f32);
    AdamConfig::new()
        .with_beta_1(beta_1)
        .with_beta_2(beta_2)
        .with_epsilon(epsilon)
}

fn loader(
    digits: &DigitPair,
    config: &RunConfig,
    order: Order,
    done: usize,
    device: &Device,
) -> Arc<DigitLoader> {
    let dataset = Arc::new(digits.clone());
    let loader = DigitLoader::new(dataset, config.batch_size, order, done + 1, device.clone());
    Arc::new(loader)
}

/// Keeps the checkpoint of every epoch, so that any of them can be looked at afterwards.
struct KeepEvery;

impl CheckpointingStrategy for KeepEvery {
    fn checkpointing(&mut self, _: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}

type OnEpoch = Box<dyn Fn(&Epoch) + Send>;

/// Chooses between the dashboard and the progress bar.
fn display(
    args: &TrainArgs,
    progress: Progress,
    interrupter: &Interrupter,
    done: usize,
) -> (Box<dyn MetricsRenderer>, OnEpoch) {
    #[cfg(feature = "tui")]
    if args.tui {
        use burn_train::renderer::tui::TuiMetricsRendererWrapper;
        let dashboard = TuiMetricsRendererWrapper::new(interrupter.clone(), Some(done));
        return (Box::new(dashboard), Box::new(|_| ()));
    }
    #[cfg(not(feature = "tui"))]
    let _ = (args, interrupter, done);
    let printer = progress.clone();
    (
        Box::new(progress),
        Box::new(move |epoch| printer.print(epoch)),
    )
}

/// Opens the device and refuses one that computes wrong; `auto` then falls back to the CPU.
fn open_checked(chosen: &DeviceArgs, config: &RunConfig) -> anyhow::Result<Opened> {
    let (opened, note) = backend::open(chosen)?;
    if let Some(note) = note {
        notice(note);
    }
    if opened.kind != AdapterKind::Cpu {
        notice(format_args!(
            "checking {} and compiling its kernels ...",
            opened.name
        ));
    }
    match self_check::check(&opened, config) {
        Ok(_) => Ok(opened),
        Err(error) if chosen.backend == BackendName::Auto && opened.kind == AdapterKind::Gpu => {
            let cpu = backend::open_cpu()?;
            notice(format_args!("{error:#}; using {}", cpu.name));
            self_check::check(&cpu, config)?;
            Ok(cpu)
        }
        Err(error) => Err(error),
    }
}

/// The run to go on with.
fn unfinished(path: Option<&Path>) -> anyhow::Result<RunDir> {
    let run = RunDir::open(path)?;
    if run.trained_model().is_file() {
        let message = format!(
            "{}: the run is finished; `app evaluate` and `app predict` use it",
            run.path().display()
        );
        return Err(BadInput(message).into());
    }
    Ok(run)
}

fn report(
    model: &Mlp,
    config: &RunConfig,
    digits: &TrainingData,
    run: &RunDir,
    opened: &Opened,
    seconds: f64,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (epochs, parameters) = (config.epochs, model.num_params());
    writeln!(
        out,
        "trained {parameters} parameters, {epochs} epochs, in {seconds:.2} s on {}",
        opened.name
    )?;
    let sets = [
        ("training", &digits.train),
        ("validation", &digits.validation),
    ];
    for (name, pair) in sets.into_iter().filter(|(_, pair)| !pair.is_empty()) {
        let logits = model::logits(model, pair.digits().images(), &opened.device)?;
        let found = evaluate::figures(&logits, pair, 0.5);
        writeln!(
            out,
            "{name:<10}  loss {:.4}  accuracy {:.4}  {} of {} right",
            found.loss,
            found.accuracy,
            found.confusion_matrix[0][0] + found.confusion_matrix[1][1],
            found.examples
        )?;
    }
    let run = run.path().display();
    writeln!(out, "kept in {run}")?;
    writeln!(out, "next: app predict {run} --index 0,500")?;
    Ok(())
}
