//! The first logits of a device, compared with those of the CPU.

use data::Digits;
use model::FusedNetwork;

use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::support::device_error::DeviceError;
use crate::support::error::{Error, Result};

/// Images whose logits are computed on the CPU as well.
const COMPARED: usize = 32;
/// The tolerance for logits, with a margin for f32 rounding.
const TOLERANCE: f32 = 1e-2;

/// Compares the first of the `logits` that a GPU computed for `images` with those of the same network on the CPU, which is
/// loaded for that. On the CPU there is nothing to compare.
pub(crate) fn compare_with_cpu(
    device: &OpenDevice,
    images: &Digits,
    logits: &[f32],
    on_cpu: impl FnOnce() -> Result<FusedNetwork>,
) -> Result<()> {
    if device.kind == AdapterKind::Cpu {
        return Ok(());
    }
    let first: Vec<usize> = (0..images.len().min(COMPARED)).collect();
    let network = on_cpu()?;
    let expected = network.logits(&images.select(&first).images()?);
    compare(&device.name, logits, &expected, network.outputs())
}

fn compare(device: &str, found: &[f32], expected: &[f32], outputs: usize) -> Result<()> {
    let pairs = found.iter().zip(expected).enumerate();
    for (index, (&found, &expected)) in pairs {
        // With NaN, this is false.
        let agrees = (found - expected).abs() <= TOLERANCE;
        if !agrees {
            return Err(Error::Device(DeviceError::WrongLogit {
                device: device.to_owned(),
                image: index / outputs,
                found,
                expected,
            }));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logit_that_differs_or_is_not_finite_is_refused_with_both() {
        assert!(compare("wgpu (toy)", &[1.0, -2.0, 9.0], &[1.0, -2.001], 1).is_ok());
        for wrong in [-2.5, f32::NAN] {
            let error = compare("wgpu (toy)", &[1.0, wrong], &[1.0, -2.0], 1).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("image 1") && message.contains("-2 on the CPU"));
        }
    }
}
