//! Checks that a device computes correctly: compares one training step with an independent
//! computation on the CPU.
//!
//! On some software graphics drivers, training reports no error but the network does not learn, so
//! every run checks its device first. The check uses the engine of the run: Burn's step and the fused
//! kernels are compared with the fused step, which shares no code with any of Burn's backends, and the
//! fused step with Burn's step.

use burn::data::dataloader::batcher::Batcher;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::{Device, Tensor};
use burn_train::{InferenceStep, TrainStep};
use data::{DigitBatch, DigitBatcher, Example, PIXELS};
use model::{Adam, FusedState, FusedTraining, MlpConfig, StepMetrics};

use crate::config::run_config::RunConfig;
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::device::backend_name::BackendName;
use crate::device::engine_choice::EngineKind;
use crate::device::select::{DeviceChoice, open_cpu, open_device, reference_device};
#[cfg(not(feature = "wgpu"))]
use crate::support::cause::FusedObstacle;
use crate::support::device_error::DeviceError;
use crate::support::error::{Error, Result, with_causes};
use crate::support::notice::{Notice, Notify};

/// The tolerance for losses, with a margin for f32 rounding: another order of summation changes a
/// loss by about 1e-6, wrong arithmetic by more than 1e-2.
const TOLERANCE: f64 = 1e-3;
/// Large enough that one step moves the loss by more than the tolerance if the gradients are
/// correct.
const LEARNING_RATE: f64 = 0.01;
/// Enough to check every part of a step.
const LARGEST_CPU_BATCH: usize = 1024;

/// The mean loss of a batch before and after one training step on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepLosses {
    /// Before the step, in nats.
    pub before: f64,
    /// After the step, in nats.
    pub after: f64,
}

impl StepLosses {
    /// From the sums over the images of a batch.
    fn of_sums(before: StepMetrics, after: StepMetrics, images: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "batches stay far below 2^52")]
        let mean = |sums: StepMetrics| sums.loss_sum / images as f64;
        Self {
            before: mean(before),
            after: mean(after),
        }
    }
}

/// Opens the requested device and checks it. If it computes incorrectly, [`BackendName::Auto`]
/// falls back to the CPU; any other choice is an error.
///
/// # Errors
///
/// As [`open_device`], [`EngineKind::choose`] and [`check`].
pub fn open_checked(
    choice: &DeviceChoice,
    config: &RunConfig,
    notify: &mut Notify<'_>,
) -> Result<OpenDevice> {
    let device = open_device(choice, notify)?;
    checked(device, choice, config, notify)
}

/// Checks the device that was opened by `choice`, and falls back as [`open_checked`] does.
pub(crate) fn checked(
    device: OpenDevice,
    choice: &DeviceChoice,
    config: &RunConfig,
    notify: &mut Notify<'_>,
) -> Result<OpenDevice> {
    let engine = EngineKind::choose(config, &device)?;
    if device.kind != AdapterKind::Cpu {
        notify(Notice::CheckingDevice {
            device: device.name.clone(),
        });
    }
    match check(&device, engine, config) {
        Ok(_) => Ok(device),
        Err(error) if choice.backend == BackendName::Auto && device.kind == AdapterKind::Gpu => {
            let cpu = open_cpu()?;
            notify(Notice::FellBack {
                reason: with_causes(&error),
                device: cpu.name.clone(),
            });
            check(&cpu, EngineKind::choose(config, &cpu)?, config)?;
            Ok(cpu)
        }
        Err(error) => Err(error),
    }
}

/// Compares one training step with an independent computation on the CPU, in the shapes that
/// `config` trains with, so that a GPU does not compile kernels only for the check. A batch size above
/// the number of training images should be reduced to it first.
///
/// # Errors
///
/// [`DeviceError::WrongStep`] if the losses differ by more than rounding; [`DeviceError::DeviceMemory`] if the
/// device cannot allocate the tensors of a step.
pub fn check(device: &OpenDevice, engine: EngineKind, config: &RunConfig) -> Result<StepLosses> {
    let model = config.model();
    // On a GPU, Burn compiles the kernels of this batch size, which training uses; nothing else has any.
    let batch_size = match (device.kind, engine) {
        (AdapterKind::Gpu | AdapterKind::SoftwareGpu, EngineKind::Burn) => config.batch_size,
        _ => config.batch_size.min(LARGEST_CPU_BATCH),
    };
    let (found, expected) = match engine {
        EngineKind::Burn => {
            let by_burn = burn_step(&device.device, &model, batch_size)
                .map_err(|error| device_memory(error, &device.name, batch_size))?;
            (by_burn, fused_step(&model, batch_size)?)
        }
        EngineKind::Fused => {
            let by_burn = burn_step(&reference_device(), &model, batch_size)?;
            (fused_step(&model, batch_size)?, by_burn)
        }
        EngineKind::Kernels => (
            kernels(device, &model, batch_size)?,
            fused_step(&model, batch_size)?,
        ),
    };
    compare(&device.name, engine, found, expected)
}

/// Replaces Burn's error by one that says what to do, if the device cannot allocate a buffer.
fn device_memory(error: Error, device: &str, batch_size: usize) -> Error {
    // Burn returns the cause as one of several lines.
    let message = with_causes(&error);
    let cause = message.lines().find(|line| line.contains("can't allocate"));
    match cause {
        Some(cause) => Error::Device(DeviceError::DeviceMemory {
            device: device.to_owned(),
            batch_size,
            cause: cause.trim().to_owned(),
        }),
        None => error,
    }
}

/// Returns the losses of the device if they agree, so that no check can return them without
/// comparing.
fn compare(
    device: &str,
    engine: EngineKind,
    found: StepLosses,
    expected: StepLosses,
) -> Result<StepLosses> {
    // With NaN, this is false.
    let agrees = |found: f64, expected: f64| (found - expected).abs() <= TOLERANCE;
    if agrees(found.before, expected.before) && agrees(found.after, expected.after) {
        return Ok(found);
    }
    Err(Error::Device(DeviceError::WrongStep {
        device: device.to_owned(),
        engine: engine.to_string(),
        found: [found.before, found.after],
        expected: [expected.before, expected.after],
    }))
}

/// Takes one training step with Burn on a device, with the images of [`Stripes`].
fn burn_step(device: &Device, config: &MlpConfig, batch_size: usize) -> Result<StepLosses> {
    let training_device = device.clone().autodiff();
    let model = config.init(0, &training_device);
    let mut optimizer = ModuleOptimizer::from(Adam::default());
    let stripes = Stripes::new(batch_size, config.outputs);
    let output = TrainStep::step(&model, stripes.batch(&training_device));
    let before = mean(output.item.losses)?;
    let model = optimizer.step(LEARNING_RATE, model, output.grads);
    let output = InferenceStep::step(&model.valid(), stripes.batch(device));
    let after = mean(output.losses)?;
    Ok(StepLosses { before, after })
}

/// Not computed on the device, because the step is checked and not a sum of which training has no use.
fn mean(losses: Tensor<1>) -> Result<f64> {
    let losses = losses.try_into_data().map_err(Error::burn)?;
    #[expect(clippy::cast_precision_loss, reason = "batches stay far below 2^52")]
    let count = losses.num_elements() as f64;
    Ok(losses.iter::<f64>().sum::<f64>() / count)
}

/// Takes one fused training step, with the images of [`Stripes`].
fn fused_step(config: &MlpConfig, batch_size: usize) -> Result<StepLosses> {
    let mut training = FusedTraining::new(Adam::default(), &first_state(config)?);
    let Stripes {
        images, classes, ..
    } = Stripes::new(batch_size, config.outputs);
    let rows: Vec<usize> = (0..batch_size).collect();
    Ok(StepLosses::of_sums(
        training.step(&images, &classes, &rows, None, LEARNING_RATE),
        training.network().evaluate(&images, &classes, &rows),
        batch_size,
    ))
}

/// The network that is checked.
fn first_state(config: &MlpConfig) -> Result<FusedState> {
    let model = config.init(0, &reference_device());
    Ok(FusedState::read(&model, None)?)
}

/// Takes one training step by the fused kernels, with the images of [`Stripes`].
#[cfg(feature = "wgpu")]
fn kernels(device: &OpenDevice, config: &MlpConfig, batch_size: usize) -> Result<StepLosses> {
    use model::{EpochPlan, GpuDevice, GpuImages, GpuTraining};

    let device = GpuDevice::new(&device.device)?;
    let networks = [(Adam::default(), first_state(config)?)];
    let mut training = GpuTraining::new(&device, &networks)?;
    let Stripes {
        images, classes, ..
    } = Stripes::new(batch_size, config.outputs);
    let images = GpuImages::new(&device, &images, &classes)?;
    let rows: Vec<usize> = (0..batch_size).collect();
    let plan = EpochPlan {
        rows: &rows,
        batch_size,
        learning_rates: &[LEARNING_RATE],
        class_weight: None,
    };
    let before = training.train(&images, &[plan])?;
    let after = training.evaluate(&images, &[&rows])?;
    // One network takes one step.
    Ok(StepLosses::of_sums(before[0][0], after[0], batch_size))
}

#[cfg(not(feature = "wgpu"))]
fn kernels(device: &OpenDevice, _: &MlpConfig, _: usize) -> Result<StepLosses> {
    let device = device.name.clone();
    Err(Error::Device(DeviceError::FusedDoesNotApply(
        FusedObstacle::NotCompiledIn { device },
    )))
}

/// The widths of the stripes of each class: of two, the negative one has wide stripes.
const STRIPES: [usize; 10] = [50, 8, 100, 20, 5, 40, 13, 3, 67, 29];

/// Striped test images, of each class in turn.
struct Stripes {
    /// `[batch, 400]`, row by row.
    images: Vec<f32>,
    classes: Vec<u8>,
    outputs: usize,
}

impl Stripes {
    fn new(batch_size: usize, outputs: usize) -> Self {
        let widths = &STRIPES[..outputs.clamp(2, STRIPES.len())];
        let widths = (0_u8..).zip(widths).cycle().take(batch_size);
        let image = |width: usize| {
            (0..PIXELS).map(move |pixel| f32::from(u8::from((pixel / width).is_multiple_of(2))))
        };
        Self {
            images: widths
                .clone()
                .flat_map(|(_, width)| image(*width))
                .collect(),
            classes: widths.map(|(class, _)| class).collect(),
            outputs,
        }
    }

    fn batch(&self, device: &Device) -> DigitBatch {
        let images = self.images.chunks(PIXELS).zip(&self.classes);
        let examples = images.map(|(image, &class)| Example {
            image: image.to_vec(),
            class,
            digit: class,
            row: 0,
        });
        // With weights, as in training on a GPU.
        let batcher = DigitBatcher {
            pad_to: Some(self.classes.len()),
            ..DigitBatcher::new(self.outputs)
        };
        batcher.batch(examples.collect(), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flex() -> OpenDevice {
        OpenDevice {
            device: Device::flex(),
            name: "flex (CPU)".to_owned(),
            kind: AdapterKind::Cpu,
            backend: BackendName::Flex,
        }
    }

    #[test]
    fn a_step_lowers_the_loss_enough_to_tell_correct_from_wrong() {
        let config = RunConfig::default();
        for engine in [EngineKind::Burn, EngineKind::Fused] {
            let losses = check(&flex(), engine, &config).unwrap();
            let change = losses.before - losses.after;
            assert!(change > 10.0 * TOLERANCE, "{engine}: {losses:?}");
        }
    }

    /// Two of Burn's backends round differently: on the same device both losses would be equal.
    #[cfg(feature = "ndarray")]
    #[test]
    fn burn_s_step_is_taken_on_the_device_that_is_checked() {
        let config = RunConfig::default();
        let losses = |device: &OpenDevice| check(device, EngineKind::Burn, &config).unwrap();
        let ndarray = OpenDevice {
            device: crate::device::select::open_cpu().unwrap().device,
            ..flex()
        };
        assert_eq!(losses(&flex()), losses(&flex()));
        assert_ne!(losses(&ndarray), losses(&flex()));
    }

    #[test]
    fn losses_that_differ_or_are_not_finite_are_refused_with_both() {
        let expected = StepLosses {
            before: 0.72,
            after: 0.65,
        };
        let compare = |before, after| {
            let found = StepLosses { before, after };
            compare("wgpu (toy)", EngineKind::Burn, found, expected)
        };
        compare(0.72, 0.65).unwrap();
        for wrong in [0.72, f64::NAN, f64::INFINITY] {
            let message = compare(0.72, wrong).unwrap_err().to_string();
            assert!(message.contains("wgpu (toy)"), "{message}");
            assert!(message.contains("0.650000"), "{message}");
            compare(wrong + 0.01, 0.65).unwrap_err();
        }
    }
}
