//! Trains the points of a sweep: on the CPU several at a time, in memory, and on a GPU many in one launch.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use data::{ClassifiedDigits, ResidentLoader};
use model::{FusedNetwork, LayerValues, MlpConfig, StepMetrics};

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::device::engine_choice::EngineKind;
use crate::device::self_check::check;
use crate::support::error::{Error, Result};
use crate::support::notice::{Notice, Notify};
use crate::support::sweep_error::SweepError;
use crate::sweep::finished::Finished;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::{Point, PointState};
use crate::sweep::unfinished::{HalfTrained, Unfinished};
use crate::train::course::Paused;
use crate::train::engine::fused::Images;
use crate::train::in_memory::InMemory;
use crate::train::signals::StopRequest;

/// How points are trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PointEngine {
    /// By the fused step in memory, several at a time.
    InMemory,
    /// By the fused kernels on a GPU, many in one launch.
    Together,
    /// In run directories, one after the other: by Burn's steps, or because the images are too many for a GPU.
    InRuns,
}

impl PointEngine {
    /// Chooses it for all points of a plan, which are trained on so many images.
    pub(crate) fn choose(
        plan: &SweepPlan,
        device: &OpenDevice,
        images: usize,
        notify: &mut Notify<'_>,
    ) -> Result<Self> {
        let mut chosen = match device.kind {
            AdapterKind::Cpu => Self::InMemory,
            AdapterKind::Gpu | AdapterKind::SoftwareGpu if ResidentLoader::fits(images, 1) => {
                Self::Together
            }
            AdapterKind::Gpu | AdapterKind::SoftwareGpu => {
                notify(Notice::OneAfterTheOther { images });
                Self::InRuns
            }
        };
        for combination in &plan.combinations {
            let engine = EngineKind::choose_for_many(&combination.config, device, notify)?;
            if engine == EngineKind::Burn {
                chosen = Self::InRuns;
                break;
            }
        }
        match (chosen, plan.table.halving) {
            (Self::InRuns, Some(_)) => Err(Error::Sweep(SweepError::HalvingWithBurn)),
            (Self::Together, _) => {
                check_kernels(plan, device)?;
                Ok(chosen)
            }
            (chosen, _) => Ok(chosen),
        }
    }
}

/// Checks the kernels of each architecture of a plan.
fn check_kernels(plan: &SweepPlan, device: &OpenDevice) -> Result<()> {
    let mut checked: Vec<MlpConfig> = Vec::new();
    for combination in &plan.combinations {
        let model = combination.config.model();
        if !checked.contains(&model) {
            check(device, EngineKind::Kernels, &combination.config)?;
            checked.push(model);
        }
    }
    Ok(())
}

impl std::fmt::Display for PointEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::InMemory => "with the fused step",
            Self::Together => "with the fused kernels, many at once",
            Self::InRuns => "one after the other",
        })
    }
}

/// What all points are trained with.
pub(crate) struct Circumstances<'a> {
    pub(crate) plan: &'a SweepPlan,
    pub(crate) engine: PointEngine,
    /// The images for training and validation.
    pub(crate) images: &'a ClassifiedDigits,
    /// The test part of the data set, if it has one.
    pub(crate) test: Option<&'a ClassifiedDigits>,
    pub(crate) device: &'a OpenDevice,
    pub(crate) stop: &'a StopRequest,
    /// The epochs that are finished, of all points.
    pub(crate) epochs: &'a AtomicUsize,
    /// Where points are saved before they are trained.
    pub(crate) unfinished: &'a Unfinished,
}

/// The time between two looks at the progress.
const TICK: Duration = Duration::from_millis(200);

/// A point that is to be trained until `last` epochs are finished.
pub(crate) struct Task {
    pub(crate) point: Point,
    pub(crate) last: usize,
    /// Where its training was paused, or saved.
    pub(crate) from: Option<Paused>,
    /// Seconds that it was trained before, beside those of its record.
    pub(crate) seconds: f64,
}

impl Task {
    /// The number of epochs to train.
    pub(crate) fn epochs(&self) -> usize {
        let finished = self.from.as_ref().map_or(0, |paused| paused.epoch);
        self.last.saturating_sub(finished)
    }
}

/// What happens while points are trained.
pub(crate) enum Event {
    /// A point is trained.
    Finished(Box<Finished>),
    /// A moment passed.
    Tick,
}

impl Circumstances<'_> {
    /// Trains points, several at a time if that is possible, and says of each as soon as it is trained; after a request
    /// to stop, those that were not trained are left out.
    pub(crate) fn train(
        &self,
        tasks: Vec<Task>,
        mut on_event: impl FnMut(Event) -> Result<()>,
    ) -> Result<()> {
        #[cfg(feature = "wgpu")]
        if self.engine == PointEngine::Together {
            return self.train_together(tasks, &mut on_event);
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = match self.engine {
            PointEngine::InMemory => cores.min(tasks.len()),
            PointEngine::Together | PointEngine::InRuns => 1,
        };
        let threads = cores / workers.max(1);
        let test = self.test.map(Images::new);
        let count = tasks.len();
        let next = AtomicUsize::new(0);
        let tasks: Vec<_> = tasks
            .into_iter()
            .map(|task| std::sync::Mutex::new(Some(task)))
            .collect();
        let (sender, receiver) = channel();
        std::thread::scope(|scope| {
            for _ in 0..workers {
                let (sender, tasks, next, test) = (sender.clone(), &tasks, &next, test.as_ref());
                scope.spawn(move || {
                    self.work(
                        threads,
                        &sender,
                        || {
                            let index = next.fetch_add(1, Ordering::Relaxed);
                            let task = tasks.get(index)?.lock();
                            task.unwrap_or_else(std::sync::PoisonError::into_inner)
                                .take()
                        },
                        test,
                    );
                });
            }
            drop(sender);
            let mut outcome = Ok(());
            loop {
                let event = match receiver.recv_timeout(TICK) {
                    Ok(result) => result.map(|finished| Event::Finished(Box::new(finished))),
                    Err(RecvTimeoutError::Timeout) => Ok(Event::Tick),
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                if outcome.is_ok() {
                    outcome = event.and_then(&mut on_event);
                    if outcome.is_err() {
                        // The other workers end after their step: what they train cannot be stored.
                        next.store(count, Ordering::Relaxed);
                        self.stop.stop();
                    }
                }
            }
            outcome
        })
    }

    /// Trains one point after the other, on so many threads.
    fn work(
        &self,
        threads: usize,
        sender: &Sender<Result<Finished>>,
        next: impl Fn() -> Option<Task> + Send + Sync,
        test: Option<&Images>,
    ) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = match pool {
            Ok(pool) => pool,
            Err(error) => {
                let _ = sender.send(Err(Error::burn(error)));
                return;
            }
        };
        pool.install(|| {
            while self.stop.exit_code().is_none()
                && let Some(task) = next()
            {
                let planned = task.epochs();
                let finished = AtomicUsize::new(0);
                let result = self.train_one(task, test, &finished);
                // A training that ended early has nothing left to do.
                let left = planned.saturating_sub(finished.into_inner());
                self.epochs.fetch_add(left, Ordering::Relaxed);
                match result.transpose() {
                    // The receiver is gone after an error.
                    Some(result) => drop(sender.send(result)),
                    None => return,
                }
            }
        });
    }

    /// Trains one point; `None` if a stop was requested.
    fn train_one(
        &self,
        task: Task,
        test: Option<&Images>,
        epochs: &AtomicUsize,
    ) -> Result<Option<Finished>> {
        let started = Instant::now();
        let (point, before) = (task.point, task.seconds);
        let Some(trained) = self.trained(task, epochs).transpose() else {
            return Ok(None);
        };
        let seconds = before + started.elapsed().as_secs_f64();
        self.finished(point, trained, seconds, test).map(Some)
    }

    /// The result of a training; one that diverges has a result, too.
    pub(super) fn finished(
        &self,
        point: Point,
        trained: Result<Paused>,
        seconds: f64,
        test: Option<&Images>,
    ) -> Result<Finished> {
        let trained = match trained {
            Ok(trained) => trained,
            Err(error @ (Error::Diverged { .. } | Error::ValidationDiverged { .. })) => {
                return Ok(Finished::failed(point, &error, seconds));
            }
            Err(error) => return Err(error),
        };
        let epochs = self.plan.combinations[point.combination].config.epochs;
        let mut finished = Finished::new(point, trained, epochs, seconds)?;
        if finished.record.state == PointState::Trained
            && let (Some(test), Some(weights)) = (test, finished.values.first())
        {
            let [loss, accuracy] = test_metrics(weights, test)?;
            finished.record.test_loss = Some(loss);
            finished.record.test_accuracy = Some(accuracy);
        }
        Ok(finished)
    }

    fn trained(&self, task: Task, epochs: &AtomicUsize) -> Result<Option<Paused>> {
        let settings = self.plan.config(&task.point);
        let digits = TrainingData::split(self.images, &settings)?;
        let config = ResolvedConfig::new(settings, digits.counts())?;
        if self.engine == PointEngine::InMemory {
            let (started, mut times) = (Instant::now(), self.unfinished.save_times());
            let on_epoch = |training: &InMemory<'_>| {
                epochs.fetch_add(1, Ordering::Relaxed);
                self.epochs.fetch_add(1, Ordering::Relaxed);
                if !times.is_due() {
                    return Ok(());
                }
                let saving = Instant::now();
                if let Some(training) = training.now() {
                    let seconds = task.seconds + started.elapsed().as_secs_f64();
                    let half = HalfTrained { training, seconds };
                    self.unfinished.save(task.point.number, &config, &half)?;
                }
                times.saved(saving);
                Ok(())
            };
            return InMemory::new(&config, &digits, task.from)?
                .train(task.last, self.stop, on_epoch);
        }
        self.trained_in_run(&config, &digits, &task)
    }
}

/// The mean loss and the accuracy of a network on test images.
fn test_metrics(weights: &LayerValues, test: &Images) -> Result<[f64; 2]> {
    let network = FusedNetwork::new(weights);
    let StepMetrics { loss_sum, correct } = test.evaluate(&network)?;
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let [correct, images] = [correct, test.len()].map(|count| count as f64);
    Ok([loss_sum / images, correct / images])
}
