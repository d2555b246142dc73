//! Reads digits, splits them, and prints what a network would be trained on.
//!
//! ```sh
//! cargo run --example read              # the embedded digits
//! cargo run --example read -- assets    # or files: a folder, or one of images and one of labels
//! ```
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use data::{Cache, DigitBatcher, DigitLoader, DigitPair, LoaderConfig, PixelOrder, Sampler};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let pair = if paths.is_empty() {
        DigitPair::embedded(0, 1)?
    } else {
        data::read_pair(&paths, PixelOrder::Column, &Cache::unlimited(), [0, 1])?
    };
    let positive = pair.positive_labels().iter().filter(|is| **is).count();
    println!("{} images, {positive} of them of the digit 1", pair.len());

    let split = data::split(pair.digits().labels(), 0.2, 0)?;
    let (train, validation) = (split.train.len(), split.validation.len());
    println!("{train} to train on, {validation} to validate on");

    let config = LoaderConfig {
        batcher: DigitBatcher::default(),
        batch_size: 8,
        sampler: Sampler::Shuffled { seed: 0 },
        first_epoch: 1,
    };
    let train = Arc::new(pair.select(&split.train));
    let loader = DigitLoader::new(train, config, Device::flex());
    let batch = loader.iter().next().ok_or("no batch")??;
    println!("a batch: images {:?}", batch.images.dims());
    let targets: Vec<f32> = batch.targets.into_data().try_to_vec()?;
    println!("targets {targets:?}");
    Ok(())
}
