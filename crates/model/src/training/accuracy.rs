//! Accuracy for Burn's learner.
//!
//! Burn's own `AccuracyMetric` compares several outputs; with one output it predicts the negative
//! class for every image.

use std::sync::Arc;

use burn::tensor::{Bool, Tensor, TensorReadError};
use burn_train::metric::state::{FormatOptions, NumericMetricState};
use burn_train::metric::{
    Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes, NumericEntry,
    SerializedEntry,
};

use crate::network::positive_logits;

/// The share of correct predictions, in [0, 1], by the rule of
/// [`predicted_class`](crate::predicted_class).
#[derive(Clone, Default)]
pub struct DigitAccuracy {
    state: NumericMetricState,
}

/// The input of [`DigitAccuracy`].
pub struct DigitAccuracyInput {
    /// Before the sigmoid, `[batch, outputs]`.
    pub logits: Tensor<2>,
    /// 0.0 or 1.0, `[batch, outputs]`.
    pub targets: Tensor<2>,
}

impl DigitAccuracy {
    /// The metric's name, as the learner reports it.
    pub const NAME: &str = "Accuracy";

    fn format(&self) -> FormatOptions {
        FormatOptions::new(self.name()).precision(4)
    }
}

/// Says for each image whether its prediction is correct, `[batch, 1]`, from logits and targets, both
/// `[batch, outputs]`.
fn correct_predictions(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<2, Bool> {
    let [_, outputs] = logits.dims();
    if outputs == 1 {
        return positive_logits(logits).equal(targets.greater_scalar(0.5));
    }
    logits.argmax(1).equal(targets.argmax(1))
}

impl Metric for DigitAccuracy {
    type Input = DigitAccuracyInput;

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
        input: &DigitAccuracyInput,
        _: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        let [batch, _] = input.logits.dims();
        let (logits, targets) = (input.logits.clone(), input.targets.clone());
        let correct = correct_predictions(logits, targets);
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

impl Numeric for DigitAccuracy {
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
    fn of_several_outputs_the_largest_is_the_prediction() {
        let device = Device::flex();
        let logits = [[-3.0, -1.0, -2.0], [5.0, 4.0, 3.0], [0.0, 0.1, 0.2]];
        let targets = [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let correct = correct_predictions(
            Tensor::from_floats(logits, &device),
            Tensor::from_floats(targets, &device),
        );
        let correct: Vec<bool> = correct.into_data().iter().collect();
        assert_eq!(correct, [true, false, true]);
    }

    #[test]
    fn a_logit_of_0_is_positive_and_every_image_weighs_the_same() {
        let device = Device::flex();
        let metadata = MetricMetadata {
            progress: Progress::new(0, 0, None),
            iteration: None,
            lr: None,
        };
        let mut metric = DigitAccuracy::default();
        let update = |metric: &mut DigitAccuracy, logits: &[f32], targets: &[f32]| {
            let input = DigitAccuracyInput {
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
