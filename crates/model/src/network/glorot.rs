//! Random initial kernels, with a named random number generator.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// Draws a kernel, `[inputs, units]`, from the uniform distribution on ±sqrt(6 / (inputs + units)).
///
/// Equation 16 of Glorot and Bengio, "Understanding the difficulty of training deep feedforward
/// neural networks" (AISTATS 2010), and Keras's default for `Dense`.
pub(super) fn glorot_uniform(inputs: usize, units: usize, random: &mut ChaCha8Rng) -> Vec<f32> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "layers have far fewer than 2^52 units"
    )]
    let limit = (6.0 / (inputs + units) as f64).sqrt();
    (0..inputs * units)
        .map(|_| {
            // The top 53 bits give the f64s k / 2^53 in [0, 1), each with the same probability.
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
            let unit = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
            let weight = (limit * (2.0 * unit - 1.0)) as f32;
            weight
        })
        .collect()
}
