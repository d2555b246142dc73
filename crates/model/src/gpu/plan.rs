//! The batches of an epoch, and their blocks in the order of the kernels.

use super::kernels::{FIRST_BLOCK, LAST_BLOCK};
use super::shape::Shape;
use crate::training::Adam;

/// The training steps of a network in an epoch or a part of it.
#[derive(Debug, Clone, Copy)]
pub struct EpochPlan<'a> {
    /// The rows of the images in the order of training; none if the network takes no step.
    pub rows: &'a [usize],
    /// Images of a batch; the last one may be shorter.
    pub batch_size: usize,
    /// The learning rate of each batch.
    pub learning_rates: &'a [f64],
    /// A factor for the losses of the images of each class; the mean still divides by the number of images.
    pub class_weight: Option<&'a [f32]>,
}

impl EpochPlan<'_> {
    /// Returns the number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.rows.len().div_ceil(self.batch_size.max(1))
    }
}

/// A block of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block<'a> {
    pub(crate) rows: &'a [usize],
    /// The index of the batch.
    pub(crate) step: usize,
    flags: u32,
    /// Images of the batch.
    batch: usize,
    /// The bias-corrected learning rate of the batch.
    rate: f64,
}

/// Divides the batches of a plan into blocks; `steps` were taken before.
pub(crate) fn training_blocks<'a>(
    plan: &EpochPlan<'a>,
    shape: &Shape,
    adam: &Adam,
    steps: u64,
) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let batches = plan.rows.chunks(plan.batch_size.max(1));
    for (step, (rows, &learning_rate)) in batches.zip(plan.learning_rates).enumerate() {
        let steps = steps.saturating_add(step as u64 + 1);
        let rate = adam.corrected_rate(learning_rate, steps);
        let count = rows.len().div_ceil(shape.images);
        let of_batch = rows.chunks(shape.images).zip(1..).map(|(part, number)| {
            let first = if number == 1 { FIRST_BLOCK } else { 0 };
            let last = if number == count { LAST_BLOCK } else { 0 };
            Block {
                rows: part,
                step,
                flags: first | last,
                batch: rows.len(),
                rate,
            }
        });
        blocks.extend(of_batch);
    }
    blocks
}

/// Divides rows into blocks for an evaluation.
pub(crate) fn evaluation_blocks<'a>(rows: &'a [usize], shape: &Shape) -> Vec<Block<'a>> {
    let blocks = rows.chunks(shape.images).map(|rows| Block {
        rows,
        step: 0,
        flags: 0,
        batch: rows.len(),
        rate: 0.0,
    });
    blocks.collect()
}

/// Appends a block's header and rows; no block is one without images.
pub(crate) fn push_rows(block: Option<&Block<'_>>, shape: &Shape, numbers: &mut Vec<u32>) {
    let end = numbers.len() + shape.block_rows();
    let rows = block.map_or(&[][..], |block| block.rows);
    numbers.extend([number(rows.len()), block.map_or(0, |block| block.flags)]);
    numbers.extend(rows.iter().map(|&row| number(row)));
    // Filled up with an image of the block, whose loss does not count.
    numbers.resize(end, rows.first().map_or(0, |&row| number(row)));
}

/// Appends Adam's coefficients and the weights of the classes.
#[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
pub(crate) fn push_network_factors(
    adam: &Adam,
    class_weight: Option<&[f32]>,
    shape: &Shape,
    numbers: &mut Vec<f32>,
) {
    numbers.extend([
        adam.beta_1 as f32,
        (1.0 - adam.beta_1) as f32,
        adam.beta_2 as f32,
        (1.0 - adam.beta_2) as f32,
        adam.epsilon as f32,
    ]);
    match class_weight {
        Some(weights) => {
            assert!(weights.len() >= shape.classes(), "a weight for each class");
            numbers.extend(&weights[..shape.classes()]);
        }
        None => numbers.resize(numbers.len() + shape.classes(), 1.0),
    }
}

/// Appends a block's share of an image in the mean and its learning rate.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "weights are f32, and batches stay far below 2^24"
)]
pub(crate) fn push_block_factors(block: Option<&Block<'_>>, numbers: &mut Vec<f32>) {
    numbers.extend(match block {
        Some(block) => [1.0 / block.batch as f32, block.rate as f32],
        None => [0.0; 2],
    });
}

/// A row or a count as the kernels read it.
fn number(value: usize) -> u32 {
    // Rows are checked to be below the number of images, whose buffer has less than 2^32 bytes.
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        Shape::fitting([25, 15], 1, 16_384).unwrap()
    }

    #[test]
    fn batches_are_divided_into_blocks_of_32_and_the_last_one_updates() {
        let rows: Vec<usize> = (0..110).collect();
        let plan = EpochPlan {
            rows: &rows,
            batch_size: 70,
            learning_rates: &[0.5, 0.25],
            class_weight: None,
        };
        assert_eq!(plan.steps(), 2);
        let blocks = training_blocks(&plan, &shape(), &Adam::default(), 0);
        let lengths: Vec<usize> = blocks.iter().map(|block| block.rows.len()).collect();
        assert_eq!(lengths, [32, 32, 6, 32, 8]);
        let flags: Vec<u32> = blocks.iter().map(|block| block.flags).collect();
        assert_eq!(flags, [1, 0, 2, 1, 2]);
        let batches: Vec<usize> = blocks.iter().map(|block| block.batch).collect();
        assert_eq!(batches, [70, 70, 70, 40, 40]);
        let steps: Vec<usize> = blocks.iter().map(|block| block.step).collect();
        assert_eq!(steps, [0, 0, 0, 1, 1]);
        // rate sqrt(1 - 0.999) / (1 - 0.9), and sqrt(1 - 0.999^2) / (1 - 0.9^2) in step 2.
        assert!((blocks[0].rate - 0.5 * 0.316_227_766).abs() < 1e-6);
        assert!((blocks[4].rate - 0.25 * 0.235_316_8).abs() < 1e-6);
    }

    #[test]
    fn blocks_are_filled_up_with_an_image_that_does_not_count() {
        let block = Block {
            rows: &[70_000, 5],
            step: 0,
            flags: 3,
            batch: 2,
            rate: 0.0,
        };
        let mut numbers = Vec::new();
        push_rows(Some(&block), &shape(), &mut numbers);
        assert_eq!(numbers[..5], [2, 3, 70_000, 5, 70_000]);
        push_rows(None, &shape(), &mut numbers);
        assert_eq!(numbers.len(), 2 * 34);
        assert_eq!(numbers[34..], [0; 34]);
    }
}
