//! `app benchmark`: how fast this machine trains and predicts on the chosen backend.
//!
//! Only arithmetic is measured, with the making of batches: no figures, no checkpoints, no files.

use std::io::Write;
use std::iter::Cycle;
use std::path::Path;
use std::time::Instant;
use std::vec::IntoIter;

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use burn_train::TrainStep;
use data::{DigitBatcher, DigitPair, PIXELS, Sampler};
use model::{FusedNetwork, FusedState, FusedTraining, Mlp};
use serde::Serialize;

use crate::adapter::{AdapterKind, Opened};
use crate::backend;
use crate::cli::{BenchmarkArgs, CheckpointName, DeviceArgs};
use crate::config::RunConfig;
use crate::dataset;
use crate::notice::notice;
use crate::run_dir::RunDir;
use crate::self_check;
use crate::stopwatch::median_seconds;

/// The course's batch, and one that keeps a GPU busy.
const BATCH_SIZES: [usize; 2] = [32, 1024];
/// Images predicted at once.
const IMAGES: usize = 10_000;
/// The program's own arithmetic for the CPU.
const FUSED: &str = "fused";
/// Burn's, which runs on every device.
const BURN: &str = "burn";

/// What was measured; the object of `--json`.
#[derive(Debug, Serialize)]
struct Benchmark {
    backend: String,
    device: String,
    version: &'static str,
    /// To find and open the device.
    open_seconds: f64,
    /// From there to the end of the first training step: on a GPU, to compile and tune kernels.
    first_step_seconds: f64,
    training: Vec<Training>,
    prediction: Prediction,
}

#[derive(Debug, Serialize)]
struct Training {
    path: &'static str,
    batch_size: usize,
    microseconds_per_step: f64,
    images_per_second: f64,
}

#[derive(Debug, Serialize)]
struct Prediction {
    path: &'static str,
    one_image_microseconds: f64,
    /// Images predicted at once.
    images: usize,
    images_per_second: f64,
}

pub(crate) fn benchmark(
    args: &BenchmarkArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let subject = Subject::read(args.run.as_deref())?;
    let started = Instant::now();
    let (opened, note) = backend::open(chosen)?;
    let open_seconds = started.elapsed().as_secs_f64();
    if let Some(note) = note.filter(|_| !args.json) {
        notice(note);
    }
    let started = Instant::now();
    let mut steps = BurnSteps::new(&subject, &opened.device)?;
    steps.take(subject.config.batch_size)?;
    opened.device.sync()?;
    let first_step_seconds = started.elapsed().as_secs_f64();
    // Speed says nothing of a device that computes wrong.
    self_check::check(&opened, &subject.config)?;
    let found = Benchmark {
        backend: opened.backend.to_string(),
        device: opened.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        open_seconds,
        first_step_seconds,
        training: training(&subject, &opened)?,
        prediction: prediction(&subject, &opened)?,
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
            "{what:<36}{microseconds:>12.1} µs{images_per_second:>14.0} images/s"
        )
    };
    for step in &found.training {
        let what = format!("training step of {}, {}", step.batch_size, step.path);
        line(&what, step.microseconds_per_step, step.images_per_second)?;
    }
    let prediction = &found.prediction;
    let one = prediction.one_image_microseconds;
    let what = |images| format!("prediction of {images}, {}", prediction.path);
    line(&what(1), one, 1e6 / one)?;
    let speed = prediction.images_per_second;
    let many = per_second(prediction.images, speed) * 1e6;
    line(&what(prediction.images), many, speed)?;
    Ok(())
}

/// Rows of a data set without end.
type Rows = Cycle<IntoIter<usize>>;

/// What the speed is measured with.
struct Subject {
    config: RunConfig,
    /// None for initial weights.
    run: Option<RunDir>,
    pair: DigitPair,
}

impl Subject {
    /// Takes a run's network and digits, or the defaults'.
    fn read(run: Option<&Path>) -> anyhow::Result<Self> {
        let run = run.map(|run| RunDir::open(Some(run))).transpose()?;
        let config = match &run {
            Some(run) => run.config()?,
            None => RunConfig::defaults()?,
        };
        Ok(Self {
            pair: dataset::training_data(&config)?.train,
            config,
            run,
        })
    }

    fn network(&self, device: &Device) -> anyhow::Result<Mlp> {
        match &self.run {
            Some(run) => run.load(CheckpointName::Last, &self.config, device),
            None => Ok(self.config.model().init(0, device)),
        }
    }

    /// Goes through the rows in a shuffled order, over and over.
    fn rows(&self) -> Rows {
        let order = Sampler::Shuffled { seed: 0 }.epoch_indices(self.pair.len(), 1);
        order.into_iter().cycle()
    }
}

fn training(subject: &Subject, opened: &Opened) -> anyhow::Result<Vec<Training>> {
    let mut found = Vec::new();
    for batch_size in BATCH_SIZES {
        let mut add = |path, seconds: f64| {
            found.push(Training {
                path,
                batch_size,
                microseconds_per_step: seconds * 1e6,
                images_per_second: per_second(batch_size, seconds),
            });
        };
        if opened.kind == AdapterKind::Cpu {
            add(FUSED, fused_step(subject, opened, batch_size)?);
        }
        let mut steps = BurnSteps::new(subject, &opened.device)?;
        let seconds = median_seconds(&opened.device, || steps.take(batch_size))?;
        add(BURN, seconds);
    }
    Ok(found)
}

fn fused_step(subject: &Subject, opened: &Opened, batch_size: usize) -> anyhow::Result<f64> {
    let state = FusedState::read(&subject.network(&opened.device)?, None)?;
    let mut training = FusedTraining::new(subject.config.adam(), &state);
    let pair = &subject.pair;
    let positive = pair.positive_labels();
    let images = pair.digits().images()?;
    let mut rows = subject.rows();
    median_seconds(&opened.device, || {
        let rows: Vec<usize> = rows.by_ref().take(batch_size).collect();
        training.step(
            &images,
            &positive,
            &rows,
            None,
            subject.config.learning_rate,
        );
        Ok(())
    })
}

/// Training steps by Burn's path, as its learner takes them.
struct BurnSteps<'a> {
    pair: &'a DigitPair,
    learning_rate: f64,
    device: Device,
    network: Mlp,
    optimizer: ModuleOptimizer,
    rows: Rows,
}

impl<'a> BurnSteps<'a> {
    fn new(subject: &'a Subject, device: &Device) -> anyhow::Result<Self> {
        let device = device.clone().autodiff();
        Ok(Self {
            pair: &subject.pair,
            learning_rate: subject.config.learning_rate,
            network: subject.network(&device)?,
            optimizer: ModuleOptimizer::from(subject.config.adam()),
            rows: subject.rows(),
            device,
        })
    }

    /// Makes a batch and takes a step; a GPU may still be at it afterwards.
    fn take(&mut self, batch_size: usize) -> anyhow::Result<()> {
        let rows = self.rows.by_ref().take(batch_size).collect();
        let examples = self.pair.get_many(rows)?;
        let batch = DigitBatcher::default().batch(examples, &self.device);
        let output = TrainStep::step(&self.network, batch);
        let network = self.network.clone();
        self.network = self
            .optimizer
            .step(self.learning_rate, network, output.grads);
        Ok(())
    }
}

fn prediction(subject: &Subject, opened: &Opened) -> anyhow::Result<Prediction> {
    let device = &opened.device;
    let network = subject.network(device)?;
    let images = subject.pair.digits().images()?;
    let pixels = images.iter().copied().cycle();
    let pixels: Vec<f32> = pixels.take(IMAGES * PIXELS).collect();
    let is_cpu = opened.kind == AdapterKind::Cpu;
    let fused = is_cpu.then(|| FusedNetwork::read(&network)).transpose()?;
    let batch_size = subject.config.batch_size;
    let predict = |images: &[f32]| -> anyhow::Result<()> {
        let logits = match &fused {
            Some(fused) => fused.logits(images),
            None => model::logits_by_batches(&network, images, batch_size, device)?,
        };
        std::hint::black_box(logits);
        Ok(())
    };
    let one = median_seconds(device, || predict(&pixels[..PIXELS]))?;
    let many = median_seconds(device, || predict(&pixels))?;
    Ok(Prediction {
        path: if is_cpu { FUSED } else { BURN },
        one_image_microseconds: one * 1e6,
        images: IMAGES,
        images_per_second: per_second(IMAGES, many),
    })
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per_second(images: usize, seconds: f64) -> f64 {
    images as f64 / seconds
}
