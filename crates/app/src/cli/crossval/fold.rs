//! One fold of a cross-validation: its settings, its images, and its network's metrics.

use std::collections::BTreeSet;

use data::ClassifiedDigits;
use model::{Decision, Evaluation, LayerValues, MlpConfig};

use crate::cli::stderr;
use crate::config::resolved::ResolvedConfig;
use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::OpenDevice;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::predictions::evaluate;
use crate::sweep::plan::SweepPlan;
use crate::train::setting_notes::note_settings;

/// A fold: the settings and the data of its training.
pub(crate) struct Fold {
    config: ResolvedConfig,
    digits: TrainingData,
}

/// The folds of a plan, whose points they are.
pub(crate) fn folds(plan: &SweepPlan, images: &ClassifiedDigits) -> anyhow::Result<Vec<Fold>> {
    let folds = plan.points().map(|point| {
        let config = plan.config(&point);
        let digits = TrainingData::split(images, &config)?;
        let config = ResolvedConfig::new(config, digits.counts())?;
        Ok(Fold { config, digits })
    });
    folds.collect()
}

impl Fold {
    /// The layout of its network.
    pub(crate) fn model(&self) -> MlpConfig {
        self.config.settings.model()
    }

    /// The settings with the size that a batch has on a device.
    pub(crate) fn on_device(&self) -> RunConfig {
        self.config.settings.cut_to(self.digits.training.len())
    }

    /// Says which of the given settings have no effect.
    pub(crate) fn note_settings(&self, given: &BTreeSet<String>) {
        note_settings(&self.config, &self.digits, given, None, &mut stderr::notice);
    }

    /// Computes the metrics of the fold's network on its validation images.
    pub(crate) fn evaluate(
        &self,
        network: &LayerValues,
        device: &OpenDevice,
    ) -> anyhow::Result<Evaluation> {
        let images = &self.digits.validation;
        let network = network.network(&self.model(), &device.device);
        let batch_size = self.on_device().batch_size;
        let network = DeviceNetwork::new(network, device.clone(), batch_size)?;
        Ok(evaluate(
            &network.logits(images.digits())?,
            images,
            Decision::default(),
        ))
    }
}
