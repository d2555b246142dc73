//! Whether a device computes right: one training step on it and on the CPU, compared.
//!
//! Software graphics drivers were seen to train to nowhere in silence, so no run trusts a device
//! before this.

use std::io::Write;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::{Device, Tensor, TensorData};
use burn_train::TrainStep;
use data::{DigitBatch, PIXELS};
use model::{Adam, MlpConfig};

use crate::adapter::Opened;
use crate::backend;
use crate::cli::DeviceArgs;
use crate::config::RunConfig;

/// The largest difference of a loss that rounding in f32 explains, with room: sums in another
/// order differ by about 1e-6, wrong arithmetic by more than 1e-2.
const TOLERANCE: f64 = 1e-3;
/// Large enough that one step moves the loss, so that wrong gradients show.
const LEARNING_RATE: f64 = 0.01;

/// The loss before and after one training step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StepLosses {
    before: f64,
    after: f64,
}

/// Why a device was refused.
#[derive(Debug, thiserror::Error)]
#[error(
    "{name} computes wrong numbers: one training step takes the loss from {:.6} to {:.6} on it, \
     and from {:.6} to {:.6} on the CPU; update its driver, or train with --backend ndarray",
    found.before, found.after, expected.before, expected.after
)]
pub(crate) struct WrongNumbers {
    name: String,
    found: StepLosses,
    expected: StepLosses,
}

/// Compares one training step on a device with the CPU, in the shapes that `config` will train
/// with, so that a GPU compiles no kernel for the check alone.
pub(crate) fn check(opened: &Opened, config: &RunConfig) -> anyhow::Result<StepLosses> {
    let expected = one_step(&backend::reference(), &config.model(), config.batch_size)?;
    let found = one_step(&opened.device, &config.model(), config.batch_size)?;
    compare(&opened.name, found, expected)?;
    Ok(found)
}

/// The hidden command by which `devices` checks each device in a process of its own.
pub(crate) fn report(chosen: &DeviceArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let (opened, _) = backend::open(chosen)?;
    let losses = check(&opened, &RunConfig::defaults()?)?;
    writeln!(
        out,
        "{}: ok, loss {:.6} -> {:.6} as on the CPU",
        opened.name, losses.before, losses.after
    )?;
    Ok(())
}

fn compare(name: &str, found: StepLosses, expected: StepLosses) -> Result<(), WrongNumbers> {
    let agrees = |found: f64, expected: f64| (found - expected).abs() <= TOLERANCE;
    // A NaN agrees with nothing.
    if agrees(found.before, expected.before) && agrees(found.after, expected.after) {
        return Ok(());
    }
    Err(WrongNumbers {
        name: name.to_owned(),
        found,
        expected,
    })
}

fn one_step(device: &Device, config: &MlpConfig, batch: usize) -> anyhow::Result<StepLosses> {
    let training_device = device.clone().autodiff();
    let model = config.init(0, &training_device);
    let mut optimizer = ModuleOptimizer::from(Adam::default());
    let output = TrainStep::step(&model, stripes(batch, &training_device));
    let before = mean(output.item.losses)?;
    let model = optimizer.step(LEARNING_RATE, model, output.grads);
    let output = burn_train::InferenceStep::step(&model.valid(), stripes(batch, device));
    let after = mean(output.losses)?;
    Ok(StepLosses { before, after })
}

fn mean(losses: Tensor<1>) -> anyhow::Result<f64> {
    Ok(losses.mean().try_into_scalar::<f64>()?)
}

/// Images of stripes, broad ones with target 0 and narrow ones with target 1.
fn stripes(batch: usize, device: &Device) -> DigitBatch {
    let image = |index: usize| {
        let width = if index.is_multiple_of(2) { 50 } else { 8 };
        (0..PIXELS).map(move |pixel| f32::from(u8::from((pixel / width).is_multiple_of(2))))
    };
    let images: Vec<f32> = (0..batch).flat_map(image).collect();
    let targets: Vec<f32> = (0..batch)
        .map(|index| f32::from(u8::from(!index.is_multiple_of(2))))
        .collect();
    DigitBatch {
        images: Tensor::from_data(TensorData::new(images, [batch, PIXELS]), device),
        targets: Tensor::from_data(TensorData::new(targets, [batch, 1]), device),
        weights: Some(Tensor::ones([batch, 1], device)),
        padding: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_on_the_cpu_lowers_the_loss_enough_to_tell_right_from_wrong() {
        let config = RunConfig::defaults().unwrap();
        let losses = one_step(&backend::reference(), &config.model(), 32).unwrap();
        assert!(
            losses.before - losses.after > 10.0 * TOLERANCE,
            "{losses:?}"
        );
    }

    #[test]
    fn numbers_that_differ_or_are_none_are_refused_with_both() {
        let expected = StepLosses {
            before: 0.72,
            after: 0.65,
        };
        for wrong in [0.72, f64::NAN, f64::INFINITY] {
            let found = StepLosses {
                before: 0.72,
                after: wrong,
            };
            let message = compare("wgpu (toy)", found, expected)
                .unwrap_err()
                .to_string();
            assert!(message.contains("wgpu (toy)") && message.contains("0.650000"));
        }
        assert!(compare("wgpu (toy)", expected, expected).is_ok());
    }
}
