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
use data::{
    Cache, Classes, ClassifiedDigits, DigitBatcher, DigitLoader, LoaderConfig, PixelOrder, Sampler,
};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let classes = Classes::new(&[0, 1])?;
    let images = if paths.is_empty() {
        ClassifiedDigits::embedded(classes)
    } else {
        data::read_classes(&paths, PixelOrder::Column, &Cache::unlimited(), classes)?
    };
    for (digit, count) in classes.digits().iter().zip(images.class_counts()) {
        println!("{count} images of the digit {digit}");
    }

    let split = data::split(images.digits().labels(), 0.2, 0)?;
    let (train, validation) = (split.train.len(), split.validation.len());
    println!("{train} to train on, {validation} to validate on");

    let config = LoaderConfig {
        batcher: DigitBatcher::new(classes.outputs()),
        batch_size: 8,
        sampler: Sampler::Shuffled { seed: 0 },
        first_epoch: 1,
    };
    let train = Arc::new(images.select(&split.train));
    let loader = DigitLoader::new(train, config, Device::flex());
    let batch = loader.iter().next().ok_or("no batch")??;
    println!("a batch: images {:?}", batch.images.dims());
    let targets: Vec<f32> = batch.targets.into_data().try_to_vec()?;
    println!("targets {targets:?}");
    Ok(())
}
