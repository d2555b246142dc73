//! Measures a prediction, of one image and of many.

use data::PIXELS;
use serde::Serialize;

use crate::cli::benchmark::stopwatch::{median_seconds, per_second};
use crate::cli::benchmark::subject::Subject;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::predictor::device_network::DeviceNetwork;

/// Images predicted at once.
const IMAGES: usize = 10_000;

#[derive(Debug, Serialize)]
pub(crate) struct Prediction {
    pub(crate) path: &'static str,
    pub(crate) one_image_microseconds: f64,
    /// Images predicted at once.
    pub(crate) images: usize,
    pub(crate) images_per_second: f64,
}

pub(crate) fn measure_prediction(
    subject: &Subject,
    device: &OpenDevice,
) -> anyhow::Result<Prediction> {
    let network = subject.network(&device.device)?;
    let network = DeviceNetwork::new(network, device.clone(), subject.config.batch_size)?;
    let pixels = subject.images.digits().images()?;
    let pixels = pixels.iter().copied().cycle();
    let pixels: Vec<f32> = pixels.take(IMAGES * PIXELS).collect();
    let predict = |pixels: &[f32]| -> anyhow::Result<()> {
        std::hint::black_box(network.logits_of_pixels(pixels)?);
        Ok(())
    };
    let one = median_seconds(&device.device, || predict(&pixels[..PIXELS]))?;
    let many = median_seconds(&device.device, || predict(&pixels))?;
    Ok(Prediction {
        path: match network.engine() {
            EngineKind::Fused => "fused",
            EngineKind::Burn => "burn",
            EngineKind::Kernels => "kernels",
        },
        one_image_microseconds: one * 1e6,
        images: IMAGES,
        images_per_second: per_second(IMAGES, many),
    })
}
