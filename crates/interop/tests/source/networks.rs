//! Networks of numbers at random, and images.

use interop::{Layer, Network};

/// The pixels of every `step`-th built-in digit.
pub(crate) fn images(step: usize) -> Vec<f32> {
    let rows: Vec<usize> = (0..5000).step_by(step).collect();
    let digits = data::Digits::embedded_rows(&rows).unwrap();
    digits.images().unwrap().into_owned()
}

/// A network with these units, with weights and biases up to `largest` in size, told apart by `seed`.
pub(crate) fn network([first, second, outputs]: [usize; 3], largest: f32, seed: u32) -> Network {
    let mut state = seed;
    let mut numbers = |count: usize| -> Vec<f32> {
        let next = (0..count).map(|_| {
            // Numerical Recipes' generator; the upper bits are the good ones.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let bits = u16::try_from(state >> 16).unwrap();
            (f32::from(bits) / 32_768.0 - 1.0) * largest
        });
        next.collect()
    };
    let mut layer = |inputs: usize, units: usize| Layer {
        inputs,
        units,
        kernel: numbers(inputs * units),
        bias: numbers(units),
    };
    let layers = vec![
        layer(400, first),
        layer(first, second),
        layer(second, outputs),
    ];
    Network::new(layers).unwrap()
}

/// A network whose outputs are the sigmoids of these numbers, whatever the image.
pub(crate) fn constant(biases: &[f32]) -> Network {
    let layer = |inputs: usize, bias: &[f32]| Layer {
        inputs,
        units: bias.len(),
        kernel: vec![0.0; inputs * bias.len()],
        bias: bias.to_vec(),
    };
    Network::new(vec![layer(400, &[0.0]), layer(1, &[0.0]), layer(1, biases)]).unwrap()
}

/// The probability of each digit, image by image, as the mean of the networks' exact ones.
pub(crate) fn expected(networks: &[Network], images: &[f32]) -> Vec<Vec<f64>> {
    let count = f64::from(u32::try_from(networks.len()).unwrap());
    let mut sums = vec![0.0; images.len() / 400 * networks[0].outputs()];
    for network in networks {
        for (sum, probability) in sums.iter_mut().zip(network.probabilities(images)) {
            *sum += probability / count;
        }
    }
    let of_images = sums.chunks_exact(networks[0].outputs());
    of_images
        .map(|outputs| match outputs {
            [positive] => vec![1.0 - positive, *positive],
            several => several.to_vec(),
        })
        .collect()
}
