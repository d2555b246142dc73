//! Networks and trainings as plain numbers: what the fused training starts from and hands back.

/// One number for each parameter of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerValues {
    /// The kernels', `[inputs, units]` row by row.
    pub kernels: [Vec<f32>; 3],
    /// The biases', `[units]`.
    pub biases: [Vec<f32>; 3],
}

/// All that a training needs to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct FusedState {
    /// The network's parameters.
    pub weights: LayerValues,
    /// Adam's means of their gradients, m.
    pub means: LayerValues,
    /// Adam's means of their squared gradients, v.
    pub squares: LayerValues,
    /// Steps taken, Adam's t.
    pub steps: u64,
}

impl FusedState {
    /// The state before the first step.
    #[must_use]
    pub fn new(weights: LayerValues) -> Self {
        let zeros = |values: &Vec<f32>| vec![0.0; values.len()];
        let zeros = LayerValues {
            kernels: weights.kernels.each_ref().map(zeros),
            biases: weights.biases.each_ref().map(zeros),
        };
        Self {
            weights,
            means: zeros.clone(),
            squares: zeros,
            steps: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::adam::Adam;
    use crate::fused::FusedTraining;
    use crate::fused_reference::{bits, examples, training, weights};
    use crate::lanes::tests::architectures;

    #[test]
    fn a_training_that_goes_on_from_its_state_ends_at_the_same_bits() {
        let (images, positive) = examples(100);
        let rows: Vec<usize> = (0..100).rev().collect();
        for architecture in architectures() {
            let mut whole = training(architecture, weights([25, 15], 1));
            let mut pieces = training(architecture, weights([25, 15], 1));
            for _ in 0..3 {
                for rows in rows.chunks(32) {
                    let expected = whole.step(&images, &positive, rows, None, 0.003);
                    assert_eq!(pieces.step(&images, &positive, rows, None, 0.003), expected);
                }
                let state = pieces.state();
                pieces = FusedTraining::new(Adam::default(), &state).with_arch(architecture);
                assert_eq!(pieces.state(), state);
            }
            assert_eq!(bits(&pieces.state()), bits(&whole.state()));
            assert_eq!(pieces.state().steps, 12);
        }
    }
}
