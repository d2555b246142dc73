//! Decompressing and resizing the embedded digits, and making batches from them.
#![expect(clippy::unwrap_used, reason = "benchmarks")]

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::tensor::Device;
use data::{Classes, ClassifiedDigits, DigitBatcher, DigitLoader, Digits, LoaderConfig, Sampler};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

#[divan::bench]
fn read_the_embedded_digits(bencher: Bencher<'_, '_>) {
    let images = Digits::embedded().len();
    bencher
        .counter(ItemsCount::new(images))
        .bench_local(Digits::embedded);
}

#[divan::bench]
fn resize_28_to_20(bencher: Bencher<'_, '_>) {
    let image: Vec<f64> = (0..28 * 28).map(|pixel| f64::from(pixel % 256)).collect();
    bencher.bench_local(|| data::resize(&image, 28, 28).unwrap());
}

#[divan::bench(args = [32, 1024])]
fn put_a_batch_on_the_device(bencher: Bencher<'_, '_>, batch_size: usize) {
    let digits = zeros_and_ones();
    let rows = (0..batch_size).map(|row| row % digits.len()).collect();
    let examples = digits.get_many(rows).unwrap();
    let device = Device::flex();
    bencher
        .counter(ItemsCount::new(batch_size))
        .with_inputs(|| examples.clone())
        .bench_local_values(|examples| DigitBatcher::new(1).batch(examples, &device));
}

#[divan::bench(args = [32, 1024])]
fn an_epoch_of_shuffled_batches(bencher: Bencher<'_, '_>, batch_size: usize) {
    let digits = zeros_and_ones();
    let images = digits.len();
    let config = LoaderConfig {
        batcher: DigitBatcher::new(1),
        batch_size,
        sampler: Sampler::Shuffled { seed: 0 },
        first_epoch: 1,
    };
    let loader = DigitLoader::new(Arc::new(digits), config, Device::flex());
    bencher
        .counter(ItemsCount::new(images))
        .bench_local(|| loader.iter().map(Result::unwrap).count());
}

fn zeros_and_ones() -> ClassifiedDigits {
    ClassifiedDigits::embedded(Classes::new(&[0, 1]).unwrap())
}
