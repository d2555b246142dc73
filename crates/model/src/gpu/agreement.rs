//! Tests on the software driver: the kernels against the fused step.

use super::device::GpuDevice;
use super::error::GpuError;
use super::images::GpuImages;
use super::pace::Pace;
use super::plan::EpochPlan;
use super::test_support::gpu;
use super::training::GpuTraining;
use crate::fused::test_support::{bits, constant, examples, values, weights};
use crate::fused::{FusedState, FusedTraining, StepMetrics};
use crate::training::Adam;

/// A network's training, of which everything depends on its number.
struct Case {
    state: FusedState,
    adam: Adam,
    batch_size: usize,
    rate: f64,
    class_weight: Option<Vec<f32>>,
    number: usize,
}

impl Case {
    fn new(units: [usize; 3], number: usize) -> Self {
        let adam = Adam::default();
        let seed = number as u64;
        let step = f64::from(u32::try_from(number).unwrap());
        Self {
            // The second half of another training.
            state: FusedState {
                first_moments: weights(units, seed + 100),
                second_moments: weights(units, 5).squared(),
                steps: 10 * seed,
                ..FusedState::new(weights(units, seed))
            },
            adam: if number % 4 == 3 {
                Adam {
                    beta_1: 0.8,
                    beta_2: 0.99,
                    epsilon: 1e-6,
                }
            } else {
                adam
            },
            batch_size: [32, 48, 7, 70][number % 4],
            rate: 0.001 * (1.0 + step / 4.0),
            class_weight: (number % 3 == 1)
                .then(|| (1..=16_u8).map(|w| f32::from(w) / 2.0).collect()),
            number,
        }
    }

    /// The rows of an epoch, a different number for each network, in another order in each epoch.
    fn rows(&self, epoch: usize) -> Vec<usize> {
        let count = [90, 100, 33, 70, 0][self.number % 5];
        let start = 3 * self.number;
        (0..count)
            .map(|i| start + (7 * i + epoch) % count)
            .collect()
    }

    fn rates(&self, epoch: usize) -> Vec<f64> {
        let steps = self.rows(epoch).len().div_ceil(self.batch_size);
        let decay = |step| 0.9_f64.powi(i32::try_from(step).unwrap());
        (0..steps)
            .map(|step| self.rate * decay(epoch + step))
            .collect()
    }

    fn fused(&self) -> FusedTraining {
        FusedTraining::new(self.adam.clone(), &self.state)
    }

    fn fused_epoch(
        &self,
        training: &mut FusedTraining,
        epoch: usize,
        (images, classes): &(Vec<f32>, Vec<u8>),
    ) -> Vec<StepMetrics> {
        let rows = self.rows(epoch);
        let batches = rows.chunks(self.batch_size).zip(self.rates(epoch));
        batches
            .map(|(rows, rate)| {
                training.step(images, classes, rows, self.class_weight.as_deref(), rate)
            })
            .collect()
    }
}

/// What came out of a training of some networks.
#[derive(PartialEq, Debug)]
struct Trained {
    /// `[epoch, network, step]`.
    training: Vec<Vec<Vec<StepMetrics>>>,
    /// `[epoch, network]`.
    validation: Vec<Vec<StepMetrics>>,
    states: Vec<FusedState>,
}

const EPOCHS: usize = 3;

fn validation_rows(number: usize) -> Vec<usize> {
    (100..100 + 10 * (number + 1) % 70).collect()
}

/// Trains the cases on the GPU, in launches of so many blocks at most.
fn train(device: &GpuDevice, cases: &[Case], outputs: usize, launch: usize) -> Trained {
    let (pixels, classes) = examples(200, outputs);
    let images = GpuImages::new(device, &pixels, &classes).unwrap();
    let start: Vec<(Adam, FusedState)> = cases
        .iter()
        .map(|case| (case.adam.clone(), case.state.clone()))
        .collect();
    let mut training = GpuTraining::new(device, &start).unwrap();
    training.pace = Pace::at_most(launch);
    let mut trained = Trained {
        training: Vec::new(),
        validation: Vec::new(),
        states: Vec::new(),
    };
    for epoch in 0..EPOCHS {
        let numbers: Vec<_> = cases
            .iter()
            .map(|case| (case.rows(epoch), case.rates(epoch)))
            .collect();
        let plans = cases
            .iter()
            .zip(&numbers)
            .map(|(case, (rows, rates))| EpochPlan {
                rows,
                batch_size: case.batch_size,
                learning_rates: rates,
                class_weight: case.class_weight.as_deref(),
            });
        let plans: Vec<EpochPlan<'_>> = plans.collect();
        trained
            .training
            .push(training.train(&images, &plans).unwrap());
        let rows = cases.iter().map(|case| validation_rows(case.number));
        let rows: Vec<Vec<usize>> = rows.collect();
        let rows: Vec<&[usize]> = rows.iter().map(Vec::as_slice).collect();
        trained
            .validation
            .push(training.evaluate(&images, &rows).unwrap());
    }
    trained.states = training.states().unwrap();
    trained
}

#[track_caller]
fn assert_close(what: &str, found: f64, expected: f64) {
    let difference = (found - expected).abs();
    assert!(
        difference <= 1e-5 * expected.abs(),
        "{what}: {found} and {expected}"
    );
}

/// Compares networks trained on the GPU with the fused step's.
fn assert_agrees_with_the_fused_step(trained: &Trained, cases: &[Case], outputs: usize) {
    let examples = examples(200, outputs);
    for (index, case) in cases.iter().enumerate() {
        let mut training = case.fused();
        for epoch in 0..EPOCHS {
            let what = format!("network {index}, epoch {epoch}");
            let expected = case.fused_epoch(&mut training, epoch, &examples);
            let found = &trained.training[epoch][index];
            assert_eq!(found.len(), expected.len(), "{what}");
            for (found, expected) in found.iter().zip(&expected) {
                assert_close(&what, found.loss_sum, expected.loss_sum);
                assert_eq!(found.correct, expected.correct, "{what}");
            }
            let rows = validation_rows(case.number);
            let network = training.network();
            let expected = network.evaluate(&examples.0, &examples.1, &rows);
            let found = trained.validation[epoch][index];
            assert_close(&what, found.loss_sum, expected.loss_sum);
            assert_eq!(found.correct, expected.correct, "{what}");
        }
        let (found, expected) = (&trained.states[index], training.state());
        assert_eq!(found.steps, expected.steps);
        let pairs = values(found).zip(values(&expected));
        for (place, (found, expected)) in pairs.enumerate() {
            assert!(
                (found - expected).abs() < 2e-5,
                "network {index}, number {place}: {found} and {expected}"
            );
        }
    }
}

fn cases(units: [usize; 3], count: usize) -> Vec<Case> {
    (0..count).map(|number| Case::new(units, number)).collect()
}

#[test]
fn networks_train_as_by_the_fused_step_however_many_there_are() {
    let Some(device) = gpu() else { return };
    let all = cases([25, 15, 1], 17);
    let trained = train(&device, &all, 1, 100);
    assert_agrees_with_the_fused_step(&trained, &all, 1);

    // The same bits for other numbers of networks and divisions into launches and buffers.
    let mut small = device.clone();
    small.limits.buffer_size = 4 * 3 * 50_000;
    for (count, device, launch) in [(1, &device, 1), (3, &device, 2), (17, &small, 4)] {
        let part = train(device, &all[..count], 1, launch);
        for epoch in 0..EPOCHS {
            assert_eq!(part.training[epoch], trained.training[epoch][..count]);
            assert_eq!(part.validation[epoch], trained.validation[epoch][..count]);
        }
        for (part, trained) in part.states.iter().zip(&trained.states) {
            assert!(bits(part) == bits(trained), "{count} networks");
        }
    }
}

#[test]
fn several_outputs_and_layers_that_do_not_fill_their_tiles_train_as_by_the_fused_step() {
    let Some(device) = gpu() else { return };
    let cases = cases([7, 3, 10], 4);
    let trained = train(&device, &cases, 10, 100);
    assert_agrees_with_the_fused_step(&trained, &cases, 10);
}

#[test]
fn small_blocks_train_as_by_the_fused_step() {
    let Some(mut device) = gpu() else { return };
    // Eight images at a time, so that every batch has several blocks.
    device.limits.shared_memory = 6_000;
    let shape = device.limits.shape([33, 9], 3).unwrap();
    assert_eq!(shape.images, 8);
    let cases = cases([33, 9, 3], 3);
    let trained = train(&device, &cases, 3, 100);
    assert_agrees_with_the_fused_step(&trained, &cases, 3);
}

#[test]
fn a_loss_that_is_nan_is_returned_and_a_launch_that_stopped_is_an_error() {
    let Some(device) = gpu() else { return };
    let (pixels, classes) = examples(40, 1);
    let images = GpuImages::new(&device, &pixels, &classes).unwrap();
    let mut state = FusedState::new(constant(0.5));
    state.weights.kernels[1][3] = f32::NAN;
    let mut training = GpuTraining::new(&device, &[(Adam::default(), state)]).unwrap();
    let rows: Vec<usize> = (0..40).collect();
    let plan = EpochPlan {
        rows: &rows,
        batch_size: 32,
        learning_rates: &[0.001, 0.001],
        class_weight: None,
    };
    let metrics = training.train(&images, &[plan]).unwrap();
    assert!(metrics[0][1].loss_sum.is_nan(), "{metrics:?}");
    let validated = training.evaluate(&images, &[&rows]).unwrap();
    assert!(validated[0].loss_sum.is_nan());
    assert!(training.states().unwrap()[0].first_non_finite().is_some());

    let stopped = training.metrics_without_launch(&plan).unwrap_err();
    assert!(
        matches!(
            stopped,
            GpuError::Unfinished {
                network: 0,
                blocks: 2,
                missing: 2
            }
        ),
        "{stopped}"
    );
}

#[test]
fn too_large_a_network_and_too_many_images_are_refused_before_a_launch() {
    let Some(mut device) = gpu() else { return };
    let (pixels, classes) = examples(40, 1);
    let state = FusedState::new(weights([30_000, 2, 1], 1));
    let error = GpuTraining::new(&device, &[(Adam::default(), state)]).unwrap_err();
    assert!(
        error.to_string().contains("[30000, 2] hidden units"),
        "{error}"
    );
    device.limits.buffer_size = 60_000;
    let error = GpuImages::new(&device, &pixels, &classes).unwrap_err();
    assert!(error.to_string().contains("64000 bytes"), "{error}");
}

#[test]
fn a_cpu_runs_no_kernels() {
    let error = GpuDevice::new(&burn::tensor::Device::flex()).unwrap_err();
    assert!(error.to_string().contains("runs no kernels"), "{error}");
}
