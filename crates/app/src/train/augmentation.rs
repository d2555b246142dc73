//! Augments training images part by part, while the step works on the part before.

use std::ops::Range;

use data::{Augmenter, Chunk, Digits, Original, PIXELS};

use crate::config::run_config::RunConfig;
use crate::support::error::Result;
use crate::train::job::Ended;

/// Images of a part, 0.8 MB, if a batch has no more: enough that handing over a part to other threads takes no time in
/// comparison.
const PART: usize = 512;

/// What changes the images of a training, and room for two parts of them.
pub(crate) struct Augmentation {
    augmenter: Augmenter,
    batch_size: usize,
    ready: Vec<f32>,
    next: Vec<f32>,
}

/// Some consecutive images of a chunk, augmented.
pub(crate) struct Part<'a> {
    /// `[rows, 400]`
    pub(crate) pixels: &'a [f32],
    /// The digit that each image shows.
    pub(crate) labels: &'a [u8],
}

impl Augmentation {
    /// None if the configuration does not change images.
    pub(crate) fn of(config: &RunConfig) -> Option<Self> {
        Some(Self {
            augmenter: config.augment.augmenter(config.seed)?,
            batch_size: config.batch_size,
            ready: Vec::new(),
            next: Vec::new(),
        })
    }

    /// Calls `visit` with one part of a chunk after the other, each but the last of whole batches, until it returns a
    /// reason to stop. Meanwhile the threads of the current rayon pool augment the next part.
    pub(crate) fn visit_parts(
        &mut self,
        digits: &Digits,
        chunk: Chunk<'_>,
        epoch: usize,
        mut visit: impl FnMut(Part<'_>) -> Result<Option<Ended>>,
    ) -> Result<Option<Ended>> {
        let Self {
            augmenter,
            batch_size,
            ready,
            next,
        } = self;
        let images = chunk.rows.len();
        let length = (PART / *batch_size).max(1) * *batch_size;
        let part = |start: usize| images.min(start)..images.min(start + length);
        let augment = |part: Range<usize>, out: &mut Vec<f32>| {
            let original = |at| {
                let at = part.start + at;
                Original {
                    pixels: &chunk.buffer[chunk.rows[at] * PIXELS..][..PIXELS],
                    digit: chunk.labels[at],
                    row: digits.row(chunk.indices[at]),
                }
            };
            augmenter.augment_all(part.len(), original, epoch, out);
        };
        augment(part(0), ready);
        for start in (0..images).step_by(length) {
            let following = part(start + length);
            let ended = rayon::in_place_scope(|scope| {
                if !following.is_empty() {
                    scope.spawn(|_| augment(following, next));
                }
                visit(Part {
                    pixels: ready,
                    labels: &chunk.labels[part(start)],
                })
            })?;
            if ended.is_some() {
                return Ok(ended);
            }
            std::mem::swap(ready, next);
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn augmentation(batch_size: usize) -> Augmentation {
        let mut config = RunConfig {
            batch_size,
            ..RunConfig::default()
        };
        config.augment.rotate = 20.0;
        config.augment.fonts = 0.3;
        Augmentation::of(&config).unwrap()
    }

    /// The pixels and labels of all parts, and the length of each.
    fn parts(batch_size: usize, indices: &[usize]) -> (Vec<f32>, Vec<u8>, Vec<usize>) {
        let digits = Digits::embedded();
        let mut found = (Vec::new(), Vec::new(), Vec::new());
        let mut augmentation = augmentation(batch_size);
        let chunks = Some(indices.to_vec()).into_iter();
        digits
            .stream(chunks, |chunk| {
                let visit = |part: Part<'_>| {
                    found.0.extend_from_slice(part.pixels);
                    found.1.extend_from_slice(part.labels);
                    found.2.push(part.labels.len());
                    Ok(None)
                };
                augmentation.visit_parts(&digits, chunk, 3, visit).map(drop)
            })
            .unwrap();
        found
    }

    #[test]
    fn parts_are_whole_batches_of_the_images_in_order_whatever_their_length() {
        let indices: Vec<usize> = (0..1300).rev().map(|at| 3 * at).collect();
        let digits = Digits::embedded();
        let augmenter = augmentation(1).augmenter;
        let mut expected = vec![0.0; 1300 * PIXELS];
        for (out, &index) in expected.chunks_mut(PIXELS).zip(&indices) {
            let original = Original {
                pixels: &digits.image(index).unwrap(),
                digit: digits.label(index),
                row: index,
            };
            augmenter.augment(original, 3, out);
        }
        let of_digits: Vec<u8> = indices.iter().map(|&index| digits.label(index)).collect();
        for (batch_size, lengths) in [
            (32, &[512, 512, 276][..]),
            (100, &[500, 500, 300]),
            (600, &[600, 600, 100]),
            (5000, &[1300]),
        ] {
            let (pixels, labels, found) = parts(batch_size, &indices);
            assert_eq!(found, lengths);
            assert!(pixels == expected && labels == of_digits, "{batch_size}");
        }
        assert_eq!(parts(32, &[]).2, [0; 0]);
    }

    #[test]
    fn a_reason_to_stop_and_an_error_end_it() {
        let digits = Digits::embedded();
        let mut augmentation = augmentation(32);
        let mut visited = 0;
        let all = Some((0..5000).collect()).into_iter();
        let mut stopped = None;
        digits
            .stream::<crate::support::error::Error>(all, |chunk| {
                stopped = augmentation.visit_parts(&digits, chunk, 1, |_| {
                    visited += 1;
                    Ok((visited == 3).then_some(Ended::OutOfTime))
                })?;
                Ok(())
            })
            .unwrap();
        assert!(matches!(stopped, Some(Ended::OutOfTime)) && visited == 3);
    }
}
