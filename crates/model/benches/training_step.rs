//! One training step of the course's network: the fused step, and Burn's step on its CPU backends.
#![expect(clippy::unwrap_used, reason = "benchmarks")]

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use burn_train::TrainStep;
use data::{Classes, ClassifiedDigits, DigitBatch, DigitBatcher};
use divan::Bencher;
use divan::counter::ItemsCount;
use model::{Adam, FusedState, FusedTraining, Mlp, MlpConfig};

const LEARNING_RATE: f64 = 0.001;

fn main() {
    divan::main();
}

#[divan::bench(args = [32, 1024])]
fn fused(bencher: Bencher<'_, '_>, batch_size: usize) {
    let digits = zeros_and_ones();
    let classes = digits.class_labels();
    let rows = rows(&digits, batch_size);
    let state = FusedState::read(&network(&Device::flex()), None).unwrap();
    let mut training = FusedTraining::new(Adam::default(), &state);
    let images = digits.digits().images().unwrap();
    bencher
        .counter(ItemsCount::new(batch_size))
        .bench_local(|| training.step(&images, &classes, &rows, None, LEARNING_RATE));
}

#[divan::bench(args = [32])]
fn burn_on_flex(bencher: Bencher<'_, '_>, batch_size: usize) {
    by_burn(bencher, batch_size, &Device::flex());
}

#[divan::bench(args = [32])]
#[expect(deprecated, reason = "one of the program's backends")]
fn burn_on_ndarray(bencher: Bencher<'_, '_>, batch_size: usize) {
    by_burn(bencher, batch_size, &Device::ndarray());
}

fn by_burn(bencher: Bencher<'_, '_>, batch_size: usize, device: &Device) {
    let device = device.clone().autodiff();
    let batch = batch(batch_size, &device);
    let mut optimizer = ModuleOptimizer::from(Adam::default());
    let mut network = Some(network(&device));
    bencher
        .counter(ItemsCount::new(batch_size))
        .bench_local(|| {
            let before = network.take().unwrap();
            let output = TrainStep::step(&before, batch.clone());
            network = Some(optimizer.step(LEARNING_RATE, before, output.grads));
        });
}

fn network(device: &Device) -> Mlp {
    let hidden_units = [25, 15];
    MlpConfig {
        hidden_units,
        outputs: 1,
    }
    .init(0, device)
}

fn zeros_and_ones() -> ClassifiedDigits {
    ClassifiedDigits::embedded(Classes::new(&[0, 1]).unwrap())
}

/// Picks rows from the whole data set, and some of them several times if there are too few.
fn rows(digits: &ClassifiedDigits, batch_size: usize) -> Vec<usize> {
    (0..batch_size).map(|i| (7 * i) % digits.len()).collect()
}

fn batch(batch_size: usize, device: &Device) -> DigitBatch {
    let digits = zeros_and_ones();
    let examples = digits.get_many(rows(&digits, batch_size)).unwrap();
    DigitBatcher::new(1).batch(examples, device)
}
