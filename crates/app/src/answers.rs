//! A run's network at work on a device, and the proof that the device can be trusted with it.

use burn::tensor::Device;
use data::PIXELS;

use crate::adapter::{AdapterKind, Opened};
use crate::backend;
use crate::cli::CheckpointName;
use crate::config::RunConfig;
use crate::run_dir::RunDir;

/// Images whose logits are computed on the CPU as well.
const COMPARED: usize = 32;
/// The largest difference of a logit that rounding in f32 explains, with room.
const TOLERANCE: f32 = 1e-2;

/// Why a device was refused.
#[derive(Debug, thiserror::Error)]
#[error(
    "{name} computes wrong numbers: for image {image} its logit is {found}, and {expected} on the \
     CPU; update its driver, or use --backend ndarray"
)]
struct WrongAnswer {
    name: String,
    image: usize,
    found: f32,
    expected: f32,
}

/// Computes the logit of each image, `[n, 400]`, with one of the run's networks.
///
/// The first answers of anything but the CPU are compared with the CPU's.
pub(crate) fn logits(
    run: &RunDir,
    network: CheckpointName,
    config: &RunConfig,
    images: &[f32],
    opened: &Opened,
) -> anyhow::Result<Vec<f32>> {
    let on = |device: &Device, images: &[f32]| -> anyhow::Result<Vec<f32>> {
        let model = run.load(network, config, device)?;
        Ok(model::logits(&model, images, device)?)
    };
    let logits = on(&opened.device, images)?;
    if opened.kind != AdapterKind::Cpu {
        let first = &images[..images.len().min(COMPARED * PIXELS)];
        compare(&opened.name, &logits, &on(&backend::reference(), first)?)?;
    }
    Ok(logits)
}

fn compare(name: &str, found: &[f32], expected: &[f32]) -> Result<(), WrongAnswer> {
    let pairs = found.iter().zip(expected).enumerate();
    for (image, (&found, &expected)) in pairs {
        // A NaN agrees with nothing.
        let agrees = (found - expected).abs() <= TOLERANCE;
        if !agrees {
            return Err(WrongAnswer {
                name: name.to_owned(),
                image,
                found,
                expected,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_differs_or_is_none_is_refused_with_both() {
        assert!(compare("wgpu (toy)", &[1.0, -2.0, 9.0], &[1.0, -2.001]).is_ok());
        for wrong in [-2.5, f32::NAN] {
            let message = compare("wgpu (toy)", &[1.0, wrong], &[1.0, -2.0])
                .unwrap_err()
                .to_string();
            assert!(message.contains("image 1") && message.contains("-2 on the CPU"));
        }
    }
}
