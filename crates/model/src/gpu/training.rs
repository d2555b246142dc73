//! Networks in training on a GPU.

use std::time::Instant;

use cubecl::bytes::Bytes;
use cubecl::prelude::*;
use cubecl::server::Handle;
use rayon::prelude::*;

use super::device::GpuDevice;
use super::error::GpuError;
use super::images::GpuImages;
use super::kernels::{start, train};
use super::launch::{add_metrics, argument, new_metrics};
use super::layout::{pack, unpack};
use super::pace::Pace;
use super::plan::{
    Block, EpochPlan, push_block_factors, push_network_factors, push_rows, training_blocks,
};
use super::shape::{CUBE_UNITS, Shape, UNITS};
use crate::fused::{FusedState, LayerValues, StepMetrics};
use crate::training::Adam;

/// Networks of one architecture in training on a GPU, one workgroup each.
///
/// Their steps are those of [`FusedTraining`](crate::FusedTraining), up to rounding. The numbers of a
/// network do not depend on the others, nor on their number.
#[derive(Debug)]
pub struct GpuTraining {
    pub(crate) device: GpuDevice,
    pub(crate) shape: Shape,
    pub(crate) groups: Vec<Group>,
    pub(crate) pace: Pace,
}

/// Networks that are trained by the same launches, because their state fits into one buffer.
#[derive(Debug)]
pub(crate) struct Group {
    /// The index of the first one.
    pub(crate) first: usize,
    networks: Vec<Network>,
    /// `[network, state]`.
    pub(crate) state: Handle,
}

/// What the host knows of a network.
#[derive(Debug)]
struct Network {
    adam: Adam,
    /// Steps taken.
    steps: u64,
}

impl GpuTraining {
    /// Starts or resumes the training of networks from their states, each with its own Adam.
    ///
    /// # Errors
    ///
    /// [`GpuError::Limit`] if the device is too small for such networks; nothing was launched.
    ///
    /// # Panics
    ///
    /// Panics if there is no network, or if the lengths in the states are not those of networks of
    /// 400 pixels and the same units.
    pub fn new(device: &GpuDevice, networks: &[(Adam, FusedState)]) -> Result<Self, GpuError> {
        let [first, second, outputs] = networks[0].1.weights.biases.each_ref().map(Vec::len);
        let shape = device.limits.shape([first, second], outputs)?;
        let at_once = device.limits.networks(&shape);
        let groups = networks.chunks(at_once).zip(0..).map(|(networks, group)| {
            let host = networks.iter().map(|(adam, state)| Network {
                adam: adam.clone(),
                steps: state.steps,
            });
            Group {
                first: group * at_once,
                networks: host.collect(),
                state: new_states(device, &shape, networks),
            }
        });
        Ok(Self {
            groups: groups.collect(),
            device: device.clone(),
            pace: Pace::new(shape.loop_iterations()),
            shape,
        })
    }

    /// Trains each network on the batches of its plan, and returns the metrics of each batch from before
    /// its step, `[network, step]`.
    ///
    /// # Errors
    ///
    /// [`GpuError::Failed`] if the driver failed, [`GpuError::Unfinished`] if it ended a launch too soon. The
    /// states are useless then.
    ///
    /// # Panics
    ///
    /// Panics if there is not one plan for each network, one learning rate for each batch and a weight for
    /// each class, or if a row is not one of the images.
    pub fn train(
        &mut self,
        images: &GpuImages,
        plans: &[EpochPlan<'_>],
    ) -> Result<Vec<Vec<StepMetrics>>, GpuError> {
        assert_eq!(plans.len(), self.len(), "one plan for each network");
        for plan in plans {
            images.check_rows(plan.rows);
            let rates = plan.learning_rates.len();
            assert_eq!(rates, plan.steps(), "one learning rate for each batch");
        }
        let steps = plans.iter().map(EpochPlan::steps);
        let mut metrics: Vec<_> = steps
            .map(|steps| vec![StepMetrics::default(); steps])
            .collect();
        let Self {
            shape,
            groups,
            pace,
            ..
        } = self;
        for group in groups {
            let of_group = group.first..group.first + group.networks.len();
            let sums = &mut metrics[of_group.clone()];
            group.train(images, shape, pace, &plans[of_group], sums)?;
        }
        Ok(metrics)
    }

    /// Returns the states of the networks.
    ///
    /// # Errors
    ///
    /// [`GpuError::Failed`] if the driver failed.
    pub fn states(&self) -> Result<Vec<FusedState>, GpuError> {
        let mut states = Vec::with_capacity(self.len());
        for group in &self.groups {
            let bytes = self.device.client.read_one(group.state.clone())?;
            let packed = f32::from_bytes(&bytes).par_chunks_exact(self.shape.state());
            let networks = packed.zip(&group.networks);
            states.par_extend(
                networks.map(|(packed, network)| unpack(&self.shape, packed, network.steps)),
            );
        }
        Ok(states)
    }

    /// Returns the number of networks.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.networks.len()).sum()
    }
}

impl Group {
    /// The number of networks.
    pub(crate) fn networks(&self) -> usize {
        self.networks.len()
    }

    /// Trains the networks on the blocks of their plans, a launch at a time.
    fn train(
        &mut self,
        images: &GpuImages,
        shape: &Shape,
        pace: &mut Pace,
        plans: &[EpochPlan<'_>],
        sums: &mut [Vec<StepMetrics>],
    ) -> Result<(), GpuError> {
        let networks = self.networks.par_iter().zip(plans);
        let blocks = networks
            .map(|(network, plan)| training_blocks(plan, shape, &network.adam, network.steps));
        let blocks: Vec<Vec<Block<'_>>> = blocks.collect();
        let count = blocks.iter().map(Vec::len).max().unwrap_or(0);
        // No buffer of a launch is larger than one of states may be.
        let most = images
            .device
            .limits
            .at_once(self.networks.len() * shape.block_rows());
        let mut from = 0;
        while from < count {
            let length = pace.blocks().min(count - from).min(most.max(1));
            let part: Vec<&[Block<'_>]> = blocks
                .iter()
                .map(|blocks| &blocks[from.min(blocks.len())..(from + length).min(blocks.len())])
                .collect();
            let started = Instant::now();
            let metrics = self.launch(images, shape, plans, &part, length);
            add_metrics(&images.device, metrics, &part, length, self.first, sums)?;
            pace.took(length, started.elapsed());
            from += length;
        }
        for (network, plan) in self.networks.iter_mut().zip(plans) {
            network.steps = network.steps.saturating_add(plan.steps() as u64);
        }
        Ok(())
    }

    /// Launches the kernel on some blocks of each network, `count` at most, and returns the buffer of
    /// metrics.
    fn launch(
        &self,
        images: &GpuImages,
        shape: &Shape,
        plans: &[EpochPlan<'_>],
        blocks: &[&[Block<'_>]],
        count: usize,
    ) -> Handle {
        let networks = self.networks.par_iter().zip(plans).zip(blocks);
        let of_networks = networks.map(|((network, plan), blocks)| {
            let (mut rows, mut factors) = (Vec::new(), Vec::new());
            push_network_factors(&network.adam, plan.class_weight, shape, &mut factors);
            for index in 0..count {
                push_rows(blocks.get(index), shape, &mut rows);
                push_block_factors(blocks.get(index), &mut factors);
            }
            (rows, factors)
        });
        let (rows, factors): (Vec<_>, Vec<_>) = of_networks.unzip();
        let (rows, factors) = (rows.concat(), factors.concat());
        let client = &images.device.client;
        let metrics = new_metrics(&images.device, self.networks.len() * count);
        // Both are limited, by `Limits` and by `Pace`.
        let [networks, count] = [self.networks.len(), count].map(|n| u32::try_from(n).unwrap_or(0));
        train::launch(
            client,
            CubeCount::Static(networks, 1, 1),
            CubeDim::new_1d(CUBE_UNITS),
            argument::<f32>(&images.pixels),
            argument::<u32>(&images.classes),
            argument::<u32>(&client.create(Bytes::from_elems(rows))),
            argument::<f32>(&client.create(Bytes::from_elems(factors))),
            argument::<f32>(&self.state),
            argument::<f32>(&metrics),
            count,
            *shape,
        );
        metrics
    }
}

/// Says whether both moments are 0, as before the first step.
fn has_no_moments(state: &FusedState) -> bool {
    let moments = [&state.first_moments, &state.second_moments];
    let mut values = moments.into_iter().flat_map(LayerValues::parameters);
    // The bits of -0 are others, and they come back as they were.
    values.all(|values| values.iter().all(|value| value.to_bits() == 0))
}

/// Makes the buffer of the states of networks; moments that are all 0 are not sent to the device.
fn new_states(device: &GpuDevice, shape: &Shape, networks: &[(Adam, FusedState)]) -> Handle {
    let are_new = networks.par_iter().all(|(_, state)| has_no_moments(state));
    let sections = if are_new { 1 } else { 3 };
    let mut values = vec![0.0_f32; networks.len() * sections * shape.parameters()];
    let places = values.par_chunks_exact_mut(sections * shape.parameters());
    places
        .zip(networks)
        .for_each(|(place, (_, state))| pack(shape, state, place));
    let client = &device.client;
    let states = client.empty(networks.len() * shape.state() * size_of::<f32>());
    // Both are limited: there are as many workgroups as networks in every launch, and a network's state is below 4 GiB.
    let [networks, parts] = [networks.len(), shape.state().div_ceil(UNITS)]
        .map(|count| u32::try_from(count).unwrap_or(0));
    start::launch(
        client,
        CubeCount::Static(networks, parts, 1),
        CubeDim::new_1d(CUBE_UNITS),
        argument::<f32>(&client.create(Bytes::from_elems(values))),
        argument::<f32>(&states),
        sections,
        *shape,
    );
    states
}

#[cfg(test)]
mod tests {
    use super::*;

    impl GpuTraining {
        /// Reads the metrics of a launch that never was.
        pub(crate) fn metrics_without_launch(
            &self,
            plan: &EpochPlan<'_>,
        ) -> Result<Vec<Vec<StepMetrics>>, GpuError> {
            let blocks = training_blocks(plan, &self.shape, &Adam::default(), 0);
            let device = &self.device;
            let metrics = new_metrics(device, blocks.len());
            let mut sums = vec![vec![StepMetrics::default(); plan.steps()]];
            add_metrics(device, metrics, &[&blocks], blocks.len(), 0, &mut sums)?;
            Ok(sums)
        }
    }
}
