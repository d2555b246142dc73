//! The network of a run on a device: predictions, and a check that the device computes correctly.

pub(crate) mod device_network;
pub(crate) mod predictions;

use model::{Decision, Evaluation, FusedNetwork, NamedWeights};

use data::{ClassifiedDigits, Digits};

use crate::config::run_config::RunConfig;
use crate::dataset::DataPart;
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::device::select::reference_device;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::predictions::{Predictions, evaluate};
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::{Error, Result};

/// Images whose logits are computed on the CPU as well.
const COMPARED: usize = 32;
/// The tolerance for logits, with a margin for f32 rounding.
const TOLERANCE: f32 = 1e-2;

/// The most images of a batch on a GPU: enough to keep it busy, while batches of a training may be the whole data set.
const LARGEST_BATCH: usize = 1024;

/// A network of a run, loaded on a device.
#[derive(Debug)]
pub struct Predictor {
    run: RunDirectory,
    config: RunConfig,
    checkpoint: CheckpointName,
    epoch: usize,
    network: DeviceNetwork,
}

impl Predictor {
    /// Loads a network of a run onto a device.
    ///
    /// # Errors
    ///
    /// As [`RunDirectory::config`] and [`RunDirectory::load`].
    pub fn open(run: RunDirectory, checkpoint: CheckpointName, device: OpenDevice) -> Result<Self> {
        let config = run.config()?;
        let (network, epoch) = run.load_numbered(checkpoint, &config, &device.device)?;
        let batch_size = config.batch_size.min(LARGEST_BATCH);
        Ok(Self {
            network: DeviceNetwork::new(network, device, batch_size)?,
            run,
            config,
            checkpoint,
            epoch,
        })
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunDirectory {
        &self.run
    }

    /// The run's settings.
    #[must_use]
    pub fn config(&self) -> &RunConfig {
        &self.config
    }

    /// The name by which the checkpoint was chosen.
    #[must_use]
    pub fn checkpoint(&self) -> CheckpointName {
        self.checkpoint
    }

    /// The epoch of the network.
    #[must_use]
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// A name of the network for users: the run, the checkpoint and its epoch.
    #[must_use]
    pub fn name(&self) -> String {
        let (run, epoch) = (self.run.path().display(), self.epoch);
        match self.checkpoint {
            CheckpointName::Best => format!("{run}, best checkpoint (epoch {epoch})"),
            CheckpointName::Last if self.config.restore_best_weights => {
                format!("{run}, final network (epoch {epoch})")
            }
            CheckpointName::Last => format!("{run}, last checkpoint (epoch {epoch})"),
            CheckpointName::Epoch(_) => format!("{run}, checkpoint of epoch {epoch}"),
        }
    }

    /// Returns a copy of the network's weights and biases.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if they cannot be read from the device.
    pub fn weights(&self) -> Result<Vec<NamedWeights>> {
        Ok(model::named_weights(self.network.network())?)
    }

    /// Computes the logits of each image, `[images, outputs]`.
    ///
    /// On a GPU, the first logits are compared with those of the CPU.
    ///
    /// # Errors
    ///
    /// [`Error::WrongLogit`] if the device and the CPU disagree; [`Error::Data`] and
    /// [`Error::Model`] if images cannot be read or the device fails.
    pub fn logits(&self, images: &Digits) -> Result<Vec<f32>> {
        let logits = self.network.logits(images)?;
        let device = self.network.device();
        if device.kind != AdapterKind::Cpu {
            let first: Vec<usize> = (0..images.len().min(COMPARED)).collect();
            let first = images.select(&first);
            let on_cpu = self
                .run
                .load(self.checkpoint, &self.config, &reference_device())?;
            let expected = FusedNetwork::read(&on_cpu)?.logits(&first.images()?);
            compare(
                &device.name,
                &logits,
                &expected,
                self.config.model().outputs,
            )?;
        }
        Ok(logits)
    }

    /// Computes the logits, `[n, outputs]`, of images `[n, 400]`, row by row, pixels column by column.
    ///
    /// # Errors
    ///
    /// As [`logits`](Self::logits).
    pub fn logits_of_pixels(&self, pixels: &[f32]) -> Result<Vec<f32>> {
        let unknown = vec![0; pixels.len() / data::PIXELS];
        self.logits(&Digits::new(pixels.to_vec(), unknown)?)
    }

    /// Computes the activations of the two hidden layers for images `[n, 400]`: `[n, units]` each,
    /// in [0, 1].
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the device fails.
    pub fn hidden_activations(&self, pixels: &[f32]) -> Result<[Vec<f32>; 2]> {
        let device = &self.network.device().device;
        let network = self.network.network();
        Ok(model::hidden_activations(network, pixels, device)?)
    }

    /// Classifies labelled images; `rows` are their rows in the data set, or in the part of it that
    /// [`Predictions::of_part`] names.
    ///
    /// # Errors
    ///
    /// As [`logits`](Self::logits).
    pub fn predict(
        &self,
        images: Digits,
        rows: Vec<usize>,
        decision: Decision,
    ) -> Result<Predictions> {
        Ok(Predictions {
            classes: self.config.digits.classes()?,
            logits: self.logits(&images)?,
            images,
            rows,
            part: DataPart::Main,
            decision,
        })
    }

    /// Computes the metrics of the network on images of its digits.
    ///
    /// # Errors
    ///
    /// As [`logits`](Self::logits).
    pub fn evaluate(&self, images: &ClassifiedDigits, decision: Decision) -> Result<Evaluation> {
        let logits = self.logits(images.digits())?;
        Ok(evaluate(&logits, images, decision))
    }
}

fn compare(device: &str, found: &[f32], expected: &[f32], outputs: usize) -> Result<()> {
    let pairs = found.iter().zip(expected).enumerate();
    for (index, (&found, &expected)) in pairs {
        // With NaN, this is false.
        let agrees = (found - expected).abs() <= TOLERANCE;
        if !agrees {
            return Err(Error::WrongLogit {
                device: device.to_owned(),
                image: index / outputs,
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
    fn a_logit_that_differs_or_is_not_finite_is_refused_with_both() {
        assert!(compare("wgpu (toy)", &[1.0, -2.0, 9.0], &[1.0, -2.001], 1).is_ok());
        for wrong in [-2.5, f32::NAN] {
            let error = compare("wgpu (toy)", &[1.0, wrong], &[1.0, -2.0], 1).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("image 1") && message.contains("-2 on the CPU"));
        }
    }
}
