//! `app benchmark`: how fast this machine trains and predicts on the chosen backend.
//!
//! It only measures the computation and the preparation of batches, without metrics, checkpoints
//! and files.

mod prediction;
mod stopwatch;
mod subject;
mod training;

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use plots::grouped;
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::benchmark::prediction::{Prediction, measure_prediction};
use crate::cli::benchmark::subject::Subject;
use crate::cli::benchmark::training::{BurnSteps, Training, measure_training};
use crate::device::engine_choice::EngineKind;
use crate::device::self_check::check;

#[derive(Debug, Args)]
pub(crate) struct BenchmarkArgs {
    /// Run directory [default: an untrained network]
    ///
    /// By default with the settings of configs/default.toml.
    run: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The measurements; the object of `--json`.
#[derive(Debug, Serialize)]
struct Benchmark {
    backend: String,
    device: String,
    version: &'static str,
    /// Time to find and open the device.
    open_seconds: f64,
    /// Time from there to the end of the first training step, which compiles the kernels on a GPU.
    first_step_seconds: f64,
    training: Vec<Training>,
    prediction: Prediction,
}

pub(crate) fn benchmark(
    args: &BenchmarkArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let subject = Subject::read(args.run.as_deref())?;
    let started = Instant::now();
    let device = device.open()?;
    let open_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let mut steps = BurnSteps::new(&subject, &device.device)?;
    steps.take(subject.config.batch_size)?;
    device.device.sync()?;
    let first_step_seconds = started.elapsed().as_secs_f64();
    // The speed of a device that computes incorrectly is meaningless.
    check(&device, EngineKind::Burn, &subject.config)?;
    let found = Benchmark {
        backend: device.backend.to_string(),
        device: device.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        open_seconds,
        first_step_seconds,
        training: measure_training(&subject, &device)?,
        prediction: measure_prediction(&subject, &device)?,
    };
    if args.json {
        serde_json::to_writer(&mut *out, &found)?;
        writeln!(out)?;
        return Ok(());
    }
    print(&found, out)
}

fn print(found: &Benchmark, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "{}, version {}: opened in {:.3} s, first training step in {:.3} s\n",
        found.device, found.version, found.open_seconds, found.first_step_seconds
    )?;
    let mut line = |what: &str, microseconds: f64, images_per_second: f64| {
        writeln!(
            out,
            "{what:<36}{microseconds:>12.1} µs{:>14} images/s",
            grouped(whole(images_per_second))
        )
    };
    for step in &found.training {
        let images = grouped(step.batch_size);
        let what = format!("training step of {images}, {}", step.path);
        line(&what, step.microseconds_per_step, step.images_per_second)?;
    }
    let prediction = &found.prediction;
    let one = prediction.one_image_microseconds;
    let what = |images| format!("prediction of {}, {}", grouped(images), prediction.path);
    line(&what(1), one, 1e6 / one)?;
    let speed = prediction.images_per_second;
    let many = microseconds(prediction.images, speed);
    line(&what(prediction.images), many, speed)?;
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a speed is positive and far below 2^52"
)]
fn whole(speed: f64) -> usize {
    speed.round() as usize
}

/// The time for `images` at a speed in images per second.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn microseconds(images: usize, speed: f64) -> f64 {
    images as f64 / speed * 1e6
}
