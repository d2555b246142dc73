//! `app train`: from a configuration to a trained network in a run directory.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::ValueEnum;

use crate::adapter::{AdapterKind, Opened};
use crate::backend::{self, BackendName};
use crate::checkpoint::State;
use crate::cli::{CheckpointName, DeviceArgs, TrainArgs};
use crate::config::RunConfig;
use crate::dataset::{self, TrainingData};
use crate::epochs::Diverged;
use crate::evaluate;
use crate::failure::{BadInput, Interrupted};
use crate::fit::{Ended, Job, View, fit};
use crate::init;
use crate::notice::notice;
use crate::run_dir::{RunDir, RunLock};
use crate::self_check;
use crate::sessions;
use crate::signals::StopRequest;

pub(crate) fn train(
    args: &TrainArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let view = view(args)?;
    let mut plan = match &args.resume {
        None => Plan::fresh(args)?,
        Some(run) => Plan::resumed(args, run.as_deref())?,
    };
    if args.dry_run {
        write!(out, "{}", plan.config.to_toml()?)?;
        return Ok(());
    }
    let opened = open_checked(&plan.device(chosen)?, &plan.config)?;
    // Gone with everything in it when the rehearsal is over.
    let rehearsal = args.fast_dev_run.then(tempfile::tempdir).transpose()?;
    let rehearsal = rehearsal.as_ref().map(|folder| folder.path().join("run"));
    let run_dir = rehearsal.as_deref().or(args.run_dir.as_deref());
    let (run, _lock) = plan.run(run_dir)?;
    notice(format_args!(
        "training on {}: {} images of {} and {}, {} held out; run {}",
        opened.name,
        plan.digits.train.len(),
        plan.config.digits[0],
        plan.config.digits[1],
        plan.digits.validation.len(),
        run.path().display()
    ));
    if let Some(state) = &plan.from {
        notice(format_args!("going on after epoch {}", state.epoch));
    }

    let started = Instant::now();
    let ended = complete(Job {
        run: &run,
        config: &plan.config,
        digits: &plan.digits,
        opened: &opened,
        from: plan.from.take(),
        view,
        stop: StopRequest::listen()?,
        deadline: args.max_time.map(|time| started + time),
    })?;
    if ended == Ended::OutOfTime {
        writeln!(
            out,
            "--max-time is over {}",
            how_to_go_on(&run, &plan.config)?
        )?;
        return Ok(());
    }
    report(&plan, &run, &opened, started.elapsed(), out)?;
    if rehearsal.is_some() {
        writeln!(
            out,
            "fast dev run: one batch of everything went well; nothing was kept"
        )?;
    } else {
        let run = run.path().display();
        writeln!(out, "kept in {run}\nnext: app report {run}")?;
    }
    Ok(())
}

/// Trains to the end and keeps the trained network; an interruption is an error.
pub(crate) fn complete(job: Job<'_>) -> anyhow::Result<Ended> {
    let Job { run, config, .. } = job;
    let done = job.from.as_ref().map_or(0, |state| state.epoch);
    sessions::begin(run, job.opened, done)?;
    let (ended, verdict) = fit(job).map_err(|error| {
        if error.is::<Diverged>() {
            return error; // It would go the same way again.
        }
        let run = run.path().display();
        let hint = "training stopped; once that is mended, go on with: app train --resume";
        error.context(format!("{hint} {run}"))
    })?;
    match ended {
        Ended::OutOfTime => {}
        Ended::Interrupted(exit_code) => {
            let message = format!("interrupted {}", how_to_go_on(run, config)?);
            return Err(Interrupted { message, exit_code }.into());
        }
        Ended::Whole | Ended::Early => {
            let last = last_epoch(run)?;
            let best = verdict.best.map_or(last, |best| best.epoch);
            let network = if config.restore_best_weights {
                best
            } else {
                last
            };
            run.finish(last, ended == Ended::Early, network)?;
        }
    }
    Ok(ended)
}

fn last_epoch(run: &RunDir) -> anyhow::Result<usize> {
    Ok(run.checkpoints().epochs()?.pop().unwrap_or_default())
}

fn how_to_go_on(run: &RunDir, config: &RunConfig) -> anyhow::Result<String> {
    Ok(format!(
        "after epoch {} of {}; go on with: app train --resume {}",
        last_epoch(run)?,
        config.epochs,
        run.path().display()
    ))
}

/// What is to be trained, checked before anything is written.
struct Plan {
    config: RunConfig,
    digits: TrainingData,
    /// None for a run that is yet to be made.
    run: Option<(RunDir, RunLock)>,
    from: Option<State>,
}

impl Plan {
    fn fresh(args: &TrainArgs) -> anyhow::Result<Self> {
        let mut config = RunConfig::resolve(args.config.as_deref(), &args.settings)?;
        if args.fast_dev_run {
            config.epochs = 1;
        }
        let mut digits = dataset::training_data(&config)?;
        if args.fast_dev_run {
            digits = digits.first_batch(&config);
        }
        config.settle(digits.train.len(), digits.validation.len())?;
        if let Some(order) = &config.batch_order {
            data::read_batch_order(order, &digits.train_rows(), config.epochs)?;
        }
        init::network(&config, &backend::reference())?;
        Ok(Self {
            config,
            digits,
            run: None,
            from: None,
        })
    }

    fn resumed(args: &TrainArgs, run: Option<&Path>) -> anyhow::Result<Self> {
        let run = RunDir::open_unfinished(run)?;
        let lock = run.lock()?;
        let mut from = last_state(&run)?;
        let made_with = run.config()?;
        let config = made_with.with(args.config.as_deref(), &args.settings)?;
        config.check_same_run(from.as_ref().map_or(&made_with, |state| &state.config))?;
        let digits = dataset::training_data(&config)?;
        let done = from.as_ref().map_or(0, |state| state.epoch);
        if config.epochs < done {
            let message = format!("epochs: {done} are done already, found {}", config.epochs);
            return Err(BadInput(message).into());
        }
        if let Some(state) = &from
            && state.data != digits.checksum()?
        {
            let message = format!(
                "{}: the images or labels are not those that the run was trained on; bring them \
                 back, or start a run of its own with --init {0}",
                run.path().display()
            );
            return Err(BadInput(message).into());
        }
        if let Some(order) = run.batch_order(&config) {
            data::read_batch_order(&order, &digits.train_rows(), config.epochs)?;
        }
        if run.outcome()?.is_some() {
            let patience = |config: &RunConfig| config.early_stopping_patience;
            if config.epochs <= done
                || (config.epochs, patience(&config)) == (made_with.epochs, patience(&made_with))
            {
                let message = format!(
                    "{}: the run is finished, after epoch {done}; `app evaluate` and `app predict` \
                     use it; train on with more --epochs",
                    run.path().display()
                );
                return Err(BadInput(message).into());
            }
            if let Some(state) = &mut from {
                state.verdict.stop = false;
            }
        }
        Ok(Self {
            config,
            digits,
            run: Some((run, lock)),
            from,
        })
    }

    /// The device that was chosen, or else the one on which the run was trained so far: another
    /// rounds otherwise.
    fn device(&self, chosen: &DeviceArgs) -> anyhow::Result<DeviceArgs> {
        let Some(state) = &self.from else {
            return Ok(*chosen);
        };
        if chosen.backend == BackendName::Auto {
            let backend = BackendName::from_str(&state.backend, false).map_err(BadInput)?;
            return Ok(DeviceArgs { backend, ..*chosen });
        }
        if chosen.backend.to_string() != state.backend {
            notice(format_args!(
                "the run was trained on {} so far; {} rounds otherwise",
                state.backend, chosen.backend
            ));
        }
        Ok(*chosen)
    }

    /// Makes the run's directory, or brings its configuration up to date.
    fn run(&mut self, run_dir: Option<&Path>) -> anyhow::Result<(RunDir, RunLock)> {
        let Some((run, lock)) = self.run.take() else {
            return RunDir::create(run_dir, &self.config);
        };
        run.reopen()?;
        if run.config()? != self.config {
            run.write_config(&self.config)?;
        }
        Ok((run, lock))
    }
}

/// Finds the checkpoint to go on from, and says which were damaged.
pub(crate) fn last_state(run: &RunDir) -> anyhow::Result<Option<State>> {
    let last = run.checkpoints().last_whole()?;
    for error in &last.damaged {
        notice(format_args!("warning: {error}"));
    }
    if !last.damaged.is_empty() {
        let Some(state) = &last.state else {
            let message = format!(
                "{}: every checkpoint is damaged; start again with: app train --config {}",
                run.path().display(),
                run.config_path().display()
            );
            return Err(BadInput(message).into());
        };
        notice(format_args!(
            "warning: using the checkpoint of epoch {} instead",
            state.epoch
        ));
    }
    Ok(last.state)
}

#[cfg_attr(
    not(feature = "tui"),
    expect(clippy::unnecessary_wraps, reason = "with the dashboard it can fail")
)]
fn view(args: &TrainArgs) -> anyhow::Result<View> {
    #[cfg(feature = "tui")]
    if args.tui {
        if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            return Ok(View::Dashboard);
        }
        let message = "--tui needs a terminal on standard output; leave it out";
        return Err(BadInput(message.to_owned()).into());
    }
    let _ = args;
    Ok(View::Lines)
}

/// Opens the device and refuses one that computes wrong; `auto` then falls back to the CPU.
pub(crate) fn open_checked(chosen: &DeviceArgs, config: &RunConfig) -> anyhow::Result<Opened> {
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

fn report(
    plan: &Plan,
    run: &RunDir,
    opened: &Opened,
    time: Duration,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let config = &plan.config;
    let outcome = run.outcome()?.context("the training has not ended")?;
    let parameters: usize = config
        .model()
        .layers()
        .iter()
        .map(model::LayerSummary::parameters)
        .sum();
    writeln!(
        out,
        "trained {parameters} parameters, {} epochs, in {:.*} s on {}",
        outcome.epochs,
        if time.as_secs() == 0 { 3 } else { 2 },
        time.as_secs_f64(),
        opened.name
    )?;
    let (monitor, _) = config.monitored();
    if outcome.stopped_early {
        let patience = config.early_stopping_patience.unwrap_or_default();
        writeln!(
            out,
            "stopped early: {monitor} did not get better in {patience} epochs"
        )?;
    }
    if config.restore_best_weights {
        writeln!(
            out,
            "the network is that of epoch {}, the best by {monitor}",
            outcome.network
        )?;
    }
    let network = run.load(CheckpointName::Last, config, &opened.device)?;
    let sets = [
        ("training", &plan.digits.train),
        ("validation", &plan.digits.validation),
    ];
    for (name, pair) in sets.into_iter().filter(|(_, pair)| !pair.is_empty()) {
        let logits = opened.logits(&network, pair.digits(), config)?;
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
    Ok(())
}
