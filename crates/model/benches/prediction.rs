//! Prediction with the course's network: fused, and with Burn.
#![expect(clippy::unwrap_used, reason = "benchmarks")]

use burn::tensor::Device;
use data::{Digits, PIXELS};
use divan::Bencher;
use divan::counter::ItemsCount;
use model::{FusedNetwork, Mlp, MlpConfig};

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 10_000])]
fn fused(bencher: Bencher<'_, '_>, images: usize) {
    let network = FusedNetwork::read(&network(&Device::flex())).unwrap();
    let pixels = pixels(images);
    bencher
        .counter(ItemsCount::new(images))
        .bench_local(|| network.logits(&pixels));
}

#[divan::bench(args = [1, 10_000])]
fn burn_on_flex(bencher: Bencher<'_, '_>, images: usize) {
    let device = Device::flex();
    let network = network(&device);
    let pixels = pixels(images);
    bencher
        .counter(ItemsCount::new(images))
        .bench_local(|| model::logits(&network, &pixels, &device).unwrap());
}

fn network(device: &Device) -> Mlp {
    let hidden_units = [25, 15];
    MlpConfig {
        hidden_units,
        outputs: 1,
    }
    .init(0, device)
}

/// Returns the pixels of this many images, repeating the embedded ones.
fn pixels(images: usize) -> Vec<f32> {
    let digits = Digits::embedded();
    let found = digits.images().unwrap();
    let pixels = found.iter().copied().cycle();
    pixels.take(images * PIXELS).collect()
}
