//! A run's network at work on a device, and the proof that the device can be trusted with it.

use std::path::Path;

use burn::tensor::Device;
use data::{Digits, PIXELS};
use model::{FusedNetwork, Mlp};

use crate::adapter::{AdapterKind, Opened};
use crate::backend;
use crate::cli::{CheckpointName, DeviceArgs};
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

/// A run and one of its networks, on a device.
pub(crate) struct RunNetwork {
    pub(crate) run: RunDir,
    pub(crate) config: RunConfig,
    checkpoint: CheckpointName,
    opened: Opened,
}

impl RunNetwork {
    /// Opens the run at `path`, or the newest in `runs/`, and the device that was chosen; gives
    /// what there is to say of that device too.
    pub(crate) fn open(
        path: Option<&Path>,
        checkpoint: CheckpointName,
        chosen: &DeviceArgs,
    ) -> anyhow::Result<(Self, Option<String>)> {
        let run = RunDir::open(path)?;
        let config = run.config()?;
        let (opened, note) = backend::open(chosen)?;
        let network = Self {
            run,
            config,
            checkpoint,
            opened,
        };
        Ok((network, note))
    }

    /// The same on the CPU, for what is no arithmetic to speak of.
    pub(crate) fn open_on_cpu(
        path: Option<&Path>,
        checkpoint: CheckpointName,
    ) -> anyhow::Result<Self> {
        let run = RunDir::open(path)?;
        Ok(Self {
            config: run.config()?,
            run,
            checkpoint,
            opened: backend::open_cpu()?,
        })
    }

    /// What people call it: its run, and which of the run's networks it is.
    pub(crate) fn name(&self) -> String {
        let run = self.run.path().display();
        match self.checkpoint {
            CheckpointName::Best => format!("best network of {run}"),
            CheckpointName::Last => format!("last network of {run}"),
            CheckpointName::Epoch(epoch) => format!("network of epoch {epoch} of {run}"),
        }
    }

    /// Loads the network onto its device.
    fn load(&self, device: &Device) -> anyhow::Result<Mlp> {
        self.run.load(self.checkpoint, &self.config, device)
    }

    /// Loads the network onto the CPU.
    pub(crate) fn on_cpu(&self) -> anyhow::Result<Mlp> {
        self.load(&backend::reference())
    }

    /// Computes the logit of each image.
    ///
    /// The first answers of anything but the CPU are compared with the CPU's.
    pub(crate) fn logits(&self, images: &Digits) -> anyhow::Result<Vec<f32>> {
        let opened = &self.opened;
        let network = self.load(&opened.device)?;
        let logits = opened.logits(&network, images, &self.config)?;
        if opened.kind != AdapterKind::Cpu {
            let first: Vec<usize> = (0..images.len().min(COMPARED)).collect();
            let first = images.select(&first);
            let expected = FusedNetwork::read(&self.on_cpu()?)?.logits(&first.images()?);
            compare(&opened.name, &logits, &expected)?;
        }
        Ok(logits)
    }

    /// The same for images `[n, 400]` of no data set.
    pub(crate) fn logits_of(&self, images: &[f32]) -> anyhow::Result<Vec<f32>> {
        let unknown = vec![0; images.len() / PIXELS];
        self.logits(&Digits::new(images.to_vec(), unknown)?)
    }

    /// Computes what the two hidden layers answer to each image, `[n, units]` in [0, 1] for each.
    pub(crate) fn hidden_activations(&self, images: &[f32]) -> anyhow::Result<[Vec<f32>; 2]> {
        let device = &self.opened.device;
        Ok(model::hidden_activations(
            &self.load(device)?,
            images,
            device,
        )?)
    }

    /// Asks the network about images of known digits.
    pub(crate) fn answer(
        &self,
        images: Digits,
        rows: Vec<usize>,
        threshold: f64,
    ) -> anyhow::Result<Answered> {
        Ok(Answered {
            digits: self.config.digits,
            logits: self.logits(&images)?,
            images,
            rows,
            threshold,
        })
    }
}

/// Images of known digits, with what a network says of them.
pub(crate) struct Answered {
    /// The negative digit, then the positive one.
    pub(crate) digits: [u8; 2],
    pub(crate) images: Digits,
    /// The row of the data set that each image stands in.
    pub(crate) rows: Vec<usize>,
    pub(crate) logits: Vec<f32>,
    /// The probability from which the answer is the positive digit.
    pub(crate) threshold: f64,
}

impl Answered {
    /// That an image shows the positive digit, in [0, 1].
    pub(crate) fn probability(&self, index: usize) -> f64 {
        model::sigmoid(f64::from(self.logits[index]))
    }

    /// The digit that the network takes an image for.
    pub(crate) fn answer(&self, index: usize) -> u8 {
        let [negative, positive] = self.digits;
        if model::is_positive(self.probability(index), self.threshold) {
            positive
        } else {
            negative
        }
    }

    pub(crate) fn is_wrong(&self, index: usize) -> bool {
        self.answer(index) != self.images.label(index)
    }
}

impl Opened {
    /// Computes the logit of each image, wherever the images lie, with a network that is on this
    /// device: on the CPU without tensors, which would take most of the time there, on a GPU in the
    /// shape that it trains with.
    pub(crate) fn logits(
        &self,
        network: &Mlp,
        images: &Digits,
        config: &RunConfig,
    ) -> anyhow::Result<Vec<f32>> {
        let is_cpu = self.kind == AdapterKind::Cpu;
        let fused = is_cpu.then(|| FusedNetwork::read(network)).transpose()?;
        let mut logits = Vec::with_capacity(images.len());
        images.visit(images.in_order(), |piece| {
            let images = piece.pixels();
            logits.extend(match &fused {
                Some(fused) => fused.logits(&images),
                None => {
                    model::logits_by_batches(network, &images, config.batch_size, &self.device)?
                }
            });
            Ok::<_, anyhow::Error>(None::<()>)
        })?;
        Ok(logits)
    }
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
