//! Binary accuracy for Burn's learner.
//!
//! Burn's own `AccuracyMetric` compares several outputs; with one output it predicts the negative
//! class for every image.

use std::sync::Arc;

use burn::tensor::{Tensor, TensorReadError};
use burn_train::metric::state::{FormatOptions, NumericMetricState};
use burn_train::metric::{
    Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes, NumericEntry,
    SerializedEntry,
};

use crate::network::positive_logits;

/// The share of correct predictions, in [0, 1], by the rule of
/// [`is_positive_logit`](crate::is_positive_logit).
#[derive(Clone, Default)]
pub struct BinaryAccuracy {
    state: NumericMetricState,
}

/// The input of [`BinaryAccuracy`].
pub struct BinaryAccuracyInput {
    /// Before the sigmoid, `[batch, 1]`.
    pub logits: Tensor<2>,
    /// 0.0 or 1.0, `[batch, 1]`.
    pub targets: Tensor<2>,
}

impl BinaryAccuracy {
    /// The metric's name, as the learner reports it.
    pub const NAME: &str = "Accuracy";

    fn format(&self) -> FormatOptions {
        FormatOptions::new(self.name()).precision(4)
    }
}

impl Metric for BinaryAccuracy {
    type Input = BinaryAccuracyInput;

    fn name(&self) -> MetricName {
        Arc::new(Self::NAME.to_owned())
    }

    fn attributes(&self) -> MetricAttributes {
        NumericAttributes {
            unit: None,
            higher_is_better: true,
        }
        .into()
    }

    fn update(
        &mut self,
        input: &BinaryAccuracyInput,
        _: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        let [batch, _] = input.logits.dims();
        let predictions = positive_logits(input.logits.clone());
        let correct = predictions.equal(input.targets.clone().greater_scalar(0.5));
        let accuracy = correct.float().mean().try_into_scalar::<f64>()?;
        self.state.update(accuracy, batch);
        Ok(self.state.compute_update(self.format()))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.state.compute_final(self.format()))
    }

    fn clear(&mut self) {
        self.state.reset();
    }
}

impl Numeric for BinaryAccuracy {
    fn value(&self) -> Option<NumericEntry> {
        Some(self.state.current_value())
    }

    fn running_value(&self) -> Option<NumericEntry> {
        Some(self.state.running_value())
    }

    fn final_value(&self) -> NumericEntry {
        self.state.final_value()
    }
}

#[cfg(test)]
mod tests {
    use burn::data::dataloader::Progress;
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn a_logit_of_0_is_positive_and_every_image_weighs_the_same() {
        let device = Device::flex();
        let metadata = MetricMetadata {
            progress: Progress::new(0, 0, None),
            iteration: None,
            lr: None,
        };
        let mut metric = BinaryAccuracy::default();
        let update = |metric: &mut BinaryAccuracy, logits: &[f32], targets: &[f32]| {
            let input = BinaryAccuracyInput {
                logits: Tensor::<1>::from_floats(logits, &device).unsqueeze_dim(1),
                targets: Tensor::<1>::from_floats(targets, &device).unsqueeze_dim(1),
            };
            metric.update(&input, &metadata).unwrap();
        };
        update(&mut metric, &[0.0, -0.1, 3.0, 3.0], &[1.0, 0.0, 0.0, 1.0]); // 3 of 4 are correct
        update(&mut metric, &[0.0], &[0.0]); // 0 of 1
        metric.compute().unwrap();
        assert!((metric.final_value().current() - 3.0 / 5.0).abs() < 1e-7);
        // The learner picks the epoch with the highest accuracy as the best one.
        let attributes = metric.attributes();
        assert!(matches!(attributes, MetricAttributes::Numeric(of) if of.higher_is_better));
        // The next epoch starts from nothing.
        metric.clear();
        update(&mut metric, &[1.0], &[1.0]);
        metric.compute().unwrap();
        assert!((metric.final_value().current() - 1.0).abs() < 1e-7);
    }
}
