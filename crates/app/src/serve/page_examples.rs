//! Images of a run's data set that its page shows without a server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::support::error::Result;

/// Images of each digit: 40 KB for ten digits.
const OF_EACH_DIGIT: usize = 10;

/// Images to try a network with.
#[derive(Debug, Serialize)]
pub(crate) struct PageExamples {
    /// Of the data set.
    rows: Vec<usize>,
    labels: Vec<u8>,
    /// 400 bytes an image, row by row, 0 ground and 255 ink, in base64.
    pixels: String,
}

impl PageExamples {
    /// Some images of each digit, spread over the data set: of the validation images if the run has some.
    ///
    /// # Errors
    ///
    /// As [`TrainingData::read`].
    pub(crate) fn read(config: &RunConfig) -> Result<Self> {
        let (images, _) = TrainingData::read(config)?.for_evaluation(config);
        let mut chosen: Vec<usize> = Vec::new();
        for class in 0..images.class_counts().len() {
            let of_class: Vec<usize> = (0..images.len())
                .filter(|index| usize::from(images.class(*index)) == class)
                .collect();
            let count = of_class.len().min(OF_EACH_DIGIT);
            chosen.extend((0..count).map(|at| of_class[at * of_class.len() / count]));
        }
        let mut bytes = Vec::with_capacity(chosen.len() * data::PIXELS);
        for index in &chosen {
            bytes.extend(
                data::row_major(&images.image(*index)?)
                    .into_iter()
                    .map(byte),
            );
        }
        Ok(Self {
            rows: chosen.iter().map(|index| images.row(*index)).collect(),
            labels: chosen.iter().map(|index| images.label(*index)).collect(),
            pixels: STANDARD.encode(bytes),
        })
    }
}

/// The data set has been resized once, and goes a little beyond 0 and 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number from 0 to 255"
)]
fn byte(pixel: f32) -> u8 {
    (pixel.clamp(0.0, 1.0) * 255.0).round() as u8
}
