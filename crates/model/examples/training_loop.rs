//! Trains the course's network to tell zeros from ones, in a plain loop with Burn.
//!
//! `cargo run --example training_loop` prints the loss of each epoch.
#![expect(clippy::print_stdout, reason = "the output of an example")]

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use data::{Classes, ClassifiedDigits, PIXELS};
use model::{Adam, Decision, MlpConfig, binary_cross_entropy, evaluate};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

const EPOCHS: usize = 20;
const BATCH_SIZE: usize = 32;
const LEARNING_RATE: f64 = 0.001;
const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = ClassifiedDigits::embedded(Classes::new(&[0, 1])?);
    let images = digits.digits().images()?; // [1000, 400]
    let classes = digits.class_labels();
    let targets: Vec<f32> = classes.iter().copied().map(f32::from).collect();

    let device = Device::flex().autodiff();
    let hidden_units = [25, 15];
    let mut network = MlpConfig {
        hidden_units,
        outputs: 1,
    }
    .init(SEED, &device);
    let mut optimizer = ModuleOptimizer::from(Adam::default());

    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut order: Vec<usize> = (0..digits.len()).collect();

    for epoch in 1..=EPOCHS {
        order.shuffle(&mut random);
        let mut loss_sum = 0.0;
        for rows in order.chunks(BATCH_SIZE) {
            let pixels = rows
                .iter()
                .flat_map(|&row| &images[row * PIXELS..][..PIXELS]);
            let pixels: Vec<f32> = pixels.copied().collect();
            let of_batch: Vec<f32> = rows.iter().map(|&row| targets[row]).collect();
            let x = Tensor::from_data(TensorData::new(pixels, [rows.len(), PIXELS]), &device);
            let y = Tensor::from_data(TensorData::new(of_batch, [rows.len(), 1]), &device);

            let logits = network.logits(x); // [batch, 400] -> [batch, 1]
            let losses = binary_cross_entropy(logits, y); // [batch, 1]
            loss_sum += losses.clone().sum().try_into_scalar::<f64>()?;
            let gradients = GradientsParams::from_grads(losses.mean().backward(), &network);
            network = optimizer.step(LEARNING_RATE, network, gradients);
        }
        println!("epoch {epoch:2}  loss {:.4}", loss_sum / 1000.0);
    }

    let logits = model::logits(&network, &images, &device)?;
    let metrics = evaluate(&logits, &classes, 1, Decision::default());
    println!("accuracy {:.4}", metrics.accuracy);
    // Keras ends between 0.02 and 0.03 with the same network and optimizer.
    assert!((0.015..0.035).contains(&metrics.loss), "{metrics:?}");
    Ok(())
}
