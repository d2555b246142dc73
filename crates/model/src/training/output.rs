//! The result of a step for each image, as Burn's learner and its metrics take it.

use burn::tensor::{ExecutionError, Tensor};
use burn_train::metric::{Adaptor, ItemLazy, LossInput};

use super::accuracy::DigitAccuracyInput;
use super::long_batch::summable;

/// The result of a training or validation step, image by image.
///
/// The losses are not averaged over the batch, so that the mean loss of an epoch weights every image
/// equally, like Keras: the lab's last batch has 8 images, the others have 32. In training each loss
/// is multiplied by the weight of its class, if there are class weights.
#[derive(Debug, Clone)]
pub struct DigitOutput {
    /// Binary cross-entropy of each image in nats, summed over the outputs, `[batch]`.
    pub losses: Tensor<1>,
    /// Before the sigmoid, `[batch, outputs]`.
    pub logits: Tensor<2>,
    /// 0.0 or 1.0, `[batch, outputs]`.
    pub targets: Tensor<2>,
    /// Padding images at the end of the batch, which metrics leave out.
    pub padding: usize,
}

impl DigitOutput {
    /// Detaches the tensors from the autodiff graph, so that keeping them for later does not keep
    /// the graph in memory.
    #[must_use]
    pub fn without_autodiff(self) -> Self {
        Self {
            losses: self.losses.without_autodiff(),
            logits: self.logits.without_autodiff(),
            targets: self.targets.without_autodiff(),
            padding: self.padding,
        }
    }

    /// Leaves out the padding images.
    pub(super) fn without_padding(&self) -> Self {
        let [batch] = self.losses.dims();
        let images = batch - self.padding;
        Self {
            losses: self.losses.clone().narrow(0, 0, images),
            logits: self.logits.clone().narrow(0, 0, images),
            targets: self.targets.clone().narrow(0, 0, images),
            padding: 0,
        }
    }
}

impl ItemLazy for DigitOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.losses.device().flush()?;
        Ok(self.without_autodiff())
    }
}

impl Adaptor<LossInput> for DigitOutput {
    fn adapt(&self) -> LossInput {
        LossInput::new(summable(self.without_padding().losses))
    }
}

impl Adaptor<DigitAccuracyInput> for DigitOutput {
    fn adapt(&self) -> DigitAccuracyInput {
        let Self {
            logits, targets, ..
        } = self.without_padding();
        let (logits, targets) = (summable(logits), summable(targets));
        DigitAccuracyInput { logits, targets }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn metrics_leave_padding_images_out() {
        let device = Device::flex();
        let column = |values: [f32; 3]| Tensor::<1>::from_floats(values, &device).unsqueeze_dim(1);
        let output = DigitOutput {
            losses: Tensor::from_floats([0.5, 1.5, 9.0], &device),
            logits: column([1.0, -1.0, 7.0]),
            targets: column([1.0, 0.0, 0.0]),
            padding: 1,
        };
        let accuracy: DigitAccuracyInput = output.adapt();
        let values = |tensor: Tensor<2>| -> Vec<f32> { tensor.into_data().try_to_vec().unwrap() };
        assert_eq!(values(accuracy.logits), [1.0, -1.0]);
        assert_eq!(values(accuracy.targets), [1.0, 0.0]);
        let losses = output.without_padding().losses;
        let losses: Vec<f32> = losses.into_data().try_to_vec().unwrap();
        assert_eq!(losses, [0.5, 1.5]);
    }
}
