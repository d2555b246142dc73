//! Trained networks on a device, one or several: predictions, and a check that the device computes correctly.

pub(crate) mod comparison;
pub(crate) mod device_network;
pub(crate) mod ensemble;
pub(crate) mod ensemble_logits;
pub(crate) mod guard;
pub(crate) mod member;
pub(crate) mod predictions;

use model::{Decision, Evaluation, FusedNetwork, NamedWeights};

use data::{ClassifiedDigits, Digits};

use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::device::select::reference_device;
use crate::predictor::comparison::compare_with_cpu;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::member::network_name;
use crate::predictor::predictions::{Predictions, evaluate};
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

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
        Ok(Self {
            network: DeviceNetwork::new(network, device, config.batch_size)?,
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
        network_name(self.run.path(), self.checkpoint, self.epoch, &self.config)
    }

    /// Returns a copy of the network's weights and biases.
    ///
    /// # Errors
    ///
    /// [`Error::Model`](crate::Error::Model) if they cannot be read from the device.
    pub fn weights(&self) -> Result<Vec<NamedWeights>> {
        Ok(model::named_weights(self.network.network())?)
    }

    /// Computes the logits of each image, `[images, outputs]`.
    ///
    /// On a GPU, the first logits are compared with those of the CPU.
    ///
    /// # Errors
    ///
    /// [`DeviceError::WrongLogit`](crate::DeviceError::WrongLogit) if the device and the CPU disagree;
    /// [`Error::Data`](crate::Error::Data) and [`Error::Model`](crate::Error::Model) if images cannot be read or the
    /// device fails.
    pub fn logits(&self, images: &Digits) -> Result<Vec<f32>> {
        let logits = self.network.logits(images)?;
        compare_with_cpu(self.network.device(), images, &logits, || {
            let (run, device) = (&self.run, reference_device());
            let on_cpu = run.load(self.checkpoint, &self.config, &device)?;
            Ok(FusedNetwork::read(&on_cpu)?)
        })?;
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
    /// [`Error::Model`](crate::Error::Model) if the device fails.
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
        let logits = self.logits(&images)?;
        let classes = self.config.digits.classes()?;
        Ok(Predictions::new(classes, images, rows, logits, decision))
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
