//! The engine that uses the fused kernels, on a GPU. There, Burn's learner spends most of its time on
//! launching kernels.
//!
//! Network, optimizer, order of images and checkpoints are identical to those of the other engines;
//! the metrics agree up to rounding.

use std::ops::ControlFlow;
use std::sync::Arc;

use burn::optim::lr_scheduler::LrScheduler;
use data::{ClassifiedDigits, ResidentLoader, Sampler};
use model::{
    EpochPlan, FusedState, GpuDevice, GpuImages, GpuTraining, Mlp, Scheduler, StepMetrics,
};

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::support::error::Result;
use crate::train::engine::fused::{FusedBatch, records};
use crate::train::epoch_metrics::{Refresh, RunningMetrics};
use crate::train::job::Ended;
use crate::train::pass::Pass;
use crate::train::records::MakeRecords;
use crate::train::watch::{Batch, Watch};

/// About so many images are trained on before the metrics are read and the training may stop: enough
/// that reading takes little of the time, and on a software driver a fraction of a second.
const IMAGES_AT_ONCE: usize = 4096;

/// The state of a training with the fused kernels, and its images.
pub(crate) struct GpuEngine {
    /// The learner's network; the records use its parameter ids.
    network: Mlp,
    training: GpuTraining,
    /// After the last epoch.
    state: Arc<FusedState>,
    scheduler: Scheduler,
    learning_rate: f64,
    train: Images,
    validation: Images,
    sampler: Sampler,
    batch_size: usize,
    /// The maximum number of images in memory.
    buffer: usize,
    class_weight: Option<Vec<f32>>,
}

/// Images of a part of the data set.
struct Images {
    digits: ClassifiedDigits,
    device: GpuDevice,
    /// On the device, unless there are too many.
    resident: Option<GpuImages>,
}

impl Images {
    fn new(digits: &ClassifiedDigits, device: &GpuDevice) -> Result<Self> {
        let resident = ResidentLoader::fits(digits.len(), 1).then(|| upload(digits, device));
        Ok(Self {
            digits: digits.clone(),
            device: device.clone(),
            resident: resident.transpose()?,
        })
    }

    /// Passes images that are on the device, and the rows of each chunk in them, to `visit`, until it
    /// returns a reason to stop.
    fn stream(
        &self,
        mut chunks: impl Iterator<Item = Vec<usize>> + Send,
        mut visit: impl FnMut(&GpuImages, &[usize]) -> Result<Option<Ended>>,
    ) -> Result<Option<Ended>> {
        if let Some(images) = &self.resident {
            let ended = chunks.find_map(|rows| visit(images, &rows).transpose());
            return ended.transpose();
        }
        self.digits.digits().stream_until(chunks, |chunk| {
            let classes = self.digits.classes_of(chunk.labels);
            let images = GpuImages::new(&self.device, &chunk.images(), &classes)?;
            let rows: Vec<usize> = (0..images.len()).collect();
            let ended = visit(&images, &rows)?;
            Ok(ended.map_or(ControlFlow::Continue(()), ControlFlow::Break))
        })
    }
}

/// Copies images that are to stay on the device, in order.
pub(crate) fn upload(digits: &ClassifiedDigits, device: &GpuDevice) -> Result<GpuImages> {
    let pixels = digits.digits().images()?;
    Ok(GpuImages::new(device, &pixels, &digits.class_labels())?)
}

/// Divides chunks into parts of whole batches that a device can hold.
fn divided(
    chunks: impl Iterator<Item = Vec<usize>> + Send,
    batch_size: usize,
) -> impl Iterator<Item = Vec<usize>> + Send {
    let part = batch_size * (IMAGES_AT_ONCE / batch_size).max(1);
    chunks.flat_map(move |chunk| {
        let parts = chunk.chunks(part).map(<[usize]>::to_vec);
        parts.collect::<Vec<_>>()
    })
}

impl GpuEngine {
    /// Continues from `state`; `network` is the learner's.
    pub(crate) fn new(
        config: &RunConfig,
        digits: &TrainingData,
        device: &GpuDevice,
        sampler: Sampler,
        state: FusedState,
        scheduler: Scheduler,
        network: Mlp,
    ) -> Result<Self> {
        Ok(Self {
            network,
            training: GpuTraining::new(device, &[(config.adam(), state.clone())])?,
            state: Arc::new(state),
            learning_rate: scheduler.schedule.learning_rate,
            scheduler,
            train: Images::new(&digits.training, device)?,
            validation: Images::new(&digits.validation, device)?,
            sampler,
            batch_size: config.batch_size,
            buffer: config.buffered_images(),
            class_weight: config.loss_weights(&digits.training),
        })
    }

    pub(super) fn train_epoch(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        let pass = self.train_epoch_until(epoch, |batch| batch.show(watch))?;
        // There is one network.
        if let (Pass::Complete(_), Some(state)) = (&pass, self.training.states()?.pop()) {
            self.state = Arc::new(state);
        }
        Ok(pass)
    }

    /// Trains an epoch; `after_batch` may return a reason to stop, after which some more steps have been taken.
    pub(crate) fn train_epoch_until(
        &mut self,
        epoch: usize,
        mut after_batch: impl FnMut(&FusedBatch<'_>) -> Result<Option<Ended>>,
    ) -> Result<Pass> {
        let Self {
            training,
            scheduler,
            learning_rate,
            ..
        } = self;
        let mut metrics = RunningMetrics::new();
        let images = self.train.digits.len();
        let (mut seen, mut step) = (0, 0);
        let chunks = self.sampler.epoch_chunks(images, epoch, self.buffer);
        let chunks = divided(chunks, self.batch_size);
        let ended = self.train.stream(chunks, |on_device, rows| {
            let batches = rows.chunks(self.batch_size);
            let rates: Vec<f64> = batches.clone().map(|_| scheduler.step()).collect();
            let plan = EpochPlan {
                rows,
                batch_size: self.batch_size,
                learning_rates: &rates,
                class_weight: self.class_weight.as_deref(),
            };
            let of_steps = training.train(on_device, &[plan])?;
            for ((batch, &rate), &sums) in batches.zip(&rates).zip(of_steps.iter().flatten()) {
                *learning_rate = rate;
                seen += batch.len();
                step += 1;
                let refresh = metrics
                    .add_sums(sums, batch.len())
                    .map_err(|error| error.in_training(epoch, rate))?;
                let done = Batch {
                    step: Some(step),
                    seen,
                    images,
                    learning_rate: Some(rate),
                };
                let batch = FusedBatch {
                    done,
                    sums,
                    images: batch.len(),
                    metrics: &metrics,
                    refresh,
                };
                if let Some(ended) = after_batch(&batch)? {
                    return Ok(Some(ended));
                }
            }
            Ok(None)
        })?;
        Ok(match ended {
            Some(ended) => Pass::Stopped(ended),
            None => Pass::Complete(metrics),
        })
    }

    pub(super) fn validate(&mut self, epoch: usize, watch: &mut Watch) -> Result<Pass> {
        let mut metrics = RunningMetrics::new();
        let total = self.validation.digits.len();
        let mut sums = StepMetrics::default();
        let mut seen = 0;
        let chunks = self.validation.digits.digits().sequential_chunks();
        let ended = self.validation.stream(chunks, |on_device, rows| {
            let of_networks = self.training.evaluate(on_device, &[rows])?;
            let found = of_networks.into_iter().next().unwrap_or_default();
            sums += found;
            seen += rows.len();
            let done = Batch {
                step: None,
                seen,
                images: total,
                learning_rate: None,
            };
            let chunk = FusedBatch {
                done,
                sums: found,
                images: rows.len(),
                metrics: &metrics,
                refresh: Refresh::NotDue,
            };
            chunk.show(watch)
        })?;
        if let Some(ended) = ended {
            return Ok(Pass::Stopped(ended));
        }
        metrics
            .add_sums(sums, total)
            .map_err(|error| error.in_validation(epoch))?;
        Ok(Pass::Complete(metrics))
    }

    /// The same three records that Burn's learner creates.
    pub(super) fn records(&self, scheduler: Scheduler) -> MakeRecords {
        let (state, network) = (Arc::clone(&self.state), self.network.clone());
        Box::new(move || records(&state, &network, scheduler))
    }

    pub(super) fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    pub(super) fn set_scheduler(&mut self, scheduler: Scheduler) {
        self.scheduler = scheduler;
    }

    pub(super) fn non_finite_weight(&self) -> Option<String> {
        self.state.first_non_finite().map(str::to_owned)
    }

    pub(super) fn first_kernel(&self) -> &[f32] {
        &self.state.weights.kernels[0]
    }

    pub(super) fn training_images(&self) -> usize {
        self.train.digits.len()
    }

    pub(super) fn validation_images(&self) -> usize {
        self.validation.digits.len()
    }

    pub(super) fn into_network(self) -> Mlp {
        self.network
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use burn::tensor::{Device, DeviceType};

    use super::*;
    use crate::config::resolved::ResolvedConfig;
    use crate::device::select::reference_device;
    use crate::train::watch::test_support::hidden_watch;

    /// An engine on the first GPU; with `REQUIRE_VULKAN`, a missing one fails the test.
    fn engine() -> Option<GpuEngine> {
        let found = Device::enumerate(DeviceType::Wgpu).into_vec();
        let Some(device) = found.first() else {
            assert!(std::env::var_os("REQUIRE_VULKAN").is_none(), "no GPU");
            return None;
        };
        let device = GpuDevice::new(device).unwrap();
        let config = RunConfig::default();
        let digits = TrainingData::read(&config).unwrap();
        let network = config.model().init(0, &reference_device());
        let state = FusedState::read(&network, None).unwrap();
        let scheduler = Scheduler {
            schedule: ResolvedConfig::of_run(config.clone()).schedule,
            next_step: 0,
        };
        let order = Sampler::Shuffled { seed: 3 };
        let engine = GpuEngine::new(&config, &digits, &device, order, state, scheduler, network);
        Some(engine.unwrap())
    }

    #[test]
    fn images_that_do_not_fit_on_the_device_are_copied_to_it_and_train_the_same_network() {
        let (Some(resident), Some(mut copied)) = (engine(), engine()) else {
            return;
        };
        copied.train.resident = None;
        copied.validation.resident = None;
        let [resident, copied] = [resident, copied].map(|mut engine| {
            let mut watch = hidden_watch(None);
            let passes = [
                engine.train_epoch(1, &mut watch).unwrap(),
                engine.train_epoch(2, &mut watch).unwrap(),
                engine.validate(2, &mut watch).unwrap(),
            ];
            let losses = passes.map(|pass| match pass {
                Pass::Complete(metrics) => metrics.loss(),
                Pass::Stopped(_) => f64::NAN,
            });
            (losses, engine.state)
        });
        assert_eq!(resident, copied);
        assert_eq!(resident.1.steps, 2 * 25);
    }

    #[test]
    fn training_and_validation_stop_when_they_should() {
        let Some(mut engine) = engine() else { return };
        let mut watch = hidden_watch(Some(Instant::now()));
        for pass in [
            engine.train_epoch(1, &mut watch).unwrap(),
            engine.validate(1, &mut watch).unwrap(),
        ] {
            assert!(matches!(pass, Pass::Stopped(Ended::OutOfTime)));
        }
    }

    #[test]
    fn chunks_are_divided_into_whole_batches() {
        let lengths = |chunk: usize, batch_size| {
            let chunks = [(0..chunk).collect(), (0..3).collect()];
            let parts = divided(chunks.into_iter(), batch_size);
            parts.map(|part| part.len()).collect::<Vec<_>>()
        };
        assert_eq!(lengths(1000, 32), [1000, 3]);
        // 4096 / 48 is 85.3.
        assert_eq!(lengths(10_000, 48), [4080, 4080, 1840, 3]);
        assert_eq!(lengths(10_000, 5000), [5000, 5000, 3]);
    }
}
