//! For tests: networks, images, and the instruction sets of this machine.

use data::PIXELS;
use pulp::Arch;

use super::state::{FusedState, LayerValues};
use super::training::FusedTraining;
use crate::training::Adam;

/// Uniform random numbers in [-1, 1), by Knuth's linear congruential generator.
pub(crate) fn random(seed: u64, count: usize) -> impl Iterator<Item = f32> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32")]
        let unit = (state >> 40) as f32 / (1_u32 << 24) as f32;
        2.0 * unit - 1.0
    })
    .take(count)
}

/// Random weights of a network, of the size that training starts with.
pub(crate) fn weights([first, second, outputs]: [usize; 3], seed: u64) -> LayerValues {
    let kernel = |inputs: usize, units: usize| -> Vec<f32> {
        #[expect(clippy::cast_precision_loss, reason = "layers are small")]
        let limit = (6.0 / (inputs + units) as f32).sqrt();
        let numbers = random(seed + units as u64, inputs * units);
        numbers.map(|number| number * limit).collect()
    };
    let bias = |units: usize| random(seed + 7, units).map(|x| x / 8.0).collect();
    LayerValues {
        kernels: [
            kernel(PIXELS, first),
            kernel(first, second),
            kernel(second, outputs),
        ],
        biases: [bias(first), bias(second), bias(outputs)],
    }
}

impl LayerValues {
    /// Squares of all numbers, as second moments are.
    pub(crate) fn squared(self) -> Self {
        let square = |values: Vec<f32>| values.into_iter().map(|value| value * value).collect();
        Self {
            kernels: self.kernels.map(square),
            biases: self.biases.map(square),
        }
    }
}

/// Images of which about half of the pixels are 0, and the class of each for a network of so many outputs.
pub(crate) fn examples(count: usize, outputs: usize) -> (Vec<f32>, Vec<u8>) {
    let pixels = random(3, count * PIXELS).map(|pixel| pixel.max(0.0));
    let class = |number: f32| match outputs {
        1 => u8::from(number > 0.2),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 up to 16"
        )]
        _ => ((number * 0.5 + 0.5) * f32::from(u8::try_from(outputs).unwrap())) as u8,
    };
    (pixels.collect(), random(4, count).map(class).collect())
}

/// A network with the same logit for every image.
pub(crate) fn constant(logit: f32) -> LayerValues {
    let mut weights = weights([25, 15, 1], 6);
    weights.kernels[2].fill(0.0);
    weights.biases[2][0] = logit;
    weights
}

/// A training of a network with the instruction set `arch`.
pub(crate) fn training(arch: Arch, weights: LayerValues) -> FusedTraining {
    FusedTraining::new(Adam::default(), &FusedState::new(weights)).with_arch(arch)
}

/// All numbers of a state: weights, first and second moments.
pub(crate) fn values(state: &FusedState) -> impl Iterator<Item = f32> {
    let parts = [&state.weights, &state.first_moments, &state.second_moments].into_iter();
    parts.flat_map(LayerValues::parameters).flatten().copied()
}

/// The bits of all numbers of a state.
pub(crate) fn bits(state: &FusedState) -> Vec<u32> {
    values(state).map(f32::to_bits).collect()
}

/// The code paths that this machine can run, with their names: scalar code, and every instruction set
/// for which pulp compiles the step.
pub(crate) fn architectures() -> Vec<(&'static str, Arch)> {
    let mut found = vec![("scalar", Arch::Scalar)];
    #[cfg(target_arch = "x86_64")]
    {
        found.extend(pulp::x86::V3::try_new().map(|simd| ("AVX2", Arch::V3(simd))));
        found.extend(pulp::x86::V4::try_new().map(|simd| ("AVX-512", Arch::V4(simd))));
    }
    #[cfg(target_arch = "aarch64")]
    found.extend(pulp::aarch64::Neon::try_new().map(|simd| ("NEON", Arch::Neon(simd))));
    found
}

mod tests {
    use super::*;

    #[test]
    #[expect(clippy::print_stdout, reason = "says which paths this machine has")]
    fn the_instruction_set_that_is_chosen_is_among_those_tested() {
        let paths = architectures();
        let names: Vec<&str> = paths.iter().map(|(name, _)| *name).collect();
        println!("code paths of this machine: {names:?}");
        let chosen = std::mem::discriminant(&Arch::new());
        assert!(
            paths
                .iter()
                .any(|(_, arch)| std::mem::discriminant(arch) == chosen)
        );
    }
}
