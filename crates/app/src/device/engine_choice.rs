//! Chooses the implementation of the training step on a device: Burn's or the fused one.

use crate::config::choices::EngineName;
use crate::config::run_config::{RunConfig, clipping};
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::support::cause::FusedObstacle;
use crate::support::error::{Error, Result};

/// The implementation of the training step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Burn's learner.
    Burn,
    /// The fused step of [`model::FusedTraining`].
    Fused,
}

impl EngineKind {
    /// Chooses the engine of the configuration; `auto` means the fused step if it supports the run.
    ///
    /// # Errors
    ///
    /// [`Error::FusedDoesNotApply`] if the configuration requires the fused step, but it does not
    /// support the run.
    pub fn choose(config: &RunConfig, device: &OpenDevice) -> Result<Self> {
        match (config.engine, obstacle(config, device)) {
            (EngineName::Burn, _) | (EngineName::Auto, Some(_)) => Ok(Self::Burn),
            (EngineName::Auto | EngineName::Fused, None) => Ok(Self::Fused),
            (EngineName::Fused, Some(obstacle)) => Err(Error::FusedDoesNotApply(obstacle)),
        }
    }
}

impl std::fmt::Display for EngineKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Burn => "Burn's steps",
            Self::Fused => "the fused step",
        })
    }
}

fn obstacle(config: &RunConfig, device: &OpenDevice) -> Option<FusedObstacle> {
    if device.kind != AdapterKind::Cpu {
        let device = device.name.clone();
        return Some(FusedObstacle::Gpu { device });
    }
    clipping(config).map(|key| FusedObstacle::Clipping { key })
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
        assert!(message.contains("some device is a GPU"), "{message}");
        let message = refused(AdapterKind::Cpu, Some(1.0)).to_string();
        assert!(message.contains("clipnorm is set"), "{message}");
    }
}
