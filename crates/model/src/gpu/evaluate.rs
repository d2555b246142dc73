//! Metrics of images on a GPU, for validation.

use cubecl::prelude::*;

use super::error::GpuError;
use super::images::GpuImages;
use super::kernels::evaluate;
use super::launch::{add_metrics, argument, new_metrics};
use super::plan::{Block, evaluation_blocks, push_rows};
use super::shape::CUBE_UNITS;
use super::training::{GpuTraining, Group};
use crate::fused::StepMetrics;

/// The most workgroups of a launch, so that none takes long.
const MOST_WORKGROUPS: usize = 20_000;

impl GpuTraining {
    /// Computes the metrics of each network on the rows that are given for it, without class weights.
    ///
    /// # Errors
    ///
    /// [`GpuError::Failed`] if the driver failed, [`GpuError::Unfinished`] if it ended a launch too soon.
    ///
    /// # Panics
    ///
    /// Panics if there are not rows for each network, or if one is not a row of the images.
    pub fn evaluate(
        &self,
        images: &GpuImages,
        rows: &[&[usize]],
    ) -> Result<Vec<StepMetrics>, GpuError> {
        assert_eq!(rows.len(), self.len(), "rows for each network");
        for rows in rows {
            images.check_rows(rows);
        }
        // All blocks belong to the same step.
        let mut metrics = vec![vec![StepMetrics::default()]; rows.len()];
        for group in &self.groups {
            let of_group = group.first..group.first + group.networks();
            let sums = &mut metrics[of_group.clone()];
            self.evaluate_group(group, images, &rows[of_group], sums)?;
        }
        Ok(metrics.into_iter().flatten().collect())
    }

    fn evaluate_group(
        &self,
        group: &Group,
        images: &GpuImages,
        rows: &[&[usize]],
        sums: &mut [Vec<StepMetrics>],
    ) -> Result<(), GpuError> {
        let blocks = rows.iter().map(|rows| evaluation_blocks(rows, &self.shape));
        let blocks: Vec<Vec<Block<'_>>> = blocks.collect();
        let count = blocks.iter().map(Vec::len).max().unwrap_or(0);
        let limits = &self.device.limits;
        let most = limits.at_once(rows.len() * self.shape.block_rows());
        let most = most
            .min(limits.workgroups)
            .min(MOST_WORKGROUPS / rows.len());
        for from in (0..count).step_by(most.max(1)) {
            let length = most.max(1).min(count - from);
            let part: Vec<&[Block<'_>]> = blocks
                .iter()
                .map(|blocks| &blocks[from.min(blocks.len())..(from + length).min(blocks.len())])
                .collect();
            self.evaluate_blocks(group, images, &part, length, sums)?;
        }
        Ok(())
    }

    fn evaluate_blocks(
        &self,
        group: &Group,
        images: &GpuImages,
        blocks: &[&[Block<'_>]],
        count: usize,
        sums: &mut [Vec<StepMetrics>],
    ) -> Result<(), GpuError> {
        let mut rows = Vec::new();
        for blocks in blocks {
            for index in 0..count {
                push_rows(blocks.get(index), &self.shape, &mut rows);
            }
        }
        let device = &self.device;
        let metrics = new_metrics(device, blocks.len() * count);
        // Both are limited above.
        let [networks, length] = [blocks.len(), count].map(|n| u32::try_from(n).unwrap_or(0));
        evaluate::launch(
            &device.client,
            CubeCount::Static(networks, length, 1),
            CubeDim::new_1d(CUBE_UNITS),
            argument::<f32>(&images.pixels),
            argument::<u32>(&images.classes),
            argument::<u32>(&device.client.create_from_slice(u32::as_bytes(&rows))),
            argument::<f32>(&group.state),
            argument::<f32>(&metrics),
            length,
            self.shape,
        );
        add_metrics(device, metrics, blocks, count, group.first, sums)
    }
}
