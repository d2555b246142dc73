//! The training, and the weights as 16-bit floats.

use std::time::Instant;

use anyhow::{Context, Result};
use burn::tensor::Device;
use model::{Adam, FusedNetwork, FusedState, FusedTraining, LayerValues, MlpConfig};

use crate::dice::Dice;
use crate::pictures::Pictures;

/// As in `crates/app/src/predictor/guard.rs`.
const LAYERS: MlpConfig = MlpConfig {
    hidden_units: [128, 64],
    outputs: 11,
};

/// The output of what is no digit.
const NONE: u8 = 10;

const BATCH_SIZE: usize = 128;
const LEARNING_RATE: f64 = 0.002;

/// Trains with a learning rate that falls along a cosine.
pub(crate) fn fit(pictures: &Pictures, epochs: usize, seed: u64) -> Result<LayerValues> {
    let classes = pictures
        .shown
        .iter()
        .map(|shown| shown.digit.unwrap_or(NONE));
    let classes: Vec<u8> = classes.collect();
    let start = FusedState::read(&LAYERS.init(seed, &Device::flex()), None)?;
    let mut training = FusedTraining::new(Adam::default(), &start);
    let mut rows: Vec<usize> = (0..classes.len()).collect();
    for epoch in 0..epochs {
        let started = Instant::now();
        let mut dice = Dice::new(seed, 4, epoch);
        for last in (1..rows.len()).rev() {
            rows.swap(last, dice.below(last + 1));
        }
        let done = epoch as f64 / epochs as f64;
        let rate = LEARNING_RATE * 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
        let mut loss = 0.0;
        for batch in rows.chunks(BATCH_SIZE) {
            loss += training
                .step(&pictures.inputs, &classes, batch, None, rate)
                .loss_sum;
        }
        let loss = loss / classes.len() as f64;
        println!(
            "epoch {:2}  loss {loss:.4}  {:.1?}",
            epoch + 1,
            started.elapsed()
        );
    }
    Ok(training.state().weights)
}

/// Returns the weights as 16-bit floats, little-endian, and the network that they make.
pub(crate) fn rounded(weights: &LayerValues) -> Result<(Vec<u8>, FusedNetwork)> {
    let halves: Vec<u16> = weights.to_numbers().into_iter().map(half).collect();
    let numbers: Vec<f32> = halves.iter().map(|&half| data::half_to_f32(half)).collect();
    let rounded = LayerValues::from_numbers(&LAYERS, &numbers).context("the layers' weights")?;
    let bytes = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
    Ok((bytes, FusedNetwork::new(&rounded)))
}

/// Rounds to the nearest 16-bit float; below 2^-14 to 0, above 65,504 to that.
fn half(number: f32) -> u16 {
    let sign = (number.to_bits() >> 16) as u16 & 0x8000;
    let magnitude = number.abs().min(65_504.0);
    if magnitude < f32::from_bits((127 - 14) << 23) {
        return sign;
    }
    // An exponent counts from -15 instead of -127, and 13 bits of the fraction go; half of their unit rounds.
    let bits = magnitude.to_bits() + 0x0fff + (magnitude.to_bits() >> 13 & 1);
    sign | ((bits >> 13) - ((127 - 15) << 10)) as u16
}
