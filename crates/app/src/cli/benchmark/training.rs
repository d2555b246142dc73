//! Measures a training step: fused, which on a GPU means by the fused kernels, and with Burn.

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use burn_train::TrainStep;
use data::{ClassifiedDigits, DigitBatcher};
#[cfg(feature = "wgpu")]
use model::{EpochPlan, GpuDevice, GpuImages, GpuTraining};
use model::{FusedState, FusedTraining, Mlp};
use serde::Serialize;

use crate::cli::benchmark::stopwatch::{median_seconds, per_second};
use crate::cli::benchmark::subject::{Rows, Subject};
use crate::device::adapter::{AdapterKind, OpenDevice};

/// The course's batch size, and one that keeps a GPU busy.
const BATCH_SIZES: [usize; 2] = [32, 1024];

/// As many as a training gives to the kernels at once.
#[cfg(feature = "wgpu")]
const IMAGES_OF_A_LAUNCH: usize = 4096;

#[derive(Debug, Serialize)]
pub(crate) struct Training {
    pub(crate) path: &'static str,
    pub(crate) batch_size: usize,
    pub(crate) microseconds_per_step: f64,
    pub(crate) images_per_second: f64,
}

pub(crate) fn measure_training(
    subject: &Subject,
    device: &OpenDevice,
) -> anyhow::Result<Vec<Training>> {
    let mut found = Vec::new();
    for batch_size in BATCH_SIZES {
        let mut add = |path, seconds: f64| {
            found.push(Training {
                path,
                batch_size,
                microseconds_per_step: seconds * 1e6,
                images_per_second: per_second(batch_size, seconds),
            });
        };
        if device.kind == AdapterKind::Cpu {
            add("fused", fused_step(subject, device, batch_size)?);
        }
        #[cfg(feature = "wgpu")]
        if device.kind != AdapterKind::Cpu
            && let Ok(gpu) = GpuDevice::new(&device.device)
            && gpu.check(&subject.config.model(), batch_size).is_ok()
        {
            add(
                "kernels",
                step_of_kernels(subject, device, &gpu, batch_size)?,
            );
        }
        let mut steps = BurnSteps::new(subject, &device.device)?;
        let seconds = median_seconds(&device.device, || steps.take(batch_size))?;
        add("burn", seconds);
    }
    Ok(found)
}

fn fused_step(subject: &Subject, device: &OpenDevice, batch_size: usize) -> anyhow::Result<f64> {
    let state = FusedState::read(&subject.network(&device.device)?, None)?;
    let mut training = FusedTraining::new(subject.config.adam(), &state);
    let images = &subject.images;
    let classes = images.class_labels();
    let pixels = images.digits().images()?;
    let mut rows = subject.rows();
    median_seconds(&device.device, || {
        let rows: Vec<usize> = rows.by_ref().take(batch_size).collect();
        training.step(&pixels, &classes, &rows, None, subject.config.learning_rate);
        Ok(())
    })
}

/// The time of one of the steps of a launch.
#[cfg(feature = "wgpu")]
fn step_of_kernels(
    subject: &Subject,
    device: &OpenDevice,
    gpu: &GpuDevice,
    batch_size: usize,
) -> anyhow::Result<f64> {
    let network = subject.network(&device.device)?;
    let state = FusedState::read(&network, None)?;
    let mut training = GpuTraining::new(gpu, &[(subject.config.adam(), state)])?;
    let pixels = subject.images.digits().images()?;
    let images = GpuImages::new(gpu, &pixels, &subject.images.class_labels())?;
    let steps = (IMAGES_OF_A_LAUNCH / batch_size).max(1);
    let rates = vec![subject.config.learning_rate; steps];
    let mut rows = subject.rows();
    let seconds = median_seconds(&device.device, || {
        let rows: Vec<usize> = rows.by_ref().take(steps * batch_size).collect();
        let plan = EpochPlan {
            rows: &rows,
            batch_size,
            learning_rates: &rates,
            class_weight: None,
        };
        training.train(&images, &[plan])?;
        Ok(())
    })?;
    #[expect(clippy::cast_precision_loss, reason = "few steps")]
    let steps = steps as f64;
    Ok(seconds / steps)
}

/// Training steps like those of Burn's learner.
pub(crate) struct BurnSteps<'a> {
    images: &'a ClassifiedDigits,
    outputs: usize,
    learning_rate: f64,
    device: Device,
    network: Mlp,
    optimizer: ModuleOptimizer,
    rows: Rows,
}

impl<'a> BurnSteps<'a> {
    pub(crate) fn new(subject: &'a Subject, device: &Device) -> anyhow::Result<Self> {
        let device = device.clone().autodiff();
        Ok(Self {
            images: &subject.images,
            outputs: subject.config.model().outputs,
            learning_rate: subject.config.learning_rate,
            network: subject.network(&device)?,
            optimizer: ModuleOptimizer::from(subject.config.adam()),
            rows: subject.rows(),
            device,
        })
    }

    /// Prepares a batch and trains on it; a GPU may still be working when this returns.
    pub(crate) fn take(&mut self, batch_size: usize) -> anyhow::Result<()> {
        let rows = self.rows.by_ref().take(batch_size).collect();
        let examples = self.images.get_many(rows)?;
        let batch = DigitBatcher::new(self.outputs).batch(examples, &self.device);
        let output = TrainStep::step(&self.network, batch);
        let network = self.network.clone();
        self.network = self
            .optimizer
            .step(self.learning_rate, network, output.grads);
        Ok(())
    }
}
