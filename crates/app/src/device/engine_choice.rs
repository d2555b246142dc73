//! Chooses the implementation of the training step on a device: Burn's or a fused one.

#[cfg(feature = "wgpu")]
use model::GpuDevice;

use crate::config::choices::EngineName;
use crate::config::run_config::{RunConfig, clipping};
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::support::cause::FusedObstacle;
use crate::support::device_error::DeviceError;
use crate::support::error::{Error, Result};
use crate::support::notice::{Notice, Notify};

type Found<T> = std::result::Result<T, FusedObstacle>;

/// The implementation of the training step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Burn's learner.
    Burn,
    /// The fused step of [`model::FusedTraining`], on the CPU.
    Fused,
    /// The fused kernels of `model::GpuTraining`, on a GPU.
    Kernels,
}

/// A workgroup takes the blocks of a batch one after the other, and Burn's kernels take all at once. So for large batches
/// and networks Burn's steps are faster, although they are launched one by one: from about so many parameters times blocks on.
/// On an H100 they took 1.4 ms for 32 images of a network of 300 and 100 units, 4 x 151,000, as the kernels did; for 1,024 images of the
/// lab's, 32 x 10,431, they took 1.8 ms, and the kernels 1.1.
const MOST_WORK: usize = 650_000;

impl EngineKind {
    /// Chooses the engine of the configuration; `auto` means the fused step if it supports the run.
    ///
    /// # Errors
    ///
    /// [`DeviceError::FusedDoesNotApply`] if the configuration requires the fused step, but it does not
    /// support the run.
    pub fn choose(config: &RunConfig, device: &OpenDevice) -> Result<Self> {
        match config.engine {
            EngineName::Burn => Ok(Self::Burn),
            EngineName::Fused => match fused(config, device) {
                Ok(fused) => Ok(fused.engine),
                Err(obstacle) => Err(Error::Device(DeviceError::FusedDoesNotApply(obstacle))),
            },
            EngineName::Auto => Ok(fused_if_faster(config, device).unwrap_or(Self::Burn)),
        }
    }

    /// Does the same, and sends a notice if `auto` means Burn's steps.
    ///
    /// # Errors
    ///
    /// As [`choose`](Self::choose).
    pub(crate) fn choose_and_notify(
        config: &RunConfig,
        device: &OpenDevice,
        notify: &mut Notify<'_>,
    ) -> Result<Self> {
        if config.engine == EngineName::Auto
            && let Err(obstacle) = fused_if_faster(config, device)
        {
            let reason = obstacle.to_string();
            notify(Notice::BurnsSteps { reason });
        }
        Self::choose(config, device)
    }
}

impl EngineKind {
    /// Does the same for many networks at once, which keep a GPU busy whatever the size of a batch.
    ///
    /// # Errors
    ///
    /// As [`choose`](Self::choose).
    pub(crate) fn choose_for_many(
        config: &RunConfig,
        device: &OpenDevice,
        notify: &mut Notify<'_>,
    ) -> Result<Self> {
        if config.engine != EngineName::Auto {
            return Self::choose(config, device);
        }
        match fused(config, device) {
            Ok(fused) => Ok(fused.engine),
            Err(obstacle) => {
                let reason = obstacle.to_string();
                notify(Notice::BurnsSteps { reason });
                Ok(Self::Burn)
            }
        }
    }
}

impl std::fmt::Display for EngineKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Burn => "Burn's steps",
            Self::Fused => "the fused step",
            Self::Kernels => "the fused kernels",
        })
    }
}

/// A fused engine that supports a run.
struct FusedChoice {
    engine: EngineKind,
    /// The parts of a batch that are taken one after the other.
    blocks: usize,
}

fn fused_if_faster(config: &RunConfig, device: &OpenDevice) -> Found<EngineKind> {
    let FusedChoice { engine, blocks } = fused(config, device)?;
    let layers = config.model().layers().into_iter();
    let parameters: usize = layers.map(|layer| layer.parameters()).sum();
    if blocks > 1 && blocks.saturating_mul(parameters) > MOST_WORK {
        let batch_size = config.batch_size;
        return Err(FusedObstacle::LargeBatch { batch_size, blocks });
    }
    Ok(engine)
}

fn fused(config: &RunConfig, device: &OpenDevice) -> Found<FusedChoice> {
    if let Some(key) = clipping(config) {
        return Err(FusedObstacle::Clipping { key });
    }
    if device.kind == AdapterKind::Cpu {
        let engine = EngineKind::Fused;
        return Ok(FusedChoice { engine, blocks: 1 });
    }
    if config.augment.is_on() {
        return Err(FusedObstacle::Augmentation);
    }
    let blocks = blocks_of_batch(config, device)?;
    let engine = EngineKind::Kernels;
    Ok(FusedChoice { engine, blocks })
}

/// Finds out into how many blocks the kernels divide a batch, if the device can run them.
#[cfg(feature = "wgpu")]
fn blocks_of_batch(config: &RunConfig, device: &OpenDevice) -> Found<usize> {
    let name = || device.name.clone();
    let Ok(gpu) = GpuDevice::new(&device.device) else {
        return Err(FusedObstacle::NotCompiledIn { device: name() });
    };
    let blocks = gpu.check(&config.model(), config.batch_size);
    blocks.map_err(|limit| FusedObstacle::Limit {
        device: name(),
        limit,
    })
}

#[cfg(not(feature = "wgpu"))]
fn blocks_of_batch(_: &RunConfig, device: &OpenDevice) -> Found<usize> {
    let device = device.name.clone();
    Err(FusedObstacle::NotCompiledIn { device })
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::device::backend_name::BackendName;

    fn chosen(engine: EngineName, kind: AdapterKind, clipnorm: Option<f64>) -> Result<EngineKind> {
        let config = RunConfig {
            engine,
            clipnorm,
            ..RunConfig::default()
        };
        let device = OpenDevice {
            device: Device::flex(),
            name: "some device".to_owned(),
            kind,
            backend: BackendName::Flex,
        };
        EngineKind::choose(&config, &device)
    }

    #[test]
    fn auto_uses_the_fused_step_on_the_cpu_unless_gradients_are_clipped() {
        use AdapterKind::{Cpu, Gpu, SoftwareGpu};
        let auto = |kind, clipnorm| chosen(EngineName::Auto, kind, clipnorm).unwrap();
        assert_eq!(auto(Cpu, None), EngineKind::Fused);
        assert_eq!(auto(Cpu, Some(1.0)), EngineKind::Burn);
        // A device that calls itself a GPU and runs no kernels.
        assert_eq!(auto(Gpu, None), EngineKind::Burn);
        assert_eq!(auto(SoftwareGpu, None), EngineKind::Burn);
    }

    #[test]
    fn an_explicitly_chosen_engine_is_used_or_refused_with_the_reason() {
        let burn = chosen(EngineName::Burn, AdapterKind::Cpu, None).unwrap();
        assert_eq!(burn, EngineKind::Burn);
        let fused = chosen(EngineName::Fused, AdapterKind::Cpu, None).unwrap();
        assert_eq!(fused, EngineKind::Fused);
        let refused = |kind, clipnorm| chosen(EngineName::Fused, kind, clipnorm).unwrap_err();
        let message = refused(AdapterKind::SoftwareGpu, None).to_string();
        let reason = "some device is a GPU, and its fused kernels are not compiled in";
        assert!(message.contains(reason), "{message}");
        let message = refused(AdapterKind::Cpu, Some(1.0)).to_string();
        assert!(message.contains("clipnorm is set"), "{message}");
    }
}
