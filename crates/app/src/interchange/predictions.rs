//! Predictions of a network from another program's file, in f64.

use data::{ClassifiedDigits, DataError, PIXELS};
use interop::Network;
use model::{Decision, is_positive};
use rayon::prelude::*;

/// The images of one task of a thread.
const CHUNK: usize = 64;

/// The pixels of all images, `[n, 400]`, column by column.
pub(crate) fn pixels(images: &ClassifiedDigits) -> Result<Vec<f32>, DataError> {
    let mut pixels = Vec::with_capacity(images.len() * PIXELS);
    let digits = images.digits();
    digits.stream(digits.sequential_chunks(), |chunk| {
        pixels.extend_from_slice(&chunk.images());
        Ok::<_, DataError>(())
    })?;
    Ok(pixels)
}

/// Computes the probabilities `[n, outputs]`, in [0, 1], of images `[n, 400]` on all cores.
pub(crate) fn probabilities(network: &Network, pixels: &[f32]) -> Vec<f64> {
    let images = pixels.par_chunks(CHUNK * PIXELS);
    images
        .flat_map_iter(|images| network.probabilities(images))
        .collect()
}

/// Counts the images that probabilities `[n, outputs]` classify correctly.
pub(crate) fn correct(probabilities: &[f64], images: &ClassifiedDigits) -> usize {
    let classes = images.classes();
    let predicted = probabilities.chunks_exact(classes.outputs()).map(class);
    let labels = images.digits().labels().iter();
    let pairs = labels.zip(predicted);
    pairs
        .filter(|(label, class)| classes.class(**label) == Some(*class))
        .count()
}

/// The class that probabilities mean: of one output, by the usual threshold; of several, the first of the largest.
fn class(probabilities: &[f64]) -> usize {
    match probabilities {
        [positive] => usize::from(is_positive(*positive, Decision::default().threshold)),
        several => {
            let larger = |best: usize, class: usize| {
                if several[class] > several[best] {
                    class
                } else {
                    best
                }
            };
            (0..several.len()).reduce(larger).unwrap_or(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use data::Classes;

    use super::*;

    #[test]
    fn of_one_output_a_half_is_positive_and_of_several_the_first_of_the_largest_counts() {
        assert_eq!([class(&[0.5]), class(&[0.49])], [1, 0]);
        assert_eq!([class(&[0.1, 0.9, 0.9]), class(&[0.2, 0.1, 0.1])], [1, 0]);
    }

    #[test]
    fn correct_images_are_counted_by_their_labels() {
        let images = ClassifiedDigits::embedded(Classes::new(&[0, 1]).unwrap());
        // 500 zeros, then 500 ones.
        assert_eq!(correct(&[0.4; 1000], &images), 500);
        assert_eq!(
            correct(&[[0.4; 501].as_slice(), &[0.6; 499]].concat(), &images),
            999
        );
    }
}
